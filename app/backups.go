package app

import (
	"context"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/wiring"
)

const (
	backupAfter = 30 * time.Second // from the start on: copying a large history must not slow it
	backupLook  = time.Hour
)

// keepBackups makes the day's backup in the background, also when the window stays open for days. The returned function
// breaks off a backup that goes on and waits for that.
func (r *roof) keepBackups(h *wiring.House) (stop func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		timer := time.NewTimer(backupAfter)
		defer timer.Stop()
		for {
			select {
			case <-timer.C:
				backUpIfDue(ctx, h)
				timer.Reset(backupLook)
			case <-ctx.Done():
				return
			}
		}
	}()
	return func() {
		cancel()
		<-done
	}
}

func backUpIfDue(ctx context.Context, h *wiring.House) {
	if h.Unsaved {
		return
	}
	if _, err := h.Store.BackupIfDue(ctx, time.Now()); err != nil && ctx.Err() == nil {
		h.Log.Error("the daily backup was not made", "code", bakeoff.AsError(err).Code, "err", err)
	}
}
