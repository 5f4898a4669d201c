//go:build live

package anthropic

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

// TestLive asks a real Ollama server through its Messages endpoint: a peer that we did not write.
func TestLive(t *testing.T) {
	p := New(Config{BaseURL: providertest.Live(t), Key: "any", Local: true})
	for name, run := range map[string]func(*testing.T, *Provider){
		"lists its models":                liveList,
		"answers with counts":             liveAnswer,
		"thinks, or not, as told":         liveThinking,
		"is cut at max tokens":            liveCut,
		"sees images":                     liveImage,
		"names a missing model":           liveMissing,
		"stops when cancelled":            liveCancel,
		"repeats itself at temperature 0": liveRepeats,
	} {
		t.Run(name, func(t *testing.T) { run(t, p) })
	}
}

func liveAsk(t *testing.T, p *Provider, model, text string, params bakeoff.Params) providertest.Result {
	t.Helper()
	var trace provider.Trace
	got := providertest.Collect(p.Stream(provider.WithTrace(t.Context(), &trace), provider.Request{Model: model, Prompt: bakeoff.Prompt{User: text}, Params: params}))
	if n := trace.Stamps().Requests; n != 1 {
		t.Errorf("%d requests, want one", n)
	}
	return got
}

func liveList(t *testing.T, p *Provider) {
	models, err := p.Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(models, func(m provider.Model) bool { return strings.HasPrefix(m.ID, "tiny-baker") }) {
		t.Errorf("got %+v", models)
	}
}

func liveAnswer(t *testing.T, p *Provider) {
	got := liveAsk(t, p, "tiny-baker", "What is the best bread?", bakeoff.Params{MaxTokens: ptr(40)})
	if got.Err != nil || got.Finish == nil || got.Text == "" {
		t.Fatalf("got %q, %v", got.Text, got.Err)
	}
	if u := got.Finish.Usage; !u.Input.Known() || u.Output.N < 1 || got.Finish.ResolvedModel != "tiny-baker" || got.Finish.RequestID == "" {
		t.Errorf("got %+v", got.Finish)
	}
}

func liveThinking(t *testing.T, p *Provider) {
	for effort, want := range map[string]bool{"high": true, "none": false} {
		got := liveAsk(t, p, "tiny-poet", "Sing of bread.", bakeoff.Params{Effort: effort, MaxTokens: ptr(2000)})
		if got.Err != nil || (got.Reasoning != "") != want {
			t.Errorf("effort %q: reasoning %q, %v", effort, got.Reasoning, got.Err)
		}
	}
}

func liveCut(t *testing.T, p *Provider) {
	got := liveAsk(t, p, "tiny-endless", "Go on.", bakeoff.Params{MaxTokens: ptr(5)})
	if got.Err != nil || got.Finish == nil || !got.Finish.Cut || got.Finish.Reason != "max_tokens" || got.Finish.Usage.Output.N != 5 {
		t.Errorf("got %+v, %v", got.Finish, got.Err)
	}
}

func liveImage(t *testing.T, p *Provider) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	prompt := bakeoff.Prompt{User: "What is this?", Attachments: []bakeoff.Attachment{{Name: "dot.png", MediaType: "image/png", Data: file.Bytes()}}}
	got := providertest.Collect(p.Stream(t.Context(), provider.Request{Model: "tiny-eyes", Prompt: prompt, Params: bakeoff.Params{MaxTokens: ptr(10)}}))
	if got.Err != nil || got.Finish == nil {
		t.Errorf("got %v", got.Err)
	}
}

func liveMissing(t *testing.T, p *Provider) {
	if got := liveAsk(t, p, "nope:1b", "Hello?", bakeoff.Params{}); got.Code() != bakeoff.CodeModelMissing {
		t.Errorf("got %v, want model_missing", got.Err)
	}
}

func liveCancel(t *testing.T, p *Provider) {
	ctx, cancel := context.WithCancel(t.Context())
	var last error
	for ev, err := range p.Stream(ctx, provider.Request{Model: "tiny-endless", Prompt: bakeoff.Prompt{User: "Go on."}}) {
		if ev.Kind == provider.KindText {
			cancel()
		}
		last = err
	}
	if cancel(); !errors.Is(last, context.Canceled) {
		t.Errorf("got %v", last)
	}
	if got := liveAsk(t, p, "tiny-endless", "Again.", bakeoff.Params{MaxTokens: ptr(2)}); got.Err != nil {
		t.Errorf("after a cancelled answer: %v", got.Err)
	}
}

func liveRepeats(t *testing.T, p *Provider) {
	params := bakeoff.Params{Temperature: ptr(0.0), MaxTokens: ptr(30)}
	first, second := liveAsk(t, p, "tiny-clerk", "Write a letter.", params), liveAsk(t, p, "tiny-clerk", "Write a letter.", params)
	if first.Text == "" || first.Text != second.Text {
		t.Errorf("got %q, then %q", first.Text, second.Text)
	}
}
