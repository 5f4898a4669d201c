package openai

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"
)

// chunk is one payload of a Chat Completions stream, of whatever service. It is reused: raw members keep their memory.
type chunk struct {
	ID          json.RawMessage `json:"id"`
	Model       json.RawMessage `json:"model"`
	ServiceTier json.RawMessage `json:"service_tier"`
	Choices     [1]choice       `json:"choices"` // more than one is never asked for
	Usage       json.RawMessage `json:"usage"`
	Error       json.RawMessage `json:"error"`
	Groq        groq            `json:"x_groq"`
}

type choice struct {
	Index  json.RawMessage `json:"index"`
	Delta  delta           `json:"delta"`
	Finish json.RawMessage `json:"finish_reason"`
}

type delta struct {
	Content          json.RawMessage `json:"content"`
	ReasoningContent json.RawMessage `json:"reasoning_content"`
	Reasoning        json.RawMessage `json:"reasoning"`
	ReasoningDetails json.RawMessage `json:"reasoning_details"`
	Refusal          json.RawMessage `json:"refusal"`
}

type groq struct {
	Usage json.RawMessage `json:"usage"`
	Error json.RawMessage `json:"error"`
}

// decode reads raw into c, forgetting what was there. Members of a type that nobody expects are left out; what is no
// JSON is an error.
func (c *chunk) decode(raw []byte) error {
	c.reset()
	if err := json.Unmarshal(raw, c); err != nil {
		return grave(err)
	}
	return nil
}

// grave is err, unless it only says that a member has another type than expected: the decoder goes on after those.
func grave(err error) error {
	var odd *json.UnmarshalTypeError
	if errors.As(err, &odd) {
		return nil
	}
	return err
}

func (c *chunk) reset() {
	ch := &c.Choices[0]
	for _, raw := range [...]*json.RawMessage{
		&c.ID, &c.Model, &c.ServiceTier, &c.Usage, &c.Error, &c.Groq.Usage, &c.Groq.Error, &ch.Index, &ch.Finish,
		&ch.Delta.Content, &ch.Delta.ReasoningContent, &ch.Delta.Reasoning, &ch.Delta.ReasoningDetails, &ch.Delta.Refusal,
	} {
		*raw = (*raw)[:0]
	}
}

// failed reports whether the chunk carries an error, of any shape.
func (c *chunk) failed() bool { return isFault(c.Error) || isFault(c.Groq.Error) }

func isFault(raw json.RawMessage) bool {
	switch string(raw) {
	case "", "null", `""`, "{}", "false":
		return false
	}
	return true
}

// ours reports whether the choice is the one that was asked for.
func (ch *choice) ours() bool {
	i, told := whole(ch.Index)
	return !told || i == 0
}

// texts returns what the delta adds to reasoning and to the answer.
func (d *delta) texts() (reasoning, answer string) {
	reasoning, answer = content(d.Content)
	if answer == "" {
		answer = str(d.Refusal)
	}
	for _, raw := range [...]json.RawMessage{d.ReasoningContent, d.Reasoning} {
		if reasoning == "" && len(raw) > 0 {
			reasoning = str(raw)
		}
	}
	if reasoning == "" && len(d.ReasoningDetails) > 0 {
		reasoning = details(d.ReasoningDetails)
	}
	return reasoning, answer
}

// str is the string in raw, or nothing. Most deltas need no unescaping.
func str(raw json.RawMessage) string {
	n := len(raw)
	if n < 2 || raw[0] != '"' {
		return ""
	}
	if bytes.IndexByte(raw, '\\') < 0 && utf8.Valid(raw) {
		return string(raw[1 : n-1])
	}
	var s string
	if json.Unmarshal(raw, &s) != nil {
		return ""
	}
	return s
}

// content reads a delta's content: a string, null, or a list of parts of which some are reasoning (Mistral).
func content(raw json.RawMessage) (reasoning, answer string) {
	if len(raw) == 0 || raw[0] != '[' {
		return "", str(raw)
	}
	var list []part
	if json.Unmarshal(raw, &list) != nil && len(list) == 0 {
		return "", ""
	}
	var r, a strings.Builder
	for _, one := range list {
		if one.Type == "thinking" || one.Type == "reasoning" {
			r.WriteString(one.thinking())
		} else {
			a.WriteString(str(one.Text))
		}
	}
	return r.String(), a.String()
}

type part struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"`
	Thinking json.RawMessage `json:"thinking"` // a string, or parts again
	Summary  json.RawMessage `json:"summary"`
}

func (p part) thinking() string {
	if len(p.Thinking) == 0 || p.Thinking[0] != '[' {
		return str(p.Thinking) + str(p.Text)
	}
	var list []part
	_ = json.Unmarshal(p.Thinking, &list) // parts of odd types hold no text
	var b strings.Builder
	for _, one := range list {
		b.WriteString(str(one.Text))
	}
	return b.String()
}

// details reads OpenRouter's reasoning_details: texts and summaries; encrypted ones have nothing to show.
func details(raw json.RawMessage) string {
	var list []part
	_ = json.Unmarshal(raw, &list) // parts of odd types hold no text
	var b strings.Builder
	for _, one := range list {
		b.WriteString(str(one.Text) + str(one.Summary))
	}
	return b.String()
}
