package anthropic

import (
	"encoding/json"
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// usageFields are the members of a usage object that we read.
type usageFields struct {
	Input         json.RawMessage `json:"input_tokens"`
	Output        json.RawMessage `json:"output_tokens"`
	CacheRead     json.RawMessage `json:"cache_read_input_tokens"`
	CacheCreation json.RawMessage `json:"cache_creation_input_tokens"`
	Creation      struct {
		FiveMinutes json.RawMessage `json:"ephemeral_5m_input_tokens"`
		OneHour     json.RawMessage `json:"ephemeral_1h_input_tokens"`
	} `json:"cache_creation"`
	OutputDetails struct {
		Thinking json.RawMessage `json:"thinking_tokens"`
	} `json:"output_tokens_details"`
	ServerTools struct {
		Searches json.RawMessage `json:"web_search_requests"`
	} `json:"server_tool_use"`
	ServiceTier  string `json:"service_tier"`
	Speed        string `json:"speed"`
	InferenceGeo string `json:"inference_geo"`
}

// tally collects a usage object member by member: message_start brings it, each message_delta lays its running totals
// over it. Null and missing members leave the older value.
type tally map[string]json.RawMessage

func (t tally) add(raw json.RawMessage) {
	var members map[string]json.RawMessage
	if json.Unmarshal(raw, &members) != nil {
		return
	}
	for name, value := range members {
		if provided(value) {
			t[name] = value
		}
	}
}

// raw is the collected object; nil when nothing came.
func (t tally) raw() json.RawMessage {
	if len(t) == 0 {
		return nil
	}
	raw, err := json.Marshal(t)
	if err != nil {
		return nil
	}
	return raw
}

// readUsage normalises a merged usage object. Anthropic's input_tokens leaves cached tokens out; ours is the whole input.
func readUsage(raw json.RawMessage) (u bakeoff.Usage, modifiers map[string]string) {
	if raw == nil {
		return u, nil
	}
	var f usageFields
	if err := json.Unmarshal(raw, &f); err != nil {
		u.Notes = append(u.Notes, "a part of the usage could not be read") // the others are filled all the same
	}
	u.Raw = raw
	u.Output = provider.ReadCount(f.Output)
	u.CacheRead = provider.ReadCount(f.CacheRead)
	u.Reasoning = provider.ReadCount(f.OutputDetails.Thinking)
	u.CacheWrite = provider.ReadCount(f.CacheCreation)
	splitWrites(&u, f)
	if input := provider.ReadCount(f.Input); input.Known() {
		u.Input = bakeoff.ReportedCount(input.N + u.CacheRead.N + u.CacheWrite.N)
	}
	if u.Reasoning.Known() && u.Output.Known() && u.Reasoning.N > u.Output.N {
		u.Reasoning = bakeoff.Count{}
		u.Notes = append(u.Notes, "more thinking tokens than output tokens")
	}
	return u, f.modifiers()
}

// splitWrites tells cache writes by how long they last. A total without the split counts as five minutes.
func splitWrites(u *bakeoff.Usage, f usageFields) {
	short, long := provider.ReadCount(f.Creation.FiveMinutes), provider.ReadCount(f.Creation.OneHour)
	if !short.Known() && !long.Known() {
		return
	}
	sum := bakeoff.ReportedCount(short.N + long.N)
	if u.CacheWrite.Known() && u.CacheWrite != sum {
		u.Notes = append(u.Notes, "cache writes do not add up")
		return // the total stays, by which the input is counted; its split is unknown
	}
	u.CacheWrite, u.CacheWrite1h = sum, long
}

// modifiers are what may change the price; the usual values are left out.
func (f usageFields) modifiers() map[string]string {
	m := map[string]string{}
	set := func(name, value string, usual ...string) {
		if !slices.Contains(usual, value) {
			m[name] = value
		}
	}
	set("service_tier", f.ServiceTier, "", "standard")
	set("speed", f.Speed, "", "standard")
	set("inference_geo", f.InferenceGeo, "", "global", "not_available")
	if n := provider.ReadCount(f.ServerTools.Searches); n.N > 0 {
		set("web_search_requests", string(f.ServerTools.Searches))
	}
	if len(m) == 0 {
		return nil
	}
	return m
}
