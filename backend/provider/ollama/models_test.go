package ollama

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
)

func TestFactsComeFromListShowAndRunning(t *testing.T) {
	s, p := fake(t)
	s.json["/api/ps"] = `{"models":[{"name":"tiny-clerk:latest","digest":"1643c9"}]}`
	got, err := p.Prepare(t.Context(), question("Tiny-Clerk"))
	want := provider.Facts{Digest: "1643c9", Quantization: "Q8_0", Openness: bakeoff.Open, Warmth: bakeoff.Warm, ContextLength: 2048, Capabilities: []string{"completion"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	got, err = p.Prepare(t.Context(), question("tiny-poet:latest"))
	want = provider.Facts{Digest: "77aa", Openness: bakeoff.Open, Warmth: bakeoff.Cold, ContextLength: 2048, Capabilities: []string{"completion", "thinking"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	s.status["/api/ps"] = http.StatusInternalServerError
	if got, err = p.Prepare(t.Context(), question("tiny-poet")); got.Warmth != bakeoff.WarmthUnknown || err != nil {
		t.Errorf("without /api/ps: got %s, %v; want unknown", got.Warmth, err)
	}
}

func TestOlderServersAreAskedForDetailsOncePerDigest(t *testing.T) {
	s, p := fake(t)
	s.json["/api/tags"] = `{"models":[{"name":"a:latest","digest":"d1","details":{}},{"name":"b:latest","digest":"d1","details":{}}]}`
	s.json["/api/show"] = `{"model_info":{"general.architecture":"llama","llama.context_length":2048,"tokenizer.ggml.tokens":null},"capabilities":["completion","vision"]}`
	for range 2 {
		models, err := p.Models(t.Context())
		if err != nil || len(models) != 2 || models[1].ContextLength != 2048 || !slices.Equal(models[1].Capabilities, []string{"completion", "vision"}) {
			t.Fatalf("got %+v, %v", models, err)
		}
	}
	shows := 0
	for _, r := range s.Requests() {
		if r.Path == "/api/show" {
			shows++
		}
	}
	if shows != 1 {
		t.Errorf("/api/show was asked %d times, want once for the digest", shows)
	}
	s.json["/api/tags"] = `{"models":[{"name":"c:latest","digest":"d2","details":{}}]}`
	s.status["/api/show"] = http.StatusInternalServerError
	if models, err := p.Models(t.Context()); err != nil || models[0].Openness != "" || models[0].Capabilities != nil {
		t.Errorf("when details fail: got %+v, %v; want the model with them unknown", models, err)
	}
}

const remoteList = `{"models":[{"name":"big:cloud","digest":"c1","remote_model":"big","remote_host":"https://ollama.com:443","details":{}}]}`

func TestForwardedModelsAreCloudModels(t *testing.T) {
	s, p := fake(t)
	s.json["/api/tags"] = remoteList
	facts, err := p.Prepare(t.Context(), question("big:cloud"))
	if err != nil || facts.RemoteHost != "ollama.com" || facts.Openness != "" || facts.Warmth != "" {
		t.Errorf("got %+v, %v", facts, err)
	}
	models, err := p.Models(t.Context())
	if err != nil || models[0].RemoteHost != "ollama.com" || models[0].Openness != "" {
		t.Errorf("got %+v, %v", models, err)
	}
	s.json["/api/tags"] = `{"models":[]}` // a cloud model can be asked without being listed
	s.json["/api/show"] = `{"remote_model":"big","remote_host":"https://ollama.com:443","model_info":{}}`
	if facts, err := p.Prepare(t.Context(), question("big:cloud")); err != nil || facts.RemoteHost != "ollama.com" {
		t.Errorf("not listed: got %+v, %v", facts, err)
	}
}

func TestForwardedModelsAreRefusedUnderLocalOnlyBeforeThePromptIsSent(t *testing.T) {
	local := provider.WithLocalOnly(t.Context())
	for name, setup := range map[string]func(*server){
		"listed":             func(s *server) { s.json["/api/tags"] = remoteList },
		"known to show only": func(s *server) { s.json["/api/show"] = `{"remote_model":"big"}` },
		"the list fails":     func(s *server) { s.status["/api/tags"] = http.StatusInternalServerError },
		"details fail":       func(s *server) { s.json["/api/tags"] = `{"models":[{"name":"big:cloud","digest":"c"}]}` },
	} {
		s, p := fake(t)
		setup(s)
		got := providertest.Collect(p.Stream(local, question("big:cloud")))
		if got.Err == nil || got.Finish != nil || len(s.prompts()) != 0 {
			t.Errorf("%s: got %v; want an error and no prompt", name, got.Err)
		}
		if want := bakeoff.CodeLocalOnly; name != "the list fails" && got.Code() != want {
			t.Errorf("%s: got %v, want local_only", name, got.Err)
		}
	}
	s, p := fake(t)
	if got := providertest.Collect(p.Stream(local, question("tiny-clerk"))); got.Err != nil || len(s.prompts()) != 1 {
		t.Errorf("a model that runs here: got %v", got.Err)
	}
	s.chat = []string{strings.Replace(textLine("secret"), `"model"`, `"remote_host":"https://ollama.com","model"`, 1), doneLine("stop")}
	if got := providertest.Collect(p.Stream(local, question("tiny-clerk"))); got.Code() != bakeoff.CodeLocalOnly || got.Text != "" || got.Metas[0].RemoteHost != "ollama.com" {
		t.Errorf("a reply that names another host: got %q, %v", got.Text, got.Err)
	}
}

func TestNamesMeanTheSameModel(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"llama3", "llama3:latest", true}, {"LLaMA3", "llama3", true}, {"library/llama3", "llama3", true},
		{"host:5000/me/m", "host:5000/me/m:latest", true}, {"llama3:1b", "llama3", false}, {"me/m", "m", false},
	} {
		if got := local.Canonical(test.a) == local.Canonical(test.b); got != test.same {
			t.Errorf("%s and %s: got %v", test.a, test.b, got)
		}
	}
}
