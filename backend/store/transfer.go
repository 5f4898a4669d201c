package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"iter"
	"time"

	"bakeoff/backend/bakeoff"

	lib "modernc.org/sqlite/lib"
)

// Extent is how much a selection of comparisons holds.
type Extent struct {
	Comparisons int
	Runs        int
	Attachments int
	Votes       int
	Blind       int // of the comparisons: nobody may learn yet who answered what
	Going       int // of the comparisons: a run has not ended
}

const (
	everything = `SELECT id FROM comparison WHERE deleted_at IS NULL`
	chosen     = everything + ` AND id IN (SELECT value FROM json_each(?))`
)

// Extent counts what All would return. ids are whole; nil means everything.
func (s *Store) Extent(ctx context.Context, ids []string) (e Extent, err error) {
	from, args := everything, []any(nil)
	if ids != nil {
		list, err := toJSON(ids)
		if err != nil {
			return e, err
		}
		from, args = chosen, []any{list}
	}
	query := "WITH chosen AS (" + from + ") " + selectExtent
	err = s.read.QueryRowContext(ctx, query, args...).Scan(&e.Comparisons, &e.Runs, &e.Attachments, &e.Votes, &e.Blind, &e.Going)
	return e, s.noticing("count comparisons", err)
}

const selectExtent = `SELECT (SELECT count(*) FROM chosen),
	(SELECT count(*) FROM run WHERE comparison_id IN chosen),
	(SELECT count(*) FROM comparison_attachment WHERE comparison_id IN chosen),
	(SELECT count(*) FROM verdict WHERE comparison_id IN chosen),
	(SELECT count(*) FROM sitting WHERE revealed_at IS NULL AND comparison_id IN chosen),
	(SELECT count(DISTINCT comparison_id) FROM run WHERE saved_at IS NULL AND comparison_id IN chosen)`

// nextIDs pages through a selection, oldest first.
const nextIDs = ` AND (started_at, id) > (?, ?) ORDER BY started_at, id LIMIT 500`

// All returns comparisons with everything, oldest first, from one state of the history: what is written meanwhile is not
// in it. It keeps one comparison in memory at a time. ids are whole; nil means everything. It ends with the first error.
func (s *Store) All(ctx context.Context, ids []string) iter.Seq2[bakeoff.Comparison, error] {
	return func(yield func(bakeoff.Comparison, error) bool) {
		err := s.view(ctx, "read comparisons", func(tx *sql.Tx) error { return all(ctx, tx, ids, yield) })
		if err != nil && !errors.Is(err, errStop) {
			yield(bakeoff.Comparison{}, err)
		}
	}
}

// errStop is a reader that has enough.
var errStop = &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The reader stopped."}

func all(ctx context.Context, tx *sql.Tx, ids []string, yield func(bakeoff.Comparison, error) bool) error {
	query, args := everything, []any(nil)
	if ids != nil {
		list, err := toJSON(ids)
		if err != nil {
			return err
		}
		query, args = chosen, []any{list}
	}
	at, last := int64(-1<<63), ""
	for {
		page, err := column(ctx, tx, query+nextIDs, append(args[:len(args):len(args)], at, last)...)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, id := range page {
			c, err := comparison(ctx, tx, id)
			if err != nil {
				return err
			}
			if !yield(c, nil) {
				return errStop
			}
			at, last = c.StartedAt.UnixMilli(), c.ID
		}
	}
}

// Imported counts what an import found.
type Imported struct {
	New       int // written
	Same      int // there already, without a difference
	Different int // there already with another content, which was kept
	Runs      int // of the new ones
	Votes     int
}

// Import saves comparisons that came from a file, all of them or none. A comparison that is here already is never
// changed; same says whether two are equal. source is "bakeoff" or "promptfoo". After each comparison progress is called.
// Whatever error all ends with is returned as it is.
func (s *Store) Import(ctx context.Context, source string, all iter.Seq2[bakeoff.Comparison, error], same func(a, b bakeoff.Comparison) bool, progress func(Imported)) (done Imported, err error) {
	err = s.change(ctx, "import comparisons", func(tx *sql.Tx) error {
		s.importing.Store(true)
		defer s.importing.Store(false)
		in := inside(tx)
		defer in.close()
		for c, err := range all {
			if err == nil {
				err = s.importOne(ctx, in, source, c, same, &done)
			}
			if err != nil {
				return err
			}
			progress(done)
		}
		return cmp.Or(ctx.Err(), removeUnused(ctx, tx))
	})
	if err != nil {
		return Imported{}, err
	}
	_, err = s.write.ExecContext(ctx, foldLog) // a large import leaves a log of its size
	if busy := resultCode(err); busy == lib.SQLITE_BUSY || busy == lib.SQLITE_LOCKED || ctx.Err() != nil {
		err = nil // the next checkpoint does it
	}
	return done, s.noticing("fold the log into the history", err)
}

const (
	selectDeletedAt = `SELECT deleted_at FROM comparison WHERE id = ?`
	unnotePurged    = `DELETE FROM purged WHERE comparison_id = ?` // backups need not forget what is here again
	insertImported  = `INSERT INTO imported (comparison_id, at, source) VALUES (?, ?, ?)`
)

func (s *Store) importOne(ctx context.Context, in *statements, source string, c bakeoff.Comparison, same func(a, b bakeoff.Comparison) bool, done *Imported) error {
	tx := in.tx
	var deleted sql.NullInt64
	switch err := in.scan(ctx, selectDeletedAt, c.ID, &deleted); {
	case errors.Is(err, sql.ErrNoRows):
	case err != nil:
		return err
	case deleted.Valid: // the user wants back what is about to be purged
		if err := purgeBefore(ctx, tx, c.ID); err != nil {
			return err
		}
	default:
		here, err := comparison(ctx, tx, c.ID)
		if err != nil {
			return err
		}
		if same(here, c) {
			done.Same++
		} else {
			done.Different++
		}
		return nil
	}
	if err := s.insertWith(ctx, in, c); err != nil {
		if resultCode(err) == lib.SQLITE_CONSTRAINT {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "A run or a vote of this comparison is in the history already, under another comparison. Nothing was imported.", Err: err}
		}
		return err
	}
	done.New++
	done.Runs += len(c.Runs)
	done.Votes += len(c.Review.Votes)
	if _, err := in.exec(ctx, unnotePurged, c.ID); err != nil {
		return err
	}
	_, err := in.exec(ctx, insertImported, c.ID, time.Now().UnixMilli(), source)
	return err
}

const (
	selectBack = selectDeleted + ` AND c.id = ?`
	purgeBack  = `DELETE FROM comparison WHERE id = ? AND deleted_at IS NOT NULL`
)

// purgeBefore removes a deleted comparison that comes back from a file. Others that were deleted can still be undone, and
// the files of this one go when the import is over: most come back with it.
func purgeBefore(ctx context.Context, tx *sql.Tx, back string) error {
	if err := unindexDeleted(ctx, tx, selectBack, back); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, purgeBack, back)
	return err
}

const selectImported = `SELECT at, source FROM imported WHERE comparison_id = ?`

// importOf returns where a comparison came from; nil when it was made here.
func importOf(ctx context.Context, q querier, id string) (*bakeoff.Import, error) {
	var at int64
	var from bakeoff.Import
	switch err := q.QueryRowContext(ctx, selectImported, id).Scan(&at, &from.Source); {
	case errors.Is(err, sql.ErrNoRows):
		return nil, nil
	case err != nil:
		return nil, err
	}
	from.At = time.UnixMilli(at).UTC()
	return &from, nil
}
