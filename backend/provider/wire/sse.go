package wire

import (
	"bytes"
	"encoding/json"
	"io"
)

// SSE reads server-sent events. Comments, unknown fields and events without data are left out.
type SSE struct {
	s     splitter
	first bool
	event []byte
	data  []byte
	lines int  // data lines of the event so far
	over  bool // the event just returned was the last one
}

// NewSSE returns a reader of the events of r.
func NewSSE(r io.Reader) *SSE { return &SSE{s: splitter{r: r, bareCR: true}, first: true} }

// Next returns the next event's name (empty when it has none) and data; data is valid until the next call. After the
// last one it returns io.EOF, or the error that broke the stream. A last event that lacks its closing empty line counts
// only when its data is whole: JSON or "[DONE]". Half an event is a stream that was cut.
func (s *SSE) Next() (event string, data []byte, err error) {
	if s.over {
		return "", nil, io.EOF
	}
	s.reset()
	for {
		line, whole, err := s.s.next()
		if err != nil {
			if err != io.EOF || !s.complete() {
				return "", nil, err
			}
			s.over = true
			return eventName(s.event), s.data, nil
		}
		if s.first {
			line = bytes.TrimPrefix(line, []byte("\xef\xbb\xbf"))
			s.first = false
		}
		if len(line) == 0 && whole {
			if s.lines > 0 && len(s.data) > 0 {
				return eventName(s.event), s.data, nil
			}
			s.reset()
			continue
		}
		if err := s.field(line); err != nil {
			return "", nil, err
		}
	}
}

func (s *SSE) reset() { s.event, s.data, s.lines = s.event[:0], s.data[:0], 0 }

// complete reports whether what was collected when the stream ended is a whole event.
func (s *SSE) complete() bool {
	return s.lines > 0 && (json.Valid(s.data) || string(bytes.TrimSpace(s.data)) == "[DONE]")
}

// field takes in one "name: value" line.
func (s *SSE) field(line []byte) error {
	name, value, _ := bytes.Cut(line, []byte(":"))
	value = bytes.TrimPrefix(value, []byte(" "))
	switch string(name) {
	case "event":
		s.event = append(s.event[:0], value...)
	case "data":
		if len(s.data)+len(value) > maxLine {
			return ErrLineTooLong
		}
		if s.lines > 0 {
			s.data = append(s.data, '\n')
		}
		s.data = append(s.data, value...)
		s.lines++
	}
	return nil
}

// eventName returns the name as a string; those of the known protocols cost no allocation.
func eventName(b []byte) string {
	switch string(b) {
	case "":
		return ""
	case "content_block_delta":
		return "content_block_delta"
	case "response.output_text.delta":
		return "response.output_text.delta"
	}
	return string(b)
}
