package terminal

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

func TestEverySettingHasAFlagAndIsKept(t *testing.T) {
	status, out, errs := execute(t, offline, t.TempDir(), "compare", "-m", "demo/quick", "--format", "json", "--temperature", "0", "--top-p", "1",
		"--max-tokens", "500", "--seed", "0", "--stop", "END", "--stop", "a, b", "--effort", "low", "--thinking-budget", "0", "--num-ctx", "8192",
		"--keep-alive", "10m", "--response-format", `{"type":"object"}`, "--extra", `{"top_k":40,"min_p":0.1}`, "--param", "top_k=41", "Why?")
	var got struct {
		Runs []struct {
			Params     bakeoff.Params `json:"params"`
			NotApplied []string       `json:"not_applied"`
		}
	}
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != 0 || len(got.Runs) != 1 {
		t.Fatal(status, errs, err)
	}
	zero, one, most, seed, context := 0.0, 1.0, 500, int64(0), 8192
	want := bakeoff.Params{
		Temperature: &zero, TopP: &one, MaxTokens: &most, Seed: &seed, Stop: []string{"END", "a, b"}, Effort: "low", ThinkingBudget: new(int), NumCtx: &context,
		KeepAlive: "10m", ResponseFormat: `{"type":"object"}`, Extra: map[string]json.RawMessage{"top_k": json.RawMessage("41"), "min_p": json.RawMessage("0.1")},
	}
	if diff := cmp.Diff(want, got.Runs[0].Params); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"temperature", "top_p", "seed", "effort", "stop", "thinking_budget", "num_ctx", "keep_alive", "response_format"}, got.Runs[0].NotApplied); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsOutOfRangeIsRefusedAndNotSaved(t *testing.T) {
	dir := t.TempDir()
	for _, flags := range [][]string{{"--temperature", "99"}, {"--keep-alive", "soon"}, {"--response-format", "yaml"}, {"--extra", "[1]"}, {"--repeat", "0"}, {"--num-ctx", "1"}, {"--stop", ""}} {
		status, out, errs := execute(t, offline, dir, append([]string{"compare", "-m", "demo/quick", "Why?"}, flags...)...)
		if status != 2 || out != "" || strings.Count(errs, "\n") != 1 {
			t.Errorf("%q: got %d, %q, %q", flags, status, out, errs)
		}
	}
	if _, out, _ := execute(t, offline, dir, "history", "--format", "json"); strings.Contains(out, "Why?") {
		t.Errorf("saved: %s", out)
	}
}

func TestRepeatsAreSeatsWithASpread(t *testing.T) {
	dir := t.TempDir()
	_, out, errs := execute(t, offline, dir, "compare", "-m", "demo/priced", "-m", "demo/quick", "--repeat", "3", "--format", "json", "Why?")
	type spread struct {
		Seats  []string
		Output struct{ Median, Min, Max int64 }  `json:"output_tokens"`
		Cost   struct{ Median, Min, Max string } `json:"cost_usd"`
	}
	type shown struct {
		ID      string `json:"comparison_id"`
		Repeats []spread
		Runs    []struct{ Seat string }
	}
	var got shown
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Runs) != 6 || len(got.Repeats) != 2 {
		t.Fatal(errs, err, out)
	}
	priced := got.Repeats[0]
	if diff := cmp.Diff([]string{"A", "B", "C"}, priced.Seats); diff != "" || priced.Output.Median == 0 || priced.Output.Min != priced.Output.Max || priced.Cost.Median == "0" || priced.Cost.Median != priced.Cost.Max {
		t.Errorf("%s in %+v", diff, priced)
	}
	if _, table, _ := execute(t, offline, dir, "show", got.ID); !strings.Contains(table, "A to C are demo/priced asked 3 times; median, and least to most: total ") {
		t.Errorf("got %s", table)
	}
	_, out, errs = execute(t, offline, dir, "rerun", got.ID, "--repeat", "2", "--format", "json")
	if err := json.Unmarshal([]byte(out), &got); err != nil || len(got.Runs) != 4 {
		t.Error(errs, err, out)
	}
}

func TestAPromptThatDoesNotFitIsWarnedOfBeforeItIsSent(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		switch r.URL.Path {
		case "/api/tags":
			_, _ = w.Write([]byte(`{"models":[{"name":"m:latest","digest":"a","capabilities":["completion"],"details":{"context_length":131072}}]}`))
		case "/api/chat":
			w.Header().Set("Content-Type", "application/x-ndjson")
			_, _ = w.Write([]byte(`{"model":"m","message":{"content":"x"},"done":true,"done_reason":"stop","prompt_eval_count":4096,"eval_count":1}` + "\n"))
		default:
			_, _ = w.Write([]byte(`{}`))
		}
	}))
	t.Cleanup(server.Close)
	env := map[string]string{"OLLAMA_HOST": strings.TrimPrefix(server.URL, "http://")}
	long := strings.Repeat("four", 10_000)
	_, out, errs := execute(t, env, t.TempDir(), "compare", "-m", "ollama/m", "--repeat", "2", long)
	if got := strings.Count(errs, "ollama/m: About 10,000 tokens go in, and its context is 4,096"); got != 1 {
		t.Errorf("warned %d times: %.400s", got, errs)
	}
	if !strings.Contains(out, "counted 4,096 prompt tokens where about 10,000 were sent") {
		t.Errorf("not warned after: %.200s", out[max(0, len(out)-800):])
	}
	if _, _, errs := execute(t, env, t.TempDir(), "compare", "-m", "ollama/m", "--num-ctx", "32768", long); strings.Contains(errs, "does not fit") {
		t.Errorf("with room: %.400s", errs)
	}
}
