package app

import (
	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store"
	"bakeoff/backend/wiring"
)

// History is bound to the window: what was compared before.
type History struct{ roof *roof }

// List returns a page of comparisons, newest first, whose prompt or answers hold query. cursor is empty for the first
// page; limit is at most 200.
func (b *History) List(query, cursor string, limit int) (HistoryPageView, error) {
	return call(func() (HistoryPageView, error) {
		h, err := b.roof.house()
		if err == nil {
			err = short("The search text", query, maxQuery)
		}
		if err == nil {
			err = short("The page mark", cursor, maxCursor)
		}
		if err != nil {
			return HistoryPageView{}, err
		}
		rows, next, err := h.Store.List(b.roof.ctx, store.ListQuery{Text: query, Cursor: cursor, Limit: min(max(limit, 1), maxPageSize)})
		if err != nil {
			return HistoryPageView{}, err
		}
		page := HistoryPageView{Rows: []HistoryRowView{}, Next: next}
		for _, row := range rows {
			page.Rows = append(page.Rows, historyRowView(row))
		}
		return page, nil
	})
}

// Delete hides a comparison; Undelete brings it back until the app closes.
func (b *History) Delete(id string) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		if _, live := h.Engine.Live(id); live {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This comparison is still going on. Stop it first, then delete it."}
		}
		return h.Store.Delete(b.roof.ctx, id)
	})
}

// Undelete brings a deleted comparison back.
func (b *History) Undelete(id string) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		return h.Store.Undelete(b.roof.ctx, id)
	})
}

// purge removes for good what was deleted. Only the window does it, when nobody can press Undo any more: the terminal may
// run at the same time.
func (r *roof) purge(h *wiring.House) {
	if err := h.Store.PurgeDeleted(r.ctx); err != nil {
		h.Log.Error("deleted comparisons are still there", "err", err)
	}
}

// historyRowView sums a row up: the slowest run, and the cost of all runs when every one is known.
func historyRowView(row store.Row) HistoryRowView {
	view := HistoryRowView{
		ID: row.ID, Prompt: row.Prompt, StartedAtMs: row.StartedAt.UnixMilli(), Demo: row.Demo, LocalOnly: row.LocalOnly,
		Tags: []string{}, Winners: []int{}, Runs: []HistoryRunView{},
	}
	var cost bakeoff.PicoUSD
	known := len(row.Runs) > 0
	for _, r := range row.Runs {
		total := spanMs(r.Total)
		if total != nil && (view.TotalMs == nil || *total > *view.TotalMs) {
			view.TotalMs = total
		}
		sum, fits := cost.Plus(r.Cost.Amount)
		known = known && r.Cost.Known() && fits
		cost = sum
		view.Runs = append(view.Runs, HistoryRunView{
			Seat: r.Seat, Endpoint: r.Endpoint, Model: r.Model, Openness: string(r.Openness), Place: string(r.Place),
			Status: string(r.Status), TotalMs: total,
		})
	}
	if known {
		view.CostUSD = new(cost.String())
	}
	return view
}
