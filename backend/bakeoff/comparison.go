package bakeoff

import (
	"encoding/json"
	"mime"
	"strconv"
	"strings"
	"time"
)

// Attachment is a file that goes with a prompt. Data is never changed after it is read.
type Attachment struct {
	Name      string // base name, no folder
	MediaType string // "image/png", "image/jpeg", "image/gif", "image/webp", "text/plain", or as PDFText makes it
	Data      []byte
	SHA256    string // hex, of Data
}

// IsImage reports whether the attachment is sent as an image rather than as text.
func (a Attachment) IsImage() bool { return len(a.MediaType) > 6 && a.MediaType[:6] == "image/" }

// PDFText is the media type of the text that was taken out of a PDF with so many pages: plain text that tells what it is of.
func PDFText(pages int) string {
	return mime.FormatMediaType(plainText, map[string]string{"from": "application/pdf", "pages": strconv.Itoa(pages)})
}

const plainText = "text/plain"

// PDFPages returns how many pages the PDF has whose text this is; 0 when it is of none.
func (a Attachment) PDFPages() int {
	kind, params, err := mime.ParseMediaType(a.MediaType)
	if err != nil || kind != plainText || params["from"] != "application/pdf" {
		return 0
	}
	pages, err := strconv.Atoi(params["pages"])
	if err != nil || pages < 0 {
		return 0
	}
	return pages
}

// Prompt is what is asked: the same bytes for every model of a comparison.
type Prompt struct {
	System      string
	User        string
	Attachments []Attachment
}

// Params are an entry's settings. A nil pointer, empty string or list means: not sent, the model's own default applies.
// The names in the JSON are those of not-applied lists, exports and the terminal.
type Params struct {
	System         *string                    `json:"system,omitempty"` // in place of the prompt's system text, for this entry alone; empty: none
	Temperature    *float64                   `json:"temperature,omitempty"`
	TopP           *float64                   `json:"top_p,omitempty"`
	MaxTokens      *int                       `json:"max_tokens,omitempty"`
	Seed           *int64                     `json:"seed,omitempty"`
	Stop           []string                   `json:"stop,omitempty"`            // texts at which the answer ends
	Effort         string                     `json:"effort,omitempty"`          // the provider's word: "low", "medium", "high", "none", ...
	ThinkingBudget *int                       `json:"thinking_budget,omitempty"` // tokens; 0: no thinking
	NumCtx         *int                       `json:"num_ctx,omitempty"`         // context of a local server, in tokens
	KeepAlive      string                     `json:"keep_alive,omitempty"`      // how long a local server keeps the model: "10m", "-1", "0"
	ResponseFormat string                     `json:"response_format,omitempty"` // FormatJSON, or the text of a JSON schema
	Extra          map[string]json.RawMessage `json:"extra,omitempty"`           // merged into the request as they stand
}

// FormatJSON is the ResponseFormat that asks for any JSON.
const FormatJSON = "json"

// Schema is the JSON schema that an answer must follow; nil when none was given.
func (p Params) Schema() json.RawMessage {
	if p.ResponseFormat == "" || p.ResponseFormat == FormatJSON {
		return nil
	}
	return json.RawMessage(p.ResponseFormat)
}

// Entry is one place of a lineup: a model of an endpoint with its parameters.
type Entry struct {
	Endpoint string `json:"endpoint"` // the endpoint's name: "ollama", "openai"
	Model    string `json:"model"`    // the id as the endpoint knows it: "llama3.2:1b"
	Params   Params `json:"params"`
	Repeat   int    `json:"repeat,omitempty"` // how often it is asked, where a lineup is planned; 0 and 1: once. Repeated spreads it out
}

// PromptOf is the prompt as the entry gets it: with its own system text when it has one.
func (e Entry) PromptOf(p Prompt) Prompt {
	if e.Params.System != nil {
		p.System = *e.Params.System
	}
	return p
}

// Lanes says how local models of one host share it.
type Lanes string

const (
	LanesParallel Lanes = "parallel" // all at the same moment; overlapping runs are marked contended
	LanesSerial   Lanes = "serial"   // one after another for each host, in lineup order
)

// Comparison is one prompt sent to one lineup at one time. Runs are in lineup order; retries follow their seat's
// earlier attempts.
type Comparison struct {
	ID         string // UUIDv7
	Prompt     Prompt
	Lineup     []Entry
	Lanes      Lanes
	LocalOnly  bool
	Sensitive  bool      // marked by the user: it and what is made of it stay on this machine, whatever the switch says
	StartedAt  time.Time // wall clock, UTC, millisecond precision
	AppVersion string
	ParentID   string // the comparison that this one came from; empty: none. It may be gone
	Relation   Relation
	ThreadID   string   // the first comparison of the conversation; empty for that one itself
	Earlier    [][]Turn // by seat: what was sent before the prompt, oldest first; nil: nothing
	Runs       []Run
	Review     Review
	Sitting    *Sitting // nil: never looked at blind
	Imported   *Import  // nil: made here
	Set        SetPlace // the row of a prompt set that it asks; zero: none
}

// Openness says who holds the weights.
type Openness string

const (
	Open            Openness = "open"
	Closed          Openness = "closed"
	OpennessUnknown Openness = "unknown"
)

// Place says where a model runs. An open model that a cloud serves is Open and PlaceCloud.
type Place string

const (
	PlaceLocal Place = "local" // on this machine
	PlaceCloud Place = "cloud" // the prompt leaves this machine
	PlaceDemo  Place = "demo"  // scripted, offline, never counted in any statistic
)

// Status is the state of a run.
type Status string

const (
	Queued      Status = "queued"      // not sent yet, or sent and nothing came (then Sent is set)
	Loading     Status = "loading"     // sent; the server is loading the model
	Thinking    Status = "thinking"    // reasoning arrives or is announced, no answer text yet
	Streaming   Status = "streaming"   // answer text arrives
	Done        Status = "done"        // ended with its protocol's end marker
	Cut         Status = "cut"         // ended well, but at a length limit
	Truncated   Status = "truncated"   // the stream ended without its protocol's end marker
	Failed      Status = "failed"      // ended by an error
	Cancelled   Status = "cancelled"   // stopped by the user
	Interrupted Status = "interrupted" // the app ended while it ran
)

// Ended reports whether s is final.
func (s Status) Ended() bool {
	switch s {
	case Done, Cut, Truncated, Failed, Cancelled, Interrupted:
		return true
	}
	return false
}

// Well reports whether s is a good end: a complete answer, or one cut at the limit that was asked for.
func (s Status) Well() bool { return s == Done || s == Cut }

// Run is one entry's single attempt.
type Run struct {
	ID           string // UUIDv7
	ComparisonID string
	Seat         int // place in the lineup, from 0
	Attempt      int // 1 for the first; a retry is a new run of the same seat
	Entry        Entry

	EndpointHost  string // host:port the request goes to; empty for demo
	ResolvedModel string // what the reply says was served; empty until known
	Digest        string // of a local model; empty when unknown
	Quantization  string // "Q4_K_M"; empty when unknown
	Openness      Openness
	Place         Place
	NotApplied    []string // parameters that the endpoint or model does not take: "temperature"

	Status       Status
	FinishReason string // the provider's own word
	Answer       string
	Reasoning    string
	Error        *Error // set when Status is Failed or Truncated
	Warnings     []string

	SentAt    time.Time // wall clock when the request was handed over; zero until then
	Timing    Timing
	Pace      []Stroke
	Usage     Usage
	Cost      Cost
	Request   string // the request body as it was sent, attachments replaced by "attachment:sha256:<hex>"; no header
	RequestID string // the provider's id of the request
	Egress    Egress
}

// Newest returns the last attempt of each seat. runs are by seat, then attempt.
func Newest(runs []Run) []Run {
	var out []Run
	for i, r := range runs {
		if i+1 == len(runs) || runs[i+1].Seat != r.Seat {
			out = append(out, r)
		}
	}
	return out
}

// PricedModel is the model whose price applies: the served one when the reply named it, else the requested one.
func (r *Run) PricedModel() string {
	if r.ResolvedModel != "" {
		return r.ResolvedModel
	}
	return r.Entry.Model
}

// ServedOther reports whether another model answered than the one that was asked for. A dated snapshot of the asked
// model ("gpt-4o" served as "gpt-4o-2024-11-20"), a tag that is implied (":latest") and a resource prefix ("models/")
// are the same model.
func (r *Run) ServedOther() bool {
	asked, served := plainModel(r.Entry.Model), plainModel(r.ResolvedModel)
	if served == "" || served == asked {
		return false
	}
	snapshot, dated := strings.CutPrefix(served, asked+"-")
	return !dated || strings.Trim(snapshot, "0123456789-") != ""
}

func plainModel(id string) string {
	id = strings.ToLower(strings.TrimSpace(id))
	return strings.TrimSuffix(strings.TrimPrefix(id, "models/"), ":latest")
}
