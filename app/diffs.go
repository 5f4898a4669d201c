package app

import (
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/diff"
	"bakeoff/backend/lineage"
	"bakeoff/backend/review"
)

// Diffs is bound to the window: it compares answers, and comparisons.
type Diffs struct{ roof *roof }

// Answers returns how one answer differs from another, also of another comparison. An answer is named by the id of its
// run, or as comparison:LETTER, which is the only way while that comparison is blind.
func (b *Diffs) Answers(runA, runB string) (DiffView, error) {
	return call(func() (DiffView, error) {
		if _, err := b.roof.house(); err != nil {
			return DiffView{}, err
		}
		left, err := b.roof.answer(runA)
		if err != nil {
			return DiffView{}, err
		}
		right, err := b.roof.answer(runB)
		if err != nil {
			return DiffView{}, err
		}
		return diffView(diff.Texts(left, right)), nil
	})
}

// answer finds the text that a name means.
func (r *roof) answer(name string) (string, error) {
	if err := short("The name of an answer", name, 2*maxID); err != nil {
		return "", err
	}
	if id, letter, ok := strings.Cut(name, ":"); ok {
		c, err := r.comparison(id)
		if err != nil {
			return "", err
		}
		return review.ByLetter(c, letter)
	}
	c, err := r.comparisonOf(name)
	if err != nil {
		return "", err
	}
	if c.Blind() {
		return "", review.ErrBlind()
	}
	run, err := review.Find(c, name)
	return run.Answer, err
}

// Comparisons sets any two comparisons side by side, old against new.
func (b *Diffs) Comparisons(oldID, newID string) (ChangesView, error) {
	return call(func() (ChangesView, error) {
		if _, err := b.roof.withID(oldID); err != nil {
			return ChangesView{}, err
		}
		if _, err := b.roof.withID(newID); err != nil {
			return ChangesView{}, err
		}
		return b.roof.changes(oldID, newID)
	})
}

func (r *roof) changes(oldID, newID string) (ChangesView, error) {
	old, err := r.comparison(oldID)
	if err != nil {
		return ChangesView{}, err
	}
	now, err := r.comparison(newID)
	if err != nil {
		return ChangesView{}, err
	}
	changes, err := lineage.Compare(old, now)
	if err != nil {
		return ChangesView{}, err
	}
	view := ChangesView{
		OldID: old.ID, NewID: now.ID, OldAtMs: old.StartedAt.UnixMilli(), NewAtMs: now.StartedAt.UnixMilli(),
		Prompt: changes.SamePrompt, Seats: []ChangeView{},
	}
	for _, c := range changes.Seats {
		view.Seats = append(view.Seats, changeView(c))
	}
	return view, nil
}

func diffView(d diff.Diff) DiffView {
	s := d.Summary
	view := DiffView{Blocks: []DiffBlockView{}, Summary: DiffSummaryView{
		Same: s.Same, Changed: s.Changed, Added: s.Added, Removed: s.Removed, Moved: s.Moved, Similarity: s.Similarity, Coarse: s.Coarse,
	}}
	for _, b := range d.Blocks {
		view.Blocks = append(view.Blocks, DiffBlockView{Kind: string(b.Kind), A: partViews(b.A), B: partViews(b.B), Code: b.Code, MovedTo: b.MovedTo})
	}
	return view
}

func partViews(parts []diff.Part) []DiffPartView {
	out := make([]DiffPartView, len(parts))
	for i, p := range parts {
		out[i] = DiffPartView{Text: p.Text, Mark: string(p.Mark)}
	}
	return out
}

// changeView writes one model then and now. A side that is missing is an empty run of seat -1.
func changeView(c lineage.Change) ChangeView {
	none := &bakeoff.Run{Seat: -1}
	old, now := c.Old, c.New
	named := now
	if now == nil {
		now, named = none, old
	}
	if old == nil {
		old = none
	}
	a, b := metricsView(*old), metricsView(*now)
	view := ChangeView{
		OldRunID: old.ID, NewRunID: now.ID, OldSeat: old.Seat, NewSeat: now.Seat,
		Endpoint: named.Entry.Endpoint, Model: named.Entry.Model, Notes: slices.Clone(list(c.Notes)),
		SameText: c.SameText, Params: c.SameParams,
		Served: stringPair(old.ResolvedModel, now.ResolvedModel), Digest: stringPair(old.Digest, now.Digest),
		Status: stringPair(string(old.Status), string(now.Status)),
		TTFTMs: numberPair(a.TTFTMs, b.TTFTMs), TotalMs: numberPair(a.TotalMs, b.TotalMs), Rate: numberPair(a.Rate, b.Rate),
		Input: countPair(a.Input, b.Input), Output: countPair(a.Output, b.Output),
		Cost: CostPair{Old: a.Cost, New: b.Cost},
	}
	if c.Similarity >= 0 {
		view.Similarity = &c.Similarity
	}
	if old.Cost.Known() && now.Cost.Known() {
		if delta, fits := now.Cost.Amount.Plus(-old.Cost.Amount); fits {
			view.Cost.DeltaUSD = new(delta.String())
		}
	}
	return view
}

func stringPair(old, now string) StringPair {
	return StringPair{Old: old, New: now, Changed: old != "" && now != "" && old != now}
}

func numberPair(old, now *float64) NumberPair {
	p := NumberPair{Old: old, New: now}
	if old != nil && now != nil {
		p.Delta = new(*now - *old)
	}
	return p
}

func countPair(old, now *CountView) CountPair {
	p := CountPair{Old: old, New: now}
	if old != nil && now != nil {
		p.Delta = new(now.N - old.N)
	}
	return p
}
