//go:build live

package ollama

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider/providertest"
)

// A model's life on a real server: made of another, listed, loaded, unloaded, deleted.
func TestLiveManaging(t *testing.T) {
	p := New(Config{BaseURL: providertest.Live(t), Local: true})
	version, err := p.Version(t.Context())
	if err != nil || version == "" {
		t.Fatal(version, err)
	}
	models, err := p.Installed(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	baker := models[slices.IndexFunc(models, func(m local.Model) bool { return m.Name == "tiny-baker:latest" })]
	if baker.Size == 0 || baker.Context == 0 || baker.Digest == "" || !baker.Licence.HasText || baker.Licence.Commercial != local.Yes || !slices.Contains(baker.Capabilities, "completion") {
		t.Errorf("got %+v", baker)
	}
	if text, err := p.LicenceText(t.Context(), "tiny-baker"); err != nil || text == "" {
		t.Errorf("the licence: %q, %v", text, err)
	}

	file := filepath.Join(t.TempDir(), "Modelfile")
	if err := os.WriteFile(file, []byte("FROM tiny-baker\nPARAMETER num_thread 1\nSYSTEM You are terse.\nLICENSE Gemma Terms of Use\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var words []local.Progress
	if err := p.Create(t.Context(), "tiny-tune", file, func(w local.Progress) { words = append(words, w) }); err != nil || len(words) < 2 {
		t.Fatal(words, err)
	}
	liveResidence(t, p, "tiny-tune")

	if err := p.Preload(t.Context(), "tiny-tune"); err != nil {
		t.Fatal(err)
	}
	if err := p.Delete(t.Context(), "tiny-tune"); err != nil {
		t.Fatal(err)
	}
	models, err = p.Installed(t.Context())
	if err != nil || slices.ContainsFunc(models, func(m local.Model) bool { return m.Name == "tiny-tune:latest" }) {
		t.Errorf("deleted and still there: %v", err)
	}
	liveGone(t, p, "tiny-tune:latest")
	if err := p.Delete(t.Context(), "tiny-tune"); bakeoff.AsError(err).Code != bakeoff.CodeModelMissing {
		t.Errorf("deleted twice: %v", err)
	}
	// Its cloud is off and there is no network: the library is not reached, whatever the reason.
	if err := p.Pull(t.Context(), "no-such-model:1b", func(local.Progress) {}); err == nil {
		t.Error("a pull without a network ended well")
	}
}

func liveResidence(t *testing.T, p *Provider, model string) {
	if err := p.Preload(t.Context(), model); err != nil {
		t.Fatal(err)
	}
	loaded, err := p.Loaded(t.Context())
	i := slices.IndexFunc(loaded, func(l local.Loaded) bool { return local.Canonical(l.Name) == local.Canonical(model) })
	if err != nil || i < 0 || loaded[i].Memory == 0 || loaded[i].ExpiresAt.Before(time.Now()) {
		t.Fatalf("loaded: %+v, %v", loaded, err)
	}
	if err := p.Unload(t.Context(), model); err != nil {
		t.Fatal(err)
	}
	liveGone(t, p, model)
}

// liveGone waits until a model is no longer in memory: the server unloads on its own time.
func liveGone(t *testing.T, p *Provider, model string) {
	t.Helper()
	for {
		loaded, err := p.Loaded(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(loaded, func(l local.Loaded) bool { return local.Canonical(l.Name) == local.Canonical(model) }) {
			return
		}
	}
}

// Weights of one's own, uploaded from a file.
func TestLiveMadeFromAFile(t *testing.T) {
	p := New(Config{BaseURL: providertest.Live(t), Local: true})
	dir := providertest.LiveWeights(t)
	var done, total int64
	if err := p.Create(t.Context(), "tiny-own", filepath.Join(dir, "tiny-clerk.Modelfile"), func(w local.Progress) { done, total = max(done, w.Done), max(total, w.Total) }); err != nil {
		t.Fatal(err)
	}
	if done == 0 || done != total {
		t.Errorf("uploaded %d of %d bytes", done, total)
	}
	got, _ := liveAsk(t.Context(), t, p, liveRequest("tiny-own", "Hello.", 3))
	if got.Err != nil || got.Finish == nil {
		t.Errorf("it does not answer: %v", got.Err)
	}
	if err := p.Delete(t.Context(), "tiny-own"); err != nil {
		t.Error(err)
	}
}
