package export

import (
	"bytes"
	"encoding/json"
	"time"

	"bakeoff/backend/bakeoff"
)

// Format and Version name the JSON Lines format. A field that is added, removed or means something else raises Version.
const (
	FormatName = "bakeoff"
	Version    = 1
)

// header is the first line of a file, footer its last: a file without it was cut off.
type header struct {
	Format  string `json:"format"`
	Version int    `json:"version"`
	App     string `json:"app"`
}

type footer struct {
	End         bool `json:"end"`
	Comparisons int  `json:"comparisons"`
}

const stampLayout = "2006-01-02T15:04:05.000Z"

// stamp is a moment in UTC with milliseconds; null is none.
type stamp time.Time

func (s stamp) MarshalJSON() ([]byte, error) {
	if time.Time(s).IsZero() {
		return []byte("null"), nil
	}
	return []byte(time.Time(s).UTC().Format(`"` + stampLayout + `"`)), nil
}

func (s *stamp) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		return nil
	}
	t, err := time.Parse(`"`+stampLayout+`"`, string(b))
	*s = stamp(t)
	return err
}

// What is missing or null is unknown, absent or empty; the rules of docs/export.md say which.
type (
	comparison struct {
		ID          string       `json:"id"`
		StartedAt   stamp        `json:"started_at"`
		AppVersion  string       `json:"app_version,omitempty"`
		Lanes       string       `json:"lanes"`
		LocalOnly   bool         `json:"local_only,omitempty"`
		Sensitive   bool         `json:"sensitive,omitempty"`
		System      string       `json:"system,omitempty"`
		Prompt      string       `json:"prompt"`
		Attachments []attachment `json:"attachments,omitzero"`
		ParentID    string       `json:"parent_id,omitempty"`
		Relation    string       `json:"relation,omitempty"`
		ThreadID    string       `json:"thread_id,omitempty"`
		Earlier     [][]turn     `json:"earlier,omitzero"` // by seat
		Lineup      []entry      `json:"lineup"`
		Runs        []run        `json:"runs"`
		Sitting     *sitting     `json:"sitting,omitempty"`
		Review      opinion      `json:"review,omitzero"`

		Files map[string][]byte `json:"files,omitempty"` // base64, by sha256: what attachments point to, each once
	}
	attachment struct {
		Name      string `json:"name"`
		MediaType string `json:"media_type"`
		SHA256    string `json:"sha256"`
	}
	turn struct {
		User        string       `json:"user"`
		Answer      string       `json:"answer"`
		Attachments []attachment `json:"attachments,omitzero"`
	}
	entry struct {
		Endpoint string `json:"endpoint"`
		Model    string `json:"model"`
		Params   params `json:"params,omitzero"`
	}
	params struct {
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
		Extra          map[string]string `json:"extra,omitzero"` // JSON texts as they were sent
	}
	run struct {
		ID            string   `json:"id"`
		Seat          int      `json:"seat"`
		Attempt       int      `json:"attempt"`
		Entry         entry    `json:"entry"`
		EndpointHost  string   `json:"endpoint_host,omitempty"`
		ResolvedModel string   `json:"resolved_model,omitempty"`
		Digest        string   `json:"digest,omitempty"`
		Quantization  string   `json:"quantization,omitempty"`
		Openness      string   `json:"openness,omitempty"`
		Place         string   `json:"place,omitempty"`
		NotApplied    []string `json:"not_applied,omitzero"`
		Status        string   `json:"status"`
		FinishReason  string   `json:"finish_reason,omitempty"`
		Answer        string   `json:"answer,omitempty"`
		Reasoning     string   `json:"reasoning,omitempty"`
		Error         *fault   `json:"error,omitempty"`
		Warnings      []string `json:"warnings,omitzero"`
		SentAt        stamp    `json:"sent_at,omitzero"`
		Timing        timing   `json:"timing,omitzero"`
		Pace          []int32  `json:"pace,omitempty"` // answer bytes and reasoning bytes by turns, a pair per 100 ms
		Usage         usage    `json:"usage,omitzero"`
		Cost          cost     `json:"cost,omitzero"`
		Request       string   `json:"request,omitempty"`
		RequestID     string   `json:"request_id,omitempty"`
		Egress        *egress  `json:"egress,omitempty"`
	}
	fault struct {
		Code         string `json:"code"`
		Message      string `json:"message"`
		Detail       string `json:"detail,omitempty"`
		HTTPStatus   int    `json:"http_status,omitempty"`
		RetryAfterNs int64  `json:"retry_after_ns,omitempty"`
	}
	timing struct {
		Queue        *int64  `json:"queue_ns,omitempty"`
		Skew         *int64  `json:"skew_ns,omitempty"`
		Connect      *int64  `json:"connect_ns,omitempty"`
		Headers      *int64  `json:"headers_ns,omitempty"`
		TTFT         *int64  `json:"ttft_ns,omitempty"`
		TimeToAnswer *int64  `json:"time_to_answer_ns,omitempty"`
		LastText     *int64  `json:"last_text_ns,omitempty"`
		Total        *int64  `json:"total_ns,omitempty"`
		Load         *int64  `json:"load_ns,omitempty"`
		PromptEval   *int64  `json:"prompt_eval_ns,omitempty"`
		Eval         *int64  `json:"eval_ns,omitempty"`
		ServerWait   *int64  `json:"server_wait_ns,omitempty"`
		Warmth       string  `json:"warmth,omitempty"`
		Contended    bool    `json:"contended,omitempty"`
		Rate         float64 `json:"tokens_per_second,omitempty"`
		RateSource   string  `json:"rate_source,omitempty"`
	}
	count struct {
		N      int64  `json:"n"`
		Source string `json:"source"`
	}
	usage struct {
		Input        *count   `json:"input,omitempty"`
		Output       *count   `json:"output,omitempty"`
		Reasoning    *count   `json:"reasoning,omitempty"`
		CacheRead    *count   `json:"cache_read,omitempty"`
		CacheWrite   *count   `json:"cache_write,omitempty"`
		CacheWrite1h *count   `json:"cache_write_1h,omitempty"`
		Raw          *string  `json:"raw,omitempty"`
		Notes        []string `json:"notes,omitzero"`
	}
	cost struct {
		Amount      *int64 `json:"pusd,omitempty"` // pico-dollars
		Source      string `json:"source,omitempty"`
		AtLeast     bool   `json:"at_least,omitempty"`
		PriceDate   string `json:"price_date,omitempty"`
		PriceSource string `json:"price_source,omitempty"`
		Note        string `json:"note,omitempty"`
	}
	egress struct {
		Requests int   `json:"requests"`
		Sent     int64 `json:"sent_bytes"`
		Received int64 `json:"received_bytes"`
	}
	sitting struct {
		Seats      []int `json:"seats"`
		OpenedAt   stamp `json:"opened_at"`
		RevealedAt stamp `json:"revealed_at"`
		SeenAt     stamp `json:"seen_at,omitzero"`
	}
	opinion struct {
		Votes     []verdict `json:"votes,omitempty"`
		Stars     []stars   `json:"stars,omitempty"`
		Answers   []remark  `json:"answers,omitempty"`
		Category  string    `json:"category,omitempty"`
		Tags      []string  `json:"tags,omitempty"`
		Note      string    `json:"note,omitempty"`
		Favourite bool      `json:"favourite,omitempty"`
	}
	verdict struct {
		ID        string     `json:"id"`
		Kind      string     `json:"kind"`
		Blind     bool       `json:"blind,omitempty"`
		At        stamp      `json:"at"`
		Standings []standing `json:"standings,omitempty"`
		Shown     []string   `json:"shown,omitempty"`
	}
	standing struct {
		Run  string `json:"run"`
		Rank int    `json:"rank"`
	}
	stars struct {
		ID    string `json:"id"`
		Run   string `json:"run"`
		N     int    `json:"n"`
		Blind bool   `json:"blind,omitempty"`
		At    stamp  `json:"at"`
	}
	remark struct {
		Run     string   `json:"run"`
		Reasons []string `json:"reasons,omitempty"`
		Note    string   `json:"note,omitempty"`
		At      stamp    `json:"at,omitzero"`
	}
)

// Encode returns a comparison as its line, without the line break. Text that is no UTF-8 gets replacement characters.
func Encode(c bakeoff.Comparison) ([]byte, error) { return line(comparisonOf(c)) }

func line(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}
