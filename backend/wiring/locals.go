package wiring

import (
	"context"
	"os"
	"runtime"
	"slices"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/machine"
	"bakeoff/backend/provider"
)

// Locals manages the model servers of Ollama's kind: this machine's and those on other hosts that the user set up.
type Locals struct {
	Jobs *local.Jobs

	registry *Registry
	memory   func(context.Context) (total, free int64)
	program  func() string // the way to the program ollama; empty when it is not installed
	serve    func(path, hostPort string) (machine.Serving, error)
}

// LocalHost is one server with what it said just now.
type LocalHost struct {
	Name, Label, Address string // Address is host:port
	Place                bakeoff.Place
	Made                 bool // by the user, in Bakeoff
	Off                  bool // by the user: it is not asked
	Version              string
	Problem              *bakeoff.Error // why it was not asked or did not answer
	Startable            bool           // it is this machine's, nothing answers, and the program is installed
	Models               []local.Model
	Loaded               []local.Loaded
	Memory               local.Memory // zero for another machine
}

func newLocals(r *Registry) *Locals {
	l := &Locals{registry: r, memory: machine.Memory, serve: machine.Serve, program: func() string {
		home, _ := os.UserHomeDir() // without one only the system's own places are looked at
		return machine.Ollama(machine.UsualPlaces(home)...)
	}}
	l.Jobs = local.NewJobs(l.mayDownload)
	return l
}

// mayDownload refuses to let a server fetch from its library while nothing is to leave.
func (l *Locals) mayDownload(ctx context.Context) error {
	if !l.registry.border.On() && !provider.LocalOnly(ctx) {
		return nil
	}
	return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, and the server would download the model from the internet. Turn Local only off to pull, then turn it on again."}
}

// hostLimit is how long one server may take to say what it has.
const hostLimit = 5 * time.Second

// Hosts asks all servers at once what they have, in the order of lists.
func (l *Locals) Hosts(ctx context.Context) []LocalHost {
	slots := slices.DeleteFunc(l.registry.all(), func(s *slot) bool { return !s.manageable() || !s.listed() })
	hosts := make([]LocalHost, len(slots))
	var wg sync.WaitGroup
	for i, s := range slots {
		wg.Go(func() { hosts[i] = l.look(ctx, s) })
	}
	wg.Wait()
	return hosts
}

// manageable reports whether an endpoint is an Ollama server that somebody runs, and not Ollama's cloud.
func (e *endpoint) manageable() bool { return e.kind == KindOllama && e.service.own && !e.forwards }

func (l *Locals) look(ctx context.Context, s *slot) LocalHost {
	h := LocalHost{Name: s.name, Label: s.label, Address: s.host(), Place: s.place, Made: s.made, Off: s.disabled, Problem: s.problem}
	if s.local() {
		h.Memory.Total, h.Memory.Free = l.memory(ctx)
	}
	server, ok := s.provider.(local.Server)
	if h.Problem != nil || !ok {
		return h
	}
	ctx, cancel := context.WithTimeout(ctx, hostLimit)
	defer cancel()
	var err error
	if h.Version, err = server.Version(ctx); err == nil {
		if h.Models, err = server.Installed(ctx); err == nil {
			h.Loaded, err = server.Loaded(ctx)
		}
	}
	if err != nil {
		h.Problem = listError(s.endpoint, err)
	}
	h.Startable = s.local() && h.Version == "" && h.Problem != nil && h.Problem.Code == bakeoff.CodeUnreachable && l.program() != ""
	return h
}

// Installed reports whether the program ollama is on this computer.
func (l *Locals) Installed() bool { return l.program() != "" }

// HowToInstall says how Ollama gets onto this system.
func (l *Locals) HowToInstall() string { return machine.HowToInstall(runtime.GOOS) }

// Server returns the server of an endpoint, or a sentence why it cannot be managed.
func (l *Locals) Server(endpoint string) (local.Server, error) {
	s, err := l.registry.find(endpoint)
	if err != nil {
		return nil, err
	}
	server, ok := s.provider.(local.Server)
	switch {
	case s.problem != nil:
		return nil, s.problem
	case !ok || !s.manageable():
		return nil, invalid(s.label + " is no Ollama server, so its models cannot be managed from here. Choose one of Ollama's kind.")
	}
	return server, nil
}

// Pull lets the server of an endpoint download a model. The download lives until ctx ends or the house closes.
func (l *Locals) Pull(ctx context.Context, endpoint, model string) (local.Job, error) {
	server, err := l.Server(endpoint)
	if err != nil {
		return local.Job{}, err
	}
	return l.Jobs.Pull(ctx, server, endpoint, model)
}

// Create makes a model on the server of an endpoint from a GGUF file or a Modelfile.
func (l *Locals) Create(ctx context.Context, endpoint, model, path string) (local.Job, error) {
	server, err := l.Server(endpoint)
	if err != nil {
		return local.Job{}, err
	}
	return l.Jobs.Create(ctx, server, endpoint, model, path)
}

// Start starts the server of an endpoint on this machine and returns when it answers. It goes on when Bakeoff ends.
func (l *Locals) Start(ctx context.Context, endpoint string) error {
	s, err := l.registry.find(endpoint)
	if err != nil {
		return err
	}
	server, err := l.Server(endpoint)
	if err != nil {
		return err
	}
	if !s.local() {
		return invalid(s.label + " runs on another machine. Start it there.")
	}
	if _, err := server.Version(ctx); err == nil {
		return nil // it runs already
	}
	path := l.program()
	if path == "" {
		return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "Ollama is not installed on this computer. " + l.HowToInstall()}
	}
	serving, err := l.serve(path, s.host())
	if err != nil {
		return err
	}
	return await(ctx, server, serving.Ended())
}

// await waits until a server that was started answers.
func await(ctx context.Context, server local.Server, ended <-chan struct{}) error {
	ctx, cancel := context.WithTimeout(ctx, machine.StartLimit)
	defer cancel()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		if _, err := server.Version(ctx); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-ended:
			return &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "Ollama ended as soon as it was started. Run `ollama serve` in a terminal to see why."}
		case <-ctx.Done():
			return &bakeoff.Error{Code: bakeoff.CodeTimeout, Message: "Ollama was started but does not answer yet. Look again in a while, or run `ollama serve` in a terminal to see what it does."}
		}
	}
}

// HostFit is whether the models that a lineup asks on one host fit into its memory.
type HostFit struct {
	Endpoint, Label string
	local.Fit
}

// Fit sums up a lineup's local models, host by host. A host without any is left out; one that does not answer now is, too:
// its own problem is said elsewhere.
func (l *Locals) Fit(ctx context.Context, lineup []bakeoff.Entry, lanes bakeoff.Lanes) []HostFit {
	wanted := make(map[string][]string)
	var order []*slot
	for _, entry := range lineup {
		s, err := l.registry.find(entry.Endpoint)
		if err != nil || !s.manageable() || s.problem != nil {
			continue
		}
		if len(wanted[s.name]) == 0 {
			order = append(order, s)
		}
		wanted[s.name] = append(wanted[s.name], entry.Model)
	}
	fits := make([]HostFit, len(order))
	var wg sync.WaitGroup
	for i, s := range order {
		wg.Go(func() {
			if h := l.look(ctx, s); h.Problem == nil {
				fits[i] = HostFit{s.name, s.label, local.Fitting(wanted[s.name], lanes, h.Models, h.Loaded, h.Memory)}
			}
		})
	}
	wg.Wait()
	return slices.DeleteFunc(fits, func(f HostFit) bool { return f.Says == "" })
}
