package ollama

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
)

// managed is a server of which every path answers what is written here, else 404.
func managed(t *testing.T, answers map[string]string) (*providertest.Server, *Provider) {
	s := providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		body, ok := answers[r.Path]
		if !ok {
			return providertest.Reply{Status: http.StatusNotFound, Steps: []providertest.Step{providertest.Write(`{"error":"model 'x' not found"}`)}}
		}
		kind := "application/json"
		if r.Path == "/api/pull" || r.Path == "/api/create" {
			kind = "application/x-ndjson"
		}
		return providertest.Reply{Header: providertest.Headers("Content-Type: " + kind), Steps: []providertest.Step{providertest.Write(body)}}
	})
	return s, New(Config{BaseURL: s.URL, Local: true})
}

func paths(s *providertest.Server) []string { return pathsOf(s.Requests()) }

func pathsOf(requests []providertest.Recorded) (all []string) {
	for _, r := range requests {
		all = append(all, r.Method+" "+r.Path)
	}
	return all
}

func TestInstalledJoinsListAndDetails(t *testing.T) {
	_, p := managed(t, map[string]string{
		"/api/tags":    listOfTwo,
		"/api/show":    `{"license":"apache-2.0","model_info":{"llama.context_length":4096},"capabilities":["completion"]}`,
		"/api/version": `{"version":"0.24.0"}`,
	})
	models, err := p.Installed(t.Context())
	if err != nil || len(models) != 2 {
		t.Fatal(models, err)
	}
	want := local.Model{
		Name: "tiny-clerk:latest", Digest: "1643c9", Size: 164808, Quantization: "Q8_0", ParameterSize: "144K", Family: "llama", Context: 2048,
		Capabilities: []string{"completion"}, Licence: local.Licence{Name: "Apache 2.0", Commercial: local.Yes, HasText: true}, ModifiedAt: time.Date(2026, 11, 23, 15, 17, 51, 0, time.UTC),
	}
	if diff := cmp.Diff(want, models[0]); diff != "" {
		t.Error(diff)
	}
	if version, err := p.Version(t.Context()); version != "0.24.0" || err != nil {
		t.Errorf("got %q, %v", version, err)
	}
	_, silent := managed(t, map[string]string{"/api/tags": listOfTwo})
	if models, err := silent.Installed(t.Context()); err != nil || models[0].Licence != (local.Licence{Commercial: local.Unknown}) || models[0].Context != 2048 {
		t.Errorf("without details: %+v, %v", models, err)
	}
}

func TestLoadedTellsMemoryGraphicsAndExpiry(t *testing.T) {
	_, p := managed(t, map[string]string{"/api/ps": `{"models":[{"name":"m:latest","digest":"d","size":1000,"size_vram":400,"context_length":4096,"expires_at":"2026-11-23T15:17:51.87Z"}]}`})
	got, err := p.Loaded(t.Context())
	want := []local.Loaded{{Name: "m:latest", Digest: "d", Memory: 1000, Graphics: 400, Context: 4096, ExpiresAt: time.Date(2026, 11, 23, 15, 17, 51, 870_000_000, time.UTC)}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
}

func TestResidenceIsAskedWithoutAPrompt(t *testing.T) {
	s, p := managed(t, map[string]string{"/api/generate": `{"model":"m","done":true,"done_reason":"load"}`})
	if err := errors.Join(p.Preload(t.Context(), "m"), p.Unload(t.Context(), "m")); err != nil {
		t.Fatal(err)
	}
	var bodies []map[string]any
	for _, r := range s.Requests() {
		var body map[string]any
		if err := json.Unmarshal([]byte(r.Body), &body); err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, body)
	}
	if len(bodies) != 2 || bodies[0]["prompt"] != "" || bodies[0]["keep_alive"] != nil || bodies[1]["keep_alive"] == nil {
		t.Errorf("got %v", bodies)
	}
	remote, q := managed(t, map[string]string{"/api/tags": remoteList})
	if err := q.Preload(provider.WithLocalOnly(t.Context()), "big:cloud"); bakeoff.AsError(err).Code != bakeoff.CodeLocalOnly {
		t.Errorf("a forwarded model under local only: %v", err)
	}
	if asked := strings.Join(paths(remote), " "); strings.Contains(asked, "generate") {
		t.Errorf("it was asked: %s", asked)
	}
}

func TestPullIsWholeOnlyWithItsLastWord(t *testing.T) {
	for _, test := range []struct {
		name, lines string
		code        bakeoff.Code
		say         string
	}{
		{"whole", `{"status":"pulling manifest"}` + "\n" + `{"status":"pulling a","digest":"a","total":10,"completed":4}` + "\n" + `{"status":"success"}` + "\n", "", ""},
		{"cut", `{"status":"pulling a","digest":"a","total":10,"completed":4}` + "\n", bakeoff.CodeTruncated, "Go on with it"},
		{"no such model", `{"error":"pull model manifest: file does not exist"}` + "\n", bakeoff.CodeModelMissing, "library has no model m"},
		{"no network", `{"error":"pull model manifest: Get \"https://registry.ollama.ai/v2/library/m/manifests/latest\": dial tcp: lookup registry.ollama.ai: no such host"}` + "\n", bakeoff.CodeUnreachable, "cannot reach the library"},
		{"full disk", `{"error":"write blob: no space left on device"}` + "\n", bakeoff.CodeProvider, "disk of Ollama is full"},
		{"an odd name", `{"error":"invalid model name"}` + "\n", bakeoff.CodeInvalid, "no name of a model"},
	} {
		s, p := managed(t, map[string]string{"/api/pull": test.lines})
		var words []local.Progress
		err := p.Pull(t.Context(), "m", func(w local.Progress) { words = append(words, w) })
		if test.code == "" {
			if err != nil || len(words) != 3 || words[1] != (local.Progress{Status: "pulling a", Digest: "a", Done: 4, Total: 10}) {
				t.Errorf("%s: %v, %+v", test.name, err, words)
			}
			if got := paths(s); !cmp.Equal(got, []string{"POST /api/pull"}) {
				t.Errorf("it asked %v", got)
			}
			continue
		}
		if e := bakeoff.AsError(err); err == nil || e.Code != test.code || !strings.Contains(e.Message, test.say) {
			t.Errorf("%s: got %v", test.name, err)
		}
	}
	_, p := managed(t, map[string]string{"/api/pull": `{"status":"x"}` + "\n"})
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Pull(ctx, "m", func(local.Progress) {}); err == nil {
		t.Error("a cancelled pull ended well")
	}
}

func TestCreateUploadsWeightsAndRefusesWhatWouldBeDownloaded(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	weights := write("mine.gguf", "GGUF and what follows")
	sum := sha256.Sum256([]byte("GGUF and what follows"))
	digest := "sha256:" + hex.EncodeToString(sum[:])
	answers := map[string]string{"/api/tags": listOfTwo, "/api/blobs/" + digest: "", "/api/create": `{"status":"writing manifest"}` + "\n" + `{"status":"success"}` + "\n"}

	for _, path := range []string{weights, write("Modelfile", "FROM ./mine.gguf\nPARAMETER temperature 0.3\n")} {
		s, p := managed(t, answers)
		var words []local.Progress
		if err := p.Create(t.Context(), "mine", path, func(w local.Progress) { words = append(words, w) }); err != nil {
			t.Fatal(path, err)
		}
		requests := s.Requests()
		last := requests[len(requests)-1]
		var body struct {
			Model string            `json:"model"`
			Files map[string]string `json:"files"`
		}
		if err := json.Unmarshal([]byte(last.Body), &body); err != nil || body.Model != "mine" || body.Files["mine.gguf"] != digest || strings.Contains(last.Body, dir) {
			t.Errorf("%s: got %s, %v", path, last.Body, err)
		}
		if asked := pathsOf(requests); !slices.Contains(asked, "POST /api/blobs/"+digest) || words[len(words)-1].Status != "success" {
			t.Errorf("%s: asked %v, said %+v", path, asked, words)
		}
	}
	for _, test := range []struct{ name, text, say string }{
		{"Modelfile", "FROM llama-of-the-library:70b\n", "Pull it first"},
		{"notes.txt", "Dear diary.\n", "no Modelfile"},
		{"big.bin", strings.Repeat("x", maxModelfile+1), "neither a GGUF file nor a Modelfile"},
	} {
		s, p := managed(t, answers)
		err := p.Create(t.Context(), "mine", write(test.name, test.text), func(local.Progress) {})
		if asked := paths(s); err == nil || !strings.Contains(bakeoff.AsError(err).Message, test.say) || slices.Contains(asked, "POST /api/create") {
			t.Errorf("%s: got %v, asked %v", test.name, err, asked)
		}
	}
	_, p := managed(t, answers)
	if err := p.Create(t.Context(), "mine", filepath.Join(dir, "absent"), func(local.Progress) {}); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
		t.Errorf("a file that is not there: %v", err)
	}
	if err := p.Create(t.Context(), "mine", write("Modelfile", "FROM tiny-clerk\nSYSTEM You are terse.\n"), func(local.Progress) {}); err != nil {
		t.Errorf("from an installed model: %v", err)
	}
}
