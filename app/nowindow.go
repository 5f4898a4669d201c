//go:build !dev && !production && !bindings

package app

import (
	"fmt"
	"os"
)

// Main says that this build has no window and returns the process's exit status.
func Main(string, string) int {
	fmt.Fprintln(os.Stderr, "This bakeoff was built without the window. Build it with `make build`, or work in the terminal: bakeoff compare --help")
	return exitNoWindow
}

const wailsReadsFlags = false
