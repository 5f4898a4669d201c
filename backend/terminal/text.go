package terminal

import (
	"fmt"
	"io"
	"strings"
	"unicode"

	"bakeoff/backend/bakeoff"

	"github.com/mattn/go-runewidth"
)

// plain makes untrusted text safe for a terminal: no escape sequence, no control character, no reordering of what is
// shown. Line breaks and tabs stay.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, s)
}

// line is plain on one line, cut to width columns.
func line(s string, width int) string {
	s = strings.Join(strings.Fields(plain(s)), " ")
	return runewidth.Truncate(s, width, "…")
}

// table writes rows in aligned columns, two spaces between them. Columns whose name starts with ">" are right-aligned.
// Wide characters count as two.
func table(w io.Writer, head []string, rows [][]string) {
	all := append([][]string{head}, rows...)
	widths := make([]int, len(head))
	right := make([]bool, len(head))
	for i, name := range head {
		head[i], right[i] = strings.CutPrefix(name, ">")
	}
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], runewidth.StringWidth(cell))
		}
	}
	for _, row := range all {
		var b strings.Builder
		for i, cell := range row {
			gap := strings.Repeat(" ", widths[i]-runewidth.StringWidth(cell))
			if i > 0 {
				b.WriteString("  ")
			}
			if right[i] {
				b.WriteString(gap + cell)
			} else {
				b.WriteString(cell + gap)
			}
		}
		fmt.Fprintln(w, strings.TrimRight(b.String(), " "))
	}
}

const dash = "–"

// seconds is a span for the eye: "0.61 s"; a dash when unknown.
func seconds(s bakeoff.Span) string {
	switch {
	case !s.Known:
		return dash
	case s.D.Seconds() < 9.995:
		return fmt.Sprintf("%.2f s", s.D.Seconds())
	}
	return fmt.Sprintf("%.1f s", s.D.Seconds())
}

// tokens is a count for the eye: "412", "≈ 412" when estimated.
func tokens(c bakeoff.Count) string {
	switch c.Source {
	case bakeoff.Absent:
		return dash
	case bakeoff.Estimated:
		return fmt.Sprintf("≈ %d", c.N)
	}
	return fmt.Sprint(c.N)
}

func rate(t bakeoff.Timing) string {
	switch {
	case t.Rate <= 0:
		return dash
	case t.RateSource == bakeoff.Estimated:
		return fmt.Sprintf("≈ %.1f", t.Rate)
	}
	return fmt.Sprintf("%.1f", t.Rate)
}

// money is a cost for the eye: the exact amount to the precision that matters, "≥" for a lower bound, "≈" for an
// estimate, a dash when unknown.
func money(c bakeoff.Cost) string {
	if !c.Known() {
		return dash
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

// state is a run's status for the eye, with the reason where it is not plain.
func state(r bakeoff.Run) string {
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

// place says where a model ran and, for local ones, what its timing is worth.
func place(r bakeoff.Run) string {
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

func entryName(e bakeoff.Entry) string { return e.Endpoint + "/" + e.Model }
