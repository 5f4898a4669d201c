package app

import (
	"encoding/json"
	"os"
	"path/filepath"
	"sync"
)

// The window's size in pixels when nothing is remembered, and the smallest one that the design works in.
const (
	firstWidth, firstHeight = 1440, 900
	minWidth, minHeight     = 900, 600
	maxSide                 = 16384
)

// look is what the window needs before the history is open: where it was and which ground to paint, so that it neither
// jumps nor flashes. It is a file of its own beside the history.
type look struct {
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	X         *int   `json:"x,omitempty"`
	Y         *int   `json:"y,omitempty"`
	Maximised bool   `json:"maximised"`
	Theme     string `json:"theme"` // as in SettingsView
}

// lookFile keeps a look on disk. Losing it costs nothing, so errors are not told.
type lookFile struct {
	path string

	mu sync.Mutex
	l  look
}

func openLook(dir string) *lookFile {
	f := &lookFile{path: filepath.Join(dir, "window.json"), l: look{Width: firstWidth, Height: firstHeight}}
	var l look
	if text, err := os.ReadFile(f.path); err == nil && json.Unmarshal(text, &l) == nil && l.usable() {
		f.l = l
	}
	return f
}

func (l look) usable() bool {
	return l.Width >= minWidth && l.Height >= minHeight && l.Width <= maxSide && l.Height <= maxSide
}

func (f *lookFile) get() look {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.l
}

// change applies a change and writes the file.
func (f *lookFile) change(edit func(*look)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	l := f.l
	edit(&l)
	if !l.usable() {
		return
	}
	f.l = l
	if text, err := json.Marshal(l); err == nil {
		_ = os.WriteFile(f.path, text, 0o600)
	}
}

// ground is the colour of the window before the page is there: --bg-chrome of the theme.
func (l look) ground() (r, g, b uint8) {
	if l.Theme == "dark" {
		return 0x13, 0x12, 0x11
	}
	return 0xef, 0xed, 0xe9
}
