package app

import (
	"context"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
	"bakeoff/backend/transfer"
	"bakeoff/backend/wiring"
)

// Transfers is bound to the window: comparisons to files and back. One goes on at a time. Paths stay in Go, which opens
// the dialogs: the page never names a file.
type Transfers struct{ roof *roof }

// mover is the transfer that goes on, and the file that was looked at.
type mover struct {
	mu     sync.Mutex
	did    string             // what goes on: "export", "look" or "import"
	cancel context.CancelFunc // nil when nothing goes on
	looked string             // path of the file that Choose read; empty when there is none
}

// Preview tells what an export of these comparisons, or of everything when ids is empty, would hold.
func (b *Transfers) Preview(ids []string) (ExtentView, error) {
	return call(func() (ExtentView, error) {
		h, err := b.withIDs(ids)
		if err != nil {
			return ExtentView{}, err
		}
		e, err := h.Store.Extent(b.roof.ctx, orAll(ids))
		return ExtentView{Comparisons: e.Comparisons, Runs: e.Runs, Attachments: e.Attachments, Votes: e.Votes, Blind: e.Blind, Going: e.Going}, err
	})
}

// Export asks for a file and writes these comparisons, or everything when ids is empty, into it. format is "html", "md",
// "csv" or "jsonl". It returns when the file is whole; the name is empty when the dialog was cancelled.
func (b *Transfers) Export(ids []string, format string) (ExportedView, error) {
	return call(func() (ExportedView, error) {
		h, err := b.withIDs(ids)
		if err == nil {
			err = short("The format", format, maxID)
		}
		if err != nil {
			return ExportedView{}, err
		}
		name := "bakeoff-" + b.roof.now().Format(time.DateOnly) + "." + format
		path, err := b.roof.shell.SaveFile("Export", name, "*."+format)
		if err != nil || path == "" {
			return ExportedView{}, err
		}
		if filepath.Ext(path) == "" {
			path += "." + format
		}
		extent, err := h.Store.Extent(b.roof.ctx, orAll(ids))
		if err != nil {
			return ExportedView{}, err
		}
		o := export.Options{Format: export.Format(format), App: b.roof.version, Now: b.roof.now(), Redact: h.Registry.Conceal}
		var done export.Written
		err = b.move("export", extent.Comparisons, func(ctx context.Context, step func(int)) (err error) {
			done, err = transfer.Export(ctx, h.Store, path, orAll(ids), o, func(w export.Written) { step(w.Comparisons + w.Blind + w.Going + w.Large) })
			return err
		})
		return ExportedView{Name: filepath.Base(path), Comparisons: done.Comparisons, Bytes: done.Bytes, Left: strings.TrimSpace(done.Left())}, err
	})
}

// Choose asks for a file and reads it to its end, without writing anything. The name is empty when the dialog was
// cancelled.
func (b *Transfers) Choose() (FoundView, error) {
	return call(func() (FoundView, error) {
		h, err := b.roof.house()
		if err != nil {
			return FoundView{}, err
		}
		path, err := b.roof.shell.PickFile("Import", "*.jsonl;*.json")
		if err != nil || path == "" {
			return FoundView{}, err
		}
		view, err := b.read(h, "look", path, transfer.Preview)
		if err == nil {
			b.roof.mover.look(path)
		}
		return view, err
	})
}

// Import writes what Choose read last, all of it or nothing.
func (b *Transfers) Import() (FoundView, error) {
	return call(func() (FoundView, error) {
		h, err := b.roof.house()
		if err != nil {
			return FoundView{}, err
		}
		path := b.roof.mover.look("")
		if path == "" {
			return FoundView{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "No file was chosen. Choose one first."}
		}
		if h.Unsaved {
			return FoundView{}, unsaved()
		}
		if h.Engine.Going() { // what they say could not be saved before the import is
			b.roof.mover.look(path)
			return FoundView{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Some models are still answering. Wait for them or stop them, then import."}
		}
		return b.read(h, "import", path, transfer.Import)
	})
}

// Cancel ends the transfer that goes on; its call then rejects, and nothing was written.
func (b *Transfers) Cancel() error {
	return do(func() error {
		b.roof.mover.mu.Lock()
		defer b.roof.mover.mu.Unlock()
		if b.roof.mover.cancel != nil {
			b.roof.mover.cancel()
		}
		return nil
	})
}

type reader func(ctx context.Context, s transfer.Store, path string, progress func(transfer.Found)) (transfer.Found, error)

func (b *Transfers) read(h *wiring.House, did, path string, read reader) (FoundView, error) {
	var found transfer.Found
	err := b.move(did, 0, func(ctx context.Context, step func(int)) (err error) {
		found, err = read(ctx, h.Store, path, func(f transfer.Found) { step(f.Comparisons()) })
		return err
	})
	return FoundView{
		Name: filepath.Base(path), Source: found.Source, New: found.New, Same: found.Same, Different: found.Different, Runs: found.Runs, Votes: found.Votes,
	}, err
}

// transferEvery is how often the page hears how far a transfer is.
const transferEvery = 100 * time.Millisecond

// move runs one transfer and tells the page how far it is. total is 0 when it is not known.
func (b *Transfers) move(did string, total int, work func(ctx context.Context, step func(done int)) error) error {
	ctx, cancel := context.WithCancel(b.roof.ctx)
	defer cancel()
	if err := b.roof.mover.begin(did, cancel); err != nil {
		return err
	}
	defer b.roof.mover.end()
	var last time.Time
	return work(ctx, func(done int) {
		if now := time.Now(); now.Sub(last) >= transferEvery {
			last = now
			b.roof.shell.Emit("transfer", TransferView{Did: did, Done: done, Total: total})
		}
	})
}

// asking refuses to ask models while an import is written: it is one transaction, and whatever else is to be saved waits
// for its end.
func (m *mover) asking() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cancel != nil && m.did == "import" {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "An import is being written. Wait for it or cancel it, then ask."}
	}
	return nil
}

func (m *mover) begin(did string, cancel context.CancelFunc) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.cancel != nil {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Another export or import is going on. Wait for it or cancel it."}
	}
	m.did, m.cancel = did, cancel
	return nil
}

func (m *mover) end() {
	m.mu.Lock()
	m.cancel = nil
	m.mu.Unlock()
}

// look keeps the path of the file that was looked at and returns the one before.
func (m *mover) look(path string) (before string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	before, m.looked = m.looked, path
	return before
}

func (b *Transfers) withIDs(ids []string) (*wiring.House, error) {
	if err := shortAll("The id", ids, maxID); err != nil {
		return nil, err
	}
	return b.roof.house()
}

// orAll is nil, which means everything, for a list that names nothing.
func orAll(ids []string) []string {
	if len(ids) == 0 {
		return nil
	}
	return ids
}
