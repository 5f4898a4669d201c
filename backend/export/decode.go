package export

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"bakeoff/backend/bakeoff"
)

// MaxDepth is how deep a line may nest: what Encode writes has six levels.
const MaxDepth = 32

// Decode reads a line that Encode wrote. It refuses fields that it does not know. Whether the values can be true is
// looked at by Validate.
func Decode(b []byte) (bakeoff.Comparison, error) {
	var c comparison
	if err := strict(b, &c); err != nil {
		return bakeoff.Comparison{}, err
	}
	return c.value(), nil
}

// ReadHeader reads the first line of a file. The error is a *bakeoff.Error when the file is of a newer version.
func ReadHeader(b []byte) error {
	var h struct {
		Format  string `json:"format"`
		Version int    `json:"version"`
	}
	if !Shallow(b, MaxDepth) || json.Unmarshal(b, &h) != nil || h.Format != FormatName || h.Version < 1 {
		return errors.New("the first line is no header of a Bakeoff export")
	}
	if h.Version > Version {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This file was exported by a newer version of Bakeoff. Update Bakeoff, then import it."}
	}
	return nil
}

// ReadFooter reports whether a line is the last one of a file, and how many comparisons it counted.
func ReadFooter(b []byte) (comparisons int, ok bool) {
	var f footer
	if strict(b, &f) != nil || !f.End {
		return 0, false
	}
	return f.Comparisons, true
}

// strict decodes exactly one JSON value with known fields and bounded depth.
func strict(b []byte, into any) error {
	if !Shallow(b, MaxDepth) {
		return fmt.Errorf("it nests deeper than %d levels", MaxDepth)
	}
	dec := json.NewDecoder(bytes.NewReader(b))
	dec.DisallowUnknownFields()
	if err := dec.Decode(into); err != nil {
		return err
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the object")
	}
	return nil
}

// Shallow reports whether the JSON text b nests no deeper than most, before anything recursive reads it.
func Shallow(b []byte, most int) bool {
	depth, quoted, escaped := 0, false, false
	for _, x := range b {
		switch {
		case escaped:
			escaped = false
		case quoted:
			escaped, quoted = x == '\\', x != '"'
		case x == '"':
			quoted = true
		case x == '{' || x == '[':
			if depth++; depth > most {
				return false
			}
		case x == '}' || x == ']':
			depth--
		}
	}
	return true
}

func (c comparison) value() bakeoff.Comparison {
	out := bakeoff.Comparison{
		ID: c.ID, StartedAt: time.Time(c.StartedAt), AppVersion: c.AppVersion, Lanes: bakeoff.Lanes(c.Lanes), LocalOnly: c.LocalOnly, Sensitive: c.Sensitive,
		Prompt: bakeoff.Prompt{System: c.System, User: c.Prompt}, Review: c.Review.value(c.ID),
		ParentID: c.ParentID, Relation: bakeoff.Relation(c.Relation), ThreadID: c.ThreadID,
	}
	out.Prompt.Attachments = c.files(c.Attachments)
	for _, turns := range c.Earlier {
		var said []bakeoff.Turn
		for _, t := range turns {
			said = append(said, bakeoff.Turn{User: t.User, Answer: t.Answer, Attachments: c.files(t.Attachments)})
		}
		out.Earlier = append(out.Earlier, said)
	}
	for _, e := range c.Lineup {
		out.Lineup = append(out.Lineup, e.value())
	}
	for _, r := range c.Runs {
		out.Runs = append(out.Runs, r.value(c.ID))
	}
	if s := c.Sitting; s != nil {
		out.Sitting = &bakeoff.Sitting{Seats: s.Seats, OpenedAt: time.Time(s.OpenedAt), RevealedAt: time.Time(s.RevealedAt), SeenAt: time.Time(s.SeenAt)}
	}
	return out
}

// files joins attachments with their bytes. One without bytes has none: Validate finds that its hash is wrong.
func (c comparison) files(list []attachment) (out []bakeoff.Attachment) {
	for _, a := range list {
		data := c.Files[a.SHA256]
		if data == nil {
			data = []byte{}
		}
		out = append(out, bakeoff.Attachment{Name: a.Name, MediaType: a.MediaType, SHA256: a.SHA256, Data: data})
	}
	return out
}

func (e entry) value() bakeoff.Entry {
	p := bakeoff.Params{
		System: e.Params.System, Temperature: e.Params.Temperature, TopP: e.Params.TopP, MaxTokens: e.Params.MaxTokens, Seed: e.Params.Seed, Stop: e.Params.Stop, Effort: e.Params.Effort,
		ThinkingBudget: e.Params.ThinkingBudget, NumCtx: e.Params.NumCtx, KeepAlive: e.Params.KeepAlive, ResponseFormat: e.Params.ResponseFormat,
	}
	if e.Params.Extra != nil {
		p.Extra = make(map[string]json.RawMessage, len(e.Params.Extra))
		for k, v := range e.Params.Extra {
			p.Extra[k] = json.RawMessage(v)
		}
	}
	return bakeoff.Entry{Endpoint: e.Endpoint, Model: e.Model, Params: p}
}

func (r run) value(comparison string) bakeoff.Run {
	out := bakeoff.Run{
		ID: r.ID, ComparisonID: comparison, Seat: r.Seat, Attempt: r.Attempt, Entry: r.Entry.value(), EndpointHost: r.EndpointHost,
		ResolvedModel: r.ResolvedModel, Digest: r.Digest, Quantization: r.Quantization, Openness: bakeoff.Openness(r.Openness),
		Place: bakeoff.Place(r.Place), NotApplied: r.NotApplied, Status: bakeoff.Status(r.Status), FinishReason: r.FinishReason,
		Answer: r.Answer, Reasoning: r.Reasoning, Warnings: r.Warnings, SentAt: time.Time(r.SentAt), Timing: r.Timing.value(),
		Usage: r.Usage.value(), Cost: r.Cost.value(), Request: r.Request, RequestID: r.RequestID,
	}
	if e := r.Error; e != nil {
		out.Error = &bakeoff.Error{Code: bakeoff.Code(e.Code), Message: e.Message, Detail: e.Detail, HTTPStatus: e.HTTPStatus, RetryAfter: time.Duration(e.RetryAfterNs)}
	}
	for i := 0; i+1 < len(r.Pace); i += 2 {
		out.Pace = append(out.Pace, bakeoff.Stroke{Answer: r.Pace[i], Reasoning: r.Pace[i+1]})
	}
	if e := r.Egress; e != nil {
		out.Egress = bakeoff.Egress{Known: true, Requests: e.Requests, Sent: e.Sent, Received: e.Received}
	}
	return out
}

func (t timing) value() bakeoff.Timing {
	return bakeoff.Timing{
		Queue: span(t.Queue), Skew: span(t.Skew), Connect: span(t.Connect), Headers: span(t.Headers), TTFT: span(t.TTFT),
		TimeToAnswer: span(t.TimeToAnswer), LastText: span(t.LastText), Total: span(t.Total), Load: span(t.Load),
		PromptEval: span(t.PromptEval), Eval: span(t.Eval), ServerWait: span(t.ServerWait),
		Warmth: bakeoff.Warmth(t.Warmth), Contended: t.Contended, Rate: t.Rate, RateSource: bakeoff.CountSource(t.RateSource),
	}
}

func span(ns *int64) bakeoff.Span {
	if ns == nil {
		return bakeoff.Span{}
	}
	return bakeoff.Span{D: time.Duration(*ns), Known: true}
}

func (u usage) value() bakeoff.Usage {
	return bakeoff.Usage{
		Input: u.Input.value(), Output: u.Output.value(), Reasoning: u.Reasoning.value(), CacheRead: u.CacheRead.value(),
		CacheWrite: u.CacheWrite.value(), CacheWrite1h: u.CacheWrite1h.value(), Raw: raw(u.Raw), Notes: u.Notes,
	}
}

func (c *count) value() bakeoff.Count {
	if c == nil {
		return bakeoff.Count{}
	}
	return bakeoff.Count{N: c.N, Source: bakeoff.CountSource(c.Source)}
}

func (c cost) value() bakeoff.Cost {
	out := bakeoff.Cost{Source: bakeoff.CostSource(c.Source), AtLeast: c.AtLeast, PriceDate: c.PriceDate, PriceSource: c.PriceSource, Note: c.Note}
	if c.Amount != nil {
		out.Amount = bakeoff.PicoUSD(*c.Amount)
	}
	return out
}

func (r opinion) value(comparison string) bakeoff.Review {
	out := bakeoff.Review{Category: r.Category, Tags: r.Tags, Note: r.Note, Favourite: r.Favourite}
	for _, v := range r.Votes {
		vote := bakeoff.Verdict{ID: v.ID, ComparisonID: comparison, Kind: bakeoff.VerdictKind(v.Kind), Blind: v.Blind, At: time.Time(v.At), Shown: v.Shown}
		for _, s := range v.Standings {
			vote.Standings = append(vote.Standings, bakeoff.Standing{RunID: s.Run, Rank: s.Rank})
		}
		out.Votes = append(out.Votes, vote)
	}
	for _, s := range r.Stars {
		out.AllStars = append(out.AllStars, bakeoff.Stars{ID: s.ID, RunID: s.Run, N: s.N, Blind: s.Blind, At: time.Time(s.At)})
	}
	for _, a := range r.Answers {
		out.Answers = append(out.Answers, bakeoff.AnswerReview{RunID: a.Run, Reasons: a.Reasons, Note: a.Note, At: time.Time(a.At)})
	}
	return out
}
