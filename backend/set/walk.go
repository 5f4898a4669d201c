package set

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
)

// finalWrite is how long the last note of a set may take.
const finalWrite = 10 * time.Second

// walk is one set that is being run.
type walk struct {
	set  bakeoff.PromptSet
	rows []bakeoff.SetRow
	stop context.CancelFunc // the models that answer now
	done chan struct{}

	mu           sync.Mutex
	held         bool
	why          *bakeoff.Error // it ended before its last row; nil: the user wanted it
	row          int            // that is being asked; -1: none
	comparisonID string
}

func (w *walk) pause() {
	w.mu.Lock()
	w.held = true
	w.mu.Unlock()
}

// close is for the end of the program.
func (w *walk) close() {
	w.mu.Lock()
	w.held, w.why = true, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Bakeoff was closed while this set ran. Resume it to go on."}
	w.mu.Unlock()
	w.stop()
}

func (w *walk) isHeld() (held bool, why *bakeoff.Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.held, w.why
}

// at notes which row is being asked as which comparison.
func (w *walk) at(row int, comparison string) {
	w.mu.Lock()
	w.row, w.comparisonID = row, comparison
	w.mu.Unlock()
}

func (w *walk) progress() Progress {
	w.mu.Lock()
	defer w.mu.Unlock()
	p := Progress{SetID: w.set.ID, Name: w.set.Name, State: w.set.State, Reason: w.set.Reason, Code: w.set.Code, Rows: len(w.rows), Row: w.row, ComparisonID: w.comparisonID}
	for _, r := range w.rows {
		if r.Ended {
			p.Ended++
		}
	}
	return p
}

// walk asks row after row and notes at the end where the set stands.
func (d *Driver) walk(ctx context.Context, w *walk) {
	w.note(bakeoff.SetRunning, nil)
	d.tell(w)
	state, why := d.askRows(ctx, w)
	write, cancel := context.WithTimeout(context.WithoutCancel(ctx), finalWrite)
	defer cancel()
	if err := d.cfg.Store.HoldSet(write, w.set.ID, state, why); err != nil && why == nil {
		why = bakeoff.AsError(err) // the next start finds it running without a runner, and pauses it
	}
	d.mu.Lock()
	delete(d.walks, w.set.ID)
	d.mu.Unlock()
	w.at(-1, "")
	w.note(state, why)
	d.tell(w)
}

// note keeps where the set stands, for those who ask.
func (w *walk) note(state bakeoff.SetState, why *bakeoff.Error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.set.State, w.set.Reason, w.set.Code = state, "", ""
	if why != nil {
		w.set.Reason, w.set.Code = why.Message, why.Code
	}
}

// errHeld says that a row was broken off by the user.
var errHeld = errors.New("held")

func (d *Driver) askRows(ctx context.Context, w *walk) (state bakeoff.SetState, why *bakeoff.Error) {
	for i, row := range w.rows {
		if row.Ended {
			continue
		}
		err := errHeld
		if held, _ := w.isHeld(); !held && ctx.Err() == nil {
			err = d.ask(ctx, w, row)
		}
		if errors.Is(err, errHeld) {
			_, why := w.isHeld()
			return bakeoff.SetPaused, why
		}
		if err != nil {
			return bakeoff.SetPaused, bakeoff.AsError(err)
		}
		w.mu.Lock()
		w.rows[i].Ended = true
		w.mu.Unlock()
	}
	return bakeoff.SetDone, nil
}

// ask asks one row, or what of it was broken off, and returns when it has ended and that is noted.
func (d *Driver) ask(ctx context.Context, w *walk, row bakeoff.SetRow) error {
	if err := d.mayAsk(ctx, w.set); err != nil {
		return err
	}
	lives, err := d.begin(ctx, w.set, row)
	for _, l := range lives {
		w.at(row.Place, l.ID())
		d.tell(w)
		release := context.AfterFunc(ctx, l.Stop)
		l.Wait()
		release()
	}
	switch {
	case err != nil:
		return err
	case ctx.Err() != nil:
		return errHeld // it has not ended: what was stopped is asked again
	}
	if err := verdict(row, lives); err != nil {
		return err
	}
	if slices.ContainsFunc(lives, stopped) {
		if err := d.mayAsk(ctx, w.set); err != nil {
			return err // what was stopped is asked again when that is allowed
		}
	}
	// The row has ended, whatever ends now.
	return d.cfg.Store.EndRow(context.WithoutCancel(ctx), w.set.ID, row.Place)
}

// begin asks a row, or those models of it that were broken off. Without an error and without anything live, nothing is
// left to ask.
func (d *Driver) begin(ctx context.Context, set bakeoff.PromptSet, row bakeoff.SetRow) ([]*compare.Live, error) {
	asking := context.WithoutCancel(ctx) // a stop lets what came be saved
	if row.ComparisonID == "" {
		spec, err := Spec(set, row)
		if err != nil {
			return nil, err
		}
		l, err := d.cfg.Engine.Start(asking, spec)
		if err != nil {
			return nil, err
		}
		return []*compare.Live{l}, nil
	}
	if l, live := d.cfg.Engine.Live(row.ComparisonID); live {
		l.Wait() // somebody asked one of its models again
	}
	c, err := d.cfg.Store.Comparison(ctx, row.ComparisonID)
	switch {
	case gone(err):
		return nil, nil
	case err != nil:
		return nil, err
	case c.Blind() && answered(c):
		return nil, nil
	case c.Blind(): // to ask one again would tell whose answer is missing
		return nil, invalid("Row %d is blind, and not every model answered it. Vote on it or reveal it, then go on.", row.Place+1)
	}
	return d.goOn(asking, c)
}

func gone(err error) bool {
	var e *bakeoff.Error
	return errors.As(err, &e) && e.Code == bakeoff.CodeNotFound
}

// goOn asks those models once more that were broken off or failed. The answers that are there stay.
func (d *Driver) goOn(ctx context.Context, c bakeoff.Comparison) (lives []*compare.Live, err error) {
	for _, r := range bakeoff.Newest(c.Runs) {
		if !askedAgain(r) {
			continue
		}
		l, _, err := d.cfg.Engine.Retry(ctx, c, r.ID, true)
		if err != nil {
			return lives, err
		}
		if !slices.Contains(lives, l) {
			lives = append(lives, l)
		}
	}
	return lives, nil
}

// stopped reports whether a model was stopped before its answer was whole.
func stopped(l *compare.Live) bool {
	return slices.ContainsFunc(bakeoff.Newest(l.Snapshot().Runs), func(r bakeoff.Run) bool { return r.Status == bakeoff.Cancelled })
}

// verdict says why a set must not go on after a row: it could not be saved, or every model of it failed for a reason
// that has nothing to do with the row.
func verdict(row bakeoff.SetRow, lives []*compare.Live) error {
	for _, l := range lives {
		if problem := l.SaveProblem(); problem != "" {
			return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: problem}
		}
		runs := bakeoff.Newest(l.Snapshot().Runs)
		if slices.ContainsFunc(runs, func(r bakeoff.Run) bool { return !outside(r) }) {
			continue
		}
		why := runs[0].Error.Message
		if l.Blind() {
			why = "Reveal it to see why."
		}
		return &bakeoff.Error{Code: runs[0].Error.Code, Message: fmt.Sprintf("No model could answer row %d. %s", row.Place+1, why)}
	}
	return nil
}

// outside reports whether a run failed for a reason that the next row would meet as well.
func outside(r bakeoff.Run) bool {
	if r.Status != bakeoff.Failed || r.Error == nil {
		return false
	}
	switch r.Error.Code {
	case bakeoff.CodeUnreachable, bakeoff.CodeAuth, bakeoff.CodeForbidden, bakeoff.CodeRateLimited, bakeoff.CodeNoCredit,
		bakeoff.CodeModelMissing, bakeoff.CodeOverloaded, bakeoff.CodeLocalOnly, bakeoff.CodeNotFound:
		return true
	}
	return false
}

// answered reports whether no model of a row would be asked again.
func answered(c bakeoff.Comparison) bool {
	return !slices.ContainsFunc(bakeoff.Newest(c.Runs), askedAgain)
}

// askedAgain reports whether going on asks again what this attempt asked.
func askedAgain(r bakeoff.Run) bool {
	return r.Status == bakeoff.Interrupted || r.Status == bakeoff.Cancelled || r.Status == bakeoff.Failed
}
