package store

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// open opens a history in dir and closes it at the end of the test.
func open(t *testing.T, dir string) *Store {
	t.Helper()
	s, err := Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func code(err error) bakeoff.Code {
	var e *bakeoff.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

func TestEverythingRoundTripsExactly(t *testing.T) {
	full := storetest.Full()
	plain := storetest.Comparison(1, 3)
	plain.Runs[1].Cost, plain.Runs[1].Timing, plain.Runs[1].Usage = bakeoff.Cost{}, bakeoff.Timing{}, bakeoff.Usage{}
	bare := storetest.Comparison(2, 1)
	bare.Runs[0] = bakeoff.Run{ID: bare.Runs[0].ID, ComparisonID: bare.ID, Attempt: 1, Status: bakeoff.Failed, Error: &bakeoff.Error{Code: bakeoff.CodeAuth}}
	dir := t.TempDir()
	s := open(t, dir)
	for _, want := range []bakeoff.Comparison{full, plain, bare} {
		must(t, s.InsertComparison(t.Context(), want))
	}
	for _, when := range []string{"at once", "after a restart"} {
		for _, want := range []bakeoff.Comparison{full, plain, bare} {
			got, err := s.Comparison(t.Context(), want.ID)
			must(t, err)
			if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(bakeoff.Error{}, "Err")); diff != "" {
				t.Errorf("%s: want -, got +:\n%s", when, diff)
			}
		}
		must(t, s.Close())
		s = open(t, dir)
	}
}

func TestARunGrowsFromQueuedToItsFinalRecord(t *testing.T) {
	s := open(t, t.TempDir())
	want := storetest.Full()
	begun := want
	begun.Runs = nil
	for _, r := range want.Runs {
		begun.Runs = append(begun.Runs, bakeoff.Run{ID: r.ID, ComparisonID: r.ComparisonID, Seat: r.Seat, Attempt: r.Attempt, Entry: r.Entry, Status: bakeoff.Queued})
	}
	must(t, s.InsertComparison(t.Context(), begun))
	final := want.Runs[0]
	sent := final
	sent.Status, sent.Answer, sent.Reasoning = bakeoff.Queued, "", ""
	must(t, s.SaveProgress(t.Context(), []bakeoff.Progress{{RunID: final.ID, Known: &sent, Reasoning: []byte("hm ")}}))
	must(t, s.SaveProgress(t.Context(), []bakeoff.Progress{{RunID: final.ID, Answer: []byte("bl")}, {RunID: want.Runs[1].ID, Answer: []byte("red")}}))
	must(t, s.SaveProgress(t.Context(), []bakeoff.Progress{{RunID: final.ID, Answer: []byte("ue"), Reasoning: []byte("ok")}}))
	going, err := s.Run(t.Context(), final.ID)
	must(t, err)
	if going.Answer != "blue" || going.Reasoning != "hm ok" || going.Status != bakeoff.Streaming || going.Request != final.Request {
		t.Errorf("while it goes on: got %+v", going)
	}
	for _, r := range want.Runs {
		must(t, s.FinishRuns(t.Context(), r))
	}
	must(t, s.SaveProgress(t.Context(), []bakeoff.Progress{{RunID: final.ID, Known: &sent, Answer: []byte("late")}}))
	must(t, s.FinishRuns(t.Context(), final)) // writing it twice is no error
	got, err := s.Comparison(t.Context(), want.ID)
	must(t, err)
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(bakeoff.Error{}, "Err")); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if n := number(t, s, `SELECT count(*) FROM parcel`); n != 0 {
		t.Errorf("got %d parcels left, want none", n)
	}
}

func number(t *testing.T, s *Store, query string) (n int) {
	t.Helper()
	must(t, s.write.QueryRow(query).Scan(&n))
	return n
}

func TestTheRecordOfAnEndedRunNeverChanges(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 1)
	must(t, s.InsertComparison(t.Context(), c))
	for _, attack := range []string{`UPDATE run SET cost_pusd = 1`, `UPDATE run SET saved_at = NULL`, `UPDATE run_text SET answer = 'forged'`} {
		if _, err := s.write.Exec(attack); err == nil {
			t.Errorf("%s: got no error", attack)
		}
	}
	other := c.Runs[0]
	other.Status = bakeoff.Cancelled
	if err := s.FinishRuns(t.Context(), other); code(err) != bakeoff.CodeInternal {
		t.Errorf("another end: got %v", err)
	}
}

func TestWhatWasSavedBeforeIsToldFromWhatCannotBeSaved(t *testing.T) {
	s := open(t, t.TempDir())
	c, other := storetest.Comparison(1, 2), storetest.Comparison(2, 2)
	must(t, s.InsertComparison(t.Context(), c))
	if err := s.InsertComparison(t.Context(), c); !errors.Is(err, bakeoff.ErrSaved) {
		t.Errorf("the same comparison: got %v", err)
	}
	if err := s.InsertRun(t.Context(), c.Runs[0]); !errors.Is(err, bakeoff.ErrSaved) {
		t.Errorf("the same run: got %v", err)
	}
	other.Runs[0].ID = c.Runs[0].ID
	if err := s.InsertComparison(t.Context(), other); err == nil || errors.Is(err, bakeoff.ErrSaved) {
		t.Errorf("another comparison with a run of the first: got %v", err)
	}
	stray := c.Runs[0]
	stray.ID, stray.ComparisonID, stray.Attempt = storetest.ID(7, 7), other.ID, 2
	if err := s.InsertRun(t.Context(), stray); err == nil || errors.Is(err, bakeoff.ErrSaved) {
		t.Errorf("a run of a comparison that is not there: got %v", err)
	}
}

func TestARetryIsANewRowAndTheOldOneStays(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 2)
	must(t, s.InsertComparison(t.Context(), c))
	retry := bakeoff.Run{ID: c.Runs[0].ID + "r", ComparisonID: c.ID, Seat: 0, Attempt: 2, Entry: c.Lineup[0], Status: bakeoff.Queued, Place: bakeoff.PlaceCloud}
	must(t, s.InsertRun(t.Context(), retry))
	got, err := s.Comparison(t.Context(), c.ID)
	must(t, err)
	want := c
	want.Runs = []bakeoff.Run{c.Runs[0], retry, c.Runs[1]}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	page, err := s.Search(t.Context(), Query{})
	rows := page.Rows
	must(t, err)
	if len(rows) != 1 || len(rows[0].Runs) != 2 || rows[0].Runs[0].Status != bakeoff.Queued {
		t.Errorf("the list shows the newest attempt of each seat; got %+v", rows)
	}
}

func TestAnAttachmentIsStoredOnceForAllComparisons(t *testing.T) {
	s := open(t, t.TempDir())
	one, two := storetest.Full(), storetest.Comparison(7, 1)
	two.Prompt.Attachments = one.Prompt.Attachments
	must(t, s.InsertComparison(t.Context(), one))
	must(t, s.InsertComparison(t.Context(), two))
	if n := number(t, s, `SELECT count(*) FROM attachment`); n != len(one.Prompt.Attachments) {
		t.Errorf("got %d attachments, want %d", n, len(one.Prompt.Attachments))
	}
	must(t, s.Delete(t.Context(), one.ID))
	must(t, s.PurgeDeleted(t.Context()))
	got, err := s.Comparison(t.Context(), two.ID)
	must(t, err)
	if diff := cmp.Diff(two.Prompt, got.Prompt); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

func TestAComparisonIsFoundByTheBeginningOfItsID(t *testing.T) {
	s := open(t, t.TempDir())
	a, b := storetest.Comparison(1, 1), storetest.Comparison(2, 1)
	a.ID, b.ID = "0193aaaa-0000-7000-8000-000000000001", "0193aaaa-0000-7000-8000-000000000002"
	a.Runs, b.Runs = nil, nil
	must(t, s.InsertComparison(t.Context(), a))
	must(t, s.InsertComparison(t.Context(), b))
	for _, tt := range []struct {
		name, id, want string
	}{
		{"the whole id", a.ID, a.ID},
		{"a unique beginning", b.ID, b.ID},
		{"a beginning that two share", "0193aaaa", ""},
		{"five characters are too few", "0193a", ""},
		{"an unknown id", "0193bbbb", ""},
		{"a pattern is no id", "0193%aaa", ""},
		{"empty", "", ""},
	} {
		got, err := s.Comparison(t.Context(), tt.id)
		if got.ID != tt.want || tt.want == "" && code(err) != bakeoff.CodeNotFound {
			t.Errorf("%s: got %q, %v, want %q", tt.name, got.ID, err, tt.want)
		}
	}
	must(t, s.Delete(t.Context(), b.ID))
	if got, err := s.Comparison(t.Context(), "0193aaaa"); got.ID != a.ID {
		t.Errorf("with the other deleted: got %q, %v", got.ID, err)
	}
	if _, err := s.Run(t.Context(), "nowhere"); code(err) != bakeoff.CodeNotFound {
		t.Errorf("unknown run: got %v", err)
	}
}

func TestPagesShowEachComparisonOnceNewestFirst(t *testing.T) {
	s := open(t, t.TempDir())
	var want []string
	for i := range 23 {
		c := storetest.Comparison(i, 2)
		c.StartedAt = c.StartedAt.Truncate(time.Hour) // many at the same moment: the id decides
		must(t, s.InsertComparison(t.Context(), c))
		want = append([]string{c.ID}, want...)
	}
	var got []string
	for cursor := ""; ; {
		page, err := s.Search(t.Context(), Query{Cursor: cursor, Limit: 5})
		must(t, err)
		for _, row := range page.Rows {
			got = append(got, row.ID)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	if _, err := s.Search(t.Context(), Query{Cursor: "garbage"}); code(err) != bakeoff.CodeInvalid {
		t.Errorf("a broken cursor: got %v", err)
	}
}

func TestAListFindsTextInPromptsAndAnswers(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 2)
	c.Prompt.User = "What is 100% of a_b\\c?"
	c.Runs[1].Answer = "Scattering makes it Blue."
	must(t, s.InsertComparison(t.Context(), c))
	for _, tt := range []struct {
		name, text string
		want       int
	}{
		{"everything", "", 1}, {"a word of the prompt, other case", "WHAT", 1}, {"a word of an answer", "blue", 1},
		{"a percent sign stands for itself", "100%", 1}, {"and for nothing else", "1%f", 0}, {"so does an underscore", "a_b", 1},
		{"never for a letter", "W_at", 0}, {"a backslash", `b\c`, 1}, {"a quote breaks nothing", `"'`, 0}, {"nothing has this", "green", 0},
	} {
		page, err := s.Search(t.Context(), Query{Text: tt.text})
		must(t, err)
		if len(page.Rows) != tt.want {
			t.Errorf("%s: got %d rows, want %d", tt.name, len(page.Rows), tt.want)
		}
	}
}

func TestADeletedComparisonComesBackUntilThePurge(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 1)
	must(t, s.InsertComparison(t.Context(), c))
	must(t, s.Delete(t.Context(), c.ID))
	if _, err := s.Comparison(t.Context(), c.ID); code(err) != bakeoff.CodeNotFound {
		t.Errorf("deleted: got %v", err)
	}
	if _, err := s.Run(t.Context(), c.Runs[0].ID); code(err) != bakeoff.CodeNotFound {
		t.Errorf("run of a deleted one: got %v", err)
	}
	must(t, s.Undelete(t.Context(), c.ID))
	if _, err := s.Comparison(t.Context(), c.ID); err != nil {
		t.Errorf("undeleted: got %v", err)
	}
	must(t, s.Delete(t.Context(), c.ID))
	must(t, s.PurgeDeleted(t.Context()))
	if err := s.Undelete(t.Context(), c.ID); code(err) != bakeoff.CodeNotFound {
		t.Errorf("purged: got %v", err)
	}
}

func TestSettingsAreKept(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if _, ok, err := s.Setting(t.Context(), "theme"); ok || err != nil {
		t.Errorf("never set: got %v, %v", ok, err)
	}
	must(t, s.SetSetting(t.Context(), "theme", "light"))
	must(t, s.SetSetting(t.Context(), "theme", ""))
	must(t, s.Close())
	got, ok, err := open(t, dir).Setting(t.Context(), "theme")
	if got != "" || !ok || err != nil {
		t.Errorf("got %q, %v, %v", got, ok, err)
	}
}

func TestEveryConnectionHasItsPragmas(t *testing.T) {
	s := open(t, t.TempDir())
	for pragma, want := range map[string]string{"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "secure_delete": "1", "busy_timeout": "5000"} {
		var got string
		must(t, s.write.QueryRow("PRAGMA "+pragma).Scan(&got))
		if got != want {
			t.Errorf("%s: got %s, want %s", pragma, got, want)
		}
	}
	if _, err := s.read.Exec(`DELETE FROM comparison`); err == nil {
		t.Error("the reading pool wrote")
	}
	if _, err := s.write.Exec(`SELECT "no such column"`); err == nil {
		t.Error("a double-quoted string passed for text")
	}
}

func TestAFolderWithOddCharactersServes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a b?c#d%20ä")
	s := open(t, dir)
	must(t, s.SetSetting(t.Context(), "k", "v"))
	if _, err := os.Stat(filepath.Join(dir, "history.db")); err != nil {
		t.Error(err)
	}
}
