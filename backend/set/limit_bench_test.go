package set_test

import (
	"fmt"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/prompt"
	"bakeoff/backend/set"
	"bakeoff/backend/store"
	"bakeoff/backend/store/storetest"
)

// BenchmarkLargestSet measures what the largest set costs before it starts, and when its whole table is read: 1,000 rows
// of eight models.
func BenchmarkLargestSet(b *testing.B) {
	text := "n,word\n"
	for i := range prompt.MaxRows {
		text += fmt.Sprintf("%d,\"word %d\"\n", i, i)
	}
	d := set.Draft{Prompt: bakeoff.Prompt{User: "Say {{n}} {{word}}."}}
	for i := range 8 {
		d.Lineup = append(d.Lineup, bakeoff.Entry{Endpoint: "ollama", Model: fmt.Sprintf("model-%d", i)})
	}
	b.Run("plan", func(b *testing.B) {
		for b.Loop() {
			table, err := prompt.ReadTable([]byte(text))
			if err != nil {
				b.Fatal(err)
			}
			d.Table = table
			if _, _, err := set.Plan(d); err != nil {
				b.Fatal(err)
			}
		}
	})
	s, err := store.Open(b.Context(), b.TempDir())
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	planned, rows, err := set.Plan(d)
	if err != nil {
		b.Fatal(err)
	}
	planned.ID, planned.CreatedAt = storetest.ID(99, 1), time.Now()
	if err := s.InsertSet(b.Context(), planned, rows); err != nil {
		b.Fatal(err)
	}
	for i := range rows {
		c := storetest.Comparison(i, 8)
		c.Set = bakeoff.SetPlace{SetID: planned.ID, Row: i}
		if err := s.InsertComparison(b.Context(), c); err != nil {
			b.Fatal(err)
		}
	}
	b.Run("table", func(b *testing.B) {
		for b.Loop() {
			if all, err := s.SetTable(b.Context(), planned.ID, 200); err != nil || len(all[999].Cells) != 8 {
				b.Fatal(err)
			}
		}
	})
	b.Run("list", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Sets(b.Context()); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("filter", func(b *testing.B) {
		for b.Loop() {
			if page, err := s.Search(b.Context(), store.Query{SetID: planned.ID, Limit: 50}); err != nil || page.Total != 1000 {
				b.Fatal(err, page.Total)
			}
		}
	})
}
