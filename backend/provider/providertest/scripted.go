package providertest

import (
	"context"
	"iter"
	"time"

	"bakeoff/backend/provider"
)

// Scripted is a provider that plays its steps for every request: a time.Duration waits, a provider.Event is yielded, an
// error ends the stream, Hang waits until the stream is cancelled. It lists one model, "scripted".
type Scripted []any

type hang struct{}

// Hang is the step that waits until the stream is cancelled.
var Hang any = hang{}

// Models lists the one model.
func (s Scripted) Models(context.Context) ([]provider.Model, error) {
	return []provider.Model{{ID: "scripted"}}, nil
}

// Prepare knows nothing.
func (s Scripted) Prepare(context.Context, provider.Request) (provider.Facts, error) {
	return provider.Facts{}, nil
}

// Stream plays the steps.
func (s Scripted) Stream(ctx context.Context, _ provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		for _, step := range s {
			var timer <-chan time.Time
			switch step := step.(type) {
			case provider.Event:
				if !yield(step, nil) {
					return
				}
				continue
			case error:
				yield(provider.Event{}, step)
				return
			case time.Duration:
				timer = time.After(step)
			}
			select {
			case <-timer:
			case <-ctx.Done():
				yield(provider.Event{}, context.Cause(ctx))
				return
			}
		}
	}
}
