package anthropic

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

func TestBody(t *testing.T) {
	image := bakeoff.Attachment{Name: "a.png", MediaType: "image/png", Data: []byte("\x89PNG<>"), SHA256: "x"}
	file := bakeoff.Attachment{Name: "a.txt", MediaType: "text/plain", Data: []byte("one")}
	const user = `"messages":[{"role":"user","content":[{"type":"text","text":"Why?"}]}]`
	for name, tc := range map[string]struct {
		model  string
		prompt bakeoff.Prompt
		params bakeoff.Params
		want   string
	}{
		"the least": {"claude-sonnet-4-6", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{},
			`{"model":"claude-sonnet-4-6","stream":true,"max_tokens":32000,` + user + `}`},
		"zeros are sent": {"claude-3-5-haiku-latest", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Temperature: ptr(0.0), TopP: ptr(0.0), MaxTokens: ptr(7)},
			`{"model":"claude-3-5-haiku-latest","stream":true,"max_tokens":7,"temperature":0,"top_p":0,` + user + `}`},
		"a system prompt": {"claude-3-haiku-20240307", bakeoff.Prompt{User: "Why?", System: "Short."}, bakeoff.Params{},
			`{"model":"claude-3-haiku-20240307","stream":true,"max_tokens":4096,"system":[{"type":"text","text":"Short."}],` + user + `}`},
		"files and images": {"claude-sonnet-4-6", bakeoff.Prompt{User: "Why?", Attachments: []bakeoff.Attachment{file, image}}, bakeoff.Params{},
			`{"model":"claude-sonnet-4-6","stream":true,"max_tokens":32000,"messages":[{"role":"user","content":[
			{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORzw+"}},
			{"type":"text","text":"Why?\n\nFile a.txt:\n` + "```\\none\\n```" + `"}]}]}`},
		"effort of a model with budgets": {"claude-haiku-4-5", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Effort: "high"},
			`{"model":"claude-haiku-4-5","stream":true,"max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":16384},` + user + `}`},
		"effort of a model that adapts": {"claude-opus-4-8", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Effort: "xhigh"},
			`{"model":"claude-opus-4-8","stream":true,"max_tokens":32000,"thinking":{"type":"adaptive","display":"summarized"},"output_config":{"effort":"xhigh"},` + user + `}`},
		"a model that thinks unasked shows it": {"claude-opus-5-5", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Temperature: ptr(0.5)},
			`{"model":"claude-opus-5-5","stream":true,"max_tokens":32000,"thinking":{"type":"adaptive","display":"summarized"},` + user + `}`},
		"thinking switched off": {"claude-haiku-5-5", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Effort: "none"},
			`{"model":"claude-haiku-5-5","stream":true,"max_tokens":32000,"thinking":{"type":"disabled"},` + user + `}`},
		"thinking switched off between tools": {"claude-sonnet-5-5", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Effort: "none"},
			`{"model":"claude-sonnet-5-5","stream":true,"max_tokens":32000,"thinking":{"type":"between_tools"},` + user + `}`},
		"extra members win, save our own": {"claude-sonnet-4-6", bakeoff.Prompt{User: "Why?"}, bakeoff.Params{Extra: map[string]json.RawMessage{
			"top_k": json.RawMessage(`5`), "max_tokens": json.RawMessage(`9`), "metadata": json.RawMessage(`{"user_id":"u"}`), "a.b": json.RawMessage(`null`),
			"stream": json.RawMessage(`false`), "model": json.RawMessage(`"other"`), "messages": json.RawMessage(`[]`)}},
			`{"model":"claude-sonnet-4-6","stream":true,"max_tokens":9,"top_k":5,"metadata":{"user_id":"u"},"a.b":null,` + user + `}`},
	} {
		t.Run(name, func(t *testing.T) {
			raw, err := json.Marshal(body(provider.Request{Model: tc.model, Prompt: tc.prompt, Params: tc.params}))
			if err != nil {
				t.Fatal(err)
			}
			var got, want any
			if err := json.Unmarshal(raw, &got); err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal([]byte(tc.want), &want); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNotApplied(t *testing.T) {
	sampled := bakeoff.Params{Temperature: ptr(0.0), TopP: ptr(0.5)}
	with := func(effort string, maxTokens int) bakeoff.Params {
		p := bakeoff.Params{Effort: effort}
		if maxTokens > 0 {
			p.MaxTokens = &maxTokens
		}
		return p
	}
	for name, tc := range map[string]struct {
		model  string
		params bakeoff.Params
		want   []string
	}{
		"nothing was asked":                     {"claude-opus-5-5", bakeoff.Params{}, nil},
		"no model has a seed":                   {"claude-3-7-sonnet-latest", bakeoff.Params{Seed: ptr(int64(1))}, []string{"seed"}},
		"the 5.5 models take no sampling":       {"claude-opus-5-5", sampled, []string{"temperature", "top_p"}},
		"nor does 4.7":                          {"claude-opus-4-7", sampled, []string{"temperature", "top_p"}},
		"nor does a newer one":                  {"claude-novel-7", sampled, []string{"temperature", "top_p"}},
		"nor behind a gateway":                  {"anthropic/Claude-Opus-5-5", sampled, []string{"temperature", "top_p"}},
		"4.5 takes one of the two":              {"claude-sonnet-4-5-20250929", sampled, []string{"top_p"}},
		"4.0 takes both":                        {"claude-opus-4-20250514", sampled, nil},
		"models of others take both":            {"llama3.2:1b", sampled, nil},
		"a thinking model takes no temperature": {"claude-haiku-4-5", bakeoff.Params{Temperature: ptr(1.0), TopP: ptr(0.95), Effort: "low"}, []string{"temperature"}},
		"nor a low top_p":                       {"claude-haiku-4-5", bakeoff.Params{TopP: ptr(0.9), Effort: "low"}, []string{"top_p"}},
		"3.5 does not think":                    {"claude-3-5-sonnet-latest", with("high", 0), []string{"effort"}},
		"not thinking is what it does anyway":   {"claude-3-5-sonnet-latest", with("none", 0), nil},
		"opus 5.5 always thinks":                {"claude-opus-5-5", with("none", 0), []string{"effort"}},
		"opus 5 can stop":                       {"claude-opus-5", with("none", 0), nil},
		"xhigh is younger than 4.6":             {"claude-sonnet-4-6", with("xhigh", 0), []string{"effort"}},
		"a word nobody knows":                   {"claude-opus-5-5", with("frantic", 0), []string{"effort"}},
		"nor does a budget model":               {"claude-haiku-4-5", with("frantic", 0), []string{"effort"}},
		"no room to think":                      {"claude-haiku-4-5", with("low", 1024), []string{"effort"}},
		"just enough room":                      {"claude-haiku-4-5", with("low", 1025), nil},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, planFor(tc.model, tc.params).notApplied); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBudgetStaysUnderTheLimit(t *testing.T) {
	for _, effort := range []string{"minimal", "low", "medium", "high", "xhigh", "max"} {
		for _, limit := range []int64{1025, 2_000, 8_192, 32_000, 1 << 30} {
			if n, ok := budget(effort, limit); !ok || n < 1024 || n >= limit {
				t.Errorf("%s within %d: got %d, %v", effort, limit, n, ok)
			}
		}
	}
}

func TestOurMembersAreDefendedAloud(t *testing.T) {
	p := planFor("claude-opus-5-5", bakeoff.Params{Extra: map[string]json.RawMessage{"stream": json.RawMessage("false"), "top_k": json.RawMessage("1")}})
	if len(p.warnings) != 1 {
		t.Errorf("got %q", p.warnings)
	}
}
