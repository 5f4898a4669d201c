package record

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

var _ compare.Recorder = (*Recorder)(nil)

// memory is a store that remembers, and refuses what the real one would refuse.
type memory struct {
	mu      sync.Mutex
	fail    error
	slow    atomic.Int64 // each write takes this long, in nanoseconds
	started map[string]bool
	known   map[string]bakeoff.Run
	text    map[string]string // flushed answer, "|", reasoning
	answers map[string][2]string
	final   map[string]bakeoff.Run
	writes  []int // parcels per SaveProgress
	calls   int
}

func newMemory() *memory {
	return &memory{started: map[string]bool{}, known: map[string]bakeoff.Run{}, answers: map[string][2]string{}, final: map[string]bakeoff.Run{}}
}

func (m *memory) write(f func() error) error {
	time.Sleep(time.Duration(m.slow.Load()))
	m.mu.Lock()
	defer m.mu.Unlock()
	m.calls++
	if m.fail != nil {
		return m.fail
	}
	return f()
}

func (m *memory) InsertComparison(_ context.Context, c bakeoff.Comparison) error {
	return m.write(func() error {
		for _, r := range c.Runs {
			m.started[r.ID] = true
		}
		return nil
	})
}

func (m *memory) InsertRun(_ context.Context, r bakeoff.Run) error {
	return m.write(func() error { m.started[r.ID] = true; return nil })
}

func (m *memory) SaveProgress(_ context.Context, parcels []bakeoff.Progress) error {
	return m.write(func() error {
		m.writes = append(m.writes, len(parcels))
		for _, p := range parcels {
			if !m.started[p.RunID] {
				return errors.New("progress of a run that was never begun")
			}
			if p.Known != nil {
				m.known[p.RunID] = *p.Known
			}
			old := m.answers[p.RunID]
			m.answers[p.RunID] = [2]string{old[0] + string(p.Answer), old[1] + string(p.Reasoning)}
		}
		return nil
	})
}

func (m *memory) FinishRuns(_ context.Context, runs ...bakeoff.Run) error {
	return m.write(func() error {
		for _, r := range runs {
			switch {
			case !m.started[r.ID]:
				return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "never begun"}
			case r.Answer == bad:
				return errBad
			}
		}
		for _, r := range runs {
			m.final[r.ID] = r
		}
		return nil
	})
}

func (m *memory) set(fail error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = fail
}

func (m *memory) flushed(run string) [2]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.answers[run]
}

// bad is an answer that the store does not take.
const bad = "bad"

var errBad = &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This record cannot be written."}

var errFull = &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The disk is full."}

func comparison(runs ...string) bakeoff.Comparison {
	c := bakeoff.Comparison{ID: "c"}
	for _, id := range runs {
		c.Runs = append(c.Runs, bakeoff.Run{ID: id, ComparisonID: "c", Status: bakeoff.Queued})
	}
	return c
}

func ended(id, answer string) bakeoff.Run {
	return bakeoff.Run{ID: id, ComparisonID: "c", Status: bakeoff.Done, Answer: answer}
}

// bubble runs a test of a recorder over a memory in virtual time.
func bubble(t *testing.T, f func(t *testing.T, r *Recorder, m *memory)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		r := New(m, Options{})
		defer func() { _ = r.Close(context.WithoutCancel(t.Context())) }()
		f(t, r, m)
	})
}

// after lets time pass, and what is due then happen.
func after(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestTextOfAllRunsIsWrittenInOneTransactionWithin500ms(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		must(t, r.Begin(t.Context(), comparison("a", "b")))
		r.Known(bakeoff.Run{ID: "a", Request: "body"})
		r.Delta("a", provider.KindReasoning, "hm")
		r.Delta("a", provider.KindText, "bl")
		r.Delta("b", provider.KindText, "red")
		r.Delta("a", provider.KindText, "ue")
		after(499 * time.Millisecond)
		if diff := cmp.Diff(map[string][2]string{"a": {"blue", "hm"}, "b": {"red", ""}}, m.answers); diff != "" {
			t.Errorf("want -, got +:\n%s", diff)
		}
		if diff := cmp.Diff([]int{2}, m.writes); diff != "" || m.known["a"].Request != "body" {
			t.Errorf("transactions: %s, known %+v", diff, m.known["a"])
		}
	})
}

func TestSteadyTextIsNeverOlderThan500ms(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		m.slow.Store(int64(240 * time.Millisecond)) // a slow disk
		must(t, r.Begin(t.Context(), comparison("a")))
		for i := range 300 {
			r.Delta("a", provider.KindText, "x")
			after(10 * time.Millisecond)
			if missing := i + 1 - len(m.flushed("a")[0]); missing > 50 {
				t.Fatalf("after %d deltas 10 ms apart %d are not written, want at most 50", i+1, missing)
			}
		}
	})
}

func TestNothingIsWrittenWhileNothingStreams(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		must(t, r.Begin(t.Context(), comparison("a")))
		after(time.Hour)
		if m.calls != 1 {
			t.Errorf("got %d writes in a silent hour, want the first alone", m.calls)
		}
	})
}

func TestTheFinalRecordTakesTheRestOfTheTextWithIt(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		must(t, r.Begin(t.Context(), comparison("a")))
		r.Delta("a", provider.KindText, "blue")
		must(t, r.Finish(t.Context(), ended("a", "blue")))
		after(time.Minute)
		if len(m.writes) != 0 || m.final["a"].Answer != "blue" {
			t.Errorf("got %v writes of progress, final %+v", m.writes, m.final["a"])
		}
	})
}

func TestDeltaAndKnownDoNotWaitForTheDisk(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		must(t, r.Begin(t.Context(), comparison("a")))
		m.slow.Store(int64(time.Hour))
		r.Delta("a", provider.KindText, "one")
		after(time.Second) // the write of it goes on now
		before := time.Now()
		r.Delta("a", provider.KindText, " two")
		r.Known(bakeoff.Run{ID: "a"})
		if waited := time.Since(before); waited != 0 {
			t.Errorf("waited %v", waited)
		}
		m.slow.Store(int64(0))
		after(2 * time.Hour)
		if got := m.flushed("a")[0]; got != "one two" {
			t.Errorf("got %q", got)
		}
	})
}

func TestAFullDiskIsToldAndPaidBackInOrder(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		m.set(errFull)
		if err := r.Begin(t.Context(), comparison("a", "b")); !errors.Is(err, errFull) {
			t.Errorf("Begin: got %v", err)
		}
		r.Delta("a", provider.KindText, "blue")
		r.Delta("b", provider.KindText, "re")
		after(time.Minute)
		if err := r.Finish(t.Context(), ended("a", "blue")); !errors.Is(err, errFull) {
			t.Errorf("Finish: got %v", err)
		}
		if err := r.AddRun(t.Context(), bakeoff.Run{ID: "c", ComparisonID: "c"}); !errors.Is(err, errFull) {
			t.Errorf("AddRun: got %v", err)
		}
		m.set(nil) // room again
		after(5 * time.Second)
		if m.final["a"].Answer != "blue" || !m.started["c"] || m.flushed("b")[0] != "re" {
			t.Errorf("not all was paid back: %+v", m)
		}
		r.Delta("b", provider.KindText, "d")
		after(500 * time.Millisecond)
		if got := m.flushed("b")[0]; got != "red" {
			t.Errorf("afterwards got %q, want red", got)
		}
	})
}

func TestAStartWhoseAnswerWasLostIsPaid(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		d := &deaf{memory: m}
		r.store = d
		d.deaf.Store(true)
		if err := r.Begin(t.Context(), comparison("a")); !errors.Is(err, errFull) {
			t.Fatalf("Begin: got %v", err)
		}
		if err := r.AddRun(t.Context(), bakeoff.Run{ID: "b", ComparisonID: "c"}); !errors.Is(err, errFull) {
			t.Fatalf("AddRun: got %v", err)
		}
		after(time.Second)
		d.deaf.Store(false)
		must(t, r.Finish(t.Context(), ended("a", "blue")))
		must(t, r.Finish(t.Context(), ended("b", "red")))
		after(5 * time.Second)
		if r.owed.any() || m.final["a"].Answer != "blue" || m.final["b"].Answer != "red" {
			t.Errorf("owed %+v, final %+v", r.owed, m.final)
		}
	})
}

// deaf is a store that takes each start once and, at first, answers with an error all the same.
type deaf struct {
	*memory
	deaf atomic.Bool
	had  sync.Map
}

func (d *deaf) once(id string, write func() error) error {
	if _, had := d.had.LoadOrStore(id, true); had {
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "It is there.", Err: bakeoff.ErrSaved}
	}
	if err := write(); err != nil || !d.deaf.Load() {
		return err
	}
	return errFull
}

func (d *deaf) InsertComparison(ctx context.Context, c bakeoff.Comparison) error {
	return d.once("comparison "+c.ID, func() error { return d.memory.InsertComparison(ctx, c) })
}

func (d *deaf) InsertRun(ctx context.Context, run bakeoff.Run) error {
	return d.once(run.ID, func() error { return d.memory.InsertRun(ctx, run) })
}

func TestFinishPaysWhatItsOwnRunNeedsFirst(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		m.set(errFull)
		_ = r.Begin(t.Context(), comparison("a"))
		m.set(nil)
		must(t, r.Finish(t.Context(), ended("a", "blue")))
		if m.final["a"].Answer != "blue" {
			t.Error("not written on return")
		}
	})
}

func TestADebtThatCannotBePaidHoldsBackNoOtherRun(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		m.set(errFull)
		other := comparison("z")
		other.ID = "other"
		_ = r.Begin(t.Context(), other)
		m.set(nil)
		must(t, r.Begin(t.Context(), comparison("a")))
		stubborn := &refusing{memory: m, id: "other"}
		r.store = stubborn
		for range 20 {
			r.Delta("a", provider.KindText, "x")
			after(500 * time.Millisecond)
			if n := len(m.flushed("a")[0]); n == 0 {
				t.Fatal("text waits for another comparison's debt")
			}
		}
		if got := len(m.flushed("a")[0]); got != 20 {
			t.Errorf("got %d deltas, want 20", got)
		}
	})
}

// refusing is a store that never takes one comparison.
type refusing struct {
	*memory
	id string
}

func (r *refusing) InsertComparison(ctx context.Context, c bakeoff.Comparison) error {
	if c.ID == r.id {
		return errFull
	}
	return r.memory.InsertComparison(ctx, c)
}

func TestARunWhoseComparisonWasPurgedIsNoDebt(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		if err := r.Finish(t.Context(), ended("purged", "x")); !gone(err) {
			t.Errorf("got %v", err)
		}
		calls := m.calls
		after(time.Minute)
		if m.calls != calls {
			t.Errorf("tried %d times more", m.calls-calls)
		}
	})
}

func TestFinishGivesUpAtItsDeadlineAndIsWrittenLater(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		must(t, r.Begin(t.Context(), comparison("a", "b")))
		m.slow.Store(int64(time.Minute))
		r.Delta("a", provider.KindText, "x")
		after(time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		err := r.Finish(ctx, ended("b", "blue"))
		if !errors.Is(err, context.DeadlineExceeded) || bakeoff.AsError(err).Code != bakeoff.CodeInternal {
			t.Errorf("got %v", err)
		}
		m.slow.Store(int64(0))
		after(2 * time.Minute)
		if m.final["b"].Answer != "blue" {
			t.Error("not written later")
		}
	})
}

func TestCloseWritesWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		r := New(m, Options{})
		must(t, r.Begin(t.Context(), comparison("a", "b")))
		r.Delta("a", provider.KindText, "blue")
		m.set(errFull)
		_ = r.Finish(t.Context(), ended("b", "red"))
		m.set(nil)
		must(t, r.Close(t.Context()))
		must(t, r.Close(t.Context()))
		if m.flushed("a")[0] != "blue" || m.final["b"].Answer != "red" {
			t.Errorf("got %+v", m)
		}
	})
}

func TestCloseTellsWhatCouldNotBeSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		r := New(m, Options{})
		m.set(errFull)
		_ = r.Begin(t.Context(), comparison("a"))
		if err := r.Close(t.Context()); !errors.Is(err, errFull) {
			t.Errorf("got %v", err)
		}
	})
}

func TestNothingIsLostWithManyWriters(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		m.slow.Store(int64(30 * time.Millisecond))
		var ids []string
		for i := range 8 {
			ids = append(ids, strconv.Itoa(i))
		}
		must(t, r.Begin(t.Context(), comparison(ids...)))
		var wg sync.WaitGroup
		for _, id := range ids {
			wg.Go(func() {
				for i := range 500 {
					r.Delta(id, provider.KindText, strconv.Itoa(i%10))
					time.Sleep(time.Millisecond)
				}
			})
		}
		wg.Wait()
		after(time.Second)
		want := ""
		for i := range 500 {
			want += strconv.Itoa(i % 10)
		}
		for _, id := range ids {
			if m.flushed(id)[0] != want {
				t.Errorf("run %s: text lost or out of order", id)
			}
		}
	})
}

// nothing is a store that takes everything and does nothing.
type nothing struct{}

func (nothing) InsertComparison(context.Context, bakeoff.Comparison) error { return nil }
func (nothing) InsertRun(context.Context, bakeoff.Run) error               { return nil }
func (nothing) SaveProgress(context.Context, []bakeoff.Progress) error     { return nil }
func (nothing) FinishRuns(context.Context, ...bakeoff.Run) error           { return nil }

func TestRecorderAllocatesNothingPerToken(t *testing.T) {
	r := New(nothing{}, Options{Tick: time.Hour})
	defer r.Close(context.Background())
	tick := func() {
		for range 100 {
			r.Delta("a", provider.KindText, "some text ")
		}
		_ = r.flush(context.Background())
	}
	for range 4 { // buffers grow to their size
		tick()
	}
	if n := testing.AllocsPerRun(100, tick); n > 2 {
		t.Errorf("got %v allocations per tick of 100 deltas, want at most 2 for the tick itself", n)
	}
}
