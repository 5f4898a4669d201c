package store_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store"
	"bakeoff/backend/store/storetest"

	"github.com/google/go-cmp/cmp"
)

// aSet is a set with every field set, awkward text included, and so many rows.
func aSet(n, rows int) (bakeoff.PromptSet, []bakeoff.SetRow) {
	c := storetest.Full()
	at := time.Date(2026, 11, 24, 9, 0, 0, 123e6, time.UTC)
	set := bakeoff.PromptSet{
		ID: storetest.ID(90, n), Name: "Capitals <b>\"1\"", Prompt: bakeoff.Prompt{System: "Be {{tone}}.", User: "{{city}}? 🎈 PURGEDWORD"},
		Columns: []string{"city", "tone,\"x\""}, Lineup: c.Lineup, Lanes: bakeoff.LanesSerial, LocalOnly: true, Sensitive: true, Blind: true, Confirmed: true,
		State: bakeoff.SetReady, CreatedAt: at, UpdatedAt: at,
	}
	var all []bakeoff.SetRow
	for i := range rows {
		all = append(all, bakeoff.SetRow{Place: i, Line: i + 2, Values: []string{"Zürich\n", "=1"}})
	}
	return set, all
}

func TestASetComesBackAsItWas(t *testing.T) {
	ctx, s := t.Context(), openStore(t, t.TempDir())
	set, rows := aSet(1, 3)
	fail(t, s.InsertSet(ctx, set, rows))
	got, err := s.Set(ctx, set.ID[:13])
	fail(t, err)
	if d := cmp.Diff(set, got); d != "" {
		t.Error(d)
	}
	gotRows, err := s.SetRows(ctx, set.ID)
	fail(t, err)
	if d := cmp.Diff(rows, gotRows); d != "" {
		t.Error(d)
	}
	heads, err := s.Sets(ctx)
	fail(t, err)
	if len(heads) != 1 || heads[0].Rows != 3 || heads[0].Ended != 0 || heads[0].Name != set.Name {
		t.Errorf("got %+v", heads)
	}
}

func TestARowIsLinkedOnceAndItsTableIsTold(t *testing.T) {
	ctx, s := t.Context(), openStore(t, t.TempDir())
	set, rows := aSet(1, 2)
	fail(t, s.InsertSet(ctx, set, rows))
	c := storetest.Comparison(1, 2)
	c.Set = bakeoff.SetPlace{SetID: set.ID, Name: set.Name, Row: 1}
	fail(t, s.InsertComparison(ctx, c))
	got, err := s.Comparison(ctx, c.ID)
	fail(t, err)
	if got.Set != c.Set {
		t.Errorf("got %+v", got.Set)
	}
	other := storetest.Comparison(2, 2)
	other.Set = c.Set
	if err := s.InsertComparison(ctx, other); err == nil || !strings.Contains(err.Error(), "asked already") {
		t.Errorf("a second comparison of the row: got %v", err)
	}
	if _, err := s.Comparison(ctx, other.ID); err == nil {
		t.Error("what was refused was saved")
	}
	fail(t, s.EndRow(ctx, set.ID, 1))
	table, err := s.SetTable(ctx, set.ID, 5)
	fail(t, err)
	l := table[1]
	if !l.Ended || l.Gone || l.Blind || len(l.Cells) != 2 || len(l.Cells[1].Answer) != 5 || l.Cells[1].Total.D != 4*time.Second || l.Cells[1].Cost.Source != bakeoff.CostFree {
		t.Errorf("got %+v", l)
	}
	if table[0].ComparisonID != "" || table[0].Ended || table[0].Cells != nil {
		t.Errorf("got %+v", table[0])
	}
	some, err := s.SetTable(ctx, set.ID, 5, 1)
	fail(t, err)
	if d := cmp.Diff(table[1:], some); d != "" {
		t.Error(d)
	}
	page, err := s.Search(ctx, store.Query{SetID: set.ID, Providers: []string{"ollama"}})
	fail(t, err)
	none, err := s.Search(ctx, store.Query{SetID: set.ID, Providers: []string{"openai"}})
	fail(t, err)
	if len(page.Rows) != 1 || page.Total != 1 || len(none.Rows) != 0 {
		t.Errorf("got %+v and %+v", page, none)
	}
}

// A window that was closed in the middle has left a set that nobody runs.
func TestASetOfADeadProcessIsPaused(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openStore(t, dir)
	set, rows := aSet(1, 1)
	fail(t, s.InsertSet(ctx, set, rows))
	fail(t, s.ClaimSet(ctx, set.ID, false))
	dead := t.TempDir()
	fail(t, os.CopyFS(dead, os.DirFS(dir))) // as kill -9 leaves it
	after := openStore(t, dead)
	got, err := after.Set(ctx, set.ID)
	fail(t, err)
	if got.State != bakeoff.SetPaused || !strings.Contains(got.Reason, "Resume it") {
		t.Errorf("got %s, %q", got.State, got.Reason)
	}
	fail(t, after.ClaimSet(ctx, set.ID, false))
	fail(t, after.HoldSet(ctx, set.ID, bakeoff.SetPaused, &bakeoff.Error{Code: bakeoff.CodeUnconfirmed, Message: "Why."}))
	if got, err = after.Set(ctx, set.ID); err != nil || got.Reason != "Why." || got.Code != bakeoff.CodeUnconfirmed {
		t.Errorf("got %+v, %v", got, err)
	}
}

// What was deleted is in no file any more: neither in the history nor in its backups.
func TestADeletedSetAndPromptAreForgotten(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openStore(t, dir)
	set, rows := aSet(1, 1)
	fail(t, s.InsertSet(ctx, set, rows))
	kept, keptRows := aSet(2, 1)
	kept.Prompt.User = "KEPTWORD {{city}}"
	fail(t, s.InsertSet(ctx, kept, keptRows))
	c := storetest.Comparison(1, 2)
	c.Set = bakeoff.SetPlace{SetID: set.ID, Row: 0}
	fail(t, s.InsertComparison(ctx, c))
	p := bakeoff.SavedPrompt{ID: storetest.ID(91, 1), Kind: bakeoff.KindPrompt, Name: "n", User: "PURGEDWORD", UpdatedAt: time.Now()}
	fail(t, s.SavePrompt(ctx, p))
	_, err := s.Backup(ctx)
	fail(t, err)
	fail(t, s.DeleteSet(ctx, set.ID))
	fail(t, s.UndeleteSet(ctx, set.ID))
	fail(t, s.DeleteSet(ctx, set.ID))
	fail(t, s.DeletePrompt(ctx, p.ID))
	if found := filesWith(t, dir, "PURGEDWORD"); len(found) < 2 {
		t.Fatalf("before the purge only %q have it: the search looks in the wrong place", found)
	}
	fail(t, s.PurgeDeleted(ctx))
	if found := filesWith(t, dir, "PURGEDWORD"); len(found) > 0 {
		t.Errorf("still in %q", found)
	}
	if found := filesWith(t, dir, "KEPTWORD"); len(found) < 2 {
		t.Errorf("another set is only in %q", found)
	}
	if _, err := s.Comparison(ctx, c.ID); err != nil {
		t.Errorf("its comparison: %v", err)
	}
}

func filesWith(t *testing.T, dir, word string) (found []string) {
	t.Helper()
	fail(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		if strings.Contains(string(text), word) {
			found = append(found, filepath.Base(path))
		}
		return err
	}))
	return found
}
