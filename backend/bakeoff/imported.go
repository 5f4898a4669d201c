package bakeoff

import "time"

// Import says that a comparison came from a file: its texts, figures and votes are what the file said, and nobody here
// measured them.
type Import struct {
	At     time.Time // UTC, millisecond precision
	Source string    // "bakeoff" or "promptfoo"
}
