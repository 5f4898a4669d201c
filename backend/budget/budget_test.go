package budget

import (
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
)

// flat is a price of 1 micro-dollar for a token of input and 2 for one of output.
func flat(u bakeoff.Usage) bakeoff.Cost {
	const micro = bakeoff.USD / 1_000_000
	return bakeoff.Cost{Source: bakeoff.CostEstimated, Amount: micro * bakeoff.PicoUSD(u.Input.N+2*u.Output.N)}
}

func unpriced(bakeoff.Usage) bakeoff.Cost { return bakeoff.Cost{Source: bakeoff.CostUnknown} }

const micro = bakeoff.USD / 1_000_000

func TestAnEstimateTakesTheUsualAndTheLongestAnswer(t *testing.T) {
	for _, tc := range []struct {
		name            string
		entry           Entry
		expected, worst bakeoff.PicoUSD // -1: not known
	}{
		{"a model that runs here is free", Entry{Free: true}, 0, 0},
		{"never asked: the usual length of any answer", Entry{Input: 100, Longest: 1000, Cost: flat}, 1100 * micro, 2100 * micro},
		{"asked before: its own median", Entry{Input: 100, Usual: 50, Longest: 1000, Cost: flat}, 200 * micro, 2100 * micro},
		{"no answer is longer than what was asked for", Entry{Input: 100, Usual: 50, Longest: 10, Cost: flat}, 120 * micro, 120 * micro},
		{"without a limit the worst is not known", Entry{Input: 100, Usual: 50, Cost: flat}, 200 * micro, -1},
		{"without a price nothing is known", Entry{Input: 100, Longest: 10, Cost: unpriced}, -1, -1},
		{"an image has no known count", Entry{Input: -1, Longest: 10, Cost: flat}, -1, -1},
	} {
		got := Of(tc.entry)
		check := func(what string, got *bakeoff.PicoUSD, want bakeoff.PicoUSD) {
			if (got == nil) != (want < 0) || got != nil && *got != want {
				t.Errorf("%s: %s: got %v, want %d", tc.name, what, got, want)
			}
		}
		check("expected", got.Expected, tc.expected)
		check("worst", got.Worst, tc.worst)
		if (got.Worst == nil) != (got.Why != "") {
			t.Errorf("%s: why: got %q", tc.name, got.Why)
		}
	}
}

func TestCapsRefuseBeforeAnythingIsSent(t *testing.T) {
	cheap, dear := Of(Entry{Input: 10, Usual: 10, Longest: 10, Cost: flat}), Of(Entry{Input: 1_000_000, Usual: 10, Longest: 10, Cost: flat})
	unknown, free := Of(Entry{Cost: unpriced}), Of(Entry{Free: true})
	for _, tc := range []struct {
		name      string
		caps      Caps
		all       []Estimate
		spent     Spent
		confirmed bool
		want      string // a part of the sentence; empty: allowed
		code      bakeoff.Code
	}{
		{"no cap allows all", Caps{}, []Estimate{dear, unknown}, Spent{}, false, "", ""},
		{"under the cap", Caps{Run: bakeoff.USD}, []Estimate{cheap}, Spent{}, false, "", ""},
		{"over the cap for one", Caps{Run: bakeoff.USD}, []Estimate{dear, cheap}, Spent{}, false, "the cap of $1.0000 for one", bakeoff.CodeUnconfirmed},
		{"over it, but confirmed", Caps{Run: bakeoff.USD}, []Estimate{dear}, Spent{}, true, "", ""},
		{"over the cap of the day, confirmed or not", Caps{Day: bakeoff.USD}, []Estimate{cheap}, Spent{Day: bakeoff.USD}, true, "cap of $1.0000 a day", bakeoff.CodeOverBudget},
		{"what is free is allowed when all is spent", Caps{Day: bakeoff.USD, Month: 1}, []Estimate{free}, Spent{Day: 2 * bakeoff.USD, Month: bakeoff.USD}, false, "", ""},
		{"over the cap of the month", Caps{Month: bakeoff.USD}, []Estimate{dear}, Spent{}, true, "cap of $1.0000 a month", bakeoff.CodeOverBudget},
		{"a cap and no price", Caps{Month: bakeoff.USD}, []Estimate{unknown}, Spent{}, false, "the cost of a is not known", bakeoff.CodeUnconfirmed},
		{"a cap and no price, confirmed", Caps{Month: bakeoff.USD}, []Estimate{unknown}, Spent{}, true, "", ""},
	} {
		err := tc.caps.Check([]string{"a", "b"}[:len(tc.all)], tc.all, tc.spent, tc.confirmed)
		switch {
		case tc.want == "" && err != nil:
			t.Errorf("%s: got %v", tc.name, err)
		case tc.want != "" && (err == nil || bakeoff.AsError(err).Code != tc.code || !strings.Contains(bakeoff.AsError(err).Message, tc.want)):
			t.Errorf("%s: got %v, want %q", tc.name, err, tc.want)
		}
	}
}

func TestASumSaysWhatItLeavesOut(t *testing.T) {
	most := bakeoff.PicoUSD(1<<63 - 1)
	one := bakeoff.PicoUSD(1)
	got := Sum([]Estimate{{Expected: &one, Worst: &most}, {Expected: &one}, {}, {Expected: &one, Worst: &one}})
	if want := (Total{Expected: 3, Worst: most, Unknown: 1, WorstUnknown: 3}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
