//go:build live

package openai

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

// TestLive asks a real Ollama server by its OpenAI-compatible endpoints, which others wrote.
func TestLive(t *testing.T) {
	p := New(Config{Service: "custom", Label: "Ollama", BaseURL: providertest.Live(t) + "/v1", Local: true})
	for _, api := range []string{"chat", "responses"} {
		t.Run(api, func(t *testing.T) {
			t.Run("answers with counts", func(t *testing.T) { liveAnswer(t, p, api) })
			t.Run("ends at max tokens", func(t *testing.T) { liveCut(t, p, api) })
			t.Run("keeps multi-byte text whole", func(t *testing.T) { liveUnicode(t, p, api) })
			t.Run("keeps reasoning apart", func(t *testing.T) { liveReasoning(t, p, api) })
			t.Run("names a missing model", func(t *testing.T) { liveMissing(t, p, api) })
			t.Run("ends when we leave or cancel", func(t *testing.T) { liveLeave(t, p, api) })
		})
	}
	t.Run("lists its models", func(t *testing.T) { liveList(t, p) })
}

func liveRequest(api, model string, tokens int) provider.Request {
	zero, seed := 0.0, int64(7)
	return provider.Request{Model: model, Prompt: bakeoff.Prompt{System: "Be brief.", User: "Say something."}, Params: bakeoff.Params{
		Temperature: &zero, Seed: &seed, MaxTokens: &tokens, Extra: map[string]json.RawMessage{"api": json.RawMessage(`"` + api + `"`)},
	}}
}

// liveAsk asks as the engine does and demands one request.
func liveAsk(t *testing.T, p *Provider, req provider.Request) providertest.Result {
	t.Helper()
	if _, err := p.Prepare(t.Context(), req); err != nil {
		t.Fatal(err)
	}
	var trace provider.Trace
	got := providertest.Collect(p.Stream(provider.WithTrace(t.Context(), &trace), req))
	if n := trace.Stamps().Requests; n != 1 {
		t.Errorf("%d requests, want one", n)
	}
	return got
}

func liveAnswer(t *testing.T, p *Provider, api string) {
	req := liveRequest(api, "tiny-baker", 400)
	first, second := liveAsk(t, p, req), liveAsk(t, p, req)
	if first.Err != nil || first.Finish == nil || first.Text == "" {
		t.Fatalf("got %q, %v, finish %v", first.Text, first.Err, first.Finish)
	}
	if u := first.Finish.Usage; u.Input.N == 0 || u.Output.N == 0 || u.Input.Source != bakeoff.Reported || len(u.Notes) > 0 {
		t.Errorf("got usage %+v", u)
	}
	if second.Text != first.Text {
		t.Errorf("at temperature 0: %q, then %q", first.Text, second.Text)
	}
	if len(first.Metas) == 0 || first.Metas[0].ResolvedModel != "tiny-baker" || first.Metas[0].RequestID == "" {
		t.Errorf("got %+v", first.Metas)
	}
}

// liveCut: at the limit, /responses of Ollama 0.24 says "completed" and not "incomplete"; the count holds all the same.
func liveCut(t *testing.T, p *Provider, api string) {
	got := liveAsk(t, p, liveRequest(api, "tiny-endless", 5))
	if got.Err != nil || got.Finish == nil || got.Finish.Usage.Output.N != 5 {
		t.Fatalf("got %v, %+v", got.Err, got.Finish)
	}
	if f := got.Finish; api == "chat" && (!f.Cut || f.Reason != "length") {
		t.Errorf("got %+v, want a cut", f)
	}
}

func liveUnicode(t *testing.T, p *Provider, api string) {
	got := liveAsk(t, p, liveRequest(api, "tiny-unicode", 60))
	if got.Err != nil || got.Finish == nil || !slices.ContainsFunc([]rune(got.Text), func(r rune) bool { return r > 127 }) {
		t.Errorf("got %q, %v", got.Text, got.Err)
	}
}

func liveReasoning(t *testing.T, p *Provider, api string) {
	got := liveAsk(t, p, liveRequest(api, "tiny-poet", 400))
	if got.Err != nil || got.Finish == nil || got.Reasoning == "" || got.Text == "" {
		t.Errorf("got %q / %q, %v", got.Reasoning, got.Text, got.Err)
	}
}

func liveMissing(t *testing.T, p *Provider, api string) {
	got := liveAsk(t, p, liveRequest(api, "nobody", 5))
	if e := bakeoff.AsError(got.Err); e.Code != bakeoff.CodeModelMissing || got.Finish != nil {
		t.Errorf("got %+v", got.Err)
	}
}

func liveLeave(t *testing.T, p *Provider, api string) {
	for _, err := range p.Stream(t.Context(), liveRequest(api, "tiny-endless", 100_000)) {
		if err != nil {
			t.Fatal(err)
		}
		break
	}
	stopped := errors.New("stopped by the user")
	ctx, cancel := context.WithCancelCause(t.Context())
	var last error
	for ev, err := range p.Stream(ctx, liveRequest(api, "tiny-endless", 100_000)) {
		if ev.Kind == provider.KindText {
			cancel(stopped)
		}
		last = err
	}
	cancel(nil)
	if !errors.Is(last, context.Canceled) {
		t.Errorf("got %v, want context.Canceled inside", last)
	}
}

func liveList(t *testing.T, p *Provider) {
	models, err := p.Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range providertest.LiveModels {
		if !slices.ContainsFunc(models, func(m provider.Model) bool { return m.ID == want+":latest" }) {
			t.Errorf("%s is not in %v", want, models)
		}
	}
}
