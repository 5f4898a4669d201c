package app

import (
	"context"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/store"
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

// Backups is bound to the window: copies of the history, and whether it is healthy.
type Backups struct{ roof *roof }

// List returns the backups in the history's folder, newest first.
func (b *Backups) List() ([]BackupView, error) {
	return call(func() ([]BackupView, error) {
		h, err := b.house()
		if err != nil {
			return nil, err
		}
		all, err := h.Store.Backups()
		views := []BackupView{}
		for _, one := range all {
			views = append(views, backupView(one))
		}
		return views, err
	})
}

// Now makes a backup.
func (b *Backups) Now() (BackupView, error) {
	return call(func() (BackupView, error) {
		h, err := b.house()
		if err != nil {
			return BackupView{}, err
		}
		made, err := h.Store.Backup(b.roof.ctx)
		return backupView(made), err
	})
}

// Restore checks a backup and has the next start put it in the history's place; what is there then is set aside. An
// empty name asks for a file. It returns false when that dialog was cancelled.
func (b *Backups) Restore(name string) (bool, error) {
	return call(func() (bool, error) {
		h, err := b.house()
		if err == nil {
			err = short("The name", name, maxName)
		}
		if err != nil {
			return false, err
		}
		path := ""
		if name != "" {
			path, err = h.Store.BackupPath(name)
		} else {
			path, err = b.roof.shell.PickFile("Restore", "*.db")
		}
		if err != nil || path == "" {
			return false, err
		}
		err = h.Store.RestoreNext(b.roof.ctx, path)
		return err == nil, err
	})
}

// Check reads the whole history and lists what is wrong with it; nothing when it is healthy.
func (b *Backups) Check() ([]string, error) {
	return call(func() ([]string, error) {
		h, err := b.house()
		if err != nil {
			return nil, err
		}
		found, err := h.Store.Check(b.roof.ctx)
		return list(found), err
	})
}

func (b *Backups) house() (*wiring.House, error) {
	h, err := b.roof.house()
	if err == nil && h.Unsaved {
		err = unsaved()
	}
	return h, err
}

func unsaved() error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The history could not be opened, so there is nothing to keep or restore here. `bakeoff restore FILE` in a terminal puts a backup in its place."}
}

func backupView(b store.Backup) BackupView {
	return BackupView{Name: b.Name, MadeAtMs: unixMs(b.Made), Bytes: b.Bytes, Upgrade: b.Upgrade > 0}
}
