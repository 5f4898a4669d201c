package bakeoff

import "time"

// SavedPrompt is a prompt of the library. Its texts may hold {{variables}}. One with a system text alone is a saved
// system prompt.
type SavedPrompt struct {
	ID        string // UUIDv7
	Kind      SavedKind
	Name      string // unique among those of its kind
	System    string
	User      string // empty for a system prompt
	Tags      []string
	UpdatedAt time.Time // UTC, millisecond precision
}

// Lineup is a lineup of the library. What its entries name may be gone by now.
type Lineup struct {
	ID        string // UUIDv7
	Name      string // unique without regard to case
	Entries   []Entry
	Lanes     Lanes
	UpdatedAt time.Time // UTC, millisecond precision
}

// SavedKind tells prompts from system prompts.
type SavedKind string

const (
	KindPrompt SavedKind = "prompt"
	KindSystem SavedKind = "system"
)

// SetState is where a prompt set stands.
type SetState string

const (
	SetReady   SetState = "ready"   // nothing was asked yet
	SetRunning SetState = "running" // rows are being asked
	SetPaused  SetState = "paused"  // it goes on when it is told to
	SetDone    SetState = "done"    // every row has ended
)

// PromptSet is one prompt with variables that is asked once for each row of a table, row after row. Prompt, lineup and
// settings are a snapshot: later changes of a saved prompt or lineup do not reach it.
type PromptSet struct {
	ID        string // UUIDv7
	Name      string
	Prompt    Prompt // the template; no attachments
	Columns   []string
	Lineup    []Entry
	Lanes     Lanes
	LocalOnly bool
	Sensitive bool // each row is
	Blind     bool
	Confirmed bool // the user has seen what a row costs and wants it above the cap for one comparison
	State     SetState
	Reason    string // why it is paused, as a sentence; empty when the user paused it
	Code      Code   // of that reason; unconfirmed: a yes to the cost lifts it
	CreatedAt time.Time
	UpdatedAt time.Time // of the newest change of state; both UTC, millisecond precision
}

// SetRow is one row of a prompt set.
type SetRow struct {
	Place        int      // from 0
	Line         int      // of the table's text, from 1; 0 when unknown
	Values       []string // by column
	ComparisonID string   // what the row was asked as; empty: it was not asked yet. The comparison may be gone
	Ended        bool     // it needs no more asking
}

// SetPlace says which row of which set a comparison asks. The zero value: none.
type SetPlace struct {
	SetID string
	Name  string // of the set
	Row   int    // from 0
}

// SetHead is a set in a list.
type SetHead struct {
	PromptSet
	Rows  int
	Ended int // rows that need no more asking
}

// SetLine is a row of a set with what came of it.
type SetLine struct {
	SetRow
	Gone  bool      // its comparison was deleted
	Blind bool      // nothing may be told before the vote: there are no cells
	Cells []SetCell // the newest attempt of each seat, in lineup order; none before it was asked
}

// SetCell is what one model made of a row.
type SetCell struct {
	RunID  string
	Seat   int
	Status Status
	Total  Span
	Cost   Cost
	Stars  int    // 0: none
	Answer string // as much of its beginning as was asked for
	Error  string // a sentence; empty: none
}
