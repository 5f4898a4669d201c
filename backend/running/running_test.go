package running

import (
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
)

func local(d time.Duration) bakeoff.Run {
	return bakeoff.Run{ID: "r", Place: bakeoff.PlaceLocal, Status: bakeoff.Done, Timing: bakeoff.Timing{Total: bakeoff.Measured(d)}}
}

func power(t *testing.T, watts, kwh string) Setting {
	t.Helper()
	s, err := Power(watts, kwh)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func byHour(t *testing.T, usd string) Setting {
	t.Helper()
	s, err := ByHour(usd)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTheFigureIsWhatAHandComputes(t *testing.T) {
	for name, c := range map[string]struct {
		setting Setting
		active  time.Duration
		usd     string
		basis   string
	}{
		// 9.8 s × 350 W = 3430 J = 3430/3,600,000 kWh; × $0.30 = $0.000285833333…
		"watts and tariff": {power(t, "350", "0.30"), 9800 * time.Millisecond, "0.000285833333", "From send to end, load included: 9.80 s at 350 W and $0.30 a kWh; with the setting of today."},
		// 1 h × 1000 W = 1 kWh
		"an hour at a kilowatt": {power(t, "1000", "0.30"), time.Hour, "0.3", ""},
		// 60 s × 12.5 W = 750 J = 1/4800 kWh; × $0.1234 = $0.0000257083333…
		"half watts and a fine tariff": {power(t, "12.5", "0.1234"), time.Minute, "0.000025708333", "From send to end, load included: 60.0 s at 12.5 W and $0.1234 a kWh; with the setting of today."},
		// 7.2 s = 0.002 h; × $0.50
		"an hourly rate": {byHour(t, "0.5"), 7200 * time.Millisecond, "0.001", "From send to end, load included: 7.20 s at $0.50 an hour; with the setting of today."},
		// 1.8 µs = 5e-10 h; × $0.001 = 0.5 pico-dollars, half up
		"half a pico-dollar": {byHour(t, "0.001"), 1800 * time.Nanosecond, "0.000000000001", ""},
		"no time":            {byHour(t, "1"), 0, "0", ""},
	} {
		f, ok := Of(local(c.active), c.setting)
		if !ok || f.Amount.String() != c.usd || f.AtMost || f.Active != c.active || c.basis != "" && f.Basis != c.basis {
			t.Errorf("%s: got %s, %+v, %v", name, f.Amount, f, ok)
		}
	}
}

func TestASharedMachineGivesAnUpperBound(t *testing.T) {
	r := local(9800 * time.Millisecond)
	r.Timing.Contended = true
	f, ok := Of(r, power(t, "350", "0.30"))
	const basis = "From send to end, load included: 9.80 s at 350 W and $0.30 a kWh; with the setting of today. Other runs shared the machine and their times overlap: an upper bound."
	if !ok || !f.AtMost || f.Text() != "≤ $0.000286" || f.Basis != basis {
		t.Errorf("got %q, %+v", f.Text(), f)
	}
}

func TestOnlyALocalRunThatEndedHasAFigure(t *testing.T) {
	s := byHour(t, "1")
	for name, change := range map[string]func(*bakeoff.Run){
		"cloud":                  func(r *bakeoff.Run) { r.Place = bakeoff.PlaceCloud },
		"demo":                   func(r *bakeoff.Run) { r.Place = bakeoff.PlaceDemo },
		"veiled":                 func(r *bakeoff.Run) { r.Place = "" },
		"going on":               func(r *bakeoff.Run) { r.Status = bakeoff.Streaming },
		"never sent":             func(r *bakeoff.Run) { r.Timing.Total = bakeoff.Span{} },
		"over 9 million dollars": func(r *bakeoff.Run) { r.Timing.Total = bakeoff.Measured(1<<63 - 1) },
	} {
		r := local(time.Second)
		change(&r)
		setting := s
		if name == "over 9 million dollars" {
			setting = byHour(t, "9000000")
		}
		if f, ok := Of(r, setting); ok {
			t.Errorf("%s: got %+v", name, f)
		}
	}
	if f, ok := Of(local(time.Second), Setting{}); ok {
		t.Errorf("without a setting: got %+v", f)
	}
	failed := local(time.Second)
	failed.Status = bakeoff.Failed
	if _, ok := Of(failed, s); !ok {
		t.Error("a run that failed kept the machine busy as well")
	}
}

func TestABlindOrImportedComparisonHasNone(t *testing.T) {
	s := byHour(t, "1")
	c := bakeoff.Comparison{Runs: []bakeoff.Run{local(time.Second)}}
	if got := All(c, s); len(got) != 1 || got["r"].Amount != 277_777_778 { // $1 / 3600
		t.Fatalf("got %+v", got)
	}
	blind, imported := c, c
	blind.Sitting = &bakeoff.Sitting{Seats: []int{0}, OpenedAt: time.Unix(1, 0)}
	imported.Imported = &bakeoff.Import{Source: "bakeoff"}
	for name, c := range map[string]bakeoff.Comparison{"blind": blind, "imported": imported} {
		if got := All(c, s); len(got) != 0 {
			t.Errorf("%s: got %+v", name, got)
		}
	}
}

func TestWhatCannotBeCountedWithIsRefused(t *testing.T) {
	for _, c := range [][2]string{{"", "0.3"}, {"0", "0.3"}, {"-5", "0.3"}, {"1.2345", "0.3"}, {"1e3", "0.3"}, {"350", ""}, {"350", "0"}, {"350", "x"}, {"99999999999999999999", "1"}} {
		if s, err := Power(c[0], c[1]); err == nil {
			t.Errorf("%q: got %s", c, s)
		}
	}
	for _, usd := range []string{"", "0", "-1", "1,5"} {
		if s, err := ByHour(usd); err == nil {
			t.Errorf("%q: got %s", usd, s)
		}
	}
}
