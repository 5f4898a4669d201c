package export

import (
	"fmt"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"
	"bakeoff/backend/review"
	"bakeoff/backend/spread"
)

// fact is a line about a comparison: its name and what is so.
type fact struct{ Name, Value string }

// facts are what a reader must know of a comparison beside its texts and figures. What is not so is left away.
func facts(c bakeoff.Comparison) []fact {
	out := []fact{{"Id", c.ID}, {"Started", c.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC")}}
	add := func(name, value string) {
		if value != "" {
			out = append(out, fact{name, value})
		}
	}
	add("Verdict", Outcome(c))
	add("Category", c.Review.Category)
	add("Tags", strings.Join(c.Review.Tags, ", "))
	add("Note", c.Review.Note)
	if c.Review.Favourite {
		add("Favourite", "yes")
	}
	add("Came from", origin(c))
	add("Files", strings.Join(fileNames(&c), ", "))
	add("Settings", settings(c))
	for _, h := range c.Receipt() {
		if h.Place == bakeoff.PlaceCloud {
			add("Left this machine for", h.Host+" ("+strings.Join(h.Models, ", ")+")")
		}
	}
	if i := c.Imported; i != nil {
		add("Imported", "on "+i.At.UTC().Format("2006-01-02")+" from a file of "+i.Source+": figures and votes are what it said")
	}
	add("Made with", c.AppVersion)
	return out
}

func origin(c bakeoff.Comparison) string {
	switch c.Relation {
	case bakeoff.Rerun:
		return "run again from " + c.ParentID
	case bakeoff.Edited:
		return "edited from " + c.ParentID
	case bakeoff.FollowUp:
		return "the turn after " + c.ParentID
	}
	return ""
}

// settings are those that entries share and those of the comparison.
func settings(c bakeoff.Comparison) string {
	var out []string
	if c.Lanes == bakeoff.LanesSerial {
		out = append(out, "local models one after another")
	}
	if c.LocalOnly {
		out = append(out, "local only")
	}
	if c.Sensitive {
		out = append(out, "marked sensitive")
	}
	return strings.Join(out, "; ")
}

// Outcome says what the vote that counts found; empty when there is none.
func Outcome(c bakeoff.Comparison) string {
	v := c.Review.Verdict
	if v == nil {
		return ""
	}
	places := make(map[int][]string)
	last := 0
	for _, r := range c.Runs {
		if rank := rankOf(&c, r.ID); rank > 0 {
			places[rank] = append(places[rank], review.Letter(r.Seat))
			last = max(last, rank)
		}
	}
	var out string
	switch v.Kind {
	case bakeoff.VerdictBest:
		out = "best is " + strings.Join(places[1], ", ")
	case bakeoff.VerdictTie:
		out = "a tie of " + strings.Join(places[1], ", ")
	case bakeoff.VerdictNone:
		out = "all are bad"
	case bakeoff.VerdictRanked:
		var order []string
		for rank := 1; rank <= last; rank++ {
			if len(places[rank]) > 0 {
				order = append(order, strings.Join(places[rank], " = "))
			}
		}
		out = strings.Join(order, " > ")
	}
	if v.Blind {
		return out + " (voted blind)"
	}
	return out + " (voted with names)"
}

// said is what stands above an answer: what the user thinks of it, what it was asked with, and how it ended.
func said(c bakeoff.Comparison, r bakeoff.Run) []string {
	var out []string
	a := c.Review.Answer(r.ID)
	if a.Stars > 0 {
		out = append(out, fmt.Sprintf("Rated %d of 5", a.Stars))
	}
	if len(a.Reasons) > 0 {
		out = append(out, "Reasons: "+strings.Join(a.Reasons, ", "))
	}
	if a.Note != "" {
		out = append(out, "Note: "+a.Note)
	}
	if r.Place == bakeoff.PlaceDemo {
		out = append(out, "A demo voice that plays a script, no language model")
	}
	if p := paramsText(r.Entry.Params); p != "" {
		out = append(out, "Parameters: "+p)
	}
	if r.Digest != "" {
		out = append(out, "Digest: "+r.Digest)
	}
	if r.Error != nil {
		out = append(out, "Ended: "+string(r.Status)+". "+r.Error.Message)
	}
	return out
}

// Notes are the sentences that belong beside the figures: what else than the asked was served, what was not applied,
// where prices come from.
func Notes(c bakeoff.Comparison) []string {
	var out []string
	for _, r := range bakeoff.Newest(c.Runs) {
		name := review.Letter(r.Seat) + " "
		if r.ServedOther() {
			out = append(out, name+"was answered by "+r.ResolvedModel+", another model than the one asked for.")
		}
		if len(r.NotApplied) > 0 {
			out = append(out, name+"does not take "+strings.Join(r.NotApplied, ", ")+": not applied.")
		}
		for _, w := range append(r.Warnings[:len(r.Warnings):len(r.Warnings)], r.Usage.Notes...) {
			out = append(out, name+w)
		}
		switch {
		case r.Cost.Known() && r.Cost.PriceDate != "":
			out = append(out, fmt.Sprintf("%scost: %s, price of %s from %s.", name, r.Cost.Source, r.Cost.PriceDate, r.Cost.PriceSource))
		case !r.Cost.Known() && r.Status.Well():
			out = append(out, name+"cost is unknown: "+r.Cost.Note+".")
		}
	}
	for _, s := range spread.Of(c) {
		out = append(out, spreadNote(c, s))
	}
	return out
}

// spreadNote says how far the answers of an entry that was asked several times lie apart: median, and least to most.
func spreadNote(c bakeoff.Comparison, s spread.Spread) string {
	note := fmt.Sprintf("%s to %s are %s asked %d times", review.Letter(s.Seats[0]), review.Letter(s.Seats[len(s.Seats)-1]), figure.Name(c.Lineup[s.Seats[0]]), len(s.Seats))
	if s.Well < len(s.Seats) {
		note += fmt.Sprintf(", %d ended well", s.Well)
	}
	var parts []string
	seconds := func(d time.Duration) string { return figure.Seconds(bakeoff.Measured(d)) }
	if r := s.Total; r.N > 0 {
		parts = append(parts, fmt.Sprintf("total %s (%s to %s)", seconds(r.Median), seconds(r.Min), seconds(r.Max)))
	}
	if r := s.Output; r.N > 0 {
		parts = append(parts, fmt.Sprintf("%d tokens out (%d to %d)", r.Median, r.Min, r.Max))
	}
	money := func(a bakeoff.PicoUSD) string {
		return figure.Money(bakeoff.Cost{Amount: a, Source: bakeoff.CostComputed})
	}
	if r := s.Cost; r.N > 0 && r.Max > 0 {
		parts = append(parts, fmt.Sprintf("cost %s (%s to %s)", money(r.Median), money(r.Min), money(r.Max)))
	}
	if len(parts) > 0 {
		note += "; median, and least to most: " + strings.Join(parts, ", ")
	}
	if s.Contended {
		note += "; contended, so the times say little"
	}
	return note + "."
}

// earlierNote says whose turns stand before the prompt, when they differ.
func earlierNote(c bakeoff.Comparison) string {
	for _, turns := range c.Earlier[1:] {
		if len(turns) != len(c.Earlier[0]) {
			return "Each model has its own history; that of the first is shown."
		}
		for i := range turns {
			if turns[i].Answer != c.Earlier[0][i].Answer {
				return "Each model has its own history; that of the first is shown."
			}
		}
	}
	return "All models have the same history."
}
