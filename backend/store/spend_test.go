package store

import (
	"strings"
	"testing"
)

// The screen of spending must not read the whole history to leave out the few comparisons that are blind.
func TestSpendingReadsNoTableOfRuns(t *testing.T) {
	s := open(t, t.TempDir())
	for _, query := range []string{sumSpend + notBlind, selectSpend} {
		args := make([]any, strings.Count(query, "?"))
		for i := range args {
			args[i] = 1
		}
		rows, err := s.read.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
		must(t, err)
		var steps []string
		for rows.Next() {
			var id, parent, unused int
			var step string
			must(t, rows.Scan(&id, &parent, &unused, &step))
			steps = append(steps, step)
		}
		must(t, rows.Close())
		plan := strings.Join(steps, "\n")
		if !strings.Contains(plan, "sitting_open") || !strings.Contains(plan, "SEARCH r USING") {
			t.Errorf("%s\n%s", query, plan)
		}
	}
}
