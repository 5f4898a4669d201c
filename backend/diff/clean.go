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

// clean drops what is equal by chance: a stretch between two changes that is no longer than either of them says less
// than it hides. Dropping one makes the change around it longer, so the stretch before it is looked at again.
func clean(all []edit, a, b []word) []edit {
	weight := func(e edit) int { return max(sizeOf(a[e.a0:e.a1]), sizeOf(b[e.b0:e.b1])) }
	var out []edit
	var weights []int // of out, kept because counting again and again would be quadratic
	for _, e := range all {
		out, weights = append(out, e), append(weights, weight(e))
		for n := len(out); n >= 3 && !out[n-1].same && out[n-2].same; n = len(out) {
			long := weights[n-2] > min(weights[n-3], weights[n-1]) && weights[n-2] > 1
			if long || slices.ContainsFunc(a[out[n-2].a0:out[n-2].a1], isWall) {
				break
			}
			out[n-3].a1, out[n-3].b1 = out[n-1].a1, out[n-1].b1
			weights[n-3] += weights[n-2] + weights[n-1]
			out, weights = out[:n-2], weights[:n-2]
		}
	}
	return out
}

func isWall(w word) bool { return w.wall }
