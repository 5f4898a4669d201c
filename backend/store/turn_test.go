package store

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"
)

func TestAClickDoesNotHangBehindAnImport(t *testing.T) {
	s := open(t, t.TempDir())
	s.turn = 10 * time.Millisecond
	here := storetest.Comparison(1, 2)
	must(t, s.InsertComparison(t.Context(), here))
	clicks := map[string]func(ctx context.Context) error{
		"a setting":   func(ctx context.Context) error { return s.SetSetting(ctx, "theme", "dark") },
		"a tag":       func(ctx context.Context) error { return s.Tag(ctx, []string{here.ID}, []string{"x"}, nil) },
		"a vote":      func(ctx context.Context) error { return s.Review(ctx, here.ID, best) },
		"an endpoint": func(ctx context.Context) error { return s.SaveEndpoint(ctx, Endpoint{Name: "mine", Kind: "openai"}) },
		"no endpoint": func(ctx context.Context) error { return s.DeleteEndpoint(ctx, "mine") },
		"a deletion":  func(ctx context.Context) error { return s.Delete(ctx, here.ID) },
		"its undoing": func(ctx context.Context) error { return s.Undelete(ctx, here.ID) },
	}
	saved := make(chan error, 1)
	_, err := s.Import(t.Context(), "bakeoff", func(yield func(bakeoff.Comparison, error) bool) {
		if !yield(storetest.Comparison(2, 2), nil) {
			return
		}
		limit, cancel := context.WithTimeout(t.Context(), 10*time.Second) // so that a hang fails
		defer cancel()
		for name, click := range clicks {
			err := click(limit)
			if e := bakeoff.AsError(err); !strings.HasPrefix(e.Message, "An import is being written.") || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		go func() { saved <- s.InsertComparison(t.Context(), storetest.Comparison(3, 2)) }() // what answers say waits and is kept
	}, func(a, b bakeoff.Comparison) bool { return true }, func(Imported) {})
	must(t, err)
	must(t, <-saved)
	s.turn = turnWithin
	must(t, clicks["a vote"](t.Context())) // the control
	must(t, clicks["a setting"](t.Context()))
	if n := size(t, s); n != 3 {
		t.Errorf("got %d comparisons, want 3", n)
	}
}
