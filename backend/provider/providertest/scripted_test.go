package providertest

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/provider"
)

func TestScriptedPlaysItsSteps(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got := Collect(Scripted{300 * time.Millisecond, provider.Reasoning("hm"), provider.Text("blue"),
			provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: "stop"}}}.Stream(t.Context(), provider.Request{}))
		if got.Reasoning != "hm" || got.Text != "blue" || got.Finish == nil || got.Err != nil || time.Since(began) != 300*time.Millisecond {
			t.Errorf("got %+v after %v", got, time.Since(began))
		}
		broken := errors.New("broken")
		if got := Collect(Scripted{provider.Text("half"), broken, provider.Text("never")}.Stream(t.Context(), provider.Request{})); got.Text != "half" || got.Err != broken || got.After != 0 {
			t.Errorf("got %+v", got)
		}
		stopped := errors.New("stopped")
		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Minute, func() { cancel(stopped) })
		if got := Collect(Scripted{Hang}.Stream(ctx, provider.Request{})); got.Err != stopped {
			t.Errorf("got %+v", got)
		}
	})
}
