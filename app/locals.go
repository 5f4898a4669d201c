package app

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/machine"
	"bakeoff/backend/wiring"
)

// Locals is bound to the window: the models of Ollama servers, on disk and in memory.
type Locals struct{ roof *roof }

// weights is the path of the file that was chosen to make a model of.
type weights struct {
	mu   sync.Mutex
	path string
}

// List asks all servers what they have. One that does not answer is in the list with its problem.
func (b *Locals) List() (LocalsView, error) {
	return call(func() (LocalsView, error) {
		h, err := b.roof.house()
		if err != nil {
			return LocalsView{}, err
		}
		view := LocalsView{
			Hosts: []LocalHostView{}, Jobs: jobViews(h.Locals.Jobs.List(), b.roof.label),
			Installed: h.Locals.Installed(), HowToInstall: h.Locals.HowToInstall(), InstallPage: machine.InstallPage,
		}
		for _, host := range h.Locals.Hosts(b.roof.asking(h)) {
			view.Hosts = append(view.Hosts, localHostView(host, b.roof.now()))
		}
		return view, nil
	})
}

// Fit says, host by host, whether the local models of a lineup fit into memory. lanes is "parallel" or "serial".
func (b *Locals) Fit(lineup []EntryView, lanes string) ([]FitView, error) {
	return call(func() ([]FitView, error) {
		h, err := b.roof.house()
		if err == nil && len(lineup) > maxList {
			err = shortAll("The lineup", make([]string, len(lineup)), maxName)
		}
		if err != nil {
			return nil, err
		}
		entries := make([]bakeoff.Entry, len(lineup))
		for i, e := range lineup {
			entries[i] = bakeoff.Entry{Endpoint: e.Endpoint, Model: e.Model}
		}
		out := []FitView{}
		for _, f := range h.Locals.Fit(b.roof.asking(h), entries, bakeoff.Lanes(lanes)) {
			out = append(out, FitView{
				Endpoint: f.Endpoint, EndpointLabel: f.Label, State: string(f.State), NeedBytes: f.Need, FreeBytes: f.Free, ShortBytes: f.Short,
				Says: f.Says, Basis: f.Basis, Then: f.Then,
			})
		}
		return out, nil
	})
}

// Pull lets a server download a model; how far it is follows as events. Under Local only it is refused.
func (b *Locals) Pull(endpoint, model string) error {
	return b.named(endpoint, model, func(h *wiring.House, model string) error {
		_, err := h.Locals.Pull(b.roof.ctx, endpoint, model)
		return err
	})
}

// Pause ends the request of a pull; what the server has stays there until Resume.
func (b *Locals) Pause(job string) error {
	return b.job(job, func(jobs *local.Jobs) error { return jobs.Pause(job) })
}

// Resume goes on with a pull that was paused or failed.
func (b *Locals) Resume(job string) error {
	return b.job(job, func(jobs *local.Jobs) error { return jobs.Resume(b.roof.ctx, job) })
}

// Cancel ends a job and takes it off the list.
func (b *Locals) Cancel(job string) error {
	return b.job(job, func(jobs *local.Jobs) error { return jobs.Cancel(job) })
}

// Preload loads a model into memory and returns when it is there.
func (b *Locals) Preload(endpoint, model string) error {
	return b.manage(endpoint, model, local.Server.Preload)
}

// Unload takes a model out of memory.
func (b *Locals) Unload(endpoint, model string) error {
	return b.manage(endpoint, model, local.Server.Unload)
}

// Delete removes a model from the server's disk, for good.
func (b *Locals) Delete(endpoint, model string) error {
	return b.manage(endpoint, model, func(s local.Server, ctx context.Context, model string) error {
		err := s.Delete(ctx, model)
		if err == nil {
			b.roof.refresh(b.roof.built, endpoint)
		}
		return err
	})
}

// Licence returns the summary of a model's licence with its whole text.
func (b *Locals) Licence(endpoint, model string) (LicenceView, error) {
	return call(func() (view LicenceView, err error) {
		err = b.manage(endpoint, model, func(s local.Server, ctx context.Context, model string) error {
			text, err := s.LicenceText(ctx, model)
			view = licenceView(local.Summarise(text))
			view.Text = text
			return err
		})
		return view, err
	})
}

// ChooseWeights asks for a GGUF file or a Modelfile. Its path stays in Go.
func (b *Locals) ChooseWeights() (WeightsView, error) {
	return call(func() (WeightsView, error) {
		path, err := b.roof.shell.PickFile("A GGUF file or a Modelfile", "*")
		if err != nil || path == "" {
			return WeightsView{}, err
		}
		info, err := os.Stat(path)
		if err != nil {
			return WeightsView{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: filepath.Base(path) + " cannot be read. Look at its permissions, or choose another file.", Err: err}
		}
		b.roof.weights.mu.Lock()
		b.roof.weights.path = path
		b.roof.weights.mu.Unlock()
		return WeightsView{Name: filepath.Base(path), Bytes: info.Size()}, nil
	})
}

// Create makes a model on a server from the file that ChooseWeights chose; how far it is follows as events.
func (b *Locals) Create(endpoint, model string) error {
	return b.named(endpoint, model, func(h *wiring.House, model string) error {
		b.roof.weights.mu.Lock()
		path := b.roof.weights.path
		b.roof.weights.mu.Unlock()
		if path == "" {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "No file was chosen. Choose one first."}
		}
		_, err := h.Locals.Create(b.roof.ctx, endpoint, model, path)
		return err
	})
}

// Start starts this machine's server and returns when it answers. It goes on when Bakeoff closes.
func (b *Locals) Start(endpoint string) error {
	return b.roof.withEndpoint(endpoint, func(h *wiring.House) error {
		err := h.Locals.Start(b.roof.ctx, endpoint)
		if err == nil {
			b.roof.refresh(h, endpoint)
		}
		return err
	})
}

// named is f on the house with the name of a model.
func (b *Locals) named(endpoint, model string, f func(h *wiring.House, model string) error) error {
	return b.roof.withEndpoint(endpoint, func(h *wiring.House) error {
		if err := short("The model's name", model, maxName); err != nil {
			return err
		}
		if model = strings.TrimSpace(model); model == "" {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The model has no name. Write one, such as llama3.2:1b."}
		}
		return f(h, model)
	})
}

// manageLimit is how long a model may take to load: large ones come from slow disks.
const manageLimit = 10 * time.Minute

// manage is f on the server of an endpoint.
func (b *Locals) manage(endpoint, model string, f func(s local.Server, ctx context.Context, model string) error) error {
	return b.named(endpoint, model, func(h *wiring.House, model string) error {
		server, err := h.Locals.Server(endpoint)
		if err != nil {
			return err
		}
		ctx, cancel := context.WithTimeout(b.roof.asking(h), manageLimit)
		defer cancel()
		return f(server, ctx, model)
	})
}

func (b *Locals) job(id string, f func(*local.Jobs) error) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		return f(h.Locals.Jobs)
	})
}

// watchJobs tells the page how jobs fare, and asks a server for its list when one has changed it.
func (r *roof) watchJobs(h *wiring.House) {
	var mu sync.Mutex
	done := make(map[string]bool)
	h.Locals.Jobs.Watch(func(jobs []local.Job) {
		r.shell.Emit("jobs", jobViews(jobs, r.label))
		mu.Lock()
		defer mu.Unlock()
		for _, j := range jobs {
			if j.State == local.Done && !done[j.ID] {
				done[j.ID] = true
				r.refresh(h, j.Endpoint)
			}
		}
	})
}

// never is how far ahead an expiry lies that means: it stays.
const never = 365 * 24 * time.Hour

func localHostView(h wiring.LocalHost, now time.Time) LocalHostView {
	view := LocalHostView{
		Endpoint: h.Name, Label: h.Label, Address: h.Address, Place: string(h.Place), Made: h.Made, Off: h.Off, Version: h.Version,
		Problem: errorView(h.Problem), Startable: h.Startable, Models: []LocalModelView{}, Loaded: []LoadedView{},
		TotalMemory: h.Memory.Total, FreeMemory: h.Memory.Free,
	}
	for _, m := range h.Models {
		view.Models = append(view.Models, LocalModelView{
			Name: m.Name, Digest: m.Digest, SizeBytes: m.Size, Quantization: m.Quantization, ParameterSize: m.ParameterSize, Family: m.Family,
			ContextLength: m.Context, Capabilities: list(m.Capabilities), Licence: licenceView(m.Licence), RemoteHost: m.RemoteHost, ModifiedAtMs: unixMs(m.ModifiedAt),
		})
	}
	for _, l := range h.Loaded {
		expires := unixMs(l.ExpiresAt)
		if l.ExpiresAt.Sub(now) > never {
			expires = 0
		}
		view.Loaded = append(view.Loaded, LoadedView{Name: l.Name, MemoryBytes: l.Memory, GraphicsBytes: l.Graphics, ContextLength: l.Context, ExpiresAtMs: expires})
	}
	return view
}

func licenceView(l local.Licence) LicenceView {
	return LicenceView{Name: l.Name, Commercial: string(l.Commercial), UserLimit: l.UserLimit, Naming: l.Naming, HasText: l.HasText}
}

func jobViews(jobs []local.Job, label func(string) string) []JobView {
	out := []JobView{}
	for _, j := range jobs {
		view := JobView{
			ID: j.ID, Kind: string(j.Kind), Endpoint: j.Endpoint, EndpointLabel: label(j.Endpoint), Model: j.Model, State: string(j.State), Status: j.Status,
			DoneBytes: j.Done, TotalBytes: j.Total, BytesPerSecond: j.Speed, Problem: errorView(j.Problem),
		}
		if j.Left > 0 {
			ms := float64(j.Left.Milliseconds())
			view.LeftMs = &ms
		}
		out = append(out, view)
	}
	return out
}
