package store

import (
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
	"bakeoff/backend/store/storetest"

	"github.com/google/go-cmp/cmp"
)

func TestTheNewestRatingOfEachModelIsTold(t *testing.T) {
	s := open(t, t.TempDir())
	older, newer, hidden := storetest.Comparison(1, 2), storetest.Comparison(2, 2), storetest.Comparison(3, 2)
	for _, c := range []bakeoff.Comparison{older, newer, hidden} {
		must(t, s.InsertComparison(t.Context(), c))
	}
	rate := func(c bakeoff.Comparison, run string, stars, minute int) {
		t.Helper()
		judge(t, s, c.ID, func(c bakeoff.Comparison) (bakeoff.Finding, error) {
			return review.Rate(c, run, stars, noon.Add(time.Duration(minute)*time.Minute))
		})
	}
	model := func(r bakeoff.Run, stars, minute int) Rated {
		return Rated{Endpoint: r.Entry.Endpoint, Model: r.Entry.Model, Stars: stars, At: noon.Add(time.Duration(minute) * time.Minute)}
	}
	expect := func(when string, want ...Rated) {
		t.Helper()
		got, err := s.Rated(t.Context())
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	expect("nothing is rated")
	rate(older, older.Runs[0].ID, 2, 1)
	rate(newer, newer.Runs[0].ID, 5, 2)
	expect("rated twice", model(newer.Runs[0], 5, 2))
	rate(newer, newer.Runs[0].ID, 0, 3)
	expect("the newer one is taken back", model(older.Runs[0], 2, 1))
	judge(t, s, hidden.ID, look)
	rate(hidden, "A", 4, 4)
	expect("a blind one", model(older.Runs[0], 2, 1))
	must(t, s.Delete(t.Context(), older.ID))
	expect("a deleted one")
}
