package store

import (
	"context"
	"database/sql"
	"strconv"
)

// LimitPages keeps the file from growing over its size now plus n pages: a full disk. Negative lifts the limit.
func (s *Store) LimitPages(ctx context.Context, n int) error {
	var now int
	if err := s.write.QueryRowContext(ctx, "PRAGMA page_count").Scan(&now); err != nil {
		return err
	}
	limit := now + n
	if n < 0 {
		limit = 1 << 30
	}
	return s.write.QueryRowContext(ctx, "PRAGMA max_page_count = "+strconv.Itoa(limit)).Scan(&now)
}

// nothing changes nothing.
func nothing(*sql.Tx) error { return nil }

// execs changes the history past its methods.
func execs(query string, args ...any) func(*sql.Tx) error {
	return func(tx *sql.Tx) error {
		_, err := tx.Exec(query, args...)
		return err
	}
}
