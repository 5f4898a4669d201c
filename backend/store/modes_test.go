//go:build unix

package store

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"bakeoff/backend/store/storetest"
)

func TestFilesArePrivateWhateverTheUmask(t *testing.T) {
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := filepath.Join(t.TempDir(), "new", "data")
	s := open(t, dir)
	must(t, storetest.Fill(t.Context(), s, 3, 2))
	must(t, s.copyBefore(t.Context(), 1))
	made, err := s.Backup(t.Context())
	must(t, err)
	seen := map[string]bool{}
	must(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		want := os.FileMode(0o600)
		if info.IsDir() {
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s: got %o, want %o", path, info.Mode().Perm(), want)
		}
		seen[strings.TrimPrefix(path, dir)] = true
		return err
	}))
	for _, name := range []string{"/history.db", "/history.db-wal", "/history.db-shm", "/history.marker", "/open.lock", "/backups/" + made.Name} {
		if !seen[name] {
			t.Errorf("%s was not there to be looked at", name)
		}
	}
}
