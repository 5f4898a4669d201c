package store

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"bakeoff/backend/store/storetest"
)

// readOnlyDir tells the re-executed test where its read-only history is.
const readOnlyDir = "BAKEOFF_TEST_READ_ONLY_DIR"

// TestAReadOnlyHistoryIsReadAndSaysSo runs itself again in a namespace where the folder or the file is mounted
// read-only: mode bits prove nothing to root.
func TestAReadOnlyHistoryIsReadAndSaysSo(t *testing.T) {
	if dir := os.Getenv(readOnlyDir); dir != "" {
		readOnlyHistory(t, dir)
		return
	}
	if err := exec.Command("unshare", "-rm", "mount", "--bind", "-o", "ro", "/tmp", "/tmp").Run(); err != nil {
		t.Skipf("this machine gives no mount namespace: %v", err)
	}
	for _, tt := range []struct {
		name string
		what func(dir string) string
		live bool // another process has it open, so that the log and its companion are there
	}{
		{"the folder", func(dir string) string { return dir }, false},
		{"the file", dbPath, false},
		{"the folder, in use", func(dir string) string { return dir }, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := history(t, 3)
			if tt.live {
				must(t, open(t, dir).SetSetting(t.Context(), "theme", "dark"))
			}
			again := exec.Command("unshare", "-rm", "sh", "-c", `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"`,
				tt.what(dir), os.Args[0], "-test.run=^TestAReadOnlyHistoryIsReadAndSaysSo$", "-test.v")
			again.Env = append(os.Environ(), readOnlyDir+"="+dir)
			out, err := again.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "read 3 comparisons") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}

func readOnlyHistory(t *testing.T, dir string) {
	s := open(t, dir)
	t.Logf("read %d comparisons", size(t, s))
	if !strings.Contains(s.Notice(), "can only be read") {
		t.Errorf("the notice says %q", s.Notice())
	}
	if _, err := s.Comparison(t.Context(), storetest.ID(0, 1)); err != nil {
		t.Errorf("reading: %v", err)
	}
	for did, err := range map[string]error{
		"insert": s.InsertComparison(t.Context(), storetest.Comparison(9, 1)), "delete": s.Delete(t.Context(), storetest.ID(0, 1)),
		"set": s.SetSetting(t.Context(), "theme", "dark"), "purge": s.PurgeDeleted(t.Context()),
	} {
		if err == nil || !strings.Contains(err.Error(), "can only be read") {
			t.Errorf("%s: got %v", did, err)
		}
	}
	must(t, s.Close())
}
