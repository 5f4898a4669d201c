//go:build bindings

package app

import (
	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
)

// Main writes the window's TypeScript bindings and ends; it returns the process's exit status.
func Main(string, string) int {
	if err := wails.Run(&options.App{Bind: new(roof).bound()}); err != nil {
		return 1
	}
	return 0
}

const wailsReadsFlags = true
