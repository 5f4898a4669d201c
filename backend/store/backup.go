package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

const (
	keepDays   = 7 // the newest backup of each of so many days
	keepNewest = 3 // and the newest of all, so that a busy day loses none of its last
	keepOlder  = 2 // copies made before an upgrade

	backupEvery = 24 * time.Hour
	stampLayout = "20060102T150405.000Z"
)

// Backup is a verified copy of the history in the folder's backups.
type Backup struct {
	Name    string // of the file: the argument of BackupPath
	Made    time.Time
	Bytes   int64
	Upgrade int // the schema it was copied from before an upgrade; 0 for a daily one
}

func (s *Store) backups() string { return filepath.Join(s.dir, "backups") }

// BackupPath returns where the backup of that name lies. Only names that Backups lists are taken.
func (s *Store) BackupPath(name string) (string, error) {
	if _, ok := parseBackup(name); !ok {
		return "", &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "There is no such backup. Open the list again."}
	}
	return filepath.Join(s.backups(), name), nil
}

// Backups lists the backups of the folder, newest first.
func (s *Store) Backups() ([]Backup, error) {
	all, err := listBackups(s.backups())
	return all, explain("list backups", err)
}

func listBackups(dir string) (all []Backup, err error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for _, entry := range entries {
		b, ok := parseBackup(entry.Name())
		info, bad := entry.Info()
		if ok && bad == nil && info.Mode().IsRegular() {
			b.Bytes = info.Size()
			all = append(all, b)
		}
	}
	slices.SortFunc(all, func(a, b Backup) int { return b.Made.Compare(a.Made) })
	return all, err
}

// parseBackup reads a name: history-20261124T101112.000Z.db, or history-v3-… for a copy made before an upgrade.
func parseBackup(name string) (b Backup, ok bool) {
	stamp, isDB := strings.CutSuffix(name, ".db")
	stamp, isOurs := strings.CutPrefix(stamp, "history-")
	if version, rest, upgrade := strings.Cut(stamp, "-"); upgrade {
		n, err := strconv.Atoi(strings.TrimPrefix(version, "v"))
		if err != nil || n < 1 {
			return b, false
		}
		stamp, b.Upgrade = rest, n
	}
	made, err := time.Parse(stampLayout, stamp)
	b.Name, b.Made = name, made
	return b, isDB && isOurs && err == nil
}

// Backup copies the history into the folder's backups while it is in use, checks the copy, and removes backups that are
// no longer kept: the newest of each of the last seven days stays, and the newest three.
func (s *Store) Backup(ctx context.Context) (Backup, error) {
	if s.lock == nil {
		return Backup{}, errReadOnly()
	}
	b := Backup{Made: time.Now().UTC()}
	b.Name = "history-" + b.Made.Format(stampLayout) + ".db"
	path := filepath.Join(s.backups(), b.Name)
	if err := s.BackupTo(ctx, path); err != nil {
		return Backup{}, err
	}
	if info, err := os.Stat(path); err == nil {
		b.Bytes = info.Size()
	}
	return b, explain("remove old backups", s.prune())
}

// BackupIfDue makes a backup when the newest one is a day old or there is none; made tells whether it did. An empty
// history is not copied.
func (s *Store) BackupIfDue(ctx context.Context, now time.Time) (made bool, err error) {
	if s.lock == nil {
		return false, nil
	}
	all, err := s.Backups()
	if err != nil {
		return false, err
	}
	for _, b := range all {
		if b.Upgrade == 0 && now.Sub(b.Made) < backupEvery {
			return false, nil
		}
	}
	var any bool
	if err := s.read.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM comparison)`).Scan(&any); err != nil || !any {
		return false, s.noticing("look whether there is something to back up", err)
	}
	_, err = s.Backup(ctx)
	return err == nil, err
}

// BackupTo copies the history to a file of the user's choice while it is in use, and checks the copy. A file that is
// there is replaced once the copy is healthy.
func (s *Store) BackupTo(ctx context.Context, path string) error {
	if same(path, s.path) {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This is the history itself. Give its copy another name."}
	}
	db := s.read
	if s.lock != nil { // a connection of its own, so that nobody waits for it
		var err error
		if db, err = openPool(s.path, 1, copying()); err != nil {
			return explain("back up history", err)
		}
		defer db.Close()
	}
	return s.backupError(copyInto(ctx, db, path))
}

// backupError turns what a copy met into a sentence. Damage is in the history itself: the copy was just made.
func (s *Store) backupError(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The backup was stopped and nothing was written.", Err: err}
	case damaged(err) || errors.Is(err, errDamaged):
		s.rotten.Store(true)
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The history is damaged, so no backup was made and older ones are kept. Start Bakeoff again: it offers the newest backup.", Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The folder for the backup does not exist. Create it, or choose another one.", Err: err}
	case resultCode(err) == 0 && errors.Is(err, fs.ErrPermission):
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The backup cannot be written there: the folder is read-only. Choose another one.", Err: err}
	}
	return explain("back up history", err)
}

// same reports whether two paths name one file that exists.
func same(a, b string) bool {
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// prune removes backups that are no longer kept. One that the next start restores stays until then.
func (s *Store) prune() error {
	all, err := listBackups(s.backups())
	next, _ := s.awaited()
	days, daily, older := map[string]bool{}, 0, 0
	for _, b := range all {
		keep := false
		if b.Upgrade > 0 {
			older++
			keep = older <= keepOlder
		} else {
			daily++
			day := b.Made.Format(time.DateOnly)
			keep = daily <= keepNewest || !days[day] && len(days) < keepDays
			days[day] = true
		}
		if path := filepath.Join(s.backups(), b.Name); !keep && !same(path, next) {
			err = errors.Join(err, os.Remove(path))
		}
	}
	return err
}

// copyBefore keeps the history of an older version before it is upgraded.
func (s *Store) copyBefore(ctx context.Context, version int) error {
	name := fmt.Sprintf("history-v%d-%s.db", version, time.Now().UTC().Format(stampLayout))
	if err := copyInto(ctx, s.write, filepath.Join(s.backups(), name)); err != nil {
		return err
	}
	return s.prune()
}

// newestBackup returns the newest backup that is still healthy, and how many comparisons it has.
func (s *Store) newestBackup(ctx context.Context) (b Backup, comparisons int, ok bool) {
	all, _ := listBackups(s.backups())
	for _, b := range all {
		path := filepath.Join(s.backups(), b.Name)
		if verify(ctx, path) != nil {
			continue
		}
		if n, err := countIn(ctx, path); err == nil {
			return b, n, true
		}
	}
	return Backup{}, 0, false
}

const countComparisons = `SELECT count(*) FROM comparison WHERE deleted_at IS NULL`

// countIn counts the comparisons of a backup.
func countIn(ctx context.Context, path string) (n int, err error) {
	db, err := openPool(path, 1, append(looking(), "immutable=1"))
	if err != nil {
		return 0, err
	}
	defer db.Close()
	err = db.QueryRowContext(ctx, countComparisons).Scan(&n)
	return n, err
}

// offer is the sentence that names the newest healthy backup, for after damage.
func (s *Store) offer(ctx context.Context) string {
	b, n, ok := s.newestBackup(ctx)
	if !ok {
		return "There is no healthy backup of it."
	}
	return fmt.Sprintf("The newest healthy backup is of %s UTC and has %s: choose it under Data, Backups, or run `bakeoff restore %s`.",
		b.Made.Format("2 January 2006, 15:04"), comparisons(n), filepath.Join(s.backups(), b.Name))
}
