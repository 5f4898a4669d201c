package terminal

import (
	"context"
	"fmt"
	"slices"

	"bakeoff/backend/compare"
	"bakeoff/backend/wiring"
)

// shortPrompt fits into any context that is worth asking: no server is asked about it.
const shortPrompt = 2000 // tokens

// warnOfLength says to whom a prompt is longer than its context, before it is sent. A model list that was not asked for tells
// no context, so of clouds little is known here.
func (d *Deps) warnOfLength(ctx context.Context, h *wiring.House, spec compare.Spec) {
	c, _ := h.Engine.Plan(spec)
	if wiring.LongestInput(c) < shortPrompt {
		return
	}
	var said []string
	for seat, p := range h.Prospects(ctx, c) {
		line := plain(entryName(c.Lineup[seat])) + ": " + p.TooLong
		if p.TooLong != "" && !slices.Contains(said, line) {
			said = append(said, line)
			fmt.Fprintln(d.Err, line)
		}
	}
}
