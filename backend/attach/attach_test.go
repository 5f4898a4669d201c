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
		f, err := Read(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name != name || f.MediaType != tc.media || f.Width != tc.width || f.Height != tc.height || len(f.SHA256) != 64 || !bytes.Equal(f.Data, tc.data) {
			t.Errorf("%s: got %s %s %dx%d", name, f.Name, f.MediaType, f.Width, f.Height)
		}
	}
}

// letter is a PDF of one page.
const letter = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
	"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>/Contents 4 0 R>>endobj\n" +
	"4 0 obj<</Length 41>>stream\nBT /F 12 Tf 9 200 Td (Bread rises.) Tj ET\nendstream endobj\ntrailer<</Root 1 0 R>>\n"

func TestAPDFBecomesItsText(t *testing.T) {
	f, err := Decode(t.Context(), "letter.pdf", []byte(letter))
	if err != nil || f.Name != "letter.pdf" || string(f.Data) != "Bread rises." || f.PDFPages() != 1 || f.IsImage() {
		t.Errorf("got %+v, %v", f.Attachment, err)
	}
	for name, data := range map[string]string{"damaged.pdf": "%PDF-1.4\nnothing", "scanned.pdf": strings.Replace(letter, "(Bread rises.) Tj", strings.Repeat(" ", 17), 1)} {
		if _, err := Decode(t.Context(), name, []byte(data)); bakeoff.AsError(err).Code != bakeoff.CodeInvalid || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if f, err := Decode(t.Context(), "about.md", []byte("A PDF begins with %PDF-1.7.")); err != nil || f.MediaType != "text/plain" {
		t.Errorf("a text about PDF: got %s, %v", f.MediaType, err)
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
		"huge.bin":    bytes.Repeat([]byte("x"), MaxFile+1),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"empty.txt", "binary.bin", "nul.txt", "damaged.png", "long.txt", "huge.bin", "absent.txt", "."} {
		_, err := Read(t.Context(), filepath.Join(dir, name))
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
