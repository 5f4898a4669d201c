package lineage

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/diff"
	"bakeoff/backend/review"
)

// Changes is an old comparison beside a new one.
type Changes struct {
	SamePrompt bool // both were asked the same: prompt, system text, files and earlier turns
	Seats      []Change
}

// Change is one model then and now, by the newest attempt of each.
type Change struct {
	Old, New   *bakeoff.Run // nil when the model is in one lineup only; never both
	SameParams bool
	SameText   bool
	Similarity float64  // of the answers, 0 to 1; -1 when one of them has no text
	Notes      []string // what differs, in sentences, the gravest first
}

// Compare sets two comparisons side by side: the seats of the new one in order, then the models that only the old one had.
func Compare(old, now bakeoff.Comparison) (Changes, error) {
	if old.Blind() || now.Blind() {
		return Changes{}, review.ErrBlind()
	}
	out := Changes{SamePrompt: SamePrompt(old.Prompt, now.Prompt)}
	olds, news := bakeoff.Newest(old.Runs), bakeoff.Newest(now.Runs)
	seen := make(map[int]bool)
	seats := Seats(old.Lineup, now.Lineup)
	for i := range news {
		run := &news[i]
		var before *bakeoff.Run
		if run.Seat < len(seats) && seats[run.Seat] >= 0 {
			before = seat(olds, seats[run.Seat])
			seen[seats[run.Seat]] = true
			out.SamePrompt = out.SamePrompt && sameTurns(old.EarlierOf(seats[run.Seat]), now.EarlierOf(run.Seat))
		}
		out.Seats = append(out.Seats, change(before, run))
	}
	for i := range olds {
		if !seen[olds[i].Seat] {
			out.Seats = append(out.Seats, change(&olds[i], nil))
		}
	}
	return out, nil
}

func seat(runs []bakeoff.Run, seat int) *bakeoff.Run {
	i := slices.IndexFunc(runs, func(r bakeoff.Run) bool { return r.Seat == seat })
	if i < 0 {
		return nil
	}
	return &runs[i]
}

func sameTurns(a, b []bakeoff.Turn) bool {
	return slices.EqualFunc(a, b, func(x, y bakeoff.Turn) bool { return x.Answer == y.Answer && SamePrompt(x.Prompt(), y.Prompt()) })
}

func change(old, now *bakeoff.Run) Change {
	c := Change{Old: old, New: now, Similarity: -1}
	switch {
	case old == nil:
		c.Notes = []string{"It was not asked then."}
		return c
	case now == nil:
		c.Notes = []string{"It was not asked now."}
		return c
	}
	c.SameParams = reflect.DeepEqual(old.Entry.Params, now.Entry.Params)
	if old.Answer != "" && now.Answer != "" {
		c.SameText = old.Answer == now.Answer
		c.Similarity = diff.Similarity(old.Answer, now.Answer)
	}
	c.note(differ("It is served by another model: %s then, %s now.", old.ResolvedModel, now.ResolvedModel))
	c.note(differ("The model's files are others: digest %s then, %s now.", short(old.Digest), short(now.Digest)))
	c.note(differ("It is quantised otherwise: %s then, %s now.", old.Quantization, now.Quantization))
	c.note(differ("It was asked at another address: %s then, %s now.", old.EndpointHost, now.EndpointHost))
	if !c.SameParams {
		c.note("Its settings are others, so the answers say little about the model.")
	}
	if !slices.Equal(old.NotApplied, now.NotApplied) {
		c.note("It takes other parameters than then.")
	}
	c.note(differ("It ended otherwise: %s then, %s now.", string(old.Status), string(now.Status)))
	c.note(c.text())
	return c
}

func (c *Change) note(sentence string) {
	if sentence != "" {
		c.Notes = append(c.Notes, sentence)
	}
}

// text says how far the answers are apart.
func (c *Change) text() string {
	switch {
	case c.SameText, c.Similarity < 0:
		return ""
	case c.Similarity == 1:
		return "The answers differ in white space only."
	}
	return fmt.Sprintf("The answers differ: %d%% of the text is shared.", int(math.Floor(100*c.Similarity)))
}

// differ is a sentence about two known values that are not the same; empty otherwise.
func differ(sentence, old, now string) string {
	if old == "" || now == "" || old == now {
		return ""
	}
	return fmt.Sprintf(sentence, old, now)
}

// short is the beginning of a digest: enough to tell two apart.
func short(digest string) string {
	digest = strings.TrimPrefix(digest, "sha256:")
	return digest[:min(12, len(digest))]
}
