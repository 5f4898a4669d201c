package app

// Again returns the request that asks the same as a comparison did: prompt, files, lineup, lanes. What no longer exists
// is said. Start it as it is, or change it first; earlier turns are kept by Go and go along.
func (b *Comparisons) Again(id string) (AgainView, error) {
	return call(func() (AgainView, error) {
		h, err := b.roof.house()
		if err == nil {
			_, err = h.Store.Comparison(b.roof.ctx, id)
		}
		return AgainView{}, err
	})
}

// Family returns what a comparison came from, what came from it, and its conversation.
func (b *Comparisons) Family(id string) (FamilyView, error) {
	return call(func() (FamilyView, error) {
		h, err := b.roof.house()
		if err == nil {
			_, err = h.Store.Comparison(b.roof.ctx, id)
		}
		return FamilyView{Children: []HistoryRowView{}, Thread: []HistoryRowView{}}, err
	})
}

// Changes sets a comparison that was run again beside the one it came from.
func (b *Comparisons) Changes(id string) (ChangesView, error) {
	return call(func() (ChangesView, error) {
		h, err := b.roof.house()
		if err == nil {
			_, err = h.Store.Comparison(b.roof.ctx, id)
		}
		return ChangesView{Seats: []ChangeView{}}, err
	})
}
