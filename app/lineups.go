package app

import (
	"cmp"
	"fmt"
	"slices"
	"sync"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/set"

	"github.com/google/uuid"
)

// Lineups is bound to the window: lineups by name, in the user's order.
type Lineups struct{ roof *roof }

// List returns the saved lineups. Entries whose model or endpoint is gone are in them as they were saved.
func (b *Lineups) List() ([]LineupView, error) {
	return call(func() ([]LineupView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		all, err := h.Store.Lineups(b.roof.ctx)
		out := []LineupView{}
		for _, l := range all {
			out = append(out, lineupView(l))
		}
		return out, err
	})
}

// Save adds a lineup, or changes the one of its id, and returns it as it is kept.
func (b *Lineups) Save(view LineupView) (LineupView, error) {
	return call(func() (LineupView, error) {
		h, err := b.roof.withID(view.ID)
		if err == nil {
			err = short("The name", view.Name, maxName)
		}
		if err != nil {
			return LineupView{}, err
		}
		l, err := b.roof.lineup(view)
		if err != nil {
			return LineupView{}, err
		}
		return lineupView(l), h.Store.SaveLineup(b.roof.ctx, l)
	})
}

func (r *roof) lineup(view LineupView) (l bakeoff.Lineup, err error) {
	l = bakeoff.Lineup{ID: view.ID, Lanes: cmp.Or(bakeoff.Lanes(view.Lanes), bakeoff.LanesParallel), UpdatedAt: r.now().UTC()}
	if l.Name, err = set.Name(view.Name); err != nil {
		return l, err
	}
	if l.Entries, err = checkedLineup(view.Entries); err != nil {
		return l, err
	}
	switch n := len(bakeoff.Repeated(l.Entries)); {
	case n == 0:
		return l, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The lineup is empty. Add a model, then save it."}
	case n > compare.MaxEntries:
		return l, tooMany()
	case l.Lanes != bakeoff.LanesParallel && l.Lanes != bakeoff.LanesSerial:
		return l, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("Lanes cannot be %.20q. Choose parallel or serial.", view.Lanes)}
	}
	if l.ID == "" {
		l.ID = uuid.Must(uuid.NewV7()).String()
	}
	return l, nil
}

// Delete deletes a lineup. What was asked with it stays. Undelete brings it back for as long as the app runs.
func (b *Lineups) Delete(id string) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		all, err := h.Store.Lineups(b.roof.ctx)
		if err != nil {
			return err
		}
		if err := h.Store.DeleteLineup(b.roof.ctx, id); err != nil {
			return err
		}
		if at := slices.IndexFunc(all, func(l bakeoff.Lineup) bool { return l.ID == id }); at >= 0 {
			b.roof.dropped.put(droppedLineup{all[at], at})
		}
		return nil
	})
}

// Undelete brings a deleted lineup back to its place in the list. Its name may be taken by now: that is an error.
func (b *Lineups) Undelete(id string) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		d, ok := b.roof.dropped.get(id)
		if !ok {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This lineup cannot be brought back any more. Save it anew."}
		}
		if err := h.Store.SaveLineup(b.roof.ctx, d.lineup); err != nil {
			return err
		}
		return h.Store.MoveLineup(b.roof.ctx, id, d.place)
	})
}

// Move gives a lineup another place in the list, from 0.
func (b *Lineups) Move(id string, to int) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		return h.Store.MoveLineup(b.roof.ctx, id, to)
	})
}

func lineupView(l bakeoff.Lineup) LineupView {
	return LineupView{ID: l.ID, Name: l.Name, Entries: entryViews(l.Entries), Lanes: string(l.Lanes), UpdatedAtMs: unixMs(l.UpdatedAt)}
}

type droppedLineup struct {
	lineup bakeoff.Lineup
	place  int
}

// dropped are the lineups that were deleted since the start.
type dropped struct {
	mu  sync.Mutex
	all map[string]droppedLineup // by id
}

func (d *dropped) put(l droppedLineup) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all == nil {
		d.all = make(map[string]droppedLineup)
	}
	d.all[l.lineup.ID] = l
}

func (d *dropped) get(id string) (droppedLineup, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	l, ok := d.all[id]
	return l, ok
}
