package compare

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// script is a provider that plays its steps: a time.Duration waits, a provider.Event is yielded, an error ends the
// stream, the word hang waits until the stream is cancelled.
type script struct {
	steps   []any
	prepare func(ctx context.Context) (provider.Facts, error)
	started chan<- string
}

const hang = "hang"

func (s script) Models(context.Context) ([]provider.Model, error) { return nil, nil }

func (s script) Prepare(ctx context.Context, _ provider.Request) (provider.Facts, error) {
	if s.prepare != nil {
		return s.prepare(ctx)
	}
	return provider.Facts{}, nil
}

func (s script) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		if s.started != nil {
			s.started <- req.Model
		}
		for _, step := range s.steps {
			wait := time.Duration(0)
			switch step := step.(type) {
			case time.Duration:
				wait = step
			case string:
				wait = 1000 * time.Hour
			case error:
				yield(provider.Event{}, step)
				return
			case func():
				step()
			case provider.Event:
				if !yield(step, nil) {
					return
				}
				continue
			}
			select {
			case <-time.After(wait):
			case <-ctx.Done():
				yield(provider.Event{}, ctx.Err())
				return
			}
		}
	}
}

func done(usage bakeoff.Usage) provider.Event {
	return provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: "stop", Usage: usage}}
}

func tokens(in, out int64) bakeoff.Usage {
	return bakeoff.Usage{Input: bakeoff.ReportedCount(in), Output: bakeoff.ReportedCount(out)}
}

// house is an engine over scripts, with a recorder and an observer that remember what they were told.
type house struct {
	*Engine
	endpoints map[string]Endpoint

	mu       sync.Mutex
	begun    []bakeoff.Comparison
	added    []bakeoff.Run
	finished map[string]bakeoff.Run // by run id
	text     map[string]string      // deltas, by run id
	known    []bakeoff.Run          // as the recorder was told, in order
	statuses map[string][]bakeoff.Status
	fail     error // what the recorder answers
	onBegin  func(c bakeoff.Comparison)
	onDelta  func(l *Live, runID string)
}

func (h *house) Get(name string) (Endpoint, error) {
	ep, ok := h.endpoints[name]
	if !ok {
		return Endpoint{}, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "There is no endpoint " + name + "."}
	}
	ep.Name = name
	return ep, nil
}

func (h *house) Openness(string, string) bakeoff.Openness { return bakeoff.OpennessUnknown }

func (h *house) Cost(_, model string, _ time.Time, u bakeoff.Usage, _ map[string]string) bakeoff.Cost {
	if model == "unpriced" {
		return bakeoff.Cost{Source: bakeoff.CostUnknown}
	}
	return bakeoff.Cost{Amount: bakeoff.PicoUSD(u.Output.N), Source: bakeoff.CostComputed}
}

func (h *house) Begin(_ context.Context, c bakeoff.Comparison) error {
	if h.onBegin != nil {
		h.onBegin(c)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.begun = append(h.begun, c)
	return h.fail
}

func (h *house) AddRun(_ context.Context, r bakeoff.Run) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.added = append(h.added, r)
	return h.fail
}

func (h *house) Known(r bakeoff.Run) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.known = append(h.known, r)
}

func (h *house) Finish(_ context.Context, r bakeoff.Run) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.finished[r.ID] = r
	return h.fail
}

// recorder and watcher give the two Delta methods a receiver each.
type recorder struct{ *house }

func (r recorder) Delta(runID string, _ provider.Kind, text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.text[runID] += text
}

type watcher struct{ *house }

func (w watcher) Delta(l *Live, runID string, _ provider.Kind, _ string) {
	if w.onDelta != nil {
		w.onDelta(l, runID)
	}
}

func (w watcher) Changed(l *Live, runID string) {
	run, _ := l.Since(runID, 0, 0, 0)
	w.mu.Lock()
	defer w.mu.Unlock()
	old := w.statuses[runID]
	if len(old) == 0 || old[len(old)-1] != run.Status {
		w.statuses[runID] = append(old, run.Status)
	}
}

func build(endpoints map[string]Endpoint) *house {
	h := &house{endpoints: endpoints, finished: map[string]bakeoff.Run{}, text: map[string]string{}, statuses: map[string][]bakeoff.Status{}}
	var ids int
	var mu sync.Mutex
	h.Engine = New(Config{
		Endpoints: h, Prices: h, Recorder: recorder{h}, Observers: []Observer{watcher{h}}, AppVersion: "test",
		NewID: func() string { mu.Lock(); defer mu.Unlock(); ids++; return fmt.Sprintf("id%d", ids) },
	})
	return h
}

func cloud(steps ...any) Endpoint {
	return Endpoint{Label: "Cloud", Place: bakeoff.PlaceCloud, Host: "cloud", Provider: script{steps: steps}}
}

func local(steps ...any) Endpoint {
	return Endpoint{Label: "Local", Place: bakeoff.PlaceLocal, Host: "127.0.0.1:1", Provider: script{steps: steps}}
}

// lineup makes one entry per endpoint name; the model is called like the endpoint.
func lineup(names ...string) Spec {
	s := Spec{Prompt: bakeoff.Prompt{User: "Why is the sky blue?"}}
	for _, name := range names {
		s.Lineup = append(s.Lineup, bakeoff.Entry{Endpoint: name, Model: name})
	}
	return s
}

// play starts the spec, waits for its end and returns the final runs in lineup order.
func (h *house) play(t *testing.T, spec Spec) []bakeoff.Run {
	t.Helper()
	l, err := h.Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	l.Wait()
	return l.Snapshot().Runs
}

func statuses(runs []bakeoff.Run) []bakeoff.Status {
	var out []bakeoff.Status
	for _, r := range runs {
		out = append(out, r.Status)
	}
	return out
}

func TestRunsAreMeasuredFromTheBarrier(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{
			"quick": cloud(300*time.Millisecond, provider.Text("blue"), 700*time.Millisecond, provider.Text(" light"), done(tokens(5, 7))),
			"thinker": cloud(100*time.Millisecond, provider.Reasoning("hm"), 900*time.Millisecond, provider.Text("scatter"),
				time.Second, done(tokens(5, 30))),
		})
		runs := h.play(t, lineup("quick", "thinker"))
		ms := func(n int) bakeoff.Span { return bakeoff.Measured(time.Duration(n) * time.Millisecond) }
		want := []bakeoff.Timing{
			{Queue: ms(0), TTFT: ms(300), TimeToAnswer: ms(300), LastText: ms(1000), Total: ms(1000), Rate: 10, RateSource: bakeoff.Reported},
			{Queue: ms(0), TTFT: ms(100), TimeToAnswer: ms(1000), LastText: ms(1000), Total: ms(2000), Rate: 30 / 0.9, RateSource: bakeoff.Reported},
		}
		for i, r := range runs {
			if diff := cmp.Diff(want[i], r.Timing); diff != "" {
				t.Errorf("%s: %s", r.Entry.Model, diff)
			}
			if diff := cmp.Diff(r, h.finished[r.ID]); diff != "" {
				t.Errorf("%s: the record differs from what is shown: %s", r.Entry.Model, diff)
			}
		}
		if got, want := h.statuses[runs[1].ID], []bakeoff.Status{bakeoff.Queued, bakeoff.Thinking, bakeoff.Streaming, bakeoff.Done}; !cmp.Equal(got, want) {
			t.Errorf("got statuses %v, want %v", got, want)
		}
		if got := runs[0].Cost; got.Amount != 7 || got.Source != bakeoff.CostComputed || got.AtLeast {
			t.Errorf("got cost %+v, want 7 computed", got)
		}
	})
}

func TestRunIsolatesFailures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		broken := &bakeoff.Error{Code: bakeoff.CodeAuth, Message: "The key was refused."}
		h := build(map[string]Endpoint{
			"good":   cloud(time.Second, provider.Text("fine"), done(tokens(1, 1))),
			"auth":   cloud(broken),
			"hangs":  cloud(provider.Text("half"), hang),
			"panics": cloud(func() { panic("adapter bug with the prompt in it") }),
			"cut":    cloud(provider.Text("half a"), time.Second),
			"length": cloud(provider.Text("long"), provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: "length", Cut: true}}),
			"nokey":  {Label: "NoKey", Place: bakeoff.PlaceCloud, Problem: broken},
		})
		l, err := h.Start(t.Context(), lineup("good", "auth", "hangs", "panics", "cut", "length", "nokey", "absent"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second) // the fake clock of synctest
		runs := l.Snapshot().Runs
		want := []bakeoff.Status{bakeoff.Done, bakeoff.Failed, bakeoff.Streaming, bakeoff.Failed, bakeoff.Truncated, bakeoff.Cut, bakeoff.Failed, bakeoff.Failed}
		if diff := cmp.Diff(want, statuses(runs)); diff != "" {
			t.Fatal(diff)
		}
		if runs[0].Timing.Total.D != time.Second {
			t.Errorf("the good run took %v, want 1s: another run held it up", runs[0].Timing.Total.D)
		}
		if code := runs[7].Error.Code; code != bakeoff.CodeNotFound {
			t.Errorf("unknown endpoint: got code %s, want not_found", code)
		}
		if e := runs[3].Error; strings.Contains(e.Error()+fmt.Sprint(e.Err), "prompt") {
			t.Errorf("the panic's text got out: %v", e.Err)
		}
		if runs[4].Answer != "half a" || runs[4].Error.Code != bakeoff.CodeTruncated {
			t.Errorf("truncated run: got %q, %v", runs[4].Answer, runs[4].Error)
		}
		h.StopRun(runs[2].ID)
		l.Wait()
		if got := l.Snapshot().Runs[2]; got.Status != bakeoff.Cancelled || got.Answer != "half" || got.Error != nil || !got.Cost.AtLeast {
			t.Errorf("stopped run: got %s %q %v, cost %+v", got.Status, got.Answer, got.Error, got.Cost)
		}
	})
}

func TestHangingPrepareHoldsTheOthersOnlyForItsLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := script{steps: []any{provider.Text("late"), done(tokens(1, 1))}, prepare: func(ctx context.Context) (provider.Facts, error) {
			<-ctx.Done()
			return provider.Facts{}, ctx.Err()
		}}
		h := build(map[string]Endpoint{
			"good": cloud(provider.Text("fine"), done(tokens(1, 1))),
			"slow": {Label: "Slow", Place: bakeoff.PlaceCloud, Provider: slow},
		})
		began := time.Now()
		runs := h.play(t, lineup("good", "slow"))
		if took := time.Since(began); took != 750*time.Millisecond {
			t.Errorf("the barrier opened after %v, want 750ms", took)
		}
		if diff := cmp.Diff([]bakeoff.Status{bakeoff.Done, bakeoff.Done}, statuses(runs)); diff != "" {
			t.Error(diff)
		}
	})
}

// gated is a provider with a transport: it takes a while to write its request and passes the gate right before it leaves.
type gated struct {
	script
	encode time.Duration
	err    error // ends the request before it comes to the gate
}

func (g gated) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		time.Sleep(g.encode)
		err := g.err
		trace := provider.TraceFrom(ctx)
		if err == nil {
			err = trace.Gate()
		}
		if err != nil {
			yield(provider.Event{}, err)
			return
		}
		trace.Update(func(s *provider.Stamps) { s.Sent = time.Now() })
		for ev, err := range g.script.Stream(ctx, req) {
			trace.Read(time.Now(), 1)
			if !yield(ev, err) {
				return
			}
		}
	}
}

func TestRequestsLeaveTogetherHoweverLongTheyTakeToWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		answer := script{steps: []any{100 * time.Millisecond, provider.Text("x"), done(tokens(1, 1))}}
		at := func(g gated) Endpoint {
			return Endpoint{Label: "G", Place: bakeoff.PlaceCloud, Provider: g, Gated: true}
		}
		h := build(map[string]Endpoint{
			"quick":  at(gated{script: answer}),
			"slow":   at(gated{script: answer, encode: 50 * time.Millisecond}),
			"broken": at(gated{err: errors.New("cannot be written")}),
		})
		began := time.Now()
		runs := h.play(t, lineup("quick", "slow", "broken"))
		if took := time.Since(began); took != 150*time.Millisecond {
			t.Errorf("the comparison took %v, want 150ms", took)
		}
		for _, r := range runs[:2] {
			if r.Status != bakeoff.Done || r.Timing.TTFT.D != 100*time.Millisecond || r.Timing.Skew.D != 0 {
				t.Errorf("%s: %s, TTFT %v, skew %v", r.Entry.Model, r.Status, r.Timing.TTFT.D, r.Timing.Skew.D)
			}
		}
		if r := runs[2]; r.Status != bakeoff.Failed || r.Timing.Total.Known || !r.SentAt.IsZero() {
			t.Errorf("a request that never left: %s, %+v", r.Status, r.Timing)
		}
	})
}

func TestStoppedBeforeTheGateIsNeverSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := gated{script: script{steps: []any{provider.Text("x"), done(tokens(1, 1))}}, encode: time.Second}
		h := build(map[string]Endpoint{"slow": {Label: "G", Place: bakeoff.PlaceCloud, Provider: slow, Gated: true}})
		l, err := h.Start(t.Context(), lineup("slow"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(500 * time.Millisecond)
		l.Stop()
		l.Wait()
		if r := l.Snapshot().Runs[0]; r.Status != bakeoff.Cancelled || !r.SentAt.IsZero() || r.Answer != "" {
			t.Errorf("got %s, sent at %v, %q", r.Status, r.SentAt, r.Answer)
		}
	})
}

func TestPrepareFailsTheRunOnlyWhenTheRequestCannotWork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		with := func(err error) Endpoint {
			ep := cloud(provider.Text("x"), done(tokens(1, 1)))
			ep.Provider = script{steps: []any{provider.Text("x"), done(tokens(1, 1))}, prepare: func(context.Context) (provider.Facts, error) {
				return provider.Facts{}, err
			}}
			return ep
		}
		h := build(map[string]Endpoint{
			"missing": with(&bakeoff.Error{Code: bakeoff.CodeModelMissing, Message: "m"}),
			"forward": with(&bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "l"}),
			"flaky":   with(errors.New("the list did not come")),
		})
		want := []bakeoff.Status{bakeoff.Failed, bakeoff.Failed, bakeoff.Done}
		if diff := cmp.Diff(want, statuses(h.play(t, lineup("missing", "forward", "flaky")))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestStopAllKeepsWhatArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("some"), hang), "b": cloud(hang)})
		l, err := h.Start(t.Context(), lineup("a", "b", "a"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		h.Stop(l.ID())
		l.Wait()
		for _, r := range l.Snapshot().Runs {
			if r.Status != bakeoff.Cancelled {
				t.Errorf("%s: got %s, want cancelled", r.Entry.Model, r.Status)
			}
		}
		if got := l.Snapshot().Runs[0].Answer; got != "some" {
			t.Errorf("got %q, want what arrived", got)
		}
		if _, live := h.Live(l.ID()); live {
			t.Error("the comparison is still live after its last run")
		}
	})
}

func TestPatienceEnds(t *testing.T) {
	transported := func(at time.Duration, rest ...any) Endpoint { // a provider whose transport stamps its reads
		ep := cloud()
		ep.Provider = stamping{script{steps: rest}, at}
		return ep
	}
	cases := map[string]struct {
		ep      Endpoint
		timeout time.Duration
		want    time.Duration
		says    string
	}{
		"nothing ever comes from a cloud":      {ep: cloud(hang), want: 120 * time.Second, says: "sent nothing"},
		"nothing ever comes from a local one":  {ep: local(hang), want: 10 * time.Minute, says: "sent nothing"},
		"the user's limit is reached":          {ep: cloud(provider.Text("x"), hang), timeout: 5 * time.Second, want: 5 * time.Second, says: "time limit of 5s"},
		"silence after the first byte":         {ep: transported(time.Second, provider.Text("x"), hang), want: 61 * time.Second, says: "fell silent"},
		"the user's limit stands above others": {ep: transported(time.Second, provider.Text("x"), hang), timeout: 30 * time.Second, want: 30 * time.Second, says: "time limit"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := build(map[string]Endpoint{"m": c.ep})
				spec := lineup("m")
				spec.Timeout = c.timeout
				got := h.play(t, spec)[0]
				if got.Status != bakeoff.Failed || got.Error.Code != bakeoff.CodeTimeout || !strings.Contains(got.Error.Message, c.says) {
					t.Errorf("got %s, %v, want a timeout that says %q", got.Status, got.Error, c.says)
				}
				if got.Timing.Total.D != c.want {
					t.Errorf("ended after %v, want %v", got.Timing.Total.D, c.want)
				}
			})
		})
	}
}

// stamping stands for an adapter on the shared transport: its first body bytes come after first.
type stamping struct {
	script
	first time.Duration
}

func (s stamping) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		trace := provider.TraceFrom(ctx)
		trace.Update(func(t *provider.Stamps) { t.Sent = time.Now(); t.Status = 200 })
		time.Sleep(s.first)
		trace.Read(time.Now(), 1)
		for ev, err := range s.script.Stream(ctx, req) {
			if !yield(ev, err) {
				return
			}
		}
	}
}

func TestEventsCarryTheMomentOfTheTransport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ep := cloud()
		ep.Provider = stamping{script{steps: []any{provider.Text("x"), 3 * time.Second, provider.Text("y"), done(tokens(1, 2))}}, time.Second}
		h := build(map[string]Endpoint{"m": ep})
		got := h.play(t, lineup("m"))[0].Timing
		if got.TTFT.D != time.Second || got.LastText.D != time.Second || got.Total.D != time.Second {
			t.Errorf("got %v, %v, %v: decoding time was counted", got.TTFT.D, got.LastText.D, got.Total.D)
		}
	})
}

func TestConnectionLostInTheAnswerIsTruncated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		lost := &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "The connection was reset."}
		ep := cloud()
		ep.Provider = stamping{script{steps: []any{provider.Text("half"), lost}}, time.Second}
		h := build(map[string]Endpoint{"mid": ep, "before": cloud(lost)})
		runs := h.play(t, lineup("mid", "before"))
		if diff := cmp.Diff([]bakeoff.Status{bakeoff.Truncated, bakeoff.Failed}, statuses(runs)); diff != "" {
			t.Error(diff)
		}
	})
}

func TestSerialLanesRunLocalModelsInTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := []any{time.Second, provider.Text("x"), done(tokens(1, 1))}
		h := build(map[string]Endpoint{"l1": local(second...), "l2": local(second...), "l3": local(hang), "l4": local(second...), "c": cloud(second...)})
		spec := lineup("l1", "c", "l2", "l3", "l4")
		spec.Lanes = bakeoff.LanesSerial
		l, err := h.Start(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(5 * time.Second)
		h.StopRun(l.RunIDs()[3])
		l.Wait()
		var queue []time.Duration
		for _, r := range l.Snapshot().Runs {
			queue = append(queue, r.Timing.Queue.D)
			if r.Timing.Contended {
				t.Errorf("%s is marked contended though it ran alone", r.Entry.Model)
			}
		}
		if diff := cmp.Diff([]time.Duration{0, 0, time.Second, 2 * time.Second, 5 * time.Second}, queue); diff != "" {
			t.Error(diff)
		}
	})
}

// The second of two runs of one model said "cold" beside a load time of 2 ms: it had been looked at before the first ran.
func TestWarmthIsThatOfTheMomentAtWhichTheTurnComes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var loaded atomic.Bool
		ep := local()
		ep.Provider = script{
			steps: []any{time.Second, func() { loaded.Store(true) }, provider.Text("x"), done(tokens(1, 1))},
			prepare: func(context.Context) (provider.Facts, error) {
				if loaded.Load() {
					return provider.Facts{Warmth: bakeoff.Warm}, nil
				}
				return provider.Facts{Warmth: bakeoff.Cold}, nil
			},
		}
		h := build(map[string]Endpoint{"m": ep})
		spec := lineup("m", "m")
		spec.Lanes = bakeoff.LanesSerial
		runs := h.play(t, spec)
		if got := []bakeoff.Warmth{runs[0].Timing.Warmth, runs[1].Timing.Warmth}; !slices.Equal(got, []bakeoff.Warmth{bakeoff.Cold, bakeoff.Warm}) {
			t.Errorf("got %v, want cold, then warm", got)
		}
	})
}

// The first load of a tiny model took 28 ms and was called warm; so was a cold run whose server could not be asked.
func TestWarmthIsWhatTheServerSaidAndNeverGuessed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		loading := func(load time.Duration, says bakeoff.Warmth, err error) Endpoint {
			ep := local()
			finish := &provider.Finish{Reason: "stop", Load: bakeoff.Measured(load)}
			ep.Provider = script{
				steps:   []any{provider.Text("x"), provider.Event{Kind: provider.KindFinish, Finish: finish}},
				prepare: func(context.Context) (provider.Facts, error) { return provider.Facts{Warmth: says}, err },
			}
			return ep
		}
		h := build(map[string]Endpoint{
			"tiny":  loading(28*time.Millisecond, bakeoff.Cold, nil),
			"slow":  loading(time.Second, bakeoff.Warm, nil),
			"quick": loading(28*time.Millisecond, "", errors.New("no answer")),
			"large": loading(9*time.Second, "", nil),
		})
		var got []bakeoff.Warmth
		for _, r := range h.play(t, lineup("tiny", "slow", "quick", "large")) {
			got = append(got, r.Timing.Warmth)
		}
		if want := []bakeoff.Warmth{bakeoff.Cold, bakeoff.Warm, "", ""}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// Two retries, or two comparisons with serial lanes, ran at the same time on one machine.
func TestTurnsOfAHostGoOverAllComparisons(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := []any{time.Second, provider.Text("x"), done(tokens(1, 1))}
		h := build(map[string]Endpoint{"a": local(second...), "b": local(second...)})
		spec := lineup("a", "b")
		spec.Lanes = bakeoff.LanesSerial
		begin := func() *Live {
			l, err := h.Start(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			return l
		}
		one, two := begin(), begin()
		one.Wait()
		two.Wait()
		saved := one.Snapshot()
		for _, run := range saved.Runs {
			if _, _, err := h.Retry(t.Context(), saved, run.ID, false); err != nil {
				t.Fatal(err)
			}
		}
		one, _ = h.Live(saved.ID)
		one.Wait()
		var queue []time.Duration
		for _, r := range append(two.Snapshot().Runs, one.Snapshot().Runs...) {
			if r.Timing.Contended {
				t.Errorf("seat %d, attempt %d is marked contended: it did not run alone", r.Seat, r.Attempt)
			}
			queue = append(queue, r.Timing.Queue.D)
		}
		want := []time.Duration{2 * time.Second, 3 * time.Second, 0, 0, time.Second, time.Second}
		if diff := cmp.Diff(want, queue); diff != "" {
			t.Errorf("queue times: %s", diff)
		}
	})
}

// A turn that was over long ago made a later run look as if it had queued: it was looked at twice and had no skew.
func TestAFreeHostIsNoQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		looks := 0
		ep := local()
		ep.Provider = gated{script: script{
			steps:   []any{provider.Text("x"), done(tokens(1, 1))},
			prepare: func(context.Context) (provider.Facts, error) { looks++; return provider.Facts{}, nil },
		}}
		ep.Gated = true
		h := build(map[string]Endpoint{"a": ep})
		spec := lineup("a")
		spec.Lanes = bakeoff.LanesSerial
		for range 2 {
			if r := h.play(t, spec)[0]; !r.Timing.Skew.Known {
				t.Errorf("no skew: %+v", r.Timing)
			}
			synctest.Wait()
		}
		if looks != 2 {
			t.Errorf("two runs were looked at %d times", looks)
		}
	})
}

func TestParallelLanesAndOtherHostsDoNotQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := []any{time.Second, provider.Text("x"), done(tokens(1, 1))}
		other := local(second...)
		other.Host = "127.0.0.1:2"
		h := build(map[string]Endpoint{"a": local(second...), "b": other})
		serial, parallel := lineup("a", "b"), lineup("a", "b")
		serial.Lanes = bakeoff.LanesSerial
		began := time.Now()
		for _, spec := range []Spec{serial, parallel} {
			l, err := h.Start(t.Context(), spec)
			if err != nil {
				t.Fatal(err)
			}
			defer l.Wait()
		}
		h.wg.Wait()
		if took := time.Since(began); took != time.Second {
			t.Errorf("took %v, want 1s: all at once", took)
		}
	})
}

func TestAbandonedTurnDoesNotLetTheNextOvertake(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"long": local(10*time.Second, provider.Text("x"), done(tokens(1, 1))), "next": local(provider.Text("x"), done(tokens(1, 1)))})
		spec := lineup("long", "next", "next")
		spec.Lanes = bakeoff.LanesSerial
		l, err := h.Start(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		h.StopRun(l.RunIDs()[1])
		l.Wait()
		if got := l.Snapshot().Runs[2].Timing.Queue.D; got != 10*time.Second {
			t.Errorf("the third run waited %v, want 10s", got)
		}
	})
}

func TestParallelLocalRunsAreContended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{
			"a": local(time.Second, provider.Text("x"), done(tokens(1, 1))), "b": local(2*time.Second, provider.Text("x"), done(tokens(1, 1))),
			"c": cloud(time.Second, provider.Text("x"), done(tokens(1, 1))),
		})
		runs := h.play(t, lineup("a", "b", "c"))
		for i, want := range []bool{true, true, false} {
			if runs[i].Timing.Contended != want {
				t.Errorf("%s: got contended %v, want %v", runs[i].Entry.Model, runs[i].Timing.Contended, want)
			}
		}
		if got := h.play(t, lineup("a"))[0]; got.Timing.Contended || got.Cost.Source != bakeoff.CostFree {
			t.Errorf("alone: got contended %v, cost %+v", got.Timing.Contended, got.Cost)
		}
	})
}

func TestLocalOnlyRefusesBeforeAnythingIsSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := make(chan string, 9)
		ep := cloud()
		ep.Provider = script{steps: []any{provider.Text("x"), done(tokens(1, 1))}, started: sent, prepare: func(context.Context) (provider.Facts, error) {
			sent <- "a question about the model" // it tells the cloud which model is meant, and that somebody asks
			return provider.Facts{}, &bakeoff.Error{Code: bakeoff.CodeModelMissing, Message: "m"}
		}}
		keyless := ep
		keyless.Problem = &bakeoff.Error{Code: bakeoff.CodeAuth, Message: "A key is missing."} // a key would not help
		h := build(map[string]Endpoint{"c": ep, "k": keyless, "l": local(provider.Text("x"), done(tokens(1, 1)))})
		spec := lineup("c", "k", "c", "l")
		hot := 9.0
		spec.Lineup[2].Params.Temperature = &hot // nor would another temperature
		spec.LocalOnly = true
		runs := h.play(t, spec)
		for _, r := range runs[:3] {
			if r.Status != bakeoff.Failed || r.Error.Code != bakeoff.CodeLocalOnly || !r.SentAt.IsZero() {
				t.Errorf("seat %d: got %s, %v, sent at %v", r.Seat, r.Status, r.Error, r.SentAt)
			}
		}
		if runs[3].Status != bakeoff.Done {
			t.Errorf("the local one: got %s", runs[3].Status)
		}
		if len(sent) != 0 {
			t.Errorf("sent: %q", <-sent)
		}
	})
}

func TestForwardedModelLeavesThisMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ep := local()
		ep.Provider = script{
			steps:   []any{provider.Text("x"), done(tokens(1, 4))},
			prepare: func(context.Context) (provider.Facts, error) { return provider.Facts{RemoteHost: "cloud.example"}, nil },
		}
		h := build(map[string]Endpoint{"m": ep})
		got := h.play(t, lineup("m"))[0]
		if got.Place != bakeoff.PlaceCloud || got.Cost.Source == bakeoff.CostFree || len(got.Warnings) != 1 {
			t.Errorf("got place %s, cost %+v, warnings %q", got.Place, got.Cost, got.Warnings)
		}
	})
}

func TestRetryIsANewRunAndTheOldStays(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), done(tokens(1, 1))), "b": cloud(errors.New("no"))})
		l, err := h.Start(t.Context(), lineup("a", "b"))
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		saved := l.Snapshot()
		h.endpoints["b"] = cloud(provider.Text("now"), time.Second, done(tokens(1, 1)))

		again, id, err := h.Retry(t.Context(), saved, saved.Runs[1].ID, false)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.Retry(t.Context(), saved, saved.Runs[1].ID, false); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("a second retry while the first runs: got %v, want invalid", err)
		}
		again.Wait()
		runs := again.Snapshot().Runs
		if diff := cmp.Diff([]bakeoff.Status{bakeoff.Done, bakeoff.Failed, bakeoff.Done}, statuses(runs)); diff != "" {
			t.Fatal(diff)
		}
		if got := runs[2]; got.ID != id || got.Attempt != 2 || got.Seat != 1 || got.Answer != "now" {
			t.Errorf("got %+v", got)
		}
		if diff := cmp.Diff(saved.Runs[:2], runs[:2], cmpopts.EquateErrors()); diff != "" {
			t.Errorf("the old runs changed: %s", diff)
		}
		if len(h.added) != 1 || h.added[0].ID != id {
			t.Errorf("the recorder was told of %v", h.added)
		}
	})
}

func TestRegenerateAsksEverySeatOnceMoreAtOneMoment(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), done(tokens(1, 1))), "b": cloud(time.Second, provider.Text("y"), done(tokens(1, 1)))})
		l, err := h.Start(t.Context(), lineup("a", "b"))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Regenerate(t.Context(), l.Snapshot(), false); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("while a model answers: got %v, want invalid", err)
		}
		l.Wait()
		saved := l.Snapshot()

		again, err := h.Regenerate(t.Context(), saved, false)
		if err != nil {
			t.Fatal(err)
		}
		again.Wait()
		var places [][2]int
		for _, r := range again.Snapshot().Runs {
			places = append(places, [2]int{r.Seat, r.Attempt})
		}
		if diff := cmp.Diff([][2]int{{0, 1}, {0, 2}, {1, 1}, {1, 2}}, places); diff != "" {
			t.Fatal(diff)
		}
		runs := again.Snapshot().Runs
		if !runs[1].SentAt.Equal(runs[3].SentAt) {
			t.Errorf("sent at %s and %s, want one moment", runs[1].SentAt, runs[3].SentAt)
		}
		if len(h.added) != 2 {
			t.Errorf("the recorder was told of %d runs, want 2", len(h.added))
		}
	})
}

func TestHistoryThatCannotBeWrittenDoesNotStopTheComparison(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), done(tokens(1, 1)))})
		h.fail = &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The disk is full."}
		l, err := h.Start(t.Context(), lineup("a"))
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		if got := l.Snapshot().Runs[0].Status; got != bakeoff.Done {
			t.Errorf("got %s, want done", got)
		}
		if got := l.SaveProblem(); got != "The disk is full." {
			t.Errorf("got %q", got)
		}
	})
}

func TestStartRefusesWhatNoModelCanUse(t *testing.T) {
	h := build(nil)
	long := lineup(make([]string, MaxEntries+1)...)
	cases := map[string]Spec{
		"empty prompt":  {Prompt: bakeoff.Prompt{User: " \n"}, Lineup: lineup("a").Lineup},
		"empty lineup":  {Prompt: bakeoff.Prompt{User: "x"}},
		"long lineup":   long,
		"huge prompt":   {Prompt: bakeoff.Prompt{User: strings.Repeat("x", MaxPrompt+1)}, Lineup: lineup("a").Lineup},
		"unknown lanes": {Prompt: bakeoff.Prompt{User: "x"}, Lineup: lineup("a").Lineup, Lanes: "zigzag"},
	}
	for name, spec := range cases {
		t.Run(name, func(t *testing.T) {
			if _, err := h.Start(t.Context(), spec); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
				t.Errorf("got %v, want invalid", err)
			}
		})
	}
	if len(h.begun) != 0 {
		t.Errorf("%d comparisons were saved", len(h.begun))
	}
}

func TestAbsurdParametersAreRefusedBeforeAnythingIsSaved(t *testing.T) {
	hot, many, none, below, small := 99.0, 2.0, 0, -1, 3
	for name, params := range map[string]bakeoff.Params{
		"temperature":        {Temperature: &hot},
		"top p":              {TopP: &many},
		"max tokens":         {MaxTokens: &none},
		"thinking budget":    {ThinkingBudget: &below},
		"context length":     {NumCtx: &small},
		"empty stop":         {Stop: []string{"END", ""}},
		"many stops":         {Stop: strings.Fields(strings.Repeat("x ", maxStop+1))},
		"keep-alive":         {KeepAlive: "soon"},
		"response format":    {ResponseFormat: "yaml"},
		"schema of a list":   {ResponseFormat: "[1]"},
		"extra that is text": {Extra: map[string]json.RawMessage{"top_k": json.RawMessage("forty")}},
	} {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), done(tokens(1, 1)))})
		spec := lineup("a", "a")
		spec.Lineup[1].Params = params
		if _, err := h.Start(t.Context(), spec); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
		if len(h.begun) != 0 {
			t.Errorf("%s: a comparison was saved", name)
		}
	}
	for name, params := range map[string]bakeoff.Params{
		"no thinking": {ThinkingBudget: &none}, "seconds": {KeepAlive: "0"}, "for ever": {KeepAlive: "-1"}, "a duration": {KeepAlive: "1h30m"},
		"any JSON": {ResponseFormat: "json"}, "a schema": {ResponseFormat: ` {"type":"object"} `},
	} {
		if err := CheckParams(params); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// picky is a provider that knows what its model refuses.
type picky struct{ providertest.Scripted }

func (picky) Foresee(req provider.Request) provider.Foresight {
	if req.Params.Temperature != nil && *req.Params.Temperature > 1 {
		return provider.Foresight{Problem: provider.Unfit("Too hot for " + req.Model + ".")}
	}
	return provider.Foresight{}
}

func TestWhatAModelIsKnownToRefuseIsNotSaved(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		script := providertest.Scripted{provider.Text("x"), done(tokens(1, 1))}
		h := build(map[string]Endpoint{"a": {Name: "a", Place: bakeoff.PlaceCloud, Provider: picky{script}}})
		warm, hot := 1.0, 1.5
		spec := lineup("a", "a")
		spec.Lineup[0].Params.Temperature, spec.Lineup[1].Params.Temperature = &warm, &hot
		if _, err := h.Start(t.Context(), spec); err == nil || !strings.HasPrefix(bakeoff.AsError(err).Message, "Too hot") || len(h.begun) != 0 {
			t.Errorf("got %v and %d saved", err, len(h.begun))
		}
		spec.Lineup[1].Params.Temperature = &warm
		if diff := cmp.Diff([]bakeoff.Status{bakeoff.Done, bakeoff.Done}, statuses(h.play(t, spec))); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAModelThatCountsFarLessThanWasSentIsWarnedOf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for counted, warned := range map[int64]bool{4096: true, 5001: false, 10_000: false} {
			h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), done(tokens(counted, 1)))})
			spec := lineup("a")
			spec.Prompt.User = strings.Repeat("four", 10_000)
			run := h.play(t, spec)[0]
			if got := slices.ContainsFunc(run.Warnings, func(w string) bool {
				return strings.Contains(w, "counted 4,096 prompt tokens where about 10,000 were sent")
			}); got != warned {
				t.Errorf("%d counted: got warnings %q", counted, run.Warnings)
			}
		}
	})
}

func TestAnEntrysOwnSystemTextGoesInPlaceOfThePrompts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seen := make(chan string, 2)
		own := "Rhyme."
		h := build(map[string]Endpoint{"a": {Name: "a", Place: bakeoff.PlaceCloud, Provider: listening{providertest.Scripted{provider.Text("x"), done(tokens(1, 1))}, seen}}})
		spec := lineup("a", "a")
		spec.Prompt.System = "Be brief."
		spec.Lineup[1].Params.System = &own
		h.play(t, spec)
		got := []string{<-seen, <-seen}
		slices.Sort(got)
		if diff := cmp.Diff([]string{"Be brief.", "Rhyme."}, got); diff != "" {
			t.Error(diff)
		}
	})
}

// listening tells the system texts that it is asked with.
type listening struct {
	providertest.Scripted
	systems chan<- string
}

func (l listening) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	l.systems <- req.Prompt.System
	return l.Scripted.Stream(ctx, req)
}

func TestAnswerOverTheSizeLimitIsStopped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text(strings.Repeat("x", 100)), provider.Text("y"), hang)})
		h.cfg.Limits.MaxText = 100
		got := h.play(t, lineup("a"))[0]
		if got.Status != bakeoff.Failed || got.Error.Code != bakeoff.CodeInvalid || len(got.Answer) != 101 {
			t.Errorf("got %s %v, %d bytes", got.Status, got.Error, len(got.Answer))
		}
	})
}

func TestServedModelDecidesThePrice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		finish := &provider.Finish{Reason: "stop", Usage: tokens(1, 5), ResolvedModel: "unpriced"}
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), provider.Event{Kind: provider.KindFinish, Finish: finish})})
		got := h.play(t, lineup("a"))[0]
		if got.Cost.Known() || !got.ServedOther() {
			t.Errorf("got cost %+v, served other %v", got.Cost, got.ServedOther())
		}
	})
}

func TestReportedCostWins(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		charge := bakeoff.PicoUSD(12345)
		finish := &provider.Finish{Reason: "stop", Usage: tokens(1, 5), ReportedCost: &charge}
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), provider.Event{Kind: provider.KindFinish, Finish: finish})})
		if got := h.play(t, lineup("a"))[0].Cost; got.Amount != charge || got.Source != bakeoff.CostReported {
			t.Errorf("got %+v", got)
		}
	})
}

// A withheld answer was billed, and its record had neither tokens nor cost.
func TestARunThatFailsKeepsWhatWasReportedAsSpent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		refused := &bakeoff.Error{Code: bakeoff.CodeRefused, Message: "Withheld."}
		spent := func(s provider.Spent, before ...any) Endpoint {
			s.Usage.Raw = []byte(`{"n":1}`)
			return cloud(append(before, provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{Spent: &s}}, refused)...)
		}
		charge := bakeoff.PicoUSD(77)
		h := build(map[string]Endpoint{
			"computed": spent(provider.Spent{Usage: tokens(5, 7)}),
			"reported": spent(provider.Spent{Usage: tokens(5, 7), ReportedCost: &charge}),
			"input":    spent(provider.Spent{Usage: bakeoff.Usage{Input: bakeoff.ReportedCount(5)}}),
			"nothing":  cloud(refused),
		})
		runs := h.play(t, lineup("computed", "reported", "input", "nothing"))
		for i, want := range []bakeoff.Cost{{Amount: 7, Source: bakeoff.CostComputed, AtLeast: true}, {Amount: 77, Source: bakeoff.CostReported}, {Source: bakeoff.CostComputed, AtLeast: true}} {
			r := h.finished[runs[i].ID]
			if r.Status != bakeoff.Failed || r.Usage.Input != bakeoff.ReportedCount(5) || string(r.Usage.Raw) != `{"n":1}` || r.Cost != want {
				t.Errorf("%s: got %s, %+v, cost %+v", r.Entry.Model, r.Status, r.Usage, r.Cost)
			}
		}
		if r := runs[3]; r.Cost.Known() || r.Usage.Input.Known() || r.Usage.Output.Known() {
			t.Errorf("nothing reported: got %+v, cost %+v", r.Usage, r.Cost)
		}
	})
}

func TestLiveNumbersAreEstimates(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(time.Second, provider.Text("12345678"), time.Second, provider.Text("90"), hang)})
		l, err := h.Start(t.Context(), lineup("a"))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Wait()
		defer l.Stop()
		time.Sleep(2500 * time.Millisecond)
		got, _ := l.Since(l.RunIDs()[0], 8, 0, 15)
		if got.Answer != "90" || len(got.Pace) != 6 || got.Timing.Total.D != 2500*time.Millisecond {
			t.Errorf("got %q, %d strokes, %v", got.Answer, len(got.Pace), got.Timing.Total.D)
		}
		if got.Usage.Output != (bakeoff.Count{N: 3, Source: bakeoff.Estimated}) || got.Timing.RateSource != bakeoff.Estimated {
			t.Errorf("got output %+v, rate source %q", got.Usage.Output, got.Timing.RateSource)
		}
	})
}

func TestCloseStopsAllAndRefusesNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), hang)})
		l, err := h.Start(t.Context(), lineup("a", "a"))
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		h.Close()
		for _, r := range l.Snapshot().Runs {
			if _, recorded := h.finished[r.ID]; !recorded || r.Status != bakeoff.Cancelled {
				t.Errorf("got %s, recorded %v", r.Status, recorded)
			}
		}
		if _, err := h.Start(t.Context(), lineup("a")); err == nil {
			t.Error("a closed engine started a comparison")
		}
	})
}

func TestMeteringAllocatesNothingPerDelta(t *testing.T) {
	r := &liveRun{}
	r.answer = make([]byte, 0, 1<<20)
	now := time.Now()
	r.meter.Sent(now)
	if n := testing.AllocsPerRun(1000, func() { r.append(provider.KindText, now, "token ") }); n > 0 {
		t.Errorf("got %v allocations per delta, want 0", n)
	}
}

// A comparison that was stopped, or an engine that was closed, while a slow disk saved the start: the request went out
// all the same, and nobody waited for its record.
func TestStopAndCloseReachAComparisonThatIsBeingSaved(t *testing.T) {
	for name, end := range map[string]func(h *house, id string){
		"stop":  func(h *house, id string) { h.Stop(id) },
		"close": func(h *house, _ string) { h.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				sent := make(chan string, 1)
				ep := cloud()
				ep.Provider = script{steps: []any{hang}, started: sent}
				h := build(map[string]Endpoint{"a": ep})
				ended := make(chan struct{})
				h.onBegin = func(c bakeoff.Comparison) {
					go func() { end(h, c.ID); close(ended) }()
					synctest.Wait()
				}
				l, err := h.Start(t.Context(), lineup("a"))
				if err != nil {
					t.Fatal(err)
				}
				<-ended
				synctest.Wait()
				if len(h.finished) != 1 || len(sent) != 0 {
					t.Errorf("%d runs are recorded, %d requests were sent", len(h.finished), len(sent))
				}
				h.Stop(l.ID())
				l.Wait()
			})
		})
	}
}

// After kill -9 every time of an interrupted run was unknown, though its first token had been seen.
func TestTheRecorderLearnsOfTheFirstTextOnceAndNotPerToken(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		steps := []any{time.Second, provider.Reasoning("h"), provider.Reasoning("m"), time.Second, provider.Text("b")}
		for range 100 {
			steps = append(steps, provider.Text("x"))
		}
		ep := cloud()
		ep.Provider = gated{script: script{steps: append(steps, hang)}}
		ep.Gated = true
		h := build(map[string]Endpoint{"m": ep})
		l, err := h.Start(t.Context(), lineup("m"))
		if err != nil {
			t.Fatal(err)
		}
		defer l.Wait()
		defer l.Stop()
		time.Sleep(time.Minute)
		synctest.Wait()
		h.mu.Lock()
		defer h.mu.Unlock()
		if len(h.known) > 3 {
			t.Fatalf("told %d times, want at most at the request, the first text and the answer", len(h.known))
		}
		last := h.known[len(h.known)-1]
		want := bakeoff.Timing{Queue: bakeoff.Measured(0), Skew: bakeoff.Measured(0), TTFT: bakeoff.Measured(time.Second), TimeToAnswer: bakeoff.Measured(2 * time.Second)}
		if diff := cmp.Diff(want, last.Timing); diff != "" || last.SentAt.IsZero() {
			t.Errorf("sent at %v, times: %s", last.SentAt, diff)
		}
	})
}

// refusal is a budget that allows nothing and names a price.
type refusal struct{}

func (refusal) Admit(_ context.Context, c bakeoff.Comparison, _ []bakeoff.Run, _ bool) error {
	if c.Blind() && len(c.Runs) > 0 {
		return invalid("This would cost about $0.42.")
	}
	return nil
}

func TestABlindComparisonIsSavedAsSuchAndTakesNoNewAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), done(tokens(1, 1))), "b": cloud(provider.Text("y"), done(tokens(1, 1)))})
		spec := lineup("a", "b")
		spec.Sitting = &bakeoff.Sitting{Seats: []int{1, 0}, OpenedAt: time.Now()}
		l, err := h.Start(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		saved := l.Snapshot()
		if !l.Blind() || !saved.Blind() || len(h.begun) != 1 || !h.begun[0].Blind() {
			t.Error("the sitting was not begun with the comparison")
		}
		h.cfg.Budget = refusal{}
		_, _, retry := h.Retry(t.Context(), saved, saved.Runs[0].ID, false)
		_, all := h.Regenerate(t.Context(), saved, false)
		for _, err := range []error{retry, all} {
			if err == nil || !strings.Contains(bakeoff.AsError(err).Message, "Vote or reveal first") {
				t.Errorf("got %v: the sentence of a cap would tell a price", err)
			}
		}
		if len(h.added) != 0 {
			t.Errorf("the recorder was told of %v", h.added)
		}
	})
}

// dated are prices that rise whenever somebody asks for those of today.
type dated struct {
	*house
	price *atomic.Int64
}

func (d dated) Today() Prices { return fixed{d.house, d.price.Load()} }

type fixed struct {
	*house
	price int64
}

func (f fixed) Cost(_, _ string, _ time.Time, u bakeoff.Usage, _ map[string]string) bakeoff.Cost {
	return bakeoff.Cost{Amount: bakeoff.PicoUSD(u.Output.N * f.price), Source: bakeoff.CostComputed}
}

func TestARunIsPricedByTheListOfItsSending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		price := new(atomic.Int64)
		price.Store(3)
		rise := func() { price.Store(100) }
		finish := &provider.Finish{Reason: "stop", Usage: tokens(1, 5)}
		h := build(map[string]Endpoint{"a": cloud(provider.Text("x"), time.Second, provider.Event{Kind: provider.KindFinish, Finish: finish})})
		h.cfg.Prices = dated{h, price}
		time.AfterFunc(500*time.Millisecond, rise)
		if got := h.play(t, lineup("a"))[0].Cost; got.Amount != 15 {
			t.Errorf("got %d, want 5 tokens at 3", got.Amount)
		}
		if got := h.play(t, lineup("a"))[0].Cost; got.Amount != 500 {
			t.Errorf("the next one: got %d, want 5 tokens at 100", got.Amount)
		}
	})
}
