package store_test

import (
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/record"
	"bakeoff/backend/store"
	"bakeoff/backend/store/storetest"
)

// TestAFullDiskLosesNothing fills the disk in the middle of eight streams, lets them go on and end, and makes room again.
func TestAFullDiskLosesNothing(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := openStore(t, dir)
	r := record.New(s, record.Options{Tick: time.Millisecond, Retry: time.Millisecond})
	before, during := eight("before"), eight(strings.Repeat("during ", 2000)) // more than the pages have spare
	for _, c := range []bakeoff.Comparison{before, during} {
		if c.ID == during.ID {
			fail(t, s.LimitPages(ctx, 0))
		}
		err := r.Begin(ctx, c)
		if full := c.ID == during.ID; full != (err != nil) {
			t.Fatalf("Begin: got %v", err)
		}
	}
	long := strings.Repeat("blue ", 4000)
	var wg sync.WaitGroup
	for _, run := range append(before.Runs, during.Runs...) {
		wg.Go(func() {
			for piece := range strings.SplitAfterSeq(long, " ") {
				r.Delta(run.ID, provider.KindText, piece)
			}
			final := storetest.Done(run.ComparisonID, run.ID, run.Seat, run.Entry)
			final.Answer = long
			err := r.Finish(ctx, final)
			if err == nil || !strings.Contains(bakeoff.AsError(err).Message, "disk is full") {
				t.Errorf("Finish on a full disk: got %v", err)
			}
		})
	}
	wg.Wait()
	fail(t, s.LimitPages(ctx, -1))
	fail(t, r.Close(ctx))
	fail(t, s.Close())
	s = openStore(t, dir)
	if s.Notice() != "" {
		t.Errorf("the notice says %q", s.Notice())
	}
	for _, c := range []bakeoff.Comparison{before, during} {
		got, err := s.Comparison(ctx, c.ID)
		fail(t, err)
		for _, run := range got.Runs {
			if run.Status != bakeoff.Done || run.Answer != long {
				t.Errorf("%s: got %s with %d bytes", c.Prompt.User[:6], run.Status, len(run.Answer))
			}
		}
	}
}

// eight returns a comparison of eight queued runs.
func eight(prompt string) bakeoff.Comparison {
	c := bakeoff.Comparison{ID: newID(), Prompt: bakeoff.Prompt{User: prompt}, StartedAt: time.Now().UTC()}
	for seat := range 8 {
		e := bakeoff.Entry{Endpoint: "demo", Model: strconv.Itoa(seat)}
		c.Lineup = append(c.Lineup, e)
		c.Runs = append(c.Runs, bakeoff.Run{ID: newID(), ComparisonID: c.ID, Seat: seat, Attempt: 1, Entry: e, Status: bakeoff.Queued})
	}
	return c
}

func openStore(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	fail(t, err)
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func fail(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
