// Package meter turns the arrivals of one run into its numbers: times to first token and to answer, rate, pace.
//
// It is pure: it owns no clock and reads none; every moment is handed in by the engine, which takes it from the one
// measuring point in the transport. A Meter allocates nothing per delta (its pace grows once per 100 ms). It is not safe
// for concurrent use; the engine guards it with the run's lock.
package meter

import (
	"math"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// maxStrokes bounds the pace of one run: an hour of 100 ms strokes. What comes later is counted in the last one.
const maxStrokes = 36_000

// Meter collects the arrivals of one run. The zero value is ready; Sent comes first.
type Meter struct {
	sent        time.Time
	first       time.Time // first text or reasoning
	firstAnswer time.Time
	last        time.Time
	moments     int // distinct moments at which text arrived
	answer      int64
	reasoning   int64
	pace        []bakeoff.Stroke
}

// Sent sets the moment at which the request was handed to the transport. Later calls replace it.
func (m *Meter) Sent(at time.Time) { m.sent = at }

// Delta counts n bytes of text or reasoning that arrived at a moment. Empty deltas are no arrival.
func (m *Meter) Delta(kind provider.Kind, at time.Time, n int) {
	if n == 0 {
		return
	}
	if m.first.IsZero() {
		m.first = at
	}
	if kind == provider.KindText && m.firstAnswer.IsZero() {
		m.firstAnswer = at
	}
	if at.After(m.last) {
		m.last = at
		m.moments++
	}
	stroke := m.stroke(at)
	if kind == provider.KindText {
		m.answer += int64(n)
		stroke.Answer += int32(min(n, math.MaxInt32-int(stroke.Answer)))
	} else {
		m.reasoning += int64(n)
		stroke.Reasoning += int32(min(n, math.MaxInt32-int(stroke.Reasoning)))
	}
}

func (m *Meter) stroke(at time.Time) *bakeoff.Stroke {
	i := int(max(at.Sub(m.sent), 0) / bakeoff.StrokeWidth)
	i = min(i, maxStrokes-1)
	for len(m.pace) <= i {
		m.pace = append(m.pace, bakeoff.Stroke{})
	}
	return &m.pace[i]
}

// Pace returns the strokes so far. The slice is the meter's own: copy it before the next Delta.
func (m *Meter) Pace() []bakeoff.Stroke { return m.pace }

// Bytes returns how many bytes of answer and reasoning came.
func (m *Meter) Bytes() (answer, reasoning int64) { return m.answer, m.reasoning }

// Times fills the spans that arrivals decide: TTFT, TimeToAnswer, LastText and, from end, Total. A zero end leaves
// Total unknown; before Sent everything stays unknown.
func (m *Meter) Times(t *bakeoff.Timing, end time.Time) {
	if m.sent.IsZero() {
		return
	}
	since := func(at time.Time) bakeoff.Span {
		if at.IsZero() {
			return bakeoff.Span{}
		}
		return bakeoff.Measured(at.Sub(m.sent))
	}
	t.TTFT, t.TimeToAnswer, t.LastText, t.Total = since(m.first), since(m.firstAnswer), since(m.last), since(end)
}

// Rate returns output tokens that streamed ÷ (last − first delta) in tokens per second, and where its count is from.
// Hidden reasoning is not in it: it arrived in no delta. 0 and Absent under two moments of arrival.
func (m *Meter) Rate(u bakeoff.Usage) (float64, bakeoff.CountSource) {
	window := m.last.Sub(m.first)
	if m.moments < 2 || window <= 0 {
		return 0, bakeoff.Absent
	}
	tokens := m.visible(u)
	if tokens.N <= 0 {
		return 0, bakeoff.Absent
	}
	return float64(tokens.N) / window.Seconds(), tokens.Source
}

// visible is how many tokens were seen streaming: all output, less the reasoning that stayed hidden.
func (m *Meter) visible(u bakeoff.Usage) bakeoff.Count {
	if !u.Output.Known() {
		return bakeoff.Count{N: EstimateTokens(m.answer + m.reasoning), Source: bakeoff.Estimated}
	}
	if m.reasoning > 0 || !u.Reasoning.Known() {
		return u.Output
	}
	n := bakeoff.Count{N: u.Output.N - u.Reasoning.N, Source: u.Output.Source}
	if u.Reasoning.Source == bakeoff.Estimated {
		n.Source = bakeoff.Estimated
	}
	return n
}

// EstimateTokens guesses how many tokens n bytes of text are: four bytes a token, rounded up. It is a guess for
// display while a run goes on and where the provider reports nothing, always marked as estimated.
func EstimateTokens(n int64) int64 { return (n + 3) / 4 }

// Estimate fills the counts of u that are absent from what was seen: output and visible reasoning from the text that
// came, input from promptBytes unless that is negative (unknown, as with images).
func (m *Meter) Estimate(u *bakeoff.Usage, promptBytes int64) {
	guess := func(n int64) bakeoff.Count {
		return bakeoff.Count{N: EstimateTokens(n), Source: bakeoff.Estimated}
	}
	if !u.Input.Known() && promptBytes >= 0 {
		u.Input = guess(promptBytes)
	}
	if !u.Output.Known() {
		u.Output = guess(m.answer + m.reasoning)
		if !u.Reasoning.Known() && m.reasoning > 0 {
			u.Reasoning = guess(m.reasoning)
		}
	}
}
