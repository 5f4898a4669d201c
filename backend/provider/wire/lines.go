package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// ErrLineTooLong is returned for a line or event of more than 8 MiB.
var ErrLineTooLong = errors.New("line longer than 8 MiB")

// splitter cuts a stream into lines, whatever the chunks it comes in. Its memory grows with the longest line, up to the cap.
type splitter struct {
	r          io.Reader
	buf        []byte
	start, end int  // unread part of buf
	seen       int  // of the unread part, bytes known to hold no line end
	bareCR     bool // a carriage return alone ends a line, too (server-sent events)
	skipLF     bool // the last line ended with a carriage return: a line feed after it belongs to it
	err        error
}

// next returns the next line without its end. whole is false for a last line that lacks its end; then err follows next time.
func (s *splitter) next() (line []byte, whole bool, err error) {
	for {
		if line, ok := s.cut(); ok {
			return line, true, nil
		}
		if s.err != nil {
			line := s.buf[s.start:s.end]
			s.start, s.seen = s.end, 0
			if len(line) > 0 && s.err == io.EOF {
				return line, false, nil
			}
			return nil, false, s.err
		}
		if s.end-s.start > maxLine {
			s.err = ErrLineTooLong
			s.start, s.end = 0, 0
			continue
		}
		s.fill()
	}
}

// cut takes a line out of the buffer if a whole one is there.
func (s *splitter) cut() ([]byte, bool) {
	if s.skipLF && s.start < s.end {
		s.skipLF = false
		if s.buf[s.start] == '\n' {
			s.start++
		}
	}
	unread := s.buf[s.start:s.end]
	i := s.lineEnd(unread[min(s.seen, len(unread)):])
	if i < 0 {
		s.seen = len(unread)
		return nil, false
	}
	i += s.seen
	s.seen = 0
	s.start += i + 1
	line := unread[:i]
	if unread[i] == '\r' {
		s.skipLF = true
	} else if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	return line, true
}

func (s *splitter) lineEnd(p []byte) int {
	lf := bytes.IndexByte(p, '\n')
	if !s.bareCR {
		return lf
	}
	if lf >= 0 {
		p = p[:lf]
	}
	if cr := bytes.IndexByte(p, '\r'); cr >= 0 {
		return cr
	}
	return lf
}

// fill reads once, making room first.
func (s *splitter) fill() {
	if s.start == s.end {
		s.start, s.end = 0, 0
	}
	if s.end == len(s.buf) {
		switch {
		case s.start > 0:
			s.end = copy(s.buf, s.buf[s.start:s.end])
			s.start = 0
		default:
			s.buf = append(s.buf, make([]byte, max(4<<10, len(s.buf)))...)
		}
	}
	for range 100 {
		n, err := s.r.Read(s.buf[s.end:])
		s.end += n
		if err != nil {
			s.err = err
		}
		if n > 0 || err != nil {
			return
		}
	}
	s.err = io.ErrNoProgress
}

// Lines reads newline-delimited JSON. Empty lines are left out.
type Lines struct{ s splitter }

// NewLines returns a reader of the lines of r.
func NewLines(r io.Reader) *Lines { return &Lines{splitter{r: r}} }

// Next returns the next line, valid until the next call. After the last one it returns io.EOF, or the error that broke
// the stream. A last line without its newline counts only when it is whole JSON: half a line is a stream that was cut.
func (l *Lines) Next() ([]byte, error) {
	for {
		line, whole, err := l.s.next()
		if err != nil {
			return nil, err
		}
		line = bytes.TrimSpace(line)
		if len(line) == 0 || !whole && !json.Valid(line) {
			continue
		}
		return line, nil
	}
}
