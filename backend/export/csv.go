package export

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"
)

// csvWriter writes a row per run, every attempt, in UTF-8 with a byte order mark, which spreadsheets need to read it.
type csvWriter struct{}

// column is a column of the table: its name and what stands in it.
type column struct {
	name string
	cell func(c *bakeoff.Comparison, r *bakeoff.Run) string
}

func (csvWriter) begin() ([]byte, error) {
	var names []string
	for _, c := range columns {
		names = append(names, c.name)
	}
	return []byte("\ufeff" + row(names)), nil
}

func (csvWriter) one(c bakeoff.Comparison) ([]byte, error) {
	var b strings.Builder
	cells := make([]string, len(columns))
	for i := range c.Runs {
		for n, column := range columns {
			cells[n] = column.cell(&c, &c.Runs[i])
		}
		b.WriteString(row(cells))
	}
	return []byte(b.String()), nil
}

func (csvWriter) end(Written) ([]byte, error) { return nil, nil }

// row quotes every cell: a separator of another country's table then begins no cell.
func row(cells []string) string {
	var b strings.Builder
	for i, cell := range cells {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(`"` + strings.ReplaceAll(harmless(cell), `"`, `""`) + `"`)
	}
	b.WriteString("\r\n")
	return b.String()
}

// harmless keeps a cell from being a formula: a spreadsheet runs what begins with one of these characters, and some
// skip spaces and quotes before it, or take its wide form.
func harmless(cell string) string {
	cell = strings.ReplaceAll(strings.ToValidUTF8(cell, "\ufffd"), "\x00", "\ufffd")
	first := strings.TrimLeft(cell, " \u00a0\u3000\"\ufeff")
	if first != "" && strings.ContainsRune("=+-@\t\r\n＝＋－＠", []rune(first)[0]) {
		return "'" + cell
	}
	return cell
}

var columns = append(append(comparisonColumns, runColumns...), reviewColumns...)

var comparisonColumns = []column{
	{"comparison_id", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.ID }},
	{"started_at", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.StartedAt.UTC().Format(stampLayout) }},
	{"system", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.Prompt.System }},
	{"prompt", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.Prompt.User }},
	{"attachments", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return strings.Join(fileNames(c), "; ") }},
	{"parent_id", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.ParentID }},
	{"relation", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return string(c.Relation) }},
	{"thread_id", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.ThreadID }},
	{"lanes", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return string(c.Lanes) }},
	{"local_only", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return strconv.FormatBool(c.LocalOnly) }},
	{"sensitive", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return strconv.FormatBool(c.Sensitive) }},
	{"app_version", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.AppVersion }},
}

var runColumns = []column{
	{"run_id", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.ID }},
	{"seat", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return review.Letter(r.Seat) }},
	{"attempt", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return strconv.Itoa(r.Attempt) }},
	{"endpoint", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Entry.Endpoint }},
	{"host", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.EndpointHost }},
	{"model", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Entry.Model }},
	{"served_model", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.ResolvedModel }},
	{"digest", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Digest }},
	{"quantization", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Quantization }},
	{"openness", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Openness) }},
	{"place", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Place) }},
	{"params", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return paramsText(r.Entry.Params) }},
	{"not_applied", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return strings.Join(r.NotApplied, "; ") }},
	{"status", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Status) }},
	{"finish_reason", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.FinishReason }},
	{"error_code", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(errorOf(r).Code) }},
	{"error", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return errorOf(r).Message }},
	{"warnings", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return strings.Join(r.Warnings, "; ") }},
	{"answer", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Answer }},
	{"reasoning", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Reasoning }},
	{"queue_ms", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return ms(r.Timing.Queue) }},
	{"connect_ms", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return ms(r.Timing.Connect) }},
	{"load_ms", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return ms(r.Timing.Load) }},
	{"ttft_ms", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return ms(r.Timing.TTFT) }},
	{"time_to_answer_ms", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return ms(r.Timing.TimeToAnswer) }},
	{"total_ms", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return ms(r.Timing.Total) }},
	{"warmth", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Timing.Warmth) }},
	{"contended", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return strconv.FormatBool(r.Timing.Contended) }},
	{"tokens_per_second", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return perSecond(r.Timing) }},
	{"tokens_per_second_source", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Timing.RateSource) }},
	{"input_tokens", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return n(r.Usage.Input) }},
	{"input_source", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Usage.Input.Source) }},
	{"output_tokens", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return n(r.Usage.Output) }},
	{"output_source", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Usage.Output.Source) }},
	{"reasoning_tokens", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return n(r.Usage.Reasoning) }},
	{"cache_read_tokens", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return n(r.Usage.CacheRead) }},
	{"cache_write_tokens", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return n(r.Usage.CacheWrite) }},
	{"cost_usd", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return usd(r.Cost) }},
	{"cost_source", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return string(r.Cost.Source) }},
	{"cost_at_least", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return strconv.FormatBool(r.Cost.AtLeast) }},
	{"price_date", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Cost.PriceDate }},
	{"price_source", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return r.Cost.PriceSource }},
	{"sent_bytes", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return bytesOf(r.Egress, r.Egress.Sent) }},
	{"received_bytes", func(_ *bakeoff.Comparison, r *bakeoff.Run) string { return bytesOf(r.Egress, r.Egress.Received) }},
}

var reviewColumns = []column{
	{"stars", func(c *bakeoff.Comparison, r *bakeoff.Run) string { return whole(c.Review.Answer(r.ID).Stars) }},
	{"verdict", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return string(verdictOf(c).Kind) }},
	{"verdict_blind", func(c *bakeoff.Comparison, _ *bakeoff.Run) string {
		if c.Review.Verdict == nil {
			return ""
		}
		return strconv.FormatBool(c.Review.Verdict.Blind)
	}},
	{"rank", func(c *bakeoff.Comparison, r *bakeoff.Run) string { return whole(rankOf(c, r.ID)) }},
	{"reasons", func(c *bakeoff.Comparison, r *bakeoff.Run) string {
		return strings.Join(c.Review.Answer(r.ID).Reasons, "; ")
	}},
	{"answer_note", func(c *bakeoff.Comparison, r *bakeoff.Run) string { return c.Review.Answer(r.ID).Note }},
	{"category", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.Review.Category }},
	{"tags", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return strings.Join(c.Review.Tags, "; ") }},
	{"favourite", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return strconv.FormatBool(c.Review.Favourite) }},
	{"note", func(c *bakeoff.Comparison, _ *bakeoff.Run) string { return c.Review.Note }},
}

func fileNames(c *bakeoff.Comparison) (names []string) {
	for _, a := range c.Prompt.Attachments {
		names = append(names, a.Name)
	}
	return names
}

func errorOf(r *bakeoff.Run) bakeoff.Error {
	if r.Error == nil {
		return bakeoff.Error{}
	}
	return *r.Error
}

func verdictOf(c *bakeoff.Comparison) bakeoff.Verdict {
	if c.Review.Verdict == nil {
		return bakeoff.Verdict{}
	}
	return *c.Review.Verdict
}

// rankOf is the place of a run in the verdict that counts; 0 when it has none.
func rankOf(c *bakeoff.Comparison, run string) int {
	for _, s := range verdictOf(c).Standings {
		if s.RunID == run {
			return s.Rank
		}
	}
	return 0
}

// paramsText is an entry's settings as a JSON object, empty when there are none.
func paramsText(p bakeoff.Params) string {
	text, err := json.Marshal(p)
	if err != nil || string(text) == "{}" {
		return ""
	}
	return string(text)
}

// The cells of numbers are empty when unknown.

func ms(s bakeoff.Span) string {
	if !s.Known {
		return ""
	}
	return strconv.FormatFloat(float64(s.D.Microseconds())/1000, 'f', -1, 64)
}

func perSecond(t bakeoff.Timing) string {
	if t.Rate <= 0 {
		return ""
	}
	return strconv.FormatFloat(t.Rate, 'f', -1, 64)
}

func whole(i int) string {
	if i == 0 {
		return ""
	}
	return strconv.Itoa(i)
}

func n(c bakeoff.Count) string {
	if !c.Known() {
		return ""
	}
	return strconv.FormatInt(c.N, 10)
}

func usd(c bakeoff.Cost) string {
	if !c.Known() {
		return ""
	}
	return c.Amount.String()
}

func bytesOf(e bakeoff.Egress, n int64) string {
	if !e.Known {
		return ""
	}
	return fmt.Sprint(n)
}
