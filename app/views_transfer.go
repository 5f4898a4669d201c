package app

// ExtentView is how much an export would hold. Comparisons counts all; those that are blind or still going are left out
// of the file.
type ExtentView struct {
	Comparisons int `json:"comparisons"`
	Runs        int `json:"runs"`
	Attachments int `json:"attachments"`
	Votes       int `json:"votes"`
	Blind       int `json:"blind"`
	Going       int `json:"going"`
}

// ExportedView is a file that was written.
type ExportedView struct {
	Name        string `json:"name"` // without its folder; empty when the dialog was cancelled
	Comparisons int    `json:"comparisons"`
	Bytes       int64  `json:"bytes"`
	Left        string `json:"left"` // what was left out, in a sentence; may be empty
}

// FoundView is what a file holds beside what is in the history.
type FoundView struct {
	Name      string `json:"name"`   // without its folder; empty when the dialog was cancelled
	Source    string `json:"source"` // "bakeoff" or "promptfoo"
	New       int    `json:"new"`
	Same      int    `json:"same"`      // in the history already
	Different int    `json:"different"` // in the history with another content, which is kept
	Runs      int    `json:"runs"`      // of the new ones
	Votes     int    `json:"votes"`
}

// TransferView is the event "transfer": how far an export or import is.
type TransferView struct {
	Did   string `json:"did"` // "export", "look", "import"
	Done  int    `json:"done"`
	Total int    `json:"total"` // 0 when it is not known
}

// BackupView is a copy of the history.
type BackupView struct {
	Name     string `json:"name"`
	MadeAtMs int64  `json:"madeAtMs"`
	Bytes    int64  `json:"bytes"`
	Upgrade  bool   `json:"upgrade"` // made before Bakeoff upgraded the history
}
