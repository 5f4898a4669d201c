package openai

import (
	"encoding/json"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

func quoted(s string) string {
	raw, _ := json.Marshal(s)
	return string(raw)
}

// frame is one chunk of a Chat Completions stream.
func frame(delta, finish, more string) string {
	return `data: {"id":"chatcmpl-7","object":"chat.completion.chunk","created":1795000000,"model":"tiny-2026-11-01","choices":[{"index":0,"delta":` +
		delta + `,"finish_reason":` + finish + `}]` + more + "}\n\n"
}

const (
	usageChunk = `data: {"id":"chatcmpl-7","model":"tiny-2026-11-01","choices":[],"service_tier":"default","usage":{"prompt_tokens":20,"completion_tokens":9,"total_tokens":29,` +
		`"prompt_tokens_details":{"cached_tokens":5,"cache_write_tokens":2},"completion_tokens_details":{"reasoning_tokens":4}}}` + "\n\n"
	doneLine   = "data: [DONE]\n\n"
	listOfFour = `{"object":"list","data":[{"id":"tiny-old","created":1700000000,"new":{"x":[1]}},{"id":"text-embedding-3","created":1795000001},{"id":"tiny","created":1795000000},{"id":7}]}`
)

func textFrame(s string) string { return frame(`{"content":`+quoted(s)+`}`, "null", `,"usage":null`) }

var wantUsage = bakeoff.Usage{
	Input: bakeoff.ReportedCount(20), Output: bakeoff.ReportedCount(9), Reasoning: bakeoff.ReportedCount(4),
	CacheRead: bakeoff.ReportedCount(5), CacheWrite: bakeoff.ReportedCount(2),
}

func TestConformanceChat(t *testing.T) {
	for _, service := range []string{"openai", "custom"} {
		t.Run(service, func(t *testing.T) {
			providertest.Run(t, providertest.Subject{
				New: func(base, key string) provider.Provider {
					return New(Config{Service: service, Label: "Subject", BaseURL: base + "/v1", Key: key})
				},
				Model: "tiny", MediaType: "text/event-stream", KeyHeader: "Authorization",
				Prelude:   frame(`{"role":"assistant","content":""}`, "null", ""),
				Text:      textFrame,
				Reasoning: func(s string) string { return frame(`{"content":null,"reasoning_content":`+quoted(s)+`}`, "null", "") },
				End:       frame("{}", `"stop"`, "") + usageChunk + doneLine,
				CutEnd:    frame("{}", `"length"`, "") + usageChunk + doneLine,
				EndMarker: `"finish_reason":"stop"}]}`,
				Unknown: []string{": comment\n\n", "event: news\nid: 4\nretry: 10\n\n",
					`data: {"id":"chatcmpl-7","choices":[{"index":0,"delta":{"content":null,"tool_calls":[{"index":0}]},"logprobs":{"content":[]}}],"obfuscation":"k3","prompt_filter_results":[{}]}` + "\n\n"},
				Malformed: `data: {"choices":[{"delta":{"con` + "\n\n",
				MidError:  `data: {"error":{"message":"The server had an error","type":"server_error","code":null}}` + "\n\n", MidCode: bakeoff.CodeProvider,
				Want:   providertest.Expect{Reason: "stop", CutReason: "length", ResolvedModel: "tiny-2026-11-01", Usage: wantUsage},
				Zero:   func(body string) bool { return strings.Contains(body, `"temperature":0`) },
				Models: listOfFour, WantModel: []string{"tiny", "tiny-old"},
			})
		})
	}
}

func named(name, data string) string {
	return "event: " + name + "\ndata: {\"type\":" + quoted(name) + "," + data + "}\n\n"
}

func responseEnd(name, more string) string {
	return named(name, `"response":{"id":"resp_1","model":"tiny-2026-11-01","service_tier":"default",`+more+`"usage":{"input_tokens":20,"input_tokens_details":{"cached_tokens":5,"cache_write_tokens":2},`+
		`"output_tokens":9,"output_tokens_details":{"reasoning_tokens":4},"total_tokens":29}}`)
}

func TestConformanceResponses(t *testing.T) {
	providertest.Run(t, providertest.Subject{
		New: func(base, key string) provider.Provider {
			return New(Config{Service: "openai", Label: "Subject", BaseURL: base + "/v1", Key: key})
		},
		Model: "codex-tiny-latest", MediaType: "text/event-stream", KeyHeader: "Authorization",
		Prelude: named("response.created", `"sequence_number":0,"response":{"id":"resp_1","status":"in_progress","model":"tiny-2026-11-01","error":null,"usage":null}`),
		Text: func(s string) string {
			return named("response.output_text.delta", `"delta":`+quoted(s)+`,"sequence_number":5`)
		},
		Reasoning: func(s string) string { return named("response.reasoning_summary_text.delta", `"delta":`+quoted(s)) },
		End:       responseEnd("response.completed", `"status":"completed",`),
		CutEnd:    responseEnd("response.incomplete", `"status":"incomplete","incomplete_details":{"reason":"max_output_tokens"},`),
		EndMarker: `"total_tokens":29}}}`,
		Unknown:   []string{": comment\n\n", named("response.content_part.added", `"part":{"type":"output_text","text":""}`), named("response.novelty", `"delta":{"x":1},"item":7,"response":"r"`)},
		Malformed: "event: response.output_text.delta\ndata: {\"type\":\"response.out\n\n",
		MidError:  named("error", `"code":"server_error","message":"The server had an error","param":null`), MidCode: bakeoff.CodeProvider,
		Want:   providertest.Expect{Reason: "completed", CutReason: "max_output_tokens", ResolvedModel: "tiny-2026-11-01", Usage: wantUsage},
		Zero:   func(body string) bool { return strings.Contains(body, `"temperature":0`) },
		Models: listOfFour, WantModel: []string{"tiny", "tiny-old"},
	})
}
