package app

import (
	"bakeoff/backend/bakeoff"
	"bakeoff/backend/budget"
)

// Budgets is bound to the window: what a comparison may cost, what was spent, and the caps.
type Budgets struct{ roof *roof }

// Estimate says what a request may cost, entry by entry, before it is sent. Nothing is asked for it.
func (b *Budgets) Estimate(request StartRequest) (EstimateView, error) {
	return call(func() (EstimateView, error) {
		h, err := b.roof.house()
		if err != nil {
			return EstimateView{}, err
		}
		spec, err := b.roof.spec(request)
		if err != nil {
			return EstimateView{}, err
		}
		c, runs := h.Engine.Plan(spec)
		all, err := h.Budget.Estimate(b.roof.ctx, c, runs)
		if err != nil {
			return EstimateView{}, err
		}
		return estimateView(byEntry(request.Lineup, all), budget.Sum(all)), nil
	})
}

// byEntry adds up the estimates of the seats that one entry is asked in.
func byEntry(lineup []EntryView, seats []budget.Estimate) []budget.Estimate {
	out := make([]budget.Estimate, 0, len(lineup))
	for _, e := range lineup {
		n := min(max(e.Repeats, 1), len(seats))
		if n == 0 {
			break
		}
		sum := seats[0]
		for range n - 1 {
			sum.Expected, sum.Worst = plus(sum.Expected, seats[0].Expected), plus(sum.Worst, seats[0].Worst)
		}
		out, seats = append(out, sum), seats[n:]
	}
	return out
}

// plus is nil when a part is, or the sum does not fit.
func plus(a, b *bakeoff.PicoUSD) *bakeoff.PicoUSD {
	if a == nil || b == nil {
		return nil
	}
	sum, fits := a.Plus(*b)
	if !fits {
		return nil
	}
	return &sum
}

func usd(amount *bakeoff.PicoUSD) *string {
	if amount == nil {
		return nil
	}
	return new(amount.String())
}

// Spending tells what was spent since today and since this month began, this month by model, and the caps. Comparisons that
// are still blind are counted after the reveal.
func (b *Budgets) Spending() (SpendingView, error) {
	return call(func() (SpendingView, error) {
		h, err := b.roof.house()
		if err != nil {
			return SpendingView{}, err
		}
		spent, err := h.Budget.Spent(b.roof.ctx)
		if err != nil {
			return SpendingView{}, err
		}
		models, err := h.Budget.SpentByModel(b.roof.ctx)
		if err != nil {
			return SpendingView{}, err
		}
		caps, err := h.Budget.Caps(b.roof.ctx)
		view := SpendingView{
			DayUSD: spent.Day.String(), MonthUSD: spent.Month.String(), Models: []SpendView{},
			Caps: CapsView{RunUSD: capText(caps.Run), DayUSD: capText(caps.Day), MonthUSD: capText(caps.Month)},
		}
		for _, m := range models {
			view.Models = append(view.Models, SpendView{Endpoint: m.Endpoint, EndpointLabel: b.roof.label(m.Endpoint), Model: m.Model, Runs: m.Runs, USD: m.Cost.String()})
		}
		return view, err
	})
}

func capText(amount bakeoff.PicoUSD) string {
	if amount == 0 {
		return ""
	}
	return amount.String()
}

// SetCaps keeps the caps; an empty amount is no cap.
func (b *Budgets) SetCaps(caps CapsView) error {
	return do(func() error {
		h, err := b.roof.house()
		if err == nil {
			err = shortAll("An amount", []string{caps.RunUSD, caps.DayUSD, caps.MonthUSD}, maxID)
		}
		if err != nil {
			return err
		}
		var out budget.Caps
		for _, c := range []struct {
			text string
			into *bakeoff.PicoUSD
		}{{caps.RunUSD, &out.Run}, {caps.DayUSD, &out.Day}, {caps.MonthUSD, &out.Month}} {
			amount, err := costBound(c.text)
			if err != nil {
				return err
			}
			if amount != nil {
				*c.into = *amount
			}
		}
		return h.Budget.SetCaps(b.roof.ctx, out)
	})
}
