package app

import (
	"time"

	"bakeoff/backend/catalog"
	"bakeoff/backend/wiring"
)

// Prices is bound to the window: where prices are from, their refresh, and prices of the user's own.
type Prices struct{ roof *roof }

// Lists tells about the fetched price lists, most trusted first, and the built-in one at the end. Nothing is asked for it.
func (b *Prices) Lists() ([]PriceListView, error) {
	return call(func() ([]PriceListView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		return append(priceListViews(h.Prices.Lists()), PriceListView{Label: "Built-in", Date: h.Catalog.Date()}), nil
	})
}

// Refresh asks for the lists again and returns what came of it, list by list. The models follow as events.
func (b *Prices) Refresh() ([]PriceListView, error) {
	return call(func() ([]PriceListView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		lists, err := h.Prices.Refresh(b.roof.ctx)
		return priceListViews(lists), err
	})
}

// Set puts a price of the user's own above all others: decimal US dollars per million tokens. cached may be empty.
func (b *Prices) Set(endpoint, model, input, output, cached string) error {
	return b.change(endpoint, model, []string{input, output, cached}, func(h *wiring.House) error {
		return h.Prices.Set(endpoint, model, catalog.Override{Input: input, Output: output, Cached: cached})
	})
}

// Unset takes a price of the user's own away.
func (b *Prices) Unset(endpoint, model string) error {
	return b.change(endpoint, model, nil, func(h *wiring.House) error { return h.Prices.Unset(endpoint, model) })
}

func (b *Prices) change(endpoint, model string, prices []string, f func(*wiring.House) error) error {
	return do(func() error {
		h, err := b.roof.house()
		if err == nil {
			err = shortAll("The model or a price", append(prices, endpoint, model), maxName)
		}
		if err != nil {
			return err
		}
		return f(h)
	})
}

func priceListViews(lists []wiring.PriceList) []PriceListView {
	out := []PriceListView{}
	for _, l := range lists {
		view := PriceListView{Label: l.Label, Prices: l.Prices, Same: l.Same}
		if !l.At.IsZero() {
			view.Date = l.At.UTC().Format(time.DateOnly)
		}
		if l.Problem != nil {
			view.Problem = l.Problem.Message
		}
		out = append(out, view)
	}
	return out
}
