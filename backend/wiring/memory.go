package wiring

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/store"
)

// memory stands in for a history that cannot be opened, until the app ends. It is both store and recorder. Text that
// has not ended yet is not in it: the window has that from the live comparison.
type memory struct {
	mu       sync.Mutex
	all      []bakeoff.Comparison // oldest first; Runs in the order of Begin and AddRun
	deleted  map[string]bool
	settings map[string]string
}

func newMemory() *memory {
	return &memory{deleted: make(map[string]bool), settings: make(map[string]string)}
}

func (m *memory) Begin(_ context.Context, c bakeoff.Comparison) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = append(m.all, c)
	return nil
}

func (m *memory) AddRun(_ context.Context, r bakeoff.Run) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.find(r.ComparisonID); c != nil {
		c.Runs = append(c.Runs, r)
		slices.SortStableFunc(c.Runs, func(a, b bakeoff.Run) int {
			return cmp.Or(cmp.Compare(a.Seat, b.Seat), cmp.Compare(a.Attempt, b.Attempt))
		})
	}
	return nil
}

func (*memory) Known(bakeoff.Run)                   {}
func (*memory) Delta(string, provider.Kind, string) {}

func (m *memory) Finish(_ context.Context, r bakeoff.Run) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if c := m.find(r.ComparisonID); c != nil {
		i := slices.IndexFunc(c.Runs, func(old bakeoff.Run) bool { return old.ID == r.ID })
		if i >= 0 {
			c.Runs[i] = r
		}
	}
	return nil
}

// find returns a comparison in place. Called with mu held.
func (m *memory) find(id string) *bakeoff.Comparison {
	i := slices.IndexFunc(m.all, func(c bakeoff.Comparison) bool { return c.ID == id })
	if i < 0 {
		return nil
	}
	return &m.all[i]
}

func gone() error {
	return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "This is not in the history, which starts anew with every start while it cannot be saved."}
}

func (m *memory) Comparison(_ context.Context, id string) (bakeoff.Comparison, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	c := m.find(id)
	if c == nil || m.deleted[id] {
		return bakeoff.Comparison{}, gone()
	}
	out := *c
	out.Runs = slices.Clone(c.Runs)
	return out, nil
}

func (m *memory) Run(_ context.Context, runID string) (bakeoff.Run, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, c := range m.all {
		for _, r := range c.Runs {
			if r.ID == runID {
				return r, nil
			}
		}
	}
	return bakeoff.Run{}, gone()
}

// List returns everything that matches on one page: a session's comparisons are few.
func (m *memory) List(_ context.Context, q store.ListQuery) ([]store.Row, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var rows []store.Row
	for _, c := range slices.Backward(m.all) {
		if !m.deleted[c.ID] && holds(c, q.Text) {
			rows = append(rows, row(c))
		}
	}
	return rows, "", nil
}

func holds(c bakeoff.Comparison, text string) bool {
	text = strings.ToLower(text)
	return strings.Contains(strings.ToLower(c.Prompt.User), text) || slices.ContainsFunc(c.Runs, func(r bakeoff.Run) bool {
		return strings.Contains(strings.ToLower(r.Answer), text)
	})
}

// row sums a comparison up by the newest attempt of each seat.
func row(c bakeoff.Comparison) store.Row {
	out := store.Row{ID: c.ID, Prompt: firstRunes(c.Prompt.User, 300), StartedAt: c.StartedAt, LocalOnly: c.LocalOnly, Demo: len(c.Runs) > 0}
	for i, r := range c.Runs {
		out.Demo = out.Demo && r.Place == bakeoff.PlaceDemo
		if i+1 < len(c.Runs) && c.Runs[i+1].Seat == r.Seat {
			continue
		}
		out.Runs = append(out.Runs, store.RowRun{
			Seat: r.Seat, Endpoint: r.Entry.Endpoint, Model: r.Entry.Model, Openness: r.Openness, Place: r.Place,
			Status: r.Status, Total: r.Timing.Total, Cost: r.Cost,
		})
	}
	return out
}

func firstRunes(s string, n int) string {
	for i := range s {
		if n == 0 {
			return s[:i]
		}
		n--
	}
	return s
}

func (m *memory) Delete(_ context.Context, id string) error   { return m.mark(id, true) }
func (m *memory) Undelete(_ context.Context, id string) error { return m.mark(id, false) }

func (m *memory) mark(id string, deleted bool) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.find(id) == nil {
		return gone()
	}
	m.deleted[id] = deleted
	return nil
}

func (m *memory) PurgeDeleted(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.all = slices.DeleteFunc(m.all, func(c bakeoff.Comparison) bool { return m.deleted[c.ID] })
	clear(m.deleted)
	return nil
}

func (m *memory) Setting(_ context.Context, key string) (string, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, found := m.settings[key]
	return value, found, nil
}

func (m *memory) SetSetting(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.settings[key] = value
	return nil
}

func (*memory) Close() error { return nil }
