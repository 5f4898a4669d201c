package review

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// UndoFor is how long after its reveal the vote of a blind comparison can be taken back such that it is blind again.
const UndoFor = 10 * time.Second

// Place gives an answer its rank: 1 is best, equal ranks tie, 0 leaves it out. Run is a run's id, or the letter while
// the comparison is blind.
type Place struct {
	Run  string
	Rank int
}

// Judge is a vote. Of a blind comparison it is the reveal as well.
//
// A vote for the best or a tie needs only the winners: whoever answered and is not named lost (rank 2), and whoever did
// not answer is left out (rank 0). In an order, whoever is not named is left out. When none is good enough, all have
// rank 0. Every run that was shown has a standing in the verdict, so that nothing is lost silently.
func Judge(c bakeoff.Comparison, kind bakeoff.VerdictKind, given []Place, now time.Time) (f bakeoff.Finding, err error) {
	shown := slices.DeleteFunc(Shown(c), func(r bakeoff.Run) bool { return r.ID == "" })
	if !allEnded(shown) {
		return f, invalid("Some models are still answering. Wait for them or stop them, then vote.")
	}
	ranks, err := ranked(c, kind, given)
	if err != nil {
		return f, err
	}
	v := bakeoff.Verdict{ComparisonID: c.ID, Kind: kind, Blind: unseen(c), At: voteTime(c, now)}
	for _, r := range shown {
		v.Shown = append(v.Shown, r.ID)
		v.Standings = append(v.Standings, bakeoff.Standing{RunID: r.ID, Rank: rankOf(r, kind, ranks)})
	}
	if err := check(kind, v.Standings, shown); err != nil {
		return f, err
	}
	slices.SortStableFunc(v.Standings, bakeoff.Standing.Compare)
	f.Verdict = &v
	if c.Blind() {
		f.Sitting = revealed(*c.Sitting, v.At)
	}
	return f, nil
}

func allEnded(runs []bakeoff.Run) bool {
	return !slices.ContainsFunc(runs, func(r bakeoff.Run) bool { return !r.Status.Ended() })
}

// ranked reads the ranks that a voter gave, by run id.
func ranked(c bakeoff.Comparison, kind bakeoff.VerdictKind, given []Place) (map[string]int, error) {
	shown, ranks := Shown(c), make(map[string]int)
	for _, p := range given {
		r, err := Find(c, p.Run)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(shown, func(s bakeoff.Run) bool { return s.ID == r.ID }) {
			return nil, invalid("This model was asked once more since. Vote on its newest answer.")
		}
		if _, twice := ranks[r.ID]; twice {
			return nil, invalid("An answer is named twice in this vote. Give each one rank.")
		}
		if p.Rank < 0 || p.Rank > len(shown) {
			return nil, invalid(fmt.Sprintf("The rank %d is none. Give 1 to the best, and 0 to what you leave out.", p.Rank))
		}
		ranks[r.ID] = p.Rank
	}
	return ranks, nil
}

// rankOf is the rank of a run: as given, or what the kind of vote makes of one that was not named.
func rankOf(r bakeoff.Run, kind bakeoff.VerdictKind, ranks map[string]int) int {
	rank, named := ranks[r.ID]
	won := kind == bakeoff.VerdictBest || kind == bakeoff.VerdictTie
	if !named && won && Answered(r) {
		return 2
	}
	return rank
}

// Answered reports whether there is something to judge in a run: text, and an end that was meant.
func Answered(r bakeoff.Run) bool { return r.Status.Well() && strings.TrimSpace(r.Answer) != "" }

// check holds the rules of each kind of vote.
func check(kind bakeoff.VerdictKind, standings []bakeoff.Standing, shown []bakeoff.Run) error {
	count, highest := make(map[int]int), 0 // of runs, by rank
	for i, s := range standings {
		count[s.Rank]++
		highest = max(highest, s.Rank)
		if s.Rank == 1 && strings.TrimSpace(shown[i].Answer) == "" {
			return invalid("There is no text in the answer that should win. Choose another, or vote for none.")
		}
	}
	voted := len(standings) - count[0]
	switch {
	case len(standings) == 0:
		return invalid("There is no answer to vote on.")
	case kind == bakeoff.VerdictBest && len(standings) < 2:
		return invalid("There is only one answer, and nothing to compare it with. Give it stars instead.")
	case kind == bakeoff.VerdictBest && (count[1] != 1 || highest > 2):
		return invalid("A vote for the best has one winner of rank 1, and the others share rank 2 or are left out. For more places, rank the answers.")
	case kind == bakeoff.VerdictTie && (count[1] < 2 || highest > 2):
		return invalid("A tie has at least two winners of rank 1, and the others share rank 2 or are left out. Choose the winners.")
	case kind == bakeoff.VerdictNone && voted > 0:
		return invalid("When all answers are bad, none has a rank. Vote without ranks, or for the best.")
	case kind == bakeoff.VerdictRanked && voted < 2:
		return invalid("An order needs at least two answers. Rank two, or vote for the best.")
	case kind == bakeoff.VerdictRanked:
		for rank := 1; rank <= highest; rank++ {
			if count[rank] == 0 {
				return invalid(fmt.Sprintf("Rank %d is missing in this order. Number the places from 1 without a gap; equal answers share a number.", rank))
			}
		}
	case kind != bakeoff.VerdictBest && kind != bakeoff.VerdictTie && kind != bakeoff.VerdictNone:
		return invalid("A vote is best, tie, none or ranked. Choose one of these.")
	}
	return nil
}

// Withdraw takes the vote back that counts. A comparison that this vote revealed is blind again when that was no longer
// than UndoFor ago; later the names stay known, and so they do while a model that was asked once more is answering.
func Withdraw(c bakeoff.Comparison, now time.Time) (f bakeoff.Finding, err error) {
	v := c.Review.Verdict
	if v == nil {
		return f, invalid("There is no vote to take back.")
	}
	f.Verdict = &bakeoff.Verdict{ComparisonID: c.ID, Kind: bakeoff.VerdictWithdrawn, At: voteTime(c, now)}
	if s := c.Sitting; s != nil && v.At.Equal(s.RevealedAt) && now.Sub(s.RevealedAt) <= UndoFor && allEnded(Shown(c)) {
		again := *s
		again.RevealedAt = time.Time{}
		f.Sitting = &again
	}
	return f, nil
}

// Open begins a blind look at an ended comparison. Where one is open already there is nothing to write.
func Open(c bakeoff.Comparison, now time.Time) (f bakeoff.Finding, err error) {
	shown := Shown(c)
	switch {
	case c.Blind():
		return f, nil
	case c.Sitting != nil:
		return f, invalid("The names of this comparison were revealed already, so it cannot be blind again. Run the prompt once more for a fresh look.")
	case !allEnded(shown):
		return f, invalid("Some models are still answering. Wait for them or stop them first.")
	case len(shown) < 2:
		return f, invalid("There is only one answer, and nothing to compare it with.")
	}
	s := Sit(len(shown), now)
	for i, place := range s.Seats {
		s.Seats[i] = shown[place].Seat
	}
	f.Sitting = &s
	return f, nil
}

// Reveal shows the names without a vote.
func Reveal(c bakeoff.Comparison, now time.Time) (f bakeoff.Finding, err error) {
	if !allEnded(Shown(c)) {
		return f, invalid("Some models are still answering. Wait for them or stop them, then reveal.")
	}
	if c.Blind() {
		f.Sitting = revealed(*c.Sitting, ms(now))
	}
	return f, nil
}

func revealed(s bakeoff.Sitting, at time.Time) *bakeoff.Sitting {
	s.RevealedAt = at
	if s.SeenAt.IsZero() {
		s.SeenAt = at
	}
	return &s
}

// unseen reports whether what is said now is said without ever having seen the names in this look: a vote that follows
// an undone reveal does not count as blind.
func unseen(c bakeoff.Comparison) bool { return c.Blind() && c.Sitting.SeenAt.IsZero() }

// voteTime is now, or just after the newest vote: the newest counts, also when the clock was set back between two.
func voteTime(c bakeoff.Comparison, now time.Time) time.Time {
	at := ms(now)
	for _, v := range c.Review.Votes {
		at = after(at, v.At)
	}
	return at
}

func after(at, other time.Time) time.Time {
	if at.After(other) {
		return at
	}
	return other.Add(time.Millisecond)
}
