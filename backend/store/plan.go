package store

import (
	"context"
	"errors"
	"strings"
	"unicode/utf8"
)

// wordPlan is what the index of words can tell about a query. It never rules out a comparison that fits.
type wordPlan struct {
	match  string  // for word_of; empty when the index does not help
	none   bool    // no indexed comparison can fit
	exact  bool    // every comparison that match finds fits
	usable bool    // the rows that it leaves, and the marked ones, are few enough to be looked up
	size   int64   // how many; counted up to a few
	nums   []int64 // those, when usable
	marked []int64 // comparisons that the index does not have yet, up to manyMarked + 1
}

const (
	numsGiven   = `SELECT value FROM json_each(?)`
	numsMarked  = `SELECT num FROM listing WHERE worded = 0 LIMIT ?`
	numsWorded  = `SELECT rowid FROM word_of WHERE word_of MATCH ? LIMIT ?`
	countWorded = `SELECT count(*) FROM (` + numsWorded + `)`
)

// addText plans how to find the text of the query.
func (e *search) addText(ctx context.Context) (err error) {
	p := &e.words
	if p.marked, err = numbers(ctx, e.tx, numsMarked, manyMarked+1); err != nil {
		return err
	}
	p.exact = true
	var must, not []string
	for _, t := range e.matcher.wanted {
		some, err := e.wanted(ctx, t)
		if err != nil {
			return err
		}
		must = append(must, some...)
	}
	for _, t := range e.matcher.unwanted {
		some, err := e.unwanted(ctx, t)
		if err != nil {
			return err
		}
		not = append(not, some...)
	}
	switch {
	case p.none:
	case len(must) == 0:
		p.exact = false
		return nil
	default:
		p.match = strings.Join(must, " AND ")
		for _, word := range not {
			p.match = "(" + p.match + ") NOT " + word
		}
		if p.nums, err = e.worded(ctx); err != nil {
			return err
		}
	}
	p.usable = int64(len(p.nums)) <= e.few && len(p.marked) <= manyMarked
	p.nums = append(p.nums, p.marked...)
	p.size = int64(len(p.nums))
	return nil
}

// indexPatience is how long the index may be asked for all that it finds: what is rare but hard to find is walked to.
const indexPatience = patience / 3

// worded returns what the index finds, or more than a few where it takes too long.
func (e *search) worded(ctx context.Context) ([]int64, error) {
	short, cancel := context.WithTimeout(ctx, indexPatience)
	defer cancel()
	nums, err := numbers(short, e.tx, numsWorded, e.words.match, e.few+1)
	if err != nil && ctx.Err() == nil && errors.Is(short.Err(), context.DeadlineExceeded) {
		return make([]int64, e.few+1), nil
	}
	return nums, err
}

// maxWords is how many words may stand for one part of a query. When more contain it, it is near everywhere.
const maxWords = 64

const (
	wordIs     = `SELECT id FROM word WHERE text = ?`
	wordBegins = `SELECT id FROM word WHERE text >= ?1 AND text < ?1 || char(1114111) LIMIT ?2`
	wordHas    = `SELECT w.id FROM word_part p CROSS JOIN word w ON w.id = p.rowid WHERE word_part MATCH ?1 AND instr(w.text, ?2) > 0 LIMIT ?3`
)

// wanted returns what the index must find for a term: one part for each of its words.
func (e *search) wanted(ctx context.Context, t term) (parts []string, err error) {
	whole := 0
	segments(t.text, func(s segment) {
		word := t.text[s.from:s.to]
		whole += len(word)
		if err != nil {
			return
		}
		switch n := utf8.RuneCountInString(word); {
		case s.apart && n > 1:
			e.words.exact = false
			pairs(word, func(pair string) {
				if utf8.RuneCountInString(pair) == 2 && err == nil {
					err = e.add(ctx, &parts, wordIs, pair)
				}
			})
		case s.apart || t.start:
			err = e.add(ctx, &parts, wordBegins, word, maxWords+1)
		case t.phrase && n <= longWord:
			err = e.add(ctx, &parts, wordIs, word)
		case n >= 3:
			if n > halfPiece {
				e.words.exact = false
				word = string([]rune(word)[:halfPiece])
			}
			err = e.add(ctx, &parts, wordHas, trigrams(word), word, maxWords+1)
		default:
			e.words.exact = false
		}
	})
	if whole != len(t.text) || len(parts) != 1 {
		e.words.exact = false // there is more to it than words
	}
	return parts, err
}

// add adds the words that a query finds as alternatives; too many are left to reading.
func (e *search) add(ctx context.Context, parts *[]string, query string, args ...any) error {
	ids, err := numbers(ctx, e.tx, query, args...)
	switch {
	case err != nil:
		return err
	case len(ids) == 0:
		e.words.none = true
	case len(ids) > maxWords:
		e.words.exact = false
	default:
		*parts = append(*parts, "("+strings.ReplaceAll(strings.TrimSpace(tokens(ids)), " ", " OR ")+")")
	}
	return nil
}

// trigrams asks the index of parts for the words that have every three characters of a part.
func trigrams(part string) string {
	runes := []rune(part)
	var b strings.Builder
	for i := range len(runes) - 2 {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(`"` + string(runes[i:i+3]) + `"`)
	}
	return b.String()
}

// unwanted returns the word that the index must not find for an excluded term; a phrase is left to reading.
func (e *search) unwanted(ctx context.Context, t term) ([]string, error) {
	only := true
	n := 0
	segments(t.text, func(s segment) {
		n++
		only = only && !s.apart && s.to-s.from == len(t.text)
	})
	if !only || n != 1 || utf8.RuneCountInString(t.text) > longWord {
		e.words.exact = false
		return nil, nil
	}
	ids, err := numbers(ctx, e.tx, wordIs, t.text)
	if err != nil || len(ids) == 0 {
		return nil, err
	}
	return []string{strings.TrimSpace(tokens(ids))}, nil
}
