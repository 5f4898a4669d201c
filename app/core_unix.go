//go:build unix

package app

import "syscall"

// WriteNoCore keeps the system from writing this process's memory to a file when it dies: keys are in there. What cannot be
// set stays as it is.
func WriteNoCore() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
