//go:build unix

package store

import (
	"context"
	"database/sql"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"
)

// How many comparisons the large history has, and where it is kept between runs. `make bench` sets both; making 100,000
// takes some minutes.
const (
	largeSize = "BAKEOFF_BENCH_HISTORY"
	largeDir  = "BAKEOFF_BENCH_CACHE"
)

// BenchmarkLargeHistory prints processor times and the worst time by the clock of searches, of pages with every filter, and of a start. The goals for 100,000
// comparisons: an ordinary search p50 under 10 ms and p99 under 30 ms, any search under 100 ms, any page p99 under 10 ms,
// and a start that does not grow.
func BenchmarkLargeHistory(b *testing.B) {
	n, err := strconv.Atoi(os.Getenv(largeSize))
	if err != nil {
		b.Skip("set " + largeSize + " to a number of comparisons")
	}
	dir := filepath.Join(os.Getenv(largeDir), fmt.Sprintf("history-%d", n))
	s, err := Open(b.Context(), dir)
	must(b, err)
	fillLarge(b, s, n)
	info, err := os.Stat(filepath.Join(dir, "history.db"))
	must(b, err)
	fmt.Printf("%d comparisons, file %.0f MB\n", n, float64(info.Size())/1e6)
	fmt.Printf("%-42s %7s %7s %7s   %7s %7s %7s %7s\n", "milliseconds", "cpu p50", "p99", "worst", "clock", "p99", "worst", "rows")
	for b.Loop() {
		searches(b, s, n)
		pagings(b, s)
	}
	must(b, s.Close())
	startTimes(b, "start with the large history", dir)
	startTimes(b, "start with an empty one", filepath.Join(b.TempDir(), "empty"))
}

// fillLarge makes what is missing: the first tenth as the program would, then copies of that with other ids and times,
// index included, which is much quicker.
func fillLarge(b *testing.B, s *Store, n int) {
	began := time.Now()
	base := (n + copies - 1) / copies
	have := int(number64(b, s, `SELECT count(*) FROM comparison`))
	for from := have; from < base; from += 500 {
		must(b, s.change(b.Context(), "fill", func(tx *sql.Tx) error {
			for i := from; i < min(base, from+500); i++ {
				if err := s.insertComparison(b.Context(), tx, storetest.Large(i)); err != nil {
					return err
				}
			}
			return nil
		}))
		must(b, s.IndexAll(b.Context()))
	}
	must(b, s.IndexAll(b.Context()))
	for k := max(1, have/base); k < n/base; k++ {
		must(b, s.quietly(b.Context(), "copy", func(tx *sql.Tx) error { return copyBase(b.Context(), tx, base, k) }))
	}
	if have < n {
		_, err := s.write.Exec(foldLog)
		must(b, err)
		fmt.Printf("%d comparisons made and indexed in %s\n", n-have, time.Since(began).Round(time.Second))
	}
}

const copies = 10

func number64(b *testing.B, s *Store, query string) (n int64) {
	must(b, s.read.QueryRow(query).Scan(&n))
	return n
}

// copyBase copies the first base comparisons for the kth time, without the triggers.
func copyBase(ctx context.Context, tx *sql.Tx, base, k int) error {
	triggers, err := column(ctx, tx, `SELECT sql FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return err
	}
	names, err := column(ctx, tx, `SELECT name FROM sqlite_schema WHERE type = 'trigger'`)
	if err != nil {
		return err
	}
	var steps []string
	for _, name := range names {
		steps = append(steps, `DROP TRIGGER `+name)
	}
	for _, table := range []string{"comparison", "run", "run_text", "comparison_review", "tag", "verdict", "standing", "stars", "outcome", "unrated", "listing", "listing_words", "facet_of"} {
		columns, err := column(ctx, tx, `SELECT name FROM pragma_table_info(?)`, table)
		if err != nil {
			return err
		}
		steps = append(steps, copyTable(table, columns, base, k))
	}
	steps = append(steps, fmt.Sprintf(`UPDATE facet SET n = n / %d * %d`, k, k+1), `UPDATE word SET docs = min(100, 2 * docs) WHERE docs < 100`)
	for _, step := range append(steps, triggers...) {
		if _, err := tx.ExecContext(ctx, step); err != nil {
			return fmt.Errorf("%.60s: %w", step, err)
		}
	}
	for num := 1; num <= base; num++ {
		var words []byte
		if err := tx.QueryRowContext(ctx, `SELECT ids FROM listing_words WHERE num = ?`, num).Scan(&words); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, insertIDs, num+k*base, tokens(decodeIDs(words))); err != nil {
			return err
		}
	}
	return nil
}

// copyTable is the SQL that copies the rows of the first base comparisons of a table: ids begin with the number of the
// copy, numbers and times go on after the copy before.
func copyTable(table string, columns []string, base, k int) string {
	values := make([]string, len(columns))
	from := ""
	for i, c := range columns {
		values[i] = c
		switch {
		case c == "num":
			values[i] = fmt.Sprintf(`num + %d`, k*base)
			from = fmt.Sprintf(`num <= %d`, base)
		case c == "id" || strings.HasSuffix(c, "_id"):
			values[i] = fmt.Sprintf(`printf('%%08x', 0x01930000 + %d) || substr(%s, 9)`, k, c)
			if from == "" {
				from = c + ` < '01930001'`
			}
		case c == "started_at" || c == "at":
			values[i] = fmt.Sprintf(`%s + %d`, c, int64(k*base)*15*time.Minute.Milliseconds())
		}
	}
	return fmt.Sprintf(`INSERT INTO %s (%s) SELECT %s FROM %[1]s WHERE %[4]s`, table, strings.Join(columns, ", "), strings.Join(values, ", "), from)
}

func searches(b *testing.B, s *Store, n int) {
	word := storetest.LargeWord
	var ordinary []string
	for rank := 3; rank < 200_000; rank = rank*3/2 + 1 {
		w := word(rank)
		ordinary = append(ordinary, w, w[:max(3, len(w)-1)], w+" "+word(rank/3+20), word(rank+7)+" "+w[:min(4, len(w))])
	}
	for _, g := range []struct {
		name    string
		queries []string
	}{
		{"ordinary words, as typed", ordinary},
		{"one letter", []string{"a", "b", "k", "z", "ж", "9"}},
		{"two letters", []string{"ba", "th", "zz", "qx", "1f"}},
		{"the most frequent words", []string{"light", "the", "from the sun", word(20), word(30) + " " + word(25)}},
		{"part of a word", []string{"ubato", "gazo", "ligh", "ovak", "mezub", "kuku"}},
		{"phrases", []string{`"light from"`, `"from the sun"`, `"` + word(40) + " " + word(41) + `"`, `"sun the light"`}},
		{"excluded words", []string{"light -sun", "-the", "-the -light", word(500) + " -" + word(30), `light -"the sun"`}},
		{"Chinese", []string{"一", "一丁", "丁七万", "主举", "鿿"}},
		{"Cyrillic", []string{"ба", "бага", "дада", "жужу"}},
		{"rare numbers", []string{fmt.Sprintf("id%x", n/copies/2), fmt.Sprintf("id%x", n/copies-1), "id1f"}},
		{"nothing", []string{"xylophone", "qqqq", `"sun xylophone"`, "🎈"}},
		{"hostile", []string{`"`, "a*", "AND OR NOT", "((((", "%%%", "' OR 1=1 --", strings.Repeat("a ", 400), strings.Repeat("ba", 500), "e e e e e e", `"the" "sun" "air" -"waves"`,
			strings.Join([]string{word(100), word(200), word(300), word(400), word(500), word(600)}, " "), ".", "-", "=>", "\x00", `"e" "a" "i"`, "a b c d e f g h i j"}},
	} {
		var times []took
		rows := 0
		for range 10 {
			for _, q := range g.queries {
				t, found := timed(b, s, Query{Text: q, Limit: 20})
				times, rows = append(times, t), rows+found
				if t.cpu > 100*time.Millisecond {
					fmt.Printf("    %v: %.40q\n", t, q)
				}
			}
		}
		report(g.name, times, rows/10)
	}
	var times []took
	for _, q := range ordinary {
		t, _ := timed(b, s, Query{Text: q, Limit: 20, Sort: Relevance})
		times = append(times, t)
	}
	report("ordinary words, by relevance", times, 0)
	times = nil
	for _, q := range ordinary {
		t, _ := timed(b, s, Query{Text: q, Limit: 20, Sort: Costliest, Models: []string{"openai/gpt-x"}})
		times = append(times, t)
	}
	report("ordinary words, one model, by cost", times, 0)
}

// took is how long something ran, by the clock and in time of the processor: on a machine that others use the second is
// what the work costs.
type took struct{ clock, cpu time.Duration }

func clocked(f func()) took {
	var before, after syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &before)
	began := time.Now()
	f()
	clock := time.Since(began)
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &after)
	sum := func(u syscall.Rusage) time.Duration { return time.Duration(u.Utime.Nano() + u.Stime.Nano()) }
	return took{clock, sum(after) - sum(before)}
}

func timed(b *testing.B, s *Store, q Query) (t took, rows int) {
	t = clocked(func() {
		page, err := s.Search(context.Background(), q)
		must(b, err)
		rows = len(page.Rows)
	})
	return t, rows
}

func pagings(b *testing.B, s *Store) {
	for _, f := range []struct {
		name string
		q    Query
	}{
		{"all", Query{}}, {"a model", Query{Models: []string{"openai/gpt-x"}}}, {"a rare model", Query{Models: []string{"openai/rarely-asked"}}},
		{"two models", Query{Models: []string{"openai/gpt-x", "ollama/qwen3:8b"}}}, {"a provider", Query{Providers: []string{"ollama"}}},
		{"closed", Query{Openness: []string{"closed"}}}, {"local", Query{Places: []string{"local"}}}, {"a category", Query{Category: "coding"}},
		{"a tag", Query{Tags: []string{"odd"}}}, {"five stars", Query{MinStars: 5}}, {"one star", Query{MinStars: 1}}, {"a verdict", Query{Verdict: "best"}}, {"unrated", Query{Verdict: "unrated"}},
		{"favourites", Query{Favourite: true}}, {"failed", Query{Status: []string{"failed"}}},
		{"a month", Query{From: storetest.Large(1000).StartedAt, To: storetest.Large(3880).StartedAt}},
		{"a cost range", Query{MinCost: new(bakeoff.USD / 1000), MaxCost: new(bakeoff.USD / 100)}},
		{"a narrow cost range", Query{MinCost: new(bakeoff.USD / 100), MaxCost: new(bakeoff.USD * 11 / 1000)}},
		{"model, category and tag", Query{Models: []string{"openai/gpt-x"}, Category: "coding", Tags: []string{"odd"}}},
		{"closed, local, rated", Query{Openness: []string{"closed"}, Places: []string{"local"}, Verdict: "any"}},
		{"two rare ones that never meet", Query{Models: []string{"openai/rarely-asked"}, Favourite: true}},
	} {
		for _, sort := range []Sort{Newest, Oldest, Costliest, Slowest} {
			f.q.Sort, f.q.Limit = sort, 50
			times, rows := paged(b, s, f.q)
			report(f.name+", "+string(sort), times, rows)
		}
	}
	var times []took
	for range 50 {
		times = append(times, clocked(func() {
			_, err := s.Facets(context.Background())
			must(b, err)
		}))
	}
	report("what filters choose from", times, 0)
}

// paged reads the first hundred pages and a hundred that are far down.
func paged(b *testing.B, s *Store, q Query) (times []took, rows int) {
	far := q
	for range 100 {
		var page Page
		times = append(times, clocked(func() {
			var err error
			page, err = s.Search(context.Background(), q)
			must(b, err)
		}))
		rows += len(page.Rows)
		if q.Cursor = page.Next; q.Cursor == "" {
			break
		}
	}
	far.Limit = maxLimit
	for range 60 {
		page, err := s.Search(context.Background(), far)
		must(b, err)
		if far.Cursor = page.Next; far.Cursor == "" {
			return times, rows
		}
	}
	far.Limit = 50
	for range 100 {
		var page Page
		times = append(times, clocked(func() {
			var err error
			page, err = s.Search(context.Background(), far)
			must(b, err)
		}))
		if far.Cursor = page.Next; far.Cursor == "" {
			break
		}
	}
	return times, rows
}

func startTimes(b *testing.B, name, dir string) {
	var times []took
	for range 11 {
		var s *Store
		times = append(times, clocked(func() {
			var err error
			s, err = Open(context.Background(), dir)
			must(b, err)
		}))
		must(b, s.Close())
	}
	report(name, times[1:], 0)
}

func report(name string, times []took, rows int) {
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	at := func(share int, of func(took) time.Duration) float64 {
		all := make([]time.Duration, len(times))
		for i, t := range times {
			all[i] = of(t)
		}
		slices.Sort(all)
		return ms(all[(len(all)-1)*share/100])
	}
	cpu, clock := func(t took) time.Duration { return t.cpu }, func(t took) time.Duration { return t.clock }
	fmt.Printf("%-42s %7.2f %7.2f %7.2f   %7.2f %7.2f %7.2f %7d\n", name, at(50, cpu), at(99, cpu), at(100, cpu), at(50, clock), at(99, clock), at(100, clock), rows)
}
