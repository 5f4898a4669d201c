package export

import (
	"encoding/json"

	"bakeoff/backend/bakeoff"
)

func comparisonOf(c bakeoff.Comparison) comparison {
	out := comparison{
		ID: c.ID, StartedAt: stamp(c.StartedAt), AppVersion: c.AppVersion, Lanes: string(c.Lanes), LocalOnly: c.LocalOnly, Sensitive: c.Sensitive,
		System: c.Prompt.System, Prompt: c.Prompt.User, Lineup: []entry{}, Runs: []run{}, Review: reviewOf(c.Review),
		ParentID: c.ParentID, Relation: string(c.Relation), ThreadID: c.ThreadID,
	}
	out.Attachments = out.attachments(c.Prompt.Attachments)
	for _, turns := range c.Earlier {
		said := []turn{}
		for _, t := range turns {
			said = append(said, turn{t.User, t.Answer, out.attachments(t.Attachments)})
		}
		out.Earlier = append(out.Earlier, said)
	}
	for _, e := range c.Lineup {
		out.Lineup = append(out.Lineup, entryOf(e))
	}
	for _, r := range c.Runs {
		out.Runs = append(out.Runs, runOf(r))
	}
	if s := c.Sitting; s != nil {
		out.Sitting = &sitting{s.Seats, stamp(s.OpenedAt), stamp(s.RevealedAt), stamp(s.SeenAt)}
	}
	return out
}

// attachments keeps the bytes of files once and returns what points to them.
func (c *comparison) attachments(files []bakeoff.Attachment) (out []attachment) {
	for _, a := range files {
		if c.Files == nil {
			c.Files = make(map[string][]byte)
		}
		c.Files[a.SHA256] = a.Data
		out = append(out, attachment{a.Name, a.MediaType, a.SHA256})
	}
	return out
}

func entryOf(e bakeoff.Entry) entry {
	p := params{e.Params.System, e.Params.Temperature, e.Params.TopP, e.Params.MaxTokens, e.Params.Seed, e.Params.Stop, e.Params.Effort, e.Params.ThinkingBudget, e.Params.NumCtx, e.Params.KeepAlive, e.Params.ResponseFormat, nil}
	if e.Params.Extra != nil {
		p.Extra = make(map[string]string, len(e.Params.Extra))
		for k, v := range e.Params.Extra {
			p.Extra[k] = string(v)
		}
	}
	return entry{e.Endpoint, e.Model, p}
}

func runOf(r bakeoff.Run) run {
	out := run{
		ID: r.ID, Seat: r.Seat, Attempt: r.Attempt, Entry: entryOf(r.Entry), EndpointHost: r.EndpointHost,
		ResolvedModel: r.ResolvedModel, Digest: r.Digest, Quantization: r.Quantization,
		Openness: string(r.Openness), Place: string(r.Place), NotApplied: r.NotApplied, Status: string(r.Status),
		FinishReason: r.FinishReason, Answer: r.Answer, Reasoning: r.Reasoning, Warnings: r.Warnings, SentAt: stamp(r.SentAt),
		Timing: timingOf(r.Timing), Usage: usageOf(r.Usage), Cost: costOf(r.Cost), Request: r.Request, RequestID: r.RequestID,
	}
	if e := r.Error; e != nil {
		out.Error = &fault{string(e.Code), e.Message, e.Detail, e.HTTPStatus, int64(e.RetryAfter)}
	}
	for _, s := range r.Pace {
		out.Pace = append(out.Pace, s.Answer, s.Reasoning)
	}
	if r.Egress.Known {
		out.Egress = &egress{r.Egress.Requests, r.Egress.Sent, r.Egress.Received}
	}
	return out
}

func timingOf(t bakeoff.Timing) timing {
	return timing{
		Queue: ns(t.Queue), Skew: ns(t.Skew), Connect: ns(t.Connect), Headers: ns(t.Headers), TTFT: ns(t.TTFT),
		TimeToAnswer: ns(t.TimeToAnswer), LastText: ns(t.LastText), Total: ns(t.Total), Load: ns(t.Load),
		PromptEval: ns(t.PromptEval), Eval: ns(t.Eval), ServerWait: ns(t.ServerWait),
		Warmth: string(t.Warmth), Contended: t.Contended, Rate: t.Rate, RateSource: string(t.RateSource),
	}
}

func ns(s bakeoff.Span) *int64 {
	if !s.Known {
		return nil
	}
	return new(int64(s.D))
}

func usageOf(u bakeoff.Usage) usage {
	out := usage{
		Input: countOf(u.Input), Output: countOf(u.Output), Reasoning: countOf(u.Reasoning),
		CacheRead: countOf(u.CacheRead), CacheWrite: countOf(u.CacheWrite), CacheWrite1h: countOf(u.CacheWrite1h), Notes: u.Notes,
	}
	if u.Raw != nil {
		out.Raw = new(string(u.Raw))
	}
	return out
}

func countOf(c bakeoff.Count) *count {
	if !c.Known() {
		return nil
	}
	return &count{c.N, string(c.Source)}
}

func costOf(c bakeoff.Cost) cost {
	out := cost{Source: string(c.Source), AtLeast: c.AtLeast, PriceDate: c.PriceDate, PriceSource: c.PriceSource, Note: c.Note}
	if c.Known() {
		out.Amount = new(int64(c.Amount))
	}
	return out
}

// reviewOf keeps what was said; what follows from it, the verdict and the stars that count, is found again by reading.
func reviewOf(r bakeoff.Review) opinion {
	out := opinion{Category: r.Category, Tags: r.Tags, Note: r.Note, Favourite: r.Favourite}
	for _, v := range r.Votes {
		vote := verdict{ID: v.ID, Kind: string(v.Kind), Blind: v.Blind, At: stamp(v.At), Shown: v.Shown}
		for _, s := range v.Standings {
			vote.Standings = append(vote.Standings, standing{s.RunID, s.Rank})
		}
		out.Votes = append(out.Votes, vote)
	}
	for _, s := range r.AllStars {
		out.Stars = append(out.Stars, stars{s.ID, s.RunID, s.N, s.Blind, stamp(s.At)})
	}
	for _, a := range r.Answers {
		if len(a.Reasons) > 0 || a.Note != "" || !a.At.IsZero() {
			out.Answers = append(out.Answers, remark{a.RunID, a.Reasons, a.Note, stamp(a.At)})
		}
	}
	return out
}

func raw(s *string) json.RawMessage {
	if s == nil {
		return nil
	}
	return json.RawMessage(*s)
}
