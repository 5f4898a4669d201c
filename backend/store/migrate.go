package store

import (
	"context"
	"database/sql"
	"embed"
	"io/fs"
	"path"
	"strconv"
	"strings"

	"bakeoff/backend/bakeoff"

	"github.com/pressly/goose/v3"
)

// Every migration ends by setting user_version to its own number, so that a start can tell an older, equal or newer file
// from one page, without goose.
//
//go:embed migrations/*.sql
var migrations embed.FS

// latestVersion is the schema that this program writes: the number in the name of the last embedded migration.
func latestVersion() int {
	files, err := fs.Glob(migrations, "migrations/*.sql") // in order of their names
	if err != nil {
		panic(err) // the pattern is a constant
	}
	number, _, _ := strings.Cut(path.Base(files[len(files)-1]), "_")
	version, err := strconv.Atoi(number)
	if err != nil {
		panic(err) // a test runs this
	}
	return version
}

func errNewer() error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This history was written by a newer version of Bakeoff and is left untouched. Update Bakeoff, or choose another folder with --data-dir."}
}

func userVersion(ctx context.Context, db *sql.DB) (version int, err error) {
	err = db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version)
	return version, err
}

// migrate brings the file to the latest schema; an older history is copied first.
func (s *Store) migrate(ctx context.Context) error {
	version, err := userVersion(ctx, s.write)
	if err != nil {
		return err
	}
	if version == latestVersion() {
		return s.writable(ctx)
	}
	if version > 0 {
		if err := s.copyBefore(ctx, version); err != nil {
			return err
		}
	}
	return upgrade(ctx, s.write, latestVersion())
}

// upgrade runs the migrations up to that version.
func upgrade(ctx context.Context, db *sql.DB, version int) error {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
	if err != nil {
		return err
	}
	_, err = provider.UpTo(ctx, int64(version))
	return err
}

// writable finds out whether the file can be written at all: SQLite opens a read-only one without a word.
func (s *Store) writable(ctx context.Context) error {
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	return tx.Rollback()
}
