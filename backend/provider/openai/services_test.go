package openai

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// question is what every test asks.
func question(model string) provider.Request {
	return provider.Request{Model: model, Prompt: bakeoff.Prompt{User: "Why?"}}
}

// events is the reply of a stream.
func events(body string) providertest.Reply {
	return providertest.Reply{Header: providertest.Headers("Content-Type: text/event-stream"), Steps: []providertest.Step{providertest.Write(body)}}
}

// answered asks a service that replies with body, and returns what came and what was sent.
func answered(t *testing.T, service string, req provider.Request, body string) (providertest.Result, string) {
	t.Helper()
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return events(body) })
	p := New(Config{Service: service, Label: "Subject", BaseURL: srv.URL, Key: "sk-test-0123456789"})
	got := providertest.Collect(p.Stream(t.Context(), req))
	sent := ""
	if requests := srv.Requests(); len(requests) == 1 {
		sent = requests[0].Body
	}
	return got, sent
}

func transcript(t testing.TB, name string) string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata", name+".sse"))
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func usd(t *testing.T, text string) *bakeoff.PicoUSD {
	t.Helper()
	sum, _, ok := amount([]byte(text), 12)
	if !ok {
		t.Fatalf("%q is no amount", text)
	}
	return &sum
}

func TestServicesAreReadByTheirHabits(t *testing.T) {
	n := bakeoff.ReportedCount
	for _, test := range []struct {
		file, service, model    string
		text, reasoning, reason string
		cut                     bool
		usage                   bakeoff.Usage
		charge                  *bakeoff.PicoUSD
		modifiers               map[string]string
		warned                  bool
	}{
		{file: "openai", service: "openai", text: "Hello 🌍", reason: "stop", modifiers: map[string]string{"service_tier": "flex"},
			usage: bakeoff.Usage{Input: n(20), Output: n(9), Reasoning: n(4), CacheRead: n(4), CacheWrite: n(8)}},
		{file: "openrouter", service: "openrouter", text: "Four.", reasoning: "Let me see. A sum.", reason: "stop", charge: usd(t, "0.00304941"),
			usage: bakeoff.Usage{Input: n(194), Output: n(60), Reasoning: n(51), CacheRead: n(100), CacheWrite: n(30)}},
		{file: "deepseek", service: "deepseek", text: "Yes.", reasoning: "Hmm. ", reason: "stop",
			usage: bakeoff.Usage{Input: n(30), Output: n(12), Reasoning: n(7), CacheRead: n(20)}},
		{file: "xai", service: "xai", text: "Done.", reasoning: "First", reason: "stop", charge: usd(t, "0.0037756"),
			usage: bakeoff.Usage{Input: n(32), Output: n(103), Reasoning: n(94), CacheRead: n(6)}},
		{file: "groq", service: "groq", text: "Fast.", reasoning: "Think.", reason: "stop", usage: bakeoff.Usage{Input: n(11), Output: n(6)}},
		{file: "mistral", service: "mistral", text: "Le brie.", reasoning: "Bien sûr. Oui.", reason: "model_length", cut: true,
			usage: bakeoff.Usage{Input: n(18), Output: n(14), CacheRead: n(16)}},
		{file: "together", service: "together", text: "Answer <think> stays.", reasoning: "Well.", reason: "eos", usage: bakeoff.Usage{Input: n(5), Output: n(10)}},
		{file: "local", service: "llamacpp", text: "Here.", reason: "stop"},
		{file: "filtered", service: "openai", text: "Some", reason: "content_filter", warned: true},
		{file: "hidden-output", service: "custom", text: "Sky.", reason: "stop", usage: bakeoff.Usage{Input: n(12), Output: n(69), Reasoning: n(61), Notes: []string{noteHidden}}},
		{file: "responses", service: "openai", model: "gpt-x-pro", text: "Hello", reasoning: "One.\n\nTwo.", reason: "completed", modifiers: map[string]string{"service_tier": "priority"},
			usage: bakeoff.Usage{Input: n(20), Output: n(9), Reasoning: n(4), CacheRead: n(3), CacheWrite: n(1)}},
	} {
		t.Run(test.file, func(t *testing.T) {
			got, _ := answered(t, test.service, question(test.model), transcript(t, test.file))
			if got.Err != nil || got.Finish == nil {
				t.Fatalf("got %v, finish %v", got.Err, got.Finish)
			}
			f := got.Finish
			if got.Text != test.text || got.Reasoning != test.reasoning {
				t.Errorf("got %q / %q, want %q / %q", got.Text, got.Reasoning, test.text, test.reasoning)
			}
			if f.Reason != test.reason || f.Cut != test.cut || (len(f.Warnings) > 0) != test.warned {
				t.Errorf("got reason %q, cut %v, warnings %q", f.Reason, f.Cut, f.Warnings)
			}
			if diff := cmp.Diff(test.usage, f.Usage, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw")); diff != "" {
				t.Error("usage:", diff)
			}
			if (f.Usage.Raw != nil) != (test.file != "local" && test.file != "filtered") {
				t.Errorf("raw usage: %s", f.Usage.Raw)
			}
			if diff := cmp.Diff(test.charge, f.ReportedCost); diff != "" {
				t.Error("charge:", diff)
			}
			if diff := cmp.Diff(test.modifiers, f.Modifiers); diff != "" {
				t.Error("modifiers:", diff)
			}
		})
	}
}

func TestFailuresInsideAStreamKeepTheTextBefore(t *testing.T) {
	for _, test := range []struct {
		file, service, model, text string
		code                       bakeoff.Code
		detail                     string
	}{
		{"openrouter-failure", "openrouter", "", "Half", bakeoff.CodeProvider, "Upstream went away"},
		{"deepseek-no-capacity", "deepseek", "", "Half", bakeoff.CodeOverloaded, ""},
		{"xai-failure", "xai", "", "Half", bakeoff.CodeOverloaded, "at capacity"},
		{"groq-failure", "groq", "", "Half", bakeoff.CodeOverloaded, "over capacity"},
		{"refused", "openai", "", "", bakeoff.CodeRefused, ""},
		{"responses-failed", "openai", "gpt-x-pro", "Half", bakeoff.CodeRateLimited, "Slow down"},
	} {
		t.Run(test.file, func(t *testing.T) {
			got, _ := answered(t, test.service, question(test.model), transcript(t, test.file))
			var e *bakeoff.Error
			if !errors.As(got.Err, &e) || got.Finish != nil || got.After != 0 {
				t.Fatalf("got %v, finish %v", got.Err, got.Finish)
			}
			if got.Text != test.text || e.Code != test.code || !strings.Contains(e.Detail, test.detail) {
				t.Errorf("got %q, %s (%q)", got.Text, e.Code, e.Detail)
			}
		})
	}
}

// A filtered answer and one that failed halfway were billed, and their usage was dropped with them.
func TestAnAnswerThatFailsKeepsItsUsage(t *testing.T) {
	charged := strings.Replace(usageChunk, `"total_tokens":29,`, `"total_tokens":29,"cost":0.5,`, 1)
	failure := `data: {"id":"chatcmpl-7","model":"tiny-2026-11-01","choices":[],"error":{"code":502,"message":"m"}}` + "\n\n"
	for name, test := range map[string]struct {
		service, model, body string
		charged              bool
	}{
		"filtered, by chat":      {"openai", "", frame(`{}`, `"content_filter"`, "") + usageChunk + doneLine, false},
		"failed, by chat":        {"openrouter", "", textFrame("Half") + charged + failure, true},
		"filtered, by responses": {"openai", "codex-tiny-latest", responseEnd("response.incomplete", `"incomplete_details":{"reason":"content_filter"},`), false},
		"failed, by responses":   {"openai", "codex-tiny-latest", responseEnd("response.failed", `"error":{"code":"server_error","message":"m"},`), false},
	} {
		got, _ := answered(t, test.service, question(test.model), test.body)
		s := got.Spent()
		if got.Err == nil || got.Finish != nil || s == nil {
			t.Errorf("%s: got %v, spent %+v", name, got.Err, s)
			continue
		}
		if diff := cmp.Diff(wantUsage, s.Usage, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw")); diff != "" || s.Usage.Raw == nil || (s.ReportedCost != nil) != test.charged {
			t.Errorf("%s: %s, raw %s, charge %v", name, diff, s.Usage.Raw, s.ReportedCost)
		}
	}
}
