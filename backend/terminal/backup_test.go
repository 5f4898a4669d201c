package terminal

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestBackupCheckAndRestore(t *testing.T) {
	dir, file := t.TempDir(), filepath.Join(t.TempDir(), "copy.db")
	if status, _, errs := execute(t, offline, dir, "compare", "-m", "demo/quick", "Why?"); status != exitWell {
		t.Fatal(errs)
	}
	if status, _, errs := execute(t, offline, dir, "backup", file); status != exitWell || !strings.Contains(errs, "checked and healthy") {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	if status, _, errs := execute(t, offline, dir, "backup", file); status != exitNone || !strings.Contains(errs, "already") {
		t.Errorf("over a file that is there: exit status %d: %s", status, errs)
	}
	if status, _, errs := execute(t, offline, dir, "backup", "--force", file); status != exitWell {
		t.Errorf("by force: exit status %d: %s", status, errs)
	}
	if status, out, _ := execute(t, offline, dir, "check"); status != exitWell || out != "ok\n" {
		t.Errorf("check: exit status %d, %q", status, out)
	}
	execute(t, offline, dir, "compare", "-m", "demo/quick", "And why that?")
	if status, _, errs := execute(t, offline, dir, "restore", file); status != exitWell || !strings.Contains(errs, "one comparison") || !strings.Contains(errs, "before-restore-") {
		t.Errorf("restore: exit status %d: %s", status, errs)
	}
	if _, out, _ := execute(t, offline, dir, "history"); !strings.Contains(out, "Why?") || strings.Contains(out, "And why") {
		t.Errorf("after the restore:\n%s", out)
	}
	if status, _, errs := execute(t, offline, dir, "restore", filepath.Join(dir, "none.db")); status != exitNone || !strings.Contains(errs, "no such file") {
		t.Errorf("restore of nothing: exit status %d: %s", status, errs)
	}
}

func TestCheckOfADamagedHistoryHasAStatusOfItsOwn(t *testing.T) {
	dir := t.TempDir()
	execute(t, offline, dir, "compare", "-m", "demo/quick", "Why?")
	if err := os.WriteFile(filepath.Join(dir, "history.db"), []byte("no database at all"), 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := execute(t, offline, dir, "check")
	if status != exitSome || !strings.Contains(out, "set aside") || !strings.Contains(errs, "damaged-") {
		t.Errorf("exit status %d, out %q, err %q", status, out, errs)
	}
}
