package compare

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// Endpoint is where an entry's request goes.
type Endpoint struct {
	Name     string // "ollama"
	Label    string // "Ollama"
	Host     string // host:port; empty for demo
	Place    bakeoff.Place
	Provider provider.Provider
	Own      bool           // elsewhere, but a host of the user's own: Local only asks it
	Problem  *bakeoff.Error // why it cannot be asked; nil when it can
	Gated    bool           // its transport calls provider.Trace.Gate; the engine does it for all others
}

// Endpoints finds endpoints by name. Get's error is a *bakeoff.Error with the next step.
type Endpoints interface {
	Get(name string) (Endpoint, error)
}

// Prices knows what models cost and who holds their weights.
type Prices interface {
	Openness(endpoint, model string) bakeoff.Openness
	Cost(endpoint, model string, at time.Time, u bakeoff.Usage, modifiers map[string]string) bakeoff.Cost
}

// Dated is what Prices that can change are as well: Today returns them as they are now, and so they stay. A run is priced by
// those of the moment it was sent.
type Dated interface {
	Today() Prices
}

// Recorder keeps a comparison. Begin, AddRun and Finish are durable on return. Known and Delta never block. Known takes
// the facts of a run that goes on: when its request was handed over, and when its first text and its answer began.
type Recorder interface {
	Begin(ctx context.Context, c bakeoff.Comparison) error
	AddRun(ctx context.Context, r bakeoff.Run) error
	Known(r bakeoff.Run)
	Delta(runID string, kind provider.Kind, text string)
	Finish(ctx context.Context, r bakeoff.Run) error
}

// Budget refuses what the user's caps do not allow, before anything is saved or sent. Its errors are *bakeoff.Error.
// confirmed says that the user has seen what this costs.
type Budget interface {
	Admit(ctx context.Context, c bakeoff.Comparison, runs []bakeoff.Run, confirmed bool) error
}

// Observer watches comparisons. Its methods are called from the goroutines of runs and must not block.
type Observer interface {
	Delta(l *Live, runID string, kind provider.Kind, text string) // text arrived
	Changed(l *Live, runID string)                                // more than text changed: read it from l
}

// Limits are the engine's own patience. Zero fields take the default.
type Limits struct {
	Prepare        time.Duration // how long the barrier waits for facts: 750 ms
	FirstByteCloud time.Duration // 120 s
	FirstByteLocal time.Duration // 10 min: a large model may load for long
	Silence        time.Duration // after the first byte: 60 s
	FinalWrite     time.Duration // for the last record of a run: 10 s
	MaxText        int           // bytes of answer and reasoning of one run: 16 MiB
}

func (l Limits) withDefaults() Limits {
	set := func(d *time.Duration, v time.Duration) {
		if *d == 0 {
			*d = v
		}
	}
	set(&l.Prepare, 750*time.Millisecond)
	set(&l.FirstByteCloud, 120*time.Second)
	set(&l.FirstByteLocal, 10*time.Minute)
	set(&l.Silence, 60*time.Second)
	set(&l.FinalWrite, 10*time.Second)
	if l.MaxText == 0 {
		l.MaxText = 16 << 20
	}
	return l
}

// Config is what an engine is built from. All fields but Budget, Observers and Limits are required.
type Config struct {
	Endpoints  Endpoints
	Prices     Prices
	Recorder   Recorder
	Budget     Budget      // nil: no caps
	LocalOnly  func() bool // whether nothing may leave this machine now, whatever a spec says; nil: never
	Observers  []Observer
	NewID      func() string // UUIDv7
	AppVersion string
	Limits     Limits
}

// Engine runs comparisons. It is safe for concurrent use.
type Engine struct {
	cfg   Config
	hosts hosts
	turns turns

	mu     sync.Mutex
	lives  map[string]*Live // by comparison id, while at least one run goes on
	closed bool
	wg     sync.WaitGroup
}

// New returns an engine.
func New(cfg Config) *Engine {
	cfg.Limits = cfg.Limits.withDefaults()
	return &Engine{cfg: cfg, lives: make(map[string]*Live)}
}

// Causes of a run's end that are no error of the model.
var (
	errStopped = errors.New("stopped by the user")
	errTimeout = errors.New("time limit reached")
	errTooLong = errors.New("answer over the size limit")
)

// Start saves the comparison and asks all its models. It returns as soon as the comparison is saved; errors are
// *bakeoff.Error about the spec as a whole. ctx ends all runs when it ends. A history that cannot be written does not
// stop the comparison: Live.SaveProblem tells. A row of a set is not asked then, since nobody would know that it was.
func (e *Engine) Start(ctx context.Context, spec Spec) (*Live, error) {
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if err := e.fit(spec); err != nil {
		return nil, err
	}
	c, runs := e.Plan(spec)
	l := newLive(e, c)
	for _, run := range runs {
		l.addRun(run)
	}
	if err := e.afford(ctx, c, runs, spec.Confirmed); err != nil {
		return nil, err
	}
	if err := e.register(l); err != nil {
		return nil, err
	}
	defer e.wg.Done()
	err := e.cfg.Recorder.Begin(ctx, l.Snapshot())
	if err != nil && spec.Set.SetID != "" {
		e.forget(l)
		return nil, err
	}
	l.noteSave(err)
	l.warmUp = spec.WarmUp && spec.Lanes == bakeoff.LanesSerial
	e.launch(ctx, l, l.runs, spec.Timeout)
	return l, nil
}

// fit refuses what is known to be refused by a model of the lineup, before anything is saved or sent.
func (e *Engine) fit(spec Spec) error {
	for _, entry := range spec.Lineup {
		ep, err := e.cfg.Endpoints.Get(entry.Endpoint)
		if err != nil || ep.Problem != nil {
			continue // its run will tell
		}
		f := provider.Foresee(ep.Provider, provider.Request{Model: entry.Model, Prompt: entry.PromptOf(spec.Prompt), Params: entry.Params})
		if f.Problem != nil {
			return f.Problem
		}
	}
	return nil
}

// Plan returns the comparison that Start would make of spec, with its runs, and does nothing else: for estimates.
func (e *Engine) Plan(spec Spec) (bakeoff.Comparison, []bakeoff.Run) {
	c := bakeoff.Comparison{
		ID:         e.cfg.NewID(),
		Prompt:     spec.Prompt,
		Lineup:     spec.Lineup,
		Lanes:      spec.Lanes,
		LocalOnly:  spec.LocalOnly || spec.Sensitive || e.localOnly(),
		Sensitive:  spec.Sensitive,
		StartedAt:  time.Now().UTC().Truncate(time.Millisecond),
		AppVersion: e.cfg.AppVersion,
		Sitting:    spec.Sitting,
		ParentID:   spec.Link.ParentID,
		Relation:   spec.Link.Relation,
		ThreadID:   spec.Link.ThreadID,
		Earlier:    spec.Earlier,
		Set:        spec.Set,
	}
	runs := make([]bakeoff.Run, len(spec.Lineup))
	for seat, entry := range spec.Lineup {
		runs[seat] = e.newRun(c.ID, seat, 1, entry)
	}
	return c, runs
}

// localOnly reports whether the user's switch is on.
func (e *Engine) localOnly() bool { return e.cfg.LocalOnly != nil && e.cfg.LocalOnly() }

// StopLeaving stops every run that Local only would not have begun.
func (e *Engine) StopLeaving() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.lives {
		leaving := make(map[string]bool)
		for _, r := range l.all() {
			run := r.peek()
			ep, err := e.cfg.Endpoints.Get(run.Entry.Endpoint)
			leaving[run.ID] = run.Place == bakeoff.PlaceCloud && !(err == nil && ep.Own)
		}
		l.stop(func(id string) bool { return leaving[id] })
	}
}

func (e *Engine) afford(ctx context.Context, c bakeoff.Comparison, runs []bakeoff.Run, confirmed bool) error {
	if e.cfg.Budget == nil {
		return nil
	}
	return e.cfg.Budget.Admit(ctx, c, runs, confirmed)
}

// Retry asks the model of an ended run once more, as a new attempt of its seat; the old run stays. c is the comparison
// as the history has it; while it is live, its live state is used instead. The new run's id is returned. confirmed: the user
// has seen that it is above the cap for one comparison.
func (e *Engine) Retry(ctx context.Context, c bakeoff.Comparison, runID string, confirmed bool) (*Live, string, error) {
	if c.Blind() {
		return nil, "", errBlind()
	}
	if i := slices.IndexFunc(c.Runs, func(r bakeoff.Run) bool { return r.ID == runID }); i >= 0 {
		if err := e.afford(ctx, c, c.Runs[i:i+1], confirmed); err != nil {
			return nil, "", err
		}
	}
	l, r, err := e.addAttempt(c, runID)
	if err != nil {
		return nil, "", err
	}
	defer e.wg.Done()
	run := r.peek()
	l.noteSave(e.cfg.Recorder.AddRun(ctx, run))
	e.launch(ctx, l, []*liveRun{r}, 0)
	return l, run.ID, nil
}

// addAttempt adds a run to a live or revived comparison in one step, so that two retries at once meet in one Live.
func (e *Engine) addAttempt(c bakeoff.Comparison, runID string) (*Live, *liveRun, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lives[c.ID]
	if l == nil {
		l = revive(e, c)
	}
	old, newest, ok := l.seatOf(runID)
	switch {
	case e.closed:
		return nil, nil, errClosing()
	case l.Blind():
		return nil, nil, errBlind()
	case !ok:
		return nil, nil, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "This run is not part of the comparison. Open it again from the history."}
	case !newest.Status.Ended():
		return nil, nil, invalid("This model is still answering. Stop it first, then run it again.")
	}
	r := l.addRun(e.newRun(c.ID, old.Seat, newest.Attempt+1, old.Entry))
	e.admit(l)
	return l, r, nil
}

// Regenerate asks all models of an ended comparison once more, from one start barrier, as new attempts of their seats;
// the old runs stay. c is the comparison as the history has it.
func (e *Engine) Regenerate(ctx context.Context, c bakeoff.Comparison, confirmed bool) (*Live, error) {
	if c.Blind() { // before what it costs is looked at: a cap's sentence would tell
		return nil, errBlind()
	}
	if err := e.afford(ctx, c, bakeoff.Newest(c.Runs), confirmed); err != nil {
		return nil, err
	}
	l, runs, err := e.addAttempts(c)
	if err != nil {
		return nil, err
	}
	defer e.wg.Done()
	var unsaved error
	for _, r := range runs {
		unsaved = cmp.Or(unsaved, e.cfg.Recorder.AddRun(ctx, r.peek()))
	}
	l.noteSave(unsaved)
	e.launch(ctx, l, runs, 0)
	return l, nil
}

// addAttempts adds a run to every seat of a comparison of which none goes on, in one step.
func (e *Engine) addAttempts(c bakeoff.Comparison) (*Live, []*liveRun, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l := e.lives[c.ID]
	if l == nil {
		l = revive(e, c)
	}
	switch {
	case e.closed:
		return nil, nil, errClosing()
	case l.Blind():
		return nil, nil, errBlind()
	case l.Going():
		return nil, nil, invalid("Some models are still answering. Stop them first, then run all again.")
	}
	newest := make(map[int]bakeoff.Run)
	for _, r := range l.all() {
		newest[r.seat] = r.peek() // runs are in the order of attempts
	}
	var runs []*liveRun
	for _, seat := range slices.Sorted(maps.Keys(newest)) {
		old := newest[seat]
		runs = append(runs, l.addRun(e.newRun(c.ID, seat, old.Attempt+1, old.Entry)))
	}
	e.admit(l)
	return l, runs, nil
}

// A new attempt would show a seat's speed and join an answer to the model that was asked.
func errBlind() error { return invalid("This comparison is blind. Vote or reveal first.") }

func errClosing() error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Bakeoff is closing. Start it again to run this."}
}

func (e *Engine) newRun(comparison string, seat, attempt int, entry bakeoff.Entry) bakeoff.Run {
	run := bakeoff.Run{
		ID: e.cfg.NewID(), ComparisonID: comparison, Seat: seat, Attempt: attempt, Entry: entry,
		Status: bakeoff.Queued, Openness: e.cfg.Prices.Openness(entry.Endpoint, entry.Model), Place: bakeoff.PlaceCloud,
	}
	if ep, err := e.cfg.Endpoints.Get(entry.Endpoint); err == nil {
		run.Place, run.EndpointHost = ep.Place, ep.Host
	}
	return run
}

func (e *Engine) register(l *Live) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.closed {
		return errClosing()
	}
	e.admit(l)
	return nil
}

// admit makes l live and lets Close wait for it, before its first run has begun: the caller calls e.wg.Done when all
// have. Called with mu held.
func (e *Engine) admit(l *Live) {
	e.lives[l.c.ID] = l
	e.wg.Add(1)
}

// launch gives each run its goroutine and opens the barrier when all are prepared, or after the prepare limit.
func (e *Engine) launch(ctx context.Context, l *Live, runs []*liveRun, timeout time.Duration) {
	barrier := newBarrier(len(runs))
	for _, r := range runs {
		ctx, cancel := context.WithCancelCause(ctx)
		r.setCancel(cancel)
		p := &play{e: e, l: l, r: r, barrier: barrier, turn: e.turns.take(l.c.Lanes, r.peek()), timeout: timeout}
		l.ended.Add(1)
		e.wg.Go(func() {
			defer l.ended.Done()
			defer cancel(nil)
			p.run(ctx)
			e.settle(l)
		})
	}
	e.wg.Go(func() { barrier.open(e.cfg.Limits.Prepare) })
}

// settle forgets a comparison whose last run has ended.
func (e *Engine) settle(l *Live) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !l.Going() {
		e.drop(l)
	}
}

// forget forgets a comparison that was not begun after all.
func (e *Engine) forget(l *Live) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop(l)
}

// drop is called with mu held.
func (e *Engine) drop(l *Live) {
	if e.lives[l.c.ID] == l {
		delete(e.lives, l.c.ID)
	}
}

// Going reports whether any run goes on.
func (e *Engine) Going() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return len(e.lives) > 0
}

// Live returns the comparison while it goes on.
func (e *Engine) Live(id string) (*Live, bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	l, ok := e.lives[id]
	return l, ok
}

// Snapshots returns the comparisons that go on, as they stand.
func (e *Engine) Snapshots() []bakeoff.Comparison {
	e.mu.Lock()
	lives := slices.Collect(maps.Values(e.lives))
	e.mu.Unlock()
	var out []bakeoff.Comparison
	for _, l := range lives {
		out = append(out, l.Snapshot())
	}
	return out
}

// StopRun stops one run of any live comparison. Stopping what has ended does nothing.
func (e *Engine) StopRun(runID string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, l := range e.lives {
		l.stop(func(id string) bool { return id == runID })
	}
}

// Stop stops all runs of a comparison and keeps what has arrived. It does not wait.
func (e *Engine) Stop(id string) {
	if l, ok := e.Live(id); ok {
		l.Stop()
	}
}

// Close refuses new comparisons, stops all runs and waits until each is recorded.
func (e *Engine) Close() {
	e.mu.Lock()
	e.closed = true
	for _, l := range e.lives {
		l.stop(func(string) bool { return true })
	}
	e.mu.Unlock()
	e.wg.Wait()
}
