package ollama

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

func TestRequestSaysExactlyWhatTheEntrySays(t *testing.T) {
	zero, topP, seed, limit := 0.0, 0.0, int64(0), 40
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, test := range []struct {
		name string
		req  provider.Request
		want string
	}{
		{"nothing set sends no option", question("m"),
			`{"model":"m","messages":[{"role":"user","content":"Why?"}],"stream":true,"options":{},"truncate":false,"shift":false}`},
		{"zeros are sent and the system prompt comes first", provider.Request{Model: "m", Prompt: bakeoff.Prompt{System: "Be <brief>.", User: "Why?"},
			Params: bakeoff.Params{Temperature: &zero, TopP: &topP, Seed: &seed, MaxTokens: &limit}},
			`{"model":"m","messages":[{"role":"system","content":"Be \u003cbrief\u003e."},{"role":"user","content":"Why?"}],"stream":true,"options":{"num_predict":40,"seed":0,"temperature":0,"top_p":0},"truncate":false,"shift":false}`},
		{"extras find their place", provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "Why?"}, Params: bakeoff.Params{Extra: map[string]json.RawMessage{
			"num_ctx": raw("8192"), "keep_alive": raw(`"10m"`), "format": raw(`"json"`), "think": raw(`"high"`), "options": raw(`{"min_p":0.1}`), "mirostat": raw("2")}}},
			`{"format":"json","keep_alive":"10m","messages":[{"role":"user","content":"Why?"}],"model":"m","options":{"min_p":0.1,"mirostat":2,"num_ctx":8192},"shift":false,"stream":true,"think":"high","truncate":false}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, p := fake(t)
			if got := ask(t, p, test.req); got.Err != nil {
				t.Fatal(got.Err)
			}
			if diff := cmp.Diff([]string{test.want}, s.prompts()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExtrasCannotReplaceThePrompt(t *testing.T) {
	for name, value := range map[string]string{"messages": "[]", "model": `"other"`, "stream": "false", "options": "[1]"} {
		s, p := fake(t)
		req := question("m")
		req.Params.Extra = map[string]json.RawMessage{name: json.RawMessage(value)}
		if got := ask(t, p, req); got.Code() != bakeoff.CodeInvalid || len(s.prompts()) != 0 {
			t.Errorf("%s: got %v, want a refusal before anything is sent", name, got.Err)
		}
	}
}

func TestThinkingFollowsTheCapability(t *testing.T) {
	for _, test := range []struct {
		name, model, effort string
		capabilities        []string
		think               string // as sent; empty: not sent
		notApplied          []string
	}{
		{"on for a model that thinks", "poet", "high", []string{"thinking"}, "true", nil},
		{"a level for one that takes levels", "gpt-oss:20b", "low", []string{"thinking"}, `"low"`, nil},
		{"off", "poet", "none", []string{"thinking"}, "false", nil},
		{"off for one that cannot is what it does anyway", "plain", "none", []string{"completion"}, "", nil},
		{"not applied to one that cannot", "plain", "high", []string{"completion"}, "", []string{"effort"}},
		{"an unknown word is not applied", "poet", "banana", []string{"thinking"}, "", []string{"effort"}},
		{"sent when nothing is known", "new", "medium", nil, "true", nil},
		{"not mentioned when unset", "poet", "", []string{"thinking"}, "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, p := fake(t)
			req := question(test.model)
			req.Params.Effort, req.Facts.Capabilities = test.effort, test.capabilities
			if got := ask(t, p, req); got.Err != nil {
				t.Fatal(got.Err)
			}
			var body struct{ Think json.RawMessage }
			if err := json.Unmarshal([]byte(s.prompts()[0]), &body); err != nil || string(body.Think) != test.think {
				t.Errorf("got think %s, want %s", body.Think, test.think)
			}
			if diff := cmp.Diff(test.notApplied, p.plan(req).notApplied); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func encoded(t *testing.T) map[string][]byte {
	picture := image.NewPaletted(image.Rect(0, 0, 16, 16), color.Palette{color.Black, color.White})
	var asPNG, asJPEG, asGIF bytes.Buffer
	if err := errors.Join(png.Encode(&asPNG, picture), jpeg.Encode(&asJPEG, picture, nil), gif.Encode(&asGIF, picture, nil)); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"png": asPNG.Bytes(), "jpeg": asJPEG.Bytes(), "gif": asGIF.Bytes()}
}

func TestOnlyImagesThatDecodeAreSent(t *testing.T) {
	for kind, data := range encoded(t) {
		for name, image := range map[string][]byte{"whole": data, "half": data[:len(data)/2], "empty": nil, "text": []byte("no image")} {
			s, p := fake(t)
			req := question("eyes")
			req.Facts.Capabilities = []string{"completion", "vision"}
			req.Prompt.Attachments = []bakeoff.Attachment{{Name: "a." + kind, MediaType: "image/" + kind, Data: image}}
			if got := ask(t, p, req); got.Err != nil {
				t.Fatal(got.Err)
			}
			sent := strings.Contains(s.prompts()[0], `"images":["`)
			plan := p.plan(req)
			if whole := name == "whole"; sent != whole || slices.Contains(plan.notApplied, "images") == whole || (len(plan.warnings) == 0) != whole {
				t.Errorf("%s %s: sent %v, %+v", name, kind, sent, plan.notApplied)
			}
		}
	}
}

func TestImagesAreNotSentToABlindModel(t *testing.T) {
	s, p := fake(t)
	req := question("tiny-clerk")
	req.Prompt.Attachments = []bakeoff.Attachment{{Name: "a.png", MediaType: "image/png", Data: encoded(t)["png"], SHA256: "a"}}
	facts, err := p.Prepare(t.Context(), req)
	if err != nil || !slices.Equal(facts.NotApplied, []string{"images"}) || len(facts.Warnings) != 1 {
		t.Fatalf("got %+v, %v", facts, err)
	}
	req.Facts = facts
	ask(t, p, req)
	if got := s.prompts(); len(got) != 1 || strings.Contains(got[0], "images") {
		t.Errorf("got %v", got)
	}
}
