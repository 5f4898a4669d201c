package terminal

import (
	"fmt"
	"io"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"

	"github.com/mattn/go-runewidth"
)

// plain makes untrusted text safe for a terminal.
func plain(s string) string { return figure.Plain(s) }

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

// The figures of a run, in the words that exports use, too.
func seconds(s bakeoff.Span) string    { return figure.Seconds(s) }
func tokens(c bakeoff.Count) string    { return figure.Tokens(c) }
func rate(t bakeoff.Timing) string     { return figure.Rate(t) }
func money(c bakeoff.Cost) string      { return figure.Money(c) }
func state(r bakeoff.Run) string       { return figure.State(r) }
func place(r bakeoff.Run) string       { return figure.Place(r) }
func entryName(e bakeoff.Entry) string { return figure.Name(e) }
