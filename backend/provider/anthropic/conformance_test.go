package anthropic

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

func quote(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

func event(name, data string) string { return "event: " + name + "\ndata: " + data + "\n\n" }

func textDelta(s string) string {
	return event("content_block_delta", `{"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":`+quote(s)+`}}`)
}

func thinkingDelta(s string) string {
	return event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":`+quote(s)+`}}`)
}

const messageStop = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

func ending(reason string) string {
	return event("content_block_stop", `{"type":"content_block_stop","index":1}`) +
		event("message_delta", `{"type":"message_delta","delta":{"stop_reason":"`+reason+`","stop_sequence":null},"usage":{"output_tokens":42,"output_tokens_details":{"thinking_tokens":30}}}`) +
		messageStop
}

func beginning(usage string) string {
	return event("message_start", `{"type":"message_start","message":{"id":"msg_1","type":"message","role":"assistant","model":"claude-opus-5-5","content":[],"stop_reason":null,"usage":`+usage+`}}`)
}

const startUsage = `{"input_tokens":25,"cache_creation_input_tokens":7,"cache_read_input_tokens":100,"cache_creation":{"ephemeral_5m_input_tokens":5,"ephemeral_1h_input_tokens":2},"output_tokens":1,"service_tier":"standard"}`

func count(n int64) bakeoff.Count { return bakeoff.ReportedCount(n) }

var wantUsage = bakeoff.Usage{Input: count(132), Output: count(42), Reasoning: count(30), CacheRead: count(100), CacheWrite: count(7), CacheWrite1h: count(2)}

func build(base, key string) provider.Provider {
	return New(Config{BaseURL: base, Key: key, KeyName: "ANTHROPIC_API_KEY"})
}

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Subject{
		New: build, Model: "claude-sonnet-4-6", MediaType: "text/event-stream", KeyHeader: "X-Api-Key",
		Prelude:   beginning(startUsage) + event("content_block_start", `{"type":"content_block_start","index":0,"content_block":{"type":"text","text":""}}`) + event("ping", `{"type":"ping"}`),
		Text:      textDelta,
		Reasoning: thinkingDelta,
		End:       ending("end_turn"),
		CutEnd:    ending("max_tokens"),
		EndMarker: strings.TrimSpace(messageStop),
		Unknown: []string{
			": a comment\n\n",
			event("ping", `{"type":"ping"}`),
			event("ping", `not even JSON`),
			event("content_block_delta", `{"type":"content_block_delta","index":0,"delta":{"type":"signature_delta","signature":"abc"},"new":{"a":[1]}}`),
			event("brand_new_event", `{"type":"brand_new_event","message":"a string where an object was","delta":5,"error":null}`),
		},
		Malformed: event("content_block_delta", `{"type":"content_block_delta","delta":{"type":"text_delta","text":"ha`),
		MidError:  event("error", `{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}`),
		MidCode:   bakeoff.CodeOverloaded,
		ErrorBody: func(status int, message string) string {
			kind := map[int]string{400: "invalid_request_error", 401: "authentication_error", 402: "billing_error", 403: "permission_error", 404: "not_found_error",
				413: "request_too_large", 429: "rate_limit_error", 504: "timeout_error", 529: "overloaded_error"}[status]
			if kind == "" {
				kind = "api_error"
			}
			return fmt.Sprintf(`{"type":"error","error":{"type":%q,"message":%q},"request_id":"req_1"}`, kind, message)
		},
		Want: providertest.Expect{Reason: "end_turn", CutReason: "max_tokens", ResolvedModel: "claude-opus-5-5", Usage: wantUsage},
		Zero: func(body string) bool {
			return strings.Contains(body, `"temperature":0,`) || strings.Contains(body, `"temperature":0}`)
		},
		Models: `{"data":[{"type":"model","id":"claude-opus-5-5","display_name":"Claude Opus 5.5","created_at":"2026-09-22T00:00:00Z","max_input_tokens":1000000},
			{"type":"model","id":"bare"}],"has_more":false,"first_id":"claude-opus-5-5","last_id":"bare"}`,
		WantModel: []string{"claude-opus-5-5", "bare"},
	})
}
