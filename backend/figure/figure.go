// Package figure puts the numbers of a run into words for the eye: the same ones in the terminal and in every export.
// It is pure. Unknown is a dash, never zero; "≈" marks an estimate, "≥" a lower bound.
package figure

import (
	"fmt"
	"strings"

	"bakeoff/backend/bakeoff"
)

// Dash stands where nothing is known.
const Dash = "–"

// Seconds is a span: "0.61 s".
func Seconds(s bakeoff.Span) string {
	switch {
	case !s.Known:
		return Dash
	case s.D.Seconds() < 9.995:
		return fmt.Sprintf("%.2f s", s.D.Seconds())
	}
	return fmt.Sprintf("%.1f s", s.D.Seconds())
}

// Tokens is a count: "412", "≈ 412" when estimated.
func Tokens(c bakeoff.Count) string {
	switch c.Source {
	case bakeoff.Absent:
		return Dash
	case bakeoff.Estimated:
		return fmt.Sprintf("≈ %d", c.N)
	}
	return fmt.Sprint(c.N)
}

// Rate is a run's tokens per second.
func Rate(t bakeoff.Timing) string {
	switch {
	case t.Rate <= 0:
		return Dash
	case t.RateSource == bakeoff.Estimated:
		return fmt.Sprintf("≈ %.1f", t.Rate)
	}
	return fmt.Sprintf("%.1f", t.Rate)
}

// Money is a cost to the precision that matters.
func Money(c bakeoff.Cost) string {
	if !c.Known() {
		return Dash
	}
	text := "$" + digits(c.Amount)
	switch {
	case c.AtLeast:
		return "≥ " + text
	case c.Source == bakeoff.CostEstimated:
		return "≈ " + text
	}
	return text
}

// digits rounds to cents from a dollar up, to four decimals from a tenth of a cent up, else to three significant digits.
func digits(a bakeoff.PicoUSD) string {
	const pico = 12
	decimals := 2
	switch {
	case a == 0:
		return "0"
	case a < bakeoff.USD/1000:
		decimals = pico - len(fmt.Sprint(int64(a))) + 3
	case a < bakeoff.USD:
		decimals = 4
	}
	decimals = min(decimals, pico)
	unit := int64(1)
	for range pico - decimals {
		unit *= 10
	}
	rounded := (int64(a) + unit/2) / unit
	one := int64(bakeoff.USD) / unit
	return fmt.Sprintf("%d.%0*d", rounded/one, decimals, rounded%one)
}

// State is a run's status, with the reason where it is not plain.
func State(r bakeoff.Run) string {
	switch r.Status {
	case bakeoff.Cut:
		return "cut (length)"
	case bakeoff.Cancelled:
		return "stopped"
	case bakeoff.Failed:
		if r.Error != nil {
			return "failed: " + string(r.Error.Code)
		}
	}
	return string(r.Status)
}

// Place says where a model ran and, for local ones, what its timing is worth.
func Place(r bakeoff.Run) string {
	var notes []string
	switch r.Place {
	case bakeoff.PlaceDemo:
		return "demo, scripted"
	case bakeoff.PlaceLocal:
		notes = append(notes, "here")
	default:
		notes = append(notes, "cloud")
	}
	if r.Timing.Warmth != "" {
		notes = append(notes, string(r.Timing.Warmth))
	}
	if r.Timing.Contended {
		notes = append(notes, "contended")
	}
	return strings.Join(notes, ", ")
}

// Name is an entry's endpoint and model: "ollama/llama3.2:1b".
func Name(e bakeoff.Entry) string { return e.Endpoint + "/" + e.Model }
