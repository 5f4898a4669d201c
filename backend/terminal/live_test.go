//go:build live

package terminal

import (
	"encoding/json"
	"testing"

	"bakeoff/backend/provider/providertest"
)

// TestLiveEveryProtocolOfOneRealServer asks a real Ollama server as itself, as an OpenAI and as an Anthropic endpoint, in
// one comparison, with a model that does not exist among them.
func TestLiveEveryProtocolOfOneRealServer(t *testing.T) {
	url := providertest.Live(t)
	env := map[string]string{"OLLAMA_HOST": url, "OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url + "/v1", "ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": url}
	models := []string{"ollama/tiny-baker", "ollama/tiny-poet", "ollama/tiny-clerk", "openai/tiny-baker", "anthropic/tiny-baker", "ollama/absent"}
	args := []string{"compare", "--format", "json", "--temperature", "0", "--seed", "7", "--max-tokens", "120"}
	for _, m := range models {
		args = append(args, "-m", m)
	}
	dir := t.TempDir()
	status, out, errs := execute(t, env, dir, append(args, "What is the best answer?")...)
	if status != exitSome {
		t.Fatalf("exit status %d, want %d\n%s", status, exitSome, errs)
	}
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	for i, r := range c.Runs[:5] {
		if r.Status != "done" && r.Status != "cut" || r.Answer == "" || r.Timing.TTFT == nil || r.Usage.Output == nil || r.Usage.Output.Source != "reported" {
			t.Errorf("%s: %s, %q, %+v, %+v, %v", models[i], r.Status, r.Answer, r.Timing, r.Usage, r.Error)
		}
	}
	for _, r := range c.Runs[:3] {
		if r.Place != "local" || r.Openness != "open" || r.Digest == nil || r.Cost.Source != "free" || r.Timing.Load == nil || r.Timing.Warmth == nil || !r.Timing.Contended {
			t.Errorf("%s: a local run lacks its facts: %+v %+v", r.Model, r.Timing, r.Cost)
		}
	}
	if c.Runs[1].Reasoning == "" {
		t.Error("the thinking model's reasoning is missing")
	}
	if e := c.Runs[5].Error; e == nil || e.Code != "model_missing" {
		t.Errorf("the absent model: %+v", e)
	}
	status, out, _ = execute(t, env, dir, "compare", "--format", "json", "--lanes", "serial", "--local-only", "-m", "ollama/tiny-baker", "-m", "ollama/tiny-clerk", "-m", "openai/tiny-baker", "x")
	if err := json.Unmarshal([]byte(out), &c); err != nil || status != exitSome {
		t.Fatalf("exit status %d, %v", status, err)
	}
	if a, b := c.Runs[0], c.Runs[1]; a.Timing.Contended || b.Timing.Contended || b.Timing.Queue == nil || *b.Timing.Queue <= 0 {
		t.Errorf("serial lanes: contended %v %v, queue of the second %v", a.Timing.Contended, b.Timing.Contended, b.Timing.Queue)
	}
	if e := c.Runs[2].Error; e == nil || e.Code != "local_only" {
		t.Errorf("a cloud endpoint under local only: %+v", e)
	}
}
