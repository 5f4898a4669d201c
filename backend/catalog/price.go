package catalog

import (
	"time"

	"bakeoff/backend/bakeoff"
)

// Rates are prices in micro-dollars per million tokens. A nil rate is not known.
type Rates struct {
	Input        *bakeoff.MicroPerMillion
	Output       *bakeoff.MicroPerMillion
	CacheRead    *bakeoff.MicroPerMillion
	CacheWrite   *bakeoff.MicroPerMillion // five-minute writes
	CacheWrite1h *bakeoff.MicroPerMillion
	Reasoning    *bakeoff.MicroPerMillion // nil: as output
}

// Price is what a model costs at one instant.
type Price struct {
	Rates
	Tiers  []Tier // by rising Above
	Date   string // "2026-07-08": when the source was read
	Source string // where the price stands
	Yours  bool   // from the user's own file
	Why    string // why there is no price although a source names one: its form cannot be held here; empty otherwise
}

// Tier is what applies to all tokens of a request whose input is larger than Above tokens.
type Tier struct {
	Above int64
	Rates
}

// at returns the rates for a request of input tokens: the whole request falls into one tier.
func (p Price) at(input int64) Rates {
	rates := p.Rates
	for _, t := range p.Tiers {
		if input > t.Above {
			rates = t.Rates
		}
	}
	return rates
}

// Cost returns what u costs at p, in pico-dollars, exactly. Modifiers (a service tier) change prices in ways that the
// sheet does not know, so with any the cost is unknown. A count that is absent makes the figure a lower bound; an
// estimated one makes it an estimate. Contradictory counts give no figure.
func (p Price) Cost(u bakeoff.Usage, modifiers map[string]string) bakeoff.Cost {
	for name, value := range modifiers {
		return unknown("no price is known for " + name + " " + value)
	}
	if p.Why != "" {
		return unknown(p.Why)
	}
	if !u.Output.Known() && !u.Input.Known() {
		return unknown("no token counts are known")
	}
	rates := p.at(u.Input.N)
	if rates.Input == nil || rates.Output == nil {
		return unknown("the price sheet has no full price for this model")
	}
	plain := u.Input.N - u.CacheRead.N - u.CacheWrite.N
	write5m := u.CacheWrite.N - u.CacheWrite1h.N
	if u.Input.Known() && plain < 0 || write5m < 0 {
		return unknown("the reported cache counts exceed the input count")
	}
	spoken, thought := u.Output.N, int64(0)
	if rates.Reasoning != nil && *rates.Reasoning != *rates.Output {
		if !u.Reasoning.Known() || u.Reasoning.N > u.Output.N {
			return unknown("reasoning has a price of its own here, and its tokens are not known")
		}
		spoken, thought = u.Output.N-u.Reasoning.N, u.Reasoning.N
	}
	s := sum{ok: true}
	s.add(rates.Input, max(plain, 0))
	s.add(s.orInput(rates.CacheRead, rates.Input, u.CacheRead.N), u.CacheRead.N)
	s.add(s.orInput(rates.CacheWrite, rates.Input, write5m), write5m)
	s.add(s.orInput(rates.CacheWrite1h, rates.Input, u.CacheWrite1h.N), u.CacheWrite1h.N)
	s.add(rates.Output, spoken)
	if thought > 0 {
		s.add(rates.Reasoning, thought)
	}
	if !s.ok {
		return unknown("the token counts are too large to price")
	}
	cost := bakeoff.Cost{Amount: s.total, Source: bakeoff.CostComputed, PriceDate: p.Date, PriceSource: p.Source, Note: s.note}
	if !u.Input.Known() || !u.Output.Known() {
		cost.AtLeast, cost.Note = true, "not all token counts are known"
	}
	if u.CacheWrite1h.N > 0 && rates.CacheWrite1h == nil {
		cost.AtLeast = true // such writes cost more than plain input
	}
	if u.Input.Source == bakeoff.Estimated || u.Output.Source == bakeoff.Estimated {
		cost.Source = bakeoff.CostEstimated
	}
	return cost
}

// sum adds up products exactly; ok turns false when one does not fit.
type sum struct {
	total bakeoff.PicoUSD
	ok    bool
	note  string
}

func (s *sum) add(rate *bakeoff.MicroPerMillion, tokens int64) {
	part, fits := rate.Times(tokens)
	if !fits {
		s.ok = false
		return
	}
	total, fits := s.total.Plus(part)
	s.total, s.ok = total, s.ok && fits
}

// orInput is the rate of cached tokens, or the plain input rate where none is known: it never understates.
func (s *sum) orInput(rate, input *bakeoff.MicroPerMillion, tokens int64) *bakeoff.MicroPerMillion {
	if rate != nil {
		return rate
	}
	if tokens > 0 {
		s.note = "no price for cached tokens is known: they are counted as plain input"
	}
	return input
}

func unknown(why string) bakeoff.Cost { return bakeoff.Cost{Source: bakeoff.CostUnknown, Note: why} }

// window says when a row applies. Zero times are open ends.
type window struct {
	from, until time.Time // [from, until)
	weekdays    bool      // Monday to Friday only, UTC
	hours       []span    // minutes of the day, UTC; nil means all day
}

type span struct{ from, to int } // [from, to)

func (w window) covers(at time.Time) bool {
	at = at.UTC()
	switch {
	case !w.from.IsZero() && at.Before(w.from), !w.until.IsZero() && !at.Before(w.until):
		return false
	case w.weekdays && (at.Weekday() == time.Saturday || at.Weekday() == time.Sunday):
		return false
	case len(w.hours) == 0:
		return true
	}
	minute := at.Hour()*60 + at.Minute()
	for _, h := range w.hours {
		if h.from <= minute && minute < h.to {
			return true
		}
	}
	return false
}
