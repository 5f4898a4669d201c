package store

import (
	"context"
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
