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

	"github.com/google/go-cmp/cmp"
)

// saved is a history with comparisons whose texts are given as prompt and answers.
func saved(t testing.TB, s *Store, texts ...[]string) (ids []string) {
	t.Helper()
	for n, text := range texts {
		c := storetest.Comparison(n, len(text)-1)
		c.Prompt.User = text[0]
		for i := range c.Runs {
			c.Runs[i].Answer = text[i+1]
		}
		must(t, s.InsertComparison(t.Context(), c))
		ids = append(ids, c.ID)
	}
	return ids
}

// sought returns the indexes of the comparisons that a query finds, page by page.
func sought(t testing.TB, s *Store, ids []string, q Query) (found []int) {
	t.Helper()
	for range 1000 {
		page, err := s.Search(t.Context(), q)
		must(t, err)
		for _, row := range page.Rows {
			found = append(found, slices.Index(ids, row.ID))
		}
		if q.Cursor = page.Next; q.Cursor == "" {
			return found
		}
	}
	t.Fatal("the pages never end")
	return nil
}

func TestTextIsFoundInEveryLanguage(t *testing.T) {
	texts := [][]string{
		0: {"Why is the sky blue?", "Rayleigh scattering sends short waves sideways.", "Because air scatters."},
		1: {"What is a naïve Bayes classifier?", "A CAFÉ owner counts words: JavaScript, C++ and foo_bar(x)."},
		2: {"日本語の文法を説明してください", "日本語は語順が自由です。東京タワー。", "中文：机器学习模型"},
		3: {"한국어 문법", "한국어는 교착어입니다."},
		4: {"Объясни квантовую механику", "Ёлка и ещё один пример: Straße, ﬁne, ①"},
		5: {"Emoji 🎈 party", "a\x00b hidden\x00word 🎉🎈"},
		6: {"ไทยภาษา", strings.Repeat("x", 100) + "needle" + strings.Repeat("y", 100)},
		7: {"to be or\n  not to be", "to-be, not. or be to"},
	}
	for _, state := range []string{"before it is indexed", "after", "after, walked"} {
		s := open(t, t.TempDir())
		if state == "after, walked" {
			s.few = 0
		}
		if state == "before it is indexed" {
			s.indexer.stop()
			s.startNothing()
		}
		ids := saved(t, s, texts...)
		if state != "before it is indexed" {
			must(t, s.IndexAll(t.Context()))
		}
		for _, tt := range []struct {
			query string
			want  []int
		}{
			{"", []int{7, 6, 5, 4, 3, 2, 1, 0}},
			{"blue", []int{0}}, {"BLUE sky", []int{0}}, {"scatter", []int{0}}, {"catteri", []int{0}}, {"sky javascript", nil},
			{"ray", []int{0}}, {"avascr", []int{1}}, {"naive", []int{1}}, {"cafe", []int{1}}, {"Café", []int{1}}, {"c++", []int{1}},
			{"foo_bar", []int{1}}, {"foo_baz", nil}, {"bar(x)", []int{1}}, {"ja", []int{1}}, {"va", nil},
			{"日本語", []int{2}}, {"本語", []int{2}}, {"語", []int{2}}, {"日", []int{2}}, {"本日", nil}, {"机器学习", []int{2}}, {"学习机器", nil},
			{"東京タワ", []int{2}}, {"국어", []int{3}}, {"한국어는", []int{3}}, {"КВАНТ", []int{4}}, {"елка", []int{4}}, {"ёлка", []int{4}},
			{"fine", []int{4}}, {"strasse", nil}, {"straße", []int{4}}, {"1", []int{4}}, {"🎈", []int{5}}, {"🎉🎈", []int{5}}, {"hidden", []int{5}}, {"word", []int{5, 1}},
			{"ไทย", []int{6}}, {"needle", []int{6}}, {"xneedley", []int{6}}, {strings.Repeat("x", 90) + "need", []int{6}},
			{`"to be or not"`, []int{7}}, {`"not to be"`, []int{7}}, {`"be not or"`, []int{7}}, {`"or to"`, nil}, {`"sky is"`, nil}, {`"is the"`, []int{0}},
			{`"scatter"`, nil}, {`"scatters"`, []int{0}}, {"the -blue", nil}, {"is -sky", []int{1}}, {"-sky -be", []int{6, 5, 4, 3, 2, 1}},
			{"is -scatter", []int{1, 0}}, {`is -"the sky"`, []int{1}}, {"-日本", []int{7, 6, 5, 4, 3, 1, 0}}, {"sky air", []int{0}}, {"blue*", []int{0}},
			{`"`, []int{7, 6, 5, 4, 3, 2, 1, 0}}, {"- ", []int{7}}, {`"sky`, []int{0}}, {"AND", []int{1}}, {"the OR sky", nil}, {"NEAR(sky blue)", nil},
		} {
			if got := sought(t, s, ids, Query{Text: tt.query, Limit: 3}); !slices.Equal(got, tt.want) {
				t.Errorf("%s, %q: got %v, want %v", state, tt.query, got, tt.want)
			}
		}
	}
}

// startNothing stands in for an indexer that has nothing to do.
func (s *Store) startNothing() {
	s.indexer = &indexer{wake: make(chan struct{}, 1), cancel: func() {}, done: make(chan struct{})}
	close(s.indexer.done)
}

func TestASnippetShowsWhereTheTextIs(t *testing.T) {
	s := open(t, t.TempDir())
	long := strings.Repeat("before ", 100)
	ids := saved(t, s, []string{"Ask <b>me</b>", "nothing", long + "the Crème\nBrûlée is <i>here</i> and creme again " + long})
	page, err := s.Search(t.Context(), Query{Text: "creme"})
	must(t, err)
	if len(page.Rows) != 1 || page.Rows[0].Hit == nil {
		t.Fatalf("got %+v", page)
	}
	hit := page.Rows[0].Hit
	var text, marked strings.Builder
	for _, p := range hit.Parts {
		text.WriteString(p.Text)
		if p.Hit {
			marked.WriteString(p.Text + "|")
		}
	}
	if hit.Source != "answer" || hit.Seat != 1 || marked.String() != "Crème|creme|" {
		t.Errorf("got %s of seat %d, marked %q", hit.Source, hit.Seat, &marked)
	}
	if got := text.String(); !strings.HasPrefix(got, "…before ") || !strings.HasSuffix(got, "…") || !strings.Contains(got, "the Crème Brûlée is <i>here</i> and") || len(got) > 300 {
		t.Errorf("got %q", got)
	}
	must(t, s.Tag(t.Context(), ids, []string{"dessert"}, nil))
	for query, source := range map[string]string{"me": "prompt", "dessert": "tag", "-salt": ""} {
		page, err := s.Search(t.Context(), Query{Text: query})
		must(t, err)
		if got := page.Rows[0].Hit; (got == nil) != (source == "") || got != nil && got.Source != source {
			t.Errorf("%q: got %+v, want one in %q", query, got, source)
		}
	}
}

func TestDeletedWordsLeaveTheIndex(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	ids := saved(t, s, []string{"common xylophonist", "common answer zugzwangish 稀有字"}, []string{"common", "kept quixotically"})
	must(t, s.Tag(t.Context(), ids[:1], []string{"borborygmus"}, nil))
	must(t, s.IndexAll(t.Context()))
	words := []string{"xylophonist", "zugzwangish", "borborygmus", "稀有", "quixotically", "ylophon", "orborygmu"}
	holds := func() (in []string) {
		must(t, s.quietly(t.Context(), "checkpoint", nothing))
		_, err := s.write.Exec(foldLog)
		must(t, err)
		file, err := os.ReadFile(filepath.Join(dir, "history.db"))
		must(t, err)
		for _, w := range words {
			if strings.Contains(string(file), w) {
				in = append(in, w)
			}
		}
		return in
	}
	if got := holds(); len(got) != len(words) {
		t.Fatalf("the file holds %v: nothing is proved", got)
	}
	must(t, s.Tag(t.Context(), ids[:1], nil, []string{"borborygmus"}))
	must(t, s.IndexAll(t.Context()))
	if got := holds(); slices.Contains(got, "borborygmus") || slices.Contains(got, "orborygmu") {
		t.Errorf("a tag that was taken away is in the file: %v", got)
	}
	must(t, s.Delete(t.Context(), ids[0]))
	must(t, s.PurgeDeleted(t.Context()))
	if got, want := holds(), []string{"quixotically"}; !slices.Equal(got, want) {
		t.Errorf("the file holds %v, want %v", got, want)
	}
	if n := number(t, s, `SELECT count(*) FROM word`); n != 3 {
		t.Errorf("got %d words, want common, kept and quixotically", n)
	}
	faults, err := s.CheckIndex(t.Context())
	must(t, err)
	if got := sought(t, s, ids, Query{Text: "common"}); !slices.Equal(got, []int{1}) || len(faults) > 0 {
		t.Errorf("got %v, faults %v", got, faults)
	}
}

func TestFiltersReadAsSentences(t *testing.T) {
	s := open(t, t.TempDir())
	ids := variety(t, s)
	usd := func(cents int64) *bakeoff.PicoUSD { return new(bakeoff.PicoUSD(cents) * bakeoff.USD / 100) }
	at := func(n int) time.Time { return storetest.Comparison(n, 0).StartedAt }
	for _, tt := range []struct {
		sentence string
		q        Query
		want     []int
	}{
		{"everything, newest first", Query{}, []int{5, 4, 3, 2, 1, 0}},
		{"oldest first", Query{Sort: Oldest}, []int{0, 1, 2, 3, 4, 5}},
		{"the costliest first, without those of unknown cost", Query{Sort: Costliest}, []int{2, 1, 5, 0}},
		{"the slowest first", Query{Sort: Slowest}, []int{3, 5, 2, 1, 0}},
		{"with this model", Query{Models: []string{"openai/gpt-x"}}, []int{4, 2, 1}},
		{"with one of these models", Query{Models: []string{"openai/gpt-x", "demo/quick"}}, []int{5, 4, 2, 1}},
		{"of this provider", Query{Providers: []string{"ollama"}}, []int{3, 1, 0}},
		{"with a closed model", Query{Openness: []string{"closed"}}, []int{4, 2, 1}},
		{"on this machine", Query{Places: []string{"local"}}, []int{3, 1, 0}},
		{"open and in the cloud at once", Query{Openness: []string{"open"}, Places: []string{"cloud"}}, []int{1}},
		{"of a category", Query{Category: "coding"}, []int{1}},
		{"with a tag", Query{Tags: []string{"red"}}, []int{2, 1}},
		{"with any of these tags", Query{Tags: []string{"red", "blue"}}, []int{2, 1, 0}},
		{"with an answer of four stars or more", Query{MinStars: 4}, []int{2}},
		{"with an answer of two stars or more", Query{MinStars: 2}, []int{2, 0}},
		{"with a winner", Query{Verdict: "best"}, []int{1}},
		{"with any verdict", Query{Verdict: "any"}, []int{1}},
		{"that wait for one", Query{Verdict: "unrated"}, []int{5}},
		{"favourites", Query{Favourite: true}, []int{2}},
		{"with a failed run", Query{Status: []string{"failed"}}, []int{4}},
		{"with a run that goes on", Query{Status: []string{"running"}}, []int{}},
		{"since the third", Query{From: at(2)}, []int{5, 4, 3, 2}},
		{"until the third", Query{To: at(2)}, []int{1, 0}},
		{"between, oldest first", Query{From: at(1), To: at(4), Sort: Oldest}, []int{1, 2, 3}},
		{"that cost a cent or more", Query{MinCost: usd(1)}, []int{2, 1}},
		{"that cost less than a cent", Query{MaxCost: usd(0)}, []int{5, 0}},
		{"between one cent and two, costliest first", Query{MinCost: usd(1), MaxCost: usd(2), Sort: Costliest}, []int{1}},
		{"with this model, a tag and a word", Query{Models: []string{"openai/gpt-x"}, Tags: []string{"red"}, Text: "question -4"}, []int{2, 1}},
		{"of a model that never was", Query{Models: []string{"openai/none"}}, []int{}},
	} {
		for state, few := range map[string]int64{"looked up": fewAtMost, "walked": 0} {
			s.few = few
			got := append([]int{}, sought(t, s, ids, tt.q)...)
			if !slices.Equal(got, tt.want) {
				t.Errorf("%s, %s: got %v, want %v", tt.sentence, state, got, tt.want)
			}
		}
	}
	if _, err := s.Search(t.Context(), Query{Sort: "colour"}); code(err) != bakeoff.CodeInvalid {
		t.Errorf("an unknown order: got %v", err)
	}
}

// variety saves six comparisons that differ in everything a filter looks at. The fifth failed, the fourth is blind.
func variety(t *testing.T, s *Store) (ids []string) {
	t.Helper()
	local := bakeoff.Entry{Endpoint: "ollama", Model: "llama"}
	closed := bakeoff.Entry{Endpoint: "openai", Model: "gpt-x"}
	cloud := bakeoff.Entry{Endpoint: "groq", Model: "llama"}
	demo := bakeoff.Entry{Endpoint: "demo", Model: "quick"}
	for n, lineup := range [][]bakeoff.Entry{{local}, {local, closed, cloud}, {closed}, {local}, {closed}, {demo, demo}} {
		c := storetest.Comparison(n, len(lineup))
		c.Lineup = lineup
		for i, e := range lineup {
			r := &c.Runs[i]
			r.Entry, r.Timing.Total = e, bakeoff.Measured(time.Duration(n+1)*time.Second)
			switch e.Endpoint {
			case "openai":
				r.Openness, r.Place = bakeoff.Closed, bakeoff.PlaceCloud
				r.Cost = bakeoff.Cost{Amount: bakeoff.PicoUSD(n) * bakeoff.USD / 50, Source: bakeoff.CostReported}
			case "groq":
				r.Place = bakeoff.PlaceCloud
			case "demo":
				r.Openness, r.Place = bakeoff.OpennessUnknown, bakeoff.PlaceDemo
			}
		}
		if n == 3 {
			c.Runs[0].Cost, c.Runs[0].Timing.Total = bakeoff.Cost{}, bakeoff.Measured(time.Minute)
		}
		if n == 4 {
			c.Runs[0].Status, c.Runs[0].Cost, c.Runs[0].Timing.Total = bakeoff.Failed, bakeoff.Cost{}, bakeoff.Span{}
			c.Runs[0].Error = &bakeoff.Error{Code: bakeoff.CodeTimeout}
		}
		must(t, s.InsertComparison(t.Context(), c))
		ids = append(ids, c.ID)
	}
	must(t, s.Tag(t.Context(), ids[1:3], []string{"red"}, nil))
	must(t, s.Tag(t.Context(), ids[:1], []string{"blue"}, nil))
	for _, write := range []string{
		`INSERT INTO comparison_review VALUES (?1, 'coding', '', 0)`,
		`INSERT INTO verdict VALUES ('v1', ?1, 'best', 0, 1)`,
	} {
		must(t, s.change(t.Context(), "review", execs(write, ids[1])))
	}
	must(t, s.change(t.Context(), "favour", execs(`INSERT INTO comparison_review VALUES (?1, NULL, '', 1)`, ids[2])))
	must(t, s.change(t.Context(), "rate", execs(`INSERT INTO stars SELECT 's' || id, id, 4, 0, 1 FROM run WHERE comparison_id = ?1`, ids[2])))
	must(t, s.change(t.Context(), "rate", execs(`INSERT INTO stars SELECT 's' || id, id, 2, 0, 1 FROM run WHERE comparison_id = ?1`, ids[0])))
	return ids
}

func TestPagesStayWhileTheHistoryGrows(t *testing.T) {
	for _, sort := range []Sort{Newest, Oldest, Costliest, Slowest, Relevance} {
		for _, text := range []string{"", "question"} {
			t.Run(fmt.Sprintf("%s, text %q", sort, text), func(t *testing.T) {
				s := open(t, t.TempDir())
				for n := 100; n < 140; n++ {
					must(t, s.InsertComparison(t.Context(), storetest.Comparison(n, 1)))
				}
				seen := map[string]int{}
				q := Query{Text: text, Sort: sort, Limit: 7}
				for n := 140; ; n++ {
					page, err := s.Search(t.Context(), q)
					must(t, err)
					for _, row := range page.Rows {
						seen[row.ID]++
					}
					if q.Cursor = page.Next; q.Cursor == "" {
						break
					}
					must(t, s.InsertComparison(t.Context(), storetest.Comparison(n, 1))) // newer than everything
				}
				for n := 100; n < 140; n++ {
					if got := seen[storetest.ID(0, n)]; got != 1 {
						t.Errorf("%d was shown %d times", n, got)
					}
				}
			})
		}
	}
}

func TestABlindComparisonIsFoundWithoutAName(t *testing.T) {
	s := open(t, t.TempDir())
	ids := variety(t, s)
	must(t, s.change(t.Context(), "sit", execs(`INSERT INTO sitting VALUES (?1, '[2,0,1]', 1, NULL, NULL)`, ids[1])))
	for _, q := range []Query{{Models: []string{"openai/gpt-x"}}, {Providers: []string{"groq"}}, {Openness: []string{"closed"}}, {Places: []string{"cloud"}}, {Status: []string{"done"}}, {Sort: Costliest}, {Sort: Slowest}, {MaxCost: new(bakeoff.USD)}} {
		if got := sought(t, s, ids, q); slices.Contains(got, 1) {
			t.Errorf("%+v tells what the models are", q)
		}
	}
	page, err := s.Search(t.Context(), Query{Text: "scatter", Category: "coding"})
	must(t, err)
	if len(page.Rows) != 1 {
		t.Fatalf("got %+v", page)
	}
	row := page.Rows[0]
	want := []RowRun{{Seat: 0, Status: bakeoff.Done}, {Seat: 1, Status: bakeoff.Done}, {Seat: 2, Status: bakeoff.Done}}
	if diff := cmp.Diff(want, row.Runs); diff != "" || !row.Blind || row.Hit == nil || row.Hit.Seat != -1 {
		t.Errorf("hit %+v, want -, got +:\n%s", row.Hit, diff)
	}
	must(t, s.change(t.Context(), "note", execs(`INSERT INTO answer_review SELECT id, 'typically Groq, zebra', 0 FROM run WHERE comparison_id = ?1 AND seat = 2`, ids[1])))
	page, err = s.Search(t.Context(), Query{Text: "zebra"})
	must(t, err)
	if len(page.Rows) != 1 || page.Rows[0].Hit != nil {
		t.Errorf("the note on an answer, from before the look, is shown: %+v", page.Rows)
	}
	must(t, s.change(t.Context(), "reveal", execs(`UPDATE sitting SET revealed_at = 2 WHERE comparison_id = ?1`, ids[1])))
	if got := sought(t, s, ids, Query{Providers: []string{"groq"}}); !slices.Equal(got, []int{1}) {
		t.Errorf("after the reveal: got %v", got)
	}
}

func TestAnAnswerOfALiveBlindComparisonIsNotFound(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 2)
	c.Sitting = &bakeoff.Sitting{Seats: []int{1, 0}, OpenedAt: c.StartedAt}
	late := c.Runs[1]
	c.Runs[0].Answer, late.Answer = "a zebra", "a giraffe"
	c.Runs[1].Status, c.Runs[1].Answer = bakeoff.Queued, ""
	must(t, s.InsertComparison(t.Context(), c))
	must(t, s.IndexAll(t.Context()))
	for _, text := range []string{"zebra", "ebr"} {
		if got := sought(t, s, []string{c.ID}, Query{Text: text}); len(got) > 0 {
			t.Errorf("%q tells which answer came first", text)
		}
	}
	must(t, s.FinishRuns(t.Context(), late))
	must(t, s.IndexAll(t.Context()))
	if got := sought(t, s, []string{c.ID}, Query{Text: "zebra"}); len(got) != 1 { // the control
		t.Errorf("after the last end: got %v", got)
	}
}

func TestFacetsCountWhatIsShown(t *testing.T) {
	s := open(t, t.TempDir())
	ids := variety(t, s)
	must(t, s.Delete(t.Context(), ids[2]))
	f, err := s.Facets(t.Context())
	must(t, err)
	if diff := cmp.Diff([]Facet{{"ollama/llama", 3}, {"openai/gpt-x", 2}, {"demo/quick", 1}, {"groq/llama", 1}}, f[FacetModel]); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
	must(t, s.Undelete(t.Context(), ids[2]))
	must(t, s.Tag(t.Context(), ids[:1], []string{"red"}, []string{"blue"}))
	f, err = s.Facets(t.Context())
	must(t, err)
	if diff := cmp.Diff([]Facet{{"red", 3}}, f[FacetTag]); diff != "" {
		t.Errorf("want -, got +:\n%s", diff)
	}
}

// FuzzQuery: whatever is typed is a query, found by the index exactly where reading every text finds it.
func FuzzQuery(f *testing.F) {
	s, err := Open(f.Context(), f.TempDir())
	must(f, err)
	f.Cleanup(func() { _ = s.Close() })
	texts := [][]string{
		{"Why is the sky blue?", "Rayleigh scattering (C++), naïve café"}, {"日本語の文法 🎈 한국어", "to be or not to be", "a_b\\c 100%"},
		{"x\x00y", `"quoted" -minus AND OR NOT NEAR(`, "ไทย ёлка ﬁne"},
	}
	ids := saved(f, s, texts...)
	must(f, s.IndexAll(f.Context()))
	for _, seed := range []string{"sky", `"to be" -or`, "日本", "語*", `"`, "-", "''", "NEAR(a b)", "a AND b", "^x", "col:x", "{a b}:c", "\x00", "\xff", "%_", "한국", "🎈", "ﬁ", "x y -z", `-"a b`, "w1", "(w1)", "a b c d e f g h", "e\u0301", "\u200d"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, sort := range []Sort{Newest, Relevance} {
			got := append([]int{}, sought(t, s, ids, Query{Text: text, Sort: sort})...)
			want := []int{}
			m := newMatcher(text)
			for i, all := range slices.Backward(texts) {
				var documents []document
				for _, text := range all {
					documents = append(documents, document{source: "answer", text: text})
				}
				if m == nil {
					want = append(want, i)
				} else if _, ok := m.match(documents); ok {
					want = append(want, i)
				}
			}
			slices.Sort(got)
			slices.Sort(want)
			if !slices.Equal(got, want) {
				t.Errorf("%q: the index finds %v, reading %v", text, got, want)
			}
		}
	})
}

// A part of many words, each in one comparison, is neither asked of the index word by word nor read everywhere.
func TestAPartOfManyWordsIsFound(t *testing.T) {
	s := open(t, t.TempDir())
	var texts [][]string
	var want []int
	for n := range 3 * maxWords {
		texts = append(texts, []string{"question", fmt.Sprintf("common word%d", n)})
		if n%2 == 0 {
			texts[n][1] += fmt.Sprintf(" xz%dq", n+1000)
			want = append([]int{n}, want...)
		}
	}
	ids := saved(t, s, texts...)
	must(t, s.IndexAll(t.Context()))
	for _, few := range []int64{fewAtMost, 0} {
		s.few = few
		for _, query := range []string{"xz1", "xz1 common", "question xz1 -none"} {
			if got := sought(t, s, ids, Query{Text: query, Limit: 20}); !slices.Equal(got, want) {
				t.Errorf("few %d, %q: got %v, want %v", few, query, got, want)
			}
		}
		if got := sought(t, s, ids, Query{Text: "xz1100", Limit: 20}); !slices.Equal(got, []int{100}) {
			t.Errorf("few %d: got %v", few, got)
		}
	}
}
