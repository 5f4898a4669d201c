package wiring

import (
	"context"
	"encoding/json"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/running"
)

// runningSetting is where it is kept, as JSON: beside the caps, which know nothing of it.
const runningSetting = "running.cost"

// Running returns what the user told about the cost of running models on this machine.
func (b *Budget) Running(ctx context.Context) (s running.Setting, err error) {
	text, found, err := b.store.Setting(ctx, runningSetting)
	if err != nil || !found {
		return s, err
	}
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		return running.Setting{}, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The running cost of this machine cannot be read. Set it again with `bakeoff budget`.", Err: err}
	}
	return s, nil
}

// SetRunning keeps it; the zero value takes it away.
func (b *Budget) SetRunning(ctx context.Context, s running.Setting) error {
	text, err := json.Marshal(s)
	if err != nil {
		return err
	}
	return b.store.SetSetting(ctx, runningSetting, string(text))
}
