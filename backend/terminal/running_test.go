package terminal

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/running"
)

func TestTheRunningCostIsSetShownAndTakenAway(t *testing.T) {
	dir := t.TempDir()
	for _, step := range []struct{ flags, want string }{
		{"", ""}, {"--watts 350 --kwh 0.30", "350 W and $0.30 a kWh"}, {"", "350 W and $0.30 a kWh"}, {"--day 2", "350 W and $0.30 a kWh"},
		{"--hourly 0.5", "$0.50 an hour"}, {"--no-running-cost", ""}, {"", ""},
	} {
		status, out, errs := execute(t, offline, dir, append([]string{"budget"}, strings.Fields(step.flags)...)...)
		if status != exitWell || !strings.Contains(out, step.want) || strings.Contains(out, "Running models") != (step.want != "") {
			t.Errorf("%q: exit status %d: %s%s", step.flags, status, out, errs)
		}
	}
	for _, flags := range []string{"--watts 350", "--kwh 0.3", "--watts 0 --kwh 0.3", "--watts 350 --kwh x", "--hourly -1", "--hourly 1 --watts 350 --kwh 0.3", "--hourly 1 --no-running-cost"} {
		if status, out, _ := execute(t, offline, dir, append([]string{"budget"}, strings.Fields(flags)...)...); status == exitWell {
			t.Errorf("%q: was taken: %s", flags, out)
		}
	}
}

func TestTheRunningCostStandsApartFromTheCost(t *testing.T) {
	rate, err := running.Power("350", "0.30")
	if err != nil {
		t.Fatal(err)
	}
	run := func(seat int, place bakeoff.Place) bakeoff.Run {
		return bakeoff.Run{ID: seatID(seat), Seat: seat, Place: place, Status: bakeoff.Done, Cost: bakeoff.Cost{Source: bakeoff.CostFree}, Timing: bakeoff.Timing{Total: bakeoff.Measured(9800 * time.Millisecond)}}
	}
	c := bakeoff.Comparison{ID: "c", Runs: []bakeoff.Run{run(0, bakeoff.PlaceLocal), run(1, bakeoff.PlaceCloud)}}
	out := toJSON(c, rate)
	const usd, basis = "0.000285833333", "From send to end, load included: 9.80 s at 350 W and $0.30 a kWh; with the setting of today."
	if got := out.Runs[0].RunningCost; got == nil || got.USD != usd || got.AtMost || *got.Active != 9800 || got.Basis != basis {
		t.Errorf("got %+v", got)
	}
	if *out.Runs[0].Cost.USD != "0" || out.Runs[1].RunningCost != nil {
		t.Errorf("got the cost %s, in the cloud %+v", *out.Runs[0].Cost.USD, out.Runs[1].RunningCost)
	}
	if text, _ := json.Marshal(toJSON(c, running.Setting{})); !strings.Contains(string(text), `"running_cost":null`) {
		t.Errorf("without a setting: %s", text)
	}
	var table strings.Builder
	summary(&table, c, rate)
	if !strings.Contains(table.String(), "A running cost, in no other figure: $0.000286. "+basis) || strings.Contains(table.String(), "B running") {
		t.Errorf("got %s", table.String())
	}
}

func seatID(seat int) string { return "run-" + string(rune('a'+seat)) }
