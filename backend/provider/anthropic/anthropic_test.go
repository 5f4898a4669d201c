package anthropic

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

func ptr[T any](v T) *T { return &v }

func ask(prompt string) provider.Request {
	return provider.Request{Model: "claude-sonnet-4-6", Prompt: bakeoff.Prompt{User: prompt}}
}

// play answers one request with a transcript and returns what the adapter made of it.
func play(t *testing.T, transcript string) providertest.Result {
	t.Helper()
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{Header: providertest.Headers("Content-Type: text/event-stream"), Steps: []providertest.Step{providertest.Write(transcript)}}
	})
	return providertest.Collect(build(srv.URL, "k").Stream(t.Context(), ask("Why?")))
}

// TestTranscripts replays whole streams, written after the documented format and after what Ollama 0.24 sends.
func TestTranscripts(t *testing.T) {
	for name, want := range map[string]struct {
		text, reasoning string
		finish          provider.Finish
	}{
		"thinking.sse": {"Blue light scatters most.", "The user asks about the sky.", provider.Finish{
			Reason: "end_turn", ResolvedModel: "claude-opus-5-5", RequestID: "msg_01",
			Usage: bakeoff.Usage{Input: count(25), Output: count(61), Reasoning: count(48), CacheRead: count(0), CacheWrite: count(0), CacheWrite1h: count(0)},
		}},
		"cached-priority.sse": {"Yes.", "", provider.Finish{
			Reason: "end_turn", ResolvedModel: "claude-haiku-4-5-20251001", RequestID: "msg_02",
			Usage:     bakeoff.Usage{Input: count(10_012), Output: count(4), CacheRead: count(8_000), CacheWrite: count(2_000), CacheWrite1h: count(500)},
			Modifiers: map[string]string{"service_tier": "priority", "inference_geo": "us"},
		}},
		"ollama.sse": {"Hello", "", provider.Finish{
			Reason: "end_turn", ResolvedModel: "llama3.2:1b", RequestID: "msg_03",
			Usage: bakeoff.Usage{Input: count(31), Output: count(5)},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			transcript, err := os.ReadFile(filepath.Join("testdata", name))
			if err != nil {
				t.Fatal(err)
			}
			got := play(t, string(transcript))
			if got.Err != nil || got.Finish == nil {
				t.Fatalf("got %v, %v", got.Err, got.Finish)
			}
			if got.Text != want.text || got.Reasoning != want.reasoning {
				t.Errorf("got %q / %q", got.Text, got.Reasoning)
			}
			if diff := cmp.Diff(want.finish, *got.Finish, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw")); diff != "" {
				t.Error(diff)
			}
			if !json.Valid(got.Finish.Usage.Raw) {
				t.Errorf("raw usage %q", got.Finish.Usage.Raw)
			}
		})
	}
}

func TestUsageTellsAbsentFromZero(t *testing.T) {
	for name, tc := range map[string]struct {
		start, delta string
		want         bakeoff.Usage
		notes        int
	}{
		"counts of the end replace those of the beginning": {startUsage, `{"input_tokens":30,"output_tokens":9}`,
			bakeoff.Usage{Input: count(137), Output: count(9), CacheRead: count(100), CacheWrite: count(7), CacheWrite1h: count(2)}, 0},
		"the beginning's output is no result": {startUsage, `{}`,
			bakeoff.Usage{Input: count(132), CacheRead: count(100), CacheWrite: count(7), CacheWrite1h: count(2)}, 0},
		"null replaces nothing": {startUsage, `{"input_tokens":null,"output_tokens":9}`,
			bakeoff.Usage{Input: count(132), Output: count(9), CacheRead: count(100), CacheWrite: count(7), CacheWrite1h: count(2)}, 0},
		"nothing is known":                  {`null`, `null`, bakeoff.Usage{}, 0},
		"missing input is unknown":          {`{"cache_read_input_tokens":5}`, `{"output_tokens":9}`, bakeoff.Usage{Output: count(9), CacheRead: count(5)}, 0},
		"zero is reported":                  {`{"input_tokens":0}`, `{"output_tokens":0}`, bakeoff.Usage{Input: count(0), Output: count(0)}, 0},
		"a total without split":             {`{"input_tokens":1,"cache_creation_input_tokens":6}`, `{}`, bakeoff.Usage{Input: count(7), CacheWrite: count(6)}, 0},
		"a split without total":             {`{"input_tokens":1,"cache_creation":{"ephemeral_1h_input_tokens":6}}`, `{}`, bakeoff.Usage{Input: count(7), CacheWrite: count(6), CacheWrite1h: count(6)}, 0},
		"a split that contradicts":          {`{"input_tokens":1,"cache_creation_input_tokens":6,"cache_creation":{"ephemeral_5m_input_tokens":9}}`, `{}`, bakeoff.Usage{Input: count(7), CacheWrite: count(6)}, 1},
		"negative and absurd are absent":    {`{"input_tokens":-1}`, `{"output_tokens":1e18}`, bakeoff.Usage{}, 0},
		"a float that is whole":             {`{"input_tokens":12.0}`, `{"output_tokens":4.0}`, bakeoff.Usage{Input: count(12), Output: count(4)}, 0},
		"more thinking than output":         {`{}`, `{"output_tokens":4,"output_tokens_details":{"thinking_tokens":5}}`, bakeoff.Usage{Output: count(4)}, 1},
		"one odd member spoils itself":      {`{"input_tokens":3,"service_tier":7}`, `{"output_tokens":4}`, bakeoff.Usage{Input: count(3), Output: count(4)}, 1},
		"an older total is not lost":        {`{}`, `{"output_tokens":4}` + "\x00" + `{"input_tokens":3}`, bakeoff.Usage{Input: count(3), Output: count(4)}, 0},
		"running totals are never added up": {`{}`, `{"output_tokens":4}` + "\x00" + `{"output_tokens":9}`, bakeoff.Usage{Output: count(9)}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			transcript := beginning(tc.start)
			for delta := range strings.SplitSeq(tc.delta, "\x00") {
				transcript += event("message_delta", `{"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":`+delta+`}`)
			}
			got := play(t, transcript+messageStop)
			if got.Finish == nil {
				t.Fatal(got.Err)
			}
			if diff := cmp.Diff(tc.want, got.Finish.Usage, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw", "Notes")); diff != "" {
				t.Error(diff)
			}
			if len(got.Finish.Usage.Notes) != tc.notes {
				t.Errorf("notes %q", got.Finish.Usage.Notes)
			}
		})
	}
}

func TestStopReasons(t *testing.T) {
	for reason, want := range map[string]struct {
		cut    bool
		warned string
	}{
		"end_turn": {}, "stop_sequence": {}, "": {},
		"max_tokens": {cut: true}, "model_context_window_exceeded": {cut: true},
		"refusal": {warned: "declined"}, "tool_use": {warned: "tool"}, "pause_turn": {warned: "tool"},
	} {
		t.Run(reason, func(t *testing.T) {
			got := play(t, beginning(`{}`)+textDelta("half")+ending(reason))
			if got.Finish == nil || got.Text != "half" {
				t.Fatalf("got %q, %v", got.Text, got.Err)
			}
			warned := strings.Join(got.Finish.Warnings, " ")
			if got.Finish.Reason != reason || got.Finish.Cut != want.cut || (want.warned == "") != (warned == "") || !strings.Contains(warned, want.warned) {
				t.Errorf("got %+v", got.Finish)
			}
		})
	}
}

func TestARefusalWithoutAWordIsNoAnswer(t *testing.T) {
	got := play(t, beginning(`{}`)+ending("refusal"))
	var e *bakeoff.Error
	if !errors.As(got.Err, &e) || e.Code != bakeoff.CodeRefused || got.Finish != nil {
		t.Errorf("got %+v, %v", got.Finish, got.Err)
	}
}

// A refusal was billed, and its usage was dropped with it.
func TestAnAnswerThatFailsKeepsItsUsage(t *testing.T) {
	refused := play(t, beginning(startUsage)+ending("refusal")).Spent()
	if refused == nil {
		t.Fatal("a refusal: nothing is known to be spent")
	}
	if diff := cmp.Diff(wantUsage, refused.Usage, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw")); diff != "" || refused.Usage.Raw == nil {
		t.Errorf("a refusal: %s, raw %s", diff, refused.Usage.Raw)
	}
	broken := play(t, beginning(startUsage)+textDelta("half")+event("error", `{"type":"error","error":{"type":"overloaded_error","message":"m"}}`)).Spent()
	if broken == nil || broken.Usage.Input != count(132) || broken.Usage.Output.Known() {
		t.Errorf("an error: got %+v, want the input alone", broken)
	}
}

func TestHiddenThinkingIsAnnounced(t *testing.T) {
	for _, kind := range []string{"thinking", "redacted_thinking"} {
		got := play(t, beginning(`{}`)+event("content_block_start", `{"content_block":{"type":"`+kind+`","data":"x"}}`)+textDelta("a")+ending("end_turn"))
		if len(got.Metas) != 2 || !got.Metas[1].Thinking || got.Reasoning != "" || got.Text != "a" {
			t.Errorf("%s: got %+v, %q", kind, got.Metas, got.Reasoning)
		}
	}
}

// A stream whose error event is the only news has status 200: the type tells what happened.
func TestErrorEventsAreReadByType(t *testing.T) {
	for kind, want := range map[string]bakeoff.Code{
		"overloaded_error": bakeoff.CodeOverloaded, "rate_limit_error": bakeoff.CodeRateLimited, "api_error": bakeoff.CodeProvider,
		"authentication_error": bakeoff.CodeAuth, "billing_error": bakeoff.CodeNoCredit, "not_found_error": bakeoff.CodeModelMissing,
		"permission_error": bakeoff.CodeForbidden, "request_too_large": bakeoff.CodeTooLarge, "timeout_error": bakeoff.CodeTimeout,
	} {
		for form, transcript := range map[string]string{
			"named":   event("error", `{"type":"error","error":{"type":"`+kind+`","message":"m"}}`),
			"unnamed": `data: {"type":"error","error":{"type":"` + kind + `","message":"m"}}` + "\n\n",
			"bare":    `data: {"error":{"type":"` + kind + `","message":"m"}}` + "\n\n",
		} {
			if got := play(t, beginning(`{}`)+transcript+messageStop); got.Code() != want || got.Finish != nil {
				t.Errorf("%s, %s: got %v, want %s", kind, form, got.Err, want)
			}
		}
	}
}

// Servers that send no event lines are read by the data's own type.
func TestEventsWithoutNames(t *testing.T) {
	var lines []string
	for line := range strings.Lines(beginning(startUsage) + textDelta("a") + event("ping", `{"type":"ping"}`) + textDelta("b") + ending("end_turn")) {
		if !strings.HasPrefix(line, "event:") {
			lines = append(lines, line)
		}
	}
	if got := play(t, strings.Join(lines, "")); got.Text != "ab" || got.Finish == nil || got.Finish.Usage.Output != count(42) {
		t.Errorf("got %q, %+v, %v", got.Text, got.Finish, got.Err)
	}
}

// The SDK would send a rate-limited request three times, two seconds in all, unless its retries are off.
func TestNoRetries(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{Status: 429, Header: providertest.Headers("Retry-After: 1", "x-should-retry: true"), Steps: []providertest.Step{providertest.Write(`{}`)}}
	})
	if got := providertest.Collect(build(srv.URL, "k").Stream(t.Context(), ask("Why?"))); got.Code() != bakeoff.CodeRateLimited {
		t.Errorf("got %v", got.Err)
	}
	if _, err := build(srv.URL, "k").Models(t.Context()); err == nil {
		t.Error("the list: want an error")
	}
	if n := len(srv.Requests()); n != 2 {
		t.Errorf("%d requests, want one for the answer and one for the list", n)
	}
}

// The SDK reads a dozen variables and a profile file, unless it is told not to: they can move key, address and headers.
func TestEnvironmentChangesNothing(t *testing.T) {
	thief := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return providertest.Reply{} })
	for name, value := range map[string]string{
		"ANTHROPIC_BASE_URL": thief.URL, "ANTHROPIC_API_KEY": "stolen", "ANTHROPIC_AUTH_TOKEN": "stolen", "ANTHROPIC_PROFILE": "stolen",
		"ANTHROPIC_CUSTOM_HEADERS": "X-Stolen: 1", "ANTHROPIC_CONFIG_DIR": t.TempDir(), "HTTP_PROXY": thief.URL, "HTTPS_PROXY": thief.URL,
	} {
		t.Setenv(name, value)
	}
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{Header: providertest.Headers("Content-Type: text/event-stream"), Steps: []providertest.Step{providertest.Write(beginning(`{}`) + ending("end_turn"))}}
	})
	if got := providertest.Collect(build(srv.URL, "own").Stream(t.Context(), ask("Why?"))); got.Finish == nil {
		t.Fatal(got.Err)
	}
	providertest.Collect(build(srv.URL, "").Stream(t.Context(), ask("Why?")))
	if n := len(thief.Requests()); n != 0 {
		t.Errorf("%d requests went to the address in the environment", n)
	}
	requests := srv.Requests()
	if len(requests) != 2 {
		t.Fatalf("%d requests, want 2", len(requests))
	}
	for i, key := range []string{"own", ""} {
		h := requests[i].Header
		if h.Get("X-Api-Key") != key || h.Get("Authorization") != "" || h.Get("X-Stolen") != "" || h.Get("Anthropic-Version") != "2023-06-01" {
			t.Errorf("headers of request %d: %v", i, h)
		}
	}
}

func TestListPages(t *testing.T) {
	row := func(id, more string) string { return `{"id":"` + id + `"` + more + `}` }
	srv := providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		page := `{"data":[` + row("claude-opus-5-5", `,"display_name":"Claude Opus 5.5","max_input_tokens":1000000,"created_at":"2026-09-22T00:00:00Z","retires_at":null,
			"capabilities":{"image_input":{"supported":true},"thinking":{"supported":true,"types":{}}}`) + `],"has_more":true,"last_id":"one"}`
		if strings.Contains(r.Path, "after_id=one") {
			page = `{"data":[` + row("claude-sonnet-4-5", `,"lifecycle":"deprecated","retires_at":"2026-11-30T00:00:00Z","created_at":"1970-01-01T00:00:00Z","max_input_tokens":null`) +
				`,` + row("gone", `,"lifecycle":"retired"`) + `,` + row("", "") + `],"has_more":true,"last_id":"one"}`
		}
		return providertest.Reply{Header: http.Header{"Content-Type": {"application/json"}}, Steps: []providertest.Step{providertest.Write(page)}}
	})
	got, err := build(srv.URL, "k").Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []provider.Model{
		{ID: "claude-opus-5-5", Name: "Claude Opus 5.5", ContextLength: 1_000_000, Capabilities: []string{"completion", "vision", "thinking"}, ModifiedAt: time.Date(2026, 9, 22, 0, 0, 0, 0, time.UTC)},
		{ID: "claude-sonnet-4-5", ShutdownDate: "2026-11-30"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(srv.Requests()); n != 2 {
		t.Errorf("%d requests: a list that turns in a circle was followed", n)
	}
}

// A list whose every page names a new next one is a trap.
func TestEndlessListIsLeft(t *testing.T) {
	pages := 0
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		pages++ // under the server's lock
		return providertest.Reply{Steps: []providertest.Step{providertest.Write(`{"data":[],"has_more":true,"last_id":"` + strings.Repeat("x", pages) + `"}`)}}
	})
	if _, err := build(srv.URL, "k").Models(t.Context()); err != nil || len(srv.Requests()) != maxPages {
		t.Errorf("got %v after %d pages", err, pages)
	}
}

func TestBaseURLMayHaveAPath(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return providertest.Reply{Status: 500} })
	for _, base := range []string{srv.URL, srv.URL + "/", srv.URL + "/gateway", srv.URL + "/gateway/"} {
		providertest.Collect(build(base, "k").Stream(t.Context(), ask("Why?")))
	}
	var paths []string
	for _, r := range srv.Requests() {
		paths = append(paths, r.Path)
	}
	if diff := cmp.Diff([]string{"/v1/messages", "/v1/messages", "/gateway/v1/messages", "/gateway/v1/messages"}, paths); diff != "" {
		t.Error(diff)
	}
}

func TestPrepareSendsNoPrompt(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return providertest.Reply{} })
	req := ask("secret")
	req.Params.Seed = ptr(int64(1))
	facts, err := build(srv.URL, "k").Prepare(context.Background(), req)
	if err != nil || len(srv.Requests()) != 0 {
		t.Errorf("got %v and a request", err)
	}
	if diff := cmp.Diff([]string{"seed"}, facts.NotApplied); diff != "" {
		t.Error(diff)
	}
}
