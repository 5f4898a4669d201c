package app

import (
	"encoding/json"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
)

// comparisonView is a comparison as the window shows it; a blind one is veiled here, whoever asks. labels names an
// endpoint for the screen.
func comparisonView(c bakeoff.Comparison, labels func(string) string) ComparisonView {
	if c.Blind() {
		c, labels = review.Veil(c), func(string) string { return "" }
	}
	view := ComparisonView{
		ID: c.ID, System: c.Prompt.System, Prompt: c.Prompt.User, Attachments: []AttachmentView{},
		StartedAtMs: c.StartedAt.UnixMilli(), Lanes: string(c.Lanes), LocalOnly: c.LocalOnly, Sensitive: c.Sensitive, AppVersion: c.AppVersion,
		Blind: blindness(c), Letters: list(review.Letters(c)), Runs: []RunView{}, Review: reviewView(c.Review),
		ParentID: c.ParentID, Relation: string(c.Relation), ThreadID: c.ThreadID, Earlier: earlierView(c.Earlier),
	}
	if c.Imported != nil {
		view.Imported = c.Imported.Source
	}
	if c.Set.SetID != "" {
		view.Set = &SetPlaceView{SetID: c.Set.SetID, Name: c.Set.Name, Row: c.Set.Row}
	}
	for _, a := range c.Prompt.Attachments {
		view.Attachments = append(view.Attachments, attachmentView(a, a.SHA256))
	}
	for _, r := range c.Runs {
		run := runView(r, labels)
		if m := run.Metrics; m.SentMs != nil && m.TotalMs != nil {
			view.NowMs = max(view.NowMs, *m.SentMs+*m.TotalMs)
		}
		view.Runs = append(view.Runs, run)
	}
	return view
}

func earlierView(earlier [][]bakeoff.Turn) [][]TurnView {
	out := make([][]TurnView, len(earlier))
	for seat, turns := range earlier {
		out[seat] = make([]TurnView, len(turns))
		for i, t := range turns {
			out[seat][i] = TurnView{User: t.User, Answer: t.Answer, Attachments: []AttachmentView{}}
			for _, a := range t.Attachments {
				out[seat][i].Attachments = append(out[seat][i].Attachments, attachmentView(a, a.SHA256))
			}
		}
	}
	return out
}

func runView(r bakeoff.Run, labels func(string) string) RunView {
	return RunView{
		ID: r.ID, Seat: r.Seat, Attempt: r.Attempt,
		Endpoint: r.Entry.Endpoint, EndpointLabel: labels(r.Entry.Endpoint), Host: r.EndpointHost,
		Model: r.Entry.Model, Params: paramsView(r.Entry.Params),
		ResolvedModel: r.ResolvedModel, Mismatch: r.ServedOther(), Digest: r.Digest, Quantization: r.Quantization,
		Openness: string(r.Openness), Place: string(r.Place), NotApplied: list(r.NotApplied),
		Status: string(r.Status), FinishReason: r.FinishReason, Answer: r.Answer, Reasoning: r.Reasoning,
		Error: errorView(r.Error), Warnings: list(append(r.Warnings[:len(r.Warnings):len(r.Warnings)], r.Usage.Notes...)),
		Metrics: metricsView(r), Pace: strokesView(r.Pace), RequestID: r.RequestID, EndedAtMs: endedAtMs(r),
	}
}

// endedAtMs returns when a sent run ended, in Unix milliseconds, or 0.
func endedAtMs(r bakeoff.Run) int64 {
	if !r.Status.Ended() || r.SentAt.IsZero() || !r.Timing.Total.Known {
		return 0
	}
	return r.SentAt.Add(r.Timing.Total.D).UnixMilli()
}

func metricsView(r bakeoff.Run) MetricsView {
	t := r.Timing
	m := MetricsView{
		QueueMs: spanMs(t.Queue), ConnectMs: spanMs(t.Connect), LoadMs: spanMs(t.Load), TTFTMs: spanMs(t.TTFT),
		AnswerMs: spanMs(t.TimeToAnswer), LastTextMs: spanMs(t.LastText), TotalMs: spanMs(t.Total), ServerWaitMs: spanMs(t.ServerWait),
		Input: countView(r.Usage.Input), Output: countView(r.Usage.Output), Reasoning: countView(r.Usage.Reasoning),
		CacheRead: countView(r.Usage.CacheRead), CacheWrite: countView(r.Usage.CacheWrite),
		Cost: costView(r.Cost), Warmth: string(t.Warmth), Contended: t.Contended,
	}
	if t.Rate > 0 {
		m.Rate, m.RateSource = &t.Rate, string(t.RateSource)
	}
	if t.Queue.Known {
		m.SentMs = spanMs(bakeoff.Measured(t.Queue.D + t.Skew.D))
	}
	return m
}

// spanMs returns milliseconds with microsecond precision, or nil when unknown.
func spanMs(s bakeoff.Span) *float64 {
	if !s.Known {
		return nil
	}
	return new(float64(s.D.Microseconds()) / 1000)
}

func countView(c bakeoff.Count) *CountView {
	if !c.Known() {
		return nil
	}
	return &CountView{N: c.N, Source: string(c.Source)}
}

func costView(c bakeoff.Cost) CostView {
	view := CostView{Source: string(c.Source), AtLeast: c.AtLeast, PriceDate: c.PriceDate, PriceSource: c.PriceSource, Note: c.Note}
	if c.Known() {
		view.USD = new(c.Amount.String())
	} else {
		view.Source = string(bakeoff.CostUnknown)
	}
	return view
}

func strokesView(pace []bakeoff.Stroke) []StrokeView {
	out := make([]StrokeView, len(pace))
	for i, s := range pace {
		out[i] = StrokeView{Answer: s.Answer, Reasoning: s.Reasoning}
	}
	return out
}

func errorView(e *bakeoff.Error) *ErrorView {
	if e == nil {
		return nil
	}
	return &ErrorView{Code: string(e.Code), Message: e.Message, Detail: e.Detail, HTTPStatus: e.HTTPStatus, RetryAfterMs: e.RetryAfter.Milliseconds()}
}

func attachmentView(a bakeoff.Attachment, id string) AttachmentView {
	return AttachmentView{ID: id, Name: a.Name, MediaType: a.MediaType, Bytes: int64(len(a.Data)), Pages: a.PDFPages()}
}

func paramsView(p bakeoff.Params) ParamsView {
	view := ParamsView{
		System: p.System, Temperature: p.Temperature, TopP: p.TopP, MaxTokens: p.MaxTokens, Seed: p.Seed, Stop: list(p.Stop), Effort: p.Effort,
		ThinkingBudget: p.ThinkingBudget, NumCtx: p.NumCtx, KeepAlive: p.KeepAlive, ResponseFormat: p.ResponseFormat,
	}
	if len(p.Extra) > 0 {
		text, _ := json.Marshal(p.Extra) // a map of valid JSON texts always marshals
		view.Extra = string(text)
	}
	return view
}

// params reads what the window sent; the error is a sentence.
func (v ParamsView) params() (bakeoff.Params, error) {
	p := bakeoff.Params{
		System: v.System, Temperature: v.Temperature, TopP: v.TopP, MaxTokens: v.MaxTokens, Seed: v.Seed, Effort: v.Effort,
		ThinkingBudget: v.ThinkingBudget, NumCtx: v.NumCtx, KeepAlive: v.KeepAlive, ResponseFormat: v.ResponseFormat,
	}
	if len(v.Stop) > 0 {
		p.Stop = v.Stop // none is nil: settings are compared
	}
	if v.Extra != "" {
		if err := json.Unmarshal([]byte(v.Extra), &p.Extra); err != nil {
			return p, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: `The extra parameters are no JSON object. Write them like {"top_k": 40}.`}
		}
	}
	return p, nil
}

// entries reads a lineup from the window.
func entries(views []EntryView) ([]bakeoff.Entry, error) {
	out := make([]bakeoff.Entry, len(views))
	for i, v := range views {
		p, err := v.Params.params()
		if err != nil {
			return nil, err
		}
		out[i] = bakeoff.Entry{Endpoint: v.Endpoint, Model: v.Model, Params: p, Repeat: v.Repeats}
	}
	return out, nil
}

// entryViews is a lineup for the window: equal neighbours are one entry that is asked several times.
func entryViews(lineup []bakeoff.Entry) []EntryView {
	out := []EntryView{}
	for _, seats := range bakeoff.Repeats(bakeoff.Repeated(lineup)) {
		e := bakeoff.Repeated(lineup)[seats[0]]
		out = append(out, EntryView{Endpoint: e.Endpoint, Model: e.Model, Params: paramsView(e.Params), Repeats: len(seats)})
	}
	return out
}

// list returns s, never nil: a nil slice would arrive as null.
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

func unixMs(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
