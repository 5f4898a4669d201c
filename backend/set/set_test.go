package set_test

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/prompt"
	"bakeoff/backend/provider"
	"bakeoff/backend/record"
	"bakeoff/backend/set"
	"bakeoff/backend/store"

	"github.com/google/go-cmp/cmp"
)

// house is a driver over a real engine, recorder and history. Its models answer after a second by what the test says.
type house struct {
	*set.Driver
	engine *compare.Engine
	store  *store.Store
	dir    string

	mu     sync.Mutex
	asked  []string // "model: prompt", as requests came
	says   func(model, prompt string) error
	admit  func(c bakeoff.Comparison, confirmed bool) error
	events []set.Progress
	ids    int
	close  func()
}

func open(t *testing.T, dir string) *house {
	t.Helper()
	h := &house{dir: dir}
	var err error
	if h.store, err = store.Open(t.Context(), dir); err != nil {
		t.Fatal(err)
	}
	recorder := record.New(h.store, record.Options{})
	newID := func() string {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.ids++
		return fmt.Sprintf("%08x-0000-7000-8000-%012x", time.Now().UnixMilli()&0xffffffff, h.ids)
	}
	h.engine = compare.New(compare.Config{Endpoints: h, Prices: h, Recorder: recorder, Budget: h, NewID: newID})
	h.Driver = set.New(set.Config{Engine: h.engine, Store: h.store, NewID: newID})
	h.Watch(h.changed, nil)
	h.close = sync.OnceFunc(func() {
		h.Driver.Close()
		h.engine.Close()
		if err := errors.Join(recorder.Close(context.Background()), h.store.Close()); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(h.close)
	return h
}

func (h *house) changed(p set.Progress) {
	h.mu.Lock()
	h.events = append(h.events, p)
	h.mu.Unlock()
}

func (h *house) Get(name string) (compare.Endpoint, error) {
	return compare.Endpoint{Name: name, Label: name, Place: bakeoff.PlaceCloud, Provider: h}, nil
}

func (h *house) Openness(string, string) bakeoff.Openness { return bakeoff.Closed }

func (h *house) Cost(string, string, time.Time, bakeoff.Usage, map[string]string) bakeoff.Cost {
	return bakeoff.Cost{Amount: bakeoff.USD, Source: bakeoff.CostComputed}
}

func (h *house) Admit(_ context.Context, c bakeoff.Comparison, _ []bakeoff.Run, confirmed bool) error {
	if h.admit == nil {
		return nil
	}
	return h.admit(c, confirmed)
}

func (h *house) Models(context.Context) ([]provider.Model, error) { return nil, nil }

func (h *house) Prepare(context.Context, provider.Request) (provider.Facts, error) {
	return provider.Facts{}, nil
}

// Stream answers in two halves, a second apart.
func (h *house) Stream(ctx context.Context, r provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		h.mu.Lock()
		h.asked = append(h.asked, r.Model+": "+r.Prompt.User)
		says := h.says
		h.mu.Unlock()
		text := func(s string) provider.Event { return provider.Event{Kind: provider.KindText, Text: s} }
		if says != nil {
			if err := says(r.Model, r.Prompt.User); err != nil {
				yield(provider.Event{}, err)
				return
			}
		}
		if !yield(text("half "), nil) {
			return
		}
		wait := time.Second
		if r.Model == "slow" {
			wait = 10 * time.Second
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			yield(provider.Event{}, context.Cause(ctx))
			return
		}
		_ = yield(text("whole"), nil) && yield(provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: "stop"}}, nil)
	}
}

// requests are what was asked, in the order of rows and models.
func (h *house) requests() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Sorted(slices.Values(h.asked))
}

func draft(t *testing.T, rows int, models ...string) set.Draft {
	t.Helper()
	text := "n,word\n"
	for i := range rows {
		text += fmt.Sprintf("%d,w%d\n", i+1, i+1)
	}
	table, err := prompt.ReadTable([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	d := set.Draft{Prompt: bakeoff.Prompt{User: "Say {{n}}."}, Table: table}
	for _, m := range models {
		d.Lineup = append(d.Lineup, bakeoff.Entry{Endpoint: "cloud", Model: m})
	}
	return d
}

// begin saves a set and runs it.
func (h *house) begin(t *testing.T, d set.Draft) bakeoff.PromptSet {
	t.Helper()
	s, err := h.Add(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Run(t.Context(), s.ID, false); err != nil {
		t.Fatal(err)
	}
	return s
}

// check compares where a set stands: "state, ended of rows".
func (h *house) check(t *testing.T, id, want string) bakeoff.PromptSet {
	t.Helper()
	s, err := h.store.Set(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := h.store.SetRows(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	ended := 0
	for _, r := range rows {
		if r.Ended {
			ended++
		}
	}
	if got := fmt.Sprintf("%s, %d of %d", s.State, ended, len(rows)); got != want {
		t.Errorf("got %s (%q), want %s", got, s.Reason, want)
	}
	return s
}

func (h *house) comparison(t *testing.T, id string, row int) bakeoff.Comparison {
	t.Helper()
	rows, err := h.store.SetRows(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	c, err := h.store.Comparison(t.Context(), rows[row].ComparisonID)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func want(t *testing.T, got, want []string) {
	t.Helper()
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestASetAsksRowAfterRow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		s := h.begin(t, draft(t, 3, "a", "b"))
		synctest.Wait()
		want(t, h.requests(), []string{"a: Say 1.", "b: Say 1."}) // the models of a row at once, the rows not
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 3 of 3")
		want(t, h.requests(), []string{"a: Say 1.", "a: Say 2.", "a: Say 3.", "b: Say 1.", "b: Say 2.", "b: Say 3."})
		c := h.comparison(t, s.ID, 1)
		if c.Prompt.User != "Say 2." || c.Set != (bakeoff.SetPlace{SetID: s.ID, Name: "Say {{n}}.", Row: 1}) || len(c.Runs) != 2 || c.Runs[1].Answer != "half whole" {
			t.Errorf("got %+v", c)
		}
		if err := h.Run(t.Context(), s.ID, false); err == nil || !strings.Contains(err.Error(), "Every row of this set has ended") {
			t.Errorf("a set that is done: got %v", err)
		}
		first, last := h.events[0], h.events[len(h.events)-1]
		if first.State != bakeoff.SetRunning || first.Rows != 3 || last.State != bakeoff.SetDone || last.Ended != 3 || last.Row != -1 {
			t.Errorf("got %+v … %+v", first, last)
		}
	})
}

func TestAPauseLetsTheRowEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		s := h.begin(t, draft(t, 3, "a"))
		synctest.Wait()
		h.Pause(s.ID)
		h.Wait(s.ID)
		if got := h.check(t, s.ID, "paused, 1 of 3"); got.Reason != "" {
			t.Errorf("got %q", got.Reason)
		}
		if got := h.comparison(t, s.ID, 0).Runs[0].Status; got != bakeoff.Done {
			t.Errorf("got %s", got)
		}
		if err := h.Run(t.Context(), s.ID, false); err != nil {
			t.Fatal(err)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 3 of 3")
		want(t, h.requests(), []string{"a: Say 1.", "a: Say 2.", "a: Say 3."})
	})
}

func TestAStoppedRowGoesOnWithWhatWasBrokenOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		s := h.begin(t, draft(t, 2, "a", "slow"))
		time.Sleep(2 * time.Second) // a has ended
		h.Stop(s.ID)
		h.Wait(s.ID)
		h.check(t, s.ID, "paused, 0 of 2")
		if c := h.comparison(t, s.ID, 0); c.Runs[0].Status != bakeoff.Done || c.Runs[1].Status != bakeoff.Cancelled || c.Runs[1].Answer != "half " {
			t.Errorf("got %s and %s", c.Runs[0].Status, c.Runs[1].Status)
		}
		if err := h.Run(t.Context(), s.ID, false); err != nil {
			t.Fatal(err)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 2 of 2")
		want(t, h.requests(), []string{"a: Say 1.", "a: Say 2.", "slow: Say 1.", "slow: Say 1.", "slow: Say 2."})
		if c := h.comparison(t, s.ID, 0); len(c.Runs) != 3 || c.Runs[2].Attempt != 2 || c.Runs[2].Status != bakeoff.Done {
			t.Errorf("got %+v", c.Runs)
		}
	})
}

// killed opens a copy of the history as it is at this moment, as the next start finds it after kill -9.
func (h *house) killed(t *testing.T) *house {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(h.dir)); err != nil {
		t.Fatal(err)
	}
	return open(t, dir)
}

// At every moment of a set the program may be killed. What was answered is never asked again, and every row is asked.
func TestAKilledSetPaysNothingTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		s := h.begin(t, draft(t, 2, "a", "slow"))
		var moments []*house
		var before [][]string
		for range 12 { // 1 s before, in and after each answer: rows end at 10 and 20 s
			synctest.Wait()
			moments, before = append(moments, h.killed(t)), append(before, h.requests())
			time.Sleep(1750 * time.Millisecond)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 2 of 2")
		broken := 0
		for i, after := range moments {
			ended := map[string]bool{}
			for row := range 2 {
				rows, err := after.store.SetRows(t.Context(), s.ID)
				if err != nil {
					t.Fatal(err)
				}
				if rows[row].ComparisonID == "" {
					continue
				}
				for _, r := range after.comparison(t, s.ID, row).Runs {
					ended[fmt.Sprintf("%s: Say %d.", r.Entry.Model, row+1)] = r.Status == bakeoff.Done
				}
			}
			if state, err := after.store.Set(t.Context(), s.ID); err != nil || state.State == bakeoff.SetRunning {
				t.Fatalf("moment %d: got %s, %v", i, state.State, err)
			} else if state.State == bakeoff.SetPaused {
				if !strings.Contains(state.Reason, "Resume it") {
					t.Errorf("moment %d: got %q", i, state.Reason)
				}
				broken++
				if err := after.Run(t.Context(), s.ID, false); err != nil {
					t.Fatal(err)
				}
				after.Wait(s.ID)
			}
			after.check(t, s.ID, "done, 2 of 2")
			for _, asked := range after.requests() {
				if ended[asked] {
					t.Errorf("moment %d: %s was answered and is asked again", i, asked)
				}
			}
			all := slices.Concat(before[i], after.requests())
			for _, must := range []string{"a: Say 1.", "a: Say 2.", "slow: Say 1.", "slow: Say 2."} {
				if !slices.Contains(all, must) {
					t.Errorf("moment %d: %s was never asked", i, must)
				}
			}
			after.close()
		}
		if broken < 10 {
			t.Errorf("only %d of 12 moments broke the set off: the test tests nothing", broken)
		}
	})
}

func TestTheEndOfTheProgramPausesASet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h := open(t, dir)
		s := h.begin(t, draft(t, 2, "slow"))
		synctest.Wait()
		h.close()
		h = open(t, dir)
		if got := h.check(t, s.ID, "paused, 0 of 2"); !strings.Contains(got.Reason, "Bakeoff was closed") {
			t.Errorf("got %q", got.Reason)
		}
		if err := h.Run(t.Context(), s.ID, false); err != nil {
			t.Fatal(err)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 2 of 2")
	})
}

func TestACapPausesTheSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		spent := 0
		h.admit = func(_ bakeoff.Comparison, confirmed bool) error {
			if spent++; spent > 2 && !confirmed {
				return &bakeoff.Error{Code: bakeoff.CodeOverBudget, Message: "The cap of the day is reached."}
			}
			return nil
		}
		s := h.begin(t, draft(t, 4, "a"))
		h.Wait(s.ID)
		if got := h.check(t, s.ID, "paused, 2 of 4"); got.Reason != "The cap of the day is reached." {
			t.Errorf("got %q", got.Reason)
		}
		want(t, h.requests(), []string{"a: Say 1.", "a: Say 2."})
		if err := h.Run(t.Context(), s.ID, true); err != nil {
			t.Fatal(err)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 4 of 4")
	})
}

func TestASetThatNobodyAnswersPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		down := true
		h.says = func(model, text string) error {
			switch {
			case down && (model == "a" || text == "Say 2."):
				return &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "Nobody answers there."}
			case text == "Say 3.":
				return &bakeoff.Error{Code: bakeoff.CodeRefused, Message: "This prompt was refused."}
			}
			return nil
		}
		s := h.begin(t, draft(t, 3, "a", "b"))
		h.Wait(s.ID)
		if got := h.check(t, s.ID, "paused, 1 of 3"); got.Reason != "No model could answer row 2. Nobody answers there." {
			t.Errorf("got %q", got.Reason)
		}
		down = false
		if err := h.Run(t.Context(), s.ID, false); err != nil {
			t.Fatal(err)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 3 of 3") // what is wrong with one row alone holds no other
		if c := h.comparison(t, s.ID, 1); len(c.Runs) != 4 || c.Runs[1].Status != bakeoff.Done {
			t.Errorf("got %d runs", len(c.Runs))
		}
	})
}

func TestARowThatCannotBeSavedIsNotAsked(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		s, err := h.Add(t.Context(), draft(t, 2, "a"))
		if err != nil {
			t.Fatal(err)
		}
		other, err := set.Spec(s, bakeoff.SetRow{Values: []string{"9", "x"}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := h.engine.Start(t.Context(), other) // the row has a comparison now
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		if l, err := h.engine.Start(t.Context(), other); err == nil || l != nil || !strings.Contains(err.Error(), "asked already") {
			t.Errorf("got %v", err)
		}
		time.Sleep(time.Minute) // what a recorder owes would be written by now
		want(t, h.requests(), []string{"a: Say 9."})
		if h.engine.Going() {
			t.Error("a comparison that was not begun goes on")
		}
		page, err := h.store.Search(t.Context(), store.Query{SetID: s.ID})
		if err != nil || len(page.Rows) != 1 || page.Total != 1 {
			t.Errorf("got %+v, %v", page, err)
		}
	})
}

func TestABlindSetTellsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		d := draft(t, 2, "a", "b")
		d.Blind = true
		s := h.begin(t, d)
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 2 of 2")
		if c := h.comparison(t, s.ID, 0); !c.Blind() {
			t.Error("the row is not blind")
		}
		table, err := h.store.SetTable(t.Context(), s.ID, 100)
		if err != nil || !table[0].Blind || table[0].Cells != nil || table[1].Cells != nil {
			t.Errorf("got %+v, %v", table, err)
		}
	})
}

func TestADeletedComparisonIsNotAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := open(t, t.TempDir())
		s := h.begin(t, draft(t, 2, "slow"))
		synctest.Wait()
		h.Stop(s.ID)
		h.Wait(s.ID)
		c := h.comparison(t, s.ID, 0)
		if err := h.store.Delete(t.Context(), c.ID); err != nil {
			t.Fatal(err)
		}
		if err := h.Run(t.Context(), s.ID, false); err != nil {
			t.Fatal(err)
		}
		h.Wait(s.ID)
		h.check(t, s.ID, "done, 2 of 2")
		want(t, h.requests(), []string{"slow: Say 1.", "slow: Say 2."})
		table, err := h.store.SetTable(t.Context(), s.ID, 4)
		if err != nil || !table[0].Gone || table[1].Gone || table[1].Cells[0].Answer != "half" || table[1].Cells[0].Cost.Amount != bakeoff.USD {
			t.Errorf("got %+v, %v", table, err)
		}
	})
}

func TestTwoProcessesDoNotRunOneSet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		dir := t.TempDir()
		h, other := open(t, dir), open(t, dir)
		s := h.begin(t, draft(t, 2, "slow"))
		synctest.Wait()
		for _, d := range []*house{h, other} {
			if err := d.Run(t.Context(), s.ID, false); err == nil || !strings.Contains(err.Error(), "being run already") {
				t.Errorf("got %v", err)
			}
		}
		if err := h.store.DeleteSet(t.Context(), s.ID); err == nil {
			t.Error("a set that runs was deleted")
		}
		h.Wait(s.ID)
		want(t, append(h.requests(), other.requests()...), []string{"slow: Say 1.", "slow: Say 2."})
	})
}

func TestADraftIsCheckedRowByRow(t *testing.T) {
	d := draft(t, 2, "a")
	d.Table.Rows[1].Values[0] = strings.Repeat("x", compare.MaxPrompt)
	for want, d := range map[string]set.Draft{
		"Line 3: The prompt is longer than 10 MB.": d,
		"Line 2: The lineup is empty.":             draft(t, 1),
	} {
		if _, _, err := set.Plan(d); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	d = draft(t, 1, "a")
	d.Prompt.Attachments = []bakeoff.Attachment{{Name: "a.png"}}
	if _, _, err := set.Plan(d); err == nil || !strings.Contains(err.Error(), "Files do not go with a prompt set") {
		t.Errorf("got %v", err)
	}
}
