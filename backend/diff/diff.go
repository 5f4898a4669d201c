// Package diff tells how one answer differs from another, in a form that a person can read: blocks (paragraphs, list
// items, tables, lines of code) beside each other, words marked inside the blocks that changed, and blocks that only
// moved said to have moved.
//
// It is pure, and the same two texts always give the same result. Nothing is lost: the parts of a joined in order are
// the first text to the byte, those of b the second. White space counts in code only. Its work is bounded: texts of a
// megabyte each take about a second at worst, and where a bound is met blocks are compared more coarsely, which is said.
//
// The longest common subsequence itself is go-udiff's, the one of Go's own tools: it is bounded, deterministic, and
// works on any integers, so that words and blocks go the same way. Word boundaries are Unicode's (UAX 29), by uax29.
package diff

import (
	"slices"
	"strings"
	"unicode"
)

// Kind says what became of a block.
type Kind string

const (
	Same    Kind = "same"
	Changed Kind = "changed" // the same place, other words
	Added   Kind = "added"   // only in b
	Removed Kind = "removed" // only in a
	Moved   Kind = "moved"   // in both, at another place: one block has the text of a, its other half that of b
)

// Mark says whether the other side has a stretch of text too.
type Mark string

const (
	Kept     Mark = "same"
	Deleted  Mark = "del" // in a only
	Inserted Mark = "ins" // in b only
)

// Part is a stretch of text. A kept part of a and its twin in b may differ in white space.
type Part struct {
	Text string
	Mark Mark
}

// Block is a piece of both texts, or of one. The blank lines after it belong to it.
type Block struct {
	Kind    Kind
	A, B    []Part
	Code    bool // a line of code: white space counts
	MovedTo int  // of a moved block the index of its other half; else -1
}

// Summary counts blocks; a moved one counts once.
type Summary struct {
	Same, Changed, Added, Removed, Moved int

	Similarity float64 // the share of both texts that the other has too, white space not counted: 0 to 1
	Coarse     bool    // a bound was met: some blocks are compared more coarsely
}

// Diff is how text b differs from text a.
type Diff struct {
	Blocks  []Block
	Summary Summary
}

// Texts compares two texts.
func Texts(a, b string) Diff {
	w := &work{left: maxWork, ids: make(map[string]int32)}
	left, right := w.split(a), w.split(b)
	links := w.link(left, right)
	moves := w.moves(left, right, links)
	d := Diff{Blocks: w.lay(left, right, links, moves)}
	d.sum()
	d.Summary.Coarse = w.coarse
	if len(d.Blocks) > maxBlocks {
		d.merge()
	}
	return d
}

// maxBlocks is how many blocks a screen is given one by one.
const maxBlocks = 10_000

// merge joins neighbours of which nothing more is to be said than that they are the same, added or removed.
func (d *Diff) merge() {
	at := make([]int, len(d.Blocks)) // where each block went
	var out []Block
	for i, b := range d.Blocks {
		n := len(out)
		plain := b.Kind == Same || b.Kind == Added || b.Kind == Removed
		if plain && n > 0 && out[n-1].Kind == b.Kind && out[n-1].Code == b.Code {
			out[n-1].A, out[n-1].B = append(out[n-1].A, b.A...), append(out[n-1].B, b.B...)
			at[i] = n - 1
			continue
		}
		at[i] = n
		out = append(out, b)
	}
	for i := range out {
		out[i].A, out[i].B = oneText(out[i].A), oneText(out[i].B)
		if out[i].MovedTo >= 0 {
			out[i].MovedTo = at[out[i].MovedTo]
		}
	}
	d.Blocks = out
}

// oneText joins neighbouring parts of one mark.
func oneText(parts []Part) []Part {
	var out []Part
	for len(parts) > 0 {
		var b strings.Builder
		mark := parts[0].Mark
		for len(parts) > 0 && parts[0].Mark == mark {
			b.WriteString(parts[0].Text)
			parts = parts[1:]
		}
		out = append(out, Part{b.String(), mark})
	}
	return out
}

// Similarity is the share of both texts that the other has too: 0 to 1.
func Similarity(a, b string) float64 {
	if a == b {
		return 1
	}
	return Texts(a, b).Summary.Similarity
}

// maxWork is how many tokens may be looked at in all, repeats counted: about a second's worth.
const maxWork = 12_000_000

// work is one comparison on its way.
type work struct {
	left   int
	coarse bool
	ids    map[string]int32 // of words and blocks, by their text
	both   map[int32]bool   // keys of blocks that both sides have, while they are linked
}

// spend takes n from what may be done, and tells whether there was as much.
func (w *work) spend(n int) bool {
	if w.left < n {
		w.coarse = true
		return false
	}
	w.left -= n
	return true
}

// id numbers texts: equal texts have equal numbers.
func (w *work) id(text string) int32 {
	id, ok := w.ids[text]
	if !ok {
		id = int32(len(w.ids))
		w.ids[text] = id
	}
	return id
}

// lay puts the blocks of both sides in order: what a alone has before what b alone has.
func (w *work) lay(a, b []*piece, links []int, moves map[int]int) []Block {
	var out []Block
	halfA, halfB := make(map[int]int), make(map[int]int) // block of a moved piece, by its index in a
	origin := make(map[int]int)
	for i, j := range moves {
		origin[j] = i
	}
	j := 0
	until := func(end int) {
		for ; j < end; j++ {
			block := Block{Kind: Added, B: whole(b[j].text, Inserted), Code: b[j].code, MovedTo: -1}
			if i, moved := origin[j]; moved {
				halfB[i] = len(out)
				block.Kind = Moved
				_, block.B = w.words(a[i], b[j])
			}
			out = append(out, block)
		}
	}
	for i, p := range a {
		switch to, moved := moves[i]; {
		case links[i] >= 0:
			until(links[i])
			out = append(out, w.beside(p, b[j]))
			j++
		case moved:
			halfA[i] = len(out)
			parts, _ := w.words(p, b[to])
			out = append(out, Block{Kind: Moved, A: parts, Code: p.code, MovedTo: -1})
		default:
			out = append(out, Block{Kind: Removed, A: whole(p.text, Deleted), Code: p.code, MovedTo: -1})
		}
	}
	until(len(b))
	for i, at := range halfA {
		out[at].MovedTo, out[halfB[i]].MovedTo = halfB[i], at
	}
	return out
}

// beside is a block that both sides have at the same place.
func (w *work) beside(a, b *piece) Block {
	block := Block{Kind: Same, Code: a.code && b.code, MovedTo: -1}
	if a.key == b.key {
		block.A, block.B = whole(a.text, Kept), whole(b.text, Kept)
		return block
	}
	block.A, block.B = w.words(a, b)
	if differs(block.A) || differs(block.B) {
		block.Kind = Changed
	}
	return block
}

func differs(parts []Part) bool {
	return slices.ContainsFunc(parts, func(p Part) bool { return p.Mark != Kept })
}

func whole(text string, mark Mark) []Part {
	if text == "" {
		return nil
	}
	return []Part{{text, mark}}
}

// sum counts the blocks and the text that is kept.
func (d *Diff) sum() {
	var kept, all int
	count := func(parts []Part) {
		for _, p := range parts {
			n := ink(p.Text)
			all += n
			if p.Mark == Kept {
				kept += n
			}
		}
	}
	s := &d.Summary
	for i, b := range d.Blocks {
		count(b.A)
		count(b.B)
		switch b.Kind {
		case Same:
			s.Same++
		case Changed:
			s.Changed++
		case Added:
			s.Added++
		case Removed:
			s.Removed++
		case Moved:
			if b.MovedTo > i {
				s.Moved++
			}
		}
	}
	s.Similarity = 1
	if all > 0 {
		s.Similarity = float64(kept) / float64(all)
	}
}

// ink counts the characters that are no white space.
func ink(text string) int {
	n := 0
	for _, r := range text {
		if !unicode.IsSpace(r) {
			n++
		}
	}
	return n
}
