package app

// shell is the desktop as the bound methods need it: the only door to Wails' runtime, which ends the process when it is
// used outside a window.
type shell interface {
	// Emit sends an event to the page.
	Emit(event string, payload any)
	// OpenURL opens an address in the user's browser.
	OpenURL(address string)
	// Copy puts text on the clipboard.
	Copy(text string) error
	// PickFiles lets the user choose files and returns their paths; none when the dialog was cancelled.
	PickFiles() ([]string, error)
	// PickFile lets the user choose one file to read; pattern is like "*.jsonl;*.json". Empty: the dialog was cancelled.
	PickFile(title, pattern string) (string, error)
	// OpenFolder shows a folder in the file manager.
	OpenFolder(dir string) error
	// SaveFile lets the user name a file to write. Empty: the dialog was cancelled.
	SaveFile(title, name, pattern string) (string, error)
}
