package terminal

import (
	"context"
	"io"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
)

// markdown writes a comparison as a Markdown document, the same that `bakeoff export` writes.
func markdown(w io.Writer, version string, c bakeoff.Comparison) {
	one := func(yield func(bakeoff.Comparison, error) bool) { yield(c, nil) }
	// What cannot be written is noticed by the output that the command was given.
	_, _ = export.Write(context.Background(), w, one, export.Options{Format: export.Markdown, App: version, Now: time.Now()}, nil)
}
