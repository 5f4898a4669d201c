package store

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"

	"bakeoff/backend/bakeoff"

	"modernc.org/sqlite"
	lib "modernc.org/sqlite/lib"
)

// resultCode is SQLite's primary result code of err; 0 when err is not from SQLite.
func resultCode(err error) int {
	var e *sqlite.Error
	if !errors.As(err, &e) {
		return 0
	}
	return e.Code() & 0xff
}

// damaged reports whether err says that the file is not a healthy database.
func damaged(err error) bool {
	code := resultCode(err)
	return code == lib.SQLITE_CORRUPT || code == lib.SQLITE_NOTADB
}

// readOnly reports whether err says that the place cannot be written.
func readOnly(err error) bool {
	return resultCode(err) == lib.SQLITE_READONLY || errors.Is(err, fs.ErrPermission) || errors.Is(err, syscall.EROFS)
}

// passing reports whether what failed may go well another time, with the same file.
func passing(err error) bool {
	switch resultCode(err) {
	case lib.SQLITE_FULL, lib.SQLITE_BUSY, lib.SQLITE_LOCKED, lib.SQLITE_IOERR, lib.SQLITE_CANTOPEN, lib.SQLITE_NOMEM, lib.SQLITE_READONLY:
		return true
	}
	return false
}

// explain turns err into an error with a sentence for the user. did says what was tried, for the cause.
func explain(did string, err error) error {
	if err == nil {
		return nil
	}
	var known *bakeoff.Error
	if errors.As(err, &known) {
		return err
	}
	return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: sentence(err), Err: fmt.Errorf("%s: %w", did, err)}
}

func sentence(err error) string {
	switch code := resultCode(err); {
	case code == lib.SQLITE_FULL || errors.Is(err, syscall.ENOSPC):
		return "The disk is full, so the history is not saved. Free some space; what is on screen is saved as soon as there is room."
	case readOnly(err):
		return "The history cannot be written here: the file or its folder is read-only. Make it writable and start Bakeoff again."
	case damaged(err):
		return "The history file is damaged. Start Bakeoff again: it sets the file aside and begins a new one."
	case code == lib.SQLITE_BUSY || code == lib.SQLITE_LOCKED:
		return "Another Bakeoff is writing to the history. Try again in a moment."
	case code == lib.SQLITE_CANTOPEN || code == lib.SQLITE_IOERR:
		return "The history file cannot be read or written. Check the disk and the folder's permissions, then start Bakeoff again."
	}
	return "The history could not be read or written. Try again; `bakeoff doctor` tells more."
}

// errNoComparison is the error for an id that the history does not have.
func errNoComparison() error {
	return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "The history has no such comparison. `bakeoff history` lists what there is."}
}

func errNoRun() error {
	return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "The history has no such run. Open its comparison again from the history."}
}

// errNotANumber is for parameters such as NaN, which JSON cannot hold and no model takes.
func errNotANumber(err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "A parameter is not a number, so this cannot be saved. Correct it and run it again.", Err: err}
}
