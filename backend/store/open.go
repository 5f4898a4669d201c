package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/gofrs/flock"
	"github.com/google/uuid"
)

// Store is an open history. It is safe for concurrent use.
type Store struct {
	dir       string
	path      string
	session   string
	lock      *flock.Flock // nil when the history can only be read
	write     *sql.DB      // one connection; nil when the history can only be read
	read      *sql.DB      // four connections
	notice    string
	mend      bool        // this start found damage of the index of words alone
	aside     bool        // this start found damage and set it aside
	rotten    atomic.Bool // damage was met while reading or writing: end unclean, so that the next start checks
	closed    atomic.Bool
	importing atomic.Bool   // an import is being written
	turn      time.Duration // how long what the user does waits for its turn to write
	few       int64         // how many rows a search looks up at once
	indexer   *indexer      // nil when the history can only be read, and until it is open
}

const readers = 4

// Open opens the history of a folder, which it creates when missing. It upgrades an older file after copying it,
// refuses a newer one untouched, sets a damaged one aside, marks the open runs of dead processes as interrupted, and
// purges what was deleted. Where nothing can be written it opens what is there for reading; Notice then says so.
// Errors are *bakeoff.Error.
func Open(ctx context.Context, dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, explain("open history", err)
	}
	s := &Store{dir: dir, path: filepath.Join(dir, "history.db"), session: uuid.Must(uuid.NewV7()).String(), few: fewAtMost, turn: turnWithin}
	if err := s.prepareFolder(); err != nil {
		if readOnly(err) {
			return s.openReadOnly(ctx, err)
		}
		return nil, folderError(dir, err)
	}
	gate, err := lockFolder(ctx, dir)
	if err != nil {
		if readOnly(err) {
			return s.openReadOnly(ctx, err)
		}
		return nil, explain("lock history", err)
	}
	defer gate.Unlock()
	if err := s.start(ctx); err != nil {
		s.closePools()
		s.endSession()
		if readOnly(err) {
			return s.openReadOnly(ctx, err)
		}
		return nil, explain("open history", err)
	}
	s.startIndexer()
	return s, nil
}

func (s *Store) prepareFolder() error {
	for _, dir := range []string{s.dir, filepath.Join(s.dir, "sessions"), s.backups()} {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return err
		}
		if err := os.Chmod(dir, 0o700); err != nil { // it may be older than this rule
			return err
		}
	}
	return nil
}

func folderError(dir string, err error) error {
	sentence := "The folder for the history cannot be created at " + dir + ". Choose another one with --data-dir or BAKEOFF_DATA_DIR."
	if info, bad := os.Stat(dir); bad == nil && !info.IsDir() {
		sentence = dir + " is a file, and the history needs a folder. Choose another one with --data-dir or BAKEOFF_DATA_DIR."
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence, Err: err}
}

// start does what has to be done under the folder lock.
func (s *Store) start(ctx context.Context) error {
	others, err := findSessions(s.dir)
	if err != nil {
		return err
	}
	if err := s.finishRestore(); err != nil {
		return err
	}
	s.restorePending(ctx, others)
	if err := s.inspect(ctx, others); err != nil {
		return err
	}
	if s.lock, err = beginSession(s.dir, s.session); err != nil {
		return err
	}
	if s.write, err = openPool(s.path, 1, writing()); err != nil {
		return err
	}
	if s.read, err = openPool(s.path, readers, reading()); err != nil {
		return err
	}
	if err := s.migrate(ctx); err != nil {
		return err
	}
	if err := s.keepMarker(); err != nil {
		return err
	}
	if s.mend {
		if err := s.Reindex(ctx); err != nil {
			return err
		}
		s.say("The search index was damaged and is being made anew; nothing else is lost.")
	}
	n, err := s.interruptRuns(ctx, append(others.live, s.session))
	if err != nil {
		return err
	}
	s.say(interruptedSentence(n))
	if err := s.interruptSets(ctx, append(others.live, s.session)); err != nil {
		return err
	}
	for _, id := range others.dead {
		_ = os.Remove(sessionPath(s.dir, id)) // a leftover is only found dead again
	}
	if len(others.live) > 0 {
		return nil // another process may still offer to undo a deletion
	}
	return s.purge(ctx) // backups forget later: a start does not wait for them
}

// keepMarker makes sure that a later start knows that there was a history.
func (s *Store) keepMarker() error {
	if _, ok := readMarker(s.dir); ok {
		return nil
	}
	return writeMarker(s.dir, note{})
}

func (s *Store) say(sentence string) {
	s.notice = strings.TrimSpace(s.notice + " " + sentence)
}

func interruptedSentence(n int) string {
	switch n {
	case 0:
		return ""
	case 1:
		return "One run was interrupted when Bakeoff last ended; what had arrived is kept."
	}
	return fmt.Sprintf("%d runs were interrupted when Bakeoff last ended; what had arrived is kept.", n)
}

// openReadOnly opens what is there when nothing can be written, because of cause.
func (s *Store) openReadOnly(ctx context.Context, cause error) (*Store, error) {
	if _, err := os.Stat(s.path); err != nil {
		return nil, folderError(s.dir, cause)
	}
	// A write-ahead log needs a shared-memory file beside it; where that cannot be made, the main file alone is read.
	for _, options := range [][]string{looking(), append(looking(), "immutable=1")} {
		db, err := openPool(s.path, readers, options)
		if err != nil {
			return nil, explain("open history for reading", err)
		}
		if cause = s.readable(ctx, db); cause == nil {
			s.read, s.notice = db, "The history can only be read: its folder or file is read-only. New comparisons are not saved."
			return s, nil
		}
		_ = db.Close()
	}
	return nil, explain("open history for reading", cause)
}

func (s *Store) readable(ctx context.Context, db *sql.DB) error {
	version, err := userVersion(ctx, db)
	if err != nil {
		return err
	}
	if version > latestVersion() {
		return errNewer()
	}
	if version < latestVersion() {
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The history is from an older version and its folder is read-only, so it cannot be upgraded. Make the folder writable and start Bakeoff again."}
	}
	return nil
}

// Notice returns a sentence for the user when the start found damage and set it aside, interrupted runs, or could open
// the history only for reading; else it is empty.
func (s *Store) Notice() string { return s.notice }

// Close purges what was deleted and closes the history. What is not finished by then is interrupted at the next start.
func (s *Store) Close() error {
	if !s.closed.CompareAndSwap(false, true) {
		return nil
	}
	if s.lock == nil {
		return explain("close history", s.closePools())
	}
	s.indexer.stop()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	gate, err := lockFolder(ctx, s.dir)
	if err != nil {
		return explain("close history", errors.Join(err, s.closePools()))
	}
	defer gate.Unlock()
	return explain("close history", s.close(ctx))
}

// close ends the session under the folder lock. The last process notes how it leaves the file; after damage or an
// error the session's lock file stays behind, which the next start takes for an unclean end.
func (s *Store) close(ctx context.Context) error {
	others, err := findSessions(s.dir)
	if err != nil {
		return errors.Join(err, s.closePools())
	}
	last := len(others.live) == 1 // this one
	if last {
		if err = s.PurgeDeleted(ctx); resultCode(err) != 0 && !damaged(err) {
			err = nil // a full disk: the next start purges
		}
	}
	if err := errors.Join(err, s.closePools()); err != nil || s.rotten.Load() {
		return errors.Join(err, s.lock.Unlock())
	}
	if last {
		err = writeMarker(s.dir, noteOf(s.path))
	}
	s.endSession()
	return err
}

func (s *Store) endSession() {
	if s.lock != nil {
		_ = s.lock.Unlock()
		_ = os.Remove(sessionPath(s.dir, s.session))
		s.lock = nil
	}
}

func (s *Store) closePools() error {
	var errs []error
	for _, db := range []*sql.DB{s.read, s.write} { // the writer last: its close folds the log into the file
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}
