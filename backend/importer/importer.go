package importer

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
)

// Sources of files.
const (
	Bakeoff   = "bakeoff"
	Promptfoo = "promptfoo"
)

// File is an opened file. It is read once.
type File struct {
	in     *bufio.Reader
	source string
	line   int
	ended  bool
}

// Open looks at the beginning of a file and finds out what it is. Errors are *bakeoff.Error.
func Open(in io.Reader) (*File, error) {
	f := &File{in: bufio.NewReaderSize(in, 256<<10)}
	start, err := f.in.Peek(4096)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, unreadable(err)
	}
	start = bytes.TrimPrefix(start, []byte("\ufeff"))
	start = bytes.TrimLeft(start, " \t\r\n")
	switch first, _, _ := bytes.Cut(start, []byte("\n")); {
	case len(start) == 0:
		return nil, invalid("The file is empty. Choose an export of Bakeoff or a results file of promptfoo.")
	case start[0] != '{':
		return nil, foreign()
	case bytes.Contains(first, []byte(`"format"`)) && bytes.Contains(first, []byte(`"version"`)):
		f.source = Bakeoff
		return f, f.header()
	}
	f.source = Promptfoo
	return f, nil
}

// Source tells what wrote the file.
func (f *File) Source() string { return f.source }

// Line is the line that All read last; 0 for a file without lines.
func (f *File) Line() int { return f.line }

// All reads every comparison. It ends with the first error, which is a *bakeoff.Error and names the line.
func (f *File) All() iter.Seq2[bakeoff.Comparison, error] {
	if f.source == Promptfoo {
		return f.promptfoo
	}
	return f.lines
}

func (f *File) header() error {
	b, err := f.next()
	if err != nil {
		return err
	}
	err = export.ReadHeader(bytes.TrimPrefix(b, []byte("\ufeff")))
	var known *bakeoff.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	return foreign()
}

func (f *File) lines(yield func(bakeoff.Comparison, error) bool) {
	n := 0
	for {
		b, err := f.next()
		if err != nil {
			yield(bakeoff.Comparison{}, err)
			return
		}
		if total, ok := export.ReadFooter(b); ok {
			if total != n {
				yield(bakeoff.Comparison{}, f.wrong("it says that the file has %d comparisons, and there are %d", total, n))
			} else if rest, err := f.in.Peek(1); len(rest) > 0 || !errors.Is(err, io.EOF) {
				yield(bakeoff.Comparison{}, f.wrong("it is the last of the export, and something follows"))
			}
			return
		}
		c, err := export.Decode(b)
		if err == nil {
			err = validate(&c)
		}
		if err != nil {
			yield(bakeoff.Comparison{}, f.wrong("%s", foreignJSON(err)))
			return
		}
		if n++; !yield(c, nil) {
			return
		}
	}
}

// next reads a line of at most export.MaxLine bytes.
func (f *File) next() ([]byte, error) {
	f.line++
	var parts [][]byte // joined at the end only: what is too long is never copied whole
	size := 0
	for {
		part, err := f.in.ReadSlice('\n')
		if size += len(part); size > export.MaxLine {
			return nil, f.wrong("it is longer than %d MB", export.MaxLine>>20)
		}
		switch {
		case err == nil && parts == nil:
			return bytes.TrimRight(part, "\r\n"), nil // valid until the next call
		case err == nil:
			return bytes.TrimRight(bytes.Join(append(parts, part), nil), "\r\n"), nil
		case errors.Is(err, bufio.ErrBufferFull):
			parts = append(parts, bytes.Clone(part))
		case errors.Is(err, io.EOF):
			return nil, f.wrong("the file ends in the middle: its last line is missing")
		default:
			return nil, unreadable(err)
		}
	}
}

// wrong is an error of the line that was read last.
func (f *File) wrong(format string, args ...any) error {
	return invalid(fmt.Sprintf("Line %d cannot be imported: %s. Nothing was imported.", f.line, fmt.Sprintf(format, args...)))
}

// foreignJSON says what a line gets wrong without quoting it: it may be as long and as hostile as it likes.
func foreignJSON(err error) string {
	var kind *json.UnmarshalTypeError
	var syntax *json.SyntaxError
	var moment *time.ParseError
	var mine fault
	switch {
	case errors.As(err, &mine):
		return string(mine)
	case errors.As(err, &kind):
		return "a value is of another kind than Bakeoff writes"
	case errors.As(err, &syntax), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF):
		return "it is no JSON"
	case errors.As(err, &moment):
		return "a time is not written like 2026-11-24T10:11:12.000Z"
	}
	return "it is not as Bakeoff writes it"
}

func foreign() error {
	return invalid("This file is neither an export of Bakeoff nor a results file of promptfoo. Choose a .jsonl file that Bakeoff exported, or the JSON of `promptfoo eval --output`.")
}

func unreadable(err error) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The file cannot be read to its end. Check the disk and choose it again.", Err: err}
}

func invalid(sentence string) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
