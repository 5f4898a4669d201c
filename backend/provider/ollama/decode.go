package ollama

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"

	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// chunk is one line of an answer: what we read of api.ChatResponse. Numbers stay raw, so that an odd one spoils itself
// and not the answer.
type chunk struct {
	Model       string          `json:"model"`
	RemoteModel string          `json:"remote_model"`
	RemoteHost  string          `json:"remote_host"`
	Message     message         `json:"message"`
	Done        bool            `json:"done"`
	DoneReason  string          `json:"done_reason"`
	Error       json.RawMessage `json:"error"`

	Total           json.RawMessage `json:"total_duration"`
	Load            json.RawMessage `json:"load_duration"`
	PromptEvalCount json.RawMessage `json:"prompt_eval_count"`
	PromptEval      json.RawMessage `json:"prompt_eval_duration"`
	EvalCount       json.RawMessage `json:"eval_count"`
	Eval            json.RawMessage `json:"eval_duration"`
}

type message struct {
	Content  string `json:"content"`
	Thinking string `json:"thinking"`
}

// decode reads one line into c, which is overwritten: one chunk serves a whole stream.
func decode(line []byte, c *chunk) error {
	*c = chunk{}
	return json.Unmarshal(line, c)
}

// remote is the host that really answers; empty when it is the server itself.
func (c *chunk) remote() string { return remoteHost(c.RemoteHost, c.RemoteModel) }

// remoteHost makes "ollama.com" of "https://ollama.com:443". A remote model without a host is remote all the same.
func remoteHost(host, model string) string {
	if host == "" && model == "" {
		return ""
	}
	if u, err := url.Parse(host); err == nil && u.Hostname() != "" {
		return u.Hostname()
	}
	if host == "" {
		return "another server"
	}
	return host
}

// finish is the end that a done line tells. eval_count holds thinking as well, and Ollama does not say how much of it.
func (c *chunk) finish() *provider.Finish {
	return &provider.Finish{
		Reason: c.DoneReason, Cut: c.DoneReason == "length", ResolvedModel: c.Model,
		Usage: bakeoff.Usage{Input: count(c.PromptEvalCount), Output: count(c.EvalCount), Raw: c.rawUsage()},
		Load:  span(c.Load), PromptEval: span(c.PromptEval), Eval: span(c.Eval), ServerTotal: span(c.Total),
	}
}

// count reads a number of tokens. The server leaves a zero out, so absent is unknown and not zero.
func count(raw json.RawMessage) bakeoff.Count {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n == 0 {
		return bakeoff.Count{}
	}
	return bakeoff.ReportedCount(n)
}

// longest is the longest duration that is believed.
const longest = 30 * 24 * time.Hour

// span reads a duration in nanoseconds.
func span(raw json.RawMessage) bakeoff.Span {
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || n < 0 || time.Duration(n) > longest {
		return bakeoff.Span{}
	}
	return bakeoff.Measured(time.Duration(n))
}

// rawUsage is the part of the done line that tells counts and durations, as it came.
func (c *chunk) rawUsage() json.RawMessage {
	var b bytes.Buffer
	for _, f := range []struct {
		name string
		raw  json.RawMessage
	}{
		{"total_duration", c.Total}, {"load_duration", c.Load}, {"prompt_eval_count", c.PromptEvalCount},
		{"prompt_eval_duration", c.PromptEval}, {"eval_count", c.EvalCount}, {"eval_duration", c.Eval},
	} {
		if len(f.raw) > 0 {
			b.WriteString(`,"` + f.name + `":`)
			b.Write(f.raw)
		}
	}
	if b.Len() == 0 {
		return nil
	}
	b.WriteByte('}')
	raw := b.Bytes()
	raw[0] = '{'
	return raw
}
