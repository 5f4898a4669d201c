//go:build unix

package main

import "syscall"

// writeNoCore keeps the system from writing this process's memory to a file when it dies: keys are in there. What cannot be
// set stays as it is.
func writeNoCore() { _ = syscall.Setrlimit(syscall.RLIMIT_CORE, &syscall.Rlimit{}) }
