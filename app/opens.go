package app

import "strings"

// Opens reports whether a command line asks for the window: nothing but the program's name. In a build of a developer
// Wails has flags of its own, which stand where a command would.
func Opens(args []string) bool {
	return len(args) == 0 || wailsReadsFlags && strings.HasPrefix(args[0], "-")
}
