package compare

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/meter"
	"bakeoff/backend/provider"
)

// end computes the final record, writes it and tells the observers.
func (p *play) end(ctx context.Context, err error) {
	if ctx.Err() != nil && !errors.Is(err, errTimeout) && p.finish == nil {
		err = context.Cause(ctx)
	}
	stamps := p.trace.Stamps()
	p.tellSent(stamps)
	p.r.mu.Lock()
	run := p.r.run
	p.conclude(&run, stamps, err)
	run.Answer, run.Reasoning = string(p.r.answer), string(p.r.reasoning)
	run.Pace = slices.Clone(p.r.meter.Pace())
	p.r.mu.Unlock()

	write, cancel := context.WithTimeout(context.WithoutCancel(ctx), p.e.cfg.Limits.FinalWrite)
	defer cancel()
	p.l.noteSave(p.e.cfg.Recorder.Finish(write, run))

	run.Answer, run.Reasoning, run.Pace = "", "", nil
	p.r.mu.Lock()
	p.r.run = run
	p.r.mu.Unlock()
	p.changed()
	p.r.mu.Lock()
	p.r.told = true
	p.r.mu.Unlock()
}

// conclude decides how the run ended and computes its final numbers.
func (p *play) conclude(run *bakeoff.Run, s provider.Stamps, err error) {
	run.Status, run.Error = p.verdict(s, err)
	run.Egress = bakeoff.Egress{Known: p.ep.Place != bakeoff.PlaceDemo, Requests: s.Requests, Sent: s.SentBytes, Received: s.Received}
	if p.r.sent.IsZero() {
		return // never sent: nothing to measure
	}
	end := time.Now()
	if p.finish != nil && !s.LastRead.IsZero() {
		end = s.LastRead
	}
	p.r.meter.Times(&run.Timing, end)
	p.stampConnection(&run.Timing, s)
	run.Usage = p.spent.Usage
	if f := p.finish; f != nil {
		p.spent = provider.Spent{Usage: f.Usage, ReportedCost: f.ReportedCost, Modifiers: f.Modifiers}
		p.keepFinish(run, f)
	}
	run.Warnings = append(run.Warnings, p.readLess(run)...)
	if answer, reasoning := p.r.meter.Bytes(); answer+reasoning > 0 {
		p.r.meter.Estimate(&run.Usage, p.r.promptBytes)
	}
	run.Timing.Rate, run.Timing.RateSource = p.r.meter.Rate(run.Usage)
	run.Cost = p.finalCost(run)
}

// readLess warns where a model counted far fewer prompt tokens than were sent: a server that cuts a prompt says nothing.
// Four bytes a token is a guess, so less than half is far, and a few hundred tokens tell nothing.
func (p *play) readLess(run *bakeoff.Run) []string {
	const few = 512
	in := run.Usage.Input
	if p.r.promptBytes < 0 || in.Source != bakeoff.Reported || run.Place == bakeoff.PlaceDemo {
		return nil
	}
	if sent := meter.EstimateTokens(p.r.promptBytes); sent-in.N >= few && 2*in.N < sent {
		return []string{fmt.Sprintf("It counted %s prompt tokens where about %s were sent: it may have read only a part of the prompt.", bakeoff.Thousands(in.N), bakeoff.Thousands(sent))}
	}
	return nil
}

func (p *play) stampConnection(t *bakeoff.Timing, s provider.Stamps) {
	if !s.Connected.IsZero() {
		t.Connect = bakeoff.Measured(s.Connected.Sub(s.Sent))
		if s.Reused {
			t.Connect = bakeoff.Measured(0)
		}
	}
	if !s.Headers.IsZero() {
		t.Headers = bakeoff.Measured(s.Headers.Sub(s.Sent))
	}
}

// keepFinish copies what came with the end marker.
func (p *play) keepFinish(run *bakeoff.Run, f *provider.Finish) {
	run.FinishReason, run.Usage = f.Reason, f.Usage
	run.Warnings = append(run.Warnings, f.Warnings...)
	if f.ResolvedModel != "" {
		run.ResolvedModel = f.ResolvedModel
	}
	if f.RequestID != "" {
		run.RequestID = f.RequestID
	}
	t := &run.Timing
	t.Load, t.PromptEval, t.Eval = f.Load, f.PromptEval, f.Eval
	if f.ServerTotal.Known && f.Load.Known && f.Eval.Known {
		t.ServerWait = bakeoff.Measured(f.ServerTotal.D - f.Load.D - f.PromptEval.D - f.Eval.D)
	}
}

// verdict names the end of a run.
func (p *play) verdict(s provider.Stamps, err error) (bakeoff.Status, *bakeoff.Error) {
	switch {
	case p.finish != nil && p.finish.Cut:
		return bakeoff.Cut, nil
	case p.finish != nil:
		return bakeoff.Done, nil
	case errors.Is(err, errTimeout):
		return bakeoff.Failed, p.timeoutError(s)
	case errors.Is(err, errTooLong):
		return bakeoff.Failed, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("The answer grew over %d MB and was stopped there; that much is kept. Set max tokens to limit it.", p.e.cfg.Limits.MaxText>>20)}
	case errors.Is(err, errStopped), errors.Is(err, context.Canceled):
		return bakeoff.Cancelled, nil
	case err == nil:
		return bakeoff.Truncated, truncated(nil)
	}
	e := bakeoff.AsError(err)
	brokeOff := e.Code == bakeoff.CodeTruncated || e.Code == bakeoff.CodeUnreachable && s.Status == http.StatusOK
	if brokeOff && (!s.FirstByte.IsZero() || p.size() > 0) {
		return bakeoff.Truncated, truncated(e)
	}
	return bakeoff.Failed, e
}

func truncated(because *bakeoff.Error) *bakeoff.Error {
	e := &bakeoff.Error{Code: bakeoff.CodeTruncated, Message: "The answer broke off: the stream ended without its end marker. What arrived is kept. Run it again for a whole answer."}
	if because != nil {
		e.Detail, e.HTTPStatus, e.Err = because.Detail, because.HTTPStatus, because
	}
	return e
}

func (p *play) timeoutError(s provider.Stamps) *bakeoff.Error {
	sentence := p.ep.Label + " sent nothing for too long after the request. Try again, or choose a smaller model."
	switch {
	case p.timeout > 0 && time.Since(p.r.sent) >= p.timeout:
		sentence = fmt.Sprintf("The time limit of %s was reached; what arrived is kept. Raise the limit and run it again.", p.timeout)
	case !s.FirstByte.IsZero():
		sentence = fmt.Sprintf("%s fell silent in the middle of the answer for %s; what arrived is kept. Run it again.", p.ep.Label, p.e.cfg.Limits.Silence)
	}
	return &bakeoff.Error{Code: bakeoff.CodeTimeout, Message: sentence, HTTPStatus: s.Status}
}

// cost is what usage u costs by the price sheet, or nothing for what runs here. Called with the run's lock held.
func (p *play) cost(u bakeoff.Usage, modifiers map[string]string) bakeoff.Cost {
	run := &p.r.run
	if run.Place != bakeoff.PlaceCloud {
		return bakeoff.Cost{Source: bakeoff.CostFree}
	}
	prices := p.prices
	if prices == nil {
		prices = p.e.cfg.Prices
	}
	return prices.Cost(run.Entry.Endpoint, run.PricedModel(), run.SentAt, u, modifiers)
}

// finalCost decides a run's cost: what the provider says it charged, else tokens times price. What was billed for a
// run that did not end well is not told by anybody: the figure is a lower bound then. Called with the run's lock held.
func (p *play) finalCost(run *bakeoff.Run) bakeoff.Cost {
	p.r.run = *run // cost reads the served model and place from it
	if p.spent.ReportedCost != nil {
		return bakeoff.Cost{Amount: *p.spent.ReportedCost, Source: bakeoff.CostReported}
	}
	if run.Place == bakeoff.PlaceCloud && !run.Usage.Output.Known() && !run.Usage.Input.Known() {
		return bakeoff.Cost{Source: bakeoff.CostUnknown, Note: "the provider reported no tokens"}
	}
	cost := p.cost(run.Usage, p.spent.Modifiers)
	cost.AtLeast = cost.Known() && cost.Source != bakeoff.CostFree && p.finish == nil
	return cost
}
