package app

import (
	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
	"bakeoff/backend/running"
)

// Kinds of RunningView.
const (
	runningNone   = "none"
	runningPower  = "power"
	runningHourly = "hourly"
)

// Running returns what the user told about the cost of running models on this machine.
func (b *Budgets) Running() (RunningView, error) {
	return call(func() (RunningView, error) {
		h, err := b.roof.house()
		if err != nil {
			return RunningView{}, err
		}
		s, err := h.Budget.Running(b.roof.ctx)
		return runningView(s), err
	})
}

func runningView(s running.Setting) RunningView {
	switch {
	case s.None():
		return RunningView{Kind: runningNone}
	case s.Hourly > 0:
		return RunningView{Kind: runningHourly, HourlyUSD: s.Hourly.String()}
	}
	return RunningView{Kind: runningPower, Watts: s.Watts(), KWhUSD: s.KWh.String()}
}

// SetRunning keeps it. Only the fields of the kind count.
func (b *Budgets) SetRunning(view RunningView) error {
	return do(func() error {
		h, err := b.roof.house()
		if err == nil {
			err = shortAll("A number", []string{view.Kind, view.Watts, view.KWhUSD, view.HourlyUSD}, maxID)
		}
		if err != nil {
			return err
		}
		s, err := view.setting()
		if err != nil {
			return err
		}
		return h.Budget.SetRunning(b.roof.ctx, s)
	})
}

func (v RunningView) setting() (running.Setting, error) {
	switch v.Kind {
	case runningNone:
		return running.Setting{}, nil
	case runningPower:
		return running.Power(v.Watts, v.KWhUSD)
	case runningHourly:
		return running.ByHour(v.HourlyUSD)
	}
	return running.Setting{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This kind of running cost is not known. Choose none, power or hourly."}
}

// RunningCosts tells what the local runs of a comparison that have ended cost to run, at the setting of today; nothing when that is
// none. It is no cost and no spending. A time tells a model: a blind comparison gives none.
func (b *Budgets) RunningCosts(comparisonID string) ([]RunningCostView, error) {
	return call(func() ([]RunningCostView, error) {
		h, err := b.roof.withID(comparisonID)
		if err != nil {
			return nil, err
		}
		out := []RunningCostView{}
		s, err := h.Budget.Running(b.roof.ctx)
		if err != nil || s.None() {
			return out, err
		}
		c, err := h.Store.Comparison(b.roof.ctx, comparisonID)
		if l, live := h.Engine.Live(comparisonID); live { // the last frame may be ahead of the history
			now := l.Snapshot()
			if err != nil {
				c, err = now, nil
			}
			c.Runs = now.Runs
		}
		if err != nil {
			return nil, err
		}
		if c.Blind() {
			return nil, review.ErrBlind()
		}
		figures := running.All(c, s)
		for _, r := range c.Runs {
			if f, ok := figures[r.ID]; ok {
				out = append(out, RunningCostView{RunID: r.ID, USD: f.Amount.String(), AtMost: f.AtMost, Basis: f.Basis})
			}
		}
		return out, nil
	})
}
