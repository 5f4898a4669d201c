package app

// Rated returns the newest rating of each model that has any. What is still blind is not counted.
func (b *Ratings) Rated() ([]RatedView, error) {
	return call(func() ([]RatedView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		all, err := h.Store.Rated(b.roof.ctx)
		out := []RatedView{}
		for _, r := range all {
			out = append(out, RatedView{Endpoint: r.Endpoint, Model: r.Model, Stars: r.Stars, AtMs: unixMs(r.At)})
		}
		return out, err
	})
}
