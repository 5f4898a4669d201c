package store

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Texts and queries are compared folded: small letters, without accents, compatible forms (ﬁ, Ａ, ²) as plain ones.
// What is left out of a text keeps its place by a map from folded bytes to bytes of the text.

// folded is a text as it is searched.
type folded struct {
	text  string  // as it was, in Unicode's composed form
	fold  string  // what is searched
	place []int32 // of each byte of fold in text, and of its end; nil when the two run in step
}

// at returns the place in text of a byte of fold.
func (f *folded) at(i int) int {
	if f.place == nil {
		return i
	}
	return int(f.place[i])
}

// foldText folds a text. NUL becomes a blank: SQLite's own functions end a text there.
func foldText(text string) folded {
	if isASCII(text) {
		return folded{text: text, fold: strings.ToLower(text)}
	}
	text = norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD"))
	out := make([]byte, 0, len(text)+8)
	place := make([]int32, 0, len(text)+8)
	for i, r := range text {
		n := len(out)
		out = appendFolded(out, r)
		for range len(out) - n {
			place = append(place, int32(i))
		}
	}
	return folded{text: text, fold: string(out), place: append(place, int32(len(text)))}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// appendFolded appends what stands for a character; nothing for an accent that follows its letter.
func appendFolded(out []byte, r rune) []byte {
	switch {
	case r < utf8.RuneSelf:
		return append(out, byte(unicode.ToLower(r)))
	case accent(r) || r == '\u200D' || unicode.Is(unicode.Variation_Selector, r):
		return out
	case apart(r) && r < 0xFF00, unicode.Is(unicode.Hangul, r): // a kana's voicing mark and a syllable's parts are no accents
		return utf8.AppendRune(out, r)
	}
	var buf [utf8.UTFMax]byte
	whole := norm.NFKD.Properties(buf[:utf8.EncodeRune(buf[:], r)]).Decomposition()
	if whole == nil {
		return utf8.AppendRune(out, unicode.ToLower(r))
	}
	for _, part := range string(whole) {
		if !accent(part) {
			out = utf8.AppendRune(out, unicode.ToLower(part))
		}
	}
	return out
}

func accent(r rune) bool { return r >= 0x300 && r <= 0x36F }

// apart reports whether r is of a script that is written without blanks, or whose words are mostly two characters. Such
// text is indexed in pairs of characters.
func apart(r rune) bool {
	return r >= 0x0E00 && (unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul, unicode.Thai,
		unicode.Lao, unicode.Khmer, unicode.Myanmar) || r == 'ー')
}

// inWord reports whether r is a character of a word.
func inWord(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z'
	}
	return unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r)
}

// sign reports whether r is indexed alone: an emoji, a mathematical or currency sign. ASCII ones are not indexed.
func sign(r rune) bool {
	return r >= utf8.RuneSelf && unicode.IsSymbol(r) && r != unicode.ReplacementChar
}

// A word longer than longWord characters is indexed in pieces of that length, each begun halfPiece after the one before,
// so that any part of up to halfPiece characters is in one piece.
const (
	longWord  = 64
	halfPiece = longWord / 2
)

// segment is a run of characters of one kind in folded text.
type segment struct {
	from, to int
	apart    bool // of a script without blanks, or a sign
}

// segments cuts folded text into words, runs of scripts without blanks, and signs, in order.
func segments(fold string, yield func(segment)) {
	var now segment
	open := false
	end := func() {
		if open {
			yield(now)
		}
		open = false
	}
	for i, r := range fold {
		size := utf8.RuneLen(r)
		if r == utf8.RuneError {
			_, size = utf8.DecodeRuneInString(fold[i:])
		}
		switch a := apart(r); {
		case sign(r):
			end()
			yield(segment{i, i + size, true})
		case !a && !inWord(r):
			end()
		case open && now.apart == a:
			now.to = i + size
		default:
			end()
			now, open = segment{i, i + size, a}, true
		}
	}
	end()
}

// indexed calls yield with every word of a folded text as it stands in the index.
func indexed(fold string, yield func(string)) {
	segments(fold, func(s segment) {
		word := fold[s.from:s.to]
		switch {
		case s.apart:
			pairs(word, yield)
		case len(word) > longWord && utf8.RuneCountInString(word) > longWord:
			pieces([]rune(word), yield)
		default:
			yield(word)
		}
	})
}

// pairs yields every two characters that follow each other, and the last one alone: a single one is then found as the
// beginning of a pair.
func pairs(run string, yield func(string)) {
	for len(run) > 0 {
		_, first := utf8.DecodeRuneInString(run)
		_, second := utf8.DecodeRuneInString(run[first:])
		yield(run[:first+second])
		run = run[first:]
	}
}

func pieces(word []rune, yield func(string)) {
	for i := 0; ; i += halfPiece {
		yield(string(word[i:min(i+longWord, len(word))]))
		if i+longWord >= len(word) {
			return
		}
	}
}
