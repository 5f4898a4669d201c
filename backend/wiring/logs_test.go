package wiring

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bakeoff/backend/provider"
)

func TestTheLogHoldsNoKeyAndIsReadableByItsOwnerAlone(t *testing.T) {
	const key = "canary-4711-canary"
	r := newRegistry(env{"OPENAI_API_KEY": key}.get, noOpenness, func(endpoint, proxyFunc) provider.Provider { return nil }, nil, nil)
	dir := t.TempDir()
	log, file := openLog(dir, r.redact)
	log.Warn("tried "+key, "err", errors.New("the server said "+key), "long", strings.Repeat("x", 1<<20))
	log.Error("pattern", "header", "Bearer sk-0123456789abcdef0123456789")
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "logs", "bakeoff.log")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Count(string(text), "\n"); got != 2 {
		t.Errorf("got %d lines, want 2", got)
	}
	if len(text) > 4*maxLogged {
		t.Errorf("the log is %d bytes long", len(text))
	}
	for _, secret := range []string{key, "0123456789abcdef0123456789"} {
		if strings.Contains(string(text), secret) {
			t.Errorf("the log holds %s: %s", secret, text)
		}
	}
	for path, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", filepath.Base(path), got, want)
		}
	}
}

func TestWithoutAFolderThereIsNoLog(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	log, closer := openLog(file, func(s string) string { return s })
	log.Warn("nobody reads this")
	if err := closer.Close(); err != nil {
		t.Error(err)
	}
}
