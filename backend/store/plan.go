package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"
)

// wordPlan is what the index of words can tell about a query. It never rules out a comparison that fits.
type wordPlan struct {
	match  string           // for word_of; empty when the index does not help
	none   bool             // no indexed comparison can fit
	sets   []map[int64]bool // words, of which a comparison must have one in each
	exact  bool             // every comparison that match finds, and that has a word of every set, fits
	usable bool             // the rows that it leaves, and the marked ones, are few enough to be looked up
	size   int64            // how many; counted up to a few
	nums   []int64          // those, when usable
	marked []int64          // comparisons that the index does not have yet, up to manyMarked + 1
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
		p.exact = p.exact && len(p.sets) > 0
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

// How many words may stand for one part of a query. Up to maxWords the index is asked for all of them; up to maxSet a
// comparison's own list of words is looked through; when still more contain the part, it is near everywhere.
const (
	maxWords = 64
	maxSet   = 1024
)

const (
	wordIs     = `SELECT id FROM word WHERE text = ?`
	wordBegins = `SELECT id FROM word WHERE text >= ?1 AND text < ?1 || char(1114111) LIMIT ?2`
	wordHas    = `SELECT w.id FROM word_part p CROSS JOIN word w ON w.id = p.rowid WHERE word_part MATCH ?1 AND instr(w.text, ?2) > 0 LIMIT ?3`
)

// wanted returns what the index must find for a term: one part for each of its words.
func (e *search) wanted(ctx context.Context, t term) (parts []string, err error) {
	whole, n := 0, 0
	segments(t.text, func(s segment) {
		word := t.text[s.from:s.to]
		whole, n = whole+len(word), n+1
		if err != nil {
			return
		}
		switch long := utf8.RuneCountInString(word); {
		case s.apart && long > 1:
			e.words.exact = false
			pairs(word, func(pair string) {
				if utf8.RuneCountInString(pair) == 2 && err == nil {
					err = e.add(ctx, &parts, wordIs, pair)
				}
			})
		case s.apart || t.start:
			err = e.add(ctx, &parts, wordBegins, word, maxSet+1)
		case t.phrase && long <= longWord:
			err = e.add(ctx, &parts, wordIs, word)
		case long >= 3:
			if long > halfPiece {
				e.words.exact = false
				word = string([]rune(word)[:halfPiece])
			}
			err = e.add(ctx, &parts, wordHas, trigrams(word), word, maxSet+1)
		default:
			e.words.exact = false
		}
	})
	if whole != len(t.text) || n != 1 {
		e.words.exact = false // there is more to it than one word
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
	case len(ids) > maxSet:
		e.words.exact = false
	case len(ids) > maxWords:
		set := make(map[int64]bool, len(ids))
		for _, id := range ids {
			set[id] = true
		}
		e.words.sets = append(e.words.sets, set)
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

const wordsOf = `SELECT w.num, w.ids FROM json_each(?) j CROSS JOIN listing_words w ON w.num = j.value CROSS JOIN listing l ON l.num = w.num WHERE l.worded = 1`

// withSets leaves out the candidates whose words rule them out.
func (e *search) withSets(ctx context.Context, some []candidate) ([]candidate, error) {
	if len(e.words.sets) == 0 || len(some) == 0 {
		return some, nil
	}
	nums := make([]int64, len(some))
	for i, c := range some {
		nums[i] = c.num
	}
	list, err := toJSON(nums)
	if err != nil {
		return nil, err
	}
	found, err := e.tx.QueryContext(ctx, wordsOf, list)
	if err != nil {
		return nil, err
	}
	defer found.Close()
	out := make(map[int64]bool)
	for found.Next() {
		var num int64
		var words []byte
		if err := found.Scan(&num, &words); err != nil {
			return nil, err
		}
		for _, set := range e.words.sets {
			out[num] = out[num] || !hasAny(words, set)
		}
	}
	return slices.DeleteFunc(slices.Clone(some), func(c candidate) bool { return out[c.num] }), found.Err()
}
