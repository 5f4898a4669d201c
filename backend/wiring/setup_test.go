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
	"bakeoff/backend/secret"
)

const canary = "sk-canary-2718281828459045"

// gateway is a server that speaks OpenAI's protocol and wants a key in a header.
func gateway(t *testing.T, header, key string) (address string, refused *atomic.Int32) {
	t.Helper()
	refused = new(atomic.Int32)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.Contains(r.Header.Get(header), key) {
			refused.Add(1)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":[{"id":"m-1"},{"id":"m-2"}]}`))
	}))
	t.Cleanup(s.Close)
	return s.URL, refused
}

func setupHouse(t *testing.T, dir string, e env) *House {
	t.Helper()
	e["OLLAMA_HOST"] = "127.0.0.1:1"
	h, err := Open(t.Context(), Options{DataDir: dir, Getenv: e.get, KeyWork: 10})
	must(t, err)
	return h
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestAnEndpointOfOnesOwnWorksAndIsKept(t *testing.T) {
	dir := t.TempDir()
	address, _ := gateway(t, "Authorization", canary)
	h := setupHouse(t, dir, env{})
	must(t, h.Setup.ChooseKeys(t.Context(), secret.File))
	must(t, h.Setup.UnlockKeys(t.Context(), "correct horse"))
	name, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Office GPU", Kind: KindOpenAI, BaseURL: address})
	if err != nil || name != "office-gpu" {
		t.Fatalf("got %q, %v", name, err)
	}
	if got, err := h.Setup.Test(t.Context(), name); err != nil || got.Problem == nil || got.Problem.Code != bakeoff.CodeAuth {
		t.Errorf("without its key: got %+v, %v", got, err)
	}
	place, err := h.Setup.SetKey(t.Context(), name, KeyEdit{Key: " " + canary + "\n"})
	if err != nil || place != secret.File {
		t.Fatalf("kept in %q, %v", place, err)
	}
	if got, err := h.Setup.Test(t.Context(), name); err != nil || got.Problem != nil || got.Models != 2 {
		t.Errorf("with its key: got %+v, %v", got, err)
	}
	closeHouse(t, h)

	locked := setupHouse(t, dir, env{})
	if got := infoOf(t, locked, name); got.State != StateNoKey || !strings.Contains(got.Problem.Message, "locked") || got.KeyHint != "" {
		t.Errorf("locked: got %+v", got)
	}
	closeHouse(t, locked)
	again := setupHouse(t, dir, env{PassphraseVariable: "correct horse"})
	defer closeHouse(t, again)
	if got, err := again.Setup.Test(t.Context(), name); err != nil || got.Problem != nil || got.Models != 2 {
		t.Errorf("after another start: got %+v, %v", got, err)
	}
	if got := infoOf(t, again, name); got.KeyHint != "9045" || got.KeySource != string(secret.File) || !got.Made || got.Label != "Office GPU" {
		t.Errorf("got %+v", got)
	}
	holdsNoKey(t, dir)
}

// holdsNoKey searches every file of the data folder, and finds at least the history.
func holdsNoKey(t *testing.T, dir string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*"))
	must(t, err)
	read := 0
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			continue // a folder
		}
		read++
		if strings.Contains(string(text), canary) {
			t.Errorf("the key stands in %s", filepath.Base(name))
		}
	}
	if read < 2 {
		t.Errorf("read %d files: the search looks in the wrong place", read)
	}
}

func infoOf(t *testing.T, h *House, name string) EndpointInfo {
	t.Helper()
	for _, i := range h.Registry.Known() {
		if i.Name == name {
			return i
		}
	}
	t.Fatalf("no endpoint %s", name)
	return EndpointInfo{}
}

func TestAStoredKeyDoesNotFollowAnotherAddress(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	must(t, h.Setup.ChooseKeys(t.Context(), secret.Session))
	first, _ := gateway(t, "Authorization", canary)
	second, refused := gateway(t, "Authorization", "nothing has this")
	name, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "gw", Kind: KindOpenAI, BaseURL: first})
	must(t, err)
	_, err = h.Setup.SetKey(t.Context(), name, KeyEdit{Key: canary})
	must(t, err)
	_, err = h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "gw", Kind: KindOpenAI, BaseURL: second})
	must(t, err)
	if got := infoOf(t, h, name); got.KeySource != "" || got.KeyHint != "" {
		t.Errorf("the new address has the old one's key: %+v", got)
	}
	if got, _ := h.Setup.Test(t.Context(), name); got.Problem == nil || refused.Load() != 1 {
		t.Errorf("got %+v after %d refusals", got, refused.Load())
	}
}

func TestAStoredKeyFollowsNoVariable(t *testing.T) {
	dir := t.TempDir()
	e := env{"OPENAI_BASE_URL": "http://127.0.0.1:2/v1"}
	h := setupHouse(t, dir, e)
	defer closeHouse(t, h)
	must(t, h.Setup.ChooseKeys(t.Context(), secret.Session))
	_, err := h.Setup.SetKey(t.Context(), "openai", KeyEdit{Key: canary})
	must(t, err)
	if got := infoOf(t, h, "openai"); got.BaseURL != "https://api.openai.com/v1" || got.KeySource != string(secret.Session) || got.State != StateChecking {
		t.Errorf("got %+v", got)
	}
	must(t, h.Setup.ClearKey(t.Context(), "openai"))
	if got := infoOf(t, h, "openai"); got.State != StateNoKey {
		t.Errorf("cleared: got %+v", got)
	}
}

func TestHeadersGoWithEveryRequestAndAreNeverShown(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	must(t, h.Setup.ChooseKeys(t.Context(), secret.Session))
	address, _ := gateway(t, "Api-Key", canary)
	name, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "office-azure", Kind: KindOpenAI, BaseURL: address + "/openai/v1"})
	must(t, err)
	_, err = h.Setup.SetKey(t.Context(), name, KeyEdit{Headers: map[string]string{"api-key": canary}})
	must(t, err)
	if got, err := h.Setup.Test(t.Context(), name); err != nil || got.Problem != nil || got.Models != 2 {
		t.Errorf("got %+v, %v", got, err)
	}
	if got := infoOf(t, h, name); len(got.HeaderNames) != 1 || got.HeaderNames[0] != "api-key" {
		t.Errorf("got the headers %v", got.HeaderNames)
	}
	if got := h.Registry.redact("it said " + canary); strings.Contains(got, canary) {
		t.Error("a header's value stands in the log")
	}
}

func TestAnEndpointThatIsOffIsNotAsked(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	address, refused := gateway(t, "Authorization", "nothing has this")
	name, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "gw", Kind: KindOpenAI, BaseURL: address})
	must(t, err)
	must(t, h.Setup.EnableEndpoint(t.Context(), name, false))
	h.Registry.List(t.Context())
	if got := infoOf(t, h, name); got.State != StateOff || refused.Load() != 0 {
		t.Errorf("got %s after %d requests", got.State, refused.Load())
	}
	must(t, h.Setup.EnableEndpoint(t.Context(), name, true))
	h.Registry.List(t.Context())
	if refused.Load() != 1 {
		t.Errorf("switched on again it was asked %d times", refused.Load())
	}
	must(t, h.Setup.RemoveEndpoint(t.Context(), name))
	if _, err := h.Registry.Get(name); err == nil {
		t.Error("a removed endpoint is still there")
	}
}

// Two labels that make one name must not make one endpoint: the first would be lost.
func TestANewEndpointReplacesNoOther(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	name, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Office GPU", Kind: KindOpenAI, BaseURL: "https://one.example/v1"})
	must(t, err)
	_, err = h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "office-gpu", Kind: KindOpenAI, BaseURL: "https://two.example/v1"})
	if got := infoOf(t, h, name); bakeoff.AsError(err).Code != bakeoff.CodeInvalid || got.BaseURL != "https://one.example/v1" {
		t.Errorf("got %q, %v", got.BaseURL, err)
	}
}

func TestSetupRefusesWhatCannotWork(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	for _, edit := range []EndpointEdit{
		{Label: "", Kind: KindOpenAI, BaseURL: "https://x.example"},
		{Name: "openai", Kind: KindOpenAI, BaseURL: "https://x.example"},
		{Name: "demo", Kind: KindOpenAI, BaseURL: "https://x.example"},
		{Name: "x", Kind: "soap", BaseURL: "https://x.example"},
		{Name: "x", Kind: KindOpenAI, BaseURL: "ftp://x.example"},
		{Name: "x", Kind: KindOpenAI, BaseURL: "https://user:pass@x.example"},
	} {
		if _, err := h.Setup.SaveEndpoint(t.Context(), edit); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("%+v: got %v", edit, err)
		}
	}
	for _, edit := range []KeyEdit{{}, {Key: "a b"}, {Key: "ä"}, {Headers: map[string]string{"Host": "x"}}, {Headers: map[string]string{"a b": "x"}}, {Headers: map[string]string{"a": "x\r\ny"}}} {
		if _, err := h.Setup.SetKey(context.Background(), "openai", edit); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("%+v: got %v", edit, err)
		}
	}
}
