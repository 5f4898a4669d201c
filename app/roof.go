package app

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/wiring"
)

// roof is what the bound structs share. The window opens before the history does: house waits for that.
type roof struct {
	shell   shell
	bridge  *Bridge
	version string
	files   shelf
	mover   mover
	weights weights
	dropped dropped

	keepTheme func(theme string) // for the next start, before the settings are read
	now       func() time.Time

	ctx    context.Context // ends when the app does; Wails gives no context to bound methods
	opened chan struct{}   // closed when the house stands
	built  *wiring.House   // not read before opened is closed
}

func newRoof(ctx context.Context, shell shell, version string) *roof {
	r := &roof{shell: shell, version: version, keepTheme: func(string) {}, now: time.Now, ctx: ctx, opened: make(chan struct{})}
	r.bridge = NewBridge(shell.Emit, r.label)
	return r
}

// bound are the structs whose methods the page can call: nothing else is exported on them.
func (r *roof) bound() []any {
	return []any{&Comparisons{r}, &Ratings{r}, &History{r}, &Models{r}, &Locals{r}, &Endpoints{r}, &Budgets{r}, &Settings{r}, &Desktop{r}, &Diffs{r}, &Transfers{r}, &Backups{r}, &Privacy{r}, &Prompts{r}, &Sets{r}, &Lineups{r}, &Prices{r}}
}

// open takes the house into use: from now on bound methods answer.
func (r *roof) open(h *wiring.House) {
	r.built = h
	slog.SetDefault(h.Log)
	r.watchSets(h)
	h.Registry.Watch(func(i wiring.EndpointInfo) { r.shell.Emit("endpoint", endpointView(i, h)) })
	h.Privacy.Watch(func() { r.shell.Emit("privacy", privacyView(h)) })
	h.Prices.Watch(func() { r.shell.Emit("endpoints", nil) }) // each row of a model carries its price
	r.watchJobs(h)
	close(r.opened)
}

// reread takes over what a command has changed since about endpoints, keys and Local only, so that what is asked next obeys
// it. What cannot be read stays as it was.
func (r *roof) reread(h *wiring.House) {
	h.Privacy.Reread()
	h.Prices.Reread()
	changed, err := h.Setup.Reread(r.ctx)
	if err != nil {
		slog.Warn("what another Bakeoff set up could not be read", "code", bakeoff.AsError(err).Code)
	}
	for _, name := range changed {
		if _, err := h.Registry.Get(name); err == nil {
			r.refresh(h, name)
		}
	}
	if len(changed) > 0 {
		r.shell.Emit("endpoints", nil)
	}
}

// house waits until the house stands.
func (r *roof) house() (*wiring.House, error) {
	select {
	case <-r.opened:
		return r.built, nil
	case <-r.ctx.Done():
		return nil, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Bakeoff is closing. Start it again to do this."}
	}
}

// label names an endpoint for the screen. Nothing is labelled before the house stands.
func (r *roof) label(endpoint string) string { return r.built.Registry.Label(endpoint) }

// The longest arguments that bound methods take, in bytes. What is longer comes from no honest page.
const (
	maxID       = 64
	maxName     = 512
	maxQuery    = 64 << 10 // a text that was pasted: its first words are looked for
	maxCursor   = 512
	maxExtra    = 64 << 10
	maxClip     = 32 << 20 // an answer and its reasoning of the largest size
	maxPageSize = 200
	maxList     = 10_000 // ids or values of a filter
)

// short refuses an argument that is too long. what names it in the sentence.
func short(what, value string, limit int) error {
	if len(value) > limit {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("%s is longer than %d characters and was not used. Shorten it.", what, limit)}
	}
	return nil
}

// shortAll refuses a list with an argument that is too long, or with too many.
func shortAll(what string, values []string, limit int) error {
	if len(values) > maxList {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("More than %d things were chosen at once. Choose fewer.", maxList)}
	}
	for _, value := range values {
		if err := short(what, value, limit); err != nil {
			return err
		}
	}
	return nil
}

// withID is house after a look at the id's length.
func (r *roof) withID(id string) (*wiring.House, error) {
	if err := short("The id", id, maxID); err != nil {
		return nil, err
	}
	return r.house()
}

// comparisonOf returns the comparison that a run belongs to: live, also when it could not be saved, or from the history.
func (r *roof) comparisonOf(runID string) (bakeoff.Comparison, error) {
	if l := r.bridge.Find(runID); l != nil {
		if !l.Going() { // it may have been judged, or hidden, since
			if c, err := r.built.Store.Comparison(r.ctx, l.ID()); err == nil {
				return c, nil
			}
		}
		return l.Snapshot(), nil
	}
	run, err := r.built.Store.Run(r.ctx, runID)
	if err != nil {
		return bakeoff.Comparison{}, err
	}
	return r.built.Store.Comparison(r.ctx, run.ComparisonID)
}
