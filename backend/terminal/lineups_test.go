package terminal

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestLineupsAreKeptAndAsked(t *testing.T) {
	dir := t.TempDir()
	ok := func(args ...string) string {
		t.Helper()
		status, out, errs := execute(t, offline, dir, args...)
		if status != 0 {
			t.Fatalf("%v: status %d\n%s", args, status, errs)
		}
		return out
	}
	ok("lineups", "save", "Daily two", "-m", "demo/quick", "-m", "demo/thinker", "--lanes", "serial", "--temperature", "0.5")
	ok("lineups", "save", "daily TWO", "-m", "demo/quick", "-m", "demo/thinker", "--lanes", "serial", "--temperature", "0")
	ok("lineups", "save", "Often", "-m", "demo/quick", "--repeat", "2")
	if out := ok("lineups", "list"); strings.Count(out, "\n") != 3 || !strings.Contains(out, "demo/quick, demo/thinker") || !strings.Contains(out, "2 × demo/quick") {
		t.Errorf("the list is\n%s", out)
	}
	var shown lineupJSON
	if err := json.Unmarshal([]byte(ok("lineups", "show", "DAILY two")), &shown); err != nil {
		t.Fatal(err)
	}
	if shown.Name != "daily TWO" || shown.Lanes != "serial" || len(shown.Entries) != 2 || shown.Entries[1].Params.Temperature == nil || *shown.Entries[1].Params.Temperature != 0 || shown.Entries[0].Gone {
		t.Errorf("got %+v", shown)
	}
	ok("lineups", "rename", "daily two", "Evening")

	c := asked(t, dir, "compare", "--lineup", "evening", "--seed", "7", "Why?")
	if len(c.Runs) != 2 || c.Lanes != "serial" || c.Runs[1].Params.Temperature == nil || c.Runs[1].Params.Seed == nil || *c.Runs[1].Params.Seed != 7 {
		t.Errorf("asked %+v", c)
	}
	again := asked(t, dir, "rerun", "--lineup", "Often", c.ID)
	if len(again.Runs) != 2 || again.Runs[0].Model != "quick" || again.Runs[1].Model != "quick" || again.Lanes != "parallel" {
		t.Errorf("asked again %+v", again)
	}

	ok("lineups", "delete", "Often")
	for what, args := range map[string][]string{
		"two ways to name models": {"compare", "--lineup", "Evening", "-m", "demo/quick", "Why?"},
		"what is deleted":         {"compare", "--lineup", "Often", "Why?"},
		"what was never there":    {"lineups", "show", "nothing"},
		"no model":                {"lineups", "save", "Empty"},
		"an unknown endpoint":     {"lineups", "save", "Typo", "-m", "openia/x"},
		"too many":                {"lineups", "save", "Many", "-m", "demo/quick", "--repeat", "65"},
		"no name":                 {"lineups", "rename", "Evening", " "},
	} {
		if status, out, errs := execute(t, offline, dir, args...); status == 0 || errs == "" {
			t.Errorf("%s: status %d, %q, %q", what, status, out, errs)
		}
	}
}
