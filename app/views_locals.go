package app

// LocalsView is what the model servers have: this machine's and those of other hosts that the user set up.
type LocalsView struct {
	Hosts        []LocalHostView `json:"hosts"`
	Jobs         []JobView       `json:"jobs"`
	Installed    bool            `json:"installed"`    // the program ollama is on this computer
	HowToInstall string          `json:"howToInstall"` // a sentence for this system
	InstallPage  string          `json:"installPage"`
}

// LocalHostView is one server with what it said just now.
type LocalHostView struct {
	Endpoint    string           `json:"endpoint"`
	Label       string           `json:"label"`
	Address     string           `json:"address"` // host:port
	Place       string           `json:"place"`   // "local", "cloud": on another machine
	Made        bool             `json:"made"`
	Off         bool             `json:"off"` // by the user: it is not asked
	Version     string           `json:"version"`
	Problem     *ErrorView       `json:"problem"`   // why it was not asked or did not answer
	Startable   bool             `json:"startable"` // Start can start it
	Models      []LocalModelView `json:"models"`
	Loaded      []LoadedView     `json:"loaded"`
	TotalMemory int64            `json:"totalMemory"` // bytes of main memory; 0: not known, as for another machine
	FreeMemory  int64            `json:"freeMemory"`  // bytes that programs could take now
}

// LocalModelView is a model on a server's disk. Zero and empty values mean unknown.
type LocalModelView struct {
	Name          string      `json:"name"`
	Digest        string      `json:"digest"`
	SizeBytes     int64       `json:"sizeBytes"`
	Quantization  string      `json:"quantization"`
	ParameterSize string      `json:"parameterSize"`
	Family        string      `json:"family"`
	ContextLength int64       `json:"contextLength"`
	Capabilities  []string    `json:"capabilities"`
	Licence       LicenceView `json:"licence"`
	RemoteHost    string      `json:"remoteHost"` // the server only forwards: the model runs there
	ModifiedAtMs  int64       `json:"modifiedAtMs"`
}

// LicenceView is a plain summary of a licence, recognised from its text.
type LicenceView struct {
	Name       string `json:"name"`       // "Apache 2.0"; empty: not recognised, or no text
	Commercial string `json:"commercial"` // "yes", "conditions", "no", "unknown"
	UserLimit  string `json:"userLimit"`  // "700 million users a month"
	Naming     string `json:"naming"`     // words that must be shown: "Built with Llama"
	HasText    bool   `json:"hasText"`
	Text       string `json:"text"` // whole; only of Locals.Licence
}

// LoadedView is a model in memory.
type LoadedView struct {
	Name          string `json:"name"`
	MemoryBytes   int64  `json:"memoryBytes"`
	GraphicsBytes int64  `json:"graphicsBytes"` // of MemoryBytes on a graphics processor
	ContextLength int64  `json:"contextLength"` // in use
	ExpiresAtMs   int64  `json:"expiresAtMs"`   // 0: it stays
}

// JobView is a download or an upload. All of them are also the event "jobs", at most ten times a second.
type JobView struct {
	ID             string     `json:"id"`
	Kind           string     `json:"kind"` // "pull", "create"
	Endpoint       string     `json:"endpoint"`
	EndpointLabel  string     `json:"endpointLabel"`
	Model          string     `json:"model"`
	State          string     `json:"state"`  // "running", "paused", "done", "failed"
	Status         string     `json:"status"` // the server's newest word
	DoneBytes      int64      `json:"doneBytes"`
	TotalBytes     int64      `json:"totalBytes"`     // of the files known so far; 0: none yet
	BytesPerSecond int64      `json:"bytesPerSecond"` // 0: not known
	LeftMs         *float64   `json:"leftMs"`
	Problem        *ErrorView `json:"problem"`
}

// FitView says whether a lineup's models of one host fit into its memory.
type FitView struct {
	Endpoint      string `json:"endpoint"`
	EndpointLabel string `json:"endpointLabel"`
	State         string `json:"state"` // "fits", "short", "too_big", "unknown"
	NeedBytes     int64  `json:"needBytes"`
	FreeBytes     int64  `json:"freeBytes"`
	ShortBytes    int64  `json:"shortBytes"`
	Says          string `json:"says"`  // a sentence
	Basis         string `json:"basis"` // what its figures are
	Then          string `json:"then"`  // what happens if they do not fit; empty when they do
}

// WeightsView is the file that was chosen to make a model of. The name is empty when the dialog was closed.
type WeightsView struct {
	Name  string `json:"name"`
	Bytes int64  `json:"bytes"`
}
