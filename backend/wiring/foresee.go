package wiring

import (
	"context"
	"errors"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/budget"
)

// Planned is a comparison that is about to be asked; runs need their entry, seat and place.
type Planned struct {
	Comparison bakeoff.Comparison
	Runs       []bakeoff.Run
}

// Foreseen is what many comparisons of one lineup may cost together.
type Foreseen struct {
	Seats    []budget.Estimate // each seat's sum over all comparisons, in lineup order
	Total    budget.Total      // of Seats
	Question string            // why a yes is needed before one of them is asked; empty: none is
	Warning  string            // which cap will stop them on the way; empty: none
}

// Foresee estimates comparisons of one lineup. What is known of a model is looked up once.
func (b *Budget) Foresee(ctx context.Context, all []Planned) (f Foreseen, err error) {
	caps, err := b.Caps(ctx)
	if err != nil {
		return f, err
	}
	known := make(map[[2]string]int64)
	usual := func(ctx context.Context, endpoint, model string) (int64, error) {
		key := [2]string{endpoint, model}
		if n, ok := known[key]; ok {
			return n, nil
		}
		n, err := b.store.UsualOutput(ctx, endpoint, model)
		known[key] = n
		return n, err
	}
	for i, p := range all {
		estimates, err := b.estimate(ctx, p.Comparison, p.Runs, usual)
		if err != nil {
			return f, err
		}
		if f.Question == "" {
			f.Question = sentenceOf(caps.Check(entryNames(p.Runs), estimates, budget.Spent{}, false), bakeoff.CodeUnconfirmed)
		}
		if i == 0 {
			f.Seats = estimates
			continue
		}
		for seat := range min(len(f.Seats), len(estimates)) {
			f.Seats[seat] = sumOf(f.Seats[seat], estimates[seat])
		}
	}
	f.Total = budget.Sum(f.Seats)
	spent, err := b.spent(ctx, false)
	if err != nil {
		return f, err
	}
	whole := []budget.Estimate{{Expected: &f.Total.Expected}}
	f.Warning = sentenceOf(caps.Check([]string{""}, whole, spent, true), bakeoff.CodeOverBudget)
	return f, nil
}

// sumOf adds two estimates of one seat: a figure that one of them lacks is not known of both.
func sumOf(a, b budget.Estimate) budget.Estimate {
	plus := func(x, y *bakeoff.PicoUSD) *bakeoff.PicoUSD {
		if x == nil || y == nil {
			return nil
		}
		sum, fits := x.Plus(*y)
		if !fits {
			return nil
		}
		return &sum
	}
	out := budget.Estimate{Expected: plus(a.Expected, b.Expected), Worst: plus(a.Worst, b.Worst), Why: a.Why}
	if out.Why == "" {
		out.Why = b.Why
	}
	return out
}

// sentenceOf is the sentence of an error of that code; empty for any other.
func sentenceOf(err error, code bakeoff.Code) string {
	var e *bakeoff.Error
	if errors.As(err, &e) && e.Code == code {
		return e.Message
	}
	return ""
}

func entryNames(runs []bakeoff.Run) []string {
	names := make([]string, len(runs))
	for i, r := range runs {
		names[i] = r.Entry.Endpoint + "/" + r.Entry.Model
	}
	return names
}
