package wiring

import (
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/secret"
)

// The window and a command on the same history: what one sets up, the other asks with its next run.
func TestWhatAnotherBakeoffSetsUpIsTakenOver(t *testing.T) {
	dir := t.TempDir()
	address, _ := gateway(t, "Authorization", canary)
	window, command := setupHouse(t, dir, env{PassphraseVariable: "correct horse"}), setupHouse(t, dir, env{PassphraseVariable: "correct horse"})
	defer closeHouse(t, window)
	defer closeHouse(t, command)
	reread := func(want ...string) {
		t.Helper()
		if got, err := window.Setup.Reread(t.Context()); err != nil || !slices.Equal(got, want) {
			t.Errorf("got %v, %v; want %v", got, err, want)
		}
	}
	reread() // nothing has changed

	must(t, command.Setup.ChooseKeys(t.Context(), secret.File))
	must(t, command.Setup.UnlockKeys(t.Context(), "correct horse"))
	name, err := command.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "office", Kind: KindOpenAI, BaseURL: address})
	must(t, err)
	reread(name)
	must(t, window.Setup.UnlockKeys(t.Context(), "correct horse"))
	_, err = command.Setup.SetKey(t.Context(), name, KeyEdit{Key: canary})
	must(t, err)
	reread(name)
	if got, err := window.Setup.Test(t.Context(), name); err != nil || got.Problem != nil || got.Models != 2 {
		t.Errorf("with the key that the command kept: %+v, %v", got, err)
	}
	if got := infoOf(t, window, name); len(got.Models) != 2 {
		t.Errorf("the list is gone: %+v", got)
	}
	reread() // again nothing: the list stays
	must(t, command.Setup.EnableEndpoint(t.Context(), "openai", false))
	reread("openai")
	if got := infoOf(t, window, name); len(got.Models) != 2 {
		t.Error("an endpoint that is the same lost its list")
	}
	must(t, command.Setup.RemoveEndpoint(t.Context(), name))
	reread(name)
	if _, err := window.Registry.Get(name); bakeoff.AsError(err).Code != bakeoff.CodeNotFound {
		t.Errorf("removed: got %v", err)
	}
}

// "Unlock" stood beside every endpoint without a key while the file was locked.
func TestOnlyAnEndpointWhoseKeyIsInTheLockedFileIsLocked(t *testing.T) {
	dir := t.TempDir()
	h := setupHouse(t, dir, env{})
	must(t, h.Setup.ChooseKeys(t.Context(), secret.File))
	must(t, h.Setup.UnlockKeys(t.Context(), "correct horse"))
	_, err := h.Setup.SetKey(t.Context(), "openai", KeyEdit{Key: canary})
	must(t, err)
	closeHouse(t, h)
	h = setupHouse(t, dir, env{})
	defer closeHouse(t, h)
	for _, i := range h.Registry.Known() {
		if want := i.Name == "openai"; i.Locked != want {
			t.Errorf("%s: locked is %v", i.Name, i.Locked)
		}
	}
	if notice := h.Notice(); notice != "" {
		t.Errorf("the start nags about a keychain that nobody chose: %s", notice)
	}
}

func TestRemovingAKeyThatIsNotKeptIsSaid(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{"OPENAI_API_KEY": canary})
	defer closeHouse(t, h)
	err := h.Setup.ClearKey(t.Context(), "openai")
	if e := bakeoff.AsError(err); e.Code != bakeoff.CodeNotFound || !strings.Contains(e.Message, "OPENAI_API_KEY") {
		t.Errorf("got %v", err)
	}
	if e := bakeoff.AsError(h.Setup.ClearKey(t.Context(), "anthropic")); e.Code != bakeoff.CodeNotFound || strings.Contains(e.Message, "comes from") {
		t.Errorf("got %v", e)
	}
}

// "bad nourl" became https://nourl without a word.
func TestAnAddressIsWrittenWhole(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	for _, test := range []struct {
		kind          Kind
		address, want string // empty: it is asked for
	}{
		{KindOpenAI, "nourl", ""}, {KindOpenAI, "gateway.example/v1", ""}, {KindAnthropic, "192.168.1.20:8080", ""}, {KindGemini, "", ""},
		{KindOpenAI, "https://gateway.example/v1", "https://gateway.example/v1"}, {KindOpenAI, "127.0.0.1:8080", "http://127.0.0.1:8080/v1"},
		{KindOpenAI, "localhost:1234/v1", "http://localhost:1234/v1"}, {KindOllama, "gpu.lan", "http://gpu.lan:11434"}, {KindOllama, "192.168.1.20:8000", "http://192.168.1.20:8000"},
	} {
		_, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "tried", Kind: test.kind, BaseURL: test.address})
		switch {
		case test.want == "":
			if e := bakeoff.AsError(err); err == nil || e.Code != bakeoff.CodeInvalid || !strings.Contains(e.Message, "whole address") {
				t.Errorf("%q: got %v", test.address, err)
			}
		case err != nil || infoOf(t, h, "tried").BaseURL != test.want:
			t.Errorf("%q: got %q, %v", test.address, infoOf(t, h, "tried").BaseURL, err)
		}
	}
}
