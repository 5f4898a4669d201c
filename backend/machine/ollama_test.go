package machine

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
)

// script writes a program ollama that says how it was called, and returns its way and that of what it said.
func script(t *testing.T) (path, said string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	dir := t.TempDir()
	path, said = filepath.Join(dir, "ollama"), filepath.Join(dir, "said")
	if err := os.WriteFile(path, []byte("#!/bin/sh\necho \"$* $OLLAMA_HOST\" > "+said+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return path, said
}

func TestOllamaIsFoundInThePathBeforeItsUsualPlaces(t *testing.T) {
	first, _ := script(t)
	second, _ := script(t)
	t.Setenv("PATH", filepath.Dir(first))
	if got := Ollama(filepath.Dir(second)); got != first {
		t.Errorf("got %q, want %q", got, first)
	}
	t.Setenv("PATH", t.TempDir())
	if got := Ollama(t.TempDir(), filepath.Dir(second)); got != second {
		t.Errorf("got %q, want %q", got, second)
	}
	if err := os.Chmod(second, 0o600); err != nil {
		t.Fatal(err)
	}
	if got := Ollama(filepath.Dir(second)); got != "" {
		t.Errorf("a file that is no program was found: %q", got)
	}
}

func TestServeStartsTheServerOnItsAddress(t *testing.T) {
	path, said := script(t)
	serving, err := Serve(path, "127.0.0.1:9999")
	if err != nil {
		t.Fatal(err)
	}
	select {
	case <-serving.Ended():
	case <-time.After(10 * time.Second):
		t.Fatal("its end was not told")
	}
	if got, err := os.ReadFile(said); err != nil || strings.TrimSpace(string(got)) != "serve 127.0.0.1:9999" {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestWhatCannotBeStartedIsSaidWithoutItsPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "ollama")
	_, err := Serve(path, "127.0.0.1:9999")
	if e := bakeoff.AsError(err); e.Code != bakeoff.CodeUnreachable || strings.Contains(e.Message, path) {
		t.Errorf("got %v", err)
	}
}

func TestEverySystemIsToldHowToInstall(t *testing.T) {
	for _, system := range []string{"windows", "darwin", "linux", "freebsd"} {
		if got := HowToInstall(system); !strings.Contains(got, "ollama.com/download") || !strings.HasSuffix(got, ".") {
			t.Errorf("%s: %q", system, got)
		}
	}
}
