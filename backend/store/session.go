package store

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/gofrs/flock"
)

const (
	lockSuffix = ".lock"
	lockWait   = time.Minute // another process may be checking a large history
	lockPoll   = 20 * time.Millisecond
)

// lockFolder takes the lock under which the history is opened, checked, upgraded and closed.
func lockFolder(ctx context.Context, dir string) (*flock.Flock, error) {
	ctx, cancel := context.WithTimeout(ctx, lockWait)
	defer cancel()
	lock := flock.New(filepath.Join(dir, "open.lock"))
	if _, err := lock.TryLockContext(ctx, lockPoll); err != nil {
		if errors.Is(err, context.DeadlineExceeded) {
			return nil, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Another Bakeoff is still opening the history. Wait until it is done, then try again.", Err: err}
		}
		return nil, err
	}
	return lock, nil
}

// sessions are the processes that have, or had, the history open.
type sessions struct {
	live []string
	dead []string // ended without closing the history; their lock files are still there
}

// findSessions looks which session locks are held. The folder lock is held by the caller, so no session begins meanwhile.
func findSessions(dir string) (sessions, error) {
	var found sessions
	entries, err := os.ReadDir(filepath.Join(dir, "sessions"))
	if err != nil {
		return found, err
	}
	for _, entry := range entries {
		id, ok := strings.CutSuffix(entry.Name(), lockSuffix)
		if !ok {
			continue
		}
		lock := flock.New(sessionPath(dir, id))
		switch free, err := lock.TryLock(); {
		case err != nil:
			return found, err
		case free:
			found.dead = append(found.dead, id)
			_ = lock.Unlock()
		default:
			found.live = append(found.live, id)
		}
	}
	return found, nil
}

func sessionPath(dir, id string) string { return filepath.Join(dir, "sessions", id+lockSuffix) }

// beginSession takes the lock of a new session.
func beginSession(dir, id string) (*flock.Flock, error) {
	lock := flock.New(sessionPath(dir, id))
	if _, err := lock.TryLock(); err != nil {
		return nil, err
	}
	return lock, nil
}

// note is the content of the marker: that there is a history, and how the file was when it was last closed cleanly.
type note struct {
	Size     int64 `json:"size"`     // bytes; 0 while it is open for the first time
	Modified int64 `json:"modified"` // Unix nanoseconds
}

func markerPath(dir string) string { return filepath.Join(dir, "history.marker") }

// readMarker returns what the last clean end noted; ok is false when there never was a history here.
func readMarker(dir string) (n note, ok bool) {
	text, err := os.ReadFile(markerPath(dir))
	if err != nil {
		return note{}, false
	}
	_ = json.Unmarshal(text, &n) // an unreadable marker still tells that there was a history; then the file is checked
	return n, true
}

func writeMarker(dir string, n note) error {
	text, err := json.Marshal(n)
	if err != nil {
		return err
	}
	temp := markerPath(dir) + ".new"
	if err := writeSynced(temp, text); err != nil {
		return err
	}
	return os.Rename(temp, markerPath(dir))
}

func writeSynced(path string, text []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// noteOf describes the file as it is now, without opening it.
func noteOf(path string) note {
	info, err := os.Lstat(path)
	if err != nil {
		return note{}
	}
	return note{Size: info.Size(), Modified: info.ModTime().UnixNano()}
}
