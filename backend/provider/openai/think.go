package openai

import "strings"

const (
	thinkOpen  = "<think>"
	thinkClose = "</think>"
	blank      = " \t\r\n"
	maxBlank   = 256 // bytes of white space after which no tag is expected any more
)

// thinkSplit takes reasoning out of content that begins with <think>. Only the very start counts: an answer may speak
// of such tags. The result is the same however the content is cut into deltas.
type thinkSplit struct {
	state splitState
	held  string // text that may be a part of a tag
	trim  bool   // white space after a tag is left out
}

type splitState uint8

const (
	atStart splitState = iota
	inside
	after
)

// next takes in the next piece of content.
func (s *thinkSplit) next(text string) (reasoning, answer string) {
	if s.state == after && !s.trim {
		return "", text
	}
	s.held += text
	if s.state == atStart && !s.begin() {
		return "", ""
	}
	if s.state == inside {
		reasoning = s.think()
	}
	if s.state == after {
		answer = s.trimmed(s.held)
		s.held = ""
	}
	return reasoning, answer
}

// begin decides whether the content starts with the tag; false when it takes more to tell.
func (s *thinkSplit) begin() bool {
	text := strings.TrimLeft(s.held, blank)
	switch {
	case len(s.held)-len(text) > maxBlank:
		s.state = after
	case strings.HasPrefix(text, thinkOpen):
		s.state, s.trim, s.held = inside, true, text[len(thinkOpen):]
	case strings.HasPrefix(thinkOpen, text):
		return false
	default:
		s.state = after
	}
	return true
}

// think returns the reasoning in held and keeps what may be the beginning of the closing tag.
func (s *thinkSplit) think() string {
	if i := strings.Index(s.held, thinkClose); i >= 0 {
		text := s.trimmed(s.held[:i])
		s.state, s.trim, s.held = after, true, s.held[i+len(thinkClose):]
		return text
	}
	keep := min(len(s.held), len(thinkClose)-1)
	for !strings.HasPrefix(thinkClose, s.held[len(s.held)-keep:]) {
		keep--
	}
	text := s.held[:len(s.held)-keep]
	s.held = s.held[len(s.held)-keep:]
	return s.trimmed(text)
}

func (s *thinkSplit) trimmed(text string) string {
	if !s.trim {
		return text
	}
	text = strings.TrimLeft(text, blank)
	s.trim = text == ""
	return text
}

// end returns what was held back when no more text comes.
func (s *thinkSplit) end() (reasoning, answer string) {
	held := s.held
	s.held = ""
	if s.state == inside {
		return held, ""
	}
	return "", held
}
