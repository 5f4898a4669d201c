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
	"bakeoff/backend/provider"
)

// count returns how many writes were made or tried.
func (m *memory) count() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.calls
}

// records returns how many final records stand.
func (m *memory) records() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.final)
}

// finishAll ends runs at one moment and returns what each was told.
func finishAll(ctx context.Context, r *Recorder, runs ...bakeoff.Run) []error {
	errs := make([]error, len(runs))
	var wg sync.WaitGroup
	for i, run := range runs {
		wg.Go(func() { errs[i] = r.Finish(ctx, run) })
	}
	wg.Wait()
	return errs
}

func many(n int) (ids []string, runs []bakeoff.Run) {
	for i := range n {
		id := strconv.Itoa(i)
		ids, runs = append(ids, id), append(runs, ended(id, "blue"))
	}
	return ids, runs
}

// Sixty-four models that ended together waited for sixty-four syncs, one after another: 1.6% of the whole comparison.
func TestRunsThatEndTogetherShareOneTransaction(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		ids, runs := many(64)
		must(t, r.Begin(t.Context(), comparison(ids...)))
		m.slow.Store(int64(10 * time.Millisecond))
		before, calls := time.Now(), m.count()
		for _, err := range finishAll(t.Context(), r, runs...) {
			must(t, err)
		}
		if took := time.Since(before); took > 20*time.Millisecond || m.count()-calls > 2 || m.records() != 64 {
			t.Errorf("%d records took %v and %d transactions, want at most 2: the first to come, then all others", m.records(), took, m.count()-calls)
		}
	})
}

func TestARunIsAcknowledgedOnlyWhenItsRecordIsCommitted(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		ids, runs := many(8)
		must(t, r.Begin(t.Context(), comparison(ids...)))
		m.slow.Store(int64(time.Second))
		var told atomic.Int32
		for _, run := range runs {
			go func() {
				_ = r.Finish(t.Context(), run)
				told.Add(1)
			}()
		}
		after(999 * time.Millisecond)
		if n := told.Load(); n != 0 {
			t.Errorf("%d were told before any commit", n)
		}
		after(500 * time.Millisecond)
		if n := int(told.Load()); n == 0 || n != m.records() { // one, or those that came before it began to write
			t.Errorf("after the first commit %d were told and %d records stand", n, m.records())
		}
		after(time.Second)
		if n := told.Load(); n != 8 {
			t.Errorf("in the end %d were told, want all", n)
		}
	})
}

func TestABadRecordSpoilsNoOtherOfItsTransaction(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		ids, runs := many(8)
		must(t, r.Begin(t.Context(), comparison(ids...)))
		m.slow.Store(int64(10 * time.Millisecond))
		runs[3].Answer = bad
		runs[5].ID = "purged meanwhile"
		for i, err := range finishAll(t.Context(), r, runs...) {
			want := error(nil)
			switch i {
			case 3:
				want = errBad
			case 5:
				if !gone(err) {
					t.Errorf("a run that is gone: got %v", err)
				}
				continue
			}
			if !errors.Is(err, want) {
				t.Errorf("run %d: got %v, want %v", i, err, want)
			}
		}
		if m.records() != 6 {
			t.Errorf("%d records stand, want 6", m.records())
		}
		must(t, r.take(t.Context()))
		r.owed.finals[0].Answer = "mended" // what is owed is the bad one alone
		r.pass()
		after(5 * time.Second)
		if m.final["3"].Answer != "mended" || r.owed.any() {
			t.Errorf("owed: %+v", r.owed.finals)
		}
	})
}

func TestDebtsOfManyRunsArePaidInOneTransaction(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		ids, runs := many(64)
		must(t, r.Begin(t.Context(), comparison(ids...)))
		m.set(errFull)
		for _, err := range finishAll(t.Context(), r, runs...) {
			if !errors.Is(err, errFull) {
				t.Fatalf("got %v", err)
			}
		}
		m.set(nil)
		calls := m.count()
		after(5 * time.Second)
		if m.records() != 64 || m.count() != calls+1 {
			t.Errorf("%d records in %d transactions", m.records(), m.count()-calls)
		}
	})
}

func TestARunWhoseRecordIsBeingWrittenDoesNotGiveUp(t *testing.T) {
	bubble(t, func(t *testing.T, r *Recorder, m *memory) {
		must(t, r.Begin(t.Context(), comparison("a", "b")))
		m.slow.Store(int64(time.Minute))
		r.Delta("a", provider.KindText, "x")
		after(time.Second) // the write of it goes on for a minute
		short, cancel := context.WithTimeout(t.Context(), 90*time.Second)
		defer cancel()
		patient, impatient := make(chan error, 1), make(chan error, 1)
		go func() { patient <- r.Finish(t.Context(), ended("a", "x")) }()
		synctest.Wait()
		go func() { impatient <- r.Finish(short, ended("b", "blue")) }()
		after(3 * time.Minute)
		must(t, <-patient)
		must(t, <-impatient) // its time ended while its record was on the way: it was told the truth
		if m.records() != 2 || r.owed.any() {
			t.Errorf("final %v, owed %+v", m.final, r.owed.finals)
		}
	})
}
