package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"bakeoff/backend/bakeoff"
)

// copying are the options under which a whole file is copied: VACUUM INTO writes a second file, which query_only forbids.
func copying() []string {
	return []string{"mode=rw", "_dqs=0", "_defensive=1", "_pragma=trusted_schema(0)"}
}

// copyInto writes a consistent copy of what db reads to path, which is replaced whole or not at all: the copy is made in
// a private file beside it, checked, synced, and renamed. The database may be in use meanwhile.
func copyInto(ctx context.Context, db *sql.DB, path string) (err error) {
	temp := path + ".new"
	if err := writeSynced(temp, nil); err != nil { // empty and private: VACUUM INTO keeps the mode
		return err
	}
	defer func() {
		if err != nil {
			_ = os.Remove(temp)
		}
	}()
	if err := os.Chmod(temp, 0o600); err != nil { // a leftover may have another mode
		return err
	}
	if _, err := db.ExecContext(ctx, "VACUUM INTO ?", temp); err != nil {
		return err
	}
	if err := verify(ctx, temp); err != nil {
		return err
	}
	if err := syncFile(temp); err != nil {
		return err
	}
	if err := os.Rename(temp, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}

// syncFile brings a file that SQLite has closed to the disk.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// verify makes sure that a file which nobody has open is a healthy history of this version or an older one.
func verify(ctx context.Context, path string) error {
	db, err := openPool(path, 1, append(looking(), "immutable=1", "_pragma=trusted_schema(0)"))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := isHistory(ctx, db); err != nil {
		return err
	}
	found, err := faults(ctx, db)
	if err == nil && len(found) > 0 && !onlyIndex(found) { // the index of words is made anew where it is damaged
		err = fmt.Errorf("%w: %s", errDamaged, found[0])
	}
	return err
}

// errForeign is for a file that is no history at all.
func errForeign() error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This file is no Bakeoff history. Choose one that `bakeoff backup` or Bakeoff's daily backup wrote."}
}

func isHistory(ctx context.Context, db *sql.DB) error {
	var id int
	switch err := db.QueryRowContext(ctx, "PRAGMA application_id").Scan(&id); {
	case damaged(err):
		return errForeign()
	case err != nil:
		return err
	}
	version, err := userVersion(ctx, db)
	switch {
	case err != nil:
		return err
	case id != applicationID || version == 0:
		return errForeign()
	case version > latestVersion():
		return errNewer()
	}
	return nil
}

// maxFaults bounds what one check lists: a damaged file has thousands.
const maxFaults = 20

// faults reads a whole database and every index, and lists what is wrong with it in SQLite's words; none when it is
// healthy. Its time grows with the file.
func faults(ctx context.Context, db *sql.DB) ([]string, error) {
	found, err := column(ctx, db, fmt.Sprintf("PRAGMA integrity_check(%d)", maxFaults))
	if damaged(err) {
		return []string{"the file cannot be read to its end"}, nil
	}
	if err != nil {
		return nil, err
	}
	if len(found) == 1 && found[0] == "ok" {
		found = nil
	}
	broken, err := column(ctx, db, fmt.Sprintf(`SELECT "table" || ' points to a missing row of ' || parent FROM pragma_foreign_key_check LIMIT %d`, maxFaults))
	if damaged(err) {
		err = nil // the list above says so already
	}
	return append(found, broken...), err
}
