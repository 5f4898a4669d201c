package demo

import (
	"context"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

func ask(model, prompt string) provider.Request {
	return provider.Request{Model: model, Prompt: bakeoff.Prompt{User: prompt}}
}

func ptr[T any](v T) *T { return &v }

// heard is what came out of one stream.
type heard struct {
	reasoning, answer string
	first, answered   time.Duration // from the start; 0 when nothing came
	total             time.Duration
	gaps              []time.Duration
	finish            *provider.Finish
	err               error
}

func listen(ctx context.Context, p *Provider, req provider.Request) heard {
	var h heard
	start := time.Now()
	last := start
	for ev, err := range p.Stream(ctx, req) {
		now := time.Now()
		switch {
		case err != nil:
			h.err = err
		case ev.Kind == provider.KindReasoning:
			h.reasoning += ev.Text
		case ev.Kind == provider.KindText:
			h.answer += ev.Text
			if h.answered == 0 {
				h.answered = now.Sub(start)
			}
		case ev.Kind == provider.KindFinish:
			h.finish = ev.Finish
			continue
		}
		if h.first == 0 {
			h.first = now.Sub(start)
		}
		h.gaps = append(h.gaps, now.Sub(last))
		last = now
	}
	h.total = time.Since(start)
	return h
}

func TestEveryVoiceSaysFirstThatItIsAScript(t *testing.T) {
	list, err := New(Config{}).Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range list {
		ids = append(ids, m.ID)
		if !strings.Contains(m.Name, "Demo") || m.Openness == bakeoff.Open {
			t.Errorf("%s is listed as %q, %s", m.ID, m.Name, m.Openness)
		}
		synctest.Test(t, func(t *testing.T) {
			h := listen(t.Context(), New(Config{}), ask(m.ID, "Which hull is faster?"))
			line, _, _ := strings.Cut(h.answer, "\n")
			for _, word := range []string{"Demo voice", m.ID, "script", "not a model"} {
				if !strings.Contains(line, word) {
					t.Errorf("the first line %q lacks %q", line, word)
				}
			}
			if !strings.Contains(h.answer, "`Which hull is faster?`") || strings.Contains(h.answer+h.reasoning, "{opening}") {
				t.Errorf("the answer does not quote the prompt: %q", h.answer)
			}
			if h.err != nil || h.finish == nil || h.finish.Reason != "stop" || h.finish.Cut {
				t.Errorf("ended with %+v, %v", h.finish, h.err)
			}
		})
	}
	if diff := cmp.Diff([]string{"quick", "thinker", "priced"}, ids); diff != "" {
		t.Error(diff)
	}
}

func TestVoicesDiffer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		quick := listen(t.Context(), New(Config{}), ask("quick", "Hello"))
		thinker := listen(t.Context(), New(Config{}), ask("thinker", "Hello"))
		priced := listen(t.Context(), New(Config{}), ask("priced", "Hello"))
		if quick.first != 180*time.Millisecond || thinker.first != 500*time.Millisecond || priced.first != 320*time.Millisecond {
			t.Errorf("first words came after %s, %s, %s", quick.first, thinker.first, priced.first)
		}
		if quick.reasoning != "" || priced.reasoning != "" || thinker.reasoning == "" || thinker.answered <= thinker.first {
			t.Errorf("only the thinker reasons, and before it answers: %s, %s", thinker.first, thinker.answered)
		}
		if quick.total >= priced.total || priced.total >= thinker.total {
			t.Errorf("they took %s, %s, %s", quick.total, priced.total, thinker.total)
		}
		if quick.finish.ReportedCost != nil || thinker.finish.ReportedCost != nil {
			t.Error("a voice without a price names a charge")
		}
		want := bakeoff.PicoUSD(1_000_000 + 5_000_000*words(priced.answer))
		if got := priced.finish.ReportedCost; got == nil || *got != want {
			t.Errorf("the priced voice charges %v, want %v", got, want)
		}
		for markup, in := range map[string]string{"| --- |": quick.answer, "\n## ": thinker.answer, "```go": thinker.answer, "$$": thinker.answer, "| ---: |": priced.answer} {
			if !strings.Contains(in, markup) {
				t.Errorf("no %q to show", markup)
			}
		}
	})
}

func TestVoiceRepeatsItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := New(Config{})
		one, two, other := listen(t.Context(), p, ask("thinker", "Why?")), listen(t.Context(), p, ask("thinker", "Why?")), listen(t.Context(), p, ask("thinker", "How?"))
		if one.answer != two.answer || one.reasoning != two.reasoning || !cmp.Equal(one.gaps, two.gaps) {
			t.Error("the same prompt gave another performance")
		}
		if cmp.Equal(one.gaps, other.gaps) {
			t.Error("another prompt was spoken in the same rhythm")
		}
	})
}

func TestSpeedScalesTheWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if got := listen(t.Context(), New(Config{Speed: 2}), ask("quick", "Hello")).first; got != 90*time.Millisecond {
			t.Errorf("at double speed the first word came after %s", got)
		}
	})
}

func TestMaxTokensCutsReasoningAndAnswer(t *testing.T) {
	full := len(strings.Fields(script("thinker-reasoning")))
	for name, tc := range map[string]struct {
		req                   provider.Request
		reasoning, said       int64
		cut                   bool
		reason                string
		wantAnswer, wantThink bool
	}{
		"in the reasoning":        {req: ask("thinker", "Hi"), reasoning: 7, reason: "length", cut: true, wantThink: true},
		"in the answer":           {req: ask("thinker", "Hi"), reasoning: int64(full), said: 5, reason: "length", cut: true, wantAnswer: true, wantThink: true},
		"with reasoning switched": {req: ask("thinker", "Hi"), said: 5, reason: "length", cut: true, wantAnswer: true},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				tc.req.Params.MaxTokens = ptr(int(tc.reasoning + tc.said))
				if tc.reasoning == 0 {
					tc.req.Params.Effort = "none"
				}
				h := listen(t.Context(), New(Config{}), tc.req)
				want := bakeoff.Usage{Input: bakeoff.ReportedCount(1), Output: bakeoff.ReportedCount(tc.reasoning + tc.said), Reasoning: bakeoff.ReportedCount(tc.reasoning)}
				if diff := cmp.Diff(want, h.finish.Usage); diff != "" {
					t.Error(diff)
				}
				if h.finish.Reason != tc.reason || h.finish.Cut != tc.cut || words(h.reasoning) != tc.reasoning || words(h.answer) != tc.said {
					t.Errorf("got %+v after %d and %d words", h.finish, words(h.reasoning), words(h.answer))
				}
			})
		})
	}
}

func TestLimitAtTheLastWordIsNoCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		req := ask("quick", "Hi")
		req.Params.MaxTokens = ptr(int(words(listen(t.Context(), New(Config{}), req).answer)))
		if f := listen(t.Context(), New(Config{}), req).finish; f.Cut || f.Reason != "stop" {
			t.Errorf("got %+v", f)
		}
	})
}

func TestCancelEndsTheVoiceAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), 250*time.Millisecond)
		defer cancel()
		h := listen(ctx, New(Config{}), ask("quick", "Hello"))
		if !errors.Is(h.err, context.DeadlineExceeded) || h.finish != nil || h.total != 250*time.Millisecond || h.answer == "" {
			t.Errorf("ended after %s with %v and %+v", h.total, h.err, h.finish)
		}
	})
}

func TestLeavingTheLoopEndsTheVoice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		for range New(Config{}).Stream(t.Context(), ask("quick", "Hello")) {
			break
		}
		if took := time.Since(start); took != 180*time.Millisecond {
			t.Errorf("leaving took %s", took)
		}
	})
}

func TestUnknownVoiceIsMissing(t *testing.T) {
	p := New(Config{})
	_, err := p.Prepare(t.Context(), ask("gpt-4o", "Hello"))
	var e *bakeoff.Error
	if !errors.As(err, &e) || e.Code != bakeoff.CodeModelMissing {
		t.Errorf("Prepare: %v", err)
	}
	if h := listen(t.Context(), p, ask("gpt-4o", "Hello")); !errors.As(h.err, &e) || e.Code != bakeoff.CodeModelMissing || h.finish != nil {
		t.Errorf("Stream: %+v", h)
	}
}

func TestPrepareTellsWhatAScriptIgnores(t *testing.T) {
	all := bakeoff.Params{Temperature: ptr(0.0), TopP: ptr(1.0), Seed: ptr(int64(1)), Effort: "high", MaxTokens: ptr(9)}
	for name, tc := range map[string]struct {
		model  string
		params bakeoff.Params
		want   []string
	}{
		"nothing was asked":                  {"quick", bakeoff.Params{}, nil},
		"settings of a random writer":        {"quick", all, []string{"temperature", "top_p", "seed", "effort"}},
		"effort can only switch off":         {"thinker", bakeoff.Params{Effort: "high"}, []string{"effort"}},
		"reasoning is switched off":          {"thinker", bakeoff.Params{Effort: "none"}, nil},
		"what does not reason has no effort": {"priced", bakeoff.Params{Effort: "none"}, []string{"effort"}},
	} {
		t.Run(name, func(t *testing.T) {
			facts, err := New(Config{}).Prepare(t.Context(), provider.Request{Model: tc.model, Params: tc.params})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tc.want, facts.NotApplied); diff != "" {
				t.Error(diff)
			}
			if priced := len(facts.Warnings) == 1 && strings.Contains(facts.Warnings[0], "made up"); priced != (tc.model == "priced") {
				t.Errorf("warnings %q", facts.Warnings)
			}
		})
	}
}

func TestOpeningIsSafeToQuote(t *testing.T) {
	for name, tc := range map[string]struct{ prompt, want string }{
		"a short prompt stands whole":  {"Why is the sky blue?", "`Why is the sky blue?`"},
		"a long one is cut by words":   {"one two three four five six seven eight nine", "`one two three four five six seven eight …`"},
		"a long word is cut":           {strings.Repeat("ä", 70), "`" + strings.Repeat("ä", 60) + " …`"},
		"backticks cannot end it":      {"a ``` b", "`a ''' b`"},
		"lines become spaces":          {"# a\n\n<b>x</b>", "`# a <b>x</b>`"},
		"direction marks are left out": {"a\u202eb\x00c", "`abc`"},
		"nothing visible":              {" \n", "`(nothing that can be quoted)`"},
		"a huge prompt is not read":    {strings.Repeat("x", 1<<20), "`" + strings.Repeat("x", 60) + " …`"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := opening(tc.prompt); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func FuzzWordsKeepEveryByte(f *testing.F) {
	f.Add("  a b\n\n c ")
	f.Add("")
	f.Add("\xff \u2003x")
	f.Fuzz(func(t *testing.T, text string) {
		var joined strings.Builder
		for rest := text; rest != ""; {
			var word string
			word, rest = firstWord(rest)
			if word == "" {
				t.Fatal("no progress")
			}
			joined.WriteString(word)
		}
		if joined.String() != text {
			t.Errorf("got %q, want %q", joined.String(), text)
		}
		if quote := opening(text); strings.Count(quote, "`") != 2 || strings.ContainsAny(quote, "\n\r") {
			t.Errorf("unsafe quote %q", quote)
		}
	})
}

func TestDeltasAllocateNothing(t *testing.T) {
	v, err := find("thinker")
	if err != nil {
		t.Fatal(err)
	}
	s := v.prepare(ask("thinker", "Hello"))
	if n := testing.AllocsPerRun(100, func() { s.next() }); n != 0 {
		t.Errorf("%v allocations per word", n)
	}
}
