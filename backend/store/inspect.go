package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// applicationID marks a SQLite file as a Bakeoff history; the first migration writes it.
const applicationID = 1111575375

var errDamaged = errors.New("the history is damaged")

// inspect makes sure that a database which may be opened for writing lies at the path: the one that is there, or an
// empty file with the right mode. Damage is set aside.
func (s *Store) inspect(ctx context.Context, others sessions) error {
	err := s.examine(ctx, others)
	if err == nil {
		return s.createFile()
	}
	if !errors.Is(err, errDamaged) && !damaged(err) {
		return err
	}
	if len(others.live) > 0 {
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The history is damaged, and another Bakeoff has it open. Close that one and start again.", Err: err}
	}
	where, err := s.moveAway("damaged-")
	if err != nil {
		return err
	}
	s.aside = true
	if where == "" {
		s.say("The history file is gone, and a new one was begun. " + s.offer(ctx))
		return s.createFile()
	}
	s.say("The history was damaged; all its bytes are kept in " + where + ", and a new one was begun. " + s.offer(ctx))
	return s.createFile()
}

// examine looks at the file without changing it; see the package's paragraph on the check at the start.
func (s *Store) examine(ctx context.Context, others sessions) error {
	marker, existed := readMarker(s.dir)
	now := noteOf(s.path)
	if now.Size == 0 {
		if existed {
			return errDamaged // a file of zero bytes looks healthy to SQLite
		}
		return nil
	}
	db, err := openPool(s.path, 1, looking())
	if err != nil {
		return err
	}
	defer db.Close()
	if err := checkHeader(ctx, db, now.Size); err != nil {
		return err
	}
	logged := noteOf(s.path+"-wal").Size > 0
	clean := now == marker && !logged
	if len(others.dead) == 0 && (clean || len(others.live) > 0) {
		return nil
	}
	if logged && len(others.live) == 0 {
		if err := s.checkLog(ctx, db); err != nil {
			return err
		}
	}
	return s.quickCheck(ctx, db)
}

const selectIdentity = `SELECT id FROM identity`

// checkLog makes sure that the write-ahead log belongs to the file: a stale one of another history may hold all of that
// and replace this one without a contradiction. A file without an identity has everything in its log yet.
func (s *Store) checkLog(ctx context.Context, withLog *sql.DB) error {
	alone, err := openPool(s.path, 1, append(looking(), "immutable=1")) // the file as it is without its log
	if err != nil {
		return err
	}
	defer alone.Close()
	var file, both string
	if err := alone.QueryRowContext(ctx, selectIdentity).Scan(&file); err != nil {
		return nil // none, or damaged: the log may heal it, and the check that follows decides
	}
	if err := withLog.QueryRowContext(ctx, selectIdentity).Scan(&both); err != nil {
		return err
	}
	if file != both {
		return errDamaged
	}
	return nil
}

func checkHeader(ctx context.Context, db *sql.DB, size int64) error {
	var id, pages, pageSize int64
	for _, ask := range []struct {
		query string
		into  *int64
	}{{"PRAGMA application_id", &id}, {"PRAGMA page_count", &pages}, {"PRAGMA page_size", &pageSize}} {
		if err := db.QueryRowContext(ctx, ask.query).Scan(ask.into); err != nil {
			return err
		}
	}
	version, err := userVersion(ctx, db)
	switch {
	case err != nil:
		return err
	case id == applicationID && version > latestVersion():
		return errNewer()
	case id == 0 && pages <= 1:
		return nil // a start that was killed before its first migration
	case id != applicationID:
		return errDamaged
	}
	return nil
}

// quickCheck reads every page. Damage only of the index of words, which follows from the texts, is mended after the start.
func (s *Store) quickCheck(ctx context.Context, db *sql.DB) error {
	answers, err := column(ctx, db, fmt.Sprintf("PRAGMA quick_check(%d)", maxFaults))
	switch {
	case err != nil:
		return err
	case len(answers) == 1 && answers[0] == "ok":
		return nil
	case onlyIndex(answers):
		s.mend = true
		return nil
	}
	return errDamaged
}

// onlyIndex reports whether all faults are of the index of words.
func onlyIndex(faults []string) bool {
	return !slices.ContainsFunc(faults, func(fault string) bool {
		return !strings.HasPrefix(fault, "fts5: ") && !strings.Contains(fault, "FTS5 table")
	})
}

// Check reads the whole history and every index, and lists what is wrong in SQLite's words; none when it is healthy. Its
// time grows with the history. A damaged index of words is told and made anew. A history that this process found damaged at its start and set aside is a fault, too.
func (s *Store) Check(ctx context.Context) ([]string, error) {
	found, err := faults(ctx, s.read)
	switch {
	case len(found) > 0 && onlyIndex(found):
		err = errors.Join(err, s.Reindex(ctx))
	case len(found) > 0:
		s.rotten.Store(true)
	}
	if s.aside {
		found = append([]string{"the history was damaged at this start and set aside"}, found...)
	}
	return found, s.noticing("check history", err)
}

// createFile makes the file, empty and private, unless it is there: SQLite would make it readable for others, and its
// companions inherit the mode. What is there already gets the mode.
func (s *Store) createFile() error {
	f, err := os.OpenFile(s.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, os.ErrExist) {
		for _, suffix := range []string{"", "-wal", "-shm"} {
			if err := os.Chmod(s.path+suffix, 0o600); err != nil && !errors.Is(err, os.ErrNotExist) {
				return err
			}
		}
		return nil
	}
	if err != nil {
		return err
	}
	return f.Close()
}
