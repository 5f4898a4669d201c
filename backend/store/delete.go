package store

import (
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"
)

const (
	markDeleted   = `UPDATE comparison SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL`
	unmarkDeleted = `UPDATE comparison SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL`
)

// Delete takes a comparison out of the history; until the next purge Undelete brings it back.
func (s *Store) Delete(ctx context.Context, id string) error {
	return s.mark(ctx, "delete comparison", markDeleted, time.Now().UnixMilli(), id)
}

// Undelete brings a deleted comparison back.
func (s *Store) Undelete(ctx context.Context, id string) error {
	return s.mark(ctx, "undelete comparison", unmarkDeleted, id)
}

func (s *Store) mark(ctx context.Context, did, query string, args ...any) error {
	return s.change(ctx, did, func(tx *sql.Tx) error {
		done, err := tx.ExecContext(ctx, query, args...)
		if err != nil {
			return err
		}
		if n, err := done.RowsAffected(); err != nil || n > 0 {
			return err
		}
		return errNoComparison()
	})
}

const (
	anyDeleted       = `SELECT EXISTS (SELECT 1 FROM comparison WHERE deleted_at IS NOT NULL)`
	purgeComparisons = `DELETE FROM comparison WHERE deleted_at IS NOT NULL`
	purgeAttachments = `DELETE FROM attachment
	WHERE NOT EXISTS (SELECT 1 FROM comparison_attachment u WHERE u.sha256 = attachment.sha256)`
	foldLog = `PRAGMA wal_checkpoint(TRUNCATE)` // the write-ahead log still holds pages with the deleted text
)

// PurgeDeleted removes for good what was deleted: from the file, its log and the copies made before upgrades. A damaged
// history that was set aside is not touched. Open and Close call it.
func (s *Store) PurgeDeleted(ctx context.Context) error {
	if s.write == nil {
		return errReadOnly()
	}
	var any bool
	if err := s.write.QueryRowContext(ctx, anyDeleted).Scan(&any); err != nil || !any {
		return s.noticing("look for deleted comparisons", err)
	}
	err := s.change(ctx, "purge deleted comparisons", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, purgeComparisons); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, purgeAttachments)
		return err
	})
	if err != nil {
		return err
	}
	if _, err := s.write.ExecContext(ctx, foldLog); err != nil {
		return s.noticing("fold the log into the history", err)
	}
	return explain("remove copies from before upgrades", s.removeCopies())
}

func (s *Store) removeCopies() error {
	copies, err := filepath.Glob(filepath.Join(s.dir, "history-v*"))
	for _, path := range copies {
		err = errors.Join(err, os.Remove(path))
	}
	return err
}
