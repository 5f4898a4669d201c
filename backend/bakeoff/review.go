package bakeoff

import "time"

// VerdictKind says what a verdict found.
type VerdictKind string

const (
	VerdictBest      VerdictKind = "best"      // one answer won
	VerdictTie       VerdictKind = "tie"       // several answers share the first place
	VerdictNone      VerdictKind = "none"      // all are bad
	VerdictRanked    VerdictKind = "ranked"    // an order of more than two places, or with several below the first
	VerdictWithdrawn VerdictKind = "withdrawn" // takes back whatever was found before
)

// Standing is the place of one run in a verdict. Rank 1 is best and equal ranks tie; rank 0 was left out of the vote:
// it failed, was cut or stopped, or the user left it out.
type Standing struct {
	RunID string
	Rank  int
}

// Verdict is one vote on a comparison as it was cast. It never changes: a later verdict counts instead.
type Verdict struct {
	ID           string // UUIDv7
	ComparisonID string
	Kind         VerdictKind
	Standings    []Standing // of the runs that were shown, best first; empty when withdrawn
	Shown        []string   // run ids as they stood on the screen, left to right
	Blind        bool       // cast before the names were known
	At           time.Time  // UTC, millisecond precision
}

// Stars is one rating of a run as it was given. It never changes: the newest counts.
type Stars struct {
	ID    string // UUIDv7
	RunID string
	N     int // 1 to 5; 0 takes the stars back
	Blind bool
	At    time.Time // UTC, millisecond precision
}

// AnswerReview is what the user thinks of one run's answer.
type AnswerReview struct {
	RunID   string
	Stars   int // the newest; 0 means none
	Reasons []string
	Note    string
	At      time.Time // of the newest change of reasons or note, UTC, millisecond precision; zero: there was none
}

// Review is everything the user said about a comparison.
type Review struct {
	Verdict   *Verdict       // the one that counts; nil when there is none or it was withdrawn
	Answers   []AnswerReview // of the runs that have any, in the order of runs
	Category  string         // empty: none chosen
	Tags      []string       // in the order they were added
	Note      string
	Favourite bool
	Votes     []Verdict // every verdict ever given, oldest first
	AllStars  []Stars   // every rating ever given, oldest first
}

// Answer returns what was said about a run's answer.
func (r Review) Answer(runID string) AnswerReview {
	for _, a := range r.Answers {
		if a.RunID == runID {
			return a
		}
	}
	return AnswerReview{RunID: runID}
}

// Sitting is a blind look at a comparison: which letter each seat of the lineup had, and whether the names are known.
type Sitting struct {
	Seats      []int     // Seats[0] is the lineup seat of letter A; every seat once
	OpenedAt   time.Time // UTC, millisecond precision
	RevealedAt time.Time // zero: still blind
	SeenAt     time.Time // when the names were shown first, also when that was undone; zero: never
}

// Open reports whether the names are still hidden.
func (s *Sitting) Open() bool { return s != nil && s.RevealedAt.IsZero() }

// Blind reports whether nobody may learn yet which model gave which answer.
func (c Comparison) Blind() bool { return c.Sitting.Open() }

// Compare orders standings best first, those that were left out last.
func (s Standing) Compare(other Standing) int {
	if s.Rank == 0 || other.Rank == 0 {
		return other.Rank - s.Rank
	}
	return s.Rank - other.Rank
}

// Description is what is said about a comparison as a whole.
type Description struct {
	Category  string // empty: none chosen
	Tags      []string
	Note      string
	Favourite bool
}

// Finding is what one act of judging adds to the history; what is nil stays as it was. Verdict and Stars are appended
// and get their ids when they are saved; the others replace what was.
type Finding struct {
	Verdict     *Verdict
	Stars       []Stars
	Answer      *AnswerReview // reasons and note; its Stars are not looked at
	Description *Description
	Sitting     *Sitting
}
