package openai

import (
	"encoding/json"
	"math"
	"strconv"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// tokens is a usage object of Chat Completions or Responses, of any service.
type tokens struct {
	Prompt     json.RawMessage `json:"prompt_tokens"`
	Completion json.RawMessage `json:"completion_tokens"`
	Input      json.RawMessage `json:"input_tokens"`
	Output     json.RawMessage `json:"output_tokens"`
	Total      json.RawMessage `json:"total_tokens"`

	PromptDetails     tokenDetails `json:"prompt_tokens_details"`
	InputDetails      tokenDetails `json:"input_tokens_details"`
	CompletionDetails tokenDetails `json:"completion_tokens_details"`
	OutputDetails     tokenDetails `json:"output_tokens_details"`

	CacheHit  json.RawMessage `json:"prompt_cache_hit_tokens"`  // DeepSeek
	CacheMiss json.RawMessage `json:"prompt_cache_miss_tokens"` // DeepSeek
	Cached    json.RawMessage `json:"num_cached_tokens"`        // Mistral
	Reasoning json.RawMessage `json:"reasoning_tokens"`

	Cost        json.RawMessage `json:"cost"`
	CostDetails struct {
		Upstream json.RawMessage `json:"upstream_inference_cost"`
	} `json:"cost_details"`
	OwnKey json.RawMessage `json:"is_byok"`
	Ticks  json.RawMessage `json:"cost_in_usd_ticks"`
}

type tokenDetails struct {
	Cached     json.RawMessage `json:"cached_tokens"`
	CacheWrite json.RawMessage `json:"cache_write_tokens"`
	Reasoning  json.RawMessage `json:"reasoning_tokens"`
}

// Notes on what was found odd.
const (
	noteUnusable = "a count that is no whole number of tokens was left out"
	noteTotal    = "usage counts do not add up to the total"
	noteHidden   = "the total holds output that no detail names; it is counted as reasoning"
	noteCache    = "cache counts do not fit the input"
	noteReason   = "more reasoning than output was reported"
	noteCharge   = "the reported charge cannot be used"
	noteRounded  = "the reported charge was rounded to a pico-dollar"
	noteUpstream = "the upstream's charge to your own key is not known"
)

// usage reads raw by what s does differently. Counts that contradict each other are absent, with a note: a wrong number
// is worse than none. charge is nil unless the service names it.
func (s Service) usage(raw json.RawMessage) (u bakeoff.Usage, charge *bakeoff.PicoUSD) {
	u.Raw = provider.RawUsage(raw)
	if u.Raw == nil {
		return u, nil
	}
	var t tokens
	_ = json.Unmarshal(raw, &t) // it was valid in its chunk; members of odd types stay empty
	r := counts{u: &u}
	u.Input, u.Output = r.first(t.Prompt, t.Input), r.first(t.Completion, t.Output)
	u.Reasoning = r.first(t.CompletionDetails.Reasoning, t.OutputDetails.Reasoning, t.Reasoning)
	u.CacheRead = r.first(t.PromptDetails.Cached, t.InputDetails.Cached, t.CacheHit, t.Cached)
	u.CacheWrite = r.first(t.PromptDetails.CacheWrite, t.InputDetails.CacheWrite)
	r.checkTotal(r.first(t.Total), s.ReasoningApart)
	r.checkCache(r.first(t.CacheHit), r.first(t.CacheMiss))
	if u.Reasoning.Known() && u.Output.Known() && u.Reasoning.N > u.Output.N {
		u.Reasoning = bakeoff.Count{}
		r.note(noteReason)
	}
	return u, r.charge(s.Charge, &t)
}

// counts reads counts and collects notes.
type counts struct{ u *bakeoff.Usage }

func (r counts) note(text string) {
	for _, have := range r.u.Notes {
		if have == text {
			return
		}
	}
	r.u.Notes = append(r.u.Notes, text)
}

// first returns the first count that is there at all.
func (r counts) first(raws ...json.RawMessage) bakeoff.Count {
	for _, raw := range raws {
		if len(raw) == 0 || string(raw) == "null" {
			continue
		}
		n, ok := whole(raw)
		count := bakeoff.ReportedCount(n)
		if !ok || !count.Known() {
			r.note(noteUnusable)
			return bakeoff.Count{}
		}
		return count
	}
	return bakeoff.Count{}
}

// whole reads an integer, also one that a server wrote as 12.0.
func whole(raw json.RawMessage) (int64, bool) {
	if n, err := strconv.ParseInt(string(raw), 10, 64); err == nil {
		return n, true
	}
	f, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// checkTotal decides by the reported total whether reasoning is inside the output, and drops counts that fit no reading.
// Without a total the service's habit decides. Counts are at most 2^40, so sums cannot overflow.
func (r counts) checkTotal(total bakeoff.Count, apart bool) {
	u := r.u
	if !u.Input.Known() || !u.Output.Known() {
		return
	}
	sum := u.Input.N + u.Output.N
	switch reasoning := u.Reasoning.N; {
	case !total.Known() && apart, total.Known() && reasoning > 0 && total.N == sum+reasoning:
		u.Output.N += reasoning
	case !total.Known(), total.N == sum:
	case total.N > sum && reasoning == 0:
		gap := total.N - sum
		u.Output.N += gap
		u.Reasoning = bakeoff.ReportedCount(gap)
		r.note(noteHidden)
	default:
		u.Input, u.Output, u.Reasoning = bakeoff.Count{}, bakeoff.Count{}, bakeoff.Count{}
		r.note(noteTotal)
	}
}

// checkCache drops cache counts that do not fit the input: they would make the uncached part negative.
func (r counts) checkCache(hit, miss bakeoff.Count) {
	u := r.u
	if !u.Input.Known() {
		return
	}
	odd := u.CacheRead.N+u.CacheWrite.N > u.Input.N || hit.Known() && miss.Known() && hit.N+miss.N != u.Input.N
	if odd {
		u.CacheRead, u.CacheWrite = bakeoff.Count{}, bakeoff.Count{}
		r.note(noteCache)
	}
}

// charge reads what the service says it charged.
func (r counts) charge(kind Charge, t *tokens) *bakeoff.PicoUSD {
	raw, scale := t.Cost, 12
	if kind == ChargeTicks {
		raw, scale = t.Ticks, 2
	}
	if kind == NoCharge || len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	sum, ok := r.amount(raw, scale)
	if ok && kind == ChargeUSD && string(t.OwnKey) == "true" {
		sum, ok = r.withUpstream(sum, t.CostDetails.Upstream)
	}
	if !ok {
		return nil
	}
	return &sum
}

// withUpstream adds what the upstream charges to one's own key there: the service's figure is its own fee only.
func (r counts) withUpstream(fee bakeoff.PicoUSD, raw json.RawMessage) (bakeoff.PicoUSD, bool) {
	if len(raw) == 0 || string(raw) == "null" {
		r.note(noteUpstream)
		return 0, false
	}
	upstream, ok := r.amount(raw, 12)
	if !ok {
		return 0, false
	}
	return fee.Plus(upstream)
}

func (r counts) amount(raw json.RawMessage, scale int) (bakeoff.PicoUSD, bool) {
	sum, exact, ok := amount(raw, scale)
	switch {
	case !ok:
		r.note(noteCharge)
	case !exact:
		r.note(noteRounded)
	}
	return sum, ok
}
