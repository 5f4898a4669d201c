package compare

import (
	"context"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// play is one run from its launch to its record.
type play struct {
	e       *Engine
	l       *Live
	r       *liveRun
	barrier *barrier
	turn    turn
	timeout time.Duration

	ep     Endpoint
	came   sync.Once // to the barrier
	trace  provider.Trace
	told   bool // the recorder knows the request as sent
	finish *provider.Finish
	spent  provider.Spent // what a reply that failed had reported
	warmed bool           // its model was loaded in its turn: it was not sent when the barrier opened
	prices Prices         // of the moment it was sent; nil until then. Guarded by the run's lock
}

// run plays the run through all its stations; it returns when the final record is written or could not be.
func (p *play) run(ctx context.Context) {
	defer p.turn.done()
	if p.confined() {
		ctx = provider.WithLocalOnly(ctx)
	}
	var req provider.Request
	err := guard(func() (err error) {
		req, err = p.prepare(ctx)
		return err
	})
	if err == nil {
		err = guard(func() error { return p.stream(ctx, req) })
	}
	p.arrive() // a run that never came to the gate must not hold the others back
	p.end(ctx, err)
}

// confined reports whether this run must stay on this machine and on the user's own hosts.
func (p *play) confined() bool { return p.l.c.LocalOnly || p.l.c.Sensitive || p.e.localOnly() }

func (p *play) arrive() { p.came.Do(p.barrier.arrive) }

// guard turns a panic of an adapter into the failure of its own run. The panic's text may quote the reply: it is dropped.
func guard(f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = bakeoff.AsError(fmt.Errorf("panic in an adapter: %T", v))
		}
	}()
	return f()
}

// prepare resolves the endpoint, checks the entry and asks the provider for facts. An error ends the run unsent.
func (p *play) prepare(ctx context.Context) (provider.Request, error) {
	p.r.update(func(run *bakeoff.Run) { run.Warnings = append(run.Warnings, missing(p.l.c, run.Seat)...) })
	run := p.r.peek()
	req := provider.Request{Model: run.Entry.Model, Earlier: p.l.c.EarlierOf(run.Seat), Prompt: run.Entry.PromptOf(p.l.c.Prompt), Params: run.Entry.Params}
	ep, err := p.e.cfg.Endpoints.Get(run.Entry.Endpoint)
	if err != nil {
		return req, err
	}
	p.ep = ep
	p.r.mu.Lock()
	p.r.promptBytes = promptBytes(req.Prompt, req.Earlier)
	p.r.cost = func(u bakeoff.Usage) bakeoff.Cost { return p.cost(u, nil) }
	p.r.mu.Unlock()
	switch {
	case p.l.c.Sensitive && ep.Place == bakeoff.PlaceCloud && !ep.Own:
		return req, &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "This prompt is marked sensitive, and " + ep.Label + " would send it away from this machine. Ask a model that runs here, or edit the prompt and take the mark off."}
	case p.confined() && ep.Place == bakeoff.PlaceCloud && !ep.Own:
		return req, &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, and " + ep.Label + " would send the prompt away from this machine. Turn Local only off to ask it."}
	case ep.Problem != nil: // said second: a key would not help under local only
		return req, ep.Problem
	}
	if err := CheckParams(run.Entry.Params); err != nil {
		return req, err
	}
	limited, cancel := context.WithTimeout(ctx, p.e.cfg.Limits.Prepare)
	defer cancel()
	req.Facts, err = ep.Provider.Prepare(limited, req)
	if err != nil {
		if e := bakeoff.AsError(err); e.Code == bakeoff.CodeModelMissing || e.Code == bakeoff.CodeLocalOnly {
			return req, e
		}
		return req, nil // what Prepare could not learn, Stream will say better
	}
	p.learn(req.Facts)
	return req, nil
}

// learn keeps the facts about the model in the run.
func (p *play) learn(f provider.Facts) {
	p.r.update(func(run *bakeoff.Run) {
		run.Digest, run.Quantization = f.Digest, f.Quantization
		run.NotApplied, run.Warnings = f.NotApplied, append(run.Warnings, f.Warnings...)
		run.Timing.Warmth = f.Warmth
		if f.Openness != "" {
			run.Openness = f.Openness
		}
		p.leaves(run, f.RemoteHost)
	})
	p.changed()
}

// lookAgain asks whether the model is in memory now: those before it in the queue may have loaded it, or driven it out. The
// error says that it would leave this machine and Local only was turned on meanwhile.
func (p *play) lookAgain(ctx context.Context, req provider.Request) error {
	limited, cancel := context.WithTimeout(provider.WithTrace(ctx, nil), p.e.cfg.Limits.Prepare)
	defer cancel()
	facts, err := p.ep.Provider.Prepare(limited, req)
	if err != nil {
		facts.Warmth = bakeoff.WarmthUnknown // load_duration does not tell: the first load of a tiny model takes 28 ms
	}
	p.r.update(func(run *bakeoff.Run) {
		if run.Place == bakeoff.PlaceLocal {
			run.Timing.Warmth = facts.Warmth
		}
	})
	if err != nil && bakeoff.AsError(err).Code == bakeoff.CodeLocalOnly {
		return err
	}
	return nil
}

// queued reports whether the run was not sent at the barrier: it waited for its turn, or for its model.
func (p *play) queued() bool { return p.turn.before != nil || p.warmed }

// warmUp loads a local model in its turn, before its time begins, as the request will want it. Meanwhile it uses the host
// as an answer does: whoever runs there is contended. What fails is loaded with the prompt, and marked so.
func (p *play) warmUp(ctx context.Context, req provider.Request) {
	warmer, ok := p.ep.Provider.(provider.Warmer)
	host := p.sharedHost()
	if !p.l.warmUp || !ok || host == "" || p.r.peek().Timing.Warmth == bakeoff.Warm && p.turn.before == nil {
		return
	}
	p.warmed = true
	before := p.r.peek().Status
	p.r.update(func(run *bakeoff.Run) { run.Status = bakeoff.Loading })
	p.changed()
	stay := p.e.hosts.enter(host)
	limited, cancel := context.WithTimeout(provider.WithTrace(ctx, nil), p.e.cfg.Limits.FirstByteLocal)
	err := guard(func() error { return warmer.Warm(limited, req) })
	cancel()
	p.e.hosts.leave(host, stay)
	p.r.update(func(run *bakeoff.Run) {
		run.Status = before
		if err != nil && ctx.Err() == nil {
			run.Warnings = append(run.Warnings, "The model could not be loaded beforehand: "+bakeoff.AsError(err).Message)
		}
	})
}

// leaves notes that a local server only forwards: the model runs elsewhere.
func (p *play) leaves(run *bakeoff.Run, remoteHost string) {
	if remoteHost != "" && run.Place == bakeoff.PlaceLocal {
		run.Place = bakeoff.PlaceCloud
		run.Timing.Warmth = bakeoff.WarmthUnknown
		run.Openness = p.e.cfg.Prices.Openness(run.Entry.Endpoint, run.Entry.Model)
		run.Warnings = append(run.Warnings, "Served by "+remoteHost+" through the local server: the prompt left this machine.")
	}
}

// stream sends the request and takes in what comes until it ends. nil means that the stream ended by itself.
func (p *play) stream(ctx context.Context, req provider.Request) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	ctx = provider.WithTrace(ctx, &p.trace)

	gone := func() {}
	defer func() { gone() }()
	p.trace.Gate = sync.OnceValue(func() error {
		p.arrive()
		if !p.barrier.pass(ctx) || !p.turn.wait(ctx) {
			return context.Cause(ctx)
		}
		p.warmUp(ctx, req)
		if p.queued() {
			if err := p.lookAgain(ctx, req); err != nil {
				return err
			}
		}
		gone = p.depart(cancel)
		return nil
	})
	if !p.ep.Gated {
		if err := p.trace.Gate(); err != nil {
			return err
		}
	}

	for ev, err := range p.ep.Provider.Stream(ctx, req) {
		if err != nil {
			return cause(ctx, err)
		}
		p.take(ev)
		if p.finish != nil {
			return nil
		}
		if size := p.size(); size > p.e.cfg.Limits.MaxText {
			return errTooLong
		}
	}
	return cause(ctx, nil)
}

// cause prefers the reason for which we ended the stream ourselves over whatever error that led to.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return err
}

func (p *play) size() int {
	answer, reasoning := p.r.meter.Bytes() // only this goroutine writes the meter
	return int(answer + reasoning)
}

// depart stamps the run as sent, counts it in on its host and begins to watch it; gone undoes both. The transport's own
// stamp replaces ours when the first event comes.
func (p *play) depart(cancel context.CancelCauseFunc) (gone func()) {
	now := time.Now()
	p.setSent(now)
	p.r.update(func(run *bakeoff.Run) {
		run.SentAt = now.UTC().Truncate(time.Millisecond)
		run.Timing.Queue = bakeoff.Measured(now.Sub(p.barrier.opened))
		if !p.queued() {
			run.Timing.Queue = bakeoff.Measured(0)
		}
		if run.Timing.Warmth == bakeoff.Cold {
			run.Status = bakeoff.Loading
		}
	})
	unwatch := p.watch(cancel)
	host := p.sharedHost()
	var stay *contention
	if host != "" {
		stay = p.e.hosts.enter(host)
	}
	p.changed()
	return func() {
		unwatch()
		if stay != nil {
			shared := p.e.hosts.leave(host, stay)
			p.r.update(func(run *bakeoff.Run) { run.Timing.Contended = shared })
		}
	}
}

func (p *play) setSent(at time.Time) {
	p.r.mu.Lock()
	p.r.sent = at
	if dated, ok := p.e.cfg.Prices.(Dated); ok && p.prices == nil {
		p.prices = dated.Today()
	}
	p.r.meter.Sent(at)
	p.r.mu.Unlock()
}

// sharedHost is the host whose hardware this run uses with others; empty for models that run elsewhere.
func (p *play) sharedHost() string {
	if run := p.r.peek(); run.Place == bakeoff.PlaceLocal {
		return run.EndpointHost
	}
	return ""
}

// take keeps one event. The moment is that of the transport's newest read, so that all SDKs share one measuring point;
// a provider without a transport is measured here.
func (p *play) take(ev provider.Event) {
	stamps := p.trace.Stamps()
	p.tellSent(stamps)
	at := stamps.LastRead
	if at.IsZero() {
		at = time.Now()
	}
	switch ev.Kind {
	case provider.KindText, provider.KindReasoning:
		if ev.Text == "" {
			return
		}
		p.e.cfg.Recorder.Delta(p.r.id, ev.Kind, ev.Text)
		first := p.r.append(ev.Kind, at, ev.Text)
		for _, o := range p.e.cfg.Observers {
			o.Delta(p.l, p.r.id, ev.Kind, ev.Text)
		}
		if first {
			p.tellTimes(stamps)
			p.changed()
		}
	case provider.KindMeta:
		p.meta(*ev.Meta)
	case provider.KindFinish:
		p.finish = ev.Finish
	}
}

func (p *play) meta(m provider.Meta) {
	if m.Spent != nil {
		p.spent = *m.Spent
	}
	p.r.update(func(run *bakeoff.Run) {
		if m.ResolvedModel != "" {
			run.ResolvedModel = m.ResolvedModel
		}
		if m.RequestID != "" {
			run.RequestID = m.RequestID
		}
		if m.Thinking && len(p.r.answer) == 0 {
			run.Status = bakeoff.Thinking
		}
		p.leaves(run, m.RemoteHost)
	})
	p.changed()
}

// tellSent hands the request as it was sent to the recorder, once, as soon as the transport has seen it.
func (p *play) tellSent(s provider.Stamps) {
	if p.told || s.Sent.IsZero() {
		return
	}
	p.told = true
	p.setSent(s.Sent)
	p.r.update(func(run *bakeoff.Run) {
		run.SentAt = s.Sent.UTC().Truncate(time.Millisecond)
		run.Request = elide(string(s.Body), p.attachments())
		run.Timing.Skew = bakeoff.Measured(s.Sent.Sub(p.barrier.opened))
		if p.queued() {
			run.Timing.Skew = bakeoff.Span{} // it waited for its turn, not for the barrier
		}
		if run.RequestID == "" {
			run.RequestID = s.RequestID
		}
	})
	p.e.cfg.Recorder.Known(p.r.peek())
}

// tellTimes hands the times that are known by now to the recorder, so that a killed app keeps them.
func (p *play) tellTimes(s provider.Stamps) {
	p.r.mu.Lock()
	run := p.r.run
	p.r.meter.Times(&run.Timing, time.Time{})
	run.Timing.LastText = bakeoff.Span{} // only the end knows
	p.stampConnection(&run.Timing, s)
	p.r.mu.Unlock()
	p.e.cfg.Recorder.Known(run)
}

// elide replaces the bytes of attachments in a request body by their hash: they are stored once, beside it.
func elide(body string, attachments []bakeoff.Attachment) string {
	for _, a := range attachments {
		if a.IsImage() && len(a.Data) > 0 {
			body = strings.ReplaceAll(body, base64.StdEncoding.EncodeToString(a.Data), "attachment:sha256:"+a.SHA256)
		}
	}
	return body
}

// watch ends the stream when nothing comes for too long. It looks only when its timer fires, never per token, and
// counts every byte of the body as a sign of life, keep-alive comments included.
func (p *play) watch(cancel context.CancelCauseFunc) (stop func()) {
	sent := time.Now()
	var timer *time.Timer
	armed := make(chan struct{})
	// Once the first byte is there the deadline comes nearer: look at least once per silence limit.
	wait := func() time.Duration { return min(time.Until(p.deadline(sent)), p.e.cfg.Limits.Silence) }
	timer = time.AfterFunc(wait(), func() {
		<-armed
		if wait := wait(); wait > 0 {
			timer.Reset(wait)
			return
		}
		cancel(errTimeout)
	})
	close(armed)
	return func() { timer.Stop() }
}

// deadline is when patience ends if nothing more comes. A provider without a transport, once it talks, is not watched
// for silence.
func (p *play) deadline(sent time.Time) time.Time {
	limits := p.e.cfg.Limits
	first := limits.FirstByteCloud
	if p.ep.Place != bakeoff.PlaceCloud {
		first = limits.FirstByteLocal
	}
	at := sent.Add(first)
	switch s := p.trace.Stamps(); {
	case !s.LastRead.IsZero():
		at = s.LastRead.Add(limits.Silence)
	case s.Sent.IsZero() && p.r.talked():
		at = time.Now().Add(first)
	}
	if p.timeout > 0 && sent.Add(p.timeout).Before(at) {
		at = sent.Add(p.timeout)
	}
	return at
}

func (p *play) changed() {
	for _, o := range p.e.cfg.Observers {
		o.Changed(p.l, p.r.id)
	}
}

// attachments are all files of the request, those of earlier turns too.
func (p *play) attachments() []bakeoff.Attachment {
	all := slices.Clone(p.l.c.Prompt.Attachments)
	for _, t := range p.l.c.EarlierOf(p.r.seat) {
		all = append(all, t.Attachments...)
	}
	return all
}

// promptBytes is how many bytes of text go to a model; negative when images make an estimate impossible.
func promptBytes(prompt bakeoff.Prompt, earlier []bakeoff.Turn) int64 {
	n := int64(len(prompt.System) + len(prompt.User))
	files := slices.Clone(prompt.Attachments)
	for _, t := range earlier {
		n += int64(len(t.User) + len(t.Answer))
		files = append(files, t.Attachments...)
	}
	for _, a := range files {
		if a.IsImage() {
			return -1
		}
		n += int64(len(a.Data))
	}
	return n
}

// missing says how many turns of the conversation a seat is asked without: it had no answer there, or was not asked.
func missing(c bakeoff.Comparison, seat int) []string {
	most := 0
	for _, turns := range c.Earlier {
		most = max(most, len(turns))
	}
	switch n := most - len(c.EarlierOf(seat)); {
	case n <= 0:
		return nil
	case n == most:
		return []string{"It was asked without the earlier turns of this conversation: it has no answer there."}
	default:
		return []string{fmt.Sprintf("It was asked without %d of the %d earlier turns of this conversation: it has no answer there.", n, most)}
	}
}
