package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"
)

// backedUp makes a closed history of so many comparisons and a backup of it outside its folder.
func backedUp(t *testing.T, comparisons int) (dir, file string) {
	t.Helper()
	dir, file = t.TempDir(), filepath.Join(t.TempDir(), "copy.db")
	s := open(t, dir)
	fill(t, s, comparisons, 2)
	must(t, s.BackupTo(t.Context(), file))
	must(t, s.Close())
	return dir, file
}

func TestABackupIsMadeWhileOthersWrite(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, 50, 2)
	stop, done := make(chan struct{}), make(chan error)
	go func() {
		for n := 1000; ; n++ {
			select {
			case <-stop:
				done <- nil
				return
			default:
			}
			if err := s.InsertComparison(context.WithoutCancel(t.Context()), storetest.Comparison(n, 2)); err != nil {
				done <- err
				return
			}
		}
	}()
	var counts []int
	for range 3 {
		b, err := s.Backup(t.Context())
		must(t, err)
		path, err := s.BackupPath(b.Name)
		must(t, err)
		must(t, verify(t.Context(), path))
		n, err := countIn(t.Context(), path)
		must(t, err)
		counts = append(counts, n)
	}
	close(stop)
	must(t, <-done)
	if counts[0] < 50 || counts[2] < counts[0] {
		t.Errorf("the copies hold %v comparisons", counts)
	}
	if left, _ := filepath.Glob(filepath.Join(s.backups(), "*.new*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestADayHasOneAutomaticBackup(t *testing.T) {
	s := open(t, t.TempDir())
	now := time.Now()
	if made, err := s.BackupIfDue(t.Context(), now); made || err != nil {
		t.Fatalf("an empty history: %v, %v", made, err)
	}
	fill(t, s, 1, 1)
	for _, tt := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {time.Hour, false}, {23 * time.Hour, false}, {25 * time.Hour, true}} {
		if made, err := s.BackupIfDue(t.Context(), now.Add(tt.after)); made != tt.want || err != nil {
			t.Errorf("after %v: made %v, %v", tt.after, made, err)
		}
	}
}

func TestSevenDaysAndTheNewestThreeAreKept(t *testing.T) {
	s := open(t, t.TempDir())
	day := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	put := func(prefix string, at time.Time) string {
		name := prefix + at.Format(stampLayout) + ".db"
		write(t, filepath.Join(s.backups(), name), []byte("x"))
		return name
	}
	var want []string
	for d := range 10 {
		name := put("history-", day.AddDate(0, 0, d))
		if d >= 3 {
			want = append(want, name)
		}
	}
	for h := range 4 {
		name := put("history-", day.AddDate(0, 0, 9).Add(time.Duration(h+1)*time.Hour))
		if h == 0 {
			want[len(want)-1] = name // the three newest are after it: it goes, and so does the one before
			want = want[:len(want)-1]
		} else {
			want = append(want, name)
		}
	}
	for v := range 3 {
		name := put(fmt.Sprintf("history-v%d-", v+1), day.AddDate(0, 0, v))
		if v > 0 {
			want = append(want, name)
		}
	}
	write(t, filepath.Join(s.backups(), "mine.db"), []byte("a file of the user"))
	must(t, s.prune())
	all, err := s.Backups()
	must(t, err)
	got := map[string]bool{}
	for _, b := range all {
		got[b.Name] = true
	}
	for _, name := range want {
		if !got[name] {
			t.Errorf("%s is gone", name)
		}
		delete(got, name)
	}
	if len(got) > 0 {
		t.Errorf("kept beyond its time: %v", got)
	}
	if _, err := os.Stat(filepath.Join(s.backups(), "mine.db")); err != nil {
		t.Error("a file that is no backup was removed")
	}
}

func TestABackupThatTheNextStartRestoresIsKept(t *testing.T) {
	dir, file := backedUp(t, 4)
	s := open(t, dir)
	old := filepath.Join(s.backups(), "history-20200101T000000.000Z.db")
	older := filepath.Join(s.backups(), "history-20191231T000000.000Z.db")
	write(t, old, read(t, file))
	write(t, older, read(t, file))
	for d := range keepDays {
		write(t, filepath.Join(s.backups(), fmt.Sprintf("history-2026010%dT000000.000Z.db", d+1)), []byte("x"))
	}
	must(t, s.RestoreNext(t.Context(), old))
	must(t, s.prune())
	if _, err := os.Stat(older); err == nil {
		t.Error("the control: nothing was removed")
	}
	must(t, s.Close())
	if next := open(t, dir); size(t, next) != 4 || !strings.Contains(next.Notice(), "restored: 4 comparisons") {
		t.Errorf("%d comparisons, notice %q", size(t, next), next.Notice())
	}
}

func TestABackupOfADamagedHistoryIsNotMade(t *testing.T) {
	dir := history(t, 60)
	info, err := os.Stat(dbPath(dir))
	must(t, err)
	s := open(t, dir)
	good, err := s.Backup(t.Context())
	must(t, err)
	must(t, s.Close())
	b := read(t, dbPath(dir))
	copy(b[len(b)/2/pageSize*pageSize:], make([]byte, 8*pageSize))
	write(t, dbPath(dir), b)
	must(t, writeMarker(dir, noteOf(dbPath(dir)))) // so that the start finds nothing
	_ = info
	s = open(t, dir)
	if _, err := s.Backup(t.Context()); err == nil || !strings.Contains(bakeoff.AsError(err).Message, "damaged") {
		t.Errorf("got %v", err)
	}
	all, err := s.Backups()
	must(t, err)
	if len(all) != 1 || all[0].Name != good.Name {
		t.Errorf("the backups are %v", all)
	}
	_ = s.Close()
	next := open(t, dir)
	path := filepath.Join(dir, "backups", good.Name)
	if !strings.Contains(next.Notice(), path) || !strings.Contains(next.Notice(), "60 comparisons") {
		t.Errorf("the newest backup is not offered: %s", next.Notice())
	}
	if found, _ := next.Check(t.Context()); len(found) == 0 {
		t.Error("a check right after the damage finds nothing")
	}
}

func TestARottenBackupIsNotOffered(t *testing.T) {
	dir := history(t, 30)
	s := open(t, dir)
	old, err := s.Backup(t.Context())
	must(t, err)
	newer := strings.Replace(old.Name, "history-2", "history-9", 1)
	b := read(t, filepath.Join(s.backups(), old.Name))
	copy(b[len(b)/2/pageSize*pageSize:], make([]byte, 4*pageSize))
	write(t, filepath.Join(s.backups(), newer), b)
	must(t, s.Close())
	must(t, os.Remove(dbPath(dir)))
	if notice := open(t, dir).Notice(); !strings.Contains(notice, old.Name) || strings.Contains(notice, newer) {
		t.Errorf("the notice says %q", notice)
	}
}

func TestRestorePutsTheBackupInPlaceAndKeepsWhatWasThere(t *testing.T) {
	dir, file := backedUp(t, 5)
	s := open(t, dir)
	must(t, s.InsertComparison(t.Context(), storetest.Comparison(99, 1)))
	must(t, s.Close())
	before, copied := read(t, dbPath(dir)), read(t, file)
	done, err := Restore(t.Context(), dir, file)
	must(t, err)
	if done.Comparisons != 5 || !bytes.Equal(read(t, filepath.Join(done.Aside, "history.db")), before) {
		t.Errorf("restored %+v; the history before is not kept", done)
	}
	if !bytes.Equal(read(t, file), copied) {
		t.Error("the backup was changed")
	}
	s = open(t, dir)
	if s.Notice() != "" || size(t, s) != 5 {
		t.Errorf("notice %q, %d comparisons", s.Notice(), size(t, s))
	}
}

func TestARestoreForgetsNoSpending(t *testing.T) {
	dir, file := backedUp(t, 2)
	s := open(t, dir)
	must(t, s.change(t.Context(), "spend", execs(`INSERT INTO spend VALUES ('later', 1, 'groq', 'm', 700)`)))
	must(t, s.Close())
	old := filepath.Join(t.TempDir(), "v1.db") // it has no such table
	write(t, old, read(t, filepath.Join("testdata", "v1.db")))
	for _, backup := range []string{file, old} {
		done, err := Restore(t.Context(), dir, backup)
		must(t, err)
		s = open(t, dir)
		if n := number(t, s, `SELECT cost_pusd FROM spend WHERE run_id = 'later'`); n != 700 || size(t, s) != done.Comparisons || s.Notice() != "" {
			t.Errorf("%s: got %d; %d comparisons, notice %q", filepath.Base(backup), n, size(t, s), s.Notice())
		}
		must(t, s.Close())
	}
}

func TestABackupMayBeNamedFromWhereOneStands(t *testing.T) {
	_, file := backedUp(t, 3)
	t.Chdir(filepath.Dir(file))
	if done, err := Restore(t.Context(), t.TempDir(), filepath.Base(file)); err != nil || done.Comparisons != 3 {
		t.Errorf("restored %+v, %v", done, err)
	}
}

func TestRestoreIntoAnEmptyFolder(t *testing.T) {
	_, file := backedUp(t, 3)
	dir := filepath.Join(t.TempDir(), "new")
	done, err := Restore(t.Context(), dir, file)
	must(t, err)
	if s := open(t, dir); done.Aside != "" || size(t, s) != 3 || s.Notice() != "" {
		t.Errorf("restored %+v, notice %q", done, s.Notice())
	}
}

func TestRestoreRefusesAndTouchesNothing(t *testing.T) {
	dir, file := backedUp(t, 30)
	good := read(t, file)
	changed := func(name string, change func(b []byte) []byte) string {
		path := filepath.Join(t.TempDir(), name)
		write(t, path, change(bytes.Clone(good)))
		return path
	}
	trigger := changed("trigger.db", func(b []byte) []byte { return b })
	db, err := sql.Open("sqlite", trigger)
	must(t, err)
	_, err = db.Exec(`CREATE TRIGGER evil AFTER INSERT ON comparison BEGIN DELETE FROM run; END`)
	must(t, err)
	must(t, db.Close())
	for _, tt := range []struct{ name, file, want string }{
		{"a newer version", changed("new.db", func(b []byte) []byte {
			binary.BigEndian.PutUint32(b[60:], uint32(latestVersion()+1))
			return b
		}), "newer version"},
		{"a damaged one", changed("bad.db", func(b []byte) []byte { copy(b[len(b)/2/pageSize*pageSize:], make([]byte, 4*pageSize)); return b }), "damaged"},
		{"half of one", changed("half.db", func(b []byte) []byte { return b[:len(b)/2/pageSize*pageSize] }), ""},
		{"another program's", changed("other.db", func(b []byte) []byte { binary.BigEndian.PutUint32(b[68:], 7); return b }), "no Bakeoff history"},
		{"text", changed("text.db", func([]byte) []byte { return []byte("hello") }), "no Bakeoff history"},
		{"zero bytes", changed("zero.db", func([]byte) []byte { return nil }), "no Bakeoff history"},
		{"one with a trigger of its own", trigger, "no Bakeoff history"},
		{"a folder", t.TempDir(), "no Bakeoff history"},
		{"nothing", filepath.Join(t.TempDir(), "none.db"), "no such file"},
		{"the history itself", dbPath(dir), "history itself"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			before := read(t, dbPath(dir))
			_, err := Restore(t.Context(), dir, tt.file)
			if err == nil || !strings.Contains(bakeoff.AsError(err).Message, tt.want) {
				t.Errorf("got %v", err)
			}
			if !bytes.Equal(read(t, dbPath(dir)), before) {
				t.Error("the history was touched")
			}
			if left, _ := filepath.Glob(filepath.Join(dir, "*restore*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
	s := open(t, dir)
	if _, err := Restore(t.Context(), dir, file); code(err) != bakeoff.CodeInvalid || !strings.Contains(err.Error(), "Another Bakeoff") {
		t.Errorf("while it is open: got %v", err)
	}
	must(t, s.Close())
	if _, err := Restore(t.Context(), dir, file); err != nil { // the control
		t.Error(err)
	}
}

func TestTheWindowsRestoreHappensAtTheNextStart(t *testing.T) {
	dir, file := backedUp(t, 4)
	s := open(t, dir)
	must(t, s.InsertComparison(t.Context(), storetest.Comparison(99, 1)))
	other := open(t, dir)
	must(t, s.RestoreNext(t.Context(), file))
	must(t, s.Close())
	late := open(t, dir) // another process still has it open: not yet
	if size(t, late) != 5 {
		t.Fatalf("restored under the eyes of another process: %d", size(t, late))
	}
	must(t, other.Close())
	must(t, late.Close())
	next := open(t, dir)
	if size(t, next) != 4 || !strings.Contains(next.Notice(), "4 comparisons") || !strings.Contains(next.Notice(), "before-restore-") {
		t.Errorf("%d comparisons, notice %q", size(t, next), next.Notice())
	}
	must(t, next.Close())
	if again := open(t, dir); again.Notice() != "" || size(t, again) != 4 {
		t.Errorf("it was restored again: %q", again.Notice())
	}
	if err := open(t, dir).RestoreNext(t.Context(), filepath.Join(dir, "history.marker")); err == nil {
		t.Error("took a file that is no history")
	}
}

func TestADatabaseIsMovedWithItsLogOrNotAtAll(t *testing.T) {
	for _, held := range []string{"-wal", "-shm", "none"} {
		s := &Store{dir: t.TempDir()}
		s.path = dbPath(s.dir)
		for _, suffix := range []string{"", "-wal", "-shm"} {
			write(t, s.path+suffix, []byte("x"+suffix))
		}
		where := t.TempDir()
		moved, err := s.moveInto(where, func(from, to string) error {
			if strings.HasSuffix(from, held) {
				return fs.ErrPermission // as where another program has it open
			}
			return os.Rename(from, to)
		})
		left, _ := filepath.Glob(filepath.Join(where, "*"))
		if held == "none" {
			if moved != 3 || err != nil || len(left) != 3 {
				t.Errorf("the control: moved %d, %v, %v", moved, left, err)
			}
			continue
		}
		if !errors.Is(err, fs.ErrPermission) || len(left) > 0 {
			t.Errorf("%s stays, and so do not %v: %v", held, left, err)
		}
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if got := string(read(t, s.path+suffix)); got != "x"+suffix {
				t.Errorf("history.db%s: got %q", suffix, got)
			}
		}
	}
}

func TestABrokenOffRestoreIsCompleted(t *testing.T) {
	dir, file := backedUp(t, 4)
	copied := read(t, file)
	for name, prepare := range map[string]func(){
		"before the first rename": func() {},
		"between the two":         func() { must(t, os.Rename(dbPath(dir), dbPath(dir)+".elsewhere")) },
	} {
		t.Run(name, func(t *testing.T) {
			write(t, dbPath(dir)+".restore", copied)
			prepare()
			s := open(t, dir)
			if s.Notice() != "" || size(t, s) != 4 {
				t.Errorf("notice %q, %d comparisons", s.Notice(), size(t, s))
			}
			if _, err := os.Stat(dbPath(dir) + ".restore"); err == nil {
				t.Error("the staged copy is still there")
			}
			must(t, s.Close())
		})
	}
}

func TestAnOlderHistoryIsCopiedBeforeItsUpgrade(t *testing.T) {
	dir := t.TempDir()
	old := read(t, filepath.Join("testdata", "v1.db"))
	write(t, dbPath(dir), old)
	s := open(t, dir)
	all, err := s.Backups()
	must(t, err)
	if len(all) != 1 || all[0].Upgrade != 1 {
		t.Fatalf("the backups are %v", all)
	}
	must(t, s.Close())
	if _, err := Restore(t.Context(), dir, filepath.Join(dir, "backups", all[0].Name)); err != nil {
		t.Fatal(err)
	}
	if s := open(t, dir); size(t, s) != 4 {
		t.Errorf("%d comparisons after the way back", size(t, s))
	}
}

func TestACancelledBackupLeavesNothing(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, 200, 4)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Backup(ctx); err == nil {
		t.Error("no error")
	}
	left, err := os.ReadDir(s.backups())
	must(t, err)
	if len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestACopyOfAnOlderVersionForgetsToo(t *testing.T) {
	dir := t.TempDir()
	write(t, dbPath(dir), read(t, filepath.Join("testdata", "v1.db")))
	s := open(t, dir)
	rows, err := column(t.Context(), s.read, `SELECT id FROM comparison ORDER BY id`)
	must(t, err)
	before, err := s.Backups()
	must(t, err)
	path := filepath.Join(s.backups(), before[0].Name)
	must(t, s.Delete(t.Context(), rows[0]))
	must(t, s.PurgeDeleted(t.Context()))
	must(t, verify(t.Context(), path))
	if n, err := countIn(t.Context(), path); err != nil || n != len(rows)-1 {
		t.Errorf("the copy holds %d comparisons, want %d; %v", n, len(rows)-1, err)
	}
	if n := number(t, s, `SELECT count(*) FROM purged`); n != 0 {
		t.Errorf("%d are still to be forgotten", n)
	}
}

// A disk that was full for a moment must not cost the backups, and what is to be forgotten is forgotten later.
func TestABackupThatCannotForgetNowIsKept(t *testing.T) {
	s := open(t, t.TempDir())
	fill(t, s, 3, 2)
	b, err := s.Backup(t.Context())
	must(t, err)
	path := filepath.Join(s.backups(), b.Name)
	for _, beside := range []string{"-journal", "-wal"} {
		must(t, os.Mkdir(path+beside, 0o700)) // SQLite cannot write its own file there
	}
	rows, err := column(t.Context(), s.read, `SELECT id FROM comparison`)
	must(t, err)
	must(t, s.Delete(t.Context(), rows[0]))
	if err := s.PurgeDeleted(t.Context()); err == nil {
		t.Error("nobody is told that the backup did not forget")
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the backup is gone: %v", err)
	}
	for _, beside := range []string{"-journal", "-wal"} {
		must(t, os.Remove(path+beside))
	}
	must(t, s.PurgeDeleted(t.Context()))
	if n, err := countIn(t.Context(), path); err != nil || n != 2 {
		t.Errorf("the backup holds %d comparisons, want 2; %v", n, err)
	}
}

// A comparison that comes back from a file takes only itself out of what was deleted, and backups keep it.
func TestAnImportLeavesOtherDeletionsToUndo(t *testing.T) {
	s := open(t, t.TempDir())
	back, other := storetest.Comparison(1, 2), storetest.Comparison(2, 2)
	must(t, s.InsertComparison(t.Context(), back))
	must(t, s.InsertComparison(t.Context(), other))
	must(t, s.IndexAll(t.Context()))
	must(t, s.Delete(t.Context(), back.ID, other.ID))
	must(t, s.quietly(t.Context(), "note", execs(`INSERT INTO purged VALUES (?)`, back.ID)))
	file := func(yield func(bakeoff.Comparison, error) bool) { yield(back, nil) }
	done, err := s.Import(t.Context(), "bakeoff", file, func(a, b bakeoff.Comparison) bool { return true }, func(Imported) {})
	if err != nil || done.New != 1 {
		t.Fatalf("got %+v, %v", done, err)
	}
	if n := number(t, s, `SELECT count(*) FROM purged`); n != 0 {
		t.Error("backups would forget what is in the history")
	}
	must(t, s.Undelete(t.Context(), other.ID))
	must(t, s.IndexAll(t.Context()))
	page, err := s.Search(t.Context(), Query{Text: "question"})
	if err != nil || len(page.Rows) != 2 {
		t.Errorf("found %d of 2, %v", len(page.Rows), err)
	}
	if faults, err := s.CheckIndex(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("the index: %v, %v", faults, err)
	}
}
