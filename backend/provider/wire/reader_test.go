package wire

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"
)

// pieces hands out its text n bytes at a time.
type pieces struct {
	text string
	n    int
}

func (p *pieces) Read(b []byte) (int, error) {
	if p.text == "" {
		return 0, io.EOF
	}
	n := copy(b[:min(len(b), p.n)], p.text)
	p.text = p.text[n:]
	return n, nil
}

func events(r io.Reader) (out []string, err error) {
	s := NewSSE(r)
	for {
		event, data, err := s.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, event+"|"+string(data))
	}
}

func lines(r io.Reader) (out []string, err error) {
	l := NewLines(r)
	for {
		line, err := l.Next()
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, string(line))
	}
}

func TestEventsAreRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"plain", "data: a\n\ndata: b\n\n", []string{"|a", "|b"}},
		{"no space after the colon", "data:a\n\n", []string{"|a"}},
		{"only one space is taken away", "data:  a\n\n", []string{"| a"}},
		{"CR LF", "event: x\r\ndata: a\r\n\r\ndata: b\r\n\r\n", []string{"x|a", "|b"}},
		{"CR alone", "data: a\r\rdata: b\r\r", []string{"|a", "|b"}},
		{"a byte order mark", "\ufeffdata: a\n\n", []string{"|a"}},
		{"comments and unknown fields", ": OPENROUTER PROCESSING\n\nid: 4\nretry: 1\n: x\ndata: a\nnew: 1\n\n", []string{"|a"}},
		{"many comments", strings.Repeat(": ping\n\n", 1000) + "data: a\n\n", []string{"|a"}},
		{"several data lines", "data: a\ndata:\ndata: b\n\n", []string{"|a\n\nb"}},
		{"a name without data is no event", "event: ping\n\ndata: a\n\n", []string{"|a"}},
		{"empty data is no event", "data:\n\ndata: a\n\n", []string{"|a"}},
		{"a whole last event without its end", "data: a\n\ndata: {\"x\":1}", []string{"|a", `|{"x":1}`}},
		{"a last line end without the empty line", "data: [DONE]\n", []string{"|[DONE]"}},
		{"half a last event is none", "data: a\n\ndata: {\"x\":", []string{"|a"}},
		{"half a field name is none", "data: a\n\ndat", []string{"|a"}},
		{"multi-byte text", "data: 東京🌊\n\n", []string{"|東京🌊"}},
		{"nothing", "", nil},
	} {
		for _, n := range []int{1, 2, 3, 5, 7, 4096} {
			got, err := events(&pieces{test.text, n})
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%s, by %d bytes: %s %v", test.name, n, diff, err)
			}
		}
	}
}

func TestLinesAreRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       []string
	}{
		{"plain", "{}\n[]\n", []string{"{}", "[]"}},
		{"CR LF and empty lines", "{}\r\n\r\n\n[]\r\n", []string{"{}", "[]"}},
		{"a CR inside a line is text", "a\rb\n", []string{"a\rb"}},
		{"a whole last line without its end", "{}\n{\"a\":1}", []string{"{}", `{"a":1}`}},
		{"half a last line is none", "{}\n{\"a\":", []string{"{}"}},
	} {
		for _, n := range []int{1, 2, 3, 4096} {
			got, err := lines(&pieces{test.text, n})
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil {
				t.Errorf("%s, by %d bytes: %s %v", test.name, n, diff, err)
			}
		}
	}
}

func TestLongLinesAreReadUpToTheirLimit(t *testing.T) {
	long := strings.Repeat("x", maxLine)
	if got, err := lines(strings.NewReader(long + "\n")); err != nil || len(got) != 1 || len(got[0]) != maxLine {
		t.Errorf("a line of 8 MiB: %d lines, %v", len(got), err)
	}
	endless := io.MultiReader(strings.NewReader("data: "), &pieces{strings.Repeat("x", 3*maxLine), 1 << 16})
	if _, err := lines(endless); !errors.Is(err, ErrLineTooLong) {
		t.Errorf("a line of 24 MiB: %v", err)
	}
	if _, err := events(&pieces{strings.Repeat("data: "+strings.Repeat("y", 1<<20)+"\n", 10), 1 << 16}); !errors.Is(err, ErrLineTooLong) {
		t.Errorf("an event of ten lines of 1 MiB: %v", err)
	}
}

func TestABrokenStreamKeepsItsError(t *testing.T) {
	broken := errors.New("connection reset")
	text := "data: a\n\ndata: {}"
	got, err := events(io.MultiReader(strings.NewReader(text), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || len(got) != 1 {
		t.Errorf("events: got %v, %v", got, err)
	}
	got, err = lines(io.MultiReader(strings.NewReader("{}\n{}"), iotest.ErrReader(broken)))
	if !errors.Is(err, broken) || len(got) != 1 {
		t.Errorf("lines: got %v, %v", got, err)
	}
	if _, err := lines(stuck{}); !errors.Is(err, io.ErrNoProgress) {
		t.Errorf("a reader that never returns anything: %v", err)
	}
}

type stuck struct{}

func (stuck) Read([]byte) (int, error) { return 0, nil }

func TestReadingAllocatesNothingPerEvent(t *testing.T) {
	text := strings.Repeat("event: content_block_delta\ndata: {\"a\":1}\n\n", 10_000)
	total := testing.AllocsPerRun(1, func() {
		s := NewSSE(strings.NewReader(text))
		for {
			if _, _, err := s.Next(); err != nil {
				return
			}
		}
	})
	if total > 100 {
		t.Errorf("%v allocations for 10,000 events", total)
	}
}

// fuzzRead demands that any chunking gives the same result.
func fuzzRead(f *testing.F, read func(io.Reader) ([]string, error)) {
	for _, seed := range []string{"data: a\n\n", "event: x\r\ndata: {}\r\n\r\n", "\ufeffdata: a\r\rdata: b", ": c\n\ndata: [DONE]", "{}\n{\"a\":1}\r\n\n{", "\r\n\r\r\n", "\xff\x00\n", "data: é\ndata: 🌊\n\n"} {
		f.Add([]byte(seed), byte(1))
		f.Add([]byte(seed), byte(3))
	}
	f.Fuzz(func(t *testing.T, text []byte, n byte) {
		want, wantErr := read(bytes.NewReader(text))
		got, gotErr := read(&pieces{string(text), int(n%16) + 1})
		if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(wantErr) != fmt.Sprint(gotErr) {
			t.Errorf("%q by %d: %s (%v, %v)", text, n%16+1, diff, wantErr, gotErr)
		}
	})
}

func FuzzSSE(f *testing.F)   { fuzzRead(f, events) }
func FuzzLines(f *testing.F) { fuzzRead(f, lines) }
