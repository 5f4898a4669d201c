package store

import (
	"context"
	"database/sql"
	"time"
)

// Endpoint is what the user set up about an endpoint. Keys and headers are not in it: they are in the vault.
type Endpoint struct {
	Name     string // "office", or a built-in one: "openai"
	Own      bool   // made by the user; Label, Kind and BaseURL are empty for a built-in one
	Label    string
	Kind     string
	BaseURL  string
	Disabled bool
	Keyed    bool // the vault has something for it
}

const (
	selectEndpoints = `SELECT name, own, label, kind, base_url, disabled, keyed FROM endpoint ORDER BY name`
	upsertEndpoint  = `INSERT INTO endpoint (name, own, label, kind, base_url, disabled, keyed, added_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
	ON CONFLICT (name) DO UPDATE SET own = excluded.own, label = excluded.label, kind = excluded.kind, base_url = excluded.base_url,
	disabled = excluded.disabled, keyed = excluded.keyed`
	deleteEndpoint  = `DELETE FROM endpoint WHERE name = ?`
	deleteModelList = `DELETE FROM model_list WHERE endpoint = ?`
)

// Endpoints returns what the user set up, by name.
func (s *Store) Endpoints(ctx context.Context) (all []Endpoint, err error) {
	err = s.view(ctx, "read endpoints", func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, selectEndpoints)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var e Endpoint
			if err := rows.Scan(&e.Name, &e.Own, &e.Label, &e.Kind, &e.BaseURL, &e.Disabled, &e.Keyed); err != nil {
				return err
			}
			all = append(all, e)
		}
		return rows.Err()
	})
	return all, err
}

// SaveEndpoint adds an endpoint or replaces the one of its name.
func (s *Store) SaveEndpoint(ctx context.Context, e Endpoint) error {
	return s.promptly(ctx, "save endpoint "+e.Name, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, upsertEndpoint, e.Name, e.Own, e.Label, e.Kind, e.BaseURL, e.Disabled, e.Keyed, time.Now().UnixMilli())
		return err
	})
}

// DeleteEndpoint forgets what was set up about an endpoint, and what it said about its models. Comparisons with it stay.
func (s *Store) DeleteEndpoint(ctx context.Context, name string) error {
	return s.promptly(ctx, "delete endpoint "+name, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, deleteEndpoint, name); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, deleteModelList, name)
		return err
	})
}
