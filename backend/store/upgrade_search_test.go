package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"
)

// A history of version 1 opens at once, is searched from the first moment, and is indexed beside whatever else goes on.
func TestAHistoryOfVersionOneIsSearchedAtOnceAndIndexedLater(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "history.db"), nil, 0o600))
	old, err := openPool(filepath.Join(dir, "history.db"), 1, writing())
	must(t, err)
	must(t, upgrade(t.Context(), old, 1))
	const many = 40
	for n := range many {
		id := storetest.ID(0, n)
		for _, q := range []string{
			`INSERT INTO comparison VALUES (?1, ?2, NULL, 0, 'parallel', '0.1.0', 'Frage ?2', '[]', '', 'Frage ' || ?2)`,
			`INSERT INTO run (id, comparison_id, seat, attempt, endpoint, model, params, session, saved_at, status, contended, cost_at_least)
				VALUES ('r' || ?1, ?1, 0, 1, 'ollama', 'llama', '{}', 's', 1, 'done', 0, 0)`,
			`INSERT INTO run_text (run_id, reasoning, answer) VALUES ('r' || ?1, '', 'old words of ' || ?2)`,
		} {
			_, err := old.Exec(q, id, int64(1000+n))
			must(t, err)
		}
	}
	must(t, old.Close())

	s := openStill(t, dir)
	page, err := s.Search(t.Context(), Query{Text: `"old words" 1007`})
	must(t, err)
	if len(page.Rows) != 1 || page.Rows[0].ID != storetest.ID(0, 7) || page.Left != many {
		t.Errorf("before it is indexed: got %d rows, %d left", len(page.Rows), page.Left)
	}
	if n, err := s.indexStep(t.Context(), stepRows, time.Minute); err != nil || n > 2*stepRows {
		t.Errorf("one step indexed %d at once, %v", n, err)
	}
	must(t, s.IndexAll(t.Context()))
	if n := number(t, s, `SELECT count(*) FROM listing WHERE worded = 0 OR summed <> 1`); n != 0 {
		t.Errorf("%d comparisons are still marked", n)
	}
	page, err = s.Search(t.Context(), Query{Text: `"old words" 1007`, Models: []string{"ollama/llama"}})
	must(t, err)
	if len(page.Rows) != 1 || page.Left != 0 {
		t.Errorf("after: got %d rows, %d left", len(page.Rows), page.Left)
	}
}

// openStill opens a history whose indexer does nothing by itself.
func openStill(t *testing.T, dir string) *Store {
	t.Helper()
	gate, err := lockFolder(t.Context(), dir)
	must(t, err)
	s := &Store{dir: dir, path: filepath.Join(dir, "history.db"), session: newID(), few: fewAtMost, turn: turnWithin}
	must(t, s.prepareFolder())
	must(t, s.start(t.Context()))
	must(t, gate.Unlock())
	s.startNothing()
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// The indexer works by itself: nobody calls IndexAll.
func TestWhatIsSavedIsIndexedByItself(t *testing.T) {
	s := open(t, t.TempDir())
	for n := range 30 {
		must(t, s.InsertComparison(t.Context(), storetest.Comparison(n, 1)))
	}
	for t.Context().Err() == nil { // the test's own time limit ends this
		if number(t, s, `SELECT count(*) FROM listing WHERE worded = 0`) == 0 {
			break
		}
	}
	if n := number(t, s, `SELECT count(*) FROM listing_words`); n != 30 {
		t.Errorf("%d comparisons are in the index", n)
	}
}

// What a run, a vote, a note or a deletion changes is in lists and filters when the call returns.
func TestAChangeIsFoundAtOnce(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 2)
	final := c.Runs
	c.Runs = nil
	for _, r := range final {
		c.Runs = append(c.Runs, bakeoff.Run{ID: r.ID, ComparisonID: c.ID, Seat: r.Seat, Attempt: 1, Entry: r.Entry, Status: bakeoff.Queued})
	}
	must(t, s.InsertComparison(t.Context(), c))
	ids := []string{c.ID}
	is := func(what string, q Query, want bool) {
		t.Helper()
		if got := slices.Equal(sought(t, s, ids, q), []int{0}); got != want {
			t.Errorf("%s: found %v, want %v", what, got, want)
		}
	}
	is("running", Query{Status: []string{"running"}}, true)
	final[0].Answer = "a zebra"
	must(t, s.FinishRuns(t.Context(), final[0]))
	is("an answer while another run goes on", Query{Text: "zebra"}, true)
	must(t, s.FinishRuns(t.Context(), final[1]))
	is("ended", Query{Status: []string{"done"}}, true)
	is("no more running", Query{Status: []string{"running"}}, false)
	is("waits for a vote", Query{Verdict: "unrated"}, true)
	must(t, s.change(t.Context(), "note", execs(`INSERT INTO answer_review VALUES (?1, 'striped remark', 1)`, final[0].ID)))
	is("a note", Query{Text: "striped"}, true)
	must(t, s.IndexAll(t.Context()))
	must(t, s.change(t.Context(), "note", execs(`UPDATE answer_review SET note = 'spotted'`)))
	is("the old note", Query{Text: "striped"}, false)
	is("the new one", Query{Text: "spotted", Sort: Relevance}, true)
	must(t, s.IndexAll(t.Context()))
	is("the old note, indexed", Query{Text: "striped"}, false)
	must(t, s.Delete(t.Context(), c.ID))
	is("deleted", Query{}, false)
	is("deleted, by text", Query{Text: "zebra"}, false)
	is("deleted, by filter", Query{Status: []string{"done"}}, false)
	must(t, s.Undelete(t.Context(), c.ID))
	is("brought back", Query{Text: "zebra", Status: []string{"done"}}, true)
}

func TestAReadOnlyHistoryIsSearched(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ids := saved(t, s, []string{"Why?", "because of zebras"})
	must(t, s.IndexAll(t.Context()))
	must(t, s.Close())
	r, err := (&Store{dir: dir, path: filepath.Join(dir, "history.db"), few: fewAtMost}).openReadOnly(t.Context(), fmt.Errorf("nothing can be written"))
	must(t, err)
	t.Cleanup(func() { _ = r.Close() })
	if got := sought(t, r, ids, Query{Text: "zebra"}); !slices.Equal(got, []int{0}) {
		t.Errorf("got %v", got)
	}
}

// The index follows from the texts: damage in it is told, costs no comparison, and is mended.
func TestADamagedIndexIsMadeAnew(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ids := saved(t, s, []string{"Why?", "because of zebras"}, []string{"How?", "with zebras"})
	must(t, s.IndexAll(t.Context()))
	direct, err := openPool(filepath.Join(dir, "history.db"), 1, []string{"mode=rw"}) // without the guard of the index's tables
	must(t, err)
	_, err = direct.Exec(`UPDATE word_of_data SET block = zeroblob(length(block)) WHERE id > 10`)
	must(t, err)
	must(t, direct.Close())
	faults, err := s.CheckIndex(t.Context())
	must(t, err)
	if !slices.Equal(faults, []string{"the index of words is damaged"}) {
		t.Errorf("got %v", faults)
	}
	must(t, s.Reindex(t.Context()))
	if got := sought(t, s, ids, Query{Text: "zebras"}); !slices.Equal(got, []int{1, 0}) {
		t.Errorf("while it is made anew: got %v", got)
	}
	must(t, s.IndexAll(t.Context()))
	faults, err = s.CheckIndex(t.Context())
	must(t, err)
	if got := sought(t, s, ids, Query{Text: "zebras"}); !slices.Equal(got, []int{1, 0}) || len(faults) > 0 {
		t.Errorf("after: got %v, faults %v", got, faults)
	}
	found, err := s.Check(t.Context())
	must(t, err)
	if len(found) > 0 {
		t.Errorf("the whole history: %v", found)
	}
}

// A damaged index once cost the whole history: the check at the start set it aside.
func TestAStartMendsADamagedIndex(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ids := saved(t, s, []string{"Why?", "because of zebras"})
	must(t, s.IndexAll(t.Context()))
	must(t, s.Close())
	direct, err := openPool(filepath.Join(dir, "history.db"), 1, []string{"mode=rw"})
	must(t, err)
	_, err = direct.Exec(`UPDATE word_of_data SET block = zeroblob(length(block)) WHERE id > 10`)
	must(t, err)
	must(t, direct.Close())
	s = open(t, dir)
	if got := sought(t, s, ids, Query{Text: "zebras"}); !slices.Equal(got, []int{0}) || !strings.Contains(s.Notice(), "being made anew") {
		t.Errorf("got %v, notice %q", got, s.Notice())
	}
	must(t, s.IndexAll(t.Context()))
	if faults, err := s.CheckIndex(t.Context()); err != nil || len(faults) > 0 {
		t.Errorf("got %v, %v", faults, err)
	}
}
