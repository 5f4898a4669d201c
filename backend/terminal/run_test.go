package terminal

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// file writes a file of a test and returns its path.
func file(t *testing.T, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestATableIsAskedRowByRow(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	table := file(t, files, "capitals.csv", "\ufeffcountry;tone\nNorway;brief\n\"Chad; Africa\";=1+1\n")
	question := file(t, files, "question.txt", "Which city is the capital of {{country}}?\n")
	status, out, errs := execute(t, offline, dir, "run", table, "--prompt", question, "--system", "Be {{tone}}.", "-m", "demo/quick", "-m", "demo/priced", "--max-tokens", "50", "--format", "json")
	if status != exitWell {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	var got setJSON
	if err := json.Unmarshal([]byte(out), &got); err != nil {
		t.Fatal(err)
	}
	if got.Name != "capitals" || got.State != "done" || len(got.Rows) != 2 || len(got.Rows[1].Runs) != 2 || got.Rows[1].Values["country"] != "Chad; Africa" ||
		got.Rows[1].Runs[0].Answer == "" || got.Rows[1].Runs[1].Model != "priced" {
		t.Errorf("got %s", out)
	}
	if !strings.Contains(errs, "Rows: 2, models: 2. About $0, at most $0.") || !strings.Contains(errs, "Row 2 of 2: demo/quick") {
		t.Errorf("got %q", errs)
	}
	_, shown, _ := execute(t, offline, dir, "show", *got.Rows[1].ComparisonID, "--format", "json")
	var c comparisonJSON
	if err := json.Unmarshal([]byte(shown), &c); err != nil || c.Prompt != "Which city is the capital of Chad; Africa?" || c.System != "Be =1+1." || *c.Runs[0].Params.MaxTokens != 50 {
		t.Errorf("got %s", shown)
	}
	_, list, _ := execute(t, offline, dir, "sets")
	if !strings.Contains(list, got.ID) || !strings.Contains(list, "2 of 2") {
		t.Errorf("got %s", list)
	}
	status, text, _ := execute(t, offline, dir, "sets", "show", got.ID[:13], "--format", "csv")
	records, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll()
	if err != nil || status != exitWell || len(records) != 3 || records[2][1] != "Chad; Africa" || records[2][2] != "'=1+1" || records[2][9] == "" {
		t.Errorf("got %q, %v", records, err)
	}
	if status, _, errs := execute(t, offline, dir, "run", "--resume", got.ID); status != exitNone || !strings.Contains(errs, "Every row of this set has ended") {
		t.Errorf("exit status %d, got %q", status, errs)
	}
}

func TestWhatATableLacksIsSaidBeforeAnythingIsAsked(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	good := file(t, files, "good.csv", "a\n1\n")
	ragged := file(t, files, "ragged.csv", "a,b\n1\n")
	question := file(t, files, "question.txt", "{{a}} {{c}}")
	for _, test := range []struct {
		want string
		args []string
	}{
		{"Line 2 has 1 cell", []string{ragged, "--prompt", question}},
		{"no column for {{c}}", []string{good, "--prompt", question}},
		{"The prompt is missing", []string{good}},
		{"cannot be read", []string{filepath.Join(files, "nothing.csv")}},
		{"Nothing is saved as \"x\"", []string{good, "--prompt-name", "x"}},
		{"Give either a table or --resume", nil},
		{"no such prompt set", []string{"--resume", "01930000-0000"}},
		{"Give one of them", []string{good, "--prompt", question, "--prompt-name", "x"}},
		{"There is no endpoint", []string{good, "--prompt", question, "-m", "nowhere/x"}},
	} {
		args := append([]string{"run"}, test.args...)
		if !strings.Contains(strings.Join(args, " "), "-m ") {
			args = append(args, "-m", "demo/quick")
		}
		status, out, errs := execute(t, offline, dir, args...)
		if status != exitNone || out != "" || !strings.Contains(errs, test.want) {
			t.Errorf("%q: exit status %d, got %q", test.args, status, errs)
		}
	}
	if _, list, errs := execute(t, offline, dir, "sets"); list != "" || !strings.Contains(errs, "There is no prompt set") {
		t.Errorf("got %q, %q", list, errs)
	}
	prompts := file(t, files, "prompts.csv", "prompt\nWhy?\n")
	status, out, errs := execute(t, offline, dir, "run", prompts, "-m", "demo/quick", "--dry-run")
	if status != exitWell || out != "" || !strings.Contains(errs, "Rows: 1, models: 1. About $0, without a limit: --max-tokens sets one.") && !strings.Contains(errs, "Rows: 1, models: 1. About $0, at most $0.") {
		t.Errorf("exit status %d, got %q", status, errs)
	}
}

func TestTheLibraryInTheTerminal(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	question := file(t, files, "question.txt", "Capital of {{country}}?\n")
	for _, args := range [][]string{
		{"prompts", "save", "Capital", question, "--tag", "geo", "--system", "Be brief."},
		{"prompts", "save", "Short", question, "--systems"},
	} {
		if status, _, errs := execute(t, offline, dir, args...); status != exitWell {
			t.Fatalf("%v: exit status %d: %s", args, status, errs)
		}
	}
	_, list, _ := execute(t, offline, dir, "prompts", "list")
	if !strings.Contains(list, "Capital") || !strings.Contains(list, "country") || !strings.Contains(list, "geo") || strings.Contains(list, "Short") {
		t.Errorf("got %s", list)
	}
	other := file(t, files, "other.txt", "Largest city of {{country}}?")
	execute(t, offline, dir, "prompts", "save", "Capital", other)
	_, text, said := execute(t, offline, dir, "prompts", "show", "Capital")
	if text != "Largest city of {{country}}?\n" || !strings.Contains(said, "Be brief.") { // what was not named stays
		t.Errorf("got %q, %q", text, said)
	}
	table := file(t, files, "t.csv", "country\nPeru\n")
	if status, out, errs := execute(t, offline, dir, "run", table, "--prompt-name", "Capital", "-m", "demo/quick"); status != exitWell || !strings.Contains(out, "Peru") {
		t.Errorf("exit status %d, got %q, %q", status, out, errs)
	}
	execute(t, offline, dir, "lineups", "save", "Two", "-m", "demo/quick", "-m", "demo/priced", "--repeat", "2")
	status, out, errs := execute(t, offline, dir, "run", table, "--prompt-name", "Capital", "--lineup", "Two", "--format", "json")
	var got setJSON
	if err := json.Unmarshal([]byte(out), &got); err != nil || status != exitWell || len(got.Rows[0].Runs) != 4 || got.Rows[0].Runs[1].Model != "quick" {
		t.Errorf("a saved lineup: exit status %d, got %s%s", status, out, errs)
	}
	if status, _, _ := execute(t, offline, dir, "prompts", "delete", "Capital"); status != exitWell {
		t.Errorf("exit status %d", status)
	}
	if status, _, errs := execute(t, offline, dir, "prompts", "show", "Capital"); status != exitNone || !strings.Contains(errs, "Nothing is saved") {
		t.Errorf("exit status %d, got %q", status, errs)
	}
}

// Ctrl+C keeps what came and says how to go on; going on asks the rest.
func TestAnInterruptedSetGoesOn(t *testing.T) {
	dir, files := t.TempDir(), t.TempDir()
	table := file(t, files, "t.csv", "prompt\none\ntwo\nthree\n")
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	var out strings.Builder
	errs := &trip{at: "Row 1 of 3", then: interrupt}
	status := Execute(ctx, Deps{
		Args: []string{"run", table, "-m", "demo/quick", "--data-dir", dir}, In: strings.NewReader(""), Out: &out, Err: errs, Version: "9.9.9",
		Getenv: func(name string) string { return offline[name] }, DemoSpeed: 20,
	})
	if status != exitInterrupted || !strings.Contains(errs.String(), "Go on with: bakeoff run --resume ") {
		t.Fatalf("exit status %d, got %q", status, errs.String())
	}
	id := strings.Fields(strings.SplitAfter(errs.String(), "--resume ")[1])[0]
	status, text, more := execute(t, offline, dir, "run", "--resume", id, "--format", "json")
	var got setJSON
	if err := json.Unmarshal([]byte(text), &got); err != nil || status != exitWell || got.State != "done" {
		t.Fatalf("exit status %d: %s%s", status, text, more)
	}
	for i, row := range got.Rows {
		if len(row.Runs) != 1 || row.Runs[0].Status != "done" {
			t.Errorf("row %d: got %+v", i, row)
		}
	}
	if strings.Contains(more, "Row 1 of 3:") {
		t.Errorf("the first row was asked again: %s", more)
	}
}

// trip is a writer that does something when a text was written.
type trip struct {
	strings.Builder
	at   string
	then func()
}

func (w *trip) Write(p []byte) (int, error) {
	n, err := w.Builder.Write(p)
	if strings.Contains(w.String(), w.at) {
		w.then()
	}
	return n, err
}
