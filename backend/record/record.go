// Package record writes runs into the history while they stream.
//
// It implements the engine's Recorder over a store. Begin, AddRun and Finish are durable on return. Delta and Known never
// wait for the disk: text is merged per run and written at least every Tick, all runs in one transaction. A Finish takes
// the run's unwritten text with it, so the final record is one transaction and nothing of the run is written after it.
// Final records that wait for the disk at the same moment share one transaction, since the models of a wide comparison
// like to end together and each sync costs the same for one record as for sixty.
//
// A history that cannot be written loses nothing as long as the program lives: what is owed (comparisons, retries, text,
// final records) stays in memory and is tried again every Retry, in the order in which the database needs it. Begin,
// AddRun and Finish return the sentence meanwhile.
//
// One write goes on at a time. Nothing wakes up while nothing streams.
package record

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/batch"
	"bakeoff/backend/provider"
)

// Store is what the recorder needs of the history. Each method is one transaction, durable on return. An insert of what
// is there already fails with bakeoff.ErrSaved.
type Store interface {
	InsertComparison(ctx context.Context, c bakeoff.Comparison) error
	InsertRun(ctx context.Context, r bakeoff.Run) error
	SaveProgress(ctx context.Context, parcels []bakeoff.Progress) error
	FinishRuns(ctx context.Context, runs ...bakeoff.Run) error // all of them or none
}

// Options are the recorder's rhythm. Zero fields take the default.
type Options struct {
	Tick  time.Duration // text waits at most this long for its write: 250 ms, which leaves as much for the write itself
	Retry time.Duration // between attempts to write what is owed: 2 s
}

// Recorder implements compare.Recorder. It is safe for concurrent use.
type Recorder struct {
	store Store
	opts  Options
	box   batch.Box

	armed   atomic.Bool    // a flush is due at the end of the tick that goes on
	wake    chan time.Time // one place: when a tick began
	quit    chan struct{}
	stopped chan struct{}
	closing sync.Once

	mu     sync.Mutex
	known  map[string]bakeoff.Run // facts since the last flush, by run id
	ending []ending               // final records that wait for whoever has the turn
	late   []func()               // what callers left behind that could not wait for their turn

	turn   chan struct{} // one place: whoever fills it may write and use what follows
	runs   map[string]*openRun
	owed   debts
	tried  time.Time          // when the debts were last tried
	parcel []bakeoff.Progress // reused by every flush
}

// openRun is what of a run waits for a write.
type openRun struct {
	answer, reasoning []byte
	known             *bakeoff.Run
}

func (o *openRun) empty() bool { return len(o.answer)+len(o.reasoning) == 0 && o.known == nil }

// New returns a recorder and starts its loop, which Close ends.
func New(store Store, opts Options) *Recorder {
	if opts.Tick == 0 {
		opts.Tick = 250 * time.Millisecond
	}
	if opts.Retry == 0 {
		opts.Retry = 2 * time.Second
	}
	r := &Recorder{
		store: store, opts: opts, wake: make(chan time.Time, 1), quit: make(chan struct{}), stopped: make(chan struct{}),
		known: make(map[string]bakeoff.Run), turn: make(chan struct{}, 1), runs: make(map[string]*openRun), owed: newDebts(),
	}
	go r.loop()
	return r
}

// Delta takes text of a run. It never waits for the disk and allocates nothing once the run's buffers have grown.
func (r *Recorder) Delta(runID string, kind provider.Kind, text string) {
	r.box.Add(runID, kind, text)
	r.arm()
}

// Known takes the facts of a run that goes on, which replace earlier ones; its texts and pace are not looked at.
func (r *Recorder) Known(run bakeoff.Run) {
	r.mu.Lock()
	r.known[run.ID] = run
	r.mu.Unlock()
	r.arm()
}

func (r *Recorder) arm() {
	if r.armed.CompareAndSwap(false, true) {
		select {
		case r.wake <- time.Now():
		default:
		}
	}
}

// loop flushes one tick after something came, however long the flush before took, and goes on as long as something is
// owed.
func (r *Recorder) loop() {
	defer close(r.stopped)
	for wait := r.opts.Tick; ; {
		var began time.Time
		select {
		case <-r.quit:
			return
		case began = <-r.wake:
		}
		select {
		case <-r.quit:
			return
		case <-time.After(time.Until(began.Add(wait))):
		}
		r.armed.Store(false) // before the flush: what comes during it begins the next tick
		wait = r.opts.Tick
		if again := r.flush(context.Background()); again > 0 {
			wait = again
			r.arm()
		}
	}
}

// take waits for the turn to write.
func (r *Recorder) take(ctx context.Context) error {
	select {
	case r.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return tooSlow(ctx)
	}
}

func tooSlow(ctx context.Context) error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The disk is too slow to save the history in time. What is on screen is saved as soon as it answers.", Err: ctx.Err()}
}

func (r *Recorder) pass() { <-r.turn }

// Begin saves a comparison with its runs. A row of a set that cannot be saved is not owed: it is not asked either.
func (r *Recorder) Begin(ctx context.Context, c bakeoff.Comparison) error {
	owe := c.Set.SetID == ""
	if err := r.take(ctx); err != nil {
		if owe {
			r.later(func() { r.owed.addComparison(c) })
		}
		return err
	}
	defer r.pass()
	err := r.store.InsertComparison(ctx, c)
	if err != nil && owe {
		r.owed.addComparison(c)
		r.arm()
	}
	return err
}

// AddRun saves a retry.
func (r *Recorder) AddRun(ctx context.Context, run bakeoff.Run) error {
	if err := r.take(ctx); err != nil {
		r.later(func() { r.owed.addRun(run) })
		return err
	}
	defer r.pass()
	err := r.payFor(ctx, run)
	if err == nil {
		err = r.store.InsertRun(ctx, run)
	}
	if err != nil {
		r.owed.addRun(run)
		r.arm()
	}
	return err
}

// later leaves something for the next one whose turn it is.
func (r *Recorder) later(f func()) {
	r.mu.Lock()
	r.late = append(r.late, f)
	r.mu.Unlock()
	r.arm()
}

// Close writes what is left and ends the recorder. The error tells what could not be saved. The engine is closed before.
func (r *Recorder) Close(ctx context.Context) error {
	r.closing.Do(func() { close(r.quit) })
	select {
	case <-r.stopped:
	case <-ctx.Done():
		return bakeoff.AsError(ctx.Err())
	}
	if err := r.take(ctx); err != nil {
		return err
	}
	defer r.pass()
	r.collect()
	return errors.Join(r.payAll(ctx), r.writeProgress(ctx))
}

// flush writes the text that came since the flush before and, at most every Retry, tries what is owed: a debt that
// cannot be paid must not hold back the text of other runs. again is how soon to come back; 0 means when something comes.
func (r *Recorder) flush(ctx context.Context) (again time.Duration) {
	if r.take(ctx) != nil {
		return r.opts.Retry
	}
	defer r.pass()
	r.collect()
	if r.owed.any() && time.Since(r.tried) >= r.opts.Retry {
		r.tried = time.Now()
		_ = r.payAll(ctx) // the callers have had the sentence
	}
	switch err := r.writeProgress(ctx); {
	case err != nil:
		return r.opts.Retry
	case r.owed.any():
		return r.opts.Tick
	}
	return 0
}

// collect moves what came into the open runs, which keep it until it is written.
func (r *Recorder) collect() {
	r.box.Drain(func(id string, answer, reasoning []byte) {
		o := r.open(id)
		o.answer, o.reasoning = append(o.answer, answer...), append(o.reasoning, reasoning...)
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	for id, run := range r.known {
		r.open(id).known = &run
		delete(r.known, id)
	}
	for _, f := range r.late {
		f()
	}
	r.late = nil
}

func (r *Recorder) open(id string) *openRun {
	o := r.runs[id]
	if o == nil {
		o = new(openRun)
		r.runs[id] = o
	}
	return o
}

// writeProgress appends the text of all runs that the history knows, in one transaction.
func (r *Recorder) writeProgress(ctx context.Context) error {
	r.parcel = r.parcel[:0]
	for id, o := range r.runs {
		if !o.empty() && !r.owed.start(id) {
			r.parcel = append(r.parcel, bakeoff.Progress{RunID: id, Answer: o.answer, Reasoning: o.reasoning, Known: o.known})
		}
	}
	if len(r.parcel) == 0 {
		return nil
	}
	if err := r.store.SaveProgress(ctx, r.parcel); err != nil {
		return err
	}
	for _, p := range r.parcel {
		o := r.runs[p.RunID]
		o.answer, o.reasoning, o.known = o.answer[:0], o.reasoning[:0], nil
	}
	return nil
}
