package compare

import (
	"context"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
)

// barrier lets all runs of a launch go at the same moment.
type barrier struct {
	waiting sync.WaitGroup
	gate    chan struct{}
	opened  time.Time // set before gate closes
}

func newBarrier(runs int) *barrier {
	b := &barrier{gate: make(chan struct{})}
	b.waiting.Add(runs)
	return b
}

// open waits until every run has arrived, at most for limit, and opens the gate.
func (b *barrier) open(limit time.Duration) {
	all := make(chan struct{})
	go func() { b.waiting.Wait(); close(all) }()
	timer := time.NewTimer(limit)
	defer timer.Stop()
	select {
	case <-all:
	case <-timer.C:
	}
	b.opened = time.Now()
	close(b.gate)
}

// arrive tells that the run is ready to go, or will never go. Once per run.
func (b *barrier) arrive() { b.waiting.Done() }

// pass waits for the gate; false when ctx ended first.
func (b *barrier) pass(ctx context.Context) bool {
	select {
	case <-b.gate:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// turns hands out places in the queues of local hosts, in the order of asking, over all comparisons of this process: a
// host is as busy with a retry as with the comparison beside it.
type turns struct {
	mu   sync.Mutex
	last map[string]chan struct{} // by host: closed when its newest turn is over; there are few hosts, so none is forgotten
}

// turn is a place in a queue. A nil channel means: nobody is before us.
type turn struct {
	before <-chan struct{}
	over   chan struct{}
}

// take queues a run. Only local models share a machine; all others need not wait.
func (t *turns) take(lanes bakeoff.Lanes, run bakeoff.Run) turn {
	if lanes != bakeoff.LanesSerial || run.Place != bakeoff.PlaceLocal {
		return turn{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	mine := turn{before: t.last[run.EndpointHost], over: make(chan struct{})}
	select {
	case <-mine.before: // long over: nobody is before us
		mine.before = nil
	default:
	}
	if t.last == nil {
		t.last = make(map[string]chan struct{})
	}
	t.last[run.EndpointHost] = mine.over
	return mine
}

// wait waits until it is our turn; false when ctx ended first.
func (t turn) wait(ctx context.Context) bool {
	if t.before == nil {
		return ctx.Err() == nil
	}
	select {
	case <-t.before:
		return ctx.Err() == nil
	case <-ctx.Done():
		return false
	}
}

// done lets the next one go, once all before us are over too: a run that gives up its turn early must not let its
// successor overtake the one that still runs.
func (t turn) done() {
	if t.over == nil {
		return
	}
	if t.before == nil {
		close(t.over)
		return
	}
	go func() {
		<-t.before
		close(t.over)
	}()
}

// hosts knows which runs share a local host right now, over all comparisons of this process.
type hosts struct {
	mu   sync.Mutex
	busy map[string]map[*contention]bool
}

// contention is one run's stay on a host.
type contention struct{ shared bool }

// enter counts a run in; whoever is there at the same time is contended, the newcomer included.
func (h *hosts) enter(host string) *contention {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy == nil {
		h.busy = make(map[string]map[*contention]bool)
	}
	there := h.busy[host]
	if there == nil {
		there = make(map[*contention]bool)
		h.busy[host] = there
	}
	c := &contention{shared: len(there) > 0}
	for other := range there {
		other.shared = true
	}
	there[c] = true
	return c
}

// leave counts a run out and reports whether it shared the host at any moment.
func (h *hosts) leave(host string, c *contention) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.busy[host], c)
	if len(h.busy[host]) == 0 {
		delete(h.busy, host)
	}
	return c.shared
}
