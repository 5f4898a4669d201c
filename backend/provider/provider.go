package provider

import (
	"context"
	"encoding/json"
	"iter"
	"time"

	"bakeoff/backend/bakeoff"
)

// Provider serves the models of one endpoint.
type Provider interface {
	// Models lists what can be asked now. Errors are *bakeoff.Error.
	Models(ctx context.Context) ([]Model, error)

	// Prepare runs before the common start barrier and is part of no measured time: it warms the connection and
	// collects what is worth knowing about the model. An error of it that says the request cannot work at all (model
	// missing, refused by local only) fails the run; any other is ignored, since Stream will say it better.
	Prepare(ctx context.Context, req Request) (Facts, error)

	// Stream sends req and yields events as they arrive, in the order of the wire. A stream ends with one Finish or
	// with one error, never both; ending without either means that the end marker never came (truncated). Leaving the
	// loop ends the request. The request is handed to the transport in the first step of the iteration, exactly once.
	Stream(ctx context.Context, req Request) iter.Seq2[Event, error]
}

// Warmer is a Provider that can load a model before it is asked.
type Warmer interface {
	// Warm loads the model of req as req will want it, without sending its prompt, and returns when it is in memory.
	Warm(ctx context.Context, req Request) error
}

// Request asks one model once.
type Request struct {
	Model   string
	Earlier []bakeoff.Turn // of this model's own conversation: sent before the prompt, in turn as the user's and its own words
	Prompt  bakeoff.Prompt
	Params  bakeoff.Params
	Facts   Facts // as Prepare returned them; the zero value when it did not
}

// Images returns the images of the whole request, those of earlier turns first.
func (r Request) Images() []bakeoff.Attachment {
	var images []bakeoff.Attachment
	for _, t := range r.Earlier {
		images = append(images, Images(t.Prompt())...)
	}
	return append(images, Images(r.Prompt)...)
}

// Facts are what is known about a model before it is asked. Zero values mean unknown.
type Facts struct {
	Digest        string
	Quantization  string
	Openness      bakeoff.Openness
	RemoteHost    string         // set when a local server only forwards: the model leaves this machine
	Warmth        bakeoff.Warmth // whether it is in memory right now
	ContextLength int64          // of the model itself, in tokens; 0 when unknown
	Capabilities  []string       // "completion", "thinking", "vision", "tools"; nil when unknown
	NotApplied    []string       // parameters that this adapter will leave out for this model, by name
	Warnings      []string       // sentences for the user
}

// Model is one row of an endpoint's list.
type Model struct {
	ID            string
	Name          string // a display name when the endpoint has one
	Size          int64  // bytes on disk; 0 when unknown
	Digest        string
	Quantization  string
	ParameterSize string // "8.0B"
	Family        string
	ContextLength int64 // tokens; 0 when unknown
	Capabilities  []string
	Parameters    []string         // the names of what it takes, in the endpoint's words; nil when the list does not tell
	Openness      bakeoff.Openness // empty when the list does not tell
	RemoteHost    string
	ModifiedAt    time.Time
	Licence       string // "Apache 2.0", recognised from its text; empty when unknown
	ShutdownDate  string // "2026-12-11" when the provider announced one
}

// Kind is the kind of an Event.
type Kind uint8

const (
	KindText      Kind = iota + 1 // Text holds answer text
	KindReasoning                 // Text holds reasoning
	KindMeta                      // Meta holds what became known
	KindFinish                    // Finish holds the end
)

// Event is one thing that arrived. It is a struct, not an interface, so that a delta costs no allocation of its own.
type Event struct {
	Kind   Kind
	Text   string
	Meta   *Meta
	Finish *Finish
}

// Text returns an event with answer text.
func Text(s string) Event { return Event{Kind: KindText, Text: s} }

// Reasoning returns an event with reasoning text.
func Reasoning(s string) Event { return Event{Kind: KindReasoning, Text: s} }

// Meta is what a reply tells about itself before its end. Empty fields say nothing new.
type Meta struct {
	ResolvedModel string
	RequestID     string
	Thinking      bool // the model thinks without showing text
	RemoteHost    string
	Spent         *Spent // nil unless the reply fails next: a Finish has these itself
}

// Spent is what a reply reported of its price.
type Spent struct {
	Usage        bakeoff.Usage
	ReportedCost *bakeoff.PicoUSD  // nil unless the provider named the charge
	Modifiers    map[string]string // as in Finish
}

// Fail yields the error that ends a stream and, before it, what was reported as spent: a withheld answer is billed too.
func Fail(yield func(Event, error) bool, s Spent, err error) {
	if s.Usage.Raw != nil && !yield(Event{Kind: KindMeta, Meta: &Meta{Spent: &s}}, nil) {
		return
	}
	yield(Event{}, err)
}

// Finish is the end marker with what came with it.
type Finish struct {
	Reason        string // the provider's own word: "stop", "end_turn", "STOP"
	Cut           bool   // a length limit ended the answer
	Usage         bakeoff.Usage
	ReportedCost  *bakeoff.PicoUSD // nil unless the provider named the charge
	ResolvedModel string
	RequestID     string
	Modifiers     map[string]string // what may change the price: "service_tier": "flex"; defaults are left out

	// As a local server reports them.
	Load, PromptEval, Eval, ServerTotal bakeoff.Span

	Warnings []string
}

// RawUsage is a convenience for adapters: a copy of raw that outlives the read buffer, nil for empty or null.
func RawUsage(raw json.RawMessage) json.RawMessage {
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	return append(json.RawMessage(nil), raw...)
}
