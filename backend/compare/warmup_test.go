package compare

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// warming is a provider whose model is loaded by Warm, or by its first answer.
type warming struct {
	script
	fail error
	in   *bool
}

func (w warming) Warm(context.Context, provider.Request) error {
	time.Sleep(3 * time.Second)
	*w.in = w.fail == nil
	return w.fail
}

func warmable(fail error, steps ...any) Endpoint {
	in := new(bool)
	ep := local()
	ep.Provider = warming{script: script{steps: steps, prepare: func(context.Context) (provider.Facts, error) {
		if *in {
			return provider.Facts{Warmth: bakeoff.Warm}, nil
		}
		return provider.Facts{Warmth: bakeoff.Cold}, nil
	}}, fail: fail, in: in}
	return ep
}

func TestWarmUpLoadsInTurnAndItsTimeIsQueueTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		second := []any{time.Second, provider.Text("x"), done(tokens(1, 1))}
		h := build(map[string]Endpoint{"a": warmable(nil, second...), "b": warmable(nil, second...), "bad": warmable(errors.New("no memory"), second...)})
		spec := lineup("a", "b", "bad")
		spec.Lanes, spec.WarmUp = bakeoff.LanesSerial, true
		runs := h.play(t, spec)
		var queue []time.Duration
		var warmth []bakeoff.Warmth
		for _, r := range runs {
			queue, warmth = append(queue, r.Timing.Queue.D), append(warmth, r.Timing.Warmth)
			if r.Timing.TTFT.D != time.Second || r.Timing.Contended || r.Timing.Skew.Known {
				t.Errorf("%s: %+v", r.Entry.Model, r.Timing)
			}
		}
		if want := []time.Duration{3 * time.Second, 7 * time.Second, 11 * time.Second}; !slices.Equal(queue, want) {
			t.Errorf("queue times: got %v, want %v", queue, want)
		}
		if want := []bakeoff.Warmth{bakeoff.Warm, bakeoff.Warm, bakeoff.Cold}; !slices.Equal(warmth, want) {
			t.Errorf("got %v, want %v", warmth, want)
		}
		if !strings.Contains(strings.Join(runs[2].Warnings, " "), "could not be loaded beforehand") || runs[2].Status != bakeoff.Done {
			t.Errorf("a load that fails: %s, %q", runs[2].Status, runs[2].Warnings)
		}
	})
}

// A load uses the host as an answer does: what another comparison asks there meanwhile is no fair measure.
func TestAWarmUpMakesOthersOnItsHostContended(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": warmable(nil, time.Second, provider.Text("x"), done(tokens(1, 1))), "other": local(2*time.Second, provider.Text("x"), done(tokens(1, 1)))})
		other, err := h.Start(t.Context(), lineup("other"))
		if err != nil {
			t.Fatal(err)
		}
		spec := lineup("a")
		spec.Lanes, spec.WarmUp = bakeoff.LanesSerial, true
		if r := h.play(t, spec)[0]; r.Timing.Contended {
			t.Errorf("its answer ran alone: %+v", r.Timing)
		}
		other.Wait()
		if r := other.Snapshot().Runs[0]; !r.Timing.Contended {
			t.Errorf("the other one: %+v", r.Timing)
		}
	})
}

func TestWithoutSerialLanesNothingIsWarmedUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := build(map[string]Endpoint{"a": warmable(nil, time.Second, provider.Text("x"), done(tokens(1, 1)))})
		spec := lineup("a")
		spec.WarmUp = true
		if r := h.play(t, spec)[0]; r.Timing.Queue.D != 0 || r.Timing.Warmth != bakeoff.Cold {
			t.Errorf("got %+v", r.Timing)
		}
	})
}
