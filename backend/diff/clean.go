package diff

import "slices"

// edit is a stretch of both sequences: equal, or replaced by each other.
type edit struct {
	same           bool
	a0, a1, b0, b1 int
}

// readable is the least share of a changed block that must be kept for its words to be marked one by one: below it the
// marks would be confetti, and the block is shown as replaced.
const readable = 0.2

// edits aligns two lists of words so that a person can read what changed.
func (w *work) edits(a, b []word) []edit {
	all := alternate(w.matches(idsOf(a), idsOf(b)), len(a), len(b))
	all = clean(all, a, b)
	kept, total := 0, sizeOf(a)+sizeOf(b)
	for _, e := range all {
		if e.same {
			kept += sizeOf(a[e.a0:e.a1]) + sizeOf(b[e.b0:e.b1])
		}
	}
	if float64(kept) < readable*float64(total) {
		return []edit{{a1: len(a), b1: len(b)}}
	}
	return all
}

func idsOf(words []word) []int32 {
	ids := make([]int32, len(words))
	for i, word := range words {
		ids[i] = word.id
	}
	return ids
}

func sizeOf(words []word) int {
	n := 0
	for _, word := range words {
		n += word.size
	}
	return n
}

// alternate lists equal stretches and what stands between them, in turn.
func alternate(runs []run, lenA, lenB int) []edit {
	var out []edit
	i, j := 0, 0
	for _, r := range append(runs, run{lenA, lenB, 0}) {
		if i < r.i || j < r.j {
			out = append(out, edit{false, i, r.i, j, r.j})
		}
		i, j = r.i+r.n, r.j+r.n
		if n := len(out); r.n > 0 && n > 0 && out[n-1].same {
			out[n-1].a1, out[n-1].b1 = i, j
		} else if r.n > 0 {
			out = append(out, edit{true, r.i, i, r.j, j})
		}
	}
	return out
}

// clean drops what is equal by chance: a single word, or a few short ones, between two longer changes says less than it
// hides. Dropping one makes the change around it longer, so the stretch before it is looked at again.
func clean(all []edit, a, b []word) []edit {
	type sized struct {
		edit
		inA, inB int
	}
	var out []sized
	for _, e := range all {
		out = append(out, sized{e, sizeOf(a[e.a0:e.a1]), sizeOf(b[e.b0:e.b1])})
		for n := len(out); n >= 3 && !out[n-1].same && out[n-2].same; n = len(out) {
			before, kept, after := &out[n-3], out[n-2], out[n-1]
			around := min(max(before.inA, before.inB), max(after.inA, after.inB))
			if !byChance(a[kept.a0:kept.a1], around) {
				break
			}
			before.a1, before.b1 = after.a1, after.b1
			before.inA += kept.inA + after.inA
			before.inB += kept.inB + after.inB
			out = out[:n-2]
		}
	}
	edits := make([]edit, len(out))
	for i, e := range out {
		edits[i] = e.edit
	}
	return edits
}

// byChance tells whether words that are kept between two changes, the shorter of which has so many characters, say
// nothing.
func byChance(words []word, around int) bool {
	size := sizeOf(words)
	switch {
	case slices.ContainsFunc(words, isWall):
		return false
	case size <= 1:
		return true
	case len(words) == 1:
		return size <= around
	}
	return 2*size <= around
}

func isWall(w word) bool { return w.wall }
