package anthropic

import (
	"encoding/json"
	"maps"

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

// merge lays the usage of message_delta over that of message_start, member by member; null and missing members leave the
// older value. The output count of message_start is a beginning, never a result, and falls away.
func merge(start, delta json.RawMessage) json.RawMessage {
	var first, last map[string]json.RawMessage
	if json.Unmarshal(start, &first) != nil && json.Unmarshal(delta, &last) != nil {
		return nil
	}
	json.Unmarshal(delta, &last)
	delete(first, "output_tokens")
	if first == nil {
		first = map[string]json.RawMessage{}
	}
	maps.DeleteFunc(last, func(_ string, v json.RawMessage) bool { return !provided(v) })
	maps.Copy(first, last)
	if len(first) == 0 {
		return nil
	}
	raw, err := json.Marshal(first)
	if err != nil {
		return nil
	}
	return raw
}

// readUsage normalises a merged usage object. Anthropic's input_tokens leaves cached tokens out; ours is the whole input.
func readUsage(raw json.RawMessage) (u bakeoff.Usage, modifiers map[string]string) {
	var f usageFields
	if err := json.Unmarshal(raw, &f); err != nil {
		f = usageFields{}
		if raw != nil {
			u.Notes = append(u.Notes, "usage could not be read")
		}
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
		for _, u := range usual {
			if value == u {
				return
			}
		}
		m[name] = value
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
