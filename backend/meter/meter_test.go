package meter

import (
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

var start = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func at(d time.Duration) time.Time { return start.Add(d) }

func reported(n int64) bakeoff.Count { return bakeoff.ReportedCount(n) }

func TestTimesTellReasoningFromAnswer(t *testing.T) {
	var m Meter
	m.Sent(start)
	m.Delta(provider.KindReasoning, at(200*time.Millisecond), 5)
	m.Delta(provider.KindText, at(900*time.Millisecond), 5)
	m.Delta(provider.KindText, at(1200*time.Millisecond), 5)
	var got bakeoff.Timing
	m.Times(&got, at(1300*time.Millisecond))
	want := bakeoff.Timing{
		TTFT:         bakeoff.Measured(200 * time.Millisecond),
		TimeToAnswer: bakeoff.Measured(900 * time.Millisecond),
		LastText:     bakeoff.Measured(1200 * time.Millisecond),
		Total:        bakeoff.Measured(1300 * time.Millisecond),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTimesAreUnknownBeforeSent(t *testing.T) {
	var m Meter
	var got bakeoff.Timing
	m.Times(&got, at(time.Second))
	if got != (bakeoff.Timing{}) {
		t.Errorf("got %+v, want all unknown", got)
	}
}

func TestEmptyDeltaIsNoFirstToken(t *testing.T) {
	var m Meter
	m.Sent(start)
	m.Delta(provider.KindText, at(time.Millisecond), 0) // OpenAI's first chunk: role, no content
	var got bakeoff.Timing
	m.Times(&got, time.Time{})
	if got.TTFT.Known {
		t.Errorf("got TTFT %v, want unknown", got.TTFT.D)
	}
}

func TestRate(t *testing.T) {
	cases := map[string]struct {
		reasoning bool // reasoning text was seen
		moments   int
		usage     bakeoff.Usage
		want      float64
		source    bakeoff.CountSource
	}{
		"reported output over the visible window":     {moments: 3, usage: bakeoff.Usage{Output: reported(100)}, want: 50, source: bakeoff.Reported},
		"hidden reasoning is not in it":               {moments: 3, usage: bakeoff.Usage{Output: reported(100), Reasoning: reported(60)}, want: 20, source: bakeoff.Reported},
		"reasoning that was seen is in it":            {reasoning: true, moments: 3, usage: bakeoff.Usage{Output: reported(100), Reasoning: reported(60)}, want: 50, source: bakeoff.Reported},
		"no count: estimated from the text":           {moments: 3, want: 15, source: bakeoff.Estimated},
		"one moment has no rate":                      {moments: 1, usage: bakeoff.Usage{Output: reported(100)}},
		"nothing visible has no rate":                 {moments: 3, usage: bakeoff.Usage{Output: reported(60), Reasoning: reported(60)}},
		"a guess at the hidden part makes it a guess": {moments: 3, usage: bakeoff.Usage{Output: reported(100), Reasoning: bakeoff.Count{N: 60, Source: bakeoff.Estimated}}, want: 20, source: bakeoff.Estimated},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			var m Meter
			m.Sent(start)
			for i := range c.moments {
				kind := provider.KindText
				if c.reasoning && i == 0 {
					kind = provider.KindReasoning
				}
				m.Delta(kind, at(time.Duration(i+1)*time.Second), 40)
			}
			got, source := m.Rate(c.usage)
			if got != c.want || source != c.source {
				t.Errorf("got %v %q, want %v %q", got, source, c.want, c.source)
			}
		})
	}
}

func TestManyDeltasOfOneReadAreOneMoment(t *testing.T) {
	var m Meter
	m.Sent(start)
	for range 50 { // a proxy that buffers: everything in one read
		m.Delta(provider.KindText, at(time.Second), 4)
	}
	if rate, source := m.Rate(bakeoff.Usage{Output: reported(50)}); rate != 0 || source != bakeoff.Absent {
		t.Errorf("got %v %q, want none", rate, source)
	}
}

func TestPaceCountsStrokesFromSent(t *testing.T) {
	var m Meter
	m.Sent(start)
	m.Delta(provider.KindReasoning, at(50*time.Millisecond), 3)
	m.Delta(provider.KindText, at(250*time.Millisecond), 4)
	m.Delta(provider.KindText, at(299*time.Millisecond), 4)
	want := []bakeoff.Stroke{{Reasoning: 3}, {}, {Answer: 8}}
	if diff := cmp.Diff(want, m.Pace()); diff != "" {
		t.Error(diff)
	}
}

func TestPaceIsBounded(t *testing.T) {
	var m Meter
	m.Sent(start)
	m.Delta(provider.KindText, at(200*time.Hour), 7)
	if got := len(m.Pace()); got != maxStrokes {
		t.Errorf("got %d strokes, want %d", got, maxStrokes)
	}
}

func TestEstimateFillsOnlyWhatIsAbsent(t *testing.T) {
	var m Meter
	m.Sent(start)
	m.Delta(provider.KindReasoning, at(time.Second), 8)
	m.Delta(provider.KindText, at(2*time.Second), 9)
	estimated := func(n int64) bakeoff.Count { return bakeoff.Count{N: n, Source: bakeoff.Estimated} }

	got := bakeoff.Usage{Input: reported(7)}
	m.Estimate(&got, 1000)
	want := bakeoff.Usage{Input: reported(7), Output: estimated(5), Reasoning: estimated(2)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}

	got = bakeoff.Usage{Output: reported(3)}
	m.Estimate(&got, -1)
	if diff := cmp.Diff(bakeoff.Usage{Output: reported(3)}, got); diff != "" {
		t.Error(diff)
	}
}
