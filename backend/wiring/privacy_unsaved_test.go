package wiring

import (
	"os"
	"path/filepath"
	"testing"
)

// What narrows holds until Bakeoff closes also when it cannot be saved: the file of before must not take it back.
func TestLocalOnlyThatCannotBeSavedStaysOn(t *testing.T) {
	dir := t.TempDir()
	p := newPrivacy(dir, false)
	p.leave = func() {}
	must(t, p.SetLocalOnly(true))
	must(t, p.SetLocalOnly(false)) // there is a file that says off
	file := filepath.Join(dir, filepath.Base(p.path))
	off, err := os.ReadFile(file)
	must(t, err)
	real, nowhere := p.path, filepath.Join(file, "privacy.json") // a file is no folder
	p.path = nowhere
	if err := p.SetLocalOnly(true); err == nil {
		t.Fatal("it was saved where nothing can be")
	}
	if p.path = real; string(off) == "" || !p.LocalOnly() {
		t.Fatal("the switch is off at once")
	}
	p.path = nowhere
	if p.Reread(); !p.LocalOnly() {
		t.Error("the next look at the file turned it off")
	}
	p.path = real // the disk is well again, and the file still says off
	if p.Reread(); !p.LocalOnly() {
		t.Error("the old file turned it off")
	}
	if again := newPrivacy(dir, false); !again.LocalOnly() {
		t.Error("it was not saved as soon as it could be")
	}
}
