package set

import (
	"context"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
)

// Engine asks the models; compare.Engine is one.
type Engine interface {
	Start(ctx context.Context, spec compare.Spec) (*compare.Live, error)
	Retry(ctx context.Context, c bakeoff.Comparison, runID string, confirmed bool) (*compare.Live, string, error)
	Live(id string) (*compare.Live, bool)
}

// Store keeps sets. Each method is one transaction, durable on return.
type Store interface {
	InsertSet(ctx context.Context, set bakeoff.PromptSet, rows []bakeoff.SetRow) error
	Set(ctx context.Context, id string) (bakeoff.PromptSet, error)
	SetRows(ctx context.Context, id string) ([]bakeoff.SetRow, error)
	// ClaimSet makes this process the one that runs a set, or refuses.
	ClaimSet(ctx context.Context, id string, confirmed bool) error
	HoldSet(ctx context.Context, id string, state bakeoff.SetState, because *bakeoff.Error) error
	EndRow(ctx context.Context, id string, place int) error
	Comparison(ctx context.Context, id string) (bakeoff.Comparison, error)
}

// Progress is where a set stands.
type Progress struct {
	SetID        string
	Name         string
	State        bakeoff.SetState
	Reason       string
	Code         bakeoff.Code // of the reason
	Rows, Ended  int
	Row          int    // the one that is being asked, from 0; -1: none
	ComparisonID string // of that row; empty: none
}

// Config is what a driver is built from.
type Config struct {
	Engine Engine
	Store  Store
	NewID  func() string // UUIDv7
}

// Driver runs sets. It is safe for concurrent use.
type Driver struct {
	cfg Config

	mu      sync.Mutex
	hold    Hold
	changed func(Progress)
	walks   map[string]*walk // by set id, while they go on
	closed  bool
	wg      sync.WaitGroup
}

// New returns a driver.
func New(cfg Config) *Driver {
	return &Driver{cfg: cfg, changed: func(Progress) {}, walks: make(map[string]*walk)}
}

// Hold is asked before each row, and after one of which models were stopped. Its error, a *bakeoff.Error, pauses the set
// with its sentence.
type Hold func(ctx context.Context, set bakeoff.PromptSet) error

// Watch tells changed whenever a set's progress changes, from the goroutine of the set: it must not block. hold may be
// nil. A roof calls it once, before it runs anything.
func (d *Driver) Watch(changed func(Progress), hold Hold) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.changed, d.hold = changed, hold
}

// Add saves a set that asks nothing yet, and returns it.
func (d *Driver) Add(ctx context.Context, draft Draft) (bakeoff.PromptSet, error) {
	set, rows, err := Plan(draft)
	if err != nil {
		return set, err
	}
	set.ID, set.CreatedAt = d.cfg.NewID(), time.Now().UTC().Truncate(time.Millisecond)
	set.UpdatedAt = set.CreatedAt
	return set, d.cfg.Store.InsertSet(ctx, set, rows)
}

// Run goes on with a set at its first row that has not ended, and returns at once. ctx ends it as Stop does. confirmed
// says yes to a cost of its rows above the cap for one comparison. A set that is done, or that somebody runs, is refused.
func (d *Driver) Run(ctx context.Context, id string, confirmed bool) error {
	ctx, stop := context.WithCancel(ctx)
	w, err := d.claim(ctx, id, confirmed, stop)
	if err != nil {
		stop()
		return err
	}
	go func() {
		defer d.wg.Done()
		defer close(w.done)
		defer w.stop()
		d.walk(ctx, w)
	}()
	return nil
}

func (d *Driver) claim(ctx context.Context, id string, confirmed bool, stop context.CancelFunc) (*walk, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Bakeoff is closing. Start it again to run this."}
	}
	if d.walks[id] != nil {
		return nil, invalid("This set is being run already. Wait for it, or pause it.")
	}
	set, err := d.cfg.Store.Set(ctx, id)
	if err != nil {
		return nil, err
	}
	if set.State == bakeoff.SetDone {
		return nil, invalid("Every row of this set has ended. Make a new set to ask them again.")
	}
	rows, err := d.cfg.Store.SetRows(ctx, set.ID)
	if err != nil {
		return nil, err
	}
	if err := d.cfg.Store.ClaimSet(ctx, set.ID, confirmed); err != nil {
		return nil, err
	}
	set.Confirmed = set.Confirmed || confirmed
	w := &walk{set: set, rows: rows, row: -1, stop: stop, done: make(chan struct{})}
	d.walks[set.ID] = w
	d.wg.Add(1)
	return w, nil
}

// Pause lets the row that is being asked end, and asks no other.
func (d *Driver) Pause(id string) {
	if w := d.find(id); w != nil {
		w.pause()
		d.tell(w)
	}
}

// Stop stops the models that answer now, keeps what came, and asks no other row. The row goes on with the next Run.
func (d *Driver) Stop(id string) {
	if w := d.find(id); w != nil {
		w.pause()
		w.stop()
	}
}

// Wait blocks until a set is not being run here any more.
func (d *Driver) Wait(id string) {
	if w := d.find(id); w != nil {
		<-w.done
	}
}

// Going returns where each set stands that is being run here.
func (d *Driver) Going() []Progress {
	d.mu.Lock()
	defer d.mu.Unlock()
	var out []Progress
	for _, w := range d.walks {
		out = append(out, w.progress())
	}
	return out
}

// Close stops all sets as Stop does, and waits until each has noted where it stands.
func (d *Driver) Close() {
	d.mu.Lock()
	d.closed = true
	for _, w := range d.walks {
		w.close()
	}
	d.mu.Unlock()
	d.wg.Wait()
}

func (d *Driver) find(id string) *walk {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.walks[id]
}

func (d *Driver) tell(w *walk) {
	d.mu.Lock()
	changed := d.changed
	d.mu.Unlock()
	changed(w.progress())
}

// mayAsk asks the roof whether a row may be asked.
func (d *Driver) mayAsk(ctx context.Context, set bakeoff.PromptSet) error {
	d.mu.Lock()
	hold := d.hold
	d.mu.Unlock()
	if hold == nil {
		return nil
	}
	return hold(ctx, set)
}
