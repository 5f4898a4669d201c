package store

import (
	"context"
	"path/filepath"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store/storetest"
)

// BenchmarkFinish is the commit of a finished run of about 1,200 bytes, beside a bare transaction of the same rows with
// the same pragmas. The goal is at most 1.5 times the bare one.
func BenchmarkFinish(b *testing.B) {
	for _, tt := range []struct {
		name string
		with func(s *Store, r bakeoff.Run) error
	}{
		{"store", func(s *Store, r bakeoff.Run) error { return s.FinishRuns(context.Background(), r) }},
		{"bare", bareFinish},
	} {
		b.Run(tt.name, func(b *testing.B) {
			s, err := Open(b.Context(), b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			defer s.Close()
			runs := openRuns(b, s, b.N)
			b.ResetTimer()
			for _, r := range runs {
				if err := tt.with(s, r); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// openRuns begins n runs, each with one parcel, and returns their final records.
func openRuns(b *testing.B, s *Store, n int) []bakeoff.Run {
	var finals []bakeoff.Run
	for i := 0; i < n; i += 64 {
		c := storetest.Comparison(i, min(64, n-i))
		finals = append(finals, c.Runs...)
		var parcels []bakeoff.Progress
		open := c
		open.Runs = nil
		for _, r := range c.Runs {
			open.Runs = append(open.Runs, bakeoff.Run{ID: r.ID, ComparisonID: c.ID, Seat: r.Seat, Attempt: 1, Entry: r.Entry, Status: bakeoff.Queued})
			parcels = append(parcels, bakeoff.Progress{RunID: r.ID, Answer: []byte(r.Answer), Known: &r})
		}
		if err := s.InsertComparison(b.Context(), open); err != nil {
			b.Fatal(err)
		}
		if err := s.SaveProgress(b.Context(), parcels); err != nil {
			b.Fatal(err)
		}
	}
	return finals
}

// bareFinish writes the same rows with prepared values, without looking at what is there.
func bareFinish(s *Store, r bakeoff.Run) error {
	ctx := context.Background()
	row, err := rowOf(r)
	if err != nil {
		return err
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	for _, step := range []struct {
		query string
		args  []any
	}{{finishText, textArgs(r)}, {deleteParcels, []any{r.ID}}, {finishRun, append(append([]any{savedAt(r)}, row.state()...), r.ID)}} {
		if _, err := tx.ExecContext(ctx, step.query, step.args...); err != nil {
			return err
		}
	}
	return tx.Commit()
}

// BenchmarkHistory reads 10,000 comparisons of eight runs: pages from the top and the middle, a search that finds
// nothing, one comparison, and a start after a clean end.
func BenchmarkHistory(b *testing.B) {
	const comparisons = 10_000
	dir := b.TempDir()
	opened, err := Open(b.Context(), dir)
	must(b, err)
	s := benched{opened}
	fill(b, opened, comparisons, 8)
	middle := s.page(b, Query{Limit: maxLimit})
	for range comparisons/maxLimit/2 - 1 {
		middle = s.page(b, Query{Limit: maxLimit, Cursor: middle})
	}
	b.Run("first page", func(b *testing.B) {
		for b.Loop() {
			s.page(b, Query{})
		}
	})
	b.Run("page in the middle", func(b *testing.B) {
		for b.Loop() {
			s.page(b, Query{Cursor: middle})
		}
	})
	b.Run("text that is nowhere", func(b *testing.B) {
		for b.Loop() {
			s.page(b, Query{Text: "xylophone"})
		}
	})
	b.Run("one comparison", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Comparison(b.Context(), storetest.ID(0, comparisons/2)); err != nil {
				b.Fatal(err)
			}
		}
	})
	must(b, s.Close())
	b.Run("start", func(b *testing.B) { benchmarkStart(b, dir) })
	b.Run("start of an empty history", func(b *testing.B) { benchmarkStart(b, filepath.Join(b.TempDir(), "empty")) })
}

func benchmarkStart(b *testing.B, dir string) {
	for b.Loop() {
		s, err := Open(b.Context(), dir)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

type benched struct{ *Store }

func (s benched) page(b *testing.B, q Query) string {
	page, err := s.Search(b.Context(), q)
	if err != nil {
		b.Fatal(err)
	}
	return page.Next
}
