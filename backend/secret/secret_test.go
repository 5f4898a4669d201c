package secret

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

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

func (r *ring) Delete(_, user string) error {
	if r.err == nil {
		delete(r.items, user)
	}
	return r.err
}
func (r *ring) DeleteAll(string) error { return r.err }

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

// A start asks for the keys of all endpoints one after another: it must not wait the whole time for each.
func TestOnlyTheFirstWaitsForAKeychainThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRing()
		r.hang = make(chan struct{})
		v := newVault(t.TempDir(), Keychain, r)
		begin := time.Now()
		for range 8 {
			if _, _, _, err := v.Item(t.Context(), "openai", here); bakeoff.AsError(err).Code != bakeoff.CodeTimeout {
				t.Errorf("got %v", err)
			}
		}
		if took := time.Since(begin); took != patience {
			t.Errorf("eight keys took %s, want %s", took, patience)
		}
		close(r.hang)
		synctest.Wait()
		if _, _, _, err := v.Item(t.Context(), "openai", here); err != nil {
			t.Errorf("after it was unlocked: %v", err)
		}
	})
}

// A key that was entered anew in another place must not lose to the one that it replaces.
func TestTheKeyThatWasEnteredLastIsUsed(t *testing.T) {
	for _, places := range [][2]Place{{Session, Keychain}, {Session, File}, {File, Keychain}, {File, Session}, {Keychain, File}, {Keychain, Session}} {
		v := cheap(newVault(t.TempDir(), places[0], newRing()))
		must(t, v.Unlock("correct horse"))
		_, err := v.Set(t.Context(), "openai", Item{Origin: here, Key: "the old one"})
		must(t, err)
		must(t, v.Choose(places[1]))
		_, err = v.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
		must(t, err)
		if item, at, found, err := v.Item(t.Context(), "openai", here); err != nil || !found || item.Key != canary || at != places[1] {
			t.Errorf("%s, then %s: got the right key %v of %q, %v", places[0], places[1], item.Key == canary, at, err)
		}
	}
}

func TestAKeyThatCannotBeRemovedIsNotSaidToBeGone(t *testing.T) {
	r := newRing()
	v := newVault(t.TempDir(), "", r) // the keychain is the place since it works
	_, err := v.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
	must(t, err)
	r.err = errors.New("locked")
	if err := v.Delete(t.Context(), "openai"); err == nil {
		t.Errorf("the keychain refused, and still has %d items", len(r.items))
	}

	dir := t.TempDir()
	v = cheap(newVault(dir, File, newRing()))
	must(t, v.Unlock("correct horse"))
	_, err = v.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
	must(t, err)
	if err := newVault(dir, File, newRing()).Delete(t.Context(), "openai"); bakeoff.AsError(err).Code != bakeoff.CodeAuth {
		t.Errorf("the file is locked: got %v", err)
	}
}

// The window and a command may both have the file open.
func TestAKeyOfAnotherProcessStaysInTheFile(t *testing.T) {
	dir := t.TempDir()
	window, command := cheap(newVault(dir, File, newRing())), cheap(newVault(dir, File, newRing()))
	must(t, window.Unlock("correct horse"))
	must(t, command.Unlock("correct horse"))
	_, err := command.Set(t.Context(), "groq", Item{Origin: here, Key: canary})
	must(t, err)
	_, err = window.Set(t.Context(), "openai", Item{Origin: here, Key: canary})
	must(t, err)
	again := cheap(newVault(dir, File, newRing()))
	must(t, again.Unlock("correct horse"))
	for _, name := range []string{"openai", "groq"} {
		if _, _, found, _ := again.Item(t.Context(), name, here); !found {
			t.Errorf("the key of %s is gone", name)
		}
	}
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
