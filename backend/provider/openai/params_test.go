package openai

import (
	"encoding/json"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
)

// everything is an entry with all settings made.
func everything() bakeoff.Params {
	share, most, seed, budget, context := 0.5, 50, int64(7), 2048, 8192
	return bakeoff.Params{
		Temperature: &share, TopP: &share, MaxTokens: &most, Seed: &seed, Stop: []string{"END", "\n\n"}, Effort: "low", ThinkingBudget: &budget,
		NumCtx: &context, KeepAlive: "5m", ResponseFormat: `{"type":"object","properties":{"n":{"type":"integer"}}}`,
		Extra: map[string]json.RawMessage{"logit_bias": json.RawMessage(`{"5":-1}`)},
	}
}

func TestEachServiceGetsEachSettingInItsOwnField(t *testing.T) {
	const (
		messages = `"messages":[{"role":"user","content":"Why?"}],`
		schema   = `{"properties":{"n":{"type":"integer"}},"type":"object"}`
		strict   = `"response_format":{"json_schema":{"name":"answer","schema":` + schema + `},"type":"json_schema"},`
		extra    = `"logit_bias":{"5":-1},`
		usage    = `"stream_options":{"include_usage":true},`
		local    = "num_ctx keep_alive"
	)
	for name, test := range map[string]struct {
		service, model string
		change         func(*bakeoff.Params)
		notApplied     []string
		want           string
	}{
		"OpenAI": {"openai", "gpt-4.1", nil, []string{"effort", "thinking_budget", "num_ctx", "keep_alive"},
			`{` + messages + extra + strict + usage + `"model":"gpt-4.1","stream":true,"temperature":0.5,"top_p":0.5,"max_completion_tokens":50,"seed":7,"stop":["END","\n\n"]}`},
		"an OpenAI model that reasons": {"openai", "gpt-5", nil, []string{"temperature", "top_p", "stop", "thinking_budget", "num_ctx", "keep_alive"},
			`{` + messages + extra + strict + usage + `"model":"gpt-5","stream":true,"max_completion_tokens":50,"seed":7,"reasoning_effort":"low"}`},
		"Responses": {"openai", "gpt-5.1-codex", nil, []string{"temperature", "top_p", "seed", "stop", "thinking_budget", "num_ctx", "keep_alive"},
			`{"input":[{"role":"user","content":[{"type":"input_text","text":"Why?"}]}],` + extra + `"model":"gpt-5.1-codex","stream":true,"store":false,"max_output_tokens":50,"reasoning":{"effort":"low"},
			"text":{"format":{"type":"json_schema","name":"answer","schema":` + schema + `}}}`},
		"Responses, any JSON": {"openai", "o3-pro", func(p *bakeoff.Params) { *p = bakeoff.Params{ResponseFormat: bakeoff.FormatJSON} }, nil,
			`{"input":[{"role":"user","content":[{"type":"input_text","text":"Why?"}]}],"model":"o3-pro","stream":true,"store":false,"text":{"format":{"type":"json_object"}}}`},
		"OpenRouter takes the budget": {"openrouter", "maker/thinker", nil, []string{"effort", "num_ctx", "keep_alive"},
			`{` + messages + extra + strict + `"usage":{"include":true},"model":"maker/thinker","stream":true,"temperature":0.5,"top_p":0.5,"max_tokens":50,"seed":7,"stop":["END","\n\n"],"reasoning":{"max_tokens":2048}}`},
		"OpenRouter, no thinking": {"openrouter", "maker/thinker", func(p *bakeoff.Params) { *p = bakeoff.Params{ThinkingBudget: new(int)} }, nil,
			`{` + messages + `"usage":{"include":true},"model":"maker/thinker","stream":true,"reasoning":{"enabled":false}}`},
		"DeepSeek has JSON without a schema": {"deepseek", "deepseek-flash", func(p *bakeoff.Params) { *p = bakeoff.Params{ResponseFormat: "json", Stop: p.Stop} }, nil,
			`{` + messages + usage + `"model":"deepseek-flash","stream":true,"stop":["END","\n\n"],"response_format":{"type":"json_object"}}`},
		"and none with one": {"deepseek", "deepseek-flash", func(p *bakeoff.Params) { *p = bakeoff.Params{ResponseFormat: p.ResponseFormat} }, []string{"response_format"},
			`{` + messages + usage + `"model":"deepseek-flash","stream":true}`},
		"LM Studio has JSON by a schema only": {"lmstudio", "m", func(p *bakeoff.Params) { *p = bakeoff.Params{ResponseFormat: "json"} }, []string{"response_format"},
			`{` + messages + usage + `"model":"m","stream":true}`},
		"Grok that reasons takes no stop": {"xai", "grok-4", func(p *bakeoff.Params) { *p = bakeoff.Params{Stop: p.Stop} }, []string{"stop"},
			`{` + messages + usage + `"model":"grok-4","stream":true}`},
		"Mistral": {"mistral", "mistral-small", func(p *bakeoff.Params) { *p = bakeoff.Params{Stop: p.Stop, Seed: p.Seed} }, nil,
			`{` + messages + `"model":"mistral-small","stream":true,"random_seed":7,"stop":["END","\n\n"]}`},
		"any other server": {"custom", "m", nil, []string{"thinking_budget", "num_ctx", "keep_alive"},
			`{` + messages + extra + strict + usage + `"model":"m","stream":true,"temperature":0.5,"top_p":0.5,"max_tokens":50,"seed":7,"stop":["END","\n\n"],"reasoning_effort":"low"}`},
	} {
		t.Run(name, func(t *testing.T) {
			req := question(test.model)
			req.Params = everything()
			if test.change != nil {
				test.change(&req.Params)
			}
			f := New(Config{Service: test.service}).Foresee(req)
			if diff := cmp.Diff(test.notApplied, f.NotApplied); diff != "" || f.Problem != nil {
				t.Error(diff, f.Problem)
			}
			_, body := answered(t, test.service, req, "")
			if diff := cmp.Diff(decoded(t, test.want), decoded(t, body)); diff != "" {
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

// OpenRouter answers also when it has left out what a model does not take.
func TestWhatAListDoesNotNameIsNotApplied(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{Steps: []providertest.Step{providertest.Write(`{"data":[{"id":"maker/plain","supported_parameters":["max_tokens","temperature","response_format"]},{"id":"maker/silent"}]}`)}}
	})
	p := New(Config{Service: "openrouter", BaseURL: srv.URL})
	if _, err := p.Models(t.Context()); err != nil {
		t.Fatal(err)
	}
	for model, want := range map[string][]string{
		"maker/plain":  {"top_p", "seed", "stop", "effort", "thinking_budget", "num_ctx", "keep_alive", "response_format"},
		"maker/silent": {"effort", "num_ctx", "keep_alive"},
		"maker/other":  {"effort", "num_ctx", "keep_alive"},
	} {
		if diff := cmp.Diff(want, p.Foresee(provider.Request{Model: model, Params: everything()}).NotApplied); diff != "" {
			t.Errorf("%s: %s", model, diff)
		}
	}
}

func TestTooManyStopsAreKnownToBeRefused(t *testing.T) {
	req := question("gpt-4.1")
	req.Params.Stop = []string{"a", "b", "c", "d", "e"}
	for service, refused := range map[string]bool{"openai": true, "custom": false} {
		if got := New(Config{Service: service}).Foresee(req).Problem; (got != nil) != refused {
			t.Errorf("%s: got %v", service, got)
		}
	}
}
