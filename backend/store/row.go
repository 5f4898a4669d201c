package store

import (
	"database/sql"
	"encoding/json"
	"time"

	"bakeoff/backend/bakeoff"
)

// identityColumns are written once, stateColumns change until the run has ended. The methods of runRow list the fields
// in the same order.
const (
	identityColumns = `id, comparison_id, seat, attempt, endpoint, model, params`
	stateColumns    = `status, openness, place, endpoint_host, resolved_model, digest, quantization, not_applied,
	finish_reason, request_id, warnings, error_code, error_message, error_detail, error_http_status, error_retry_after_ns,
	sent_at, queue_ns, skew_ns, connect_ns, headers_ns, ttft_ns, time_to_answer_ns, last_text_ns, total_ns, load_ns,
	prompt_eval_ns, eval_ns, server_wait_ns, warmth, contended, tokens_per_second, rate_source,
	input_tokens, input_source, output_tokens, output_source, reasoning_tokens, reasoning_source,
	cache_read_tokens, cache_read_source, cache_write_tokens, cache_write_source, cache_write_1h_tokens, cache_write_1h_source,
	usage_notes, cost_pusd, cost_source, cost_at_least, cost_price_date, cost_price_source, cost_note,
	requests, sent_bytes, received_bytes`
	identityMarks = `?, ?, ?, ?, ?, ?, ?`
	stateMarks    = `?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
	?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?`
)

// runRow is a run between bakeoff.Run and its row: the same fields serve as arguments and as targets of a scan.
type runRow struct {
	id, comparison, endpoint, model, params string
	seat, attempt                           int

	status                                                  string
	openness, place, host, resolved, digest, quantization   sql.NullString
	notApplied, finishReason, requestID, warnings           sql.NullString
	errorCode, errorMessage, errorDetail                    sql.NullString
	errorHTTP, errorRetry                                   sql.NullInt64
	sentAt, queue, skew, connect, headers, ttft, answer     sql.NullInt64
	lastText, total, load, promptEval, eval, serverWait     sql.NullInt64
	warmth                                                  sql.NullString
	contended                                               bool
	rate                                                    sql.NullFloat64
	rateSource                                              sql.NullString
	input, output, reasoning, cacheRead, cacheWrite, write1 count
	usageNotes                                              sql.NullString
	cost                                                    sql.NullInt64
	costSource                                              sql.NullString
	atLeast                                                 bool
	priceDate, priceSource, costNote                        sql.NullString
	requests, sentBytes, receivedBytes                      sql.NullInt64
}

func (w *runRow) identity() []any {
	return []any{&w.id, &w.comparison, &w.seat, &w.attempt, &w.endpoint, &w.model, &w.params}
}

func (w *runRow) state() []any {
	return []any{
		&w.status, &w.openness, &w.place, &w.host, &w.resolved, &w.digest, &w.quantization, &w.notApplied,
		&w.finishReason, &w.requestID, &w.warnings, &w.errorCode, &w.errorMessage, &w.errorDetail, &w.errorHTTP, &w.errorRetry,
		&w.sentAt, &w.queue, &w.skew, &w.connect, &w.headers, &w.ttft, &w.answer, &w.lastText, &w.total, &w.load,
		&w.promptEval, &w.eval, &w.serverWait, &w.warmth, &w.contended, &w.rate, &w.rateSource,
		&w.input.n, &w.input.source, &w.output.n, &w.output.source, &w.reasoning.n, &w.reasoning.source,
		&w.cacheRead.n, &w.cacheRead.source, &w.cacheWrite.n, &w.cacheWrite.source, &w.write1.n, &w.write1.source,
		&w.usageNotes, &w.cost, &w.costSource, &w.atLeast, &w.priceDate, &w.priceSource, &w.costNote,
		&w.requests, &w.sentBytes, &w.receivedBytes,
	}
}

func rowOf(r bakeoff.Run) (w runRow, err error) {
	w = runRow{
		id: r.ID, comparison: r.ComparisonID, seat: r.Seat, attempt: r.Attempt, endpoint: r.Entry.Endpoint, model: r.Entry.Model,
		status: string(r.Status), openness: text(string(r.Openness)), place: text(string(r.Place)), host: text(r.EndpointHost),
		resolved: text(r.ResolvedModel), digest: text(r.Digest), quantization: text(r.Quantization),
		finishReason: text(r.FinishReason), requestID: text(r.RequestID), sentAt: moment(r.SentAt),
	}
	w.setError(r.Error)
	w.setTiming(r.Timing)
	w.setUsage(r.Usage)
	w.setCost(r.Cost)
	w.setEgress(r.Egress)
	if w.params, err = toJSON(paramsOf(r.Entry.Params)); err != nil {
		return w, errNotANumber(err)
	}
	for _, l := range []struct {
		into  *sql.NullString
		items []string
	}{{&w.notApplied, r.NotApplied}, {&w.warnings, r.Warnings}, {&w.usageNotes, r.Usage.Notes}} {
		if *l.into, err = list(l.items); err != nil {
			return w, err
		}
	}
	return w, nil
}

func (w *runRow) setError(e *bakeoff.Error) {
	if e == nil {
		return
	}
	w.errorCode = sql.NullString{String: string(e.Code), Valid: true}
	w.errorMessage, w.errorDetail = text(e.Message), text(e.Detail)
	w.errorHTTP = sql.NullInt64{Int64: int64(e.HTTPStatus), Valid: e.HTTPStatus != 0}
	w.errorRetry = sql.NullInt64{Int64: int64(e.RetryAfter), Valid: e.RetryAfter != 0}
}

func (w *runRow) setTiming(t bakeoff.Timing) {
	w.queue, w.skew, w.connect, w.headers = span(t.Queue), span(t.Skew), span(t.Connect), span(t.Headers)
	w.ttft, w.answer, w.lastText, w.total = span(t.TTFT), span(t.TimeToAnswer), span(t.LastText), span(t.Total)
	w.load, w.promptEval, w.eval, w.serverWait = span(t.Load), span(t.PromptEval), span(t.Eval), span(t.ServerWait)
	w.warmth, w.contended = text(string(t.Warmth)), t.Contended
	w.rate, w.rateSource = sql.NullFloat64{Float64: t.Rate, Valid: t.Rate != 0}, text(string(t.RateSource))
}

func (w *runRow) setUsage(u bakeoff.Usage) {
	w.input, w.output, w.reasoning = asCount(u.Input), asCount(u.Output), asCount(u.Reasoning)
	w.cacheRead, w.cacheWrite, w.write1 = asCount(u.CacheRead), asCount(u.CacheWrite), asCount(u.CacheWrite1h)
}

func (w *runRow) setCost(c bakeoff.Cost) {
	w.cost, w.costSource = sql.NullInt64{Int64: int64(c.Amount), Valid: c.Known()}, text(string(c.Source))
	w.atLeast, w.priceDate, w.priceSource, w.costNote = c.AtLeast, text(c.PriceDate), text(c.PriceSource), text(c.Note)
}

func (w *runRow) setEgress(e bakeoff.Egress) {
	w.requests = sql.NullInt64{Int64: int64(e.Requests), Valid: e.Known}
	w.sentBytes = sql.NullInt64{Int64: e.Sent, Valid: e.Known}
	w.receivedBytes = sql.NullInt64{Int64: e.Received, Valid: e.Known}
}

// run returns the run without its texts.
func (w *runRow) run() (r bakeoff.Run, err error) {
	var p params
	if err := json.Unmarshal([]byte(w.params), &p); err != nil {
		return r, err
	}
	r = bakeoff.Run{
		ID: w.id, ComparisonID: w.comparison, Seat: w.seat, Attempt: w.attempt,
		Entry:        bakeoff.Entry{Endpoint: w.endpoint, Model: w.model, Params: p.value()},
		EndpointHost: w.host.String, ResolvedModel: w.resolved.String, Digest: w.digest.String, Quantization: w.quantization.String,
		Openness: bakeoff.Openness(w.openness.String), Place: bakeoff.Place(w.place.String), Status: bakeoff.Status(w.status),
		FinishReason: w.finishReason.String, RequestID: w.requestID.String, SentAt: asTime(w.sentAt),
		Error: w.error(), Timing: w.timing(), Usage: w.usage(), Cost: w.costValue(),
		Egress: bakeoff.Egress{Known: w.requests.Valid, Requests: int(w.requests.Int64), Sent: w.sentBytes.Int64, Received: w.receivedBytes.Int64},
	}
	for _, l := range []struct {
		from sql.NullString
		into *[]string
	}{{w.notApplied, &r.NotApplied}, {w.warnings, &r.Warnings}, {w.usageNotes, &r.Usage.Notes}} {
		if *l.into, err = asList(l.from); err != nil {
			return r, err
		}
	}
	return r, nil
}

func (w *runRow) error() *bakeoff.Error {
	if !w.errorCode.Valid {
		return nil
	}
	return &bakeoff.Error{
		Code: bakeoff.Code(w.errorCode.String), Message: w.errorMessage.String, Detail: w.errorDetail.String,
		HTTPStatus: int(w.errorHTTP.Int64), RetryAfter: time.Duration(w.errorRetry.Int64),
	}
}

func (w *runRow) timing() bakeoff.Timing {
	return bakeoff.Timing{
		Queue: asSpan(w.queue), Skew: asSpan(w.skew), Connect: asSpan(w.connect), Headers: asSpan(w.headers),
		TTFT: asSpan(w.ttft), TimeToAnswer: asSpan(w.answer), LastText: asSpan(w.lastText), Total: asSpan(w.total),
		Load: asSpan(w.load), PromptEval: asSpan(w.promptEval), Eval: asSpan(w.eval), ServerWait: asSpan(w.serverWait),
		Warmth: bakeoff.Warmth(w.warmth.String), Contended: w.contended,
		Rate: w.rate.Float64, RateSource: bakeoff.CountSource(w.rateSource.String),
	}
}

func (w *runRow) usage() bakeoff.Usage {
	return bakeoff.Usage{
		Input: w.input.value(), Output: w.output.value(), Reasoning: w.reasoning.value(),
		CacheRead: w.cacheRead.value(), CacheWrite: w.cacheWrite.value(), CacheWrite1h: w.write1.value(),
	}
}

func (w *runRow) costValue() bakeoff.Cost {
	return bakeoff.Cost{
		Amount: bakeoff.PicoUSD(w.cost.Int64), Source: bakeoff.CostSource(w.costSource.String), AtLeast: w.atLeast,
		PriceDate: w.priceDate.String, PriceSource: w.priceSource.String, Note: w.costNote.String,
	}
}
