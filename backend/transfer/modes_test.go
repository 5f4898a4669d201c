//go:build unix

package transfer

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"bakeoff/backend/export"
	"bakeoff/backend/store/storetest"
)

func TestAnExportIsPrivateWhateverTheUmask(t *testing.T) {
	s := open(t, t.TempDir())
	must(t, s.InsertComparison(t.Context(), storetest.Comparison(1, 2)))
	old := syscall.Umask(0)
	defer syscall.Umask(old)
	dir := t.TempDir()
	path := filepath.Join(dir, "x.html")
	_, err := Export(t.Context(), s, path, nil, export.Options{Format: export.HTML}, func(export.Written) {
		parts, _ := filepath.Glob(filepath.Join(dir, ".bakeoff-*.part"))
		if len(parts) != 1 {
			t.Fatalf("the file on its way: %v", parts)
		}
		private(t, parts[0])
	})
	must(t, err)
	private(t, path)
	must(t, s.BackupTo(t.Context(), filepath.Join(dir, "copy.db")))
	private(t, filepath.Join(dir, "copy.db"))
}

func private(t *testing.T, path string) {
	t.Helper()
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("%s: got %o, want 600", filepath.Base(path), info.Mode().Perm())
	}
}
