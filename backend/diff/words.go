package diff

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/words"
)

// word is a word with the white space around it that nobody compares.
type word struct {
	id   int32
	text string
	size int  // characters that are no white space
	sign bool // neither letter nor digit: it says nothing of what a block is about
	wall bool // the border of a table's cell: it stays between what changed on both sides of it
}

// wordsOf cuts a block into words: by Unicode's rules, which take CJK character by character. In code white space and
// every sign stand alone.
func (w *work) wordsOf(p *piece) []word {
	if p.words != nil || p.text == "" {
		return p.words
	}
	if p.code {
		p.words = w.codeWords(p.text)
	} else {
		p.words = w.proseWords(p.text)
	}
	return p.words
}

func (w *work) proseWords(text string) []word {
	var out []word
	start, at := 0, 0 // start: white space before the first word goes with it
	for it := words.FromString(text); it.Next(); {
		value := it.Value()
		at += len(value)
		if strings.TrimSpace(value) == "" {
			if n := len(out); n > 0 {
				out[n-1].text += value
				start = at
			}
			continue
		}
		out = append(out, word{w.id(value), text[start:at], ink(value), !strings.ContainsFunc(value, says), value == "|"})
		start = at
	}
	if start < len(text) {
		out = append(out, word{id: w.id(""), text: text[start:]}) // nothing but white space
	}
	return out
}

func (w *work) codeWords(text string) []word {
	var out []word
	add := func(s string) {
		key := s
		if strings.TrimRight(s, " \t\r\n") == "" && strings.HasSuffix(s, "\n") {
			key = "\n" // ends of lines and what nobody sees before them
		}
		out = append(out, word{id: w.id(key), text: s, size: ink(s), sign: !strings.ContainsFunc(s, says)})
	}
	for text != "" {
		n := lengthWhile(text, isName)
		if n == 0 {
			n = lengthWhile(text, unicode.IsSpace)
		}
		if n == 0 {
			_, n = utf8.DecodeRuneInString(text)
			n += lengthWhile(text[n:], joins)
		}
		add(text[:n])
		text = text[n:]
	}
	return out
}

func isName(r rune) bool {
	return r == '_' || unicode.IsLetter(r) && !oneByOne(r) || unicode.IsDigit(r) || joins(r)
}

func says(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// oneByOne tells of letters that make words without spaces between them.
func oneByOne(r rune) bool {
	return unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai)
}

// joins tells of what is part of the character before it.
func joins(r rune) bool { return unicode.IsMark(r) || r == '\u200d' }

func lengthWhile(text string, is func(rune) bool) int {
	for i, r := range text {
		if !is(r) {
			return i
		}
	}
	return len(text)
}

// bagOf returns the ids of a block's words, sorted; those of its signs when it has no words.
func (w *work) bagOf(p *piece) []int32 {
	if p.bag == nil {
		for _, word := range w.wordsOf(p) {
			if !word.sign {
				p.bag = append(p.bag, word.id)
			}
		}
		if p.bag == nil {
			p.bag = idsOf(w.wordsOf(p))
		}
		slices.Sort(p.bag)
	}
	return p.bag
}

// alike is the share of words that two blocks have in common, wherever they stand: 0 to 1. It is 0 as soon as it cannot
// reach least.
func (w *work) alike(a, b *piece, least float64) float64 {
	switch {
	case a.key == b.key:
		return 1
	case a.code != b.code, a.light(), b.light():
		return 0
	}
	x, y := w.bagOf(a), w.bagOf(b)
	if float64(2*min(len(x), len(y))) < least*float64(len(x)+len(y)) || !w.spend(len(x)+len(y)) {
		return 0
	}
	common, all := 0, len(x)+len(y)
	for len(x) > 0 && len(y) > 0 {
		switch {
		case x[0] == y[0]:
			common++
			x, y = x[1:], y[1:]
		case x[0] < y[0]:
			x = x[1:]
		default:
			y = y[1:]
		}
	}
	if share := float64(2*common) / float64(all); share >= least {
		return share
	}
	return 0
}

// words marks what differs between two blocks.
func (w *work) words(a, b *piece) (left, right []Part) {
	if a.key == b.key {
		return whole(a.text, Kept), whole(b.text, Kept)
	}
	if a.rows && b.rows {
		return w.tables(a, b)
	}
	x, y := w.wordsOf(a), w.wordsOf(b)
	for _, e := range w.edits(x, y) {
		mark := [2]Mark{Deleted, Inserted}
		if e.same {
			mark = [2]Mark{Kept, Kept}
		}
		left = appendPart(left, join(x[e.a0:e.a1]), mark[0])
		right = appendPart(right, join(y[e.b0:e.b1]), mark[1])
	}
	return left, right
}

// tables marks what differs between two tables, row by row.
func (w *work) tables(a, b *piece) (left, right []Part) {
	x, y := w.lines(a), w.lines(b)
	j := 0
	for i, to := range w.link(x, y) {
		if to < 0 {
			left = appendPart(left, x[i].text, Deleted)
			continue
		}
		for ; j < to; j++ {
			right = appendPart(right, y[j].text, Inserted)
		}
		more, other := w.words(x[i], y[to])
		for _, p := range more {
			left = appendPart(left, p.Text, p.Mark)
		}
		for _, p := range other {
			right = appendPart(right, p.Text, p.Mark)
		}
		j = to + 1
	}
	for ; j < len(y); j++ {
		right = appendPart(right, y[j].text, Inserted)
	}
	return left, right
}

func appendPart(parts []Part, text string, mark Mark) []Part {
	if n := len(parts); n > 0 && parts[n-1].Mark == mark {
		parts[n-1].Text += text
		return parts
	}
	return append(parts, whole(text, mark)...)
}

func join(words []word) string {
	var b strings.Builder
	for _, word := range words {
		b.WriteString(word.text)
	}
	return b.String()
}
