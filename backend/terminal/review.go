package terminal

import (
	"fmt"
	"io"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
)

// reviewJSON is what the user said about a comparison.
type reviewJSON struct {
	Blind     string             `json:"blind"` // "" never, "open": names, times and costs are hidden; "revealed"
	Verdict   *verdictJSON       `json:"verdict"`
	Answers   []answerReviewJSON `json:"answers"` // of the runs that have any
	Category  string             `json:"category"`
	Tags      []string           `json:"tags"`
	Note      string             `json:"note"`
	Favourite bool               `json:"favourite"`
}

type verdictJSON struct {
	Kind      string         `json:"kind"` // best, tie, none, ranked
	Standings []standingJSON `json:"standings"`
	Blind     bool           `json:"blind"` // cast before the names were known
	At        string         `json:"at"`    // RFC 3339, UTC
}

type standingJSON struct {
	RunID string `json:"run_id"`
	Seat  string `json:"seat"`
	Rank  int    `json:"rank"` // 1 is best, equal ranks tie, 0 was left out of the vote
}

type answerReviewJSON struct {
	RunID   string   `json:"run_id"`
	Seat    string   `json:"seat"`
	Stars   int      `json:"stars"` // 1 to 5; 0: none
	Reasons []string `json:"reasons"`
	Note    string   `json:"note"`
}

// reviewToJSON takes a comparison that is veiled already.
func reviewToJSON(c bakeoff.Comparison) reviewJSON {
	r := c.Review
	out := reviewJSON{Answers: []answerReviewJSON{}, Category: r.Category, Tags: list(r.Tags), Note: r.Note, Favourite: r.Favourite}
	switch {
	case c.Blind():
		out.Blind = "open"
	case c.Sitting != nil:
		out.Blind = "revealed"
	}
	for _, a := range r.Answers {
		out.Answers = append(out.Answers, answerReviewJSON{RunID: a.RunID, Seat: seatOf(c, a.RunID), Stars: a.Stars, Reasons: list(a.Reasons), Note: a.Note})
	}
	if v := r.Verdict; v != nil {
		out.Verdict = &verdictJSON{Kind: string(v.Kind), Standings: []standingJSON{}, Blind: v.Blind, At: rfc3339(v.At)}
		for _, s := range v.Standings {
			out.Verdict.Standings = append(out.Verdict.Standings, standingJSON{RunID: s.RunID, Seat: seatOf(c, s.RunID), Rank: s.Rank})
		}
	}
	return out
}

// seatOf is the letter of a run's seat in what is printed.
func seatOf(c bakeoff.Comparison, run string) string {
	for _, r := range c.Runs {
		if r.ID == run {
			return seat(r.Seat)
		}
	}
	return ""
}

// reviewLines are the sentences of a review; none where nothing was said.
func reviewLines(c bakeoff.Comparison) []string {
	r := c.Review
	var out []string
	if r.Verdict != nil {
		out = append(out, verdictLine(c, *r.Verdict))
	}
	for _, a := range r.Answers {
		var said []string
		if a.Stars > 0 {
			said = append(said, strings.Repeat("★", a.Stars)+strings.Repeat("☆", 5-a.Stars))
		}
		said = append(said, a.Reasons...)
		if a.Note != "" {
			said = append(said, a.Note)
		}
		if len(said) > 0 {
			out = append(out, "About "+seatOf(c, a.RunID)+": "+line(strings.Join(said, ", "), 500)+".")
		}
	}
	for _, l := range []struct{ what, text string }{{"Category", r.Category}, {"Tags", strings.Join(r.Tags, ", ")}, {"Note", r.Note}} {
		if l.text != "" {
			out = append(out, l.what+": "+line(l.text, 500))
		}
	}
	if r.Favourite {
		out = append(out, "A favourite.")
	}
	return out
}

func verdictLine(c bakeoff.Comparison, v bakeoff.Verdict) string {
	places, out := [][]string{}, []string{} // by rank, best first; left out
	last := 0
	for _, s := range v.Standings {
		switch {
		case s.Rank == 0:
			out = append(out, seatOf(c, s.RunID))
		case s.Rank == last:
			places[len(places)-1] = append(places[len(places)-1], seatOf(c, s.RunID))
		default:
			places, last = append(places, []string{seatOf(c, s.RunID)}), s.Rank
		}
	}
	text := "None is good enough"
	switch v.Kind {
	case bakeoff.VerdictBest:
		text = "Best is " + places[0][0]
	case bakeoff.VerdictTie:
		text = "A tie of " + strings.Join(places[0], " and ")
	case bakeoff.VerdictRanked:
		var order []string
		for _, p := range places {
			order = append(order, strings.Join(p, " and "))
		}
		text = "The order is " + strings.Join(order, ", then ")
	}
	if len(out) > 0 && v.Kind != bakeoff.VerdictNone {
		text += "; left out: " + strings.Join(out, ", ")
	}
	if v.Blind {
		text += " (voted blind)"
	}
	return text + "."
}

// blindText prints a comparison whose names nobody may know: prompt, and the answers by letter.
func blindText(w io.Writer, c bakeoff.Comparison) {
	c = review.Veil(c)
	fmt.Fprintf(w, "%s\n%s\n", rfc3339(c.StartedAt), plain(c.Prompt.User))
	for _, r := range c.Runs {
		fmt.Fprintf(w, "\n── %s ──\n", r.ID)
		switch {
		case r.Status == bakeoff.Streaming:
			fmt.Fprintln(w, "[not yet]")
		case r.Answer != "":
			fmt.Fprintln(w, strings.TrimSpace(plain(r.Answer)))
		}
		if r.Status == bakeoff.Failed {
			fmt.Fprintln(w, "[no whole answer]")
		}
	}
	fmt.Fprintln(w)
	for _, l := range reviewLines(c) {
		fmt.Fprintln(w, l)
	}
	fmt.Fprintf(w, "This comparison is blind: names, times and costs appear after the vote, such as: bakeoff rate %s --best A\n", c.ID)
}

// revealLine says which model had which letter.
func revealLine(c bakeoff.Comparison) string {
	var names []string
	for i, place := range c.Sitting.Seats {
		for _, r := range bakeoff.Newest(c.Runs) {
			if r.Seat == place {
				names = append(names, fmt.Sprintf("%s was %s", review.Letter(i), plain(entryName(r.Entry))))
			}
		}
	}
	return strings.Join(names, ", ") + "."
}
