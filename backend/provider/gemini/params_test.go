package gemini

import (
	"encoding/json"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

func TestEachSettingGoesIntoItsOwnField(t *testing.T) {
	const schema = `{"type":"object"}`
	for name, tc := range map[string]struct {
		model      string
		params     bakeoff.Params
		notApplied []string
		config     string
	}{
		"all of them, of a model with budgets": {"gemini-2.5-flash", bakeoff.Params{
			Temperature: new(0.0), TopP: new(0.5), MaxTokens: new(9), Seed: new(int64(7)), Stop: []string{"END"}, Effort: "low", ThinkingBudget: new(2048),
			NumCtx: new(8192), KeepAlive: "5m", ResponseFormat: schema}, []string{"effort", "num_ctx", "keep_alive"},
			`{"temperature":0,"topP":0.5,"maxOutputTokens":9,"seed":7,"stopSequences":["END"],"thinkingConfig":{"thinkingBudget":2048,"includeThoughts":true},
			"responseMimeType":"application/json","responseJsonSchema":{"type":"object"}}`},
		"no thinking":                {"gemini-2.5-flash", bakeoff.Params{ThinkingBudget: new(0)}, nil, `{"thinkingConfig":{"thinkingBudget":0,"includeThoughts":true}}`},
		"levels take no budget":      {"gemini-3.8-flash", bakeoff.Params{ThinkingBudget: new(2048), Effort: "low"}, []string{"thinking_budget"}, `{"thinkingConfig":{"thinkingLevel":"low","includeThoughts":true}}`},
		"any JSON":                   {"gemini-2.0-flash", bakeoff.Params{ResponseFormat: "json"}, nil, `{"responseMimeType":"application/json"}`},
		"Gemma answers without JSON": {"models/gemma-3-27b-it", bakeoff.Params{ResponseFormat: "json", ThinkingBudget: new(2048)}, []string{"thinking_budget", "response_format"}, ``},
	} {
		t.Run(name, func(t *testing.T) {
			req := provider.Request{Model: tc.model, Prompt: bakeoff.Prompt{User: "hi"}, Params: tc.params}
			raw, err := encode(req)
			if err != nil {
				t.Fatal(err)
			}
			want := `{"contents":[{"role":"user","parts":[{"text":"hi"}]}]`
			if tc.config != "" {
				want += `,"generationConfig":` + tc.config
			}
			if diff := cmp.Diff(decoded(t, want+"}"), decoded(t, string(raw))); diff != "" {
				t.Error(diff)
			}
			f := (&Provider{}).Foresee(req)
			if diff := cmp.Diff(tc.notApplied, f.NotApplied); diff != "" || f.Problem != nil {
				t.Error(diff, f.Problem)
			}
		})
	}
}

func decoded(t *testing.T, text string) (v any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return v
}

func TestWhatGeminiRefusesIsKnownBefore(t *testing.T) {
	for name, tc := range map[string]struct {
		model  string
		params bakeoff.Params
		want   string
	}{
		"six stops":                {"gemini-3.8-flash", bakeoff.Params{Stop: []string{"a", "b", "c", "d", "e", "f"}}, "at most 5 stop sequences"},
		"a high temperature":       {"gemini-3.8-flash", bakeoff.Params{Temperature: new(2.5)}, "from 0 to 2"},
		"2.5 pro without a budget": {"gemini-2.5-pro", bakeoff.Params{ThinkingBudget: new(0)}, "at least 128 tokens"},
	} {
		got := (&Provider{}).Foresee(provider.Request{Model: tc.model, Params: tc.params}).Problem
		if got == nil || !strings.Contains(got.Message, tc.want) {
			t.Errorf("%s: got %v, want %q", name, got, tc.want)
		}
	}
}
