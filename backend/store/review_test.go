package store

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
	"bakeoff/backend/store/storetest"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// judge writes what a rule finds.
func judge(t testing.TB, s *Store, id string, rule func(c bakeoff.Comparison) (bakeoff.Finding, error)) {
	t.Helper()
	must(t, s.Review(t.Context(), id, rule))
}

// best votes for the first run.
func best(c bakeoff.Comparison) (bakeoff.Finding, error) {
	name := c.Runs[0].ID
	if c.Blind() {
		name = "A"
	}
	return review.Judge(c, bakeoff.VerdictBest, []review.Place{{Run: name, Rank: 1}}, noon)
}

// rowsOf is the first page of the history.
func rowsOf(t testing.TB, s *Store) []Row {
	t.Helper()
	page, err := s.Search(t.Context(), Query{})
	must(t, err)
	return page.Rows
}

func withdraw(c bakeoff.Comparison) (bakeoff.Finding, error) {
	return review.Withdraw(c, noon.Add(time.Hour))
}

func look(c bakeoff.Comparison) (bakeoff.Finding, error) { return review.Open(c, noon) }

func TestVotesAndStarsAreNeverChanged(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Full()
	must(t, s.InsertComparison(t.Context(), c))
	for _, query := range []string{
		`UPDATE verdict SET kind = 'tie'`, `UPDATE verdict SET at = at + 1 WHERE kind = 'withdrawn'`, `DELETE FROM verdict`,
		`UPDATE standing SET rank = 1`, `DELETE FROM standing WHERE rank = 0`,
		`UPDATE stars SET n = 5`, `DELETE FROM stars`,
	} {
		if _, err := s.write.ExecContext(t.Context(), query); err == nil || !strings.Contains(err.Error(), "never changes") {
			t.Errorf("%s: got %v", query, err)
		}
	}
	for _, query := range []string{
		`INSERT INTO verdict VALUES ('x', '` + c.ID + `', 'maybe', 0, 1)`, `INSERT INTO stars VALUES ('x', '` + c.Runs[0].ID + `', 6, 0, 1)`,
		`INSERT INTO stars VALUES ('x', '` + c.Runs[0].ID + `', 'many', 0, 1)`, `INSERT INTO verdict VALUES ('x', 'no such', 'none', 0, 1)`,
	} {
		if _, err := s.write.ExecContext(t.Context(), query); err == nil {
			t.Errorf("%s was taken", query)
		}
	}
	got, err := s.Comparison(t.Context(), c.ID)
	must(t, err)
	if diff := cmp.Diff(c.Review, got.Review); diff != "" {
		t.Error(diff)
	}
	must(t, s.Delete(t.Context(), c.ID))
	must(t, s.PurgeDeleted(t.Context()))
	for _, table := range []string{"comparison", "run", "verdict", "standing", "stars", "answer_review", "reason", "comparison_review", "tag", "sitting", "outcome", "unrated"} {
		if n := number(t, s, `SELECT count(*) FROM `+table); n != 0 {
			t.Errorf("after the purge %s has %d rows", table, n)
		}
	}
}

func TestAChangeOfMindAddsARowAndTheNewestCounts(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 3)
	must(t, s.InsertComparison(t.Context(), c))
	state := func(want bakeoff.VerdictKind, votes int) {
		t.Helper()
		got, err := s.Comparison(t.Context(), c.ID)
		must(t, err)
		kind := bakeoff.VerdictKind("")
		if got.Review.Verdict != nil {
			kind = got.Review.Verdict.Kind
		}
		rows := rowsOf(t, s)
		if kind != want || rows[0].Verdict != string(want) || len(got.Review.Votes) != votes {
			t.Errorf("got %q, %q in the list, %d votes; want %q, %d", kind, rows[0].Verdict, len(got.Review.Votes), want, votes)
		}
	}
	state("", 0)
	judge(t, s, c.ID, best)
	state(bakeoff.VerdictBest, 1)
	judge(t, s, c.ID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
		return review.Judge(c, bakeoff.VerdictTie, []review.Place{{Run: c.Runs[1].ID, Rank: 1}, {Run: c.Runs[2].ID, Rank: 1}}, noon)
	})
	state(bakeoff.VerdictTie, 2)
	rows := rowsOf(t, s)
	if !slices.Equal(rows[0].Winners, []int{1, 2}) {
		t.Errorf("got the winners %v", rows[0].Winners)
	}
	judge(t, s, c.ID, withdraw)
	state("", 3)
	for _, n := range []int{5, 0, 3} {
		judge(t, s, c.ID, func(c bakeoff.Comparison) (bakeoff.Finding, error) { return review.Rate(c, c.Runs[1].ID, n, noon) })
	}
	rows = rowsOf(t, s)
	got, err := s.Comparison(t.Context(), c.ID)
	must(t, err)
	if rows[0].Runs[1].Stars != 3 || got.Review.Answer(c.Runs[1].ID).Stars != 3 || len(got.Review.AllStars) != 3 {
		t.Errorf("got %d stars in the list, %+v", rows[0].Runs[1].Stars, got.Review.AllStars)
	}
}

func TestARefusedFindingWritesNothing(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 2)
	must(t, s.InsertComparison(t.Context(), c))
	mine := &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "No."}
	if err := s.Review(t.Context(), c.ID, func(bakeoff.Comparison) (bakeoff.Finding, error) { return bakeoff.Finding{}, mine }); !errors.Is(err, mine) {
		t.Errorf("got %v", err)
	}
	err := s.Review(t.Context(), c.ID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
		f, err := best(c)
		f.Stars = []bakeoff.Stars{{RunID: "no such run", N: 3, At: noon}}
		return f, err
	})
	if err == nil || number(t, s, `SELECT count(*) FROM verdict`) != 0 {
		t.Errorf("half of a finding was written: %v", err)
	}
	if err := s.Review(t.Context(), storetest.ID(0, 77), best); code(err) != bakeoff.CodeNotFound {
		t.Errorf("got %v", err)
	}
}

func TestABlindRowNamesNothing(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 3)
	c.LocalOnly, c.Runs[1].Status = true, bakeoff.Failed
	c.Sitting = &bakeoff.Sitting{Seats: []int{1, 2, 0}, OpenedAt: noon}
	must(t, s.InsertComparison(t.Context(), c))
	rows := rowsOf(t, s)
	want := Row{
		ID: c.ID, Prompt: c.Prompt.User, StartedAt: c.StartedAt, Blind: true,
		Runs: []RowRun{{Seat: 0, Status: bakeoff.Failed}, {Seat: 1, Status: bakeoff.Done}, {Seat: 2, Status: bakeoff.Done}},
	}
	if diff := cmp.Diff(want, rows[0]); diff != "" {
		t.Error(diff)
	}
	judge(t, s, c.ID, func(c bakeoff.Comparison) (bakeoff.Finding, error) { return review.Reveal(c, noon) })
	rows = rowsOf(t, s)
	if rows[0].Blind || rows[0].Runs[0].Model != c.Runs[0].Entry.Model || !rows[0].LocalOnly {
		t.Errorf("after the reveal: got %+v", rows[0])
	}
}

// waiting asks for the queue.
func waiting(t testing.TB, s *Store, skip ...string) string {
	t.Helper()
	id, n, err := s.Unrated(t.Context(), skip)
	must(t, err)
	return fmt.Sprintf("%d %s", n, id)
}

func TestTheQueueHoldsWhatCanBeJudgedAndWasNot(t *testing.T) {
	s := open(t, t.TempDir())
	id := func(n int) string { return storetest.ID(0, n) }
	for n := range 7 {
		c := storetest.Comparison(n, 2)
		switch n {
		case 3: // one failed
			c.Runs[1].Status = bakeoff.Failed
		case 4: // still going
			c.Runs[1].Status = bakeoff.Queued
		case 5, 6:
			for i := range c.Runs {
				c.Runs[i].Place = bakeoff.PlaceDemo
			}
		}
		must(t, s.InsertComparison(t.Context(), c))
	}
	step := func(did, want string) {
		t.Helper()
		if got := waiting(t, s); got != want {
			t.Errorf("%s: got %q, want %q", did, got, want)
		}
	}
	step("at first", "5 "+id(2))
	if page, err := s.Search(t.Context(), Query{Verdict: "unrated"}); err != nil || len(page.Rows) != 5 {
		t.Errorf("the list has %d of them, %v: the queue and the list must say the same", len(page.Rows), err)
	}
	if got := waiting(t, s, id(2), id(0)); got != "3 "+id(1) {
		t.Errorf("with two to skip: got %q", got)
	}
	open := storetest.Comparison(4, 2).Runs[1]
	must(t, s.FinishRuns(t.Context(), open))
	step("when the last run has ended", "6 "+id(4))
	judge(t, s, id(4), best)
	step("after a vote", "5 "+id(2))
	judge(t, s, id(4), withdraw)
	step("after its withdrawal", "6 "+id(4))
	judge(t, s, id(4), look)
	step("blind", "6 "+id(4))
	judge(t, s, id(4), func(c bakeoff.Comparison) (bakeoff.Finding, error) { return review.Reveal(c, noon) })
	step("revealed without a vote", "5 "+id(2))
	must(t, s.Delete(t.Context(), id(2)))
	step("after a deletion", "4 "+id(1))
	must(t, s.Undelete(t.Context(), id(2)))
	step("after its undoing", "5 "+id(2))
	retry := storetest.Comparison(2, 2).Runs[0]
	retry.ID, retry.Attempt, retry.Status = storetest.ID(9, 2), 2, bakeoff.Queued
	must(t, s.InsertRun(t.Context(), retry))
	step("while a retry goes on", "4 "+id(1))
	retry.Status = bakeoff.Failed
	must(t, s.FinishRuns(t.Context(), retry))
	step("when the newest attempt failed", "4 "+id(1))
	judge(t, s, id(1), best)
	judge(t, s, id(0), best)
	step("demos come last", "2 "+id(6))
	judge(t, s, id(6), best)
	judge(t, s, id(5), best)
	step("at the end", "0 ")
	if n := number(t, s, `SELECT count(*) FROM unrated u LEFT JOIN rateable r USING (comparison_id) WHERE r.demo IS NOT u.demo`); n != 0 {
		t.Errorf("%d rows of the queue contradict its rule", n)
	}
}

func TestTheQueueOfAnOlderHistoryIsFilledWhenItIsUpgraded(t *testing.T) {
	dir := t.TempDir()
	write(t, dbPath(dir), read(t, filepath.Join("testdata", "v1.db")))
	s := open(t, dir)
	in, out := number(t, s, `SELECT count(*) FROM unrated`), number(t, s, `SELECT count(*) FROM rateable`)
	if in != out || in == 0 {
		t.Errorf("%d wait, and %d should", in, out)
	}
}

func TestWordsThatWereUsedAreListedOnce(t *testing.T) {
	s := open(t, t.TempDir())
	for n := range 3 {
		c := storetest.Comparison(n, 2)
		must(t, s.InsertComparison(t.Context(), c))
		judge(t, s, c.ID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
			f, err := review.Answer(c, c.Runs[0].ID, []string{"wrong", "dull"}, "", noon)
			f.Description = &bakeoff.Description{Category: "poems", Tags: []string{"b", fmt.Sprint(n), "a"}}
			return f, err
		})
	}
	categories, reasons, tags, err := s.Words(t.Context())
	must(t, err)
	if diff := cmp.Diff([][]string{{"poems"}, {"dull", "wrong"}, {"0", "1", "2", "a", "b"}}, [][]string{categories, reasons, tags}); diff != "" {
		t.Error(diff)
	}
}

// votesInto tells the re-executed test to vote until it is killed.
const votesInto = "BAKEOFF_TEST_VOTES_INTO"

// A vote that was acknowledged is on disk, and one that was not is whole or not there.
func TestAnAcknowledgedVoteSurvivesAKill(t *testing.T) {
	if dir := os.Getenv(votesInto); dir != "" {
		voteForEver(t, dir)
		return
	}
	dir := t.TempDir()
	s := open(t, dir)
	fill(t, s, 40, 2)
	must(t, s.Close())
	acknowledged := 0
	for round := range 3 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestAnAcknowledgedVoteSurvivesAKill$")
		cmd.Env = append(os.Environ(), votesInto+"="+dir)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		var line string
		for range 20 + round*7 { // killed in the middle of what follows
			if _, err := fmt.Fscanln(out, &line); err != nil {
				break
			}
			acknowledged++
		}
		must(t, cmd.Process.Kill())
		_ = cmd.Wait()
	}
	s = open(t, dir)
	votes := number(t, s, `SELECT count(*) FROM verdict`)
	if acknowledged < 60 || votes < acknowledged {
		t.Errorf("%d votes were acknowledged, %d are there", acknowledged, votes)
	}
	if n := number(t, s, `SELECT count(*) FROM verdict v WHERE (SELECT count(*) FROM standing WHERE verdict_id = v.id) <> 2`); n != 0 {
		t.Errorf("%d votes are not whole", n)
	}
	if wrong, err := s.Check(t.Context()); err != nil || len(wrong) > 0 {
		t.Errorf("the file is damaged: %v, %v", wrong, err)
	}
}

// voteForEver votes on one comparison after the other and prints a line for every vote that is acknowledged.
func voteForEver(t *testing.T, dir string) {
	s, err := Open(context.Background(), dir)
	must(t, err)
	for n := 0; ; n++ {
		must(t, s.Review(context.Background(), storetest.ID(0, n%40), best))
		fmt.Println("voted")
	}
}
