package review

import (
	"crypto/rand"
	"math/big"
	"time"

	"bakeoff/backend/bakeoff"
)

// Sit opens a blind look at a lineup of so many seats, in an order that nobody can guess.
func Sit(seats int, now time.Time) bakeoff.Sitting {
	s := bakeoff.Sitting{Seats: make([]int, seats), OpenedAt: ms(now)}
	for i := range s.Seats {
		j := random(i + 1)
		s.Seats[i], s.Seats[j] = s.Seats[j], i
	}
	return s
}

// random returns a number from 0 to n-1.
func random(n int) int {
	r, err := rand.Int(rand.Reader, big.NewInt(int64(n)))
	if err != nil {
		panic(err) // the system's source of chance does not fail
	}
	return int(r.Int64())
}

// Letter names the ith seat, from 0: A to Z, then AA, AB and so on.
func Letter(i int) string {
	if i < 26 {
		return string(rune('A' + i))
	}
	return Letter(i/26-1) + Letter(i%26)
}

// Letters returns the letter that each lineup seat had in a blind look, "" for a seat that was not in it; nil when the
// comparison was never blind or still is.
func Letters(c bakeoff.Comparison) []string {
	if c.Sitting == nil || c.Blind() {
		return nil
	}
	out := make([]string, len(c.Lineup))
	for i, seat := range c.Sitting.Seats {
		if seat < len(out) {
			out[seat] = Letter(i)
		}
	}
	return out
}

// Shown returns the runs that a vote is about, the newest attempt of each seat, left to right as the window has them: in
// the order of letters while blind and ever after, since a reveal moves nothing, else in that of the lineup. A letter whose
// seat has no run is an empty one.
func Shown(c bakeoff.Comparison) []bakeoff.Run {
	newest := bakeoff.Newest(c.Runs)
	if c.Sitting == nil {
		return newest
	}
	out := make([]bakeoff.Run, len(c.Sitting.Seats))
	for i, seat := range c.Sitting.Seats {
		out[i] = bakeoff.Run{ComparisonID: c.ID, Seat: seat, Status: bakeoff.Interrupted}
		for _, r := range newest {
			if r.Seat == seat {
				out[i] = r
			}
		}
	}
	return out
}

// Find returns the run that a voter means: by its letter while the comparison is blind, else by its id.
func Find(c bakeoff.Comparison, name string) (bakeoff.Run, error) {
	if c.Blind() {
		for i, r := range Shown(c) {
			if name == Letter(i) && r.ID != "" {
				return r, nil
			}
		}
		return bakeoff.Run{}, invalid("This comparison is blind, and no answer in it has that letter. Vote or reveal first.")
	}
	for _, r := range c.Runs {
		if r.ID == name {
			return r, nil
		}
	}
	return bakeoff.Run{}, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "This answer is not part of the comparison. Open it again from the history."}
}

// ErrBlind is why what would tell a name is not done yet.
func ErrBlind() error {
	return invalid("This comparison is blind. Vote or reveal first.")
}

// ms is a moment as the history keeps it.
func ms(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }

func invalid(sentence string) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
