package openai

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
)

func TestWhatAModelDoesNotTakeIsSaidAndNotSent(t *testing.T) {
	warm, seed, most := 0.7, int64(7), 50
	for name, test := range map[string]struct {
		service, model, effort string
		notApplied             []string
		sent, notSent          []string
	}{
		"an ordinary model takes all":         {"custom", "m", "low", nil, []string{`"temperature":0.7`, `"top_p":0.7`, `"seed":7`, `"max_tokens":50`, `"reasoning_effort":"low"`}, nil},
		"OpenAI names the limit otherwise":    {"openai", "gpt-4.1", "", nil, []string{`"max_completion_tokens":50`, `"temperature":0.7`}, []string{`"max_tokens"`}},
		"a model that does not reason":        {"openai", "gpt-4o", "low", []string{"effort"}, []string{`"temperature":0.7`}, []string{"reasoning_effort"}},
		"an o model":                          {"openai", "o3-mini-2025-01-31", "low", []string{"temperature", "top_p"}, []string{`"reasoning_effort":"low"`}, []string{`"temperature"`, `"top_p"`}},
		"an o model through OpenRouter":       {"openrouter", "openai/o3", "", []string{"temperature", "top_p"}, []string{`"usage":{"include":true}`}, []string{`"temperature"`}},
		"gpt-5 with effort none":              {"openai", "gpt-5-mini", "none", []string{"temperature", "top_p"}, nil, []string{`"temperature"`}},
		"gpt-5 tuned for chat":                {"openai", "gpt-5-chat-latest", "", nil, []string{`"temperature":0.7`}, nil},
		"gpt-5.2 with effort none":            {"openai", "gpt-5.2", "none", nil, []string{`"temperature":0.7`, `"reasoning_effort":"none"`}, nil},
		"gpt-6 as it comes":                   {"openai", "gpt-6.1-sol", "", []string{"temperature", "top_p"}, nil, []string{`"temperature"`}},
		"gpt-6 with effort none":              {"openai", "gpt-6-luna", "none", nil, []string{`"temperature":0.7`}, nil},
		"another server's model of that name": {"vllm", "gpt-5", "", nil, []string{`"temperature":0.7`}, nil},
		"DeepSeek thinks and has no seed":     {"deepseek", "deepseek-flash", "high", []string{"temperature", "top_p", "seed"}, []string{`"reasoning_effort":"high"`}, []string{`"temperature"`, `"seed"`}},
		"DeepSeek without thinking":           {"deepseek", "deepseek-flash", "none", []string{"seed"}, []string{`"thinking":{"type":"disabled"}`, `"temperature":0.7`}, []string{"reasoning_effort"}},
		"Mistral's own names":                 {"mistral", "mistral-small", "", nil, []string{`"random_seed":7`, `"max_tokens":50`}, []string{`"seed"`, "stream_options"}},
		"a model of /responses":               {"openai", "gpt-5.1-codex-max", "high", []string{"temperature", "top_p", "seed"}, []string{`"max_output_tokens":50`, `"reasoning":{"effort":"high"}`, `"store":false`, `"input":[`}, []string{`"messages"`, `"temperature"`, "stream_options"}},
	} {
		t.Run(name, func(t *testing.T) {
			req := question(test.model)
			req.Params = bakeoff.Params{Temperature: &warm, TopP: &warm, Seed: &seed, MaxTokens: &most, Effort: test.effort}
			facts, err := New(Config{Service: test.service}).Prepare(t.Context(), req)
			if diff := cmp.Diff(test.notApplied, facts.NotApplied); diff != "" || err != nil {
				t.Error(diff, err)
			}
			_, body := answered(t, test.service, req, "")
			for _, want := range append(test.sent, `"stream":true`, `"model":"`+test.model+`"`) {
				if !strings.Contains(body, want) {
					t.Errorf("%s is not in %s", want, body)
				}
			}
			for _, not := range test.notSent {
				if strings.Contains(body, not) {
					t.Errorf("%s is in %s", not, body)
				}
			}
		})
	}
}

func TestUnsetParametersAreNotSent(t *testing.T) {
	_, body := answered(t, "llamacpp", question("m"), "")
	const want = `{"messages":[{"role":"user","content":"Why?"}],"model":"m","stream":true,"stream_options":{"include_usage":true}}`
	if body != want {
		t.Errorf("got %s, want %s", body, want)
	}
}

func TestExtraCannotReplaceThePrompt(t *testing.T) {
	req := question("m")
	req.Params.Extra = map[string]json.RawMessage{}
	for _, name := range append(slices.Clone(ours), "api", "top_k") {
		req.Params.Extra[name] = json.RawMessage(`"evil"`)
	}
	facts, _ := New(Config{}).Prepare(t.Context(), req)
	if len(facts.Warnings) != len(ours) || facts.NotApplied != nil {
		t.Errorf("got warnings %q, not applied %q", facts.Warnings, facts.NotApplied)
	}
	if _, body := answered(t, "custom", req, ""); strings.Count(body, "evil") != 1 || !strings.Contains(body, `"top_k":"evil"`) {
		t.Errorf("got %s", body)
	}
}

func TestTheProtocolIsChosenByModelOrHint(t *testing.T) {
	for _, test := range []struct{ service, model, hint, want string }{
		{"openai", "gpt-4o", "", "/v1/chat/completions"},
		{"openai", "gpt-4o", `"responses"`, "/v1/responses"},
		{"openai", "o3-pro-2025-06-10", "", "/v1/responses"},
		{"openai", "gpt-5-codex", "", "/v1/responses"},
		{"openai", "gpt-5.1-codex-mini", "", "/v1/responses"},
		{"openai", "codex-mini-latest", "", "/v1/responses"},
		{"openai", "o4-mini-deep-research", "", "/v1/responses"},
		{"openai", "gpt-5-pro", `"chat"`, "/v1/chat/completions"},
		{"openai", "gpt-5-prompt", "", "/v1/chat/completions"},
		{"deepseek", "deepseek-v4-pro", "", "/v1/chat/completions"},
		{"openrouter", "openai/gpt-5-pro", "", "/v1/chat/completions"},
		{"custom", "m", `"responses"`, "/v1/responses"},
	} {
		srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return events("") })
		req := question(test.model)
		if test.hint != "" {
			req.Params.Extra = map[string]json.RawMessage{"api": json.RawMessage(test.hint)}
		}
		providertest.Collect(New(Config{Service: test.service, BaseURL: srv.URL + "/v1/"}).Stream(t.Context(), req))
		if r := srv.Requests(); len(r) != 1 || r[0].Path != test.want || r[0].Method != "POST" || strings.Contains(r[0].Body, `"api"`) {
			t.Errorf("%s %s %s: got %+v, want %s", test.service, test.model, test.hint, r, test.want)
		}
	}
}

func TestThePromptIsSentWithItsAttachments(t *testing.T) {
	req := provider.Request{Model: "m", Prompt: bakeoff.Prompt{System: "Be brief.", User: "What is it? <&>", Attachments: []bakeoff.Attachment{
		{Name: "dot.png", MediaType: "image/png", Data: []byte("\x89PNG")}, {Name: "notes.txt", MediaType: "text/plain", Data: []byte("a note")},
	}}}
	text := provider.UserText(req.Prompt)
	image := "data:image/png;base64,iVBORw=="
	want := map[string]any{"chat": []any{
		map[string]any{"role": "system", "content": "Be brief."},
		map[string]any{"role": "user", "content": []any{
			map[string]any{"type": "text", "text": text},
			map[string]any{"type": "image_url", "image_url": map[string]any{"url": image}},
		}},
	}, "responses": []any{map[string]any{"role": "user", "content": []any{
		map[string]any{"type": "input_text", "text": text},
		map[string]any{"type": "input_image", "image_url": image},
	}}}}
	for api, messages := range want {
		req.Params.Extra = map[string]json.RawMessage{"api": json.RawMessage(quoted(api))}
		_, sent := answered(t, "openai", req, "")
		var body map[string]any
		if err := json.Unmarshal([]byte(sent), &body); err != nil {
			t.Fatal(err)
		}
		got := body["messages"]
		if api == "responses" {
			got = body["input"]
			if body["instructions"] != "Be brief." {
				t.Errorf("instructions: got %v", body["instructions"])
			}
		}
		if diff := cmp.Diff(messages, got); diff != "" {
			t.Error(api, diff)
		}
	}
}

func TestPrepareSendsNeitherPromptNorKey(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return providertest.Reply{Status: 404} })
	if _, err := New(Config{BaseURL: srv.URL + "/v1", Key: "sk-test-0123456789"}).Prepare(t.Context(), question("m")); err != nil {
		t.Fatal(err)
	}
	for _, r := range srv.Requests() {
		if r.Body != "" || r.Header.Get("Authorization") != "" {
			t.Errorf("got %+v", r)
		}
	}
}

func TestABadAddressIsASentence(t *testing.T) {
	for _, base := range []string{"", "://", "ftp://127.0.0.1/v1", "127.0.0.1:1/v1"} {
		p := New(Config{Label: "Subject", BaseURL: base})
		_, err := p.Models(t.Context())
		for _, err := range []error{err, providertest.Collect(p.Stream(t.Context(), question("m"))).Err, providertest.Collect(p.Stream(t.Context(), question("codex-m"))).Err} {
			if e := bakeoff.AsError(err); e.Code != bakeoff.CodeInvalid && e.Code != bakeoff.CodeUnreachable {
				t.Errorf("%q: got %v", base, err)
			}
		}
	}
}
