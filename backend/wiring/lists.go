package wiring

import (
	"context"
	"encoding/json"
	"log/slog"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/store"
)

// ListAge is how old a model list may become before it is asked for anew without being told to.
const ListAge = time.Hour

// lists keeps what endpoints said about their models, so that a start without a network knows them. A nil one keeps nothing.
type lists struct {
	store *store.Store

	mu  sync.Mutex
	all map[string]store.ModelList // by endpoint

	writing sync.Mutex // held while something is written
	closed  bool       // guarded by writing
}

// openLists reads what was kept. Without it, endpoints are merely asked.
func openLists(ctx context.Context, s *store.Store) *lists {
	l := &lists{store: s, all: make(map[string]store.ModelList)}
	kept, err := s.ModelLists(ctx)
	if err != nil {
		slog.Warn("model lists could not be read", "code", bakeoff.AsError(err).Code)
	}
	for _, one := range kept {
		l.all[one.Endpoint] = one
	}
	return l
}

// of returns what an endpoint last said at its present address.
func (l *lists) of(e endpoint) (models []provider.Model, at time.Time) {
	if l == nil || e.place == bakeoff.PlaceDemo {
		return nil, at
	}
	l.mu.Lock()
	kept, ok := l.all[e.name]
	l.mu.Unlock()
	if !ok || kept.Address != e.baseText() || json.Unmarshal([]byte(kept.Models), &models) != nil {
		return nil, at
	}
	return models, kept.ListedAt
}

// keep keeps what an endpoint said.
func (l *lists) keep(ctx context.Context, e endpoint, models []provider.Model, at time.Time) {
	if l == nil || e.place == bakeoff.PlaceDemo {
		return
	}
	text, err := json.Marshal(models)
	if err != nil {
		slog.Warn("a model list could not be written", "endpoint", e.name)
		return
	}
	one := store.ModelList{Endpoint: e.name, Address: e.baseText(), Models: string(text), ListedAt: at}
	l.mu.Lock()
	l.all[e.name] = one
	l.mu.Unlock()
	l.writing.Lock()
	defer l.writing.Unlock()
	if l.closed {
		return
	}
	if err := l.store.KeepModelList(ctx, one); err != nil {
		slog.Warn("a model list could not be kept", "code", bakeoff.AsError(err).Code)
	}
}

// close waits for what is being written; nothing is after it.
func (l *lists) close() {
	l.writing.Lock()
	l.closed = true
	l.writing.Unlock()
}

// RefreshOld asks the endpoints whose list is older than ListAge, and that may be asked, for their models.
func (r *Registry) RefreshOld(ctx context.Context, now time.Time) {
	away := !provider.LocalOnly(ctx) && !r.border.On()
	r.ask(ctx, func(s *slot) bool {
		i := r.info(s)
		return i.State != StateChecking && now.Sub(i.AskedAt) > ListAge && (away || i.Place != bakeoff.PlaceCloud || i.Own)
	})
}
