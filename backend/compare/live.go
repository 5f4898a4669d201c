package compare

import (
	"context"
	"slices"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/meter"
	"bakeoff/backend/provider"
)

// Live is a comparison of which at least one run goes on, or has just ended. It is safe for concurrent use.
type Live struct {
	engine *Engine
	c      bakeoff.Comparison // without Runs
	warmUp bool               // of a fresh comparison: its retries load with the prompt, as ever
	ended  sync.WaitGroup

	mu          sync.Mutex
	runs        []*liveRun
	saveProblem string
}

func newLive(e *Engine, c bakeoff.Comparison) *Live { return &Live{engine: e, c: c} }

// revive makes a comparison of the history live again, so that a run can be added to it.
func revive(e *Engine, c bakeoff.Comparison) *Live {
	runs := c.Runs
	c.Runs = nil
	l := newLive(e, c)
	for _, run := range runs {
		r := l.addRun(run)
		r.answer, r.reasoning = []byte(run.Answer), []byte(run.Reasoning)
		r.pace = run.Pace
		r.told = run.Status.Ended()
	}
	return l
}

func (l *Live) addRun(run bakeoff.Run) *liveRun {
	r := &liveRun{id: run.ID, seat: run.Seat, attempt: run.Attempt, run: run}
	r.run.Answer, r.run.Reasoning, r.run.Pace = "", "", nil
	l.mu.Lock()
	l.runs = append(l.runs, r)
	slices.SortStableFunc(l.runs, func(a, b *liveRun) int {
		if a.seat != b.seat {
			return a.seat - b.seat
		}
		return a.attempt - b.attempt
	})
	l.mu.Unlock()
	return r
}

// ID returns the comparison's id.
func (l *Live) ID() string { return l.c.ID }

// Blind reports whether nobody may know yet which model gave which answer. It does not change while a comparison is live.
func (l *Live) Blind() bool { return l.c.Blind() }

// noteSave keeps the sentence of a history that could not be written, and drops it when a later write succeeds.
func (l *Live) noteSave(err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.saveProblem = ""
	if err != nil {
		l.saveProblem = bakeoff.AsError(err).Message
	}
}

// SaveProblem returns why the history could not be written, as a sentence; empty when all is saved.
func (l *Live) SaveProblem() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.saveProblem
}

// Going reports whether a run has not ended yet, or its end was not told to every observer: once it is false, no
// observer hears of the comparison again unless a run is added.
func (l *Live) Going() bool {
	return slices.ContainsFunc(l.all(), func(r *liveRun) bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return !r.told
	})
}

func (l *Live) all() []*liveRun {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.runs)
}

// Wait blocks until every run that was started so far has ended and its record is written.
func (l *Live) Wait() { l.ended.Wait() }

// Stop stops all runs that go on and keeps what has arrived. It does not wait.
func (l *Live) Stop() { l.stop(func(string) bool { return true }) }

func (l *Live) stop(which func(runID string) bool) {
	for _, r := range l.all() {
		if which(r.id) {
			r.stop()
		}
	}
}

// seatOf finds a run and the newest attempt of its seat.
func (l *Live) seatOf(runID string) (run, newest bakeoff.Run, ok bool) {
	for _, r := range l.all() {
		if r.id == runID {
			run, ok = r.peek(), true
		}
	}
	for _, r := range l.all() {
		if ok && r.seat == run.Seat {
			newest = r.peek() // runs are in the order of attempts
		}
	}
	return run, newest, ok
}

// Snapshot returns the comparison as it stands, with all texts.
func (l *Live) Snapshot() bakeoff.Comparison {
	c := l.c
	for _, r := range l.all() {
		c.Runs = append(c.Runs, r.since(0, 0, 0))
	}
	return c
}

// RunIDs returns the ids of all runs, by seat, then attempt.
func (l *Live) RunIDs() []string {
	var ids []string
	for _, r := range l.all() {
		ids = append(ids, r.id)
	}
	return ids
}

// Since returns a run as it stands, with only that part of its answer, reasoning (byte offsets) and pace (index) which
// came after the given positions. While the run goes on its numbers are live: estimates, and times up to now.
func (l *Live) Since(runID string, answer, reasoning, pace int) (bakeoff.Run, bool) {
	for _, r := range l.all() {
		if r.id == runID {
			return r.since(answer, reasoning, pace), true
		}
	}
	return bakeoff.Run{}, false
}

// liveRun is one run's state. The run's goroutine writes it, anybody may read it.
type liveRun struct {
	id            string // these three never change
	seat, attempt int

	mu          sync.Mutex
	run         bakeoff.Run // without Answer, Reasoning and Pace while it goes on
	answer      []byte
	reasoning   []byte
	pace        []bakeoff.Stroke // of a run from the history; the meter has it otherwise
	meter       meter.Meter
	sent        time.Time
	promptBytes int64 // for the estimate of input tokens; negative when it cannot be estimated
	cost        func(bakeoff.Usage) bakeoff.Cost
	cancel      context.CancelCauseFunc
	stopped     bool // perhaps before it began, while its comparison was being saved
	told        bool // every observer knows that the run has ended
}

func (r *liveRun) setCancel(cancel context.CancelCauseFunc) {
	r.mu.Lock()
	r.cancel = cancel
	if r.stopped {
		cancel(errStopped)
	}
	r.mu.Unlock()
}

func (r *liveRun) stop() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stopped = true
	if r.cancel != nil && !r.run.Status.Ended() {
		r.cancel(errStopped)
	}
}

// peek returns the run without its texts.
func (r *liveRun) peek() bakeoff.Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.run
}

// talked reports whether any text came.
func (r *liveRun) talked() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.answer)+len(r.reasoning) > 0
}

// update changes the run under its lock.
func (r *liveRun) update(f func(*bakeoff.Run)) {
	r.mu.Lock()
	f(&r.run)
	r.mu.Unlock()
}

// append adds a delta. first reports whether it is the run's first text or the first of its answer: no other delta
// changes the status or the times that become known.
func (r *liveRun) append(kind provider.Kind, at time.Time, text string) (first bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.meter.Delta(kind, at, len(text))
	first = len(r.answer) == 0 && (kind == provider.KindText || len(r.reasoning) == 0)
	status := bakeoff.Streaming
	if kind == provider.KindReasoning {
		r.reasoning = append(r.reasoning, text...)
		if len(r.answer) == 0 {
			status = bakeoff.Thinking
		}
	} else {
		r.answer = append(r.answer, text...)
	}
	r.run.Status = status
	return first
}

func (r *liveRun) since(answer, reasoning, pace int) bakeoff.Run {
	r.mu.Lock()
	defer r.mu.Unlock()
	run := r.run
	run.Answer, run.Reasoning = string(from(r.answer, answer)), string(from(r.reasoning, reasoning))
	strokes := r.meter.Pace()
	if len(strokes) == 0 {
		strokes = r.pace
	}
	run.Pace = slices.Clone(from(strokes, pace))
	if !run.Status.Ended() && !r.sent.IsZero() {
		r.measure(&run, time.Now())
	}
	return run
}

// measure fills a going run's numbers as far as they can be known now. Called with the lock held.
func (r *liveRun) measure(run *bakeoff.Run, now time.Time) {
	r.meter.Times(&run.Timing, now)
	if run.Status == bakeoff.Streaming || run.Status == bakeoff.Thinking {
		r.meter.Estimate(&run.Usage, r.promptBytes)
		run.Timing.Rate, run.Timing.RateSource = r.meter.Rate(run.Usage)
		run.Cost = r.cost(run.Usage)
	}
}

func from[T any](s []T, i int) []T { return s[min(max(i, 0), len(s)):] }
