package app

import (
	"context"
	"iter"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

// talker streams a word every 10 ms, n times, then finishes.
type talker struct{ n int }

func (talker) Models(context.Context) ([]provider.Model, error) { return nil, nil }
func (talker) Prepare(context.Context, provider.Request) (provider.Facts, error) {
	return provider.Facts{}, nil
}
func (t talker) Stream(ctx context.Context, _ provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		for range t.n {
			select {
			case <-time.After(10 * time.Millisecond):
			case <-ctx.Done():
				yield(provider.Event{}, ctx.Err())
				return
			}
			if !yield(provider.Text("blé "), nil) {
				return
			}
		}
		yield(provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: "stop"}}, nil)
	}
}

// nothing is an engine's surroundings that keep nothing and know no price.
type nothing struct{ p provider.Provider }

func (n nothing) Get(name string) (compare.Endpoint, error) {
	return compare.Endpoint{Name: name, Label: "Test", Place: bakeoff.PlaceDemo, Provider: n.p}, nil
}
func (nothing) Openness(string, string) bakeoff.Openness { return bakeoff.OpennessUnknown }
func (nothing) Cost(string, string, time.Time, bakeoff.Usage, map[string]string) bakeoff.Cost {
	return bakeoff.Cost{}
}
func (nothing) Begin(context.Context, bakeoff.Comparison) error { return nil }
func (nothing) AddRun(context.Context, bakeoff.Run) error       { return nil }
func (nothing) Known(bakeoff.Run)                               {}
func (nothing) Delta(string, provider.Kind, string)             {}
func (nothing) Finish(context.Context, bakeoff.Run) error       { return nil }

// window applies frames as the page does.
type window struct {
	mu     sync.Mutex
	frames []Frame
	texts  map[string]string
}

func (w *window) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.frames)
}

func (w *window) emit(_ string, payload any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f := payload.(Frame)
	w.frames = append(w.frames, f)
	for _, p := range f.Runs {
		w.texts[p.ID] += p.Answer
	}
}

func start(t *testing.T, p provider.Provider, n int) (*Bridge, *window, *compare.Engine, *compare.Live) {
	t.Helper()
	w := &window{texts: map[string]string{}}
	b := NewBridge(w.emit, func(s string) string { return s })
	ids := []string{"c", "r0", "r1", "r2", "r3"}
	e := compare.New(compare.Config{
		Endpoints: nothing{p}, Prices: nothing{}, Recorder: nothing{}, Observers: []compare.Observer{b},
		NewID: func() string { id := ids[0]; ids = ids[1:]; return id },
	})
	spec := compare.Spec{Prompt: bakeoff.Prompt{User: "x"}, Lineup: make([]bakeoff.Entry, n)}
	l, err := e.Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return b, w, e, l
}

func TestFramesAddUpToTheAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w, _, l := start(t, talker{50}, 2)
		b.Renew()
		go b.Run()
		l.Wait()
		time.Sleep(frameEvery)
		b.Close()
		for _, r := range l.Snapshot().Runs {
			if w.texts[r.ID] != r.Answer {
				t.Errorf("%s: the window has %q, want %q", r.ID, w.texts[r.ID], r.Answer)
			}
		}
		last := w.frames[len(w.frames)-1]
		if last.Live {
			t.Error("the last frame still says live")
		}
		if n := len(w.frames); n > 18 { // half a second of streaming at 33 ms
			t.Errorf("got %d frames, want one per tick", n)
		}
		for i, f := range w.frames {
			if f.Seq != int64(i+1) {
				t.Fatalf("frame %d has seq %d", i, f.Seq)
			}
		}
		var pace []StrokeView
		for _, f := range w.frames {
			for _, p := range f.Runs {
				if p.ID == "r0" {
					pace = append(pace[:p.PaceFrom], p.Pace...)
				}
			}
		}
		if diff := cmp.Diff(strokesView(l.Snapshot().Runs[0].Pace), pace); diff != "" {
			t.Errorf("the strokes differ: %s", diff)
		}
	})
}

func TestSnapshotContinuesIntoTheNextFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w, _, l := start(t, talker{50}, 1)
		b.Renew()
		go b.Run()
		time.Sleep(205 * time.Millisecond)
		view := b.Snapshot(l)
		text := view.Runs[0].Answer
		if text == "" || !view.Live {
			t.Fatalf("got %q, live %v", text, view.Live)
		}
		l.Wait()
		time.Sleep(frameEvery)
		b.Close()
		for _, f := range w.frames {
			if f.Seq > view.Seq {
				text += f.Runs[0].Answer
			}
		}
		if want := l.Snapshot().Runs[0].Answer; text != want {
			t.Errorf("got %q, want %q", text, want)
		}
	})
}

func TestNoFrameWithoutALease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w, _, l := start(t, talker{1000}, 1)
		go b.Run()
		time.Sleep(time.Second)
		if n := w.count(); n != 0 {
			t.Fatalf("got %d frames before the page took a lease", n)
		}
		b.Renew()
		time.Sleep(leaseFor + time.Second)
		n := w.count()
		time.Sleep(time.Second)
		if n == 0 || w.count() != n {
			t.Errorf("got %d, then %d frames: the lease did not run out", n, w.count())
		}
		b.Renew()
		time.Sleep(2 * frameEvery)
		l.Stop()
		l.Wait()
		time.Sleep(2 * frameEvery)
		b.Close()
		if got, want := w.texts["r0"], l.Snapshot().Runs[0].Answer; got != want {
			t.Errorf("after the renewal the window has %d bytes, want %d", len(got), len(want))
		}
	})
}

func TestSnapshotOfARetryHasTheOldAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, _, e, l := start(t, talker{3}, 1)
		b.Renew()
		go b.Run()
		l.Wait()
		time.Sleep(2 * frameEvery)
		again, id, err := e.Retry(t.Context(), l.Snapshot(), "r0", false)
		if err != nil {
			t.Fatal(err)
		}
		view := b.Snapshot(again)
		again.Wait()
		b.Close()
		if got := view.Runs[0].Answer; got != "blé blé blé " || view.Runs[1].ID != id {
			t.Errorf("the old attempt: got %q", got)
		}
	})
}

// A tick can come after a run has its final state and before the bridge is told of it. The frame of that tick must not
// be taken for the last: what came after it was once sent as if nothing had been sent yet.
func TestATickBetweenTheEndAndItsNewsLosesAndRepeatsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &window{texts: map[string]string{}}
		b := NewBridge(w.emit, func(s string) string { return s })
		b.Renew()
		early := observer(func(l *compare.Live, runID string) {
			if run, _ := l.Since(runID, 0, 0, 0); run.Status.Ended() {
				b.tick()
			}
		})
		ids := []string{"c", "r0"}
		e := compare.New(compare.Config{
			Endpoints: nothing{talker{5}}, Prices: nothing{}, Recorder: nothing{}, Observers: []compare.Observer{early, b},
			NewID: func() string { id := ids[0]; ids = ids[1:]; return id },
		})
		l, err := e.Start(t.Context(), compare.Spec{Prompt: bakeoff.Prompt{User: "x"}, Lineup: make([]bakeoff.Entry, 1)})
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		b.tick()
		b.tick()
		if got, want := w.texts["r0"], l.Snapshot().Runs[0].Answer; got != want {
			t.Errorf("the window has %q, want %q", got, want)
		}
		last := 0
		for _, f := range w.frames {
			if !f.Live {
				last++
			}
		}
		if last != 1 {
			t.Errorf("%d frames said that they were the last", last)
		}
	})
}

// observer hears of changes only.
type observer func(l *compare.Live, runID string)

func (observer) Delta(*compare.Live, string, provider.Kind, string) {}
func (o observer) Changed(l *compare.Live, runID string)            { o(l, runID) }

func TestRetryAppearsInTheFrames(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w, e, l := start(t, talker{3}, 1)
		b.Renew()
		go b.Run()
		l.Wait()
		time.Sleep(2 * frameEvery)
		_, id, err := e.Retry(t.Context(), l.Snapshot(), "r0", false)
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Second)
		b.Close()
		for i, f := range w.frames {
			if f.Seq != int64(i+1) {
				t.Fatalf("frame %d has seq %d: the retry does not go on counting", i, f.Seq)
			}
		}
		if got := w.texts[id]; got != "blé blé blé " {
			t.Errorf("the new attempt: got %q", got)
		}
		if got := w.texts["r0"]; got != "blé blé blé " {
			t.Errorf("the old attempt: got %q, want its text once", got)
		}
	})
}
