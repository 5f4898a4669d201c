package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"iter"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// Config sets how fast the voices speak.
type Config struct {
	Speed float64 // 2 is twice as fast; 0 means 1
}

// Provider plays the voices. Safe for concurrent use.
type Provider struct{ speed float64 }

// New returns the demo provider.
func New(cfg Config) *Provider {
	if cfg.Speed <= 0 {
		cfg.Speed = 1
	}
	return &Provider{speed: cfg.Speed}
}

var _ provider.Provider = (*Provider)(nil)

// Models lists the voices.
func (p *Provider) Models(context.Context) ([]provider.Model, error) {
	var list []provider.Model
	for _, v := range voices() {
		list = append(list, provider.Model{ID: v.id, Name: v.name, Capabilities: v.capabilities(), Openness: bakeoff.OpennessUnknown})
	}
	return list, nil
}

// Prepare tells what a script cannot follow. It fails with model_missing for an unknown voice.
func (p *Provider) Prepare(_ context.Context, req provider.Request) (provider.Facts, error) {
	v, err := find(req.Model)
	if err != nil {
		return provider.Facts{}, err
	}
	f := v.foresee(req)
	return provider.Facts{Capabilities: v.capabilities(), NotApplied: f.NotApplied, Warnings: f.Warnings}, nil
}

// Foresee tells what a script cannot follow; see provider.Foreseer.
func (p *Provider) Foresee(req provider.Request) provider.Foresight {
	v, err := find(req.Model)
	if err != nil {
		return provider.Foresight{}
	}
	return v.foresee(req)
}

func (v *voice) foresee(req provider.Request) provider.Foresight {
	f := provider.Foresight{NotApplied: v.notApplied(req.Params)}
	if v.priced {
		f.Warnings = append(f.Warnings, "The price of this demo voice is made up.")
	}
	if len(req.Images()) > 0 {
		f.Warnings = append(f.Warnings, "A demo voice does not look at images.")
	}
	return f
}

// notApplied lists the settings that a script does not follow: it has no randomness, and effort can only take the
// reasoning away.
func (v *voice) notApplied(params bakeoff.Params) []string {
	var names []string
	note := func(name string, unused bool) {
		if unused {
			names = append(names, name)
		}
	}
	note("temperature", params.Temperature != nil)
	note("top_p", params.TopP != nil)
	note("seed", params.Seed != nil)
	note("effort", params.Effort != "" && (v.reasoning == "" || params.Effort != "none"))
	return append(names, params.Of(bakeoff.ParamStop, bakeoff.ParamThinkingBudget, bakeoff.ParamNumCtx, bakeoff.ParamKeepAlive, bakeoff.ParamResponseFormat)...)
}

// Stream speaks the script of the asked voice. An answer that max_tokens cuts ends with reason "length".
func (p *Provider) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		v, err := find(req.Model)
		if err != nil {
			yield(provider.Event{}, err)
			return
		}
		s := v.prepare(req)
		clock := p.start(v, req.Prompt)
		defer clock.stop()
		for s.next() {
			if err := clock.wait(ctx); err != nil {
				yield(provider.Event{}, err)
				return
			}
			if !yield(provider.Event{Kind: s.kind, Text: s.word}, nil) {
				return
			}
			clock.add(s.pace)
		}
		yield(provider.Event{Kind: provider.KindFinish, Finish: s.finish(v)}, nil)
	}
}

// speech is a script on its way out of one voice's mouth.
type speech struct {
	reasoning, answer string // what is left
	limit             int64  // most tokens; negative for none
	input             int64
	reasoned, said    int64
	v                 *voice

	kind provider.Kind // of word
	word string
	pace time.Duration // until the next word
}

func (v *voice) prepare(req provider.Request) *speech {
	text := provider.UserText(req.Prompt)
	s := &speech{v: v, limit: -1, input: words(req.Prompt.System) + words(text), reasoning: v.reasoning, answer: v.answer}
	for _, t := range req.Earlier {
		s.input += words(provider.UserText(t.Prompt())) + words(t.Answer)
	}
	if req.Params.Effort == "none" {
		s.reasoning = ""
	}
	if req.Params.MaxTokens != nil {
		s.limit = int64(*req.Params.MaxTokens)
	}
	fill := strings.NewReplacer("{opening}", opening(req.Prompt.User), "{words}", count(words(text), "word"))
	s.reasoning, s.answer = fill.Replace(s.reasoning), fill.Replace(s.answer)
	return s
}

// next takes the next word, with the space after it; false at the end or at the limit.
func (s *speech) next() bool {
	if s.over() || s.cut() {
		return false
	}
	if s.reasoning != "" {
		s.word, s.reasoning = firstWord(s.reasoning)
		s.kind, s.pace = provider.KindReasoning, s.v.thinks
		s.reasoned++
		return true
	}
	s.word, s.answer = firstWord(s.answer)
	s.kind, s.pace = provider.KindText, s.v.speaks
	s.said++
	return true
}

func (s *speech) over() bool { return s.reasoning == "" && s.answer == "" }
func (s *speech) cut() bool  { return s.limit >= 0 && s.reasoned+s.said >= s.limit }

func (s *speech) finish(v *voice) *provider.Finish {
	f := &provider.Finish{Reason: "stop", ResolvedModel: v.id}
	if !s.over() {
		f.Reason, f.Cut = "length", true
	}
	f.Usage.Input = bakeoff.ReportedCount(s.input)
	f.Usage.Output = bakeoff.ReportedCount(s.reasoned + s.said)
	f.Usage.Reasoning = bakeoff.ReportedCount(s.reasoned)
	if v.priced {
		f.ReportedCost = charge(s.input, s.reasoned+s.said)
	}
	return f
}

// pacer says when the next word is due. Moments are counted from the start, so that a slow reader does not slow the
// voice down, and the gaps vary by a rule that only the prompt decides.
type pacer struct {
	due   time.Time
	timer *time.Timer
	speed float64
	dice  uint64
}

func (p *Provider) start(v *voice, prompt bakeoff.Prompt) *pacer {
	seed := fnv.New64a()
	fmt.Fprintf(seed, "%s\x00%s\x00%s", v.id, prompt.System, prompt.User)
	c := &pacer{due: time.Now(), timer: time.NewTimer(0), speed: p.speed, dice: seed.Sum64() | 1}
	c.due = c.due.Add(time.Duration(float64(v.waits) / c.speed))
	return c
}

// add moves the next moment by gap, shortened or lengthened by up to two fifths.
func (c *pacer) add(gap time.Duration) {
	c.dice ^= c.dice << 13
	c.dice ^= c.dice >> 7
	c.dice ^= c.dice << 17
	share := 0.6 + 0.8*float64(c.dice>>11)/(1<<53)
	c.due = c.due.Add(time.Duration(float64(gap) * share / c.speed))
}

func (c *pacer) wait(ctx context.Context) error {
	if left := time.Until(c.due); left > 0 {
		c.timer.Reset(left)
		select {
		case <-c.timer.C:
		case <-ctx.Done():
		}
	}
	return ctx.Err()
}

func (c *pacer) stop() { c.timer.Stop() }
