package wiring

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/budget"
	"bakeoff/backend/compare"
)

// priced is a server that answers every prompt with one word and reports a million tokens of each kind.
func priced(t *testing.T) (address string, prompts *atomic.Int32) {
	t.Helper()
	prompts = new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/chat/completions") {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		prompts.Add(1)
		w.Header().Set("Content-Type", "text/event-stream")
		for _, data := range []string{
			`{"model":"gpt-4o","choices":[{"index":0,"delta":{"content":"blue"}}]}`,
			`{"model":"gpt-4o","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}`,
			`{"model":"gpt-4o","choices":[],"usage":{"prompt_tokens":1000000,"completion_tokens":1000000,"total_tokens":2000000}}`, "[DONE]",
		} {
			_, _ = w.Write([]byte("data: " + data + "\n\n"))
		}
	}))
	t.Cleanup(s.Close)
	return s.URL, prompts
}

func TestACapHoldsBeforeARequestLeaves(t *testing.T) {
	address, prompts := priced(t)
	h := setupHouse(t, t.TempDir(), env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": address})
	defer closeHouse(t, h)
	ask := func(entries ...bakeoff.Entry) error {
		l, err := h.Engine.Start(t.Context(), compare.Spec{Prompt: bakeoff.Prompt{User: "Why is the sky blue?"}, Lineup: entries})
		if err == nil {
			l.Wait()
		}
		return err
	}
	gpt, demo := bakeoff.Entry{Endpoint: "openai", Model: "gpt-4o"}, bakeoff.Entry{Endpoint: "demo", Model: "priced"} // at a made-up price
	must(t, ask(gpt, demo))
	spent, err := h.Budget.Spent(t.Context())
	must(t, err)
	if spent.Day != spent.Month || spent.Day < bakeoff.USD || prompts.Load() != 1 {
		t.Fatalf("after one prompt: spent %+v, %d prompts", spent, prompts.Load())
	}
	rows, err := h.Budget.SpentByModel(t.Context())
	if err != nil || len(rows) != 1 || rows[0].Model != "gpt-4o" || rows[0].Runs != 1 || rows[0].Cost != spent.Day {
		t.Errorf("by model: got %+v, %v", rows, err)
	}

	must(t, h.Budget.SetCaps(t.Context(), budget.Caps{Day: spent.Day}))
	if err := ask(gpt, demo); err == nil || bakeoff.AsError(err).Code != bakeoff.CodeOverBudget || prompts.Load() != 1 {
		t.Errorf("over the cap: got %v after %d prompts", err, prompts.Load())
	}
	must(t, ask(demo)) // what is free is never refused

	// The next estimate takes the million tokens that the model wrote.
	must(t, h.Budget.SetCaps(t.Context(), budget.Caps{Run: bakeoff.USD}))
	if err := ask(gpt); err == nil || prompts.Load() != 1 {
		t.Errorf("over the cap for one: got %v after %d prompts", err, prompts.Load())
	}
	l, err := h.Engine.Start(t.Context(), compare.Spec{Prompt: bakeoff.Prompt{User: "Why?"}, Lineup: []bakeoff.Entry{gpt}, Confirmed: true})
	must(t, err)
	l.Wait()
	if prompts.Load() != 2 {
		t.Errorf("confirmed: %d prompts, want 2", prompts.Load())
	}

	// Deleting a comparison does not bring its money back.
	must(t, h.Store.Delete(t.Context(), l.ID()))
	must(t, h.Store.PurgeDeleted(t.Context()))
	if after, _ := h.Budget.Spent(t.Context()); after.Day != 2*spent.Day {
		t.Errorf("after a deletion: spent %d, want %d", after.Day, 2*spent.Day)
	}
}

func TestTheDayBeginsWhereTheUserIs(t *testing.T) {
	zone := time.FixedZone("east", 9*3600)
	day, month := beginnings(time.Date(2026, 3, 1, 0, 30, 0, 0, zone))
	if want := time.Date(2026, 2, 28, 15, 0, 0, 0, time.UTC); !day.Equal(want) || !month.Equal(want) {
		t.Errorf("got %s and %s, want %s", day.UTC(), month.UTC(), want)
	}
}

func TestCapsAreKeptExactly(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	want := budget.Caps{Run: 1, Day: 1<<63 - 1, Month: 3}
	must(t, h.Budget.SetCaps(t.Context(), want))
	if got, err := h.Budget.Caps(t.Context()); err != nil || got != want {
		text, _ := json.Marshal(got)
		t.Errorf("got %s, %v", text, err)
	}
	if err := h.Budget.SetCaps(t.Context(), budget.Caps{Run: -1}); err == nil {
		t.Error("a negative cap was kept")
	}
}

func TestComparisonsThatGoOnCountForTheCap(t *testing.T) {
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}))
	defer server.Close()
	defer close(release)
	h := setupHouse(t, t.TempDir(), env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": server.URL})
	defer closeHouse(t, h)
	spec := compare.Spec{Prompt: bakeoff.Prompt{User: "Why?"}, Lineup: []bakeoff.Entry{{Endpoint: "openai", Model: "gpt-4o"}}}
	c, runs := h.Engine.Plan(spec)
	one, err := h.Budget.Estimate(t.Context(), c, runs)
	must(t, err)
	must(t, h.Budget.SetCaps(t.Context(), budget.Caps{Day: *one[0].Expected * 3 / 2}))
	if _, err := h.Engine.Start(t.Context(), spec); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Engine.Start(t.Context(), spec); err == nil || bakeoff.AsError(err).Code != bakeoff.CodeOverBudget {
		t.Errorf("a second one while the first goes on: got %v", err)
	}
}
