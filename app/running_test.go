package app

import "testing"

func TestTheRunningCostIsKeptAsItWasTyped(t *testing.T) {
	p := tempPage(t)
	b := &Budgets{p.roof}
	for _, want := range []RunningView{
		{Kind: "power", Watts: "350", KWhUSD: "0.3"}, {Kind: "hourly", HourlyUSD: "0.05"}, {Kind: "none"},
	} {
		must(t, b.SetRunning(want))
		if got, err := b.Running(); err != nil || got != want {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	must(t, b.SetRunning(RunningView{Kind: "hourly", HourlyUSD: "2"}))
	for _, bad := range []RunningView{{}, {Kind: "power", Watts: "350"}, {Kind: "power", Watts: "0", KWhUSD: "1"}, {Kind: "hourly", HourlyUSD: "-1"}, {Kind: "daily"}} {
		if got := rejection(t, b.SetRunning(bad)); got.Code != "invalid" {
			t.Errorf("%+v: got %+v", bad, got)
		}
	}
	if got, _ := b.Running(); got.HourlyUSD != "2" {
		t.Errorf("what was refused has changed it: %+v", got)
	}
	demo := p.run(t, demoRequest("quick"))
	if costs, err := b.RunningCosts(demo.ID); err != nil || costs == nil || len(costs) != 0 {
		t.Errorf("of a demo: got %+v, %v", costs, err)
	}
	if spent, err := b.Spending(); err != nil || spent.DayUSD != "0" {
		t.Errorf("got the spending %+v, %v", spent, err)
	}
}
