package store

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/binary"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"

	"github.com/gofrs/flock"
)

// history makes a folder with a cleanly closed history of so many comparisons and returns it.
func history(t *testing.T, comparisons int) string {
	t.Helper()
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, comparisons, 4)
	must(t, s.Close())
	return dir
}

// fill saves finished comparisons in one transaction: a thousand synced ones would take a minute.
func fill(t testing.TB, s *Store, comparisons, runs int) {
	t.Helper()
	must(t, s.change(t.Context(), "fill", func(tx *sql.Tx) error {
		return storetest.Fill(t.Context(), filler{s, tx}, comparisons, runs)
	}))
}

type filler struct {
	s  *Store
	tx *sql.Tx
}

func (f filler) InsertComparison(ctx context.Context, c bakeoff.Comparison) error {
	return f.s.insertComparison(ctx, f.tx, c)
}

func dbPath(dir string) string { return filepath.Join(dir, "history.db") }

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return b
}

func write(t *testing.T, path string, b []byte) {
	t.Helper()
	must(t, os.WriteFile(path, b, 0o600))
}

// count returns how many comparisons the history lists.
func size(t *testing.T, s *Store) int {
	t.Helper()
	page, err := s.Search(t.Context(), Query{Limit: maxLimit})
	must(t, err)
	return len(page.Rows)
}

const pageSize = 4096

func TestDamageIsSetAsideWithAllItsBytes(t *testing.T) {
	for _, tt := range []struct {
		name   string
		damage func(b []byte) []byte // nil removes the file
	}{
		{"the header is overwritten", func(b []byte) []byte { copy(b, "not a database at all"); return b }},
		{"the file is cut in half", func(b []byte) []byte { return b[:len(b)/2/pageSize*pageSize] }},
		{"the file is cut inside a page", func(b []byte) []byte { return b[:len(b)-pageSize/2] }},
		{"a page in the middle is zeroed", func(b []byte) []byte { copy(b[len(b)/2/pageSize*pageSize:], make([]byte, pageSize)); return b }},
		{"zero bytes are left", func(b []byte) []byte { return b[:0] }},
		{"the file is missing", nil},
		{"another program's database took its place", func(b []byte) []byte { binary.BigEndian.PutUint32(b[68:], 7); return b }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := history(t, 30)
			var want []byte
			if tt.damage != nil {
				want = tt.damage(read(t, dbPath(dir)))
				write(t, dbPath(dir), want)
			} else {
				must(t, os.Remove(dbPath(dir)))
			}
			s := open(t, dir)
			if want := map[bool]string{true: "damaged-", false: "file is gone"}[tt.damage != nil]; !strings.Contains(s.Notice(), want) {
				t.Errorf("the notice says %q", s.Notice())
			}
			aside, _ := filepath.Glob(filepath.Join(dir, "damaged-*", "history.db"))
			if tt.damage != nil && (len(aside) != 1 || !bytes.Equal(read(t, aside[0]), want)) {
				t.Errorf("the damaged bytes are not kept: %v", aside)
			}
			must(t, storetest.Fill(t.Context(), s, 1, 2))
			must(t, s.Close())
			again := open(t, dir)
			if again.Notice() != "" || size(t, again) != 1 {
				t.Errorf("the new history: notice %q, %d comparisons", again.Notice(), size(t, again))
			}
		})
	}
}

func TestAHealthyHistoryIsNotSetAside(t *testing.T) { // the control of the test above
	dir := history(t, 30)
	write(t, dbPath(dir), read(t, dbPath(dir))) // another time of change: it is checked, and found healthy
	s := open(t, dir)
	if s.Notice() != "" || size(t, s) != 30 {
		t.Errorf("notice %q, %d comparisons", s.Notice(), size(t, s))
	}
}

// A log that holds a whole database replaces the file without a contradiction: every check finds a healthy history, but
// another one. Only the identity tells.
func TestTheLogOfAnotherFileDamagesNothingUnseen(t *testing.T) {
	dir, other := history(t, 30), t.TempDir()
	o := open(t, other)
	fill(t, o, 60, 8)
	stale := read(t, dbPath(other)+"-wal")
	must(t, o.Close())
	want := read(t, dbPath(dir))
	write(t, dbPath(dir)+"-wal", stale)
	s := open(t, dir)
	aside, _ := filepath.Glob(filepath.Join(dir, "damaged-*", "history.db"))
	if len(aside) != 1 || !bytes.Equal(read(t, aside[0]), want) {
		t.Fatalf("the file itself should be set aside unchanged; notice %q, aside %v", s.Notice(), aside)
	}
	if !bytes.Equal(read(t, aside[0]+"-wal"), stale) {
		t.Error("the log is not kept")
	}
}

func TestDamageMetWhileReadingIsCheckedAtTheNextStart(t *testing.T) {
	dir := history(t, 60)
	info, err := os.Stat(dbPath(dir))
	must(t, err)
	b := read(t, dbPath(dir))
	for i := len(b) / 2 / pageSize * pageSize; i+pageSize <= len(b); i += pageSize {
		copy(b[i:], make([]byte, pageSize))
	}
	write(t, dbPath(dir), b)
	must(t, os.Chtimes(dbPath(dir), info.ModTime(), info.ModTime())) // rot on the disk changes no time
	s := open(t, dir)
	if s.Notice() != "" {
		t.Fatalf("found at once: %s", s.Notice())
	}
	for n := range 60 {
		if _, err = s.Comparison(t.Context(), storetest.ID(0, n)); err != nil {
			break
		}
	}
	if code(err) != bakeoff.CodeInternal || !s.rotten.Load() {
		t.Fatalf("got %v", err)
	}
	_ = s.Close()
	if again := open(t, dir); !strings.Contains(again.Notice(), "damaged-") {
		t.Errorf("the next start says %q", again.Notice())
	}
}

func TestAFlippedBitInAnIndexIsFoundByCheck(t *testing.T) {
	dir := history(t, 60)
	s := open(t, dir)
	if found, err := s.Check(t.Context()); err != nil || len(found) > 0 {
		t.Fatalf("a healthy history: %v, %v", found, err)
	}
	root := number(t, s, `SELECT rootpage FROM sqlite_master WHERE name = 'comparison_attachment_by_hash'`)
	if root == 0 {
		t.Fatal("no such index")
	}
	var index int
	must(t, s.write.QueryRow(`SELECT rootpage FROM sqlite_master WHERE name = 'sqlite_autoindex_comparison_1'`).Scan(&index))
	must(t, s.Close())
	b := read(t, dbPath(dir))
	at := bytes.Index(b[(index-1)*pageSize:index*pageSize], []byte("-7000-8000-"))
	if at < 0 {
		t.Skip("the index has grown a level; its root holds no key")
	}
	b[(index-1)*pageSize+at+1] ^= 1
	write(t, dbPath(dir), b)
	if found, err := open(t, dir).Check(t.Context()); err != nil || len(found) == 0 {
		t.Errorf("a flipped bit passed the check: %v", err)
	}
}

func TestAFileFromANewerVersionIsRefusedUntouched(t *testing.T) {
	dir := history(t, 3)
	b := read(t, dbPath(dir))
	binary.BigEndian.PutUint32(b[60:], uint32(latestVersion()+1)) // user_version
	write(t, dbPath(dir), b)
	_, err := Open(t.Context(), dir)
	if code(err) != bakeoff.CodeInvalid || !strings.Contains(bakeoff.AsError(err).Message, "newer version") {
		t.Errorf("got %v", err)
	}
	if !bytes.Equal(read(t, dbPath(dir)), b) {
		t.Error("the file was touched")
	}
	if aside, _ := filepath.Glob(filepath.Join(dir, "damaged-*")); len(aside) > 0 {
		t.Errorf("set aside as damaged: %v", aside)
	}
}

func TestDeletedWordsLeaveEveryFile(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 200, 4)
	marker := "xylophonemarker"
	for n := 200; n < 260; n++ {
		c := storetest.Comparison(n, 4)
		c.Prompt.User = marker + c.Prompt.User
		c.Prompt.Attachments = []bakeoff.Attachment{{Name: marker, MediaType: "text/plain", Data: []byte(marker), SHA256: strings.Repeat("a", 64)}}
		for i := range c.Runs {
			c.Runs[i].Answer = strings.Repeat(c.Runs[i].Answer, n%7) + marker
			c.Runs[i].Warnings = []string{marker}
		}
		must(t, s.InsertComparison(t.Context(), c))
	}
	must(t, s.copyBefore(t.Context(), 1))
	if found(t, dir, marker) == 0 {
		t.Fatal("the marker is nowhere: this test would find nothing")
	}
	for n := 200; n < 260; n++ {
		must(t, s.Delete(t.Context(), storetest.ID(0, n)))
	}
	must(t, s.PurgeDeleted(t.Context()))
	if n := found(t, dir, marker); n != 0 {
		t.Errorf("%d files hold the word while the history is open", n)
	}
	must(t, s.Close())
	if n := found(t, dir, marker); n != 0 {
		t.Errorf("%d files hold the word after the close", n)
	}
	if n := size(t, open(t, dir)); n != 200 {
		t.Errorf("%d comparisons are left, want 200", n)
	}
}

// found counts the files under dir that hold the word.
func found(t *testing.T, dir, word string) (n int) {
	t.Helper()
	must(t, filepath.Walk(dir, func(path string, info os.FileInfo, err error) error {
		if err == nil && !info.IsDir() && bytes.Contains(read(t, path), []byte(word)) {
			n++
		}
		return err
	}))
	return n
}

func TestOnlyRunsOfDeadProcessesAreInterrupted(t *testing.T) {
	dir := t.TempDir()
	living, dying := open(t, dir), open(t, dir)
	a, b := storetest.Comparison(1, 1), storetest.Comparison(2, 1)
	for s, c := range map[*Store]*bakeoff.Comparison{living: &a, dying: &b} {
		c.Runs[0] = bakeoff.Run{ID: c.Runs[0].ID, ComparisonID: c.ID, Attempt: 1, Entry: c.Lineup[0], Status: bakeoff.Queued}
		must(t, s.InsertComparison(t.Context(), *c))
		known := c.Runs[0]
		known.Timing.TTFT = bakeoff.Measured(time.Second)
		must(t, s.SaveProgress(t.Context(), []bakeoff.Progress{{RunID: known.ID, Known: &known, Answer: []byte("blu")}}))
	}
	must(t, dying.closePools())
	must(t, dying.lock.Unlock()) // what the system does when a process dies
	dying.closed.Store(true)
	next := open(t, dir)
	for _, want := range []struct {
		c      bakeoff.Comparison
		status bakeoff.Status
	}{{a, bakeoff.Streaming}, {b, bakeoff.Interrupted}} {
		got, err := next.Run(t.Context(), want.c.Runs[0].ID)
		must(t, err)
		if got.Status != want.status || got.Answer != "blu" || got.Timing.TTFT.D != time.Second {
			t.Errorf("got %s with %q, first token after %v, want %s with its text and time", got.Status, got.Answer, got.Timing.TTFT.D, want.status)
		}
	}
	if !strings.Contains(next.Notice(), "One run was interrupted") {
		t.Errorf("the notice says %q", next.Notice())
	}
	if _, err := os.Stat(sessionPath(dir, dying.session)); !os.IsNotExist(err) {
		t.Errorf("the dead session's file is still there: %v", err)
	}
	must(t, living.FinishRuns(t.Context(), storetest.Done(a.ID, a.Runs[0].ID, 0, a.Lineup[0]))) // and the living go on
}

func TestADeletionCanBeUndoneWhileAnotherProcessComesAndGoes(t *testing.T) {
	dir := t.TempDir()
	window := open(t, dir)
	c := storetest.Comparison(1, 1)
	must(t, window.InsertComparison(t.Context(), c))
	must(t, window.Delete(t.Context(), c.ID))
	must(t, open(t, dir).Close())
	must(t, window.Undelete(t.Context(), c.ID))
	must(t, window.Delete(t.Context(), c.ID))
	must(t, window.Close())
	if err := open(t, dir).Undelete(t.Context(), c.ID); code(err) != bakeoff.CodeNotFound {
		t.Errorf("after the last close it is gone for good; got %v", err)
	}
}

func TestAFolderThatIsNoFolderIsToldInASentence(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil)
	for name, dir := range map[string]string{"a file": file, "below a file": filepath.Join(file, "x"), "a place where nothing can be made": "/proc/bakeoff"} {
		_, err := Open(t.Context(), dir)
		if code(err) != bakeoff.CodeInvalid || !strings.HasSuffix(bakeoff.AsError(err).Message, ".") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestOpenGivesUpWhenItsContextEnds(t *testing.T) {
	dir := history(t, 1)
	held := flock.New(filepath.Join(dir, "open.lock"))
	must(t, held.Lock())
	defer held.Unlock()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Open(ctx, dir); err == nil {
		t.Error("opened a history whose folder another process holds")
	}
}

// testdata/v1 was written by the first version; every later one must read it. Its content is what storetest made then.
func TestAHistoryOfVersion1StaysReadable(t *testing.T) {
	dir := t.TempDir()
	write(t, dbPath(dir), read(t, filepath.Join("testdata", "v1.db")))
	s := open(t, dir)
	got, err := s.Comparison(t.Context(), storetest.ID(0, 500_000))
	must(t, err)
	if s.Notice() != "" || len(got.Runs) != 2 || got.Runs[0].Answer != "blue\x00\n</script>" || got.Runs[0].Cost.Amount != 1<<63-1 || len(got.Prompt.Attachments) != 2 {
		t.Errorf("notice %q, got %+v", s.Notice(), got)
	}
	if n := size(t, s); n != 4 {
		t.Errorf("got %d comparisons, want 4", n)
	}
}

func TestEachMigrationSetsItsOwnVersion(t *testing.T) {
	s := open(t, t.TempDir())
	v := number(t, s, `PRAGMA user_version`)
	if g := number(t, s, `SELECT max(version_id) FROM goose_db_version`); v != latestVersion() || g != v {
		t.Errorf("user_version %d, goose %d, files %d", v, g, latestVersion())
	}
	if id := number(t, s, `PRAGMA application_id`); id != applicationID {
		t.Errorf("application_id %d", id)
	}
}
