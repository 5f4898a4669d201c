package terminal

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnEndpointIsAddedKeyedTestedAndRemoved(t *testing.T) {
	const canary = "sk-canary-1618033988749894"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+canary {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"data":[{"id":"m-1"}]}`))
	}))
	defer server.Close()
	dir, env := t.TempDir(), map[string]string{"OLLAMA_HOST": "127.0.0.1:1", "BAKEOFF_KEYS_PASSPHRASE": "correct horse"}
	var all strings.Builder
	run := func(in string, want int, args ...string) string {
		t.Helper()
		status, out, errs := executeIn(t.Context(), env, dir, in, args...)
		if status != want {
			t.Fatalf("%v: exit status %d, want %d: %s%s", args, status, want, out, errs)
		}
		all.WriteString(out + errs)
		return out + errs
	}
	run("", exitWell, "keys", "place", "file")
	run("", exitWell, "endpoints", "add", "office", server.URL, "--label", "Office")
	if got := run("", exitNone, "endpoints", "test", "office"); !strings.Contains(got, "key") {
		t.Errorf("without a key: %s", got)
	}
	if got := run("", exitNone, "keys", "set", "office"); !strings.Contains(got, "standard input") {
		t.Errorf("with nothing on standard input: %s", got)
	}
	run(canary+"\n", exitWell, "keys", "set", "office")
	if got := run("", exitWell, "endpoints", "test", "office"); !strings.Contains(got, "1 models") {
		t.Errorf("with its key: %s", got)
	}
	if got := run("", exitWell, "endpoints", "list"); !strings.Contains(got, "file …9894") || !strings.Contains(got, server.URL) {
		t.Errorf("the list: %s", got)
	}
	run("", exitWell, "endpoints", "disable", "office")
	if got := run("", exitNone, "endpoints", "test", "office"); !strings.Contains(got, "switched off") {
		t.Errorf("switched off: %s", got)
	}
	run("", exitWell, "endpoints", "enable", "office")
	run("", exitWell, "keys", "remove", "office")
	run("", exitWell, "endpoints", "remove", "office")
	if got := run("", exitNone, "endpoints", "test", "office"); !strings.Contains(got, "There is no endpoint") {
		t.Errorf("removed: %s", got)
	}
	if strings.Contains(all.String(), canary) {
		t.Error("the key was printed")
	}
}
