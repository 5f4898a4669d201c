package app

import "strings"

// Opens reports whether a command line asks for the window: it names no command. dataDir is the folder of the history
// that it gives, if any. In a build of a developer Wails has flags of its own, which stand where a command would.
func Opens(args []string) (dataDir string, yes bool) {
	const flag = "--data-dir"
	for len(args) > 0 {
		dir, joined := strings.CutPrefix(args[0], flag+"=")
		switch {
		case joined:
			dataDir, args = dir, args[1:]
		case args[0] == flag && len(args) > 1:
			dataDir, args = args[1], args[2:]
		default:
			return dataDir, wailsReadsFlags && wailsFlag(args[0])
		}
	}
	return dataDir, true
}

// wailsFlag reports whether a flag may be one of Wails: its own begin with one dash.
func wailsFlag(arg string) bool {
	return strings.HasPrefix(arg, "-") && !strings.HasPrefix(arg, "--") && arg != "-h" && arg != "-v"
}
