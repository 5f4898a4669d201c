package diff

import "slices"

// The least likeness of two blocks that count as one block that changed, and of two that count as one that moved.
const (
	related = 0.3
	moved   = 0.75
)

// maxGrid is how many pairs of blocks between two equal ones are weighed against each other.
const maxGrid = 40_000

// link finds which block of b stands in the place of each block of a; -1: none. The links are in order.
func (w *work) link(a, b []*piece) []int {
	links := make([]int, len(a))
	for i := range links {
		links[i] = -1
	}
	keysA, placesA := heavy(a)
	keysB, placesB := heavy(b)
	w.both = inBoth(keysA, keysB)
	i, j := 0, 0
	for _, r := range w.matches(keysA, keysB) {
		for n := range r.n {
			p, q := placesA[r.i+n], placesB[r.j+n]
			w.fill(links, a, b, i, p, j, q)
			links[p] = q
			i, j = p+1, q+1
		}
	}
	w.fill(links, a, b, i, len(a), j, len(b))
	return links
}

func inBoth(a, b []int32) map[int32]bool {
	inA, out := make(map[int32]bool, len(a)), make(map[int32]bool)
	for _, key := range a {
		inA[key] = true
	}
	for _, key := range b {
		if inA[key] {
			out[key] = true
		}
	}
	return out
}

// likeness is how well two blocks stand beside each other. One that is on the other side as it is, elsewhere, stands
// beside nothing else: it has moved.
func (w *work) likeness(p, q *piece) float64 {
	if p.key != q.key && (p.size >= movable && w.both[p.key] || q.size >= movable && w.both[q.key]) {
		return 0
	}
	return w.alike(p, q, related)
}

// instead tells whether one block, alone between two equal ones, was written in the place of another.
func (w *work) instead(p, q *piece) bool {
	return p.code == q.code && p.rows == q.rows && !p.light() && !q.light() && !w.both[p.key] && !w.both[q.key]
}

// heavy are the blocks that can be recognised: their keys and places. A brace would tie together what does not belong
// together.
func heavy(pieces []*piece) (keys []int32, places []int) {
	for i, p := range pieces {
		if !p.light() {
			keys, places = append(keys, p.key), append(places, i)
		}
	}
	return keys, places
}

// fill links the blocks a[i0:i1] and b[j0:j1], between which nothing is equal and heavy.
func (w *work) fill(links []int, a, b []*piece, i0, i1, j0, j1 int) {
	for i0 < i1 && j0 < j1 && a[i0].key == b[j0].key {
		links[i0] = j0
		i0, j0 = i0+1, j0+1
	}
	for i0 < i1 && j0 < j1 && a[i1-1].key == b[j1-1].key {
		i1, j1 = i1-1, j1-1
		links[i1] = j1
	}
	switch {
	case i0 == i1 || j0 == j1:
	case i1-i0 == 1 && j1-j0 == 1 && w.instead(a[i0], b[j0]):
		links[i0] = j0
	case (i1-i0)*(j1-j0) <= maxGrid:
		w.weigh(links, a, b, i0, i1, j0, j1)
	default:
		w.fillLong(links, a, b, i0, i1, j0, j1)
	}
}

// fillLong links a stretch that is too long to weigh: first what is equal, light blocks too, then what is alike between.
func (w *work) fillLong(links []int, a, b []*piece, i0, i1, j0, j1 int) {
	i, j := i0, j0
	for _, r := range append(w.matches(plainKeys(a[i0:i1]), plainKeys(b[j0:j1])), run{i1 - i0, j1 - j0, 0}) {
		if rows, cols := i0+r.i-i, j0+r.j-j; rows*cols > maxGrid {
			w.vote(links, a, b, i, i0+r.i, j, j0+r.j)
		} else if rows*cols > 0 {
			w.weigh(links, a, b, i, i0+r.i, j, j0+r.j)
		}
		for n := range r.n {
			links[i0+r.i+n] = j0 + r.j + n
		}
		i, j = i0+r.i+r.n, j0+r.j+r.n
	}
}

func plainKeys(pieces []*piece) []int32 {
	out := make([]int32, len(pieces))
	for i, p := range pieces {
		out[i] = p.key
	}
	return out
}

// weigh links the blocks so that as much text as possible is beside what is like it.
func (w *work) weigh(links []int, a, b []*piece, i0, i1, j0, j1 int) {
	rows, cols := i1-i0, j1-j0
	best := make([]float64, (rows+1)*(cols+1)) // of what follows i and j
	gain := make([]float64, (rows+1)*(cols+1)) // of linking i and j
	at := func(i, j int) int { return i*(cols+1) + j }
	for i := rows - 1; i >= 0; i-- {
		for j := cols - 1; j >= 0; j-- {
			p, q := a[i0+i], b[j0+j]
			gain[at(i, j)] = w.likeness(p, q) * float64(p.size+q.size+1)
			best[at(i, j)] = max(best[at(i+1, j)], best[at(i, j+1)])
			if g := gain[at(i, j)]; g > 0 {
				best[at(i, j)] = max(best[at(i, j)], g+best[at(i+1, j+1)])
			}
		}
	}
	for i, j := 0, 0; i < rows && j < cols; {
		switch g := gain[at(i, j)]; {
		case g > 0 && best[at(i, j)] == g+best[at(i+1, j+1)]:
			links[i0+i] = j0 + j
			i, j = i+1, j+1
		case best[at(i, j)] == best[at(i+1, j)]:
			i++
		default:
			j++
		}
	}
}

// vote links the blocks of a long stretch: the words of all of them are matched as one sequence, and each block goes
// with the one that most of its words went to.
func (w *work) vote(links []int, a, b []*piece, i0, i1, j0, j1 int) {
	left, fromA := w.stream(a, i0, i1)
	right, fromB := w.stream(b, j0, j1)
	votes := make(map[[2]int]int)
	for _, r := range w.matches(left, right) {
		for n := range r.n {
			votes[[2]int{fromA[r.i+n], fromB[r.j+n]}]++
		}
	}
	var pairs []run // n: votes
	for pair, n := range votes {
		pairs = append(pairs, run{pair[0], pair[1], n})
	}
	slices.SortFunc(pairs, func(x, y run) int { // the order in which a map is read must not show
		if x.i != y.i {
			return x.i - y.i
		}
		if x.n != y.n {
			return y.n - x.n
		}
		return x.j - y.j
	})
	last := j0 - 1
	for k, p := range pairs {
		if k > 0 && pairs[k-1].i == p.i || p.j <= last || w.likeness(a[p.i], b[p.j]) == 0 {
			continue
		}
		links[p.i], last = p.j, p.j
	}
}

// stream lists the words of several blocks, and for each the block it is from.
func (w *work) stream(pieces []*piece, from, to int) (ids []int32, of []int) {
	for k := from; k < to; k++ {
		for _, word := range w.wordsOf(pieces[k]) {
			if word.size > 0 {
				ids, of = append(ids, word.id), append(of, k)
			}
		}
	}
	return ids, of
}

// moves finds among the blocks that have no link those that stand elsewhere on the other side: by index in a, the index
// in b. Blocks that say little are left alone: the same short line in two places is no move.
func (w *work) moves(a, b []*piece, links []int) map[int]int {
	taken := make(map[int]bool, len(b))
	for _, j := range links {
		taken[j] = true
	}
	var left, right []int
	for i, j := range links {
		if j < 0 && a[i].size >= movable {
			left = append(left, i)
		}
	}
	byKey := make(map[int32][]int)
	for j, p := range b {
		if !taken[j] && p.size >= movable {
			right = append(right, j)
			byKey[p.key] = append(byKey[p.key], j)
		}
	}
	out := make(map[int]int)
	for _, i := range left {
		if same := byKey[a[i].key]; len(same) > 0 {
			out[i], byKey[a[i].key] = same[0], same[1:]
			taken[same[0]] = true
		}
	}
	if len(left)*len(right) <= maxGrid {
		w.nearMoves(out, a, b, left, right, taken)
	}
	return out
}

// movable is the least size of a block that is looked for elsewhere, in characters.
const movable = 16

// nearMoves adds blocks that moved and changed a little: each takes what is most like it.
func (w *work) nearMoves(out map[int]int, a, b []*piece, left, right []int, taken map[int]bool) {
	for _, i := range left {
		if _, there := out[i]; there {
			continue
		}
		best, to := 0.0, -1
		for _, j := range right {
			if taken[j] {
				continue
			}
			if share := w.alike(a[i], b[j], moved); share > best {
				best, to = share, j
			}
		}
		if to >= 0 {
			out[i], taken[to] = to, true
		}
	}
}
