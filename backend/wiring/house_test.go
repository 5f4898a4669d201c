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
	"bakeoff/backend/store"

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

func TestMemoryStandsInForTheHistory(t *testing.T) {
	m := newMemory()
	c := bakeoff.Comparison{ID: "c", Prompt: bakeoff.Prompt{User: "Hello"}, Runs: []bakeoff.Run{
		{ID: "r0", ComparisonID: "c", Seat: 0, Attempt: 1, Place: bakeoff.PlaceDemo},
		{ID: "r1", ComparisonID: "c", Seat: 1, Attempt: 1, Place: bakeoff.PlaceDemo},
	}}
	retry := bakeoff.Run{ID: "r2", ComparisonID: "c", Seat: 0, Attempt: 2, Place: bakeoff.PlaceCloud}
	end := retry
	end.Status, end.Answer = bakeoff.Done, "Wonderful"
	for _, err := range []error{m.Begin(t.Context(), c), m.AddRun(t.Context(), retry), m.Finish(t.Context(), end)} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got, err := m.Comparison(t.Context(), "c")
	if err != nil || len(got.Runs) != 3 || got.Runs[1].ID != "r2" || got.Runs[1].Answer != "Wonderful" {
		t.Errorf("got %+v, %v", got, err)
	}
	if r, err := m.Run(t.Context(), "r2"); err != nil || r.Status != bakeoff.Done {
		t.Errorf("got %+v, %v", r, err)
	}
	rows, _, err := m.List(t.Context(), store.ListQuery{Text: "WONDER"})
	if err != nil || len(rows) != 1 || rows[0].Demo || len(rows[0].Runs) != 2 || rows[0].Runs[0].Status != bakeoff.Done {
		t.Errorf("the list: got %+v, %v", rows, err)
	}
	for _, text := range []string{"nothing", "r0"} {
		if rows, _, _ := m.List(t.Context(), store.ListQuery{Text: text}); len(rows) != 0 {
			t.Errorf("%q is found", text)
		}
	}
	if err := m.Delete(t.Context(), "c"); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Comparison(t.Context(), "c"); bakeoff.AsError(err).Code != bakeoff.CodeNotFound {
		t.Errorf("deleted: got %v", err)
	}
	if err := m.PurgeDeleted(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := m.Undelete(t.Context(), "c"); bakeoff.AsError(err).Code != bakeoff.CodeNotFound {
		t.Errorf("purged: got %v", err)
	}
}
