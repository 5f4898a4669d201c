package app

import (
	"os"
	"path/filepath"
	"testing"
)

func TestTheWindowRemembersHowItLooked(t *testing.T) {
	dir := t.TempDir()
	if got := openLook(dir).get(); got.Width != firstWidth || got.Height != firstHeight || got.Maximised {
		t.Errorf("the first start: got %+v", got)
	}
	openLook(dir).change(func(l *look) { l.Width, l.Height, l.Maximised, l.Theme = 1000, 700, true, "dark" })
	got := openLook(dir).get()
	if got.Width != 1000 || got.Height != 700 || !got.Maximised {
		t.Errorf("the second start: got %+v", got)
	}
	if r, g, b := got.ground(); r != 0x13 || g != 0x12 || b != 0x11 {
		t.Errorf("a dark window starts on %x %x %x", r, g, b)
	}
	openLook(dir).change(func(l *look) { l.Width = 10 })
	if got := openLook(dir).get(); got.Width != 1000 {
		t.Errorf("an absurd width of %d was kept", got.Width)
	}
	for _, text := range []string{"", "{", `{"width":-1,"height":5}`, `{"width":1e9,"height":1e9}`, `[]`} {
		if err := os.WriteFile(filepath.Join(dir, "window.json"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := openLook(dir).get(); got.Width != firstWidth {
			t.Errorf("%q: got %+v", text, got)
		}
	}
}
