package app

import (
	"cmp"
	"context"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/catalog"
	"bakeoff/backend/wiring"
)

// Models is bound to the window: what can be asked.
type Models struct{ roof *roof }

// List returns all endpoints with what is known of them now; changes follow as events.
func (b *Models) List() ([]EndpointView, error) {
	return call(func() ([]EndpointView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		out := []EndpointView{}
		for _, i := range h.Registry.Known() {
			out = append(out, endpointView(i, h))
		}
		return out, nil
	})
}

// Refresh asks an endpoint for its models again, all endpoints when the name is empty. It returns at once; what they
// answer follows as events.
func (b *Models) Refresh(endpoint string) error {
	return do(func() error {
		h, err := b.roof.house()
		if err != nil {
			return err
		}
		if endpoint != "" {
			if _, err := h.Registry.Get(endpoint); err != nil {
				return err
			}
		}
		b.roof.refresh(h, endpoint)
		return nil
	})
}

// refresh asks endpoints for their models in the background, and none in the cloud while the user wants to stay local.
func (r *roof) refresh(h *wiring.House, endpoint string) {
	ctx := r.asking(h)
	go func() { _ = h.Registry.Refresh(ctx, endpoint) }() // its only error is an unknown name
}

// asking is the context for questions to endpoints: none leaves this machine while the user wants to stay local.
func (r *roof) asking(h *wiring.House) context.Context {
	return h.Privacy.Stay(r.ctx)
}

func endpointView(i wiring.EndpointInfo, h *wiring.House) EndpointView {
	view := EndpointView{
		Name: i.Name, Label: i.Label, Kind: string(i.Kind), BaseURL: i.BaseURL, Place: string(i.Place), Own: i.Own,
		KeySource: i.KeySource, AddressSource: i.AddressSource, KeyVariables: list(i.KeyVariables),
		Seq: i.Seq, KeyHint: i.KeyHint, HeaderNames: list(i.HeaderNames), Made: i.Made, Locked: i.Locked,
		State: string(i.State), Problem: errorView(i.Problem), Models: []ModelView{}, ListedAtMs: unixMs(i.ListedAt),
	}
	now := time.Now()
	for _, m := range i.Models {
		price, known := h.Catalog.Price(i.Name, m.ID, now)
		view.Models = append(view.Models, ModelView{
			Endpoint: i.Name, ID: m.ID, Name: cmp.Or(m.Name, m.ID), Openness: string(m.Openness), Place: string(i.PlaceOf(m)), Stays: i.Stays(m),
			SizeBytes: m.Size, Quantization: m.Quantization, ParameterSize: m.ParameterSize, ContextLength: m.ContextLength,
			Capabilities: list(m.Capabilities), Licence: m.Licence, ShutdownDate: m.ShutdownDate, Price: priceView(price, known),
		})
	}
	return view
}

// priceView is the price of the first tier, nil when there is none.
func priceView(p catalog.Price, known bool) *PriceView {
	if !known {
		return nil
	}
	return &PriceView{Input: dollars(p.Input), Output: dollars(p.Output), CacheRead: dollars(p.CacheRead), Date: p.Date, Source: p.Source, Yours: p.Yours, Why: p.Why}
}

// dollars is a rate as dollars per million tokens: micro-dollars are a millionth of that.
func dollars(rate *bakeoff.MicroPerMillion) string {
	if rate == nil {
		return ""
	}
	amount, ok := rate.Times(1_000_000)
	if !ok {
		return ""
	}
	return amount.String()
}
