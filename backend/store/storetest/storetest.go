// Package storetest makes comparisons for tests and benchmarks: one with every field set, and any number of plain ones.
package storetest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// ID returns a valid UUIDv7 that grows with n. kind keeps those of runs and comparisons apart.
func ID(kind, n int) string {
	return fmt.Sprintf("%08x-%04x-7000-8000-%012x", 0x01930000+n>>16, n&0xffff, kind)
}

var epoch = time.Date(2026, 11, 1, 9, 0, 0, 0, time.UTC)

// Comparison returns the nth of many finished comparisons, with so many runs. The texts are ordinary prose of about
// 1,200 bytes an answer.
func Comparison(n, runs int) bakeoff.Comparison {
	c := bakeoff.Comparison{
		ID: ID(0, n), Prompt: bakeoff.Prompt{User: fmt.Sprintf("Question %d: %s", n, prose(n, 20))}, Lanes: bakeoff.LanesParallel,
		StartedAt: epoch.Add(time.Duration(n) * time.Minute), AppVersion: "0.1.0",
	}
	for seat := range runs {
		e := bakeoff.Entry{Endpoint: "ollama", Model: fmt.Sprintf("model-%d", seat)}
		c.Lineup = append(c.Lineup, e)
		c.Runs = append(c.Runs, Done(c.ID, ID(seat+1, n), seat, e))
	}
	return c
}

// Done returns a finished run with ordinary numbers.
func Done(comparison, id string, seat int, e bakeoff.Entry) bakeoff.Run {
	return bakeoff.Run{
		ID: id, ComparisonID: comparison, Seat: seat, Attempt: 1, Entry: e, EndpointHost: "127.0.0.1:11434",
		ResolvedModel: e.Model, Openness: bakeoff.Open, Place: bakeoff.PlaceLocal, Status: bakeoff.Done, FinishReason: "stop",
		Answer: prose(seat, 200), SentAt: epoch, Request: `{"model":"` + e.Model + `"}`,
		Timing: bakeoff.Timing{TTFT: bakeoff.Measured(300 * time.Millisecond), Total: bakeoff.Measured(4 * time.Second), Rate: 71.5, RateSource: bakeoff.Reported},
		Usage:  bakeoff.Usage{Input: bakeoff.ReportedCount(24), Output: bakeoff.ReportedCount(270), Raw: json.RawMessage(`{"eval_count": 270}`)},
		Cost:   bakeoff.Cost{Source: bakeoff.CostFree},
		Pace:   []bakeoff.Stroke{{}, {}, {Answer: 200}, {Answer: 1000, Reasoning: 3}},
	}
}

var words = strings.Fields("light from the sun meets the air and short waves scatter more than long ones so the sky is blue")

// prose returns n words that differ with seed.
func prose(seed, n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(words[(seed*7+i*(1+seed%5))%len(words)])
		b.WriteByte(' ')
	}
	return b.String()
}

// Full returns a comparison in which every field of every kind is set, awkward text included.
func Full() bakeoff.Comparison {
	temperature, topP, maxTokens, seed := 0.1, 1e-7, 4096, int64(-1<<63)
	system, budget, numCtx := "", 0, 8192
	e := bakeoff.Entry{Endpoint: "openai", Model: "gpt-x", Params: bakeoff.Params{
		Temperature: &temperature, TopP: &topP, MaxTokens: &maxTokens, Seed: &seed, Effort: "high",
		System: &system, Stop: []string{"<b>", "\n"}, ThinkingBudget: &budget, NumCtx: &numCtx, KeepAlive: "-1", ResponseFormat: "{ \"type\": \"object\" }",
		Extra: map[string]json.RawMessage{"stop": json.RawMessage("[ \"<b>\",\n 1e400 ]")},
	}}
	c := bakeoff.Comparison{
		ID: ID(0, 500_000), Lineup: []bakeoff.Entry{e, {Endpoint: "demo", Model: "quick"}}, Lanes: bakeoff.LanesSerial, LocalOnly: true, Sensitive: true,
		StartedAt: epoch.Add(123 * time.Millisecond), AppVersion: "0.1.0-test",
		Prompt: bakeoff.Prompt{System: "Be brief.\x00", User: "Why <b>\u2028blue</b>? 🎈" + strings.Repeat("ä", 400), Attachments: []bakeoff.Attachment{
			attachment("a.png", "image/png", []byte{0, 1, 2, 255}), attachment("empty.txt", "text/plain", []byte{}),
		}},
	}
	c.Runs = []bakeoff.Run{full(c.ID, e), failed(c.ID, c.Lineup[1])}
	c.ParentID, c.Relation, c.ThreadID = ID(0, 400_000), bakeoff.FollowUp, ID(0, 300_000) // neither is there
	first := bakeoff.Turn{User: "And <b>before</b>?", Answer: "Green.\x00", Attachments: c.Prompt.Attachments[:1]}
	c.Earlier = [][]bakeoff.Turn{{first, {User: "Why?", Answer: "So."}}, nil}
	c.Review, c.Sitting = review(c)
	return c
}

// review is a vote that was taken back and cast anew, stars that were changed, and words of every kind.
func review(c bakeoff.Comparison) (bakeoff.Review, *bakeoff.Sitting) {
	at := func(n int) time.Time { return c.StartedAt.Add(time.Duration(n) * time.Second) }
	first, second := c.Runs[0].ID, c.Runs[1].ID
	vote := func(n int, kind bakeoff.VerdictKind, blind bool, standings ...bakeoff.Standing) bakeoff.Verdict {
		v := bakeoff.Verdict{ID: ID(3, n), ComparisonID: c.ID, Kind: kind, Standings: standings, Blind: blind, At: at(n)}
		if len(standings) > 0 {
			v.Shown = []string{second, first}
		}
		return v
	}
	r := bakeoff.Review{
		Category: "coding", Tags: []string{"retry", "ärger 🎈"}, Note: "two\nlines\x00", Favourite: true,
		Answers: []bakeoff.AnswerReview{
			{RunID: first, Stars: 4, Reasons: []string{"wrong", "clear"}, Note: "too <b>long</b>", At: at(12)},
			{RunID: second, Stars: 1},
		},
		Votes: []bakeoff.Verdict{
			vote(10, bakeoff.VerdictNone, true, bakeoff.Standing{RunID: second}, bakeoff.Standing{RunID: first}),
			vote(11, bakeoff.VerdictWithdrawn, false),
			vote(12, bakeoff.VerdictBest, false, bakeoff.Standing{RunID: first, Rank: 1}, bakeoff.Standing{RunID: second}),
		},
		AllStars: []bakeoff.Stars{
			{ID: ID(4, 1), RunID: first, N: 5, Blind: true, At: at(1)}, {ID: ID(4, 2), RunID: second, N: 1, At: at(2)},
			{ID: ID(4, 3), RunID: first, N: 0, At: at(3)}, {ID: ID(4, 4), RunID: first, N: 4, At: at(4)},
		},
	}
	r.Verdict = new(r.Votes[2])
	return r, &bakeoff.Sitting{Seats: []int{1, 0}, OpenedAt: at(0), RevealedAt: at(12), SeenAt: at(10)}
}

func attachment(name, mediaType string, data []byte) bakeoff.Attachment {
	sum := sha256.Sum256(data)
	return bakeoff.Attachment{Name: name, MediaType: mediaType, Data: data, SHA256: hex.EncodeToString(sum[:])}
}

func full(comparison string, e bakeoff.Entry) bakeoff.Run {
	known := func(n int) bakeoff.Span { return bakeoff.Measured(time.Duration(n)*time.Millisecond + time.Nanosecond) }
	count := func(n int64) bakeoff.Count { return bakeoff.ReportedCount(n) }
	return bakeoff.Run{
		ID: ID(1, 500_000), ComparisonID: comparison, Seat: 0, Attempt: 1, Entry: e, EndpointHost: "api.openai.com:443",
		ResolvedModel: "gpt-x-2026-01-01", Digest: "sha256:ab", Quantization: "Q4_K_M", Openness: bakeoff.Closed, Place: bakeoff.PlaceCloud,
		NotApplied: []string{"seed"}, Status: bakeoff.Cut, FinishReason: "length", Answer: "blue\x00\n</script>", Reasoning: "hm",
		Warnings: []string{}, SentAt: epoch.Add(time.Millisecond),
		Timing: bakeoff.Timing{
			Queue: bakeoff.Measured(0), Skew: known(1), Connect: known(2), Headers: known(3), TTFT: known(4), TimeToAnswer: known(5), LastText: known(6),
			Total: known(7), Load: known(8), PromptEval: known(9), Eval: known(10), ServerWait: known(11), Warmth: bakeoff.Cold, Contended: true,
			Rate: 0.1 + 0.2, RateSource: bakeoff.Estimated,
		},
		Pace: []bakeoff.Stroke{{}, {Answer: 1<<31 - 1}, {Reasoning: 200}, {Answer: 1, Reasoning: 2}, {}},
		Usage: bakeoff.Usage{
			Input: count(0), Output: count(1 << 40), Reasoning: bakeoff.Count{N: 7, Source: bakeoff.Estimated}, CacheRead: count(1), CacheWrite: count(2), CacheWrite1h: count(3),
			Raw: json.RawMessage("{ \"total\": 1.0,\n\"x\":null}"), Notes: []string{"usage counts do not add up"},
		},
		Cost:    bakeoff.Cost{Amount: 1<<63 - 1, Source: bakeoff.CostComputed, AtLeast: true, PriceDate: "2026-11-23", PriceSource: "https://example.com/prices", Note: "without cache"},
		Request: `{"model":"gpt-x","image":"attachment:sha256:00"}`, RequestID: "req_1",
		Egress: bakeoff.Egress{Known: true, Requests: 1, Sent: 0, Received: 1 << 40},
	}
}

func failed(comparison string, e bakeoff.Entry) bakeoff.Run {
	return bakeoff.Run{
		ID: ID(2, 500_000), ComparisonID: comparison, Seat: 1, Attempt: 1, Entry: e, Openness: bakeoff.OpennessUnknown, Place: bakeoff.PlaceDemo,
		Status: bakeoff.Failed, Cost: bakeoff.Cost{Source: bakeoff.CostUnknown, Note: "the provider reported no tokens"},
		Error: &bakeoff.Error{Code: bakeoff.CodeRateLimited, Message: "Too many requests. Wait a minute.", Detail: `{"error":"slow"}`, HTTPStatus: 429, RetryAfter: 1500 * time.Millisecond},
	}
}

// Filler is what Fill needs of a store.
type Filler interface {
	InsertComparison(ctx context.Context, c bakeoff.Comparison) error
}

// Fill saves so many finished comparisons of so many runs each.
func Fill(ctx context.Context, s Filler, comparisons, runs int) error {
	for n := range comparisons {
		if err := s.InsertComparison(ctx, Comparison(n, runs)); err != nil {
			return err
		}
	}
	return nil
}
