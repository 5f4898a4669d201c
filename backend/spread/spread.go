// Package spread says how far the answers to one question lie apart when an entry is asked several times: median, least and
// most of time, tokens and cost. It is pure, and exact where money is concerned. Only answers that ended well count: a failed
// one is fast and cheap for another reason.
package spread

import (
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
)

// Range is what lies between the least and the most of some values. N is how many were known; with 0 the rest says nothing.
type Range[T any] struct {
	N                int
	Median, Min, Max T
}

// Spread is that of one entry. Seats are all that it was asked in, Well those that ended well.
type Spread struct {
	Seats  []int
	Well   int
	Total  Range[time.Duration] // from the request to its end
	Output Range[int64]         // tokens; Estimated when one of the counts is
	Cost   Range[bakeoff.PicoUSD]

	Estimated bool // a count of tokens or a cost is
	AtLeast   bool // a cost is a lower bound
	Contended bool // one of the runs shared its local host with another
}

// Of returns the spread of each entry of c that was asked more than once, by the newest attempt of each seat. A blind
// comparison that is veiled has none.
func Of(c bakeoff.Comparison) []Spread {
	newest := bakeoff.Newest(c.Runs)
	var out []Spread
	for _, seats := range bakeoff.Repeats(c.Lineup) {
		if len(seats) < 2 {
			continue
		}
		var runs []bakeoff.Run
		for _, r := range newest {
			if slices.Contains(seats, r.Seat) {
				runs = append(runs, r)
			}
		}
		s := of(runs)
		s.Seats = seats
		out = append(out, s)
	}
	return out
}

func of(runs []bakeoff.Run) Spread {
	var s Spread
	var totals []time.Duration
	var tokens []int64
	var costs []bakeoff.PicoUSD
	for _, r := range runs {
		if !r.Status.Well() {
			continue
		}
		s.Well++
		s.Contended = s.Contended || r.Timing.Contended
		if r.Timing.Total.Known {
			totals = append(totals, r.Timing.Total.D)
		}
		if r.Usage.Output.Known() {
			tokens = append(tokens, r.Usage.Output.N)
			s.Estimated = s.Estimated || r.Usage.Output.Source == bakeoff.Estimated
		}
		if r.Cost.Known() {
			costs = append(costs, r.Cost.Amount)
			s.Estimated = s.Estimated || r.Cost.Source == bakeoff.CostEstimated
			s.AtLeast = s.AtLeast || r.Cost.AtLeast
		}
	}
	s.Total, s.Output, s.Cost = within(totals), within(tokens), within(costs)
	return s
}

// within sorts values and takes their range. The median of an even number is the middle of the two in the middle, rounded
// down to a whole unit.
func within[T ~int64](values []T) Range[T] {
	var r Range[T]
	if r.N = len(values); r.N == 0 {
		return r
	}
	slices.Sort(values)
	r.Min, r.Max, r.Median = values[0], values[r.N-1], values[r.N/2]
	if r.N%2 == 0 {
		r.Median = values[r.N/2-1] + (values[r.N/2]-values[r.N/2-1])/2
	}
	return r
}
