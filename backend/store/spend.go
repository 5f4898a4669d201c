package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
)

// Spend is what was spent on one model.
type Spend struct {
	Endpoint string
	Model    string
	Runs     int
	Cost     bakeoff.PicoUSD
}

const (
	// Costs of a comparison that is still blind would tell its models. The few that are blind come first: else every run is read.
	notBlind    = ` AND run_id NOT IN (SELECT r.id FROM sitting s CROSS JOIN run r ON r.comparison_id = s.comparison_id WHERE s.revealed_at IS NULL)`
	sumSpend    = `SELECT ifnull(sum(cost_pusd), 0) FROM spend WHERE at >= ?`
	selectSpend = `SELECT endpoint, model, count(*), sum(cost_pusd) FROM spend WHERE at >= ? AND at < ?` + notBlind + `
	GROUP BY endpoint, model ORDER BY sum(cost_pusd) DESC, endpoint, model`
)

// SpentSince returns what all runs cost that ended at or after from. Unknown costs are not in it. With shown, those of
// comparisons that are still blind are left out as well: for a cap they count, on a screen they would tell.
func (s *Store) SpentSince(ctx context.Context, from time.Time, shown bool) (total bakeoff.PicoUSD, err error) {
	query := sumSpend
	if shown {
		query += notBlind
	}
	err = s.view(ctx, "sum spending", func(tx *sql.Tx) error {
		return tx.QueryRowContext(ctx, query, from.UnixMilli()).Scan(&total)
	})
	return total, err
}

// SpentBetween returns what was spent in [from, until) by model, the dearest first, without comparisons that are still
// blind.
func (s *Store) SpentBetween(ctx context.Context, from, until time.Time) (all []Spend, err error) {
	err = s.view(ctx, "list spending", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectSpend, from.UnixMilli(), until.UnixMilli())
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var one Spend
			if err := rows.Scan(&one.Endpoint, &one.Model, &one.Runs, &one.Cost); err != nil {
				return err
			}
			all = append(all, one)
		}
		return rows.Err()
	})
	return all, err
}

// usualOf is how many of the newest answers the usual length is taken from.
const usualOf = 20

const selectOutputs = `SELECT output_tokens FROM run WHERE endpoint = ? AND model = ? AND status = 'done' AND output_tokens IS NOT NULL
	ORDER BY saved_at DESC LIMIT ?`

// UsualOutput returns the median length of a model's newest answers, in tokens; 0 when there is none.
func (s *Store) UsualOutput(ctx context.Context, endpoint, model string) (median int64, err error) {
	err = s.view(ctx, "read the usual length", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectOutputs, endpoint, model, usualOf)
		if err != nil {
			return err
		}
		defer rows.Close()
		var lengths []int64
		for rows.Next() {
			var n int64
			if err := rows.Scan(&n); err != nil {
				return err
			}
			lengths = append(lengths, n)
		}
		if slices.Sort(lengths); len(lengths) > 0 {
			median = lengths[len(lengths)/2]
		}
		return rows.Err()
	})
	return median, err
}
