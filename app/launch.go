package app

import (
	"fmt"
	"io"
)

// Exit statuses, as the terminal has them: 1 would mean that some runs ended well.
const (
	exitWell     = 0
	exitNoWindow = 2 // the command could not be carried out
)

// launch is the way from a command line to a closed window, whatever shows it.
type launch struct {
	display func() bool                                    // whether there is anything to show a window on
	lock    func() (release func(), first bool, err error) // the data folder, for this window alone
	show    func() error                                   // opens the window and returns when it is closed
}

// run returns the process's exit status. What went wrong is told on err.
func (l launch) run(err io.Writer) int {
	if !l.display() {
		fmt.Fprintln(err, "There is no display to open the window on. Start bakeoff in a desktop session, or work in the terminal: bakeoff compare --help")
		return exitNoWindow
	}
	release, first, lockErr := l.lock()
	switch {
	case lockErr != nil: // a folder that cannot be written: the window opens and says so
		release = func() {}
	case !first:
		fmt.Fprintln(err, "Bakeoff is open already; its window was brought to the front.")
		return exitWell
	}
	defer release()
	if showErr := l.show(); showErr != nil {
		fmt.Fprintln(err, "The window could not be opened:", showErr)
		return exitNoWindow
	}
	return exitWell
}
