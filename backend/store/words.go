package store

import (
	"strings"
	"unicode/utf8"
)

// term is one thing that a query asks for or excludes.
type term struct {
	text   string // folded, not empty
	phrase bool   // whole words in this order; else any text that contains it
	not    bool
	start  bool // at the beginning of a word: one or two letters are in every text
}

// maxTerms is how many terms a query may have; what comes after is not looked at.
const maxTerms = 32

// parse reads a query: words, "phrases", -excluded words and -"excluded phrases". Every text is a query: a quote that is
// not closed is closed by the end, and a sign that means nothing is searched for.
func parse(query string) (terms []term) {
	rest := strings.ToValidUTF8(strings.ReplaceAll(query, "\x00", " "), " ")
	for len(terms) < maxTerms {
		rest = strings.TrimLeftFunc(rest, isBlank)
		if rest == "" {
			break
		}
		var t term
		if after, ok := strings.CutPrefix(rest, "-"); ok && after != "" && !startsBlank(after) {
			t.not, rest = true, after
		}
		var raw string
		if after, ok := strings.CutPrefix(rest, `"`); ok {
			raw, rest, _ = strings.Cut(after, `"`)
			t.phrase = true
		} else {
			raw, rest = cutWord(rest)
			raw, t.phrase = strings.TrimRight(raw, "*"), t.not // people write a star for "begins with", which is the rule here
		}
		if t.text = strings.Join(strings.FieldsFunc(foldText(raw).fold, isBlank), " "); t.text == "" {
			continue
		}
		t.start = !t.phrase && tiny(t.text)
		terms = append(terms, t)
	}
	return terms
}

func isBlank(r rune) bool { return r <= ' ' || r == 0xA0 || r == 0x3000 || r >= 0x2000 && r <= 0x200B }

func startsBlank(s string) bool {
	r, _ := utf8.DecodeRuneInString(s)
	return isBlank(r)
}

// cutWord cuts at the first blank or quote.
func cutWord(s string) (word, rest string) {
	i := strings.IndexFunc(s, func(r rune) bool { return isBlank(r) || r == '"' })
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i:]
}

// tiny reports whether a word is one or two letters of a script with blanks.
func tiny(word string) bool {
	n := 0
	for _, r := range word {
		if n++; n > 2 || apart(r) || !inWord(r) {
			return false
		}
	}
	return true
}

// find returns where t first stands in folded text from a place on; -1 when it does not.
func (t *term) find(fold string, from int) (at, end int) {
	first, more, _ := strings.Cut(t.text, " ") // only a phrase has several words
	for from <= len(fold) {
		i := strings.Index(fold[from:], first)
		if i < 0 {
			break
		}
		at = from + i
		end = goesOn(fold, at+len(first), more)
		if end >= 0 && (!t.start && !t.phrase || wordStarts(fold, at)) && (!t.phrase || wordEnds(fold, end)) {
			return at, end
		}
		_, size := utf8.DecodeRuneInString(fold[at:])
		from = at + size
	}
	return -1, -1
}

// goesOn returns the end of the words that follow in a text, with whatever stands between words; -1 when they do not.
func goesOn(fold string, at int, words string) int {
	for words != "" && at >= 0 {
		var word string
		word, words, _ = strings.Cut(words, " ")
		gap := strings.IndexFunc(fold[at:], func(r rune) bool { return !between(r) })
		if gap <= 0 || !strings.HasPrefix(fold[at+gap:], word) {
			return -1
		}
		at += gap + len(word)
	}
	return at
}

func between(r rune) bool { return !inWord(r) && !apart(r) && !sign(r) }

// wordStarts reports whether a word may begin at a place: no letter of a script with blanks stands on both sides.
func wordStarts(fold string, at int) bool {
	before, _ := utf8.DecodeLastRuneInString(fold[:at])
	after, _ := utf8.DecodeRuneInString(fold[at:])
	return at == 0 || !joined(before, after)
}

func wordEnds(fold string, end int) bool {
	before, _ := utf8.DecodeLastRuneInString(fold[:end])
	after, _ := utf8.DecodeRuneInString(fold[end:])
	return end == len(fold) || !joined(before, after)
}

func joined(a, b rune) bool { return inWord(a) && inWord(b) && !apart(a) && !apart(b) }
