package terminal

import (
	"math"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
	"bakeoff/backend/running"
)

// comparisonJSON is what `compare --format json` and `show --format json` print. Unknown values are null, never zero.
type comparisonJSON struct {
	ID          string           `json:"comparison_id"`
	Prompt      string           `json:"prompt"`
	System      string           `json:"system,omitempty"`
	Attachments []attachmentJSON `json:"attachments,omitempty"`
	StartedAt   string           `json:"started_at"` // RFC 3339, UTC
	Lanes       string           `json:"lanes"`
	LocalOnly   bool             `json:"local_only"`
	Sensitive   bool             `json:"sensitive"`
	Demo        bool             `json:"demo"` // every model is a scripted demo voice
	AppVersion  string           `json:"app_version"`
	ParentID    *string          `json:"parent_id"`         // the comparison that it comes from, which may be gone
	Relation    *string          `json:"relation"`          // rerun, edited, follow_up
	ThreadID    *string          `json:"thread_id"`         // the first comparison of the conversation; null for that one itself
	Changes     *changesJSON     `json:"changes,omitempty"` // of `bakeoff rerun`: what differs from the parent
	Review      reviewJSON       `json:"review"`
	Repeats     []spreadJSON     `json:"repeats"` // of the entries that were asked several times
	Receipt     []receiptJSON    `json:"receipt"` // the hosts that were contacted, those away from this machine first
	Runs        []runJSON        `json:"runs"`    // the newest attempt of each seat, in lineup order
}

type attachmentJSON struct {
	Name      string `json:"name"`
	MediaType string `json:"media_type"`
	SHA256    string `json:"sha256"`
}

// receiptJSON counts the bytes of request and response bodies of all attempts; null: nobody counted.
type receiptJSON struct {
	Host     string   `json:"host"`
	Place    string   `json:"place"` // local, cloud
	Models   []string `json:"models"`
	Requests *int     `json:"requests"`
	Sent     *int64   `json:"sent_bytes"`
	Received *int64   `json:"received_bytes"`
}

type runJSON struct {
	ID           string         `json:"run_id"`
	Seat         string         `json:"seat"` // "A", "B", ...
	Attempt      int            `json:"attempt"`
	Endpoint     string         `json:"endpoint"`
	Model        string         `json:"model"`
	Params       bakeoff.Params `json:"params"`
	Resolved     *string        `json:"resolved_model"`
	Digest       *string        `json:"digest"`
	Quantization *string        `json:"quantization"`
	Openness     string         `json:"openness"` // open, closed, unknown
	Place        string         `json:"place"`    // local, cloud, demo
	Status       string         `json:"status"`
	FinishReason *string        `json:"finish_reason"`
	Answer       string         `json:"answer"`
	Reasoning    string         `json:"reasoning"`
	Error        *errorJSON     `json:"error"`
	Warnings     []string       `json:"warnings"`
	NotApplied   []string       `json:"not_applied"`
	Timing       timingJSON     `json:"timing"`
	Usage        usageJSON      `json:"usage"`
	Cost         costJSON       `json:"cost"`
	RunningCost  *runningJSON   `json:"running_cost"` // of a local model: part of no cost; null when the setting is none
	RequestID    *string        `json:"request_id"`
	Earlier      []runJSON      `json:"earlier_attempts,omitempty"`
	Turns        []turnJSON     `json:"earlier_turns,omitempty"` // sent before the prompt, oldest first
}

type turnJSON struct {
	User        string           `json:"user"`
	Answer      string           `json:"answer"`
	Attachments []attachmentJSON `json:"attachments,omitempty"`
}

type errorJSON struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

type timingJSON struct {
	Queue     *float64 `json:"queue_ms"`
	Load      *float64 `json:"load_ms"`
	TTFT      *float64 `json:"ttft_ms"`
	ToAnswer  *float64 `json:"time_to_answer_ms"`
	Total     *float64 `json:"total_ms"`
	Rate      *float64 `json:"tokens_per_second"`
	Connect   *float64 `json:"connect_ms"`
	Warmth    *string  `json:"warmth"` // cold, warm; null where the server does not say, and for models that run elsewhere
	Contended bool     `json:"contended"`
}

type usageJSON struct {
	Input      *countJSON `json:"input"`
	Output     *countJSON `json:"output"`
	Reasoning  *countJSON `json:"reasoning"`
	CacheRead  *countJSON `json:"cache_read"`
	CacheWrite *countJSON `json:"cache_write"`
}

type countJSON struct {
	Count  int64  `json:"count"`
	Source string `json:"source"` // reported, estimated
}

type costJSON struct {
	USD         *string `json:"usd"` // exact decimal
	Source      string  `json:"source"`
	AtLeast     bool    `json:"at_least"`
	PriceDate   *string `json:"price_date"`
	PriceSource *string `json:"price_source"`
	Note        *string `json:"note"`
}

// runningJSON is what a local run cost in power or in hours of the machine, at the setting of today.
type runningJSON struct {
	USD    string   `json:"usd"`     // exact decimal, rounded to a pico-dollar
	AtMost bool     `json:"at_most"` // the machine was shared meanwhile
	Active *float64 `json:"active_ms"`
	Basis  string   `json:"basis"`
}

func runningToJSON(r bakeoff.Run, rate running.Setting) *runningJSON {
	f, ok := running.Of(r, rate)
	if !ok {
		return nil
	}
	return &runningJSON{USD: f.Amount.String(), AtMost: f.AtMost, Active: ms(r.Timing.Total), Basis: f.Basis}
}

// toJSON veils a blind comparison.
func toJSON(c bakeoff.Comparison, rate running.Setting) comparisonJSON {
	c = review.Veil(c) // its runs have no place: no running cost either
	if c.Imported != nil {
		rate = running.Setting{} // the machine was another
	}
	out := comparisonJSON{
		ID: c.ID, Prompt: c.Prompt.User, System: c.Prompt.System, StartedAt: rfc3339(c.StartedAt),
		Lanes: string(c.Lanes), LocalOnly: c.LocalOnly, Sensitive: c.Sensitive, Demo: len(c.Runs) > 0, AppVersion: c.AppVersion, Review: reviewToJSON(c), Runs: []runJSON{},
	}
	out.ParentID, out.Relation, out.ThreadID = orNull(c.ParentID), orNull(string(c.Relation)), orNull(c.ThreadID)
	out.Attachments = attachmentsToJSON(c.Prompt.Attachments)
	out.Repeats = spreadsToJSON(c)
	out.Receipt = receiptToJSON(c.Receipt())
	for _, r := range c.Runs {
		out.Demo = out.Demo && r.Place == bakeoff.PlaceDemo
		run := runToJSON(r, rate)
		for _, t := range c.EarlierOf(r.Seat) {
			run.Turns = append(run.Turns, turnJSON{User: t.User, Answer: t.Answer, Attachments: attachmentsToJSON(t.Attachments)})
		}
		if n := len(out.Runs); n > 0 && out.Runs[n-1].Seat == run.Seat {
			run.Earlier = append(out.Runs[n-1].Earlier, out.Runs[n-1])
			run.Earlier[len(run.Earlier)-1].Earlier = nil
			out.Runs[n-1] = run
			continue
		}
		out.Runs = append(out.Runs, run)
	}
	return out
}

func receiptToJSON(hosts []bakeoff.HostReceipt) []receiptJSON {
	out := []receiptJSON{}
	for _, h := range hosts {
		row := receiptJSON{Host: h.Host, Place: string(h.Place), Models: h.Models}
		if h.Known {
			row.Requests, row.Sent, row.Received = new(h.Requests), new(h.Sent), new(h.Received)
		}
		out = append(out, row)
	}
	return out
}

func attachmentsToJSON(all []bakeoff.Attachment) (out []attachmentJSON) {
	for _, a := range all {
		out = append(out, attachmentJSON{Name: a.Name, MediaType: a.MediaType, SHA256: a.SHA256})
	}
	return out
}

func runToJSON(r bakeoff.Run, rate running.Setting) runJSON {
	out := runJSON{
		ID: r.ID, Seat: seat(r.Seat), Attempt: r.Attempt, Endpoint: r.Entry.Endpoint, Model: r.Entry.Model, Params: r.Entry.Params,
		Resolved: orNull(r.ResolvedModel), Digest: orNull(r.Digest), Quantization: orNull(r.Quantization),
		Openness: string(r.Openness), Place: string(r.Place), Status: string(r.Status), FinishReason: orNull(r.FinishReason),
		Answer: r.Answer, Reasoning: r.Reasoning, Warnings: list(append(r.Warnings[:len(r.Warnings):len(r.Warnings)], r.Usage.Notes...)),
		NotApplied: list(r.NotApplied), RequestID: orNull(r.RequestID),
		Timing: timingJSON{
			Queue: ms(r.Timing.Queue), Load: ms(r.Timing.Load), TTFT: ms(r.Timing.TTFT), ToAnswer: ms(r.Timing.TimeToAnswer),
			Total: ms(r.Timing.Total), Connect: ms(r.Timing.Connect), Warmth: orNull(string(r.Timing.Warmth)), Contended: r.Timing.Contended,
		},
		Usage: usageJSON{
			Input: count(r.Usage.Input), Output: count(r.Usage.Output), Reasoning: count(r.Usage.Reasoning),
			CacheRead: count(r.Usage.CacheRead), CacheWrite: count(r.Usage.CacheWrite),
		},
		Cost: cost(r.Cost), RunningCost: runningToJSON(r, rate),
	}
	if r.Timing.Rate > 0 {
		out.Timing.Rate = new(math.Round(r.Timing.Rate*100) / 100)
	}
	if r.Error != nil {
		out.Error = &errorJSON{Code: string(r.Error.Code), Message: r.Error.Message}
	}
	return out
}

func cost(c bakeoff.Cost) costJSON {
	out := costJSON{Source: string(bakeoff.CostUnknown), AtLeast: c.AtLeast, PriceDate: orNull(c.PriceDate), PriceSource: orNull(c.PriceSource), Note: orNull(c.Note)}
	if c.Known() {
		out.USD, out.Source = new(c.Amount.String()), string(c.Source)
	}
	return out
}

func count(c bakeoff.Count) *countJSON {
	if !c.Known() {
		return nil
	}
	return &countJSON{Count: c.N, Source: string(c.Source)}
}

// ms returns milliseconds with microsecond precision, nil when unknown.
func ms(s bakeoff.Span) *float64 {
	if !s.Known {
		return nil
	}
	return new(float64(s.D.Microseconds()) / 1000)
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func list(s []string) []string {
	if s == nil {
		return []string{}
	}
	return s
}

func rfc3339(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }

// seat names a place of the lineup: A to Z, then AA.
func seat(i int) string { return review.Letter(i) }
