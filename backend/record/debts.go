package record

import (
	"context"
	"errors"
	"slices"

	"bakeoff/backend/bakeoff"
)

// debts are what the history could not take yet. A run's start must be written before its text and its end.
type debts struct {
	comparisons []bakeoff.Comparison // never begun in the history
	added       []bakeoff.Run        // retries that the history does not know
	finals      []bakeoff.Run        // ended, record not written
	starts      map[string]struct{}  // ids of all runs in comparisons and added
}

func newDebts() debts { return debts{starts: make(map[string]struct{})} }

func (d *debts) addComparison(c bakeoff.Comparison) {
	d.comparisons = append(d.comparisons, c)
	for _, run := range c.Runs {
		d.starts[run.ID] = struct{}{}
	}
}

func (d *debts) addRun(run bakeoff.Run) {
	d.added = append(d.added, run)
	d.starts[run.ID] = struct{}{}
}

func (d *debts) addFinal(run bakeoff.Run) { d.finals = append(d.finals, run) }

// start reports whether the history does not know the run yet.
func (d *debts) start(runID string) bool {
	_, owed := d.starts[runID]
	return owed
}

func (d *debts) any() bool { return len(d.comparisons)+len(d.added)+len(d.finals) > 0 }

// gone reports whether the history no longer has the run: its comparison was deleted meanwhile, nothing is owed.
func gone(err error) bool {
	var e *bakeoff.Error
	return errors.As(err, &e) && e.Code == bakeoff.CodeNotFound
}

// payAll tries to write everything that is owed.
func (r *Recorder) payAll(ctx context.Context) error {
	starts := r.pay(ctx, func(string) bool { return true })
	return errors.Join(starts, r.payFinals(ctx))
}

// payFor tries to write what must be in the history before anything of this run is.
func (r *Recorder) payFor(ctx context.Context, run bakeoff.Run) error {
	return r.pay(ctx, func(comparison string) bool { return comparison == run.ComparisonID })
}

// pay tries to write the starts that are owed and due. What the history has already is paid: a write may have come
// through although its answer was an error.
func (r *Recorder) pay(ctx context.Context, due func(comparison string) bool) error {
	var errs []error
	r.owed.comparisons = slices.DeleteFunc(r.owed.comparisons, func(c bakeoff.Comparison) bool {
		if !due(c.ID) {
			return false
		}
		if err := r.store.InsertComparison(ctx, c); err != nil && !errors.Is(err, bakeoff.ErrSaved) {
			errs = append(errs, err)
			return false
		}
		for _, run := range c.Runs {
			delete(r.owed.starts, run.ID)
		}
		return true
	})
	r.owed.added = slices.DeleteFunc(r.owed.added, func(run bakeoff.Run) bool {
		if len(errs) > 0 || !due(run.ComparisonID) {
			return false // its comparison may be among those that failed
		}
		if err := r.store.InsertRun(ctx, run); err != nil && !errors.Is(err, bakeoff.ErrSaved) {
			errs = append(errs, err)
			return false
		}
		delete(r.owed.starts, run.ID)
		return true
	})
	return errors.Join(errs...)
}

// payFinals tries to write the final records that are owed and whose runs the history knows: the start of any other
// failed and told why.
func (r *Recorder) payFinals(ctx context.Context) error {
	var errs []error
	due, left := split(r.owed.finals, func(run bakeoff.Run) bool { return !r.owed.start(run.ID) })
	for i, err := range r.together(ctx, due) {
		if err != nil && !gone(err) {
			errs, left = append(errs, err), append(left, due[i])
		}
	}
	r.owed.finals = left
	return errors.Join(errs...)
}

func split(runs []bakeoff.Run, first func(bakeoff.Run) bool) (yes, no []bakeoff.Run) {
	for _, run := range runs {
		if first(run) {
			yes = append(yes, run)
		} else {
			no = append(no, run)
		}
	}
	return yes, no
}
