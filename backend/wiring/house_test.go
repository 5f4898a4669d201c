package wiring

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// openHouse builds a house whose demo voices are fast and which knows no other endpoint that answers.
func openHouse(t *testing.T, dir string) *House {
	t.Helper()
	h, err := Open(t.Context(), Options{
		DataDir: dir, Getenv: env{"OLLAMA_HOST": "127.0.0.1:1"}.get, Version: "9.9.9", DemoSpeed: 1000,
	})
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func closeHouse(t *testing.T, h *House) {
	t.Helper()
	if err := h.Close(); err != nil {
		t.Error(err)
	}
}

func demoSpec() compare.Spec {
	return compare.Spec{
		Prompt: bakeoff.Prompt{User: "What is a house?"},
		Lineup: []bakeoff.Entry{{Endpoint: "demo", Model: "quick"}, {Endpoint: "demo", Model: "thinker"}},
	}
}

func TestAComparisonOutlivesTheHouse(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h := openHouse(t, dir)
	l, err := h.Engine.Start(t.Context(), demoSpec())
	if err != nil {
		t.Fatal(err)
	}
	l.Wait()
	want := l.Snapshot()
	if problem := l.SaveProblem(); problem != "" {
		t.Fatalf("not saved: %s", problem)
	}
	closeHouse(t, h)

	again := openHouse(t, dir)
	defer closeHouse(t, again)
	if notice := again.Notice(); notice != "" {
		t.Errorf("after a clean end: %s", notice)
	}
	got, err := again.Store.Comparison(t.Context(), l.ID())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateErrors()); diff != "" {
		t.Errorf("the record differs: %s", diff)
	}
}

func TestClosingStopsRunsAndKeepsWhatCame(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	h, err := Open(t.Context(), Options{DataDir: dir, Getenv: env{"OLLAMA_HOST": "127.0.0.1:1"}.get, DemoSpeed: 0.001})
	if err != nil {
		t.Fatal(err)
	}
	l, err := h.Engine.Start(context.WithoutCancel(t.Context()), demoSpec())
	if err != nil {
		t.Fatal(err)
	}
	closeHouse(t, h)
	if _, err := h.Engine.Start(t.Context(), demoSpec()); err == nil {
		t.Error("a closed house takes new work")
	}
	again := openHouse(t, dir)
	defer closeHouse(t, again)
	c, err := again.Store.Comparison(t.Context(), l.ID())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Runs {
		if r.Status != bakeoff.Cancelled {
			t.Errorf("seat %d is %s, want cancelled", r.Seat, r.Status)
		}
	}
}

func TestOwnPricesStandAboveTheSheet(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "prices.json"), []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	h := openHouse(t, dir)
	defer closeHouse(t, h)
	if notice := h.Notice(); !strings.Contains(notice, "prices") {
		t.Errorf("prices that cannot be read: got the notice %q", notice)
	}
	if h.Catalog.Date() == "" {
		t.Error("the built-in sheet is gone")
	}
}

func TestDataDirFollowsItsVariable(t *testing.T) {
	if got := DataDir(env{DataVariable: " /somewhere "}.get); got != "/somewhere" {
		t.Errorf("got %q", got)
	}
	if got := DataDir(env{}.get); filepath.Base(got) != "bakeoff" || !filepath.IsAbs(got) {
		t.Errorf("got %q", got)
	}
}

// The user may not know who set these variables: an address without its key sends nothing there.
func TestAHostileEnvironmentReceivesNothing(t *testing.T) {
	var requests atomic.Int32
	recorder := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests.Add(1)
		w.WriteHeader(http.StatusTeapot)
	}))
	defer recorder.Close()
	for _, s := range services {
		if !s.own {
			t.Setenv(s.address, recorder.URL)
		}
		for _, key := range s.keys {
			t.Setenv(key, "")
		}
	}
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy", "OPENAI_API_BASE", "GOOGLE_VERTEX_BASE_URL", "GEMINI_BASE_URL", "OPENAI_PROXY"} {
		t.Setenv(name, recorder.URL)
	}
	t.Setenv("ANTHROPIC_AUTH_TOKEN", "taken by the vendor's own library")
	t.Setenv("OLLAMA_HOST", "127.0.0.1:1")
	t.Setenv("BAKEOFF_PROXY", "")

	ask := func() int32 {
		h, err := Open(t.Context(), Options{DataDir: t.TempDir(), Getenv: os.Getenv, DemoSpeed: 1000})
		if err != nil {
			t.Fatal(err)
		}
		defer closeHouse(t, h)
		h.Registry.List(t.Context())
		var lineup []bakeoff.Entry
		for _, s := range services {
			lineup = append(lineup, bakeoff.Entry{Endpoint: s.name, Model: "m"})
		}
		l, err := h.Engine.Start(t.Context(), compare.Spec{Prompt: bakeoff.Prompt{User: "secret"}, Lineup: lineup})
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		return requests.Load()
	}
	if got := ask(); got != 0 {
		t.Errorf("the recorder got %d requests, want none", got)
	}
	for _, s := range services {
		for _, key := range s.keys {
			t.Setenv(key, "a-key-of-the-user")
		}
	}
	if got := ask(); got < 10 { // the control: key and address together are the user's choice
		t.Errorf("with keys the recorder got %d requests, want one list and one run of each vendor", got)
	}
}

func TestATemporaryHistoryStandsInAndGoes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(dir, []byte("not a folder"), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", t.TempDir())
	h := openHouse(t, dir)
	if !h.Unsaved || !strings.Contains(h.Notice(), "nothing is saved") {
		t.Errorf("unsaved %v, notice %q", h.Unsaved, h.Notice())
	}
	l, err := h.Engine.Start(t.Context(), compare.Spec{Prompt: bakeoff.Prompt{User: "Hello"}, Lineup: []bakeoff.Entry{{Endpoint: "demo", Model: "quick"}}})
	if err != nil {
		t.Fatal(err)
	}
	l.Wait()
	if c, err := h.Store.Comparison(t.Context(), l.ID()); err != nil || len(c.Runs) != 1 || c.Runs[0].Status != bakeoff.Done {
		t.Errorf("got %+v, %v", c, err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "bakeoff-unsaved-*")); len(left) != 1 {
		t.Fatalf("%d temporary folders while it is open, want 1", len(left))
	}
	closeHouse(t, h)
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "bakeoff-unsaved-*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}
