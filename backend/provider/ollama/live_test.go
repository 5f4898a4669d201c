//go:build live

package ollama

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

func TestLive(t *testing.T) {
	base := providertest.Live(t)
	p := New(Config{BaseURL: base, Local: true})
	for name, run := range map[string]func(*testing.T, *Provider){
		"lists its models":                        liveList,
		"answers with counts and durations":       liveAnswer,
		"thinks, or not, as told":                 liveThinking,
		"goes on with a conversation":             liveConversation,
		"is cut at max tokens":                    liveCut,
		"repeats itself at temperature 0":         liveRepeats,
		"sees images":                             liveImages,
		"names a missing model":                   liveMissing,
		"refuses a prompt that is too long":       liveTooLong,
		"is told warm from cold":                  liveWarmth,
		"stops generating when we leave":          liveLeave,
		"ends with our own reason when cancelled": liveCancel,
		"keeps multi-byte text whole":             liveUnicode,
	} {
		t.Run(name, func(t *testing.T) { run(t, p) })
	}
}

// liveAsk prepares and asks as the engine does.
func liveAsk(ctx context.Context, t *testing.T, p *Provider, req provider.Request) (providertest.Result, provider.Facts) {
	t.Helper()
	facts, err := p.Prepare(ctx, req)
	if err != nil {
		return providertest.Result{Err: err}, facts
	}
	req.Facts = facts
	var trace provider.Trace
	got := providertest.Collect(p.Stream(provider.WithTrace(ctx, &trace), req))
	if n := trace.Stamps().Requests; n != 1 {
		t.Errorf("%d requests, want one", n)
	}
	return got, facts
}

func liveRequest(model, text string, tokens int) provider.Request {
	zero, seed := 0.0, int64(7)
	return provider.Request{Model: model, Prompt: bakeoff.Prompt{User: text}, Params: bakeoff.Params{Temperature: &zero, Seed: &seed, MaxTokens: &tokens}}
}

func liveList(t *testing.T, p *Provider) {
	models, err := p.Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var poet provider.Model
	for _, m := range models {
		if m.ID == "tiny-poet:latest" {
			poet = m
		}
	}
	if poet.Size == 0 || poet.Digest == "" || poet.ContextLength != 2048 || poet.Openness != bakeoff.Open || !slices.Contains(poet.Capabilities, "thinking") || poet.Quantization != "" {
		t.Errorf("got %+v", poet)
	}
}

func liveAnswer(t *testing.T, p *Provider) {
	got, facts := liveAsk(t.Context(), t, p, liveRequest("tiny-baker", "What is the best bread?", 40))
	if got.Err != nil || got.Finish == nil || got.Text == "" {
		t.Fatalf("got %q, %v", got.Text, got.Err)
	}
	f := got.Finish
	if !f.Usage.Input.Known() || !f.Usage.Output.Known() || !f.Load.Known || !f.Eval.Known || !f.ServerTotal.Known || f.ServerTotal.D < f.Eval.D {
		t.Errorf("finish %+v", f)
	}
	if facts.Digest == "" || facts.Quantization != "F16" || facts.Openness != bakeoff.Open || len(facts.NotApplied) != 0 {
		t.Errorf("facts %+v", facts)
	}
}

func liveThinking(t *testing.T, p *Provider) {
	for effort, want := range map[string]bool{"": true, "high": true, "none": false} {
		req := liveRequest("tiny-poet", "Sing of bread.", 120)
		req.Params.Effort = effort
		got, facts := liveAsk(t.Context(), t, p, req)
		if got.Err != nil || (got.Reasoning != "") != want || len(facts.NotApplied) != 0 {
			t.Errorf("effort %q: reasoning %q, not applied %v, %v", effort, got.Reasoning, facts.NotApplied, got.Err)
		}
	}
	req := liveRequest("tiny-baker", "Sing of bread.", 10)
	req.Params.Effort = "high"
	if got, facts := liveAsk(t.Context(), t, p, req); got.Err != nil || !slices.Equal(facts.NotApplied, []string{"effort"}) {
		t.Errorf("a plain model: not applied %v, %v", facts.NotApplied, got.Err)
	}
}

// The server counts the earlier turns as part of the prompt, so they arrived, and the answers of one turn can be sent back.
func liveConversation(t *testing.T, p *Provider) {
	alone, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-baker", "What is the best bread?", 20))
	if alone.Err != nil || alone.Finish == nil {
		t.Fatal(alone.Err)
	}
	next := liveRequest("tiny-baker", "What is the best bread?", 20)
	next.Earlier = []bakeoff.Turn{{User: "What do you bake?", Answer: alone.Text}, {User: "And on Sunday?", Answer: alone.Text}}
	got, _ := liveAsk(t.Context(), t, p, next)
	if got.Err != nil || got.Finish == nil || got.Text == "" {
		t.Fatalf("got %q, %v", got.Text, got.Err)
	}
	if before, now := alone.Finish.Usage.Input.N, got.Finish.Usage.Input.N; now < before+2*alone.Finish.Usage.Output.N {
		t.Errorf("%d tokens of prompt with two earlier turns, %d without", now, before)
	}
}

func liveCut(t *testing.T, p *Provider) {
	got, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-endless", "Go on.", 5))
	if got.Err != nil || got.Finish == nil || !got.Finish.Cut || got.Finish.Usage.Output.N != 5 {
		t.Errorf("got %+v, %v", got.Finish, got.Err)
	}
}

func liveRepeats(t *testing.T, p *Provider) {
	first, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-clerk", "Write a letter.", 30))
	second, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-clerk:latest", "Write a letter.", 30))
	if first.Text == "" || first.Text != second.Text {
		t.Errorf("got %q, then %q", first.Text, second.Text)
	}
}

func liveImages(t *testing.T, p *Provider) {
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	good := bakeoff.Attachment{Name: "dot.png", MediaType: "image/png", Data: file.Bytes(), SHA256: "good"}
	half := bakeoff.Attachment{Name: "half.png", MediaType: "image/png", Data: file.Bytes()[:40], SHA256: "half"}
	for _, test := range []struct {
		name, model string
		image       bakeoff.Attachment
		applied     bool
	}{{"a good image", "tiny-eyes", good, true}, {"half an image, which would crash the runner", "tiny-eyes", half, false}, {"a model without vision", "tiny-baker", good, false}} {
		req := liveRequest(test.model, "What is this?", 10)
		req.Prompt.Attachments = []bakeoff.Attachment{test.image}
		got, facts := liveAsk(t.Context(), t, p, req)
		if got.Err != nil || got.Finish == nil || slices.Contains(facts.NotApplied, "images") == test.applied || (len(facts.Warnings) == 0) != test.applied {
			t.Errorf("%s: %+v, %v", test.name, facts, got.Err)
		}
	}
}

func liveMissing(t *testing.T, p *Provider) {
	got, _ := liveAsk(t.Context(), t, p, liveRequest("nope:1b", "Hello?", 5))
	if got.Code() != bakeoff.CodeModelMissing || !strings.Contains(got.Err.Error(), "ollama pull nope:1b") {
		t.Errorf("prepare: got %v", got.Err)
	}
	direct := providertest.Collect(p.Stream(t.Context(), liveRequest("nope:1b", "Hello?", 5)))
	if direct.Code() != bakeoff.CodeModelMissing {
		t.Errorf("stream: got %v", direct.Err)
	}
}

func liveTooLong(t *testing.T, p *Provider) {
	got, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-baker", strings.Repeat("bread and butter ", 2000), 5))
	if got.Code() != bakeoff.CodeContextTooLong {
		t.Errorf("got %v, want context_too_long", got.Err)
	}
}

func liveWarmth(t *testing.T, p *Provider) {
	if _, err := p.Prepare(t.Context(), liveRequest("tiny-baker", "x", 1)); err != nil {
		t.Fatal(err)
	}
	liveAsk(t.Context(), t, p, liveRequest("tiny-baker", "Hello.", 5))
	facts, err := p.Prepare(t.Context(), liveRequest("TINY-BAKER", "Hello.", 5))
	if err != nil || facts.Warmth != bakeoff.Warm {
		t.Errorf("after an answer: %s, %v; want warm", facts.Warmth, err)
	}
}

func liveLeave(t *testing.T, p *Provider) {
	for ev, err := range p.Stream(t.Context(), liveRequest("tiny-endless", "Go on.", 100_000)) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Kind == provider.KindText {
			break
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	// The model has one slot: this is answered only because the first request has ended.
	if got, _ := liveAsk(ctx, t, p, liveRequest("tiny-endless", "Once more.", 3)); got.Err != nil || got.Finish == nil {
		t.Errorf("got %v", got.Err)
	}
}

func liveCancel(t *testing.T, p *Provider) {
	ctx, cancel := context.WithCancel(t.Context())
	var got error
	finished := false
	for ev, err := range p.Stream(ctx, liveRequest("tiny-endless", "Go on.", 100_000)) {
		if err != nil {
			got = err
		}
		if ev.Kind == provider.KindText {
			cancel()
		}
		finished = finished || ev.Kind == provider.KindFinish
	}
	cancel()
	if !errors.Is(got, context.Canceled) || finished {
		t.Errorf("got %v, finished %v; want context.Canceled", got, finished)
	}
}

func liveUnicode(t *testing.T, p *Provider) {
	got, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-unicode", "東京?", 60))
	if got.Err != nil || got.Text == "" || strings.ToValidUTF8(got.Text, "") != got.Text {
		t.Errorf("got %q, %v", got.Text, got.Err)
	}
}
