package transfer

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
	"bakeoff/backend/importer"
	"bakeoff/backend/store"
	"bakeoff/backend/store/storetest"

	"github.com/google/uuid"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dir)
	must(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func newID() string { return uuid.Must(uuid.NewV7()).String() }

// maker makes comparisons in which anything can be.
type maker struct {
	*rand.Rand
	at      time.Time
	parents []string
}

func (m *maker) maybe() bool { return m.IntN(2) == 0 }

func (m *maker) text() string {
	pieces := []string{"blue", "Why?", "ä", "🎈", "日本語", "\x00", "\n", "\u2028", "</script>", `"`, "\\", "\t", "=1+1", "# x", " "}
	var b strings.Builder
	for range 1 + m.IntN(12) {
		b.WriteString(pieces[m.IntN(len(pieces))])
	}
	return b.String()
}

func (m *maker) some() string {
	if m.maybe() {
		return ""
	}
	return m.text()
}

func (m *maker) span() bakeoff.Span {
	return bakeoff.Span{D: time.Duration(m.Int64N(int64(time.Hour))), Known: true}
}

func (m *maker) count() bakeoff.Count {
	return []bakeoff.Count{{}, bakeoff.ReportedCount(0), bakeoff.ReportedCount(m.Int64N(1 << 40)), {N: 7, Source: bakeoff.Estimated}}[m.IntN(4)]
}

func (m *maker) files() (out []bakeoff.Attachment) {
	for n := range m.IntN(3) {
		data := make([]byte, m.IntN(2000))
		for i := range data {
			data[i] = byte(m.Uint32())
		}
		sum := sha256.Sum256(data)
		out = append(out, bakeoff.Attachment{Name: fmt.Sprintf("%d ä.png", n), MediaType: "image/png", Data: data, SHA256: hex.EncodeToString(sum[:])})
	}
	return out
}

func (m *maker) words(n int) (out []string) {
	for i := range m.IntN(n) {
		out = append(out, fmt.Sprintf("word %d 日", i))
	}
	return out
}

func (m *maker) next() time.Time {
	m.at = m.at.Add(time.Duration(m.IntN(5000)) * time.Millisecond)
	return m.at
}

func (m *maker) comparison() bakeoff.Comparison {
	c := bakeoff.Comparison{
		ID: newID(), Prompt: bakeoff.Prompt{System: m.some(), User: "Q " + m.text(), Attachments: m.files()}, Lanes: bakeoff.LanesParallel,
		LocalOnly: m.maybe(), StartedAt: m.next(), AppVersion: "1.2.3",
	}
	if m.maybe() {
		c.Lanes = bakeoff.LanesSerial
	}
	if len(m.parents) > 0 && m.maybe() {
		c.ParentID = m.parents[m.IntN(len(m.parents))]
		c.Relation = []bakeoff.Relation{bakeoff.Rerun, bakeoff.Edited, bakeoff.FollowUp}[m.IntN(3)]
		if c.Relation == bakeoff.FollowUp {
			c.ThreadID = c.ParentID
		}
	}
	for seat := range 1 + m.IntN(4) {
		c.Lineup = append(c.Lineup, m.entry())
		if c.Relation == bakeoff.FollowUp {
			c.Earlier = append(c.Earlier, []bakeoff.Turn{{User: m.text(), Answer: m.some(), Attachments: m.files()}, {User: "b", Answer: "c"}})
		}
		for attempt := range 1 + m.IntN(2) {
			c.Runs = append(c.Runs, m.run(c, seat, attempt+1))
		}
	}
	if m.maybe() {
		c.Sitting = &bakeoff.Sitting{Seats: m.Perm(len(c.Lineup)), OpenedAt: m.next(), RevealedAt: m.next(), SeenAt: m.at}
	}
	m.judge(&c)
	m.parents = append(m.parents, c.ID)
	return c
}

func (m *maker) entry() bakeoff.Entry {
	e := bakeoff.Entry{Endpoint: "ollama", Model: "m" + m.text()}
	if m.maybe() {
		e.Params = bakeoff.Params{Temperature: new(m.Float64()), TopP: new(0.0), MaxTokens: new(m.IntN(1e6)), Seed: new(-m.Int64()), Effort: "high",
			Extra: map[string]json.RawMessage{"top_k": json.RawMessage("[ 1e400,\n\"<b>\" ]"), "a": json.RawMessage("null")}}
	}
	return e
}

func (m *maker) run(c bakeoff.Comparison, seat, attempt int) bakeoff.Run {
	statuses := []bakeoff.Status{bakeoff.Done, bakeoff.Done, bakeoff.Cut, bakeoff.Truncated, bakeoff.Failed, bakeoff.Cancelled, bakeoff.Interrupted}
	r := bakeoff.Run{
		ID: newID(), ComparisonID: c.ID, Seat: seat, Attempt: attempt, Entry: c.Lineup[seat], EndpointHost: m.some(), ResolvedModel: m.some(),
		Digest: m.some(), Quantization: m.some(), Openness: bakeoff.Open, Place: bakeoff.PlaceLocal, Status: statuses[m.IntN(len(statuses))],
		FinishReason: m.some(), Answer: m.some(), Reasoning: m.some(), Request: m.some(), RequestID: m.some(),
	}
	if m.maybe() {
		r.SentAt = m.at
		r.NotApplied, r.Warnings, r.Usage.Notes = []string{m.text()}, []string{}, []string{"a", "a"}
		r.Timing = bakeoff.Timing{Queue: bakeoff.Measured(0), Skew: m.span(), Connect: m.span(), Headers: m.span(), TTFT: m.span(), TimeToAnswer: m.span(),
			LastText: m.span(), Total: m.span(), Load: m.span(), PromptEval: m.span(), Eval: m.span(), ServerWait: m.span(), Warmth: bakeoff.Warm,
			Contended: true, Rate: m.Float64() * 100, RateSource: bakeoff.Reported}
		r.Pace = []bakeoff.Stroke{{}, {Answer: m.Int32()}, {Reasoning: m.Int32()}}
		r.Usage.Raw = json.RawMessage("{ \"total\": 1.0,\n\"x\":null}")
		r.Cost = bakeoff.Cost{Amount: bakeoff.PicoUSD(m.Int64()), Source: bakeoff.CostComputed, AtLeast: true, PriceDate: "2026-11-23", PriceSource: "https://x.example", Note: m.some()}
		r.Egress = bakeoff.Egress{Known: true, Requests: 1, Sent: m.Int64N(1 << 40), Received: 0}
	} else {
		r.Cost = bakeoff.Cost{Source: bakeoff.CostUnknown, Note: "no price"}
	}
	r.Usage.Input, r.Usage.Output, r.Usage.CacheRead, r.Usage.CacheWrite, r.Usage.CacheWrite1h, r.Usage.Reasoning = m.count(), m.count(), m.count(), m.count(), m.count(), m.count()
	if r.Status == bakeoff.Failed || r.Status == bakeoff.Truncated {
		r.Error = &bakeoff.Error{Code: bakeoff.CodeRateLimited, Message: m.text(), Detail: m.some(), HTTPStatus: 429, RetryAfter: time.Duration(m.IntN(1e9))}
	}
	return r
}

// judge votes, takes votes back, rates and notes.
func (m *maker) judge(c *bakeoff.Comparison) {
	r := &c.Review
	for range m.IntN(4) {
		v := bakeoff.Verdict{ID: newID(), ComparisonID: c.ID, Kind: bakeoff.VerdictBest, Blind: m.maybe(), At: m.next()}
		for i, place := range m.Perm(len(c.Runs)) {
			v.Shown = append(v.Shown, c.Runs[place].ID)
			v.Standings = append(v.Standings, bakeoff.Standing{RunID: c.Runs[place].ID, Rank: min(i+1, 2)})
		}
		switch m.IntN(4) {
		case 0:
			v.Kind = bakeoff.VerdictNone
			for i := range v.Standings {
				v.Standings[i].Rank = 0
			}
		case 1:
			v.Kind, v.Shown, v.Standings = bakeoff.VerdictWithdrawn, nil, nil
		}
		r.Votes = append(r.Votes, v)
	}
	for _, run := range c.Runs {
		for range m.IntN(3) {
			r.AllStars = append(r.AllStars, bakeoff.Stars{ID: newID(), RunID: run.ID, N: m.IntN(6), Blind: m.maybe(), At: m.next()})
		}
		if m.maybe() {
			r.Answers = append(r.Answers, bakeoff.AnswerReview{RunID: run.ID, Reasons: m.words(3), Note: m.some(), At: m.next()})
		}
	}
	if m.maybe() {
		r.Category, r.Note, r.Favourite, r.Tags = "coding", m.some(), m.maybe(), m.words(4)
	}
}

// random makes a history of so many comparisons.
func random(t testing.TB, seed uint64, n int) *store.Store {
	t.Helper()
	s := open(t, t.TempDir())
	m := &maker{Rand: rand.New(rand.NewPCG(seed, 2)), at: time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)}
	for range n {
		must(t, s.InsertComparison(t.Context(), m.comparison()))
	}
	return s
}

var lines = export.Options{Format: export.JSONLines, App: "1.2.3"}

func exported(t testing.TB, s *store.Store, ids []string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "out.jsonl")
	_, err := Export(context.Background(), s, path, ids, lines, nil)
	must(t, err)
	return path
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

func TestExportImportExportIsByteEqual(t *testing.T) {
	for seed := range uint64(4) {
		s := random(t, seed, 40)
		must(t, s.InsertComparison(t.Context(), storetest.Full()))
		file := exported(t, s, nil)
		want := read(t, file)
		other := open(t, t.TempDir())
		look, err := Preview(t.Context(), other, file, nil)
		must(t, err)
		done, err := Import(t.Context(), other, file, nil)
		must(t, err)
		if done != look || done.New != 41 || done.Same+done.Different != 0 || done.Source != importer.Bakeoff {
			t.Errorf("imported %+v, looked at %+v", done, look)
		}
		if got := read(t, exported(t, other, nil)); got != want {
			t.Fatalf("seed %d: the second export differs%s", seed, firstDifference(want, got))
		}
		again, err := Import(t.Context(), other, file, nil)
		must(t, err)
		if again.New != 0 || again.Same != 41 {
			t.Errorf("the second import: %+v", again)
		}
		if got := read(t, exported(t, other, nil)); got != want {
			t.Error("importing twice changed something")
		}
		c, err := other.Comparison(t.Context(), storetest.Full().ID)
		must(t, err)
		if c.Imported == nil || c.Imported.Source != importer.Bakeoff {
			t.Error("nothing tells that it was imported")
		}
		if found, err := other.Check(t.Context()); err != nil || len(found) > 0 {
			t.Errorf("the history after the import: %v, %v", found, err)
		}
	}
}

func firstDifference(want, got string) string {
	a, b := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			for n := range min(len(a[i]), len(b[i])) {
				if a[i][n] != b[i][n] {
					from := max(0, n-200)
					return fmt.Sprintf(" in line %d at %d:\n%s\n%s", i+1, n, a[i][from:min(n+200, len(a[i]))], b[i][from:min(n+200, len(b[i]))])
				}
			}
		}
	}
	return fmt.Sprintf(": %d and %d lines", len(a), len(b))
}

func TestAnImportIntoAHistoryKeepsWhatIsThere(t *testing.T) {
	s := random(t, 1, 10)
	file := exported(t, s, nil)
	text := read(t, file)
	other := open(t, t.TempDir())
	must(t, other.InsertComparison(t.Context(), storetest.Comparison(1, 2)))
	_, err := Import(t.Context(), other, file, nil)
	must(t, err)
	var first struct{ ID string }
	must(t, json.Unmarshal([]byte(strings.Split(text, "\n")[1]), &first))
	changed := strings.Replace(text, `"prompt":"Q `, `"prompt":"FORGED `, 1)
	must(t, os.WriteFile(file, []byte(changed), 0o600))
	done, err := Import(t.Context(), other, file, nil)
	must(t, err)
	if done.Different != 1 || done.Same != 9 || done.New != 0 {
		t.Errorf("got %+v", done)
	}
	if c, _ := other.Comparison(t.Context(), first.ID); strings.HasPrefix(c.Prompt.User, "FORGED") {
		t.Error("an import overwrote")
	}
	must(t, other.Delete(t.Context(), first.ID))
	done, err = Import(t.Context(), other, file, nil)
	must(t, err)
	if c, _ := other.Comparison(t.Context(), first.ID); done.New != 1 || !strings.HasPrefix(c.Prompt.User, "FORGED") {
		t.Errorf("what was deleted did not come back: %+v, %q", done, c.Prompt.User)
	}
}

func TestALookAgreesWithTheImportAboutAnIDThatStandsTwice(t *testing.T) {
	s := open(t, t.TempDir())
	must(t, s.InsertComparison(t.Context(), storetest.Comparison(1, 2)))
	file := exported(t, s, nil)
	all := strings.Split(read(t, file), "\n") // a header, the comparison, a footer
	other := strings.Replace(all[1], `"prompt":"`, `"prompt":"FORGED `, 1)
	text := strings.Join([]string{all[0], all[1], all[1], other, strings.Replace(all[2], `"comparisons":1`, `"comparisons":3`, 1), ""}, "\n")
	must(t, os.WriteFile(file, []byte(text), 0o600))
	for name, into := range map[string]*store.Store{"a new history": open(t, t.TempDir()), "one that has it": s} {
		look, err := Preview(t.Context(), into, file, nil)
		must(t, err)
		done, err := Import(t.Context(), into, file, nil)
		must(t, err)
		if look != done || done.Different != 1 {
			t.Errorf("%s: looked at %+v, imported %+v", name, look, done)
		}
	}
}

func TestACancelledTransferLeavesNothing(t *testing.T) {
	s := random(t, 3, 60)
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	path := filepath.Join(dir, "x.html")
	_, err := Export(ctx, s, path, nil, export.Options{Format: export.HTML}, func(w export.Written) {
		if w.Comparisons == 30 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(bakeoff.AsError(err).Message, "nothing was written") {
		t.Errorf("export: got %v", err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	file := exported(t, s, nil)
	other := open(t, t.TempDir())
	before := read(t, exported(t, other, nil))
	ctx, cancel = context.WithCancel(t.Context())
	_, err = Import(ctx, other, file, func(f Found) {
		if f.New == 30 {
			cancel()
		}
	})
	if !errors.Is(err, context.Canceled) || !strings.Contains(bakeoff.AsError(err).Message, "nothing was imported") {
		t.Errorf("import: got %v", err)
	}
	if after := read(t, exported(t, other, nil)); after != before {
		t.Error("half an import is in the history")
	}
	if done, err := Import(t.Context(), other, file, nil); err != nil || done.New != 60 {
		t.Errorf("after a cancelled import: %+v, %v", done, err)
	}
}

func TestAnExportReplacesAFileWholeOrNotAtAll(t *testing.T) {
	s := random(t, 4, 3)
	path := filepath.Join(t.TempDir(), "x.csv")
	must(t, os.WriteFile(path, []byte("mine"), 0o644))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Export(ctx, s, path, nil, export.Options{Format: export.CSV}, nil); err == nil || read(t, path) != "mine" {
		t.Errorf("got %v, and the file says %q", err, read(t, path))
	}
	_, err := Export(t.Context(), s, path, nil, export.Options{Format: export.CSV}, nil)
	must(t, err)
	if !strings.Contains(read(t, path), "comparison_id") {
		t.Error("the file was not replaced")
	}
	if _, err := Export(t.Context(), s, filepath.Join(path, "below"), nil, lines, nil); err == nil {
		t.Error("wrote below a file")
	}
}

func TestWhatIsBlindIsNeverExported(t *testing.T) {
	s := open(t, t.TempDir())
	c := storetest.Comparison(1, 3)
	c.Sitting = &bakeoff.Sitting{Seats: []int{2, 0, 1}, OpenedAt: c.StartedAt}
	must(t, s.InsertComparison(t.Context(), c))
	dir := t.TempDir()
	for _, f := range export.Formats() {
		_, err := Export(t.Context(), s, filepath.Join(dir, "x"), []string{c.ID}, export.Options{Format: f}, nil)
		if err == nil || !strings.Contains(bakeoff.AsError(err).Message, "reveal") {
			t.Errorf("%s: got %v", f, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// forged are lines that Bakeoff never wrote. Each replaces a part of the only comparison of a good file.
func TestWhatBakeoffNeverWroteIsRefusedWithItsLine(t *testing.T) {
	s := open(t, t.TempDir())
	must(t, s.InsertComparison(t.Context(), storetest.Comparison(1, 2)))
	must(t, s.InsertComparison(t.Context(), storetest.Full()))
	good := read(t, exported(t, s, nil))
	ghost := newID()
	for _, tt := range []struct{ name, old, new, want string }{
		{"no header", `{"format":"bakeoff"`, `{"fromat":"bakeoff"`, "neither an export"},
		{"a newer version", `"version":1`, `"version":2`, "newer version"},
		{"a version that never was", `"version":1`, `"version":0`, "neither an export"},
		{"no footer", `{"end":true,"comparisons":2}` + "\n", "", "last line is missing"},
		{"half a footer", `{"end":true,"comparisons":2}` + "\n", `{"end":true,"compa`, "last line is missing"},
		{"a footer that counts others", `"comparisons":2`, `"comparisons":3`, "there are 2"},
		{"something after the footer", `{"end":true,"comparisons":2}` + "\n", `{"end":true,"comparisons":2}` + "\n{}\n", "something follows"},
		{"no JSON", `"lanes":"parallel"`, `"lanes":`, "no JSON"},
		{"an unknown field", `"lanes":`, `"path":"../../etc/passwd","lanes":`, "not as Bakeoff writes it"},
		{"another kind", `"lanes":"parallel"`, `"lanes":7`, "another kind"},
		{"deep nesting", `"lanes":"parallel"`, `"lanes":` + strings.Repeat("[", 10_000), "not as Bakeoff"},
		{"an id that is a path", `"id":"` + storetest.ID(0, 1), `"id":"../../x`, "no id"},
		{"a status that goes on", `"status":"done"`, `"status":"streaming"`, "no known end"},
		{"a seat that is not there", `"seat":1`, `"seat":9`, "no place"},
		{"a negative seat", `"seat":1`, `"seat":-1`, "no place"},
		{"one run twice", storetest.ID(2, 1), storetest.ID(1, 1), "one id"},
		{"a negative time", `"ttft_ns":300000000`, `"ttft_ns":-1`, "negative"},
		{"negative tokens", `"n":24`, `"n":-24`, "no count"},
		{"too many tokens", `"n":24`, `"n":2199023255552`, "no count"},
		{"a free cost with a price", `"pusd":0`, `"pusd":-5`, "negative"},
		{"a time out of the calendar", `"started_at":"2026`, `"started_at":"1926`, "calendar"},
		{"a time in another form", `"started_at":"2026-11-01T`, `"started_at":"2026-11-01 `, "not written like"},
		{"a media type that runs", `image/png`, `text/html`, "neither an image"},
		{"a file that is a path", `"name":"a.png"`, `"name":"../a.png"`, "a path"},
		{"other bytes than the hash", `AAEC/w==`, `AAEC/g==`, "hash"},
		{"a vote about a ghost", `"review":{"votes":[`, `"review":{"votes":[{"id":"` + newID() + `","kind":"best","at":"2026-11-01T09:00:00.000Z","standings":[{"run":"` + ghost + `","rank":1}],"shown":["` + ghost + `"]},`, "not there"},
		{"six stars", `"n":5`, `"n":6`, ""},
		{"a kind of vote", `"kind":"best"`, `"kind":"bribe"`, "no known kind"},
		{"seats that are not the lineup's", `"seats":[1,0]`, `"seats":[0,0]`, "blind seats"},
		{"an open blind look", `"revealed_at":"`, `"revealed_at":null,"seen_at":"`, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if !strings.Contains(good, tt.old) {
				t.Fatalf("the good file has no %s: this test would prove nothing", tt.old)
			}
			path := filepath.Join(t.TempDir(), "forged.jsonl")
			must(t, os.WriteFile(path, []byte(strings.Replace(good, tt.old, tt.new, 1)), 0o600))
			other := open(t, t.TempDir())
			_, err := Import(t.Context(), other, path, nil)
			message := bakeoff.AsError(err).Message
			if err == nil || bakeoff.AsError(err).Code != bakeoff.CodeInvalid || !strings.Contains(message, tt.want) {
				t.Errorf("got %v", err)
			}
			if inside := tt.want != "neither an export" && tt.want != "newer version"; inside && !strings.Contains(message, "Line ") {
				t.Errorf("no line: %s", message)
			}
			if e, _ := other.Extent(t.Context(), nil); e.Comparisons != 0 {
				t.Errorf("%d comparisons were imported", e.Comparisons)
			}
			if _, err := Preview(t.Context(), other, path, nil); err == nil {
				t.Error("the preview finds nothing wrong")
			}
		})
	}
	path := filepath.Join(t.TempDir(), "good.jsonl") // the control
	must(t, os.WriteFile(path, []byte(good), 0o600))
	if _, err := Import(t.Context(), open(t, t.TempDir()), path, nil); err != nil {
		t.Error(err)
	}
}

func TestARunOfAnotherComparisonIsRefused(t *testing.T) {
	s, other := open(t, t.TempDir()), open(t, t.TempDir())
	mine, theirs := storetest.Comparison(1, 2), storetest.Comparison(2, 2)
	theirs.Runs[0].ID = mine.Runs[0].ID
	must(t, s.InsertComparison(t.Context(), theirs))
	must(t, other.InsertComparison(t.Context(), mine))
	_, err := Import(t.Context(), other, exported(t, s, nil), nil)
	if err == nil || !strings.Contains(bakeoff.AsError(err).Message, "Line 2: A run or a vote") {
		t.Errorf("got %v", err)
	}
}

func TestAHugeLineIsRefusedWithLittleMemory(t *testing.T) {
	path := filepath.Join(t.TempDir(), "huge.jsonl")
	f, err := os.Create(path)
	must(t, err)
	_, err = f.WriteString(`{"format":"bakeoff","version":1}` + "\n" + `{"prompt":"`)
	must(t, err)
	must(t, f.Truncate(1<<30)) // a gigabyte of zeros in one line
	must(t, f.Close())
	var peak uint64
	watch(&peak, func() {
		if _, err := Preview(t.Context(), open(t, t.TempDir()), path, nil); err == nil || !strings.Contains(err.Error(), "longer than 64 MB") {
			t.Errorf("got %v", err)
		}
	})
	t.Logf("peak of memory: %d MB", peak>>20)
	if peak > 300<<20 {
		t.Errorf("memory grew to %d MB", peak>>20)
	}
}

// watch tells how much more memory was in use at most while f ran: Go's heap, or where the system tells it the memory of
// the whole process, since SQLite's is not in the heap.
func watch(peak *uint64, f func()) {
	debug.FreeOSMemory()
	before := anonymous()
	runtime.GC() // what other tests left
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			now := anonymous()
			*peak = max(*peak, m.HeapInuse, now-min(before, now))
			select {
			case <-done:
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	f()
	close(done)
	<-stopped
}

// anonymous is the process's own memory in bytes; 0 where the system does not tell.
func anonymous() uint64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "RssAnon:")
	var kB uint64
	_, _ = fmt.Sscanf(rest, "%d", &kB)
	return kB << 10
}

func TestAForeignFileIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "spaces": "  \n", "text": "hello", "a list": "[1,2]", "an object": `{"a":1}`, "an SQLite file": "SQLite format 3\x00", "deep": `{"results":` + strings.Repeat("[", 100_000),
		"null": "null", "html": "<html>",
	} {
		path := filepath.Join(t.TempDir(), "f")
		must(t, os.WriteFile(path, []byte(text), 0o600))
		if _, err := Import(t.Context(), open(t, t.TempDir()), path, nil); bakeoff.AsError(err).Code != bakeoff.CodeInvalid || err == nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
	for _, path := range []string{t.TempDir(), filepath.Join(t.TempDir(), "none")} {
		if _, err := Import(t.Context(), open(t, t.TempDir()), path, nil); bakeoff.AsError(err).Code != bakeoff.CodeInvalid || err == nil {
			t.Errorf("%s: got %v", path, err)
		}
	}
}

func TestMemoryIsBounded(t *testing.T) {
	n := 1500
	if testing.Short() {
		n = 500
	}
	s := open(t, t.TempDir())
	fill := func(yield func(bakeoff.Comparison, error) bool) {
		for i := range n {
			c := storetest.Comparison(i, 4)
			for r := range c.Runs {
				c.Runs[r].Answer = strings.Repeat(c.Runs[r].Answer, 2)
			}
			if !yield(c, nil) {
				return
			}
		}
	}
	_, err := s.Import(t.Context(), importer.Bakeoff, fill, same, func(store.Imported) {})
	must(t, err)
	var peak uint64
	var file string
	watch(&peak, func() { file = exported(t, s, nil) })
	info, err := os.Stat(file)
	must(t, err)
	other := open(t, t.TempDir())
	watch(&peak, func() {
		_, err := Import(t.Context(), other, file, nil)
		must(t, err)
	})
	t.Logf("%d comparisons, %d MB: peak of memory %d MB", n, info.Size()>>20, peak>>20)
	if peak > 64<<20 { // statements that were not closed took 57 KB for each comparison

		t.Errorf("memory grew to %d MB", peak>>20)
	}
	if !bytes.Equal([]byte(read(t, file)), []byte(read(t, exported(t, other, nil)))) {
		t.Error("the round trip differs")
	}
}
