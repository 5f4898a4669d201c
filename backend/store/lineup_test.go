package store

import (
	"testing"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

func TestLineupsAreKept(t *testing.T) {
	s := open(t, t.TempDir())
	at := time.Date(2026, 11, 24, 12, 0, 0, int(5*time.Millisecond), time.UTC)
	temperature := 0.5
	daily := bakeoff.Lineup{ID: "01930000-0000-7000-8000-000000000001", Name: "Daily four", Lanes: bakeoff.LanesSerial, UpdatedAt: at, Entries: []bakeoff.Entry{
		{Endpoint: "ollama", Model: "m:1b", Params: bakeoff.Params{Temperature: &temperature}, Repeat: 3}, {Endpoint: "ollama", Model: "m:1b"},
	}}
	heavy := bakeoff.Lineup{ID: "01930000-0000-7000-8000-000000000002", Name: "Heavy", Lanes: bakeoff.LanesParallel, UpdatedAt: at, Entries: []bakeoff.Entry{{Endpoint: "openai", Model: "x"}}}
	third := bakeoff.Lineup{ID: "01930000-0000-7000-8000-000000000003", Name: "Ärzte", Lanes: bakeoff.LanesParallel, UpdatedAt: at, Entries: heavy.Entries}
	for _, l := range []bakeoff.Lineup{daily, heavy, third} {
		must(t, s.SaveLineup(t.Context(), l))
	}
	expect := func(when string, want ...bakeoff.Lineup) {
		t.Helper()
		got, err := s.Lineups(t.Context())
		must(t, err)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", when, diff)
		}
	}
	expect("saved", daily, heavy, third)

	other := heavy
	other.ID, other.Name = "01930000-0000-7000-8000-000000000004", "äRZTE"
	if err := bakeoff.AsError(s.SaveLineup(t.Context(), other)); err == nil || err.Code != bakeoff.CodeInvalid {
		t.Errorf("a name that is taken: got %v", err)
	}
	heavy.Name = "heavy ones"
	must(t, s.SaveLineup(t.Context(), heavy))
	expect("renamed", daily, heavy, third)
	must(t, s.MoveLineup(t.Context(), third.ID, 0))
	expect("moved to the front", third, daily, heavy)
	must(t, s.MoveLineup(t.Context(), third.ID, 99))
	expect("moved to the end", daily, heavy, third)
	must(t, s.MoveLineup(t.Context(), "gone", 0))
	must(t, s.DeleteLineup(t.Context(), daily.ID))
	must(t, s.DeleteLineup(t.Context(), daily.ID))
	expect("deleted", heavy, third)
	if n := number(t, s, `SELECT count(*) FROM purged`); n != 1 {
		t.Errorf("%d deletions are noted for the backups", n)
	}
	must(t, s.SaveLineup(t.Context(), daily))
	expect("brought back", heavy, third, daily)
	if n := number(t, s, `SELECT count(*) FROM purged`); n != 0 {
		t.Errorf("what was brought back is still noted for the backups")
	}
}
