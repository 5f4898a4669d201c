//go:build aimock

package terminal

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// mock starts @copilotkit/aimock, an API server that others wrote, and returns its address. Run `npm ci` in frontend
// first; `make test` does.
func mock(t *testing.T) string {
	t.Helper()
	cli := filepath.Join("..", "..", "frontend", "node_modules", "@copilotkit", "aimock", "dist", "cli.js")
	if _, err := os.Stat(cli); err != nil {
		t.Fatal("aimock is not installed: run npm ci in frontend")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	l.Close()
	_, port, _ := net.SplitHostPort(address)
	cmd := exec.Command("node", cli, "--host", "127.0.0.1", "--port", port, "--fixtures", filepath.Join("testdata", "aimock.json"), "--strict", "--log-level", "warn")
	cmd.Stdout, cmd.Stderr = os.Stderr, os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	for end := time.Now().Add(30 * time.Second); ; {
		resp, err := http.Get("http://" + address + "/v1/models")
		if err == nil {
			resp.Body.Close()
			return "http://" + address
		}
		if time.Now().After(end) {
			t.Fatalf("aimock did not answer: %v", err)
		}
	}
}

func mockEnv(url string) map[string]string {
	return map[string]string{
		"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": url + "/v1", "ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": url,
		"GEMINI_API_KEY": "k", "GOOGLE_GEMINI_BASE_URL": url, "OPENROUTER_API_KEY": "k", "OPENROUTER_BASE_URL": url + "/api/v1",
		"OLLAMA_HOST": url,
	}
}

// TestEveryProtocolAgainstAnIndependentServer asks models of all protocols in one comparison, with faults among them.
func TestEveryProtocolAgainstAnIndependentServer(t *testing.T) {
	env := mockEnv(mock(t))
	models := []string{"openai/gpt-4o", "openai/gpt-5-pro", "anthropic/claude-opus-5", "gemini/gemini-2.5-flash", "ollama/llama3",
		"openrouter/priced/router", "openai/thinker", "anthropic/thinker", "gemini/thinker", "openai/limited", "anthropic/limited", "gemini/limited", "openai/cut", "anthropic/cut"}
	args := []string{"compare", "--format", "json"}
	for _, m := range models {
		args = append(args, "-m", m)
	}
	status, out, errs := execute(t, env, t.TempDir(), append(args, "Why is the sky blue?")...)
	if status != exitSome {
		t.Fatalf("exit status %d, want %d: some ended well\n%s", status, exitSome, errs)
	}
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	const sky = "The sky is blue because air scatters short waves more than long ones."
	for i, want := range []struct{ status, answer, reasoning, code string }{
		{"done", sky, "", ""}, {"done", sky, "", ""}, {"done", sky, "", ""}, {"done", sky, "", ""}, {"done", sky, "", ""},
		{"done", "Routed.", "", ""},
		{"done", "Blue light scatters most.", "Think of wavelengths.", ""},
		{"done", "Blue light scatters most.", "Think of wavelengths.", ""},
		{"done", "Blue light scatters most.", "Think of wavelengths.", ""},
		{"failed", "", "", "rate_limited"}, {"failed", "", "", "rate_limited"}, {"failed", "", "", "rate_limited"},
		{"truncated", "", "", "truncated"}, {"truncated", "", "", "truncated"},
	} {
		r := c.Runs[i]
		code := ""
		if r.Error != nil {
			code = r.Error.Code
		}
		cut := want.status == "truncated" && strings.HasPrefix("This answer breaks off long before", r.Answer) && r.Answer != ""
		if r.Status != want.status || code != want.code || r.Reasoning != want.reasoning || r.Answer != want.answer && !cut {
			t.Errorf("%s: got %s %q %q %q, want %+v", models[i], r.Status, r.Answer, r.Reasoning, code, want)
		}
	}
	if u := c.Runs[0].Usage; u.Input == nil || u.Input.Count != 11 || u.Output == nil || u.Output.Count != 14 || u.Output.Source != "reported" {
		t.Errorf("openai's usage: got %+v", u)
	}
	if got := c.Runs[5].Cost; got.USD == nil || *got.USD != "0.0021" || got.Source != "reported" {
		t.Errorf("the router's charge: got %+v, want the reported 0.0021", got)
	}
	for _, r := range c.Runs {
		if r.Status == "done" && (r.Timing.TTFT == nil || r.Timing.Total == nil || *r.Timing.TTFT > *r.Timing.Total) {
			t.Errorf("%s/%s: timing %+v", r.Endpoint, r.Model, r.Timing)
		}
	}
}

// TestEveryPresetAgainstAnIndependentServer asks the same server under every preset that speaks OpenAI's protocol, with what
// each leaves out or puts in.
func TestEveryPresetAgainstAnIndependentServer(t *testing.T) {
	url := mock(t)
	env := map[string]string{"OLLAMA_HOST": "127.0.0.1:1", "AZURE_OPENAI_ENDPOINT": url, "AZURE_OPENAI_API_VERSION": "2024-10-21", "AZURE_OPENAI_API_KEY": "k"}
	names := []string{"azure"}
	for name, variable := range map[string]string{
		"deepseek": "DEEPSEEK", "xai": "XAI", "mistral": "MISTRAL", "groq": "GROQ", "together": "TOGETHER", "lmstudio": "LMSTUDIO", "llamacpp": "LLAMACPP",
		"vllm": "VLLM", "litellm": "LITELLM", "custom": "BAKEOFF_OPENAI_COMPATIBLE",
	} {
		env[variable+"_API_KEY"], env[variable+"_BASE_URL"] = "k", url+"/v1"
		names = append(names, name)
	}
	args := []string{"compare", "--format", "json", "--max-tokens", "500", "--temperature", "0"}
	for _, name := range names {
		args = append(args, "-m", name+"/some-model", "-m", name+"/limited")
	}
	_, out, errs := execute(t, env, t.TempDir(), append(args, "Why is the sky blue?")...)
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatalf("%v: %s", err, errs)
	}
	for _, r := range c.Runs {
		switch {
		case r.Model == "limited" && (r.Error == nil || r.Error.Code != "rate_limited"):
			t.Errorf("%s: got %+v, want rate_limited", r.Endpoint, r.Error)
		case r.Model != "some-model":
		case r.Status != "done" || !strings.HasPrefix(r.Answer, "The sky is blue"):
			t.Errorf("%s: got %s %q (%+v)", r.Endpoint, r.Status, r.Answer, r.Error)
		case r.Endpoint == "mistral": // it sends usage unasked and refuses the question, which this server waits for
		case r.Usage.Output == nil || r.Usage.Output.Count != 14:
			t.Errorf("%s: usage %+v", r.Endpoint, r.Usage.Output)
		}
	}
}
