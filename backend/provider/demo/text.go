package demo

import (
	"fmt"
	"strings"
	"unicode"
)

// words counts the words of text: the tokens of a demo voice.
func words(text string) int64 {
	var n int64
	for text != "" {
		_, text = firstWord(text)
		n++
	}
	return n
}

// firstWord splits text after its first word and the space that follows it. Space before the word goes with it.
func firstWord(text string) (word, rest string) {
	start := strings.IndexFunc(text, isWord)
	if start < 0 {
		return text, ""
	}
	end := strings.IndexFunc(text[start:], unicode.IsSpace)
	if end < 0 {
		return text, ""
	}
	end += start
	next := strings.IndexFunc(text[end:], isWord)
	if next < 0 {
		return text, ""
	}
	return text[:end+next], text[end+next:]
}

func isWord(r rune) bool { return !unicode.IsSpace(r) }

// opening returns the first words of a prompt as a code span, in which no markup has a meaning: at most eight words and
// sixty characters, without what could end the span, turn the writing direction or break the line.
func opening(prompt string) string {
	const mostWords, mostRunes = 8, 60
	start := firstBytes(prompt)
	text := strings.Map(func(r rune) rune {
		switch {
		case r == '`':
			return '\''
		case unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r):
			return -1
		}
		return r
	}, start)
	fields := strings.Fields(text)
	more := len(start) < len(prompt) || len(fields) > mostWords
	quote := []rune(strings.Join(fields[:min(len(fields), mostWords)], " "))
	if len(quote) > mostRunes {
		quote, more = quote[:mostRunes], true
	}
	switch {
	case len(quote) == 0:
		return "`(nothing that can be quoted)`"
	case more:
		return "`" + strings.TrimSpace(string(quote)) + " …`"
	}
	return "`" + string(quote) + "`"
}

// firstBytes bounds the work of quoting a prompt of ten megabytes.
func firstBytes(prompt string) string {
	const most = 4096
	if len(prompt) <= most {
		return prompt
	}
	return strings.ToValidUTF8(prompt[:most], "")
}

func count(n int64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
