package bakeoff

import (
	"reflect"
)

// Repeated returns a lineup with a seat for every time that an entry is asked: an entry with Repeat 3 becomes three equal
// ones in a row. What is asked several times is judged, counted and paid for like any other seat.
func Repeated(lineup []Entry) []Entry {
	out := make([]Entry, 0, len(lineup))
	for _, e := range lineup {
		n := max(e.Repeat, 1)
		e.Repeat = 0
		for range n {
			out = append(out, e)
		}
	}
	return out
}

// Repeats returns the seats of each entry of a spread-out lineup, in order: neighbours with the same model and the same
// settings are one entry that is asked several times.
func Repeats(lineup []Entry) [][]int {
	var out [][]int
	for seat, e := range lineup {
		if seat > 0 && e.same(lineup[seat-1]) {
			out[len(out)-1] = append(out[len(out)-1], seat)
			continue
		}
		out = append(out, []int{seat})
	}
	return out
}

func (e Entry) same(o Entry) bool {
	return e.Endpoint == o.Endpoint && e.Model == o.Model && reflect.DeepEqual(e.Params, o.Params)
}
