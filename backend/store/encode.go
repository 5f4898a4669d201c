package store

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"time"

	"bakeoff/backend/bakeoff"
)

// text is a string whose empty value means unknown.
func text(s string) sql.NullString { return sql.NullString{String: s, Valid: s != ""} }

// moment is a time in Unix milliseconds; the zero time is unknown.
func moment(t time.Time) sql.NullInt64 {
	return sql.NullInt64{Int64: t.UnixMilli(), Valid: !t.IsZero()}
}

func asTime(ms sql.NullInt64) time.Time {
	if !ms.Valid {
		return time.Time{}
	}
	return time.UnixMilli(ms.Int64).UTC()
}

func span(s bakeoff.Span) sql.NullInt64 { return sql.NullInt64{Int64: int64(s.D), Valid: s.Known} }

func asSpan(ns sql.NullInt64) bakeoff.Span {
	return bakeoff.Span{D: time.Duration(ns.Int64), Known: ns.Valid}
}

// count is a number of tokens with its source.
type count struct {
	n      sql.NullInt64
	source sql.NullString
}

func asCount(c bakeoff.Count) count {
	return count{sql.NullInt64{Int64: c.N, Valid: c.Known()}, text(string(c.Source))}
}

func (c count) value() bakeoff.Count {
	return bakeoff.Count{N: c.n.Int64, Source: bakeoff.CountSource(c.source.String)}
}

// list is a list of strings as JSON; nil is NULL.
func list(items []string) (sql.NullString, error) {
	if items == nil {
		return sql.NullString{}, nil
	}
	encoded, err := toJSON(items)
	return sql.NullString{String: encoded, Valid: true}, err
}

func asList(s sql.NullString) (items []string, err error) {
	if s.Valid {
		err = json.Unmarshal([]byte(s.String), &items)
	}
	return items, err
}

func toJSON(v any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return string(bytes.TrimSuffix(b.Bytes(), []byte("\n"))), err
}

// params is bakeoff.Params with Extra as strings: JSON encoders rewrite a raw message, and a record keeps it as it stood.
type params struct {
	System         *string           `json:"system,omitempty"`
	Temperature    *float64          `json:"temperature,omitempty"`
	TopP           *float64          `json:"top_p,omitempty"`
	MaxTokens      *int              `json:"max_tokens,omitempty"`
	Seed           *int64            `json:"seed,omitempty"`
	Stop           []string          `json:"stop,omitempty"`
	Effort         string            `json:"effort,omitempty"`
	ThinkingBudget *int              `json:"thinking_budget,omitempty"`
	NumCtx         *int              `json:"num_ctx,omitempty"`
	KeepAlive      string            `json:"keep_alive,omitempty"`
	ResponseFormat string            `json:"response_format,omitempty"`
	Extra          map[string]string `json:"extra"`
}

func paramsOf(p bakeoff.Params) params {
	out := params{p.System, p.Temperature, p.TopP, p.MaxTokens, p.Seed, p.Stop, p.Effort, p.ThinkingBudget, p.NumCtx, p.KeepAlive, p.ResponseFormat, nil}
	if p.Extra != nil {
		out.Extra = make(map[string]string, len(p.Extra))
		for k, v := range p.Extra {
			out.Extra[k] = string(v)
		}
	}
	return out
}

func (p params) value() bakeoff.Params {
	out := bakeoff.Params{
		System: p.System, Temperature: p.Temperature, TopP: p.TopP, MaxTokens: p.MaxTokens, Seed: p.Seed, Stop: p.Stop, Effort: p.Effort,
		ThinkingBudget: p.ThinkingBudget, NumCtx: p.NumCtx, KeepAlive: p.KeepAlive, ResponseFormat: p.ResponseFormat,
	}
	if p.Extra != nil {
		out.Extra = make(map[string]json.RawMessage, len(p.Extra))
		for k, v := range p.Extra {
			out.Extra[k] = json.RawMessage(v)
		}
	}
	return out
}

// entry is a lineup's entry in the same form.
type entry struct {
	Endpoint string `json:"endpoint"`
	Model    string `json:"model"`
	Params   params `json:"params"`
}

func encodeLineup(lineup []bakeoff.Entry) (string, error) {
	entries := make([]entry, len(lineup))
	for i, e := range lineup {
		entries[i] = entry{e.Endpoint, e.Model, paramsOf(e.Params)}
	}
	return toJSON(entries)
}

func decodeLineup(s string) (lineup []bakeoff.Entry, err error) {
	var entries []entry
	if err := json.Unmarshal([]byte(s), &entries); err != nil {
		return nil, err
	}
	for _, e := range entries {
		lineup = append(lineup, bakeoff.Entry{Endpoint: e.Endpoint, Model: e.Model, Params: e.Params.value()})
	}
	return lineup, nil
}

// encodePace writes two uvarints per stroke; an empty pace is NULL.
func encodePace(strokes []bakeoff.Stroke) []byte {
	if len(strokes) == 0 {
		return nil
	}
	b := make([]byte, 0, 4*len(strokes))
	for _, s := range strokes {
		b = binary.AppendUvarint(b, uint64(uint32(s.Answer)))
		b = binary.AppendUvarint(b, uint64(uint32(s.Reasoning)))
	}
	return b
}

func decodePace(b []byte) []bakeoff.Stroke {
	var strokes []bakeoff.Stroke
	for len(b) > 0 {
		answer, n := binary.Uvarint(b)
		reasoning, m := binary.Uvarint(b[max(n, 0):])
		if n <= 0 || m <= 0 {
			break
		}
		strokes = append(strokes, bakeoff.Stroke{Answer: int32(answer), Reasoning: int32(reasoning)})
		b = b[n+m:]
	}
	return strokes
}
