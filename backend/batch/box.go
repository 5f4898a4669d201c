// Package batch merges the text of many runs into one parcel per tick.
//
// A Box never blocks its writers for longer than a copy, never drops and never reorders the text of a run. It holds no
// clock: whoever drains it decides how often. Memory is what arrived since the last drain, reused between drains.
package batch

import (
	"sync"

	"bakeoff/backend/provider"
)

// Box collects deltas between drains. The zero value is ready for use; it is safe for concurrent use.
type Box struct {
	draining sync.Mutex // one drain at a time, so that parcels leave in order

	mu     sync.Mutex
	filled map[string]*parcel
	spare  map[string]*parcel
}

type parcel struct{ answer, reasoning []byte }

// Add appends text to the run's parcel. Kinds other than text and reasoning are no text and are ignored.
func (b *Box) Add(run string, kind provider.Kind, text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	p := b.filled[run]
	if p == nil {
		if b.filled == nil {
			b.filled = make(map[string]*parcel)
		}
		p = new(parcel)
		b.filled[run] = p
	}
	switch kind {
	case provider.KindText:
		p.answer = append(p.answer, text...)
	case provider.KindReasoning:
		p.reasoning = append(p.reasoning, text...)
	}
}

// Drain hands over what came since the drain before, one call per run that has text. The slices are valid only during
// the call. Writers go on meanwhile.
func (b *Box) Drain(take func(run string, answer, reasoning []byte)) {
	b.draining.Lock()
	defer b.draining.Unlock()
	b.mu.Lock()
	full := b.filled
	b.filled = b.spare
	b.spare = nil
	b.mu.Unlock()
	for run, p := range full {
		if len(p.answer)+len(p.reasoning) == 0 {
			delete(full, run) // silent for a whole tick: its buffers may go
			continue
		}
		take(run, p.answer, p.reasoning)
		p.answer, p.reasoning = p.answer[:0], p.reasoning[:0]
	}
	b.mu.Lock()
	b.spare = full
	b.mu.Unlock()
}
