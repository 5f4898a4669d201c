package wiring

import (
	"context"
	"errors"
	"fmt"
	"maps"
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
	StateChecking State = "checking" // it is being asked; models of an earlier list may be there
	StateReady    State = "ready"    // it listed its models
	StateNoKey    State = "no_key"   // nothing was sent there
	StateOff      State = "off"      // the user switched it off: nothing is sent there
	StateProblem  State = "problem"  // Problem says what and what to do; models of an earlier list may still be there
)

// EndpointInfo is an endpoint with what is known about it.
type EndpointInfo struct {
	Name          string
	Label         string
	Kind          Kind
	BaseURL       string // empty for demo
	Place         bakeoff.Place
	Own           bool     // it is elsewhere, and its host is on the user's own list: Local only asks it
	KeySource     string   // the variable that gave the key, or the secret.Place; never the key
	KeyHint       string   // the last 4 characters of a stored key of some length
	HeaderNames   []string // of the user's extra headers; their values are never shown
	Made          bool     // by the user, in Bakeoff
	Locked        bool     // its key is in the locked file of keys
	AddressSource string   // DefaultAddress, or the variable that gave the address
	KeyVariables  []string // the variables that would give it a key
	State         State
	Problem       *bakeoff.Error
	Models        []provider.Model // with Openness filled in
	ListedAt      time.Time        // of Models, perhaps before this start; zero until there was a list
	AskedAt       time.Time        // when it was last asked for its models, with whatever success; zero: not since the start
	Seq           int64            // grows with every change of any endpoint: what is known tells which of two is newer
}

// PlaceOf says where a model of the endpoint runs: a local server may only forward.
func (i EndpointInfo) PlaceOf(m provider.Model) bakeoff.Place {
	if m.RemoteHost != "" && i.Place == bakeoff.PlaceLocal {
		return bakeoff.PlaceCloud
	}
	return i.Place
}

// Stays reports whether Local only may ask a model of the endpoint: it runs on this machine or on an own host, and is
// not forwarded.
func (i EndpointInfo) Stays(m provider.Model) bool {
	return m.RemoteHost == "" && (i.Own || i.Place != bakeoff.PlaceCloud)
}

// Registry knows the endpoints of this process and what they last said about themselves. It implements
// compare.Endpoints and is safe for concurrent use.
type Registry struct {
	getenv   func(string) string
	openness func(endpoint, model string) bakeoff.Openness
	connect  func(endpoint) provider.Provider
	border   *wire.Border
	lists    *lists

	mu    sync.Mutex
	seq   int64
	slots []*slot
	watch func(EndpointInfo)
}

// slot is an endpoint with its list. A changed endpoint gets a new slot: what the old one is still told is dropped.
type slot struct {
	endpoint
	redact  func(string) string // keys and what looks like one
	conceal func(string) string // this endpoint's key only

	list list  // guarded by Registry.mu
	seq  int64 // likewise
}

// list is what an endpoint said when it was last asked for its models.
type list struct {
	state    State
	problem  *bakeoff.Error
	models   []provider.Model
	listedAt time.Time
	askedAt  time.Time
}

// newRegistry finds the endpoints in an environment. connect builds the provider of one that can be asked.
func newRegistry(getenv func(string) string, openness func(endpoint, model string) bakeoff.Openness, connect func(endpoint, proxyFunc) provider.Provider, border *wire.Border, lists *lists) *Registry {
	proxy, proxyProblem := proxy(getenv)
	r := &Registry{getenv: getenv, openness: openness, border: border, lists: lists, watch: func(EndpointInfo) {}}
	r.connect = func(e endpoint) provider.Provider { return connect(e, proxy) }
	for _, s := range services {
		r.slots = append(r.slots, r.slot(find(s, getenv, nil), proxyProblem))
	}
	return r
}

// slot makes an endpoint ready to be asked. problem is one of the whole process that concerns those in the cloud.
func (r *Registry) slot(e endpoint, problem *bakeoff.Error) *slot {
	if e.place == bakeoff.PlaceCloud && e.problem == nil {
		e.problem = problem
	}
	if e.disabled {
		e.problem = &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: e.label + " is switched off. Switch it on with `bakeoff endpoints enable " + e.name + "`."}
	}
	if e.problem == nil {
		e.provider = r.connect(e)
	}
	client := wire.NewClient(wire.Options{BaseURL: e.url, Key: e.key, Headers: e.headers})
	return &slot{endpoint: e, list: r.firstList(e), redact: client.Redact, conceal: client.Conceal}
}

func (r *Registry) firstList(e endpoint) list {
	switch {
	case e.problem == nil:
		models, at := r.lists.of(e)
		return list{state: StateChecking, models: models, listedAt: at}
	case e.disabled:
		return list{state: StateOff, problem: e.problem}
	case e.problem.Code == bakeoff.CodeAuth:
		return list{state: StateNoKey, problem: e.problem}
	}
	return list{state: StateProblem, problem: e.problem}
}

// put replaces the endpoint of a name, or adds it before the demo, and tells the watcher.
func (r *Registry) put(e endpoint) {
	_, problem := proxy(r.getenv)
	fresh := r.slot(e, problem)
	r.mu.Lock()
	r.seq++
	fresh.seq = r.seq
	if i := slices.IndexFunc(r.slots, func(s *slot) bool { return s.name == e.name }); i >= 0 {
		r.slots[i] = fresh
	} else {
		r.slots = slices.Insert(r.slots, len(r.slots)-1, fresh)
	}
	r.mu.Unlock()
	r.tell(fresh)
}

// replace is put for an endpoint that may be the same as before, which then keeps its list. It reports whether it is another.
func (r *Registry) replace(e endpoint) bool {
	_, problem := proxy(r.getenv)
	fresh := r.slot(e, problem)
	for _, s := range r.all() {
		if s.name == e.name && s.same(fresh.endpoint) {
			return false
		}
	}
	r.put(e)
	return true
}

// made returns the names of the endpoints that the user made.
func (r *Registry) made() (names []string) {
	for _, s := range r.all() {
		if s.endpoint.made {
			names = append(names, s.name)
		}
	}
	return names
}

// drop forgets an endpoint that the user made.
func (r *Registry) drop(name string) {
	r.mu.Lock()
	r.slots = slices.DeleteFunc(r.slots, func(s *slot) bool { return s.name == name })
	r.mu.Unlock()
}

// Watch calls f after every change of an endpoint, from several goroutines. It replaces an earlier f.
func (r *Registry) Watch(f func(EndpointInfo)) {
	r.mu.Lock()
	r.watch = f
	r.mu.Unlock()
}

// all returns the slots of this moment.
func (r *Registry) all() []*slot {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.slots)
}

// Get implements compare.Endpoints. The error of an unknown name lists the known ones.
func (r *Registry) Get(name string) (compare.Endpoint, error) {
	s, err := r.find(name)
	if err != nil {
		return compare.Endpoint{}, err
	}
	out := s.compare()
	out.Own = r.own(s.endpoint)
	return out, nil
}

// own reports whether an endpoint is a model server on a host of the user's own list. What forwards is none, wherever it is.
func (r *Registry) own(e endpoint) bool {
	return e.service.own && e.place == bakeoff.PlaceCloud && !e.forwards && e.url != nil && r.border.Lists(e.url.Hostname())
}

// tellAll tells the watcher of every endpoint: something that concerns all of them has changed.
func (r *Registry) tellAll() {
	for _, s := range r.all() {
		r.update(s, func(*list) {})
	}
}

func (r *Registry) find(name string) (*slot, error) {
	var known []string
	for _, s := range r.all() {
		if s.name == name {
			return s, nil
		}
		if s.listed() {
			known = append(known, s.name)
		}
	}
	return nil, &bakeoff.Error{
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
	if s, err := r.find(name); err == nil {
		return s.label
	}
	return name
}

// Known returns all endpoints with what is known now; it asks nobody.
func (r *Registry) Known() []EndpointInfo {
	var out []EndpointInfo
	for _, s := range r.all() {
		if s.listed() {
			out = append(out, r.info(s))
		}
	}
	return out
}

// List returns all endpoints after those that were not asked yet have answered or failed to.
func (r *Registry) List(ctx context.Context) []EndpointInfo {
	r.ask(ctx, func(s *slot) bool { return r.info(s).State == StateChecking })
	return r.Known()
}

// Refresh asks an endpoint for its models again, or all of them when name is empty. It returns when they have answered
// or failed to; both is told to the watcher. The error is about the name only. With provider.WithLocalOnly nothing is
// sent to endpoints in the cloud.
func (r *Registry) Refresh(ctx context.Context, name string) error {
	if name != "" {
		if _, err := r.find(name); err != nil {
			return err
		}
	}
	r.ask(ctx, func(s *slot) bool { return name == "" || s.name == name })
	return nil
}

func (r *Registry) ask(ctx context.Context, which func(*slot) bool) {
	var wg sync.WaitGroup
	places := make(chan struct{}, listsAtOnce)
	for _, s := range r.all() {
		if s.problem != nil || !which(s) {
			continue
		}
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			r.askOne(ctx, s)
		})
	}
	wg.Wait()
}

func (r *Registry) askOne(ctx context.Context, s *slot) {
	r.update(s, func(l *list) { l.state, l.problem = StateChecking, nil })
	models, err := r.models(ctx, s.endpoint)
	now := time.Now()
	r.update(s, func(l *list) {
		l.askedAt = now
		if err != nil {
			l.state, l.problem = StateProblem, err
			return
		}
		l.state, l.models, l.listedAt = StateReady, models, now
	})
	if err == nil {
		r.lists.keep(context.WithoutCancel(ctx), s.endpoint, models, now)
	}
}

// models asks one endpoint. A panic of an adapter, whose text may quote the reply, is dropped: the endpoint fails.
func (r *Registry) models(ctx context.Context, e endpoint) (models []provider.Model, problem *bakeoff.Error) {
	defer func() {
		if v := recover(); v != nil {
			problem = bakeoff.AsError(fmt.Errorf("panic in an adapter: %T", v))
		}
	}()
	if (provider.LocalOnly(ctx) || r.border.On()) && e.place == bakeoff.PlaceCloud && !r.own(e) {
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

func (r *Registry) update(s *slot, f func(*list)) {
	r.mu.Lock()
	f(&s.list)
	r.seq++
	s.seq = r.seq
	r.mu.Unlock()
	r.tell(s)
}

// tell tells the watcher of a slot that is still in use.
func (r *Registry) tell(s *slot) {
	r.mu.Lock()
	watch, current := r.watch, slices.Contains(r.slots, s)
	r.mu.Unlock()
	if current && s.listed() {
		watch(r.info(s))
	}
}

func (r *Registry) info(s *slot) EndpointInfo {
	r.mu.Lock()
	l, seq := s.list, s.seq
	r.mu.Unlock()
	info := EndpointInfo{
		Seq:  seq,
		Name: s.name, Label: s.label, Kind: s.kind, BaseURL: s.baseText(), Place: s.place, Own: r.own(s.endpoint), Made: s.made, Locked: s.locked,
		KeySource: s.keySource, AddressSource: s.addressSource, KeyVariables: s.keys, HeaderNames: slices.Sorted(maps.Keys(s.headers)),
		State: l.state, Problem: l.problem, Models: l.models, ListedAt: l.listedAt, AskedAt: l.askedAt,
	}
	if n := len(s.key); n >= hintFrom && s.keyVariable() == "" {
		info.KeyHint = s.key[n-4:]
	}
	return info
}

// hintFrom is the shortest key of which the last characters may be shown.
const hintFrom = 20

// Conceal removes the keys of all endpoints from a text that leaves the program, and nothing else.
func (r *Registry) Conceal(text string) string {
	for _, s := range r.all() {
		text = s.conceal(text)
	}
	return text
}

// redact removes the keys of all endpoints, and what looks like one, from a line of the log.
func (r *Registry) redact(line string) string {
	for _, s := range r.all() {
		line = s.redact(line)
	}
	return line
}
