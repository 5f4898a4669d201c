package attach

import (
	"bytes"
	"errors"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
)

func pngOf(t *testing.T, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, w, h))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestReadTakesImagesAndText(t *testing.T) {
	dir := t.TempDir()
	for name, tc := range map[string]struct {
		data          []byte
		media         string
		width, height int
	}{
		"a.png":     {pngOf(t, 3, 2), "image/png", 3, 2},
		"note.md":   {[]byte("# Café\n"), "text/plain", 0, 0},
		"named.jpg": {pngOf(t, 1, 1), "image/png", 1, 1}, // the content decides, not the name
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, tc.data, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := Read(path)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != name || f.MediaType != tc.media || f.Width != tc.width || f.Height != tc.height || len(f.SHA256) != 64 || !bytes.Equal(f.Data, tc.data) {
			t.Errorf("%s: got %s %s %dx%d", name, f.Name, f.MediaType, f.Width, f.Height)
		}
	}
}

func TestReadRefusesWithASentence(t *testing.T) {
	dir := t.TempDir()
	whole := pngOf(t, 200, 200)
	for name, data := range map[string][]byte{
		"empty.txt":   {},
		"binary.bin":  {0xff, 0xfe, 0x00, 0x01},
		"nul.txt":     []byte("a\x00b"),
		"damaged.png": whole[:len(whole)-20],
		"long.txt":    bytes.Repeat([]byte("x"), MaxText+1),
		"huge.bin":    bytes.Repeat([]byte("x"), MaxImage+1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"empty.txt", "binary.bin", "nul.txt", "damaged.png", "long.txt", "huge.bin", "absent.txt", "."} {
		_, err := Read(filepath.Join(dir, name))
		var e *bakeoff.Error
		if !errors.As(err, &e) || e.Code != bakeoff.CodeInvalid {
			t.Errorf("%s: got %v, want a refusal", name, err)
			continue
		}
		if strings.Contains(e.Message, dir) && name != "." {
			t.Errorf("%s: the sentence tells the folder: %s", name, e.Message)
		}
	}
}
