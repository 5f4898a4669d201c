package terminal

import (
	"fmt"
	"io"
	"os"

	"bakeoff/backend/bakeoff"
)

// withProgress tells on standard error how each run fares, beside another view.
type withProgress struct {
	view
	err  io.Writer
	open func() bool // whether a line of the answers stands open where progress goes too; nil: they never meet
	held []string    // lines that wait until it is closed
}

func (v *withProgress) progress(r bakeoff.Run, statusChanged bool) {
	v.view.progress(r, statusChanged)
	if statusChanged {
		v.held = append(v.held, fare(r))
	}
	if v.open == nil || !v.open() {
		v.release()
	}
}

func (v *withProgress) release() {
	for _, line := range v.held {
		say(v.err, "%s", line)
	}
	v.held = nil
}

// fare is a run's state as a line of progress.
func fare(r bakeoff.Run) string {
	name := seat(r.Seat) + " " + plain(entryName(r.Entry))
	switch {
	case r.Error != nil:
		return fmt.Sprintf("%s %s: %s", name, r.Status, r.Error.Message)
	case r.Status.Ended():
		return fmt.Sprintf("%s %s after %s", name, state(r), seconds(r.Timing.Total))
	}
	return fmt.Sprintf("%s is %s", name, r.Status)
}

func (v *withProgress) finished(c bakeoff.Comparison, saveProblem string) {
	v.release()
	v.view.finished(c, saveProblem)
	if saveProblem != "" {
		say(v.err, "Not saved: %s", saveProblem)
	}
}

// lineWatch knows whether the last line that was written is still open.
type lineWatch struct {
	io.Writer
	open bool
}

func (w *lineWatch) Write(p []byte) (int, error) {
	if len(p) > 0 {
		w.open = p[len(p)-1] != '\n'
	}
	return w.Writer.Write(p)
}

// sameFile reports whether both writers end in one file or pipe, as after 2>&1.
func sameFile(a, b io.Writer) bool {
	x, y := stat(a), stat(b)
	return x != nil && y != nil && os.SameFile(x, y)
}

func stat(w io.Writer) os.FileInfo {
	if o, ok := w.(*output); ok {
		w = o.Writer
	}
	f, ok := w.(*os.File)
	if !ok {
		return nil
	}
	info, err := f.Stat()
	if err != nil {
		return nil
	}
	return info
}
