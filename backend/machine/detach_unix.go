//go:build !windows

package machine

import "syscall"

// detached lets a program go on when Bakeoff, or the terminal that it was started from, ends.
func detached() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }
