package record

import (
	"context"
	"errors"
	"slices"

	"bakeoff/backend/bakeoff"
)

// ending is a final record on its way into the history.
type ending struct {
	run   bakeoff.Run
	saved chan error // one place: what became of it
}

// Finish writes the final record of a run and returns when it is committed. Its unwritten text needs no write of its own
// any more: run has it all. Whoever gets the turn first writes for all that wait.
func (r *Recorder) Finish(ctx context.Context, run bakeoff.Run) error {
	e := ending{run: run, saved: make(chan error, 1)}
	r.mu.Lock()
	r.ending = append(r.ending, e)
	r.mu.Unlock()
	select {
	case err := <-e.saved:
		return err
	case r.turn <- struct{}{}:
		r.writeEndings(ctx)
		r.pass()
		return <-e.saved
	case <-ctx.Done():
		return r.giveUp(ctx, e)
	}
}

// giveUp leaves a final record as a debt, unless somebody is writing it already.
func (r *Recorder) giveUp(ctx context.Context, e ending) error {
	r.mu.Lock()
	i := slices.IndexFunc(r.ending, func(other ending) bool { return other.saved == e.saved })
	if i >= 0 {
		r.ending = slices.Delete(r.ending, i, i+1)
	}
	r.mu.Unlock()
	if i < 0 {
		return <-e.saved
	}
	r.later(func() { delete(r.runs, e.run.ID); r.owed.addFinal(e.run) })
	return tooSlow(ctx)
}

// writeEndings writes every final record that waits, and tells each what became of it. Called with the turn.
func (r *Recorder) writeEndings(ctx context.Context) {
	r.mu.Lock()
	endings := r.ending
	r.ending = nil
	r.mu.Unlock()
	r.collect() // after the endings were taken, so that no text of theirs comes later
	runs := make([]bakeoff.Run, len(endings))
	for i, e := range endings {
		runs[i] = e.run
		delete(r.runs, e.run.ID)
	}
	for i, err := range r.writeFinals(ctx, runs) {
		if err != nil && !gone(err) {
			r.owed.addFinal(runs[i])
			r.arm()
		}
		endings[i].saved <- err
	}
}

// writeFinals writes final records in one transaction and returns what became of each. What the history must have before
// comes first.
func (r *Recorder) writeFinals(ctx context.Context, runs []bakeoff.Run) []error {
	errs := make([]error, len(runs))
	var ready []bakeoff.Run
	var places []int
	for i, run := range runs {
		if errs[i] = r.payFor(ctx, run); errs[i] == nil {
			ready, places = append(ready, run), append(places, i)
		}
	}
	for i, err := range r.together(ctx, ready) {
		errs[places[i]] = err
	}
	return errs
}

// together writes runs in one transaction; if it fails, each in its own, so that one bad record spoils no other.
func (r *Recorder) together(ctx context.Context, runs []bakeoff.Run) []error {
	errs := make([]error, len(runs))
	if len(runs) == 0 || len(runs) > 1 && r.store.FinishRuns(ctx, runs...) == nil {
		return errs
	}
	for i, run := range runs {
		if errs[i] = r.store.FinishRuns(ctx, run); errors.Is(errs[i], context.DeadlineExceeded) {
			for rest := range errs[i:] { // the others would wait for nothing
				errs[i+rest] = errs[i]
			}
			break
		}
	}
	return errs
}
