package terminal

import (
	"strings"
	"testing"
)

func TestTheHistoryIsNarrowedByFlags(t *testing.T) {
	dir := t.TempDir()
	if status, out, err := execute(t, offline, dir, "history"); status != exitWell || out != "" || !strings.Contains(err, "No comparison is saved here yet") {
		t.Errorf("an empty history: got %d, %q, %q", status, out, err)
	}
	twoAsked(t, dir)
	for _, tt := range []struct {
		args string
		want int
	}{
		{"", 2}, {"--model demo/quick", 2}, {"--model demo/none", 0}, {"--provider demo,openai", 2}, {"--provider openai", 0},
		{"--open", 0}, {"--closed --local", 0}, {"--cloud", 0}, {"--status done", 2}, {"--status failed", 0}, {"--favourite", 0},
		{"--tag red", 0}, {"--category coding", 0}, {"--stars 3", 0}, {"--verdict any", 0}, {"--since 2020-01-01", 2}, {"--until 2020-01-01", 0},
		{"--since 2999-01-01T00:00:00Z", 0}, {"--max-cost 1000", 2}, {"--min-cost 1000", 0}, {"--sort oldest --limit 1", 1}, {"--sort cost", 2},
	} {
		status, out, _ := execute(t, offline, dir, append([]string{"history", "--format", "json"}, strings.Fields(tt.args)...)...)
		if got := strings.Count(out, `"comparison_id"`); status != exitWell || got != tt.want {
			t.Errorf("%q: got %d comparisons, want %d\n%s", tt.args, got, tt.want, out)
		}
	}
	if _, out, _ := execute(t, offline, dir, "history", "why"); strings.Count(out, "\n") != 2 {
		t.Errorf("a query: got %q", out)
	}
	for args, want := range map[string]string{
		"--sort colour": "newest", "--verdict good": "best", "--stars 6": "from 1 to 5", "--since yesterday": "2026-11-24",
		"--min-cost much": "0.05", "--unrated --verdict best": "exclude each other",
	} {
		status, _, err := execute(t, offline, dir, append([]string{"history"}, strings.Fields(args)...)...)
		if status == exitWell || !strings.Contains(err, want) {
			t.Errorf("%q: got %d, %q", args, status, err)
		}
	}
	if _, _, err := execute(t, offline, dir, "history", "xylophone"); !strings.Contains(err, "No saved comparison fits") {
		t.Errorf("a query that finds nothing: got %q", err)
	}
}
