//go:build !unix

package app

// WriteNoCore has nothing to do here: this system writes no memory of processes to files unless it is told to.
func WriteNoCore() {}
