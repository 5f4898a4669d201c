package terminal

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// twoAsked makes a history with two comparisons of demo voices and returns the id of the first.
func twoAsked(t *testing.T, dir string) string {
	t.Helper()
	_, out, errs := execute(t, offline, dir, "compare", "-m", "demo/quick", "-m", "demo/quick", "--format", "json", "Why?")
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err, errs)
	}
	execute(t, offline, dir, "compare", "-m", "demo/quick", "And then?")
	return c.ID
}

func TestExportAndImportAreEachOthersInverse(t *testing.T) {
	dir, other := t.TempDir(), t.TempDir()
	id := twoAsked(t, dir)
	if status, _, errs := execute(t, offline, dir, "rate", id, "--best", "B", "--stars", "A=2", "--tag", "sky"); status != exitWell {
		t.Fatal(errs)
	}
	file := filepath.Join(t.TempDir(), "all.jsonl")
	if status, _, errs := execute(t, offline, dir, "export", "--all", "-o", file); status != exitWell || !strings.Contains(errs, "Exported 2 of 2") {
		t.Fatalf("export: %d, %s", status, errs)
	}
	if status, _, errs := execute(t, offline, dir, "export", "--all", "-o", file); status != exitNone || !strings.Contains(errs, "already") {
		t.Errorf("over a file: %d, %s", status, errs)
	}
	if status, out, errs := execute(t, offline, other, "import", file, "--dry-run"); status != exitWell || !strings.Contains(out, "Would import 2 of 2 comparisons, with 3 answers and 1 votes") {
		t.Errorf("dry run: %d, %s%s", status, out, errs)
	}
	if _, out, _ := execute(t, offline, other, "history", "--format", "json"); strings.Contains(out, id) {
		t.Error("a dry run wrote")
	}
	if status, out, errs := execute(t, offline, other, "import", file); status != exitWell || !strings.Contains(out, "Imported 2 of 2") {
		t.Errorf("import: %d, %s%s", status, out, errs)
	}
	if _, out, _ := execute(t, offline, other, "import", file); !strings.Contains(out, "Imported 0 of 2") || !strings.Contains(out, "2 are in the history already") {
		t.Errorf("again: %s", out)
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if _, out, _ := execute(t, offline, other, "export", "--all", "--format", "jsonl", "-o", "-"); out != string(want) {
		t.Error("what was imported is exported differently")
	}
}

func TestExportOfOneInEveryFormat(t *testing.T) {
	dir := t.TempDir()
	id := twoAsked(t, dir)
	for format, want := range map[string]string{"html": "<!doctype html>", "md": "# Bakeoff comparisons", "csv": `"comparison_id"`, "jsonl": `{"format":"bakeoff"`} {
		file := filepath.Join(t.TempDir(), "one."+format)
		status, _, errs := execute(t, offline, dir, "export", id[:13], "-o", file)
		b, _ := os.ReadFile(file)
		if status != exitWell || !strings.Contains(string(b), want) || !strings.Contains(string(b), "Why?") || strings.Contains(string(b), "And then?") {
			t.Errorf("%s: %d, %s\n%.300s", format, status, errs, b)
		}
	}
	for name, args := range map[string][]string{
		"nothing chosen": {"export", "-o", "x.md"}, "both": {"export", id, "--all", "-o", "x.md"}, "no file": {"export", id}, "no format": {"export", id, "-o", "-"},
		"an unknown format": {"export", id, "-o", "x.pdf"}, "an unknown id": {"export", "0000000", "-o", "x.md"}, "no such folder": {"export", id, "-o", filepath.Join(dir, "no", "x.md")},
	} {
		if status, _, errs := execute(t, offline, dir, args...); status != exitNone || strings.Count(strings.TrimSpace(errs), "\n") > 0 {
			t.Errorf("%s: %d, %s", name, status, errs)
		}
	}
}

func TestABlindComparisonIsNotExported(t *testing.T) {
	dir := t.TempDir()
	_, _, errs := execute(t, offline, dir, "compare", "--blind", "-m", "demo/quick", "-m", "demo/thinker", "Why?")
	status, out, errs2 := execute(t, offline, dir, "export", "--all", "--format", "md", "-o", "-")
	if status != exitNone || strings.Contains(out, "quick") || !strings.Contains(errs2, "reveal") {
		t.Errorf("exit status %d\n%s\n%s\n%s", status, errs, out, errs2)
	}
}

func TestAnInterruptedExportLeavesNoFile(t *testing.T) {
	dir, to := t.TempDir(), t.TempDir()
	twoAsked(t, dir)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	status, _, _ := executeIn(ctx, offline, dir, "", "export", "--all", "-o", filepath.Join(to, "x.html"))
	if left, _ := os.ReadDir(to); status != exitInterrupted || len(left) > 0 {
		t.Errorf("exit status %d, left %v", status, left)
	}
}

// A user pastes a key into a prompt, and the demo voice repeats it: no export may hold it, in any form.
func TestNoKeyIsInAnyExport(t *testing.T) {
	const key = "sk-canary-0123456789abcdefghijkl"
	dir := t.TempDir()
	env := map[string]string{"OLLAMA_HOST": "127.0.0.1:1", "OPENAI_API_KEY": key}
	if status, _, errs := execute(t, env, dir, "compare", "-m", "demo/quick", "Is "+key+" a good key?"); status != exitWell {
		t.Fatal(errs)
	}
	for _, format := range []string{"html", "md", "csv", "jsonl"} {
		_, out, errs := execute(t, env, dir, "export", "--all", "--format", format, "-o", "-")
		if strings.Contains(out, "0123456789abcdef") || !strings.Contains(out, "a good key?") {
			t.Errorf("%s holds the key, or nothing: %s\n%.500s", format, errs, out)
		}
	}
	if _, out, _ := execute(t, offline, dir, "export", "--all", "--format", "jsonl", "-o", "-"); !strings.Contains(out, key) {
		t.Error("the control, in which it is no key, does not hold the word")
	}
}
