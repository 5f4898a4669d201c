package app

import (
	"errors"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
	"bakeoff/backend/store"
	"bakeoff/backend/wiring"
)

// History is bound to the window: what was compared before.
type History struct{ roof *roof }

// Search returns a page of the comparisons that a query asks for.
func (b *History) Search(q HistoryQuery) (HistoryPageView, error) {
	return call(func() (HistoryPageView, error) {
		h, err := b.roof.house()
		if err == nil {
			err = shortQuery(q)
		}
		if err != nil {
			return HistoryPageView{}, err
		}
		query, err := storeQuery(q)
		if err != nil {
			return HistoryPageView{}, err
		}
		found, err := h.Store.Search(b.roof.ctx, query)
		if err != nil {
			return HistoryPageView{}, err
		}
		page := HistoryPageView{Rows: []HistoryRowView{}, Next: found.Next, Total: found.Total, Left: found.Left}
		for _, row := range found.Rows {
			page.Rows = append(page.Rows, historyRowView(row))
		}
		return page, nil
	})
}

// Facets returns what the filters can choose from.
func (b *History) Facets() (FacetsView, error) {
	return call(func() (FacetsView, error) {
		h, err := b.roof.house()
		if err != nil {
			return FacetsView{}, err
		}
		f, err := h.Store.Facets(b.roof.ctx)
		return facetsView(f), err
	})
}

// Delete hides comparisons; Undelete brings them back until the app closes.
func (b *History) Delete(ids []string) error {
	return b.each(ids, func(h *wiring.House) error {
		for _, id := range ids {
			if _, live := h.Engine.Live(id); live {
				return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This comparison is still going on. Stop it first, then delete it."}
			}
		}
		return h.Store.Delete(b.roof.ctx, ids...)
	})
}

// Undelete brings deleted comparisons back.
func (b *History) Undelete(ids []string) error {
	return b.each(ids, func(h *wiring.House) error { return h.Store.Undelete(b.roof.ctx, ids...) })
}

// Tag gives tags to comparisons and takes others from them.
func (b *History) Tag(ids, add, remove []string) error {
	return b.each(ids, func(h *wiring.House) error {
		tags, err := review.Tags(add)
		if err != nil {
			return err
		}
		return h.Store.Tag(b.roof.ctx, ids, tags, remove)
	})
}

// each does something with chosen comparisons, all or none.
func (b *History) each(ids []string, f func(h *wiring.House) error) error {
	return do(func() error {
		if err := shortAll("The id", ids, maxID); err != nil {
			return err
		}
		h, err := b.roof.house()
		if err != nil {
			return err
		}
		return f(h)
	})
}

// shortQuery refuses what no honest page asks.
func shortQuery(q HistoryQuery) error {
	return errors.Join(
		short("The search text", q.Text, maxQuery), short("The page mark", q.Cursor, maxCursor), short("The category", q.Category, maxName),
		short("The lowest cost", q.MinCostUSD, maxID), short("The highest cost", q.MaxCostUSD, maxID), short("The id of the set", q.SetID, maxID),
		shortAll("A filter", slices.Concat(q.Models, q.Providers, q.Openness, q.Places, q.Tags, q.Status), maxName))
}

// storeQuery is q as the history takes it.
func storeQuery(q HistoryQuery) (store.Query, error) {
	low, err := costBound(q.MinCostUSD)
	if err != nil {
		return store.Query{}, err
	}
	high, err := costBound(q.MaxCostUSD)
	return store.Query{
		Text: q.Text, Models: q.Models, Providers: q.Providers, Openness: q.Openness, Places: q.Places, Category: q.Category,
		Tags: q.Tags, MinStars: q.MinStars, Verdict: q.Verdict, Favourite: q.Favourite, Status: q.Status,
		From: moment(q.FromMs), To: moment(q.ToMs), MinCost: low, MaxCost: high, Relation: q.Relation, SetID: q.SetID,
		Sort: store.Sort(q.Sort), Cursor: q.Cursor, Limit: min(max(q.Limit, 1), maxPageSize),
	}, err
}

// costBound reads US dollars; nil when there is no bound.
func costBound(usd string) (*bakeoff.PicoUSD, error) {
	if usd == "" {
		return nil, nil
	}
	amount, err := bakeoff.ParseUSD(usd)
	if err != nil {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The cost is no amount of US dollars. Write it as 0.05.", Err: err}
	}
	return &amount, nil
}

// moment is a time of the page; 0 is none.
func moment(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms)
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
		ID: row.ID, Prompt: row.Prompt, StartedAtMs: row.StartedAt.UnixMilli(), Demo: row.Demo, LocalOnly: row.LocalOnly, Sensitive: row.Sensitive,
		Blind: row.Blind, Favourite: row.Favourite, Tags: list(row.Tags), Category: row.Category, Verdict: row.Verdict,
		Winners: list(row.Winners), ParentID: row.ParentID, Relation: row.Relation, ThreadID: row.ThreadID, Runs: []HistoryRunView{}, Hit: snippetView(row.Hit),
	}
	var cost bakeoff.PicoUSD
	known := len(row.Runs) > 0 && !row.Blind
	for _, r := range row.Runs {
		total := spanMs(r.Total)
		if total != nil && (view.TotalMs == nil || *total > *view.TotalMs) {
			view.TotalMs = total
		}
		sum, fits := cost.Plus(r.Cost.Amount)
		known = known && r.Cost.Known() && fits
		cost = sum
		if r.Answered {
			view.Answers++
		}
		view.Runs = append(view.Runs, HistoryRunView{
			Seat: r.Seat, Endpoint: r.Endpoint, Model: r.Model, Openness: string(r.Openness), Place: string(r.Place),
			Status: string(r.Status), TotalMs: total, Stars: r.Stars,
		})
	}
	if known {
		view.CostUSD = new(cost.String())
	}
	return view
}

func snippetView(s *store.Snippet) *SnippetView {
	if s == nil {
		return nil
	}
	view := &SnippetView{Parts: []SnippetPartView{}, Source: s.Source, Seat: s.Seat}
	for _, p := range s.Parts {
		view.Parts = append(view.Parts, SnippetPartView{Text: p.Text, Hit: p.Hit})
	}
	return view
}

func facetsView(f store.Facets) FacetsView {
	facets := func(kind string) []FacetView {
		view := []FacetView{}
		for _, v := range f[kind] {
			view = append(view, FacetView{Value: v.Value, Count: v.Count})
		}
		return view
	}
	return FacetsView{
		Models: facets(store.FacetModel), Providers: facets(store.FacetProvider), Openness: facets(store.FacetOpenness),
		Places: facets(store.FacetPlace), Tags: facets(store.FacetTag), Categories: facets(store.FacetCategory),
		Statuses: facets(store.FacetStatus), Verdicts: facets(store.FacetVerdict),
	}
}
