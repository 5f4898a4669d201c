package terminal

import (
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/spread"
)

// spreadJSON is how far the answers of an entry that was asked several times lie apart. Only those that ended well count;
// null: of none of them it is known.
type spreadJSON struct {
	Seats     []string            `json:"seats"`
	Well      int                 `json:"ended_well"`
	Total     *rangeJSON[float64] `json:"total_ms"`
	Output    *rangeJSON[int64]   `json:"output_tokens"`
	Cost      *rangeJSON[string]  `json:"cost_usd"`
	Estimated bool                `json:"estimated"` // a count or a cost among them is
	AtLeast   bool                `json:"at_least"`
	Contended bool                `json:"contended"`
}

type rangeJSON[T any] struct {
	Median T `json:"median"`
	Min    T `json:"min"`
	Max    T `json:"max"`
}

func spreadsToJSON(c bakeoff.Comparison) []spreadJSON {
	out := []spreadJSON{}
	for _, s := range spread.Of(c) {
		row := spreadJSON{
			Well: s.Well, Estimated: s.Estimated, AtLeast: s.AtLeast, Contended: s.Contended,
			Total:  rangeOf(s.Total, func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }),
			Output: rangeOf(s.Output, func(n int64) int64 { return n }),
			Cost:   rangeOf(s.Cost, bakeoff.PicoUSD.String),
		}
		for _, n := range s.Seats {
			row.Seats = append(row.Seats, seat(n))
		}
		out = append(out, row)
	}
	return out
}

func rangeOf[T, U any](r spread.Range[T], show func(T) U) *rangeJSON[U] {
	if r.N == 0 {
		return nil
	}
	return &rangeJSON[U]{show(r.Median), show(r.Min), show(r.Max)}
}
