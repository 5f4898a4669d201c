package store

import (
	"context"
	"database/sql"
	"time"
)

// Rated is the newest rating that answers of a model have.
type Rated struct {
	Endpoint string
	Model    string
	Stars    int // 1 to 5
	At       time.Time
}

// An answer's newest row counts, unless it took the stars back. Of a blind comparison nothing is told: who was asked would show.
const selectRated = `SELECT r.endpoint, r.model, s.n, max(s.at) FROM stars s JOIN run r ON r.id = s.run_id JOIN comparison c ON c.id = r.comparison_id
	WHERE s.n > 0 AND c.deleted_at IS NULL
	AND NOT EXISTS (SELECT 1 FROM stars t WHERE t.run_id = s.run_id AND (t.at, t.id) > (s.at, s.id))
	AND NOT EXISTS (SELECT 1 FROM sitting b WHERE b.comparison_id = c.id AND b.revealed_at IS NULL)
	GROUP BY r.endpoint, r.model ORDER BY r.endpoint, r.model`

// Rated returns the newest rating of each model that has any.
func (s *Store) Rated(ctx context.Context) (all []Rated, err error) {
	err = s.view(ctx, "read the newest ratings", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectRated)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var r Rated
			var at int64
			if err := rows.Scan(&r.Endpoint, &r.Model, &r.Stars, &at); err != nil {
				return err
			}
			r.At = time.UnixMilli(at).UTC()
			all = append(all, r)
		}
		return rows.Err()
	})
	return all, err
}
