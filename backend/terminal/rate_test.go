package terminal

import (
	"encoding/json"
	"strings"
	"testing"
)

// playedDemo runs a comparison of demo voices and returns what it printed as JSON.
func playedDemo(t *testing.T, dir string, flags ...string) comparisonJSON {
	t.Helper()
	args := append([]string{"compare", "--format", "json", "-m", "demo/quick", "-m", "demo/priced", "-m", "demo/nobody"}, flags...)
	_, out, errs := execute(t, offline, dir, append(args, "Why?")...)
	return read(t, out, errs)
}

func shown(t *testing.T, dir, id string) comparisonJSON {
	t.Helper()
	_, out, errs := execute(t, offline, dir, "show", "--format", "json", id)
	return read(t, out, errs)
}

func read(t *testing.T, out, errs string) (c comparisonJSON) {
	t.Helper()
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	return c
}

func ranks(v *verdictJSON) string {
	if v == nil {
		return ""
	}
	var text []string
	for _, s := range v.Standings {
		text = append(text, s.Seat+string(rune('0'+s.Rank)))
	}
	return v.Kind + " " + strings.Join(text, " ")
}

func TestRateSaysEverythingInOneCommand(t *testing.T) {
	dir := t.TempDir()
	c := playedDemo(t, dir)
	status, out, errs := execute(t, offline, dir, "rate", c.ID[:13], "--best", "b", "--stars", "A=2,B=5", "--category", "coding", "--tag", "one", "--tag", "two words", "--note", "so so", "--favourite")
	if status != exitWell || !strings.Contains(out, "Best is B; left out: C.") {
		t.Fatalf("exit status %d: %s%s", status, out, errs)
	}
	r := shown(t, dir, c.ID).Review
	if ranks(r.Verdict) != "best B1 A2 C0" || r.Verdict.Blind || r.Category != "coding" || strings.Join(r.Tags, ",") != "one,two words" || r.Note != "so so" || !r.Favourite {
		t.Errorf("got %s, %+v", ranks(r.Verdict), r)
	}
	if len(r.Answers) != 2 || r.Answers[0].Stars != 2 || r.Answers[1].Seat != "B" || r.Answers[1].Stars != 5 {
		t.Errorf("got the answers %+v", r.Answers)
	}
	for _, step := range []struct{ flags, want string }{
		{"--best tie", "tie A1 B1 C0"}, {"--tie A,B", "tie A1 B1 C0"}, {"--best none", "none A0 B0 C0"}, {"--withdraw", ""}, {"--rank B,A", "ranked B1 A2 C0"}, {"--rank a=b", "ranked A1 B1 C0"}, {"--best A --tag three", "best A1 B2 C0"},
	} {
		if status, out, errs := execute(t, offline, dir, append([]string{"rate", c.ID}, strings.Fields(step.flags)...)...); status != exitWell {
			t.Errorf("%s: exit status %d: %s%s", step.flags, status, out, errs)
		}
		if got := ranks(shown(t, dir, c.ID).Review.Verdict); got != step.want {
			t.Errorf("%s: got %q, want %q", step.flags, got, step.want)
		}
	}
	if r := shown(t, dir, c.ID).Review; strings.Join(r.Tags, ",") != "one,two words,three" || r.Category != "coding" || !r.Favourite {
		t.Errorf("a later vote changed the words: %+v", r)
	}
	_, out, _ = execute(t, offline, dir, "show", c.ID)
	for _, want := range []string{"Best is A; left out: C.", "About B: ★★★★★.", "Tags: one, two words, three", "Note: so so", "A favourite."} {
		if !strings.Contains(out, want) {
			t.Errorf("show lacks %q:\n%s", want, out)
		}
	}
}

func TestASlipInRateLeavesNothingHalfSaid(t *testing.T) {
	dir := t.TempDir()
	c := playedDemo(t, dir)
	for flags, sentence := range map[string]string{
		"":                                 "Nothing is said",
		"--best D --tag x":                 "no seat",
		"--best C --stars A=4":             "no text",
		"--stars A=9 --tag x":              "1 to 5",
		"--stars A --tag x":                "SEAT=NUMBER",
		"--best A --tie A,B":               "one of them",
		"--rank A --best B":                "of its own",
		"--rank A,A":                       "twice",
		"--tie A --note x":                 "at least two",
		"--withdraw":                       "no vote",
		"--best A --withdraw --tag x":      "Only one",
		"--tag " + strings.Repeat("x", 41): "at most 40",
	} {
		status, _, errs := execute(t, offline, dir, append([]string{"rate", c.ID}, strings.Fields(flags)...)...)
		if status != exitNone || !strings.Contains(errs, sentence) {
			t.Errorf("%q: exit status %d, %q", flags, status, errs)
		}
	}
	if r := shown(t, dir, c.ID).Review; r.Verdict != nil || len(r.Answers)+len(r.Tags) != 0 || r.Note != "" {
		t.Errorf("something was saved: %+v", r)
	}
}

func TestABlindComparisonIsVeiledUntilItIsRated(t *testing.T) {
	dir := t.TempDir()
	for _, format := range []string{"table", "json", "jsonl", "markdown"} {
		_, out, errs := execute(t, offline, dir, "compare", "--blind", "--format", format, "-m", "demo/nobody", "-m", "demo/priced", "Why?")
		for _, name := range []string{"demo/", "nobody", "first token", "ttft_ms\": 0", "≈"} {
			if strings.Contains(out+errs, name) {
				t.Errorf("%s tells %q:\n%s%s", format, name, out, errs)
			}
		}
		if !strings.Contains(out, "B") || !strings.Contains(out, "What did this cost?") {
			t.Errorf("%s shows no answer by letter: %s", format, out)
		}
	}
	c := playedDemo(t, dir, "--blind")
	if c.Review.Blind != "open" || len(c.Runs) != 3 || c.Runs[0].ID != "A" || c.Runs[0].Model != "" {
		t.Fatalf("got %+v", c)
	}
	letter := ""
	for _, r := range c.Runs {
		if strings.Contains(r.Answer, "What did this cost?") { // only demo/priced says so
			letter = r.Seat
		}
	}
	status, out, errs := execute(t, offline, dir, "rate", c.ID, "--best", letter)
	if status != exitWell || !strings.Contains(out, letter+" was demo/priced") || !strings.Contains(out, "Best is B; left out: C (voted blind).") {
		t.Errorf("exit status %d: %s%s", status, out, errs)
	}
	after := shown(t, dir, c.ID)
	if after.Review.Blind != "revealed" || after.Runs[1].Model != "priced" || ranks(after.Review.Verdict) != "best B1 A2 C0" || !after.Review.Verdict.Blind {
		t.Errorf("got %s, %+v", ranks(after.Review.Verdict), after.Review)
	}
	given := playedDemo(t, dir, "--blind")
	if _, out, _ := execute(t, offline, dir, "rate", given.ID, "--reveal"); !strings.Contains(out, "demo/quick") || shown(t, dir, given.ID).Review.Verdict != nil {
		t.Errorf("a reveal without a vote: %s", out)
	}
}
