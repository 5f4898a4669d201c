package app

// VariableView is the value of a variable of a prompt.
type VariableView struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// SavedPromptView is a prompt of the library, or a saved system prompt.
type SavedPromptView struct {
	ID          string   `json:"id"`   // empty: a new one
	Kind        string   `json:"kind"` // "prompt", "system"
	Name        string   `json:"name"`
	System      string   `json:"system"`
	User        string   `json:"user"` // empty for a system prompt
	Tags        []string `json:"tags"`
	UpdatedAtMs int64    `json:"updatedAtMs"`
}

// LineupView is a lineup of the library.
type LineupView struct {
	ID          string      `json:"id"`   // empty: a new one
	Name        string      `json:"name"` // unique without regard to case
	Entries     []EntryView `json:"entries"`
	Lanes       string      `json:"lanes"` // "parallel", "serial"
	UpdatedAtMs int64       `json:"updatedAtMs"`
}

// SetRequest is a prompt with variables, and the table that fills it. Request is what a row starts with: its prompt and
// system text are the template.
type SetRequest struct {
	Name    string       `json:"name"` // empty: made from the prompt
	Table   string       `json:"table"`
	Request StartRequest `json:"request"`
}

// TableFileView is a table that was chosen in a dialog.
type TableFileView struct {
	Name string `json:"name"` // empty: the dialog was cancelled
	Text string `json:"text"`
}

// SetPreviewView is what a set would be. A Problem is a sentence about what has to be corrected first.
type SetPreviewView struct {
	Problem   string        `json:"problem"`
	Variables []string      `json:"variables"` // of the prompt
	Columns   []string      `json:"columns"`   // of the table
	Unused    []string      `json:"unused"`    // columns that the prompt does not have
	Separator string        `json:"separator"` // "," ";" or a tab; empty when the table cannot be read
	Rows      []SetCellsRow `json:"rows"`      // the first of them
	Total     int           `json:"total"`     // how many rows there are
	Empty     []int         `json:"empty"`     // lines of rows that lack a value
	Estimate  *EstimateView `json:"estimate"`  // of all rows together, by seat; null while there is a problem
	Question  string        `json:"question"`  // why a yes to the cost of a row is needed; empty: none is
	Warning   string        `json:"warning"`   // which cap will pause the set on the way; empty: none
}

// SetCellsRow is a row of a table with its line in the text.
type SetCellsRow struct {
	Line   int      `json:"line"`
	Values []string `json:"values"`
}

// SetHeadView is a set in the list. It is also the event "set", sent whenever one changes; it holds no text of a prompt
// but its name.
type SetHeadView struct {
	ID           string `json:"id"`
	Name         string `json:"name"`
	State        string `json:"state"`  // "ready", "running", "paused", "done"
	Reason       string `json:"reason"` // why it is paused; empty: the user paused it
	Code         string `json:"code"`   // of that reason; "unconfirmed": a yes to the cost lifts it
	Rows         int    `json:"rows"`
	Ended        int    `json:"ended"`        // rows that need no more asking
	Row          int    `json:"row"`          // that is being asked, from 0; -1: none
	ComparisonID string `json:"comparisonId"` // of that row
	CreatedAtMs  int64  `json:"createdAtMs"`  // 0 in an event
	Models       int    `json:"models"`       // how many a row asks; 0 in an event
}

// SetView is a set whole.
type SetView struct {
	Head      SetHeadView  `json:"head"`
	System    string       `json:"system"` // the template
	Prompt    string       `json:"prompt"`
	Columns   []string     `json:"columns"`
	Lineup    []EntryView  `json:"lineup"` // empty while every row that was asked is blind
	Blind     bool         `json:"blind"`
	LocalOnly bool         `json:"localOnly"`
	Sensitive bool         `json:"sensitive"`
	Rows      []SetRowView `json:"rows"`
}

// SetRowView is a row with what came of it.
type SetRowView struct {
	Row          int           `json:"row"` // from 0
	Line         int           `json:"line"`
	Values       []string      `json:"values"`
	ComparisonID string        `json:"comparisonId"` // empty: not asked yet
	Ended        bool          `json:"ended"`
	Gone         bool          `json:"gone"`  // its comparison was deleted
	Blind        bool          `json:"blind"` // then there are no runs
	Runs         []SetCellView `json:"runs"`  // the newest attempt of each seat
}

// SetCellView is what one model made of a row.
type SetCellView struct {
	RunID   string   `json:"runId"`
	Seat    int      `json:"seat"`
	Status  string   `json:"status"`
	TotalMs *float64 `json:"totalMs"`
	Cost    CostView `json:"cost"`
	Stars   int      `json:"stars"`  // 0: none
	Answer  string   `json:"answer"` // its first 200 characters
	Error   string   `json:"error"`  // a sentence; empty: none
}

// SetPlaceView says which row of which set a comparison asks.
type SetPlaceView struct {
	SetID string `json:"setId"`
	Name  string `json:"name"`
	Row   int    `json:"row"` // from 0
}
