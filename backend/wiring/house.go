package wiring

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/catalog"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
	"bakeoff/backend/record"
	"bakeoff/backend/set"
	"bakeoff/backend/store"

	"github.com/adrg/xdg"
	"github.com/google/uuid"
)

// DataVariable names the folder of the history.
const DataVariable = "BAKEOFF_DATA_DIR"

// flushLimit is how long the recorder may take to write what is left when the house closes.
const flushLimit = 10 * time.Second

// Options are what a house is built from.
type Options struct {
	DataDir   string              // empty: what DataVariable says, else the system's usual place
	Getenv    func(string) string // os.Getenv; the only way to the environment
	Version   string              // of the app, kept with every comparison
	Observers []compare.Observer
	Limits    compare.Limits
	LocalOnly bool    // for this process, whatever the switch says: nothing leaves this machine but to the user's own hosts
	KeyWork   int     // see secret.New; for tests
	DemoSpeed float64 // how many times faster the demo voices speak, for tests and measurements; 0 means 1
}

// House is everything below the roof, built and connected.
type House struct {
	Engine   *compare.Engine
	Store    *store.Store
	Catalog  *catalog.Catalog
	Registry *Registry
	Setup    *Setup
	Locals   *Locals
	Budget   *Budget
	Sets     *set.Driver
	Privacy  *Privacy
	Prices   *Prices
	DataDir  string
	Unsaved  bool         // the history could not be opened: one in a temporary folder stands in, and goes when the house closes
	Log      *slog.Logger // into DataDir, without keys and without texts of prompts and answers

	notices  []string
	flush    func(context.Context) error
	closeLog io.Closer

	temporary string // folder of a history that stands in; empty for a real one
}

// Open builds the house. A history that cannot be opened is no error: another one stands in until the app ends, and Notice
// says so. The error is ctx's own, or that not even a temporary folder could be had.
func Open(ctx context.Context, o Options) (*House, error) {
	h := &House{DataDir: o.DataDir}
	if h.DataDir == "" {
		h.DataDir = DataDir(o.Getenv)
	}
	recorder, err := h.openStore(ctx)
	if err != nil {
		return nil, err
	}
	h.openPrivacy(ctx, o.LocalOnly)
	h.Prices = newPrices(h.DataDir, o.Getenv, h.Privacy)
	h.Catalog = h.Prices.catalog
	h.note(h.Prices.problem)
	h.Registry = newRegistry(o.Getenv, h.Catalog.Openness, func(e endpoint, proxy proxyFunc) provider.Provider {
		return connect(e, proxy, h.Privacy.border, o.DemoSpeed)
	}, h.Privacy.border, openLists(ctx, h.Store))
	h.Locals = newLocals(h.Registry)
	if h.Setup, err = newSetup(ctx, h.Registry, h.Store, h.DataDir, o.KeyWork); err != nil {
		h.note(bakeoff.AsError(err).Message)
	}
	h.Log, h.closeLog = openLog(h.DataDir, h.Registry.redact)
	h.Budget = &Budget{store: h.Store, catalog: h.Catalog, now: time.Now, live: func() []bakeoff.Comparison { return h.Engine.Snapshots() }}
	newID := func() string { return uuid.Must(uuid.NewV7()).String() }
	h.Engine = compare.New(compare.Config{
		Budget:    h.Budget,
		LocalOnly: h.Privacy.LocalOnly,
		Endpoints: h.Registry, Prices: dated{h.Catalog}, Recorder: recorder, Observers: o.Observers, Limits: o.Limits,
		NewID:      newID,
		AppVersion: o.Version,
	})
	h.Sets = set.New(set.Config{Engine: h.Engine, Store: h.Store, NewID: newID})
	h.Privacy.leave = h.Engine.StopLeaving
	h.Privacy.Watch(h.Registry.tellAll)
	return h, nil
}

// windowSetting is what the window remembers; Local only was in there once.
const windowSetting = "window"

func (h *House) openPrivacy(ctx context.Context, forced bool) {
	h.Privacy = newPrivacy(h.DataDir, forced)
	if older, found, err := h.Store.Setting(ctx, windowSetting); err == nil && found {
		h.Privacy.adopt(older)
	}
}

// DataDir is where the history is when nobody says otherwise.
func DataDir(getenv func(string) string) string {
	if dir := clean(getenv(DataVariable)); dir != "" {
		return dir
	}
	return filepath.Join(xdg.DataHome, "bakeoff")
}

// openStore opens the history. Where it cannot be opened, a private one in a temporary folder stands in until the app ends,
// so that everything works as ever and only the keeping does not.
func (h *House) openStore(ctx context.Context) (compare.Recorder, error) {
	s, err := store.Open(ctx, h.DataDir)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	if err == nil {
		h.note(s.Notice())
	} else if s, err = h.standIn(ctx, bakeoff.AsError(err)); err != nil {
		return nil, err
	}
	r := record.New(s, record.Options{})
	h.Store, h.flush = s, r.Close
	return r, nil
}

func (h *House) standIn(ctx context.Context, because *bakeoff.Error) (*store.Store, error) {
	dir, err := os.MkdirTemp("", "bakeoff-unsaved-") // 0700
	if err != nil {
		return nil, because
	}
	h.Unsaved, h.temporary = true, dir
	h.note(because.Message + " Until then nothing is saved: comparisons stay until Bakeoff is closed, and your caps on spending and your own endpoints are not known.")
	return store.Open(ctx, dir)
}

func (h *House) note(sentence string) {
	if sentence != "" {
		h.notices = append(h.notices, sentence)
	}
}

// Notice is what the user should know about this start, empty when all is well.
func (h *House) Notice() string { return strings.Join(h.notices, " ") }

// Close refuses new work, stops all sets and runs, waits until each is recorded, and closes the history.
func (h *House) Close() error {
	h.Sets.Close()
	h.Locals.Jobs.Close()
	h.Registry.lists.close()
	h.Engine.Close()
	ctx, cancel := context.WithTimeout(context.Background(), flushLimit)
	defer cancel()
	err := errors.Join(h.flush(ctx), h.Store.Close(), h.closeLog.Close())
	if h.temporary != "" {
		err = errors.Join(err, os.RemoveAll(h.temporary))
	}
	return err
}
