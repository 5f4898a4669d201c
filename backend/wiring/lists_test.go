package wiring

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

func TestAStartWithoutANetworkKnowsWhatWasListed(t *testing.T) {
	list := `{"data":[{"id":"x-large"},{"id":"x-small"}]}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, list)
	}))
	dir := t.TempDir()
	open := func(address string) *House {
		t.Helper()
		h, err := Open(t.Context(), Options{DataDir: dir, Getenv: env{"OLLAMA_HOST": "127.0.0.1:1", "GROQ_API_KEY": "k-canary-1234567890", "GROQ_BASE_URL": address}.get})
		must(t, err)
		return h
	}
	groq := func(h *House) EndpointInfo {
		t.Helper()
		for _, i := range h.Registry.Known() {
			if i.Name == "groq" {
				return i
			}
		}
		t.Fatal("there is no groq")
		return EndpointInfo{}
	}
	h := open(server.URL)
	if i := groq(h); len(i.Models) != 0 || !i.ListedAt.IsZero() {
		t.Errorf("before the first list: got %+v", i)
	}
	must(t, h.Registry.Refresh(t.Context(), "groq"))
	first := groq(h)
	must(t, h.Close())
	server.Close()

	h = open(server.URL)
	at := groq(h)
	if at.State != StateChecking || len(at.Models) != 2 || at.Models[0].ID != "x-large" || at.ListedAt.UnixMilli() != first.ListedAt.UnixMilli() {
		t.Errorf("at the next start: got %+v", at)
	}
	must(t, h.Registry.Refresh(t.Context(), "groq"))
	if i := groq(h); i.State != StateProblem || len(i.Models) != 2 || !i.ListedAt.Equal(at.ListedAt) {
		t.Errorf("without a network: got %+v", i)
	}
	must(t, h.Close())

	h = open("http://127.0.0.1:1")
	defer h.Close()
	if i := groq(h); len(i.Models) != 0 {
		t.Errorf("at another address: got the list of the old one: %+v", i)
	}
}

func TestOnlyOldListsAreAskedForAnew(t *testing.T) {
	asked := make(chan string, 16)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.URL.Path
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"data":[{"id":"m"}]}`)
	}))
	defer server.Close()
	h, err := Open(t.Context(), Options{DataDir: t.TempDir(), Getenv: env{"OLLAMA_HOST": "127.0.0.1:1", "GROQ_API_KEY": "k-canary-1234567890", "GROQ_BASE_URL": server.URL}.get})
	must(t, err)
	defer h.Close()
	must(t, h.Registry.Refresh(t.Context(), "groq"))
	<-asked
	for _, step := range []struct {
		what  string
		after time.Duration
		want  int
	}{{"a young list", ListAge - time.Minute, 0}, {"an old list", ListAge + time.Minute, 1}} {
		h.Registry.RefreshOld(t.Context(), time.Now().Add(step.after))
		if len(asked) != step.want {
			t.Errorf("%s: asked %d times, want %d", step.what, len(asked), step.want)
		}
	}
}
