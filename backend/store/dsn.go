package store

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"runtime"
	"strings"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// dsn names the database file with options. Pragmas stand here because a PRAGMA that is executed reaches only one
// connection of a pool; the driver applies busy_timeout first whatever the order.
func dsn(path string, options ...string) string {
	u := url.URL{Scheme: "file", OmitHost: true, Path: filepath.ToSlash(path)}
	if !strings.HasPrefix(u.Path, "/") {
		u.Path = "/" + u.Path // a drive letter
	}
	return u.String() + "?" + strings.Join(append([]string{"_pragma=busy_timeout(5000)"}, options...), "&")
}

// writing are the options of the pool that writes. It never creates the file: that is done before, with the right mode.
func writing() []string {
	options := []string{
		"mode=rw", "_txlock=immediate", "_dqs=0", "_defensive=1",
		"_pragma=journal_mode(WAL)", "_pragma=synchronous(FULL)", "_pragma=foreign_keys(1)", "_pragma=secure_delete(1)",
	}
	if runtime.GOOS == "darwin" { // fsync alone does not reach the disk there
		options = append(options, "_pragma=fullfsync(1)", "_pragma=checkpoint_fullfsync(1)")
	}
	return options
}

// reading are the options of the pool that reads.
func reading() []string {
	return []string{
		"mode=rw", "_dqs=0", "_defensive=1", "_pragma=query_only(1)", "_pragma=foreign_keys(1)",
		"_pragma=cache_size(-8000)", // a search reads thousands of pages, and the same ones for the next letter
	}
}

// looking are the options that change no byte of the file: no checkpoint either, when the connection closes.
func looking() []string {
	return []string{"mode=ro", "_dqs=0", "_defensive=1", "_pragma=query_only(1)"}
}

// openPool opens a pool of at most n connections. They stay open: a new one would pay for all its pragmas again.
func openPool(path string, n int, options []string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", dsn(path, options...))
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(n)
	db.SetMaxIdleConns(n)
	return db, nil
}
