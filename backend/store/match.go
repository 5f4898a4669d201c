package store

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// document is one text of a comparison.
type document struct {
	source string // "prompt", "answer", "note", "tag"
	seat   int    // -1: none
	text   string
}

// matcher decides whether the texts of a comparison are what a query asks for, and shows where. It is the meaning of a
// query; the index of words only spares it from reading everything.
type matcher struct {
	wanted   []term // each must stand somewhere in the comparison
	unwanted []term // none may stand anywhere in it
}

func newMatcher(query string) *matcher {
	var m matcher
	for _, t := range parse(query) {
		if t.not {
			m.unwanted = append(m.unwanted, t)
		} else {
			m.wanted = append(m.wanted, t)
		}
	}
	if len(m.wanted)+len(m.unwanted) == 0 {
		return nil
	}
	return &m
}

// match is where a query was found: the document that has most of its terms, and how good a match it is.
type match struct {
	document
	folded folded
	score  int
}

// match looks through the documents of a comparison. ok is false when it is not what the query asks for.
func (m *matcher) match(documents []document) (best match, ok bool) {
	missing := uint64(1)<<len(m.wanted) - 1
	score, most := 0, 0
	for _, d := range documents {
		if d.text == "" {
			continue
		}
		f := foldText(d.text)
		for i := range m.unwanted {
			if at, _ := m.unwanted[i].find(f.fold, 0); at >= 0 {
				return match{}, false
			}
		}
		here := 0
		for i := range m.wanted {
			at, end := m.wanted[i].find(f.fold, 0)
			if at < 0 {
				continue
			}
			here++
			missing &^= 1 << i
			score += worth(d.source, f.fold, at, end)
		}
		if here > most {
			most, best = here, match{document: d, folded: f}
		}
	}
	best.score = score + 8*most
	return best, missing == 0
}

// worth is what one hit counts: a whole word more than a part, the user's own words more than an answer's.
func worth(source, fold string, at, end int) int {
	n := 1
	if source != "answer" {
		n = 3
	}
	if wordStarts(fold, at) {
		n *= 2
	}
	if wordEnds(fold, end) {
		n *= 2
	}
	return n
}

// stretch is a hit in a text, in bytes.
type stretch struct{ from, to int }

const (
	snippetBefore = 60  // characters before the first hit
	snippetLength = 240 // characters in all, about
)

// snippet returns the text around the first hit. nil when the query only excludes.
func (m *matcher) snippet(f match) *Snippet {
	if f.text == "" {
		return nil
	}
	hits := m.hits(f.folded)
	if len(hits) == 0 {
		return nil
	}
	text := f.folded.text
	from := back(text, hits[0].from, snippetBefore)
	to := forth(text, from, snippetLength)
	s := &Snippet{Source: f.source, Seat: f.seat}
	if from > 0 {
		s.add("…", false)
	}
	at := from
	for _, h := range hits {
		if h.from >= to {
			break
		}
		s.add(text[at:h.from], false)
		at = min(h.to, max(to, hits[0].to))
		s.add(text[h.from:at], true)
	}
	if at < to {
		s.add(text[at:to], false)
	}
	if max(at, to) < len(text) {
		s.add("…", false)
	}
	return s
}

// maxHits bounds the work for one snippet.
const maxHits = 64

// hits returns where the wanted terms stand in a text, in order, without overlaps.
func (m *matcher) hits(f folded) (hits []stretch) {
	for i := range m.wanted {
		from := 0
		for range maxHits {
			at, end := m.wanted[i].find(f.fold, from)
			if at < 0 {
				break
			}
			hits = append(hits, stretch{f.at(at), f.endAt(end)})
			from = end
		}
	}
	slices.SortFunc(hits, func(a, b stretch) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(b.to, a.to)) })
	out := hits[:0]
	for _, h := range hits {
		if n := len(out); n > 0 && h.from < out[n-1].to {
			out[n-1].to = max(out[n-1].to, h.to)
			continue
		}
		out = append(out, h)
	}
	return out
}

// endAt returns the place in text behind the characters that fold's bytes before end stand for, accents included.
func (f *folded) endAt(end int) int {
	if f.place == nil {
		return end
	}
	at := f.at(end)
	if end > 0 && at == f.at(end-1) { // in the middle of what one character became
		_, size := utf8.DecodeRuneInString(f.text[at:])
		at += size
	}
	return at
}

// back returns the place n characters before, at the beginning of a word when one is near.
func back(text string, at, n int) int {
	from := at
	for range n {
		_, size := utf8.DecodeLastRuneInString(text[:from])
		from -= size
	}
	if from == 0 {
		return 0
	}
	if i := strings.IndexAny(text[from:at], " \n\t"); i >= 0 && i < 20 {
		return from + i + 1
	}
	return from
}

// forth returns the place n characters on.
func forth(text string, at, n int) int {
	for range n {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
	}
	return at
}

var oneLine = strings.NewReplacer("\r\n", " ", "\n", " ", "\t", " ", "\x00", " ")

func (s *Snippet) add(text string, hit bool) {
	if text == "" {
		return
	}
	text = oneLine.Replace(text)
	if n := len(s.Parts); n > 0 && s.Parts[n-1].Hit == hit {
		s.Parts[n-1].Text += text
		return
	}
	s.Parts = append(s.Parts, Part{Text: text, Hit: hit})
}
