package store

import (
	"context"
	"database/sql"
	"errors"
)

const selectSetting = `SELECT value FROM setting WHERE key = ?`

// Setting returns a setting; ok is false when it was never set.
func (s *Store) Setting(ctx context.Context, key string) (value string, ok bool, err error) {
	err = s.read.QueryRowContext(ctx, selectSetting, key).Scan(&value)
	if errors.Is(err, sql.ErrNoRows) {
		return "", false, nil
	}
	return value, err == nil, s.noticing("read setting "+key, err)
}

const upsertSetting = `INSERT INTO setting (key, value) VALUES (?, ?) ON CONFLICT DO UPDATE SET value = excluded.value`

// SetSetting keeps a setting.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.promptly(ctx, "save setting "+key, func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, upsertSetting, key, value)
		return err
	})
}
