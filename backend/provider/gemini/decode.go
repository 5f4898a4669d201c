package gemini

import (
	"encoding/json"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// chunk is one event of a stream: what we read of it.
type chunk struct {
	Candidates []struct {
		Content struct {
			Parts []part `json:"parts"`
		} `json:"content"`
		FinishReason  string `json:"finishReason"`
		FinishMessage string `json:"finishMessage"`
		Index         int    `json:"index"`
	} `json:"candidates"`
	PromptFeedback struct {
		BlockReason        string `json:"blockReason"`
		BlockReasonMessage string `json:"blockReasonMessage"`
	} `json:"promptFeedback"`
	Usage json.RawMessage `json:"usageMetadata"`
	Model string          `json:"modelVersion"`
	ID    string          `json:"responseId"`
	Error json.RawMessage `json:"error"`
}

type part struct {
	Text    string `json:"text"`
	Thought bool   `json:"thought"`
}

// reply collects what the chunks of one answer tell.
type reply struct {
	model, id string
	told      bool
	reason    string // finishReason, or the blockReason of a prompt
	detail    string
	usage     json.RawMessage // the newest: counts are running totals
}

// take passes on one chunk; false when the reader left.
func (r *reply) take(c *chunk, yield func(provider.Event, error) bool) bool {
	if provided(c.Usage) {
		r.usage = c.Usage // its own copy: decoding made it
	}
	if c.Model != "" {
		r.model = c.Model
	}
	if c.ID != "" {
		r.id = c.ID
	}
	if !r.told && (r.model != "" || r.id != "") {
		r.told = true
		if !yield(provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{ResolvedModel: r.model, RequestID: r.id}}, nil) {
			return false
		}
	}
	if f := c.PromptFeedback; f.BlockReason != "" && f.BlockReason != "BLOCK_REASON_UNSPECIFIED" {
		r.reason, r.detail = blocked(f.BlockReason), f.BlockReasonMessage
	}
	for _, candidate := range c.Candidates {
		if candidate.Index != 0 {
			continue
		}
		for _, part := range candidate.Content.Parts {
			if !deliver(part, yield) {
				return false
			}
		}
		if reason := candidate.FinishReason; reason != "" && reason != "FINISH_REASON_UNSPECIFIED" {
			r.reason, r.detail = reason, candidate.FinishMessage
		}
	}
	return true
}

// blocked maps a reason that is not known as a refusal to one: a blocked prompt is never an answer.
func blocked(reason string) string {
	if _, known := refusals[reason]; known {
		return reason
	}
	return "OTHER"
}

func deliver(p part, yield func(provider.Event, error) bool) bool {
	switch {
	case p.Text == "":
		return true
	case p.Thought:
		return yield(provider.Reasoning(p.Text), nil)
	}
	return yield(provider.Text(p.Text), nil)
}

func (r *reply) spent() (s provider.Spent) {
	s.Usage, s.Modifiers = readUsage(r.usage)
	return s
}

func (r *reply) finish() *provider.Finish {
	usage, modifiers := readUsage(r.usage)
	f := &provider.Finish{Reason: r.reason, Cut: r.reason == "MAX_TOKENS", ResolvedModel: r.model, RequestID: r.id, Usage: usage, Modifiers: modifiers}
	if r.reason != "STOP" && !f.Cut {
		f.Warnings = append(f.Warnings, "The model ended its answer for an unusual reason; it stands beside the state.")
	}
	return f
}

// usageFields are the members of usageMetadata that we read.
type usageFields struct {
	Prompt     json.RawMessage `json:"promptTokenCount"`
	Tools      json.RawMessage `json:"toolUsePromptTokenCount"`
	Cached     json.RawMessage `json:"cachedContentTokenCount"`
	Candidates json.RawMessage `json:"candidatesTokenCount"`
	Thoughts   json.RawMessage `json:"thoughtsTokenCount"`
	Total      json.RawMessage `json:"totalTokenCount"`
	Traffic    string          `json:"trafficType"`
}

// readUsage normalises usageMetadata: the output that is billed is candidates plus thoughts, the input is prompt plus
// what tools added.
func readUsage(raw json.RawMessage) (u bakeoff.Usage, modifiers map[string]string) {
	var f usageFields
	if raw != nil && json.Unmarshal(raw, &f) != nil {
		u.Notes = append(u.Notes, "a part of the usage could not be read") // the others are filled all the same
	}
	u.Raw = raw
	prompt, tools := provider.ReadCount(f.Prompt), provider.ReadCount(f.Tools)
	candidates, thoughts := provider.ReadCount(f.Candidates), provider.ReadCount(f.Thoughts)
	if prompt.Known() {
		u.Input = bakeoff.ReportedCount(prompt.N + tools.N)
	}
	if candidates.Known() || thoughts.Known() {
		u.Output = bakeoff.ReportedCount(candidates.N + thoughts.N)
	}
	u.Reasoning, u.CacheRead = thoughts, provider.ReadCount(f.Cached)
	if total := provider.ReadCount(f.Total); total.Known() && u.Input.Known() && u.Output.Known() && total.N != u.Input.N+u.Output.N {
		u.Notes = append(u.Notes, "usage counts do not add up to the reported total")
	}
	if u.CacheRead.N > u.Input.N && u.Input.Known() {
		u.CacheRead = bakeoff.Count{}
		u.Notes = append(u.Notes, "more cached tokens than input tokens")
	}
	if f.Traffic != "" && f.Traffic != "ON_DEMAND" && f.Traffic != "TRAFFIC_TYPE_UNSPECIFIED" {
		modifiers = map[string]string{"traffic_type": f.Traffic}
	}
	return u, modifiers
}

func provided(raw json.RawMessage) bool { return len(raw) > 0 && string(raw) != "null" }
