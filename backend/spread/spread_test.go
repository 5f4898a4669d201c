package spread

import (
	"testing"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

func run(seat int, status bakeoff.Status, total time.Duration, tokens int64, cost bakeoff.PicoUSD) bakeoff.Run {
	return bakeoff.Run{
		Seat: seat, Attempt: 1, Status: status, Timing: bakeoff.Timing{Total: bakeoff.Measured(total)},
		Usage: bakeoff.Usage{Output: bakeoff.ReportedCount(tokens)}, Cost: bakeoff.Cost{Amount: cost, Source: bakeoff.CostComputed},
	}
}

func TestASpreadIsThatOfTheAnswersThatEndedWell(t *testing.T) {
	often := bakeoff.Entry{Endpoint: "e", Model: "m", Params: bakeoff.Params{Stop: []string{"x"}}, Repeat: 5}
	c := bakeoff.Comparison{Lineup: bakeoff.Repeated([]bakeoff.Entry{often, {Endpoint: "e", Model: "m"}, {Endpoint: "e", Model: "n", Repeat: 2}})}
	c.Runs = []bakeoff.Run{
		run(0, bakeoff.Done, 4*time.Second, 10, 7), run(1, bakeoff.Cut, 1*time.Second, 40, 2), run(2, bakeoff.Failed, time.Millisecond, 0, 0),
		run(3, bakeoff.Done, 2*time.Second, 20, 3), run(4, bakeoff.Done, 9*time.Second, 31, 4),
		run(5, bakeoff.Done, 99*time.Second, 99, 99),
		run(6, bakeoff.Failed, 0, 0, 0), run(7, bakeoff.Done, 3*time.Second, 5, 0),
	}
	retried := run(7, bakeoff.Done, 6*time.Second, 8, 0)
	retried.Attempt, retried.Cost, retried.Timing.Contended = 2, bakeoff.Cost{Source: bakeoff.CostUnknown}, true
	c.Runs = append(c.Runs, retried)
	want := []Spread{
		{Seats: []int{0, 1, 2, 3, 4}, Well: 4, Total: Range[time.Duration]{4, 3 * time.Second, time.Second, 9 * time.Second}, Output: Range[int64]{4, 25, 10, 40}, Cost: Range[bakeoff.PicoUSD]{4, 3, 2, 7}},
		{Seats: []int{6, 7}, Well: 1, Total: Range[time.Duration]{1, 6 * time.Second, 6 * time.Second, 6 * time.Second}, Output: Range[int64]{1, 8, 8, 8}, Contended: true},
	}
	if diff := cmp.Diff(want, Of(c)); diff != "" {
		t.Error(diff)
	}
}

func TestOnlyNeighboursWithTheSameSettingsAreRepeats(t *testing.T) {
	hot, warm := 1.0, 1.0
	a := bakeoff.Entry{Endpoint: "e", Model: "m", Params: bakeoff.Params{Temperature: &hot}}
	same := bakeoff.Entry{Endpoint: "e", Model: "m", Params: bakeoff.Params{Temperature: &warm}}
	plain := bakeoff.Entry{Endpoint: "e", Model: "m"}
	if diff := cmp.Diff([][]int{{0, 1}, {2}, {3}}, bakeoff.Repeats([]bakeoff.Entry{a, same, plain, a})); diff != "" {
		t.Error(diff)
	}
}
