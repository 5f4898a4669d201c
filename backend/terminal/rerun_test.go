package terminal

import (
	"encoding/json"
	"strings"
	"testing"
)

// asked runs a command that prints a comparison as JSON.
func asked(t *testing.T, dir string, args ...string) comparisonJSON {
	t.Helper()
	status, out, errs := execute(t, offline, dir, append(args, "--format", "json")...)
	if status != exitWell {
		t.Fatalf("%v: exit status %d: %s", args, status, errs)
	}
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	return c
}

func TestRerunAsksTheSameAndTellsWhatDiffers(t *testing.T) {
	dir := t.TempDir()
	first := asked(t, dir, "compare", "-m", "demo/quick", "-m", "demo/priced", "--system", "Be brief.", "--max-tokens", "20", "Why?")
	second := asked(t, dir, "rerun", first.ID[:12])
	if *second.ParentID != first.ID || *second.Relation != "rerun" || second.ThreadID != nil || second.System != "Be brief." || second.Prompt != "Why?" {
		t.Errorf("got %+v", second)
	}
	if *second.Runs[1].Params.MaxTokens != 20 || second.Changes == nil || !second.Changes.SamePrompt || !second.Changes.Seats[1].SameText {
		t.Errorf("got %+v", second.Changes)
	}
	third := asked(t, dir, "rerun", first.ID, "--prompt", "Why not?", "--max-tokens", "10", "-m", "demo/quick")
	if *third.Relation != "edited" || third.Prompt != "Why not?" || len(third.Runs) != 1 || *third.Runs[0].Params.MaxTokens != 10 || len(third.Changes.Seats) != 2 {
		t.Errorf("got %+v", third)
	}
	status, out, errs := execute(t, offline, dir, "rerun", first.ID)
	if status != exitWell || !strings.Contains(out, "What differs from "+first.ID) || !strings.Contains(out, "100%") {
		t.Errorf("exit status %d, got\n%s%s", status, out, errs)
	}
	if _, shown, _ := execute(t, offline, dir, "show", second.ID); !strings.Contains(shown, "Run again from "+first.ID) {
		t.Errorf("where it comes from is not shown:\n%s", shown)
	}
}

func TestRerunSaysWhatIsGone(t *testing.T) {
	dir := t.TempDir()
	first := asked(t, dir, "compare", "-m", "demo/quick", "Why?")
	execute(t, offline, dir, "rerun", first.ID, "-m", "openai/gpt-x", "--format", "json") // without a key it fails, and is saved
	_, history, _ := execute(t, offline, dir, "history", "--format", "json")
	var h struct{ Comparisons []rowJSON }
	if err := json.Unmarshal([]byte(history), &h); err != nil || len(h.Comparisons) != 2 {
		t.Fatal(err, history)
	}
	status, _, errs := execute(t, offline, dir, "rerun", h.Comparisons[0].ID)
	if status != exitNone || !strings.Contains(errs, "OPENAI_API_KEY") {
		t.Errorf("exit status %d, got %q", status, errs)
	}
}

func TestAConversationInTheTerminal(t *testing.T) {
	dir := t.TempDir()
	first := asked(t, dir, "compare", "-m", "demo/quick", "-m", "demo/priced", "Why?")
	second := asked(t, dir, "compare", "--follow", first.ID, "And then?")
	if *second.ThreadID != first.ID || *second.Relation != "follow_up" || len(second.Runs) != 2 {
		t.Fatalf("got %+v", second)
	}
	for i, r := range second.Runs {
		if len(r.Turns) != 1 || r.Turns[0].User != "Why?" || r.Turns[0].Answer != first.Runs[i].Answer {
			t.Errorf("seat %s goes on from %+v", r.Seat, r.Turns)
		}
	}
	third := asked(t, dir, "compare", "--follow", second.ID, "--base", "B", "-m", "demo/thinker", "-m", "demo/quick", "And now?")
	for _, r := range third.Runs {
		if len(r.Turns) != 2 || r.Turns[0].Answer != first.Runs[1].Answer || r.Turns[1].Answer != second.Runs[1].Answer {
			t.Errorf("seat %s goes on from %+v", r.Seat, r.Turns)
		}
	}
	if status, _, errs := execute(t, offline, dir, "compare", "--follow", first.ID, "--base", "Z", "Hm?"); status != exitNone || !strings.Contains(errs, `no seat "Z"`) {
		t.Errorf("exit status %d, got %q", status, errs)
	}
}

func TestDiff(t *testing.T) {
	dir := t.TempDir()
	first := asked(t, dir, "compare", "-m", "demo/quick", "-m", "demo/priced", "Why?")
	other := asked(t, dir, "compare", "-m", "demo/quick", "Why ever?")
	_, out, errs := execute(t, offline, dir, "diff", first.ID, "A", "B")
	for _, want := range []string{"--- " + first.ID + " A demo/quick", "+++ " + first.ID + " B demo/priced", "\n- **Demo voice “[-quick-]”", "\n+ **Demo voice “{+priced+}”", "% of the text is shared: "} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s%s", want, out, errs)
		}
	}
	if strings.Contains(out, "\x1b") {
		t.Error("colours without a terminal")
	}
	_, out, _ = execute(t, offline, dir, "diff", first.ID[:12]+":A", other.ID+":A", "--format", "json")
	var d diffJSON
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatal(err, out)
	}
	var a, b strings.Builder
	for _, block := range d.Blocks {
		for _, p := range block.A {
			a.WriteString(p.Text)
		}
		for _, p := range block.B {
			b.WriteString(p.Text)
		}
	}
	if a.String() != first.Runs[0].Answer || b.String() != other.Runs[0].Answer || d.Summary.Changed == 0 || *d.B.Model != "quick" || d.B.ComparisonID != other.ID {
		t.Errorf("got %+v", d)
	}
	if _, out, _ := execute(t, offline, dir, "diff", first.ID, other.ID); !strings.Contains(out, "They were not asked the same.") || !strings.Contains(out, "· It was not asked now.") {
		t.Errorf("got\n%s", out)
	}
	for _, args := range [][]string{{"diff"}, {"diff", first.ID}, {"diff", first.ID + ":A", other.ID}, {"diff", first.ID, "A", "Q"}} {
		if status, _, errs := execute(t, offline, dir, args...); status != exitNone || !strings.Contains(errs, "`bakeoff ") {
			t.Errorf("%v: exit status %d, got %q", args, status, errs)
		}
	}
}

// What differs between two blind answers may be seen, and whose they are may not.
func TestABlindComparisonIsComparedByLetterOnly(t *testing.T) {
	dir := t.TempDir()
	c := asked(t, dir, "compare", "-m", "demo/quick", "-m", "demo/priced", "--blind", "Why?")
	for _, format := range []string{"text", "json"} {
		status, out, errs := execute(t, offline, dir, "diff", c.ID, "A", "B", "--format", format)
		if status != exitWell || strings.Contains(out, "demo/") || strings.Contains(out, `"model": "`) || strings.Contains(out, `"run_id": "`) {
			t.Errorf("exit status %d, got\n%s%s", status, out, errs)
		}
	}
	for _, args := range [][]string{{"rerun", c.ID}, {"compare", "--follow", c.ID, "And?"}, {"diff", c.ID, c.ID}} {
		if status, out, errs := execute(t, offline, dir, args...); status != exitNone || !strings.Contains(errs, "Vote or reveal first") || strings.Contains(out+errs, "quick") {
			t.Errorf("%v: exit status %d, got %q%q", args, status, out, errs)
		}
	}
}
