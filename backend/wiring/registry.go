package wiring

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"
)

// listLimit is how long one endpoint may take to list its models, listsAtOnce how many are asked at the same time.
const (
	listLimit   = 5 * time.Second
	listsAtOnce = 8
)

// State says what is known about an endpoint.
type State string

const (
	StateChecking State = "checking" // nothing yet
	StateReady    State = "ready"    // it listed its models
	StateNoKey    State = "no_key"   // nothing was sent there
	StateProblem  State = "problem"  // Problem says what and what to do; models of an earlier list may still be there
)

// EndpointInfo is an endpoint with what is known about it.
type EndpointInfo struct {
	Name          string
	Label         string
	Kind          Kind
	BaseURL       string // empty for demo
	Place         bakeoff.Place
	KeySource     string   // the variable that gave the key; never the key
	AddressSource string   // DefaultAddress, or the variable that gave the address
	KeyVariables  []string // the variables that would give it a key
	State         State
	Problem       *bakeoff.Error
	Models        []provider.Model // with Openness filled in
	ListedAt      time.Time        // of Models; zero until there was a list
}

// PlaceOf says where a model of the endpoint runs: a local server may only forward.
func (i EndpointInfo) PlaceOf(m provider.Model) bakeoff.Place {
	if m.RemoteHost != "" && i.Place == bakeoff.PlaceLocal {
		return bakeoff.PlaceCloud
	}
	return i.Place
}

// Registry knows the endpoints of this process and what they last said about themselves. It implements
// compare.Endpoints and is safe for concurrent use.
type Registry struct {
	endpoints []endpoint
	openness  func(endpoint, model string) bakeoff.Openness
	redactors []func(string) string

	mu    sync.Mutex
	lists []list // by index of endpoints
	watch func(EndpointInfo)
}

// list is what an endpoint said when it was last asked for its models.
type list struct {
	state    State
	problem  *bakeoff.Error
	models   []provider.Model
	listedAt time.Time
}

// newRegistry finds the endpoints in an environment. connect builds the provider of one that can be asked.
func newRegistry(getenv func(string) string, openness func(endpoint, model string) bakeoff.Openness, connect func(endpoint, proxyFunc) provider.Provider) *Registry {
	r := &Registry{openness: openness, watch: func(EndpointInfo) {}}
	proxy, proxyProblem := proxy(getenv)
	for _, s := range services {
		e := find(s, getenv)
		if e.place == bakeoff.PlaceCloud && e.problem == nil {
			e.problem = proxyProblem
		}
		if e.problem == nil {
			e.provider = connect(e, proxy)
		}
		if e.url != nil {
			r.redactors = append(r.redactors, wire.NewClient(wire.Options{BaseURL: e.url, Key: e.key}).Redact)
		}
		r.endpoints = append(r.endpoints, e)
		r.lists = append(r.lists, firstList(e))
	}
	return r
}

func firstList(e endpoint) list {
	switch {
	case e.problem == nil:
		return list{state: StateChecking}
	case e.problem.Code == bakeoff.CodeAuth:
		return list{state: StateNoKey, problem: e.problem}
	}
	return list{state: StateProblem, problem: e.problem}
}

// Watch calls f after every change of an endpoint, from several goroutines. It replaces an earlier f.
func (r *Registry) Watch(f func(EndpointInfo)) {
	r.mu.Lock()
	r.watch = f
	r.mu.Unlock()
}

// Get implements compare.Endpoints. The error of an unknown name lists the known ones.
func (r *Registry) Get(name string) (compare.Endpoint, error) {
	i, err := r.index(name)
	if err != nil {
		return compare.Endpoint{}, err
	}
	return r.endpoints[i].compare(), nil
}

func (r *Registry) index(name string) (int, error) {
	i := slices.IndexFunc(r.endpoints, func(e endpoint) bool { return e.name == name })
	if i >= 0 {
		return i, nil
	}
	var known []string
	for _, e := range r.endpoints {
		if e.listed() {
			known = append(known, e.name)
		}
	}
	return 0, &bakeoff.Error{
		Code:    bakeoff.CodeNotFound,
		Message: fmt.Sprintf("There is no endpoint %q. Choose one of %s.", cut(name, 40), strings.Join(known, ", ")),
	}
}

func cut(s string, n int) string {
	if len(s) > n {
		return s[:n] + "…"
	}
	return s
}

// Label names an endpoint for the screen; an unknown one, perhaps of an older history, by its name.
func (r *Registry) Label(name string) string {
	for _, e := range r.endpoints {
		if e.name == name {
			return e.label
		}
	}
	return name
}

// Known returns all endpoints with what is known now; it asks nobody.
func (r *Registry) Known() []EndpointInfo {
	var out []EndpointInfo
	for i, e := range r.endpoints {
		if e.listed() {
			out = append(out, r.info(i))
		}
	}
	return out
}

// List returns all endpoints after those that were not asked yet have answered or failed to.
func (r *Registry) List(ctx context.Context) []EndpointInfo {
	r.ask(ctx, func(i int) bool { return r.info(i).State == StateChecking })
	return r.Known()
}

// Refresh asks an endpoint for its models again, or all of them when name is empty. It returns when they have answered
// or failed to; both is told to the watcher. The error is about the name only. With provider.WithLocalOnly nothing is
// sent to endpoints in the cloud.
func (r *Registry) Refresh(ctx context.Context, name string) error {
	if name != "" {
		if _, err := r.index(name); err != nil {
			return err
		}
	}
	r.ask(ctx, func(i int) bool { return name == "" || r.endpoints[i].name == name })
	return nil
}

func (r *Registry) ask(ctx context.Context, which func(int) bool) {
	var wg sync.WaitGroup
	slots := make(chan struct{}, listsAtOnce)
	for i, e := range r.endpoints {
		if e.problem != nil || !which(i) {
			continue
		}
		wg.Go(func() {
			slots <- struct{}{}
			defer func() { <-slots }()
			r.askOne(ctx, i)
		})
	}
	wg.Wait()
}

func (r *Registry) askOne(ctx context.Context, i int) {
	r.update(i, func(l *list) { l.state, l.problem = StateChecking, nil })
	models, err := r.models(ctx, r.endpoints[i])
	r.update(i, func(l *list) {
		if err != nil {
			l.state, l.problem = StateProblem, err
			return
		}
		l.state, l.models, l.listedAt = StateReady, models, time.Now()
	})
}

// models asks one endpoint. A panic of an adapter, whose text may quote the reply, is dropped: the endpoint fails.
func (r *Registry) models(ctx context.Context, e endpoint) (models []provider.Model, problem *bakeoff.Error) {
	defer func() {
		if v := recover(); v != nil {
			problem = bakeoff.AsError(fmt.Errorf("panic in an adapter: %T", v))
		}
	}()
	if provider.LocalOnly(ctx) && e.place == bakeoff.PlaceCloud {
		return nil, &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, so " + e.label + " was not asked for its models. Turn Local only off to use it."}
	}
	ctx, cancel := context.WithTimeout(ctx, listLimit)
	defer cancel()
	models, err := e.provider.Models(ctx)
	if err != nil {
		return nil, listError(e, err)
	}
	models = slices.Clone(models)
	for i := range models {
		if models[i].Openness == "" {
			models[i].Openness = r.openness(e.name, models[i].ID)
		}
	}
	return models, nil
}

func listError(e endpoint, err error) *bakeoff.Error {
	var known *bakeoff.Error
	if !errors.As(err, &known) && errors.Is(err, context.DeadlineExceeded) {
		return &bakeoff.Error{Code: bakeoff.CodeTimeout, Message: e.label + " did not list its models in time. Look whether it runs, and refresh.", Err: err}
	}
	return bakeoff.AsError(err)
}

func (r *Registry) update(i int, f func(*list)) {
	r.mu.Lock()
	f(&r.lists[i])
	watch := r.watch
	r.mu.Unlock()
	watch(r.info(i))
}

func (r *Registry) info(i int) EndpointInfo {
	r.mu.Lock()
	l := r.lists[i]
	r.mu.Unlock()
	e := r.endpoints[i]
	return EndpointInfo{
		Name: e.name, Label: e.label, Kind: e.kind, BaseURL: e.baseText(), Place: e.place,
		KeySource: e.keySource, AddressSource: e.addressSource, KeyVariables: e.keys,
		State: l.state, Problem: l.problem, Models: l.models, ListedAt: l.listedAt,
	}
}

// redact removes the keys of all endpoints, and what looks like one, from a line of the log.
func (r *Registry) redact(line string) string {
	for _, clean := range r.redactors {
		line = clean(line)
	}
	return line
}
