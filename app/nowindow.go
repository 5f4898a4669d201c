//go:build !dev && !production && !bindings

package app

import (
	"fmt"
	"os"
)

// Main says that this build has no window; it returns the process's exit status, that of a command that could not be carried out.
func Main(string) int {
	fmt.Fprintln(os.Stderr, "This bakeoff was built without the window. Build it with `make build`, or work in the terminal: bakeoff compare --help")
	return 2
}

const wailsReadsFlags = false
