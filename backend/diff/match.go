package diff

import (
	"cmp"
	"slices"

	"github.com/aymanbagabas/go-udiff/lcs"
)

// run is a stretch of n equal tokens: a[i:i+n] and b[j:j+n].
type run struct{ i, j, n int }

// matches finds what two sequences have in common, in order. The library gives up when they differ in more than a
// hundred places; there the tokens that occur once on each side tell what belongs together, and between those it is
// asked again.
func (w *work) matches(a, b []int32) []run { return w.match(nil, a, b, 0, 0, 0) }

const (
	gaveUp   = 40    // the smallest hole that the library may have left because it gave up: it does so after fifty steps
	askCost  = 3_000 // what one question to the library costs, in tokens: its steps are bounded, whatever the length
	scanEach = 16    // how often a hole that has no anchors is asked about again before they are looked for anew
)

// match appends what a and b, which begin at i0 and j0, have in common. round counts how often the library was asked
// about ever smaller holes.
func (w *work) match(out []run, a, b []int32, i0, j0, round int) []run {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	if n > 0 {
		out = append(out, run{i0, j0, n})
		a, b, i0, j0 = a[n:], b[n:], i0+n, j0+n
	}
	if len(a) == 0 || len(b) == 0 || !w.spend(n+min(len(a)+len(b), askCost)) {
		return out
	}
	i, j := 0, 0
	for _, d := range append(lcs.DiffRunes(a, b), lcs.Diff{Start: len(a), End: len(a), ReplStart: len(b), ReplEnd: len(b)}) {
		if n := d.Start - i; n > 0 {
			out = append(out, run{i0 + i, j0 + j, n})
		}
		if d.End-d.Start+d.ReplEnd-d.ReplStart > gaveUp {
			shrunk := d.End-d.Start+d.ReplEnd-d.ReplStart < len(a)+len(b)
			out = w.hole(out, a[d.Start:d.End], b[d.ReplStart:d.ReplEnd], i0+d.Start, j0+d.ReplStart, round, shrunk)
		}
		i, j = d.End, d.ReplEnd
	}
	return out
}

// hole goes on where the library gave up, or where nothing is left to find. shrunk: the library found something around it.
func (w *work) hole(out []run, a, b []int32, i0, j0, round int, shrunk bool) []run {
	if len(a) == 0 || len(b) == 0 {
		return out
	}
	if shrunk && round%scanEach != 0 {
		return w.match(out, a, b, i0, j0, round+1)
	}
	if !w.spend(len(a) + len(b)) {
		return out
	}
	anchors := ascending(unique(a, b))
	switch {
	case len(anchors) > 0:
		i, j := 0, 0
		for _, at := range anchors {
			out = w.match(out, a[i:at.i], b[j:at.j], i0+i, j0+j, 0)
			out = append(out, run{i0 + at.i, j0 + at.j, 1})
			i, j = at.i+1, at.j+1
		}
		return w.match(out, a[i:], b[j:], i0+i, j0+j, 0)
	case !share(a, b):
		return out
	case shrunk:
		return w.match(out, a, b, i0, j0, round+1)
	}
	w.coarse = w.coarse || len(a)+len(b) > 1000
	return out
}

// unique returns the places of the tokens that occur once on each side, in the order of a.
func unique(a, b []int32) []run {
	type seen struct{ inA, inB, i, j int }
	all := make(map[int32]*seen, len(a))
	for i, t := range a {
		s := all[t]
		if s == nil {
			s = &seen{i: i}
			all[t] = s
		}
		s.inA++
	}
	for j, t := range b {
		if s := all[t]; s != nil {
			s.inB++
			s.j = j
		}
	}
	var out []run
	for i, t := range a {
		if s := all[t]; s.inA == 1 && s.inB == 1 {
			out = append(out, run{i, s.j, 1})
		}
	}
	return out
}

// ascending returns a longest selection of runs, which are in the order of a, that is in the order of b too.
func ascending(runs []run) []run {
	var tails []int // by length: the index of the run that ends a selection of that length lowest in b
	before := make([]int, len(runs))
	for k, r := range runs {
		at, _ := slices.BinarySearchFunc(tails, r.j, func(t, j int) int { return cmp.Compare(runs[t].j, j) })
		before[k] = -1
		if at > 0 {
			before[k] = tails[at-1]
		}
		if at == len(tails) {
			tails = append(tails, k)
		} else {
			tails[at] = k
		}
	}
	out := make([]run, len(tails))
	for n, k := len(tails)-1, last(tails); n >= 0; n-- {
		out[n] = runs[k]
		k = before[k]
	}
	return out
}

func last(s []int) int {
	if len(s) == 0 {
		return -1
	}
	return s[len(s)-1]
}

func share(a, b []int32) bool {
	in := make(map[int32]bool, len(a))
	for _, t := range a {
		in[t] = true
	}
	return slices.ContainsFunc(b, func(t int32) bool { return in[t] })
}
