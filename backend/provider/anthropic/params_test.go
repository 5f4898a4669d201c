package anthropic

import (
	"encoding/json"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

func TestEachSettingGoesIntoItsOwnField(t *testing.T) {
	const user = `"stream":true,"messages":[{"role":"user","content":[{"type":"text","text":"Why?"}]}]`
	const schema = `{"type":"object","properties":{"n":{"maximum":12345678901234567890}}}`
	for name, tc := range map[string]struct {
		model      string
		params     bakeoff.Params
		notApplied []string
		want       string
	}{
		"all of them, of a model with budgets": {"claude-haiku-4-5", bakeoff.Params{
			TopP: ptr(0.96), MaxTokens: ptr(4000), Seed: ptr(int64(7)), Stop: []string{"END"}, Effort: "low", ThinkingBudget: ptr(2048),
			NumCtx: ptr(8192), KeepAlive: "5m", ResponseFormat: schema}, []string{"effort", "seed", "num_ctx", "keep_alive"},
			`{"model":"claude-haiku-4-5","max_tokens":4000,"top_p":0.96,"stop_sequences":["END"],"thinking":{"type":"enabled","budget_tokens":2048},
			"output_config":{"format":{"type":"json_schema","schema":` + schema + `}},` + user + `}`},
		"a model that adapts takes no budget": {"claude-opus-5-5", bakeoff.Params{ThinkingBudget: ptr(2048), Effort: "low", ResponseFormat: schema}, []string{"thinking_budget"},
			`{"model":"claude-opus-5-5","max_tokens":32000,"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"low","format":{"type":"json_schema","schema":` + schema + `}},` + user + `}`},
		"one that still does":                 {"claude-sonnet-4-6", bakeoff.Params{ThinkingBudget: ptr(2048)}, nil, `{"model":"claude-sonnet-4-6","max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":2048},` + user + `}`},
		"a budget of zero is no thinking":     {"claude-haiku-4-5", bakeoff.Params{ThinkingBudget: ptr(0)}, nil, `{"model":"claude-haiku-4-5","max_tokens":32000,` + user + `}`},
		"the answer has room beside a budget": {"claude-haiku-4-5", bakeoff.Params{ThinkingBudget: ptr(40000)}, nil, `{"model":"claude-haiku-4-5","max_tokens":72000,"thinking":{"type":"enabled","budget_tokens":40000},` + user + `}`},
		"any JSON is not known":               {"claude-opus-5-5", bakeoff.Params{ResponseFormat: "json"}, []string{"response_format"}, `{"model":"claude-opus-5-5","max_tokens":32000,"thinking":{"type":"adaptive","display":"summarized"},` + user + `}`},
		"an old model has no schema":          {"claude-3-5-haiku-latest", bakeoff.Params{ResponseFormat: schema, ThinkingBudget: ptr(2048)}, []string{"thinking_budget", "response_format"}, `{"model":"claude-3-5-haiku-latest","max_tokens":8192,` + user + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			req := provider.Request{Model: tc.model, Prompt: bakeoff.Prompt{User: "Why?"}, Params: tc.params}
			raw, err := json.Marshal(body(req))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(decoded(t, tc.want), decoded(t, string(raw))); diff != "" {
				t.Error(diff)
			}
			f := (&Provider{}).Foresee(req)
			if diff := cmp.Diff(tc.notApplied, f.NotApplied); diff != "" || f.Problem != nil {
				t.Error(diff, f.Problem)
			}
		})
	}
}

// decoded keeps numbers as they stand.
func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestWhatClaudeRefusesIsKnownBefore(t *testing.T) {
	for name, tc := range map[string]struct {
		params bakeoff.Params
		want   string
	}{
		"a high temperature":              {bakeoff.Params{Temperature: ptr(1.5)}, "from 0 to 1"},
		"a small budget":                  {bakeoff.Params{ThinkingBudget: ptr(1000)}, "at least 1,024 tokens"},
		"a budget that leaves no answer":  {bakeoff.Params{ThinkingBudget: ptr(4000), MaxTokens: ptr(4000)}, "smaller than max tokens"},
		"a stop sequence of a line's end": {bakeoff.Params{Stop: []string{"\n"}}, "white space alone"},
	} {
		got := (&Provider{}).Foresee(provider.Request{Model: "claude-haiku-4-5", Params: tc.params}).Problem
		if got == nil || !strings.Contains(got.Message, tc.want) {
			t.Errorf("%s: got %v, want %q", name, got, tc.want)
		}
		if other := (&Provider{}).Foresee(provider.Request{Model: "qwen3", Params: tc.params}).Problem; other != nil {
			t.Errorf("%s: of a server that is not Anthropic's: got %v", name, other)
		}
	}
}
