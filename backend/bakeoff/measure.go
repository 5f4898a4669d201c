package bakeoff

import (
	"encoding/json"
	"time"
)

// CountSource says where a token count comes from. Empty means that the count is absent.
type CountSource string

const (
	Absent    CountSource = ""
	Reported  CountSource = "reported"  // by the provider
	Estimated CountSource = "estimated" // by us
)

// Count is a number of tokens, or its absence: the zero value is absent, never "zero tokens".
type Count struct {
	N      int64
	Source CountSource
}

// ReportedCount returns a count that the provider gave. Negative counts and counts over 2^40 are absurd: absent.
func ReportedCount(n int64) Count {
	if n < 0 || n > 1<<40 {
		return Count{}
	}
	return Count{N: n, Source: Reported}
}

// Known reports whether there is a count at all.
func (c Count) Known() bool { return c.Source != Absent }

// Usage is what a run consumed, in tokens. Reasoning is part of Output; CacheRead and CacheWrite are parts of Input.
// CacheWrite1h is the part of CacheWrite that is billed at the one-hour rate.
type Usage struct {
	Input        Count
	Output       Count
	Reasoning    Count
	CacheRead    Count
	CacheWrite   Count
	CacheWrite1h Count
	Raw          json.RawMessage // the provider's usage object as it came; nil when there was none
	Notes        []string        // what was found odd: "usage counts do not add up"
}

// Span is a measured duration or its absence. A pointer would do, but a Span can be copied and compared.
type Span struct {
	D     time.Duration
	Known bool
}

// Measured returns a known span. Clocks that step back give no negative spans: those become zero.
func Measured(d time.Duration) Span { return Span{D: max(d, 0), Known: true} }

// Warmth tells whether a local model was in memory when the request was sent, as its server said. Empty for cloud and
// demo models, and where the server does not say: a load time tells nothing, since a tiny model loads in 30 ms.
type Warmth string

const (
	WarmthUnknown Warmth = ""
	Cold          Warmth = "cold"
	Warm          Warmth = "warm"
)

// Timing is what one run took. All spans but Queue start when the request was handed to the transport; all are stamped
// in the response-body reader, the one measuring point of every provider.
type Timing struct {
	Queue        Span // waiting for our own turn before the request was sent
	Skew         Span // common start barrier → request handed over
	Connect      Span // DNS, TCP and TLS; zero on a reused connection
	Headers      Span // → response headers
	TTFT         Span // → first text or reasoning
	TimeToAnswer Span // → first answer text
	LastText     Span // → last text or reasoning
	Total        Span // → end
	Load         Span // as a local server reports it
	PromptEval   Span // as a local server reports it
	Eval         Span // as a local server reports it
	ServerWait   Span // a local server's own queue: its total − load − prompt − eval
	Warmth       Warmth
	Contended    bool // overlapped another run on the same local host

	// Rate is output tokens that streamed ÷ (last − first delta), in tokens per second; 0 when unknown (under two
	// deltas or no count). RateSource tells whether its token count was reported or estimated.
	Rate       float64
	RateSource CountSource
}

// StrokeWidth is the time that one Stroke covers.
const StrokeWidth = 100 * time.Millisecond

// Stroke is how much text arrived in one StrokeWidth, counted from the request: the race strip's bars. Index 0 of a
// run's Pace is the first 100 ms. Counts are UTF-8 bytes, since tokens are not known per delta.
type Stroke struct {
	Answer    int32 `json:"a,omitempty"`
	Reasoning int32 `json:"r,omitempty"`
}
