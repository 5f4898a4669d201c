package store

import (
	"context"
	"database/sql"
)

// statements are those of one transaction that runs the same ones for many rows. Each is read once: with the triggers
// that SQLite compiles into it, reading takes longer than doing. They end with the transaction; in one that goes on they
// are closed, since each holds some 10 KB.
type statements struct {
	tx   *sql.Tx
	read map[string]*sql.Stmt
}

func inside(tx *sql.Tx) *statements { return &statements{tx: tx, read: make(map[string]*sql.Stmt)} }

func (s *statements) close() {
	for _, stmt := range s.read {
		_ = stmt.Close()
	}
}

func (s *statements) prepared(ctx context.Context, query string) (*sql.Stmt, error) {
	if stmt := s.read[query]; stmt != nil {
		return stmt, nil
	}
	stmt, err := s.tx.PrepareContext(ctx, query)
	if err == nil {
		s.read[query] = stmt
	}
	return stmt, err
}

func (s *statements) exec(ctx context.Context, query string, args ...any) (sql.Result, error) {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return nil, err
	}
	return stmt.ExecContext(ctx, args...)
}

// scan reads the one row of a query.
func (s *statements) scan(ctx context.Context, query string, arg any, into ...any) error {
	stmt, err := s.prepared(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(ctx, arg).Scan(into...)
}
