package ollama

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

// quoted is s as JSON.
func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func textLine(s string) string {
	return fmt.Sprintf(`{"model":"tiny-baker","created_at":"2026-11-23T15:17:51.87Z","message":{"role":"assistant","content":%s},"done":false}`+"\n", quoted(s))
}

func thinkLine(s string) string {
	return fmt.Sprintf(`{"model":"tiny-baker","created_at":"2026-11-23T15:17:51.87Z","message":{"role":"assistant","content":"","thinking":%s},"done":false}`+"\n", quoted(s))
}

func doneLine(reason string) string {
	return `{"model":"tiny-baker","created_at":"2026-11-23T15:17:52.1Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"` + reason +
		`","total_duration":370977931,"load_duration":295017715,"prompt_eval_count":32,"prompt_eval_duration":2613538,"eval_count":9,"eval_duration":70705307}` + "\n"
}

const listOfTwo = `{"models":[
 {"name":"tiny-clerk:latest","model":"tiny-clerk:latest","modified_at":"2026-11-23T15:17:51Z","size":164808,"digest":"1643c9","details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"144K","quantization_level":"Q8_0","context_length":2048},"capabilities":["completion"],"new_member":{"a":[1]}},
 {"name":"tiny-poet:latest","model":"tiny-poet:latest","modified_at":"2026-11-22T15:17:51Z","size":570000,"digest":"77aa","details":{"family":"llama","parameter_size":"140K","quantization_level":"unknown","context_length":2048},"capabilities":["completion","thinking"]}]}`

func TestConformance(t *testing.T) {
	providertest.Run(t, providertest.Subject{
		New: func(base, key string) provider.Provider {
			return New(Config{BaseURL: base, Key: key, Local: true})
		},
		Model: "tiny-baker", MediaType: "application/x-ndjson", KeyHeader: "Authorization",
		Text: textLine, Reasoning: thinkLine, End: doneLine("stop"), CutEnd: doneLine("length"), EndMarker: `"eval_duration":70705307}`,
		Unknown:   []string{"\n", `{"model":"tiny-baker","message":{"role":"assistant","content":null,"tool_calls":[{"x":1}]},"logprobs":[{"token":"a"}],"_new":{"deep":[[]]},"done":false}` + "\n"},
		Malformed: `{"model":"tiny-baker","message":{"con` + "\n", MidError: `{"error":"an error was encountered while running the model: unexpected EOF"}` + "\n", MidCode: bakeoff.CodeProvider,
		ErrorBody: func(_ int, message string) string { return `{"error":` + quoted(message) + `}` },
		Want: providertest.Expect{Reason: "stop", CutReason: "length", ResolvedModel: "tiny-baker",
			Usage: bakeoff.Usage{Input: bakeoff.ReportedCount(32), Output: bakeoff.ReportedCount(9)}},
		Zero:   func(body string) bool { return strings.Contains(body, `"options":{"temperature":0}`) },
		Models: listOfTwo, WantModel: []string{"tiny-clerk:latest", "tiny-poet:latest"},
	})
}
