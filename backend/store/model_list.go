package store

import (
	"context"
	"database/sql"
	"time"
)

// ModelList is what an endpoint said about its models.
type ModelList struct {
	Endpoint string // its name
	Address  string // that was asked
	Models   string // JSON
	ListedAt time.Time
}

const (
	selectModelLists = `SELECT endpoint, address, models, listed_at FROM model_list ORDER BY endpoint`
	upsertModelList  = `INSERT INTO model_list (endpoint, address, models, listed_at) VALUES (?, ?, ?, ?)
	ON CONFLICT (endpoint) DO UPDATE SET address = excluded.address, models = excluded.models, listed_at = excluded.listed_at`
)

// ModelLists returns the newest list of each endpoint, by its name.
func (s *Store) ModelLists(ctx context.Context) (all []ModelList, err error) {
	err = s.view(ctx, "read model lists", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectModelLists)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var l ModelList
			var at int64
			if err := rows.Scan(&l.Endpoint, &l.Address, &l.Models, &at); err != nil {
				return err
			}
			l.ListedAt = time.UnixMilli(at).UTC()
			all = append(all, l)
		}
		return rows.Err()
	})
	return all, err
}

// KeepModelList keeps a list in the place of the endpoint's older one.
func (s *Store) KeepModelList(ctx context.Context, l ModelList) error {
	return s.promptly(ctx, "keep the model list of "+l.Endpoint, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, upsertModelList, l.Endpoint, l.Address, l.Models, l.ListedAt.UnixMilli())
		return err
	})
}
