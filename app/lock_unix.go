//go:build unix

package app

import (
	"errors"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

// lockWindow takes the data folder for this window. first is false when another window has it: that one is then raised.
// The lock is the system's: it is gone with the process, however that ends, and names its holder, so that no stale file
// can send a signal to a stranger.
func lockWindow(dir string) (release func(), first bool, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, false, err
	}
	f, err := os.OpenFile(filepath.Join(dir, "window.lock"), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, false, err
	}
	lock := syscall.Flock_t{Type: syscall.F_WRLCK}
	err = syscall.FcntlFlock(f.Fd(), syscall.F_SETLK, &lock)
	if err == nil {
		return func() { f.Close() }, true, nil
	}
	defer f.Close()
	if !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EACCES) {
		return nil, false, err
	}
	holder := syscall.Flock_t{Type: syscall.F_WRLCK}
	if err := syscall.FcntlFlock(f.Fd(), syscall.F_GETLK, &holder); err == nil && holder.Type != syscall.F_UNLCK && holder.Pid > 0 {
		_ = syscall.Kill(int(holder.Pid), raiseSignal)
	}
	return nil, false, nil
}

const raiseSignal = syscall.SIGUSR2

// onRaise calls f whenever a second start asks for this window. It is called before the lock is taken: without a
// handler the signal would end the process.
func onRaise(f func()) {
	asked := make(chan os.Signal, 1)
	signal.Notify(asked, raiseSignal)
	go func() {
		for range asked {
			f()
		}
	}()
}
