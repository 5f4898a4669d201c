package figure

import (
	"strings"
	"unicode"
)

// Plain takes out what could steer a reader's program or reorder what is shown: control characters and marks of the
// writing direction. Line breaks and tabs stay.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return r
		case r == '\r':
			return -1
		case unicode.IsControl(r), unicode.Is(unicode.Bidi_Control, r):
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
