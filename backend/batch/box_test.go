package batch

import (
	"strconv"
	"strings"
	"sync"
	"testing"

	"bakeoff/backend/provider"
)

// collect drains b into a map of run → answer and reasoning.
func collect(b *Box, into map[string][2]string) {
	b.Drain(func(run string, answer, reasoning []byte) {
		old := into[run]
		into[run] = [2]string{old[0] + string(answer), old[1] + string(reasoning)}
	})
}

func TestBoxKeepsKindsAndRunsApart(t *testing.T) {
	var b Box
	b.Add("a", provider.KindReasoning, "hm ")
	b.Add("b", provider.KindText, "blue")
	b.Add("a", provider.KindText, "red")
	b.Add("a", provider.KindReasoning, "yes")
	got := map[string][2]string{}
	collect(&b, got)
	if got["a"] != [2]string{"red", "hm yes"} || got["b"] != [2]string{"blue", ""} {
		t.Errorf("got %q", got)
	}
	again := map[string][2]string{}
	collect(&b, again)
	if len(again) != 0 {
		t.Errorf("a second drain got %q, want nothing", again)
	}
}

func TestBoxLosesAndReordersNothingUnderConcurrentDrains(t *testing.T) {
	const writers, deltas = 8, 2000
	var b Box
	got := map[string][2]string{}
	var mu sync.Mutex
	var writing, draining sync.WaitGroup
	stop := make(chan struct{})
	for range 2 {
		draining.Go(func() {
			for {
				b.Drain(func(run string, answer, _ []byte) {
					mu.Lock()
					got[run] = [2]string{got[run][0] + string(answer), ""}
					mu.Unlock()
				})
				select {
				case <-stop:
					return
				default:
				}
			}
		})
	}
	for w := range writers {
		writing.Go(func() {
			for i := range deltas {
				b.Add(strconv.Itoa(w), provider.KindText, strconv.Itoa(i)+" ")
			}
		})
	}
	writing.Wait()
	close(stop)
	draining.Wait()
	collect(&b, got)
	var want strings.Builder
	for i := range deltas {
		want.WriteString(strconv.Itoa(i) + " ")
	}
	for w := range writers {
		if got[strconv.Itoa(w)][0] != want.String() {
			t.Errorf("writer %d: text lost or out of order", w)
		}
	}
}

func TestBoxAllocatesNothingPerDeltaOnceWarm(t *testing.T) {
	var b Box
	tick := func() {
		for range 100 {
			b.Add("run", provider.KindText, "some text ")
		}
		b.Drain(func(string, []byte, []byte) {})
	}
	for range 4 { // both buffers grow to their size
		tick()
	}
	if n := testing.AllocsPerRun(100, tick); n > 0 {
		t.Errorf("got %v allocations per tick of 100 deltas, want 0", n)
	}
}
