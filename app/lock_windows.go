package app

import (
	"os"
	"path/filepath"

	"github.com/gofrs/flock"
)

// lockWindow takes the data folder for this window. first is false when another window has it; Wails' own lock then
// raises that one.
func lockWindow(dir string) (release func(), first bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, false, err
	}
	lock := flock.New(filepath.Join(dir, "window.lock"))
	first, err = lock.TryLock()
	return func() { _ = lock.Close() }, first, err
}

// onRaise does nothing: Wails' own lock raises the window.
func onRaise(func()) {}
