package secret

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"

	"bakeoff/backend/bakeoff"

	"github.com/zalando/go-keyring"
)

const canary = "sk-canary-3141592653589793"

// ring is a keychain in memory.
type ring struct {
	items map[string]string
	err   error
	hang  chan struct{}
}

func (r *ring) Set(_, user, password string) error {
	if r.err == nil {
		r.items[user] = password
	}
	return r.err
}

func (r *ring) Get(_, user string) (string, error) {
	if r.hang != nil {
		<-r.hang
	}
	text, ok := r.items[user]
	if !ok && r.err == nil {
		return "", keyring.ErrNotFound
	}
	return text, r.err
}

func (r *ring) Delete(_, user string) error { delete(r.items, user); return r.err }
func (r *ring) DeleteAll(string) error      { return r.err }

func newRing() *ring { return &ring{items: make(map[string]string)} }

// cheap makes the encrypted file of a vault cost little.
func cheap(v *Vault) *Vault {
	v.file.work = 10
	return v
}

const here, elsewhere = "https://api.example:443", "https://evil.example:443"

func TestAnItemIsGivenOutForItsOwnOriginOnly(t *testing.T) {
	for _, place := range []Place{Keychain, File, Session} {
		v := cheap(newVault(t.TempDir(), place, newRing()))
		if place == File {
			must(t, v.Unlock("correct horse"))
		}
		got, err := v.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
		if err != nil || got != place {
			t.Fatalf("%s: kept in %q, %v", place, got, err)
		}
		if item, at, found, err := v.Item(t.Context(), "openai", here); err != nil || !found || item.Key != canary || at != place {
			t.Errorf("%s: got %v in %q, %v", place, found, at, err)
		}
		if _, _, found, err := v.Item(t.Context(), "openai", elsewhere); err != nil || found {
			t.Errorf("%s: another origin got the key: %v", place, err)
		}
		must(t, v.Delete(t.Context(), "openai"))
		if _, _, found, _ := v.Item(t.Context(), "openai", here); found {
			t.Errorf("%s: the key is still there after it was deleted", place)
		}
	}
}

func TestWithoutAKeychainNothingIsChosenForTheUser(t *testing.T) {
	dir := t.TempDir()
	v := newVault(dir, "", &ring{err: errors.New("no bus: " + canary)})
	if s := v.State(t.Context()); s.Place != "" || s.KeychainProblem == "" {
		t.Errorf("got %+v", s)
	}
	_, err := v.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
	if bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
		t.Errorf("got %v, want a sentence that asks for a choice", err)
	}
	if files, _ := os.ReadDir(dir); len(files) != 0 {
		t.Errorf("something was written: %v", files)
	}
}

func TestTheFileHoldsNoKeyInPlainAndOpensWithItsPassphraseOnly(t *testing.T) {
	dir := t.TempDir()
	v := cheap(newVault(dir, File, newRing()))
	if !v.State(t.Context()).Locked {
		t.Error("a file that was never opened is not locked")
	}
	_, err := v.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
	if bakeoff.AsError(err).Code != bakeoff.CodeAuth {
		t.Errorf("locked: got %v", err)
	}
	must(t, v.Unlock("correct horse"))
	_, err = v.Set(t.Context(), "openai", Item{Origin: here, Key: canary, Headers: map[string]string{"api-key": canary}})
	must(t, err)

	path := filepath.Join(dir, "keys.age")
	text, err := os.ReadFile(path)
	must(t, err)
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 || len(text) < 100 || bytes.Contains(text, []byte("canary")) {
		t.Errorf("mode %v, %d bytes, or the key stands in them", info.Mode(), len(text))
	}
	again := cheap(newVault(dir, File, newRing()))
	if err := again.Unlock("wrong horse!"); bakeoff.AsError(err).Code != bakeoff.CodeAuth {
		t.Errorf("a wrong passphrase: got %v", err)
	}
	must(t, again.Unlock("correct horse"))
	if item, _, found, _ := again.Item(t.Context(), "openai", here); !found || item.Key != canary || item.Headers["api-key"] != canary {
		t.Error("the key is gone after the file was opened again")
	}
}

func TestAKeychainThatHangsIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hang := make(chan struct{})
		v := newVault(t.TempDir(), Keychain, &ring{hang: hang})
		if _, _, _, err := v.Item(t.Context(), "openai", here); bakeoff.AsError(err).Code != bakeoff.CodeTimeout {
			t.Errorf("got %v", err)
		}
		close(hang)
	})
}

func TestAnItemThatAKeychainWouldCutIsRefused(t *testing.T) {
	v := newVault(t.TempDir(), Keychain, newRing())
	if _, err := v.Set(t.Context(), "openai", Item{Key: string(make([]byte, 3000))}); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
		t.Errorf("got %v", err)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
