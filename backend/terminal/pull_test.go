package terminal

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/local"
)

// library is an Ollama server whose pulls say these lines; with hang the last is never followed by an end.
func library(t *testing.T, hang bool, lines ...string) (env map[string]string, asked chan string) {
	t.Helper()
	asked = make(chan string, 8)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/api/pull" {
			http.Error(w, `{"error":"not found"}`, http.StatusNotFound)
			return
		}
		var body struct{ Model string }
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Error(err)
		}
		w.Header().Set("Content-Type", "application/x-ndjson")
		for _, line := range lines {
			fmt.Fprintln(w, line)
			w.(http.Flusher).Flush()
		}
		asked <- body.Model
		if hang {
			<-r.Context().Done()
			asked <- "left"
		}
	}))
	t.Cleanup(srv.Close)
	return map[string]string{"OLLAMA_HOST": srv.URL}, asked
}

const (
	half  = `{"status":"pulling 6a07","digest":"sha256:6a07","total":2000000000,"completed":1000000000}`
	whole = `{"status":"pulling 6a07","digest":"sha256:6a07","total":2000000000,"completed":2000000000}`
	well  = `{"status":"success"}`
)

func TestPullTellsItsWayAndItsEnd(t *testing.T) {
	env, asked := library(t, false, `{"status":"pulling manifest"}`, half, whole, well)
	status, out, errs := execute(t, env, t.TempDir(), "pull", "gemma3:27b")
	if status != exitWell || out != "ollama/gemma3:27b is ready.\n" || <-asked != "gemma3:27b" {
		t.Errorf("got %d, %q, %q", status, out, errs)
	}
	status, out, errs = execute(t, env, t.TempDir(), "pull", "gemma3:27b", "--json")
	var got pullJSON
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exitWell || errs != "" || got.State != "done" || got.DoneBytes != 2_000_000_000 || got.Problem != nil {
		t.Errorf("as JSON: %d, %s, %q", status, out, errs)
	}
}

func TestPullSaysWhatIsWrong(t *testing.T) {
	env, _ := library(t, false, `{"status":"pulling manifest"}`, `{"error":"pull model manifest: file does not exist"}`)
	status, out, errs := execute(t, env, t.TempDir(), "pull", "nope:1b")
	if status != exitNone || out != "" || !strings.Contains(errs, "has no model nope:1b") {
		t.Errorf("got %d, %q, %q", status, out, errs)
	}
	status, out, _ = execute(t, env, t.TempDir(), "pull", "nope:1b", "--json")
	var got pullJSON
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exitNone || got.State != "failed" || got.Problem == nil || got.Problem.Code != "model_missing" {
		t.Errorf("as JSON: %d, %s", status, out)
	}
	cut, _ := library(t, false, half)
	if status, _, errs := execute(t, cut, t.TempDir(), "pull", "m"); status != exitNone || !strings.Contains(errs, "ended before it was whole") {
		t.Errorf("without success: %d, %q", status, errs)
	}
	for args, want := range map[string]string{"pull m --endpoint openai": "no key", "pull m --endpoint nowhere": "no endpoint", "pull m --endpoint demo": "no Ollama server"} {
		if status, _, errs := execute(t, env, t.TempDir(), strings.Fields(args)...); status != exitNone || !strings.Contains(errs, want) {
			t.Errorf("%s: %d, %q", args, status, errs)
		}
	}
}

func TestPullAsksNobodyUnderLocalOnly(t *testing.T) {
	env, asked := library(t, false, well)
	status, _, errs := execute(t, env, t.TempDir(), "pull", "m", "--local-only")
	if status != exitNone || !strings.Contains(errs, "Local only is on") || len(asked) != 0 {
		t.Errorf("got %d, %q", status, errs)
	}
}

func TestAnInterruptEndsAPullAtTheServer(t *testing.T) {
	env, asked := library(t, true, half)
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-asked; cancel() }()
	if status, out, _ := executeIn(ctx, env, t.TempDir(), "", "pull", "m"); status != exitInterrupted || out != "" {
		t.Errorf("got %d, %q", status, out)
	}
	if got := <-asked; got != "left" {
		t.Errorf("the server heard %q", got)
	}
}

func TestALineOfProgressNamesItsUnits(t *testing.T) {
	j := local.Job{Model: "gemma3:27b", Status: "verifying", Done: 11_200_000_000, Total: 17_000_000_000, Speed: 84_000_000, Left: 69 * time.Second}
	if got := pullLine(j); got != "gemma3:27b  65%  11 GB of 17 GB, 84 MB/s, 1m9s left" {
		t.Errorf("got %q", got)
	}
	j.Done = j.Total
	if got := pullLine(j); got != "gemma3:27b  verifying" {
		t.Errorf("all there: got %q", got)
	}
}
