package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// Restored tells what a restore did.
type Restored struct {
	Comparisons int
	Aside       string // the folder that holds what was the history before; empty when there was none
}

// Sentence tells the user what a restore did.
func (r Restored) Sentence() string {
	out := "The history was restored: " + comparisons(r.Comparisons) + "."
	if r.Aside != "" {
		out += " What was there before is kept in " + r.Aside + "."
	}
	return out
}

func comparisons(n int) string {
	if n == 1 {
		return "one comparison"
	}
	return strconv.Itoa(n) + " comparisons"
}

// Restore puts a backup in the place of the history of a folder that no Bakeoff has open. The file is checked and copied
// first; it may be one that the user brought, and stays as it is. The present history is set aside with all its bytes.
// Errors are *bakeoff.Error.
func Restore(ctx context.Context, dir, file string) (Restored, error) {
	dir, err := filepath.Abs(dir)
	if err == nil {
		file, err = filepath.Abs(file)
	}
	if err != nil {
		return Restored{}, explain("restore history", err)
	}
	s := &Store{dir: dir, path: filepath.Join(dir, "history.db")}
	if err := s.prepareFolder(); err != nil {
		return Restored{}, folderError(dir, err)
	}
	gate, err := lockFolder(ctx, dir)
	if err != nil {
		return Restored{}, explain("lock history", err)
	}
	defer gate.Unlock()
	others, err := findSessions(dir)
	if err != nil {
		return Restored{}, explain("restore history", err)
	}
	if len(others.live) > 0 {
		return Restored{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Another Bakeoff has the history open. Close it, then restore."}
	}
	return s.restore(ctx, file)
}

// restore does the work under the folder lock, with no session alive.
func (s *Store) restore(ctx context.Context, file string) (done Restored, err error) {
	if same(file, s.path) {
		return done, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This file is the history itself. Choose a backup of it."}
	}
	if err := s.stage(ctx, file); err != nil {
		return done, restoreError(err)
	}
	if done.Comparisons, err = countIn(ctx, s.staged()); err != nil {
		return done, explain("restore history", err)
	}
	if err := s.keepSpend(ctx); err != nil {
		_ = os.Remove(s.staged())
		return done, explain("restore history", err)
	}
	done.Aside, err = s.unstage()
	return done, explain("restore history", err)
}

const (
	allSpend  = `SELECT run_id, at, endpoint, model, cost_pusd FROM spend`
	keepSpent = `INSERT OR IGNORE INTO spend (run_id, at, endpoint, model, cost_pusd) VALUES (?, ?, ?, ?, ?)`
)

// keepSpend adds to the staged copy what was spent since it was made: the money is gone all the same, and a cap must not
// open again. What cannot be read of the present history, which may be damaged, is left out.
func (s *Store) keepSpend(ctx context.Context) error {
	if noteOf(s.path).Size == 0 {
		return nil
	}
	before, err := openPool(s.path, 1, looking())
	if err != nil {
		return err
	}
	defer before.Close()
	rows, err := before.QueryContext(ctx, allSpend)
	if err != nil {
		return ctx.Err() // damaged, or older than the table
	}
	defer rows.Close()
	staged, err := openPool(s.staged(), 1, []string{"mode=rw", "_txlock=immediate", "_dqs=0", "_defensive=1"})
	if err != nil {
		return err
	}
	defer staged.Close()
	if err := upgrade(ctx, staged, latestVersion()); err != nil { // an older one has no such table
		return err
	}
	tx, err := staged.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	for rows.Next() {
		var run, endpoint, model string
		var at, cost int64
		if rows.Scan(&run, &at, &endpoint, &model, &cost) != nil {
			break
		}
		if _, err := tx.ExecContext(ctx, keepSpent, run, at, endpoint, model, cost); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return tx.Commit()
}

// staged is where a verified copy lies until it takes the history's place. A start that finds it and no history
// finishes what a crash broke off.
func (s *Store) staged() string { return s.path + ".restore" }

// stage checks a file and copies it to the folder.
func (s *Store) stage(ctx context.Context, file string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if !info.Mode().IsRegular() {
		return errForeign()
	}
	db, err := openPool(file, 1, []string{"mode=ro", "_dqs=0", "_defensive=1", "_pragma=trusted_schema(0)"})
	if err != nil {
		return err
	}
	defer db.Close()
	if err := isHistory(ctx, db); err != nil {
		return err
	}
	if err := ownSchema(ctx, db); err != nil {
		return err
	}
	return copyInto(ctx, db, s.staged())
}

// unstage sets the present history aside and gives the staged copy its place.
func (s *Store) unstage() (aside string, err error) {
	if aside, err = s.moveAway("before-restore-"); err != nil {
		return "", err
	}
	if err := os.Rename(s.staged(), s.path); err != nil {
		return aside, err
	}
	if err := syncFolder(s.dir); err != nil {
		return aside, err
	}
	return aside, writeMarker(s.dir, noteOf(s.path)) // it was just checked: the next start need not
}

// finishRestore completes a restore that a crash broke off between its two renames, and removes one that never came so far.
func (s *Store) finishRestore() error {
	if _, err := os.Lstat(s.staged()); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if _, err := os.Lstat(s.path); err == nil {
		return os.Remove(s.staged())
	}
	_, err := s.unstage()
	return err
}

func restoreError(err error) error {
	var known *bakeoff.Error
	switch {
	case errors.As(err, &known):
		return err
	case errors.Is(err, fs.ErrNotExist):
		return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "There is no such file. Check its name; the history was not touched.", Err: err}
	case damaged(err) || errors.Is(err, errDamaged):
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This backup is damaged, so the history was not touched. Choose another backup.", Err: err}
	}
	return explain("restore history", err)
}

// selectSchema lists what runs by itself or stands for something else, and the names of the tables.
const (
	selectCode   = `SELECT type || ' ' || name || ': ' || ifnull(sql, '') FROM sqlite_master WHERE type IN ('trigger', 'view') ORDER BY type, name`
	selectTables = `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\_%' ESCAPE '\' AND name <> 'goose_db_version' ORDER BY name`
)

// ownSchema makes sure that a file which the user brought has the tables, triggers and views that our migrations make,
// and no other: those of a crafted one would run with the next write.
func ownSchema(ctx context.Context, db *sql.DB) error {
	version, err := userVersion(ctx, db)
	if err != nil {
		return err
	}
	ours, err := modelOf(ctx, version)
	if err != nil {
		return err
	}
	defer ours.Close()
	for _, query := range []string{selectCode, selectTables} {
		got, err := column(ctx, db, query)
		if err != nil {
			return err
		}
		want, err := column(ctx, ours, query)
		if err != nil {
			return err
		}
		if !slices.Equal(got, want) {
			return errForeign()
		}
	}
	return nil
}

// modelOf returns an empty history of that version, in memory.
func modelOf(ctx context.Context, version int) (*sql.DB, error) {
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1) // every connection would have a memory of its own
	if err := upgrade(ctx, db, version); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// pending is the file that names the backup to restore at the next start: a window cannot swap its own open history.
func (s *Store) pending() string { return filepath.Join(s.dir, "restore.next") }

// awaited returns the path of the backup to restore at the next start; an error when there is none.
func (s *Store) awaited() (string, error) {
	file, err := os.ReadFile(s.pending())
	return strings.TrimSpace(string(file)), err
}

// RestoreNext checks a backup and has the next start restore it.
func (s *Store) RestoreNext(ctx context.Context, file string) error {
	if s.lock == nil {
		return errReadOnly()
	}
	file, err := filepath.Abs(file)
	if err != nil {
		return explain("restore history", err)
	}
	if same(file, s.path) {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This file is the history itself. Choose a backup of it."}
	}
	check := &Store{dir: s.dir, path: filepath.Join(s.dir, "candidate.db")} // staged and thrown away: the file is as good as it will be
	err = check.stage(ctx, file)
	_ = os.Remove(check.staged())
	if err != nil {
		return restoreError(err)
	}
	return explain("restore history", writeSynced(s.pending(), []byte(file)))
}

// restorePending carries out what RestoreNext asked for. What cannot be restored leaves the history as it is, and is said.
func (s *Store) restorePending(ctx context.Context, others sessions) {
	file, err := s.awaited()
	if err != nil || len(others.live) > 0 {
		return
	}
	done, err := s.restore(ctx, file)
	if ctx.Err() != nil {
		return // the next start does it
	}
	_ = os.Remove(s.pending())
	if err != nil {
		s.say("The backup was not restored. " + bakeoff.AsError(err).Message)
		return
	}
	s.say(done.Sentence())
}

// moveAway moves the database and what belongs to it into a folder of its own, and returns that folder: all of it or
// nothing, since a database without its log has lost its last words.
func (s *Store) moveAway(prefix string) (string, error) {
	where := filepath.Join(s.dir, prefix+time.Now().UTC().Format(stampLayout))
	if err := os.Mkdir(where, 0o700); err != nil {
		return "", err
	}
	moved, err := s.moveInto(where, os.Rename)
	if err != nil || moved == 0 { // the file was missing: nothing to keep
		_ = os.Remove(where)
		return "", err
	}
	return where, nil
}

// moveInto moves the files of the database and returns how many there were. When one cannot be moved, those before it
// go back.
func (s *Store) moveInto(where string, rename func(from, to string) error) (moved int, err error) {
	var back []func() error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		from, to := s.path+suffix, filepath.Join(where, "history.db"+suffix)
		switch err := rename(from, to); {
		case err == nil:
			back = append(back, func() error { return rename(to, from) })
		case !errors.Is(err, fs.ErrNotExist):
			for _, undo := range slices.Backward(back) {
				err = errors.Join(err, undo())
			}
			return 0, err
		}
	}
	return len(back), nil
}
