// Package budget says what a comparison is about to cost and whether the user's caps allow it. It is pure: it knows neither
// prices nor the history, and is given what it needs of both.
//
// An estimate is no promise: the length of an answer is not known before it is there. Expected takes what the model usually
// writes, Worst the longest answer that was asked for. Absent is not zero: an entry whose price
// or length is unknown has no figure, and is counted as such.
package budget

import (
	"fmt"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// UsualOutput is what is expected of a model that was never asked before, in tokens.
const UsualOutput = 500

// Entry is one entry that is about to be asked.
type Entry struct {
	Name    string                           // "openai/gpt-5", for sentences
	Free    bool                             // runs on this machine, or is a demo
	Input   int64                            // estimated tokens; negative when unknown, as with images
	Usual   int64                            // median output of earlier runs, in tokens; 0: never asked
	Longest int64                            // longest answer that can come, in tokens: what was asked for as max tokens; 0: unknown
	Cost    func(bakeoff.Usage) bakeoff.Cost // by the price sheet of now
}

// Estimate is what an entry may cost. A nil figure is not known, and Why says the reason.
type Estimate struct {
	Expected *bakeoff.PicoUSD
	Worst    *bakeoff.PicoUSD
	Why      string // a sentence
}

// Of estimates one entry.
func Of(e Entry) Estimate {
	if e.Free {
		return Estimate{Expected: new(bakeoff.PicoUSD), Worst: new(bakeoff.PicoUSD)}
	}
	if e.Input < 0 {
		return Estimate{Why: "What an image counts is not known before it is sent."}
	}
	usual := e.Usual
	if usual == 0 {
		usual = UsualOutput
	}
	if e.Longest > 0 {
		usual = min(usual, e.Longest)
	}
	out := Estimate{Expected: amount(e, usual)}
	switch {
	case out.Expected == nil:
		out.Why = "No price is known for " + e.Name + "."
	case e.Longest == 0:
		out.Why = "The longest answer of " + e.Name + " is not known. Set max tokens to bound it."
	default:
		out.Worst = amount(e, e.Longest)
	}
	return out
}

func amount(e Entry, output int64) *bakeoff.PicoUSD {
	count := func(n int64) bakeoff.Count { return bakeoff.Count{N: n, Source: bakeoff.Estimated} }
	cost := e.Cost(bakeoff.Usage{Input: count(e.Input), Output: count(output)})
	if !cost.Known() {
		return nil
	}
	return &cost.Amount
}

// Total adds up estimates. Unknown counts the entries without a figure: the sum is then at least so much. WorstUnknown
// likewise for Worst.
type Total struct {
	Expected, Worst       bakeoff.PicoUSD
	Unknown, WorstUnknown int
}

// Sum adds up; what does not fit counts as unknown.
func Sum(all []Estimate) Total {
	var t Total
	add := func(into *bakeoff.PicoUSD, part *bakeoff.PicoUSD, unknown *int) {
		if part != nil {
			if sum, fits := into.Plus(*part); fits {
				*into = sum
				return
			}
		}
		*unknown++
	}
	for _, e := range all {
		add(&t.Expected, e.Expected, &t.Unknown)
		add(&t.Worst, e.Worst, &t.WorstUnknown)
	}
	return t
}

// Caps are the most that may be spent; 0 means no cap.
type Caps struct {
	Run   bakeoff.PicoUSD // one comparison, all its entries
	Day   bakeoff.PicoUSD // of the calendar, where the user is
	Month bakeoff.PicoUSD
}

// Spent is what ended runs cost and what those that go on are expected to. Sentences never show it: it counts comparisons
// that are still blind, whose costs would tell their models.
type Spent struct {
	Day, Month bakeoff.PicoUSD
}

// Check refuses what the caps do not allow, by the expected cost. confirmed skips the cap for one comparison, since the
// user has seen it: that refusal has the code unconfirmed. Nothing skips those of day and month: over_budget. With a cap
// that holds, an entry without a known price is refused as unconfirmed as well: nobody could say what it takes.
func (c Caps) Check(names []string, all []Estimate, spent Spent, confirmed bool) error {
	if c == (Caps{}) {
		return nil
	}
	total := Sum(all)
	switch {
	case c.Run > 0 && !confirmed && total.Expected > c.Run:
		return over(bakeoff.CodeUnconfirmed, "This comparison is expected to cost %s, more than the cap of %s for one. Confirm it, shorten the lineup, or raise the cap.", total.Expected, c.Run)
	case c.Day > 0 && above(spent.Day, total.Expected, c.Day):
		return over(bakeoff.CodeOverBudget, "This is expected to cost %s, which would take today's spending over the cap of %s a day. Raise the cap, ask models on this machine, or wait until tomorrow.", total.Expected, c.Day)
	case c.Month > 0 && above(spent.Month, total.Expected, c.Month):
		return over(bakeoff.CodeOverBudget, "This is expected to cost %s, which would take this month's spending over the cap of %s a month. Raise the cap, or ask models on this machine.", total.Expected, c.Month)
	case total.Unknown > 0 && !confirmed:
		var unknown []string
		for i, e := range all {
			if e.Expected == nil && !slices.Contains(unknown, names[i]) {
				unknown = append(unknown, names[i])
			}
		}
		return &bakeoff.Error{Code: bakeoff.CodeUnconfirmed, Message: "A cap is set and the cost of " + strings.Join(unknown, ", ") + " is not known. Confirm it, enter its price, or leave it out."}
	}
	return nil
}

func above(spent, expected, limit bakeoff.PicoUSD) bool {
	sum, fits := spent.Plus(expected)
	return expected > 0 && (!fits || sum > limit)
}

func over(code bakeoff.Code, format string, figure, limit bakeoff.PicoUSD) error {
	return &bakeoff.Error{Code: code, Message: fmt.Sprintf(format, dollars(figure), dollars(limit))}
}

// dollars shows an amount for a sentence, to the hundredth of a cent.
func dollars(a bakeoff.PicoUSD) string {
	const unit = bakeoff.USD / 10_000
	tenths := (a + unit/2) / unit
	return fmt.Sprintf("$%d.%04d", tenths/10_000, tenths%10_000)
}
