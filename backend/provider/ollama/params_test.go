package ollama

import (
	"encoding/json"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

func TestEachSettingGoesIntoItsOwnField(t *testing.T) {
	share, limit, seed, budget, context := 0.5, 40, int64(7), 2048, 8192
	all := bakeoff.Params{
		Temperature: &share, TopP: &share, MaxTokens: &limit, Seed: &seed, Stop: []string{"END", "\n"}, Effort: "high", ThinkingBudget: &budget,
		NumCtx: &context, KeepAlive: "10m", ResponseFormat: `{"type":"object"}`, Extra: map[string]json.RawMessage{"top_k": json.RawMessage("4")},
	}
	const head = `{"model":"m","messages":[{"role":"user","content":"Why?"}],"stream":true,"truncate":false,"shift":false,`
	for name, test := range map[string]struct {
		params     bakeoff.Params
		facts      provider.Facts
		notApplied []string
		warnings   int
		want       string
	}{
		"all of them": {all, provider.Facts{Capabilities: []string{"thinking"}}, []string{"thinking_budget"}, 0,
			head + `"think":true,"keep_alive":"10m","format":{"type":"object"},"options":{"temperature":0.5,"top_p":0.5,"seed":7,"num_predict":40,"stop":["END","\n"],"num_ctx":8192,"top_k":4}}`},
		"any JSON, and seconds":        {bakeoff.Params{ResponseFormat: "json", KeepAlive: "-1"}, provider.Facts{}, nil, 0, head + `"format":"json","keep_alive":-1,"options":{}}`},
		"an extra one is over a field": {bakeoff.Params{KeepAlive: "5m", Extra: map[string]json.RawMessage{"keep_alive": json.RawMessage("0")}}, provider.Facts{}, nil, 0, head + `"keep_alive":0,"options":{}}`},
		"a smaller context of its own": {bakeoff.Params{NumCtx: &context}, provider.Facts{ContextLength: 2048}, nil, 1, head + `"options":{"num_ctx":8192}}`},
		"a cloud decides for itself":   {bakeoff.Params{NumCtx: &context, KeepAlive: "5m"}, provider.Facts{RemoteHost: "ollama.com"}, []string{"num_ctx", "keep_alive"}, 0, head + `"options":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			s, p := fake(t)
			req := question("m")
			req.Params, req.Facts = test.params, test.facts
			f := p.Foresee(req)
			if diff := cmp.Diff(test.notApplied, f.NotApplied); diff != "" || len(f.Warnings) != test.warnings || f.Problem != nil {
				t.Error(diff, f.Warnings, f.Problem)
			}
			if got := ask(t, p, req); got.Err != nil {
				t.Fatal(got.Err)
			}
			if diff := cmp.Diff(decoded(t, test.want), decoded(t, s.prompts()[0])); diff != "" {
				t.Error(diff)
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

func TestExtrasThatCannotBeSentAreKnownBefore(t *testing.T) {
	_, p := fake(t)
	req := question("m")
	req.Params.Extra = map[string]json.RawMessage{"messages": json.RawMessage("[]")}
	if got := p.Foresee(req).Problem; got == nil || got.Code != bakeoff.CodeInvalid {
		t.Errorf("got %v", got)
	}
}
