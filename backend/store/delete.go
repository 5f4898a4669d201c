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
	return s.promptly(ctx, did, func(tx *sql.Tx) error {
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

const (
	addTag = `INSERT INTO tag (comparison_id, place, name)
	SELECT c.id, ifnull((SELECT max(place) + 1 FROM tag WHERE comparison_id = c.id), 0), ?2 FROM comparison c
	WHERE c.id = ?1 AND c.deleted_at IS NULL ON CONFLICT DO NOTHING`
	takeTag   = `DELETE FROM tag WHERE comparison_id = ? AND name = ?`
	countTags = `SELECT count(*) FROM tag WHERE comparison_id = ?`
	isThere   = `SELECT EXISTS (SELECT 1 FROM comparison WHERE id = ? AND deleted_at IS NULL)`
)

// Tag gives tags to comparisons and takes others from them, all or none. Who calls it has made the tags valid; maxTags
// is how many a comparison may have.
func (s *Store) Tag(ctx context.Context, ids, add, remove []string) error {
	return s.promptly(ctx, "tag comparisons", func(tx *sql.Tx) error {
		for _, id := range ids {
			if err := tagOne(ctx, tx, id, add, remove); err != nil {
				return err
			}
		}
		return nil
	})
}

const maxTags = 20

func tagOne(ctx context.Context, tx *sql.Tx, id string, add, remove []string) error {
	var there bool
	if err := tx.QueryRowContext(ctx, isThere, id).Scan(&there); err != nil {
		return err
	}
	if !there {
		return errNoComparison()
	}
	for _, name := range remove {
		if _, err := tx.ExecContext(ctx, takeTag, id, name); err != nil {
			return err
		}
	}
	for _, name := range add {
		if _, err := tx.ExecContext(ctx, addTag, id, name); err != nil {
			return err
		}
	}
	n, err := howMany(ctx, tx, countTags, id)
	if err == nil && n > maxTags {
		err = &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "A comparison can have 20 tags. Take one away first."}
	}
	return err
}

const (
	anyDeleted       = `SELECT EXISTS (SELECT 1 FROM comparison WHERE deleted_at IS NOT NULL) OR EXISTS (SELECT 1 FROM prompt_set WHERE deleted_at IS NOT NULL)`
	notePurged       = `INSERT OR IGNORE INTO purged (comparison_id) SELECT id FROM comparison WHERE deleted_at IS NOT NULL`
	purgeComparisons = `DELETE FROM comparison WHERE deleted_at IS NOT NULL`
	purgeAttachments = `DELETE FROM attachment
	WHERE NOT EXISTS (SELECT 1 FROM comparison_attachment u WHERE u.sha256 = attachment.sha256)`
	keepTurns = ` AND NOT EXISTS (SELECT 1 FROM turn_attachment u WHERE u.sha256 = attachment.sha256)`
	hasTurns  = `SELECT EXISTS (SELECT 1 FROM sqlite_master WHERE name = 'turn_attachment')` // a copy of an older version has none
	foldLog   = `PRAGMA wal_checkpoint(TRUNCATE)`                                            // the write-ahead log still holds pages with the deleted text
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
		for _, query := range []string{notePurged, notePurgedSets, purgeSets} {
			if _, err := tx.ExecContext(ctx, query); err != nil {
				return err
			}
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
	if err := unindexDeleted(ctx, tx, selectDeleted); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, purgeComparisons); err != nil {
		return err
	}
	return removeUnused(ctx, tx)
}

// removeUnused removes the bytes of files that no comparison has any more.
func removeUnused(ctx context.Context, tx *sql.Tx) error {
	var turns bool
	if err := tx.QueryRowContext(ctx, hasTurns).Scan(&turns); err != nil {
		return err
	}
	query := purgeAttachments
	if turns {
		query += keepTurns
	}
	_, err := tx.ExecContext(ctx, query)
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
		switch {
		case bad == nil:
		case passing(bad): // the next purge tries again: a full disk must not cost all backups
			err = errors.Join(err, bad)
		default: // one that can never forget would keep what the user wants gone
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
	if err := forgetLibrary(ctx, tx, ids); err != nil {
		return err
	}
	return tx.Commit()
}
