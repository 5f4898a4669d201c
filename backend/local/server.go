package local

import (
	"context"
	"time"
)

// Server manages the models of one host. Errors are *bakeoff.Error. Safe for concurrent use.
type Server interface {
	// Version is the server's own: "0.24.0".
	Version(ctx context.Context) (string, error)

	// Installed lists what is on the server's disk, in the server's order.
	Installed(ctx context.Context) ([]Model, error)

	// Loaded lists what is in memory now.
	Loaded(ctx context.Context) ([]Loaded, error)

	// LicenceText is the whole text of a model's licences; empty when the model has none.
	LicenceText(ctx context.Context, model string) (string, error)

	// Preload loads a model, Unload takes it out of memory at once. Both return when the server has done so.
	Preload(ctx context.Context, model string) error
	Unload(ctx context.Context, model string) error

	// Delete removes a model from the server's disk, for good.
	Delete(ctx context.Context, model string) error

	// Pull makes the server download a model; progress is called for each of its words. Ending ctx ends the download; the
	// server keeps what it has, and a later Pull goes on from there.
	Pull(ctx context.Context, model string, progress func(Progress)) error

	// Create makes a model from a GGUF file or a Modelfile of this machine, whose weights are uploaded.
	Create(ctx context.Context, model, path string, progress func(Progress)) error
}

// Model is a model on a server's disk. Zero values mean unknown.
type Model struct {
	Name          string
	Digest        string
	Size          int64 // bytes on disk
	Quantization  string
	ParameterSize string // "8.0B"
	Family        string
	Context       int64    // tokens, of the model itself
	Capabilities  []string // nil when unknown
	Licence       Licence
	RemoteHost    string // set when the server only forwards: nothing but a name is on its disk
	ModifiedAt    time.Time
}

// Loaded is a model in memory.
type Loaded struct {
	Name      string
	Digest    string
	Memory    int64     // bytes, all of it
	Graphics  int64     // bytes of Memory on a graphics processor, as the server counts
	Context   int64     // tokens in use
	ExpiresAt time.Time // when it is unloaded if nobody asks; far in the future: never
}

// Progress is one word of a server about a download or an upload. Total is 0 when it concerns no file.
type Progress struct {
	Status string // in the server's words
	Digest string // of the file that Done and Total are about, in bytes
	Done   int64
	Total  int64
}
