//go:build !dev && !production && !bindings

package app

import "testing"

// Exit status 1 means that some runs ended well: a program without its window ended with it.
func TestAWindowThatCannotOpenIsACommandThatCouldNotBeCarriedOut(t *testing.T) {
	if got := Main("1.2.3", ""); got != 2 {
		t.Errorf("exit status %d, want 2", got)
	}
}
