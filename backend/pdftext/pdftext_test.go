package pdftext

import (
	"bytes"
	"compress/zlib"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

// file builds a PDF from the bodies of its objects, the first being the catalogue.
func file(trailer string, objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	at := make([]int, len(objects))
	for i, o := range objects {
		at[i] = b.Len()
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	start := b.Len()
	fmt.Fprintf(&b, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, n := range at {
		fmt.Fprintf(&b, "%010d 00000 n \n", n)
	}
	fmt.Fprintf(&b, "trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, trailer, start)
	return b.Bytes()
}

func stream(dict, data string) string {
	return fmt.Sprintf("<< /Length %d %s >>\nstream\n%s\nendstream", len(data), dict, data)
}

// pages is a PDF with a page for each text.
func pages(texts ...string) []byte {
	objects := []string{"<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"}
	var kids strings.Builder
	for _, text := range texts {
		n := len(objects) + 1
		fmt.Fprintf(&kids, "%d 0 R ", n)
		content := ""
		for i, line := range strings.Split(text, "\n") {
			content += fmt.Sprintf("BT /F1 12 Tf 72 %d Td (%s) Tj ET\n", 720-16*i, line)
		}
		objects = append(objects,
			fmt.Sprintf("<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>", n+1),
			stream("", content))
	}
	objects[1] = fmt.Sprintf("<< /Type /Pages /Kids [%s] /Count %d >>", kids.String(), len(texts))
	return file("", objects...)
}

func TestTheTextOfAllPagesIsRead(t *testing.T) {
	got, err := Extract(t.Context(), pages("The best loaf\nis a warm one.", "", "Third page."))
	want := Text{Pages: 3, Text: "The best loaf\nis a warm one.\n\nThird page."}
	if err != nil || got != want {
		t.Errorf("got %+v, %v", got, err)
	}
	again, err := Extract(t.Context(), pages("Another."))
	if err != nil || again.Text != "Another." {
		t.Errorf("the second file: got %+v, %v", again, err)
	}
}

func TestAFileThatGivesNoTextIsAnError(t *testing.T) {
	whole := pages("The best loaf is a warm one.")
	encrypted := file("/Encrypt 2 0 R /ID [<00><00>]", "<< /Type /Catalog /Pages 3 0 R >>",
		"<< /Filter /Standard /V 1 /R 2 /Length 40 /P -4 /O <"+strings.Repeat("41", 32)+"> /U <"+strings.Repeat("42", 32)+"> >>",
		"<< /Type /Pages /Kids [] /Count 0 >>")
	for name, test := range map[string]struct {
		data []byte
		want error
	}{
		"text":           {[]byte("no PDF at all"), ErrNoPDF},
		"a mark alone":   {[]byte("%PDF-1.7\n"), ErrDamaged},
		"noise":          {append([]byte("%PDF-1.7\n"), bytes.Repeat([]byte{0xff, 0, 7}, 4000)...), ErrDamaged},
		"a password":     {encrypted, ErrEncrypted},
		"pictures only":  {pages("", ""), ErrNoText},
		"no pages":       {file("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [] /Count 0 >>"), ErrNoText},
		"too much text":  {pages(strings.Split(strings.Repeat(strings.Repeat("x", 9000)+"|", 130), "|")...), ErrTooLong},
		"too many pages": {pages(make([]string, MaxPages+1)...), ErrTooLong},
	} {
		if got, err := Extract(t.Context(), test.data); !errors.Is(err, test.want) {
			t.Errorf("%s: got %.40q, %v, want %v", name, got.Text, err, test.want)
		}
	}
	if _, err := Extract(t.Context(), whole); err != nil {
		t.Errorf("a good file after them: %v", err)
	}
}

// zipped is data that unpacks to n times the same byte.
func zipped(n int) string {
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	chunk := bytes.Repeat([]byte{' '}, 1<<16)
	for range n / len(chunk) {
		_, _ = w.Write(chunk)
	}
	_ = w.Close()
	return b.String()
}

func TestHostileFilesNeitherCrashNorHang(t *testing.T) {
	const head = "<< /Type /Catalog /Pages 2 0 R >>"
	const page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /X 4 0 R >> >> /Contents 4 0 R >>"
	one := "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
	for name, data := range map[string][]byte{
		"a page tree that is its own child":       file("", head, "<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>"),
		"a form that paints itself":               file("", head, one, page, stream("/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>", "/X Do /X Do")),
		"a stream that unpacks to all the memory": file("", head, one, page, stream("/Filter /FlateDecode", zipped(1<<28))),
		"brackets without an end":                 file("", head, one, page, stream("", strings.Repeat("[", 1<<20))),
		"a dictionary in itself":                  file("", strings.Repeat("<< /A ", 100_000)+head, one),
		"a length that lies":                      file("", head, one, page, "<< /Length 4 0 R >>\nstream\nBT\nendstream"),
		"two billion pages":                       file("", head, "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", page),
	} {
		began := time.Now()
		got, err := Extract(t.Context(), data)
		if took := time.Since(began); took > 2*maxTime {
			t.Errorf("%s: took %v", name, took)
		}
		t.Logf("%s: %.30q, %v after %v", name, got.Text, err, time.Since(began).Round(time.Millisecond))
	}
	if _, err := Extract(t.Context(), pages("Still here.")); err != nil {
		t.Errorf("a good file after them: %v", err)
	}
}

func TestWhatTakesTooLongIsStopped(t *testing.T) {
	const form = "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Resources << /XObject << /X 4 0 R >> >>"
	data := file("", "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /XObject << /X 4 0 R >> >> /Contents 4 0 R >>", stream(form, "/X Do /X Do"))
	if _, err := Extract(t.Context(), pages("Warm.")); err != nil { // so that only the file's own time counts
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := within(t.Context(), data, 100*time.Millisecond); !errors.Is(err, ErrTooHard) || time.Since(began) > maxTime {
		t.Errorf("got %v after %v", err, time.Since(began))
	}
}

// Changed bytes of a good file: whatever they do, they end.
func TestChangedBytesNeitherCrashNorHang(t *testing.T) {
	whole := pages("The best loaf is a warm one.", "And butter.")
	dice := rand.New(rand.NewPCG(1, 2))
	for range 15 {
		data := bytes.Clone(whole)
		for range 1 + dice.IntN(20) {
			data[8+dice.IntN(len(data)-8)] = byte(dice.IntN(256))
		}
		_, _ = Extract(t.Context(), data[:8+dice.IntN(len(data)-8)])
	}
}

func BenchmarkExtract(b *testing.B) {
	data := pages(strings.Split(strings.Repeat("The best answer is a warm loaf and a little butter.|", 50), "|")...)
	for b.Loop() {
		if _, err := Extract(b.Context(), data); err != nil {
			b.Fatal(err)
		}
	}
}
