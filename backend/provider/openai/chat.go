package openai

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"

	goopenai "github.com/sashabaranov/go-openai"
)

type yieldFunc = func(provider.Event, error) bool

// streamChat asks by Chat Completions.
func (p *Provider) streamChat(ctx context.Context, req provider.Request, plan plan, yield yieldFunc) {
	config := goopenai.DefaultConfig(p.key)
	config.BaseURL = p.form.chat(req.Model)
	config.HTTPClient = &doer{next: p.http, members: plan.members, finish: p.finish}
	stream, err := goopenai.NewClientWithConfig(config).CreateChatCompletionStream(wire.Expect(ctx, "text/event-stream"), chatRequest(req))
	if err != nil {
		yield(provider.Event{}, p.fail(ctx, err))
		return
	}
	defer stream.Close()
	a := answer{p: p, out: yield, trace: provider.TraceFrom(ctx)}
	for {
		raw, err := stream.RecvRaw()
		if err == nil {
			err = a.take(raw)
		}
		if err != nil {
			a.end(ctx, err)
			return
		}
	}
}

// answer is a stream on its way: what it has told so far.
type answer struct {
	p     *Provider
	out   yieldFunc
	trace *provider.Trace // nil: none
	chunk chunk
	split thinkSplit

	left   bool // the reader left the loop
	told   bool // model and id are known
	spoke  bool // there was text
	reason string
	tier   string
	usage  []byte // reused: some services send running totals with each chunk
}

// errLeft ends the loop when the reader left it.
var errLeft = errors.New("the reader left")

func (a *answer) yield(ev provider.Event) bool {
	a.left = a.left || !a.out(ev, nil)
	return !a.left
}

// text yields what is not empty.
func (a *answer) text(reasoning, answer string) error {
	if reasoning != "" && !a.yield(provider.Reasoning(reasoning)) {
		return errLeft
	}
	if answer == "" {
		return nil
	}
	a.spoke = true
	if !a.yield(provider.Text(answer)) {
		return errLeft
	}
	return nil
}

// take yields what one payload says.
func (a *answer) take(raw []byte) error {
	c := &a.chunk
	if err := c.decode(raw); err != nil {
		return err
	}
	var failure error
	if c.failed() {
		failure = a.p.wire.StreamError(raw) // told after the text that came with it
	}
	a.note(c)
	if err := a.tell(c.Model, c.ID); err != nil {
		return err
	}
	ch := &c.Choices[0]
	if !ch.ours() {
		return failure
	}
	reasoning, answer := ch.Delta.texts()
	if a.p.service.InlineThinking && answer != "" {
		inline, rest := a.split.next(answer)
		reasoning, answer = reasoning+inline, rest
	}
	if err := a.text(reasoning, answer); err != nil || failure != nil {
		return cmp.Or(err, failure)
	}
	if reason := str(ch.Finish); reason != "" {
		a.reason = reason
		if broken := a.p.broken(reason); broken != nil {
			return broken
		}
	}
	return nil
}

// tell yields the model that serves and the reply's id, once. A request id in the headers goes before the reply's.
func (a *answer) tell(model, id json.RawMessage) error {
	if a.told || str(model) == "" { // Azure begins with a chunk about its filters, of no model
		return nil
	}
	a.told = true
	m := provider.Meta{ResolvedModel: str(model)}
	if a.trace == nil || a.trace.Stamps().RequestID == "" {
		m.RequestID = str(id)
	}
	if !a.yield(provider.Event{Kind: provider.KindMeta, Meta: &m}) {
		return errLeft
	}
	return nil
}

// note keeps what a payload says beside text; the last one wins.
func (a *answer) note(c *chunk) {
	for _, usage := range [...][]byte{c.Groq.Usage, c.Usage} {
		if len(usage) > 0 && string(usage) != "null" {
			a.usage = append(a.usage[:0], usage...)
		}
	}
	if len(c.ServiceTier) > 0 && string(c.ServiceTier) != "null" {
		a.tier = str(c.ServiceTier)
	}
}

// end yields the end. A finish_reason is the end marker: what breaks off after it costs only the usage.
func (a *answer) end(ctx context.Context, err error) {
	if a.left || a.text(a.split.end()) != nil {
		return
	}
	var own *bakeoff.Error
	failed := errors.As(err, &own)
	switch {
	case a.reason != "" && !failed:
		a.finish()
	case err != io.EOF:
		provider.Fail(a.out, a.spent(), a.p.fail(ctx, err))
	}
}

func (a *answer) finish() {
	if a.reason == "content_filter" && !a.spoke {
		provider.Fail(a.out, a.spent(), a.p.filtered())
		return
	}
	f := a.marked()
	if a.reason == "content_filter" {
		f.Warnings = append(f.Warnings, filteredWarning)
	}
	a.out(provider.Event{Kind: provider.KindFinish, Finish: f}, nil)
}

// marked is the end marker with what was reported until then.
func (a *answer) marked() *provider.Finish {
	s := a.spent()
	return &provider.Finish{
		Reason: a.reason, Cut: slices.Contains(cutReasons, a.reason), Usage: s.Usage, ReportedCost: s.ReportedCost, Modifiers: s.Modifiers,
	}
}

func (a *answer) spent() (s provider.Spent) {
	s.Usage, s.ReportedCost = a.p.service.usage(a.usage)
	s.Modifiers = modifiers(a.tier)
	return s
}

// modifiers is the tier, if it may change the price.
func modifiers(tier string) map[string]string {
	if slices.Contains(defaultTiers, tier) {
		return nil
	}
	return map[string]string{"service_tier": tier}
}
