package app

// TurnView is one earlier exchange that was sent before the prompt.
type TurnView struct {
	User        string           `json:"user"`
	Answer      string           `json:"answer"`
	Attachments []AttachmentView `json:"attachments"`
}

// AgainView is what it takes to ask the same once more. Its files are at hand: Request names them by their ids.
type AgainView struct {
	Request     StartRequest     `json:"request"`
	Attachments []AttachmentView `json:"attachments"`
	Gone        []string         `json:"gone"` // sentences about what no longer exists; such entries fail when they are run
}

// FamilyView is what belongs to a comparison.
type FamilyView struct {
	Parent   *HistoryRowView  `json:"parent"`   // what it came from; null when it came from nothing or that is gone
	Children []HistoryRowView `json:"children"` // what came from it, oldest first
	Thread   []HistoryRowView `json:"thread"`   // all of its conversation, itself too, oldest first; empty when it is alone
}

// DiffView is how one answer differs from another. The texts of all parts of a, joined in order, are the first answer
// to the byte, those of b the second.
type DiffView struct {
	Blocks  []DiffBlockView `json:"blocks"`
	Summary DiffSummaryView `json:"summary"`
}

// DiffBlockView is a paragraph, a list item, a table row or a piece of code, with the blank lines after it.
type DiffBlockView struct {
	Kind    string         `json:"kind"` // "same", "changed", "added" (a is empty), "removed" (b is empty), "moved" (one of both is)
	A       []DiffPartView `json:"a"`
	B       []DiffPartView `json:"b"`
	Code    bool           `json:"code"`    // white space matters and shows
	MovedTo int            `json:"movedTo"` // of a moved block: the index of its other half; else -1
}

// DiffPartView is a stretch of text that is on both sides or on one only.
type DiffPartView struct {
	Text string `json:"text"`
	Mark string `json:"mark"` // "same", "del" in a, "ins" in b
}

// DiffSummaryView counts blocks. A moved block counts once.
type DiffSummaryView struct {
	Same       int     `json:"same"`
	Changed    int     `json:"changed"`
	Added      int     `json:"added"`
	Removed    int     `json:"removed"`
	Moved      int     `json:"moved"`
	Similarity float64 `json:"similarity"` // the share of text that both have, 0 to 1
	Coarse     bool    `json:"coarse"`     // too long to look at every word: some blocks are compared as a whole
}

// ChangesView is an old comparison beside a new one of the same prompt, seat by seat.
type ChangesView struct {
	OldID   string       `json:"oldId"`
	NewID   string       `json:"newId"`
	OldAtMs int64        `json:"oldAtMs"`
	NewAtMs int64        `json:"newAtMs"`
	Prompt  bool         `json:"prompt"` // both were asked the same: prompt, system text, files and earlier turns
	Seats   []ChangeView `json:"seats"`
}

// ChangeView is one model then and now: the newest attempt of each. Old or new is missing (empty ids, seat -1) when the
// model is in one lineup only.
type ChangeView struct {
	OldRunID string   `json:"oldRunId"`
	NewRunID string   `json:"newRunId"`
	OldSeat  int      `json:"oldSeat"`
	NewSeat  int      `json:"newSeat"`
	Endpoint string   `json:"endpoint"`
	Model    string   `json:"model"`
	Notes    []string `json:"notes"` // what differs, in sentences, the gravest first

	SameText   bool     `json:"sameText"`
	Similarity *float64 `json:"similarity"` // of the answers, 0 to 1; null when one of them has no text

	Params  bool       `json:"params"` // both had the same settings
	Served  StringPair `json:"served"` // the model that the reply named
	Digest  StringPair `json:"digest"`
	Status  StringPair `json:"status"`
	TTFTMs  NumberPair `json:"ttftMs"`
	TotalMs NumberPair `json:"totalMs"`
	Rate    NumberPair `json:"rate"` // tokens per second
	Input   CountPair  `json:"input"`
	Output  CountPair  `json:"output"`
	Cost    CostPair   `json:"cost"`
}

// StringPair is a word then and now; empty when unknown.
type StringPair struct {
	Old     string `json:"old"`
	New     string `json:"new"`
	Changed bool   `json:"changed"` // both are known and differ
}

// NumberPair is a number then and now, null when unknown.
type NumberPair struct {
	Old   *float64 `json:"old"`
	New   *float64 `json:"new"`
	Delta *float64 `json:"delta"` // new - old
}

// CountPair is a number of tokens then and now, null when absent.
type CountPair struct {
	Old   *CountView `json:"old"`
	New   *CountView `json:"new"`
	Delta *int64     `json:"delta"` // new - old
}

// CostPair is a cost then and now.
type CostPair struct {
	Old      CostView `json:"old"`
	New      CostView `json:"new"`
	DeltaUSD *string  `json:"deltaUsd"` // new - old, an exact decimal with its sign; null when one is unknown
}
