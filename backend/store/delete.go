package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"time"

	"bakeoff/backend/bakeoff"
)

const (
	markDeleted   = `UPDATE comparison SET deleted_at = ? WHERE id = ? AND deleted_at IS NULL`
	unmarkDeleted = `UPDATE comparison SET deleted_at = NULL WHERE id = ? AND deleted_at IS NOT NULL`
)

// Delete takes comparisons out of the history, all or none; until the next purge Undelete brings them back.
func (s *Store) Delete(ctx context.Context, ids ...string) error {
	return s.mark(ctx, "delete comparison", ids, markDeleted, time.Now().UnixMilli())
}

// Undelete brings deleted comparisons back, all or none.
func (s *Store) Undelete(ctx context.Context, ids ...string) error {
	return s.mark(ctx, "undelete comparison", ids, unmarkDeleted)
}

func (s *Store) mark(ctx context.Context, did string, ids []string, query string, args ...any) error {
	return s.change(ctx, did, func(tx *sql.Tx) error {
		for _, id := range ids {
			done, err := tx.ExecContext(ctx, query, append(args, id)...)
			if err != nil {
				return err
			}
			if n, err := done.RowsAffected(); err != nil || n == 0 {
				return cmp.Or(err, errNoComparison())
			}
		}
		return nil
	})
}

// Tag gives tags to comparisons and takes others from them, all or none.
func (s *Store) Tag(context.Context, []string, []string, []string) error {
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Tags cannot be kept yet. Update Bakeoff."}
}

const (
	anyDeleted       = `SELECT EXISTS (SELECT 1 FROM comparison WHERE deleted_at IS NOT NULL)`
	notePurged       = `INSERT OR IGNORE INTO purged (comparison_id) SELECT id FROM comparison WHERE deleted_at IS NOT NULL`
	purgeComparisons = `DELETE FROM comparison WHERE deleted_at IS NOT NULL`
	purgeAttachments = `DELETE FROM attachment
	WHERE NOT EXISTS (SELECT 1 FROM comparison_attachment u WHERE u.sha256 = attachment.sha256)
	AND NOT EXISTS (SELECT 1 FROM turn_attachment u WHERE u.sha256 = attachment.sha256)`
	foldLog = `PRAGMA wal_checkpoint(TRUNCATE)` // the write-ahead log still holds pages with the deleted text
)

// PurgeDeleted removes for good what was deleted: from the file, its log and the backups. What was set aside is not
// touched, and nor are copies that the user made elsewhere. Open and Close call it.
func (s *Store) PurgeDeleted(ctx context.Context) error {
	if err := s.purge(ctx); err != nil {
		return err
	}
	return s.forget(ctx)
}

// purge removes what was deleted from the file and its log.
func (s *Store) purge(ctx context.Context) error {
	if s.write == nil {
		return errReadOnly()
	}
	var any bool
	if err := s.write.QueryRowContext(ctx, anyDeleted).Scan(&any); err != nil || !any {
		return s.noticing("look for deleted comparisons", err)
	}
	err := s.change(ctx, "purge deleted comparisons", func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, notePurged); err != nil {
			return err
		}
		return removeDeleted(ctx, tx)
	})
	if err != nil {
		return err
	}
	_, err = s.write.ExecContext(ctx, foldLog)
	return s.noticing("fold the log into the history", err)
}

func removeDeleted(ctx context.Context, tx *sql.Tx) error {
	if _, err := tx.ExecContext(ctx, purgeComparisons); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, purgeAttachments)
	return err
}

const (
	selectPurged = `SELECT comparison_id FROM purged`
	deletePurged = `DELETE FROM purged WHERE comparison_id IN (SELECT value FROM json_each(?))`
	markPurged   = `UPDATE comparison SET deleted_at = 1 WHERE id IN (SELECT value FROM json_each(?))`
)

// forget removes from the backups what was purged. It goes on with the next purge when it was broken off.
func (s *Store) forget(ctx context.Context) error {
	ids, err := column(ctx, s.read, selectPurged)
	if err != nil || len(ids) == 0 {
		return s.noticing("read what was purged", err)
	}
	list, err := toJSON(ids)
	if err != nil {
		return err
	}
	all, err := listBackups(s.backups())
	for _, b := range all {
		path := filepath.Join(s.backups(), b.Name)
		bad := scrub(ctx, path, list)
		if ctx.Err() != nil {
			return nil
		}
		if bad != nil { // one that cannot forget would keep what the user wants gone
			err = errors.Join(err, os.Remove(path))
		}
	}
	if err != nil {
		return explain("remove deleted comparisons from backups", err)
	}
	return s.change(ctx, "forget what was purged", func(tx *sql.Tx) error {
		_, err := tx.ExecContext(ctx, deletePurged, list)
		return err
	})
}

// scrub removes comparisons, ids as a JSON list, from a backup.
func scrub(ctx context.Context, path, ids string) error {
	db, err := openPool(path, 1, []string{"mode=rw", "_txlock=immediate", "_dqs=0", "_defensive=1", "_pragma=foreign_keys(1)", "_pragma=secure_delete(1)"})
	if err != nil {
		return err
	}
	defer db.Close()
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if _, err := tx.ExecContext(ctx, markPurged, ids); err != nil {
		return err
	}
	if err := removeDeleted(ctx, tx); err != nil {
		return err
	}
	return tx.Commit()
}
