package local

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
)

// scripted is a server whose pulls say what they are told; each attempt has a script of its own.
type scripted struct {
	Server
	mu       sync.Mutex
	attempts []func(ctx context.Context, say func(Progress)) error
	begun    int
}

func (s *scripted) Pull(ctx context.Context, _ string, say func(Progress)) error {
	s.mu.Lock()
	work := s.attempts[min(s.begun, len(s.attempts)-1)]
	s.begun++
	s.mu.Unlock()
	return work(ctx, say)
}

func free(context.Context) error { return nil }

// steadily downloads a file at a speed, from some bytes on.
func steadily(from, total, perSecond int64) func(context.Context, func(Progress)) error {
	return func(ctx context.Context, say func(Progress)) error {
		for done := from; done < total; done += perSecond / 20 {
			say(Progress{Status: "pulling 6a07", Digest: "6a07", Done: done, Total: total})
			select {
			case <-time.After(50 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		say(Progress{Status: "pulling 6a07", Digest: "6a07", Done: total, Total: total})
		say(Progress{Status: "success"})
		return nil
	}
}

func only(t *testing.T, j *Jobs) Job {
	t.Helper()
	jobs := j.List()
	if len(jobs) != 1 {
		t.Fatalf("got %+v", jobs)
	}
	return jobs[0]
}

func TestAPullTellsBytesSpeedAndWhatIsLeft(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJobs(free)
		defer j.Close()
		s := &scripted{attempts: []func(context.Context, func(Progress)) error{steadily(0, 10*gb, gb)}}
		if _, err := j.Pull(t.Context(), s, "ollama", "m"); err != nil {
			t.Fatal(err)
		}
		time.Sleep(4 * time.Second)
		synctest.Wait()
		got := only(t, j)
		if got.State != Running || got.Done != 4*gb || got.Total != 10*gb || got.Speed != gb || got.Left != 6*time.Second {
			t.Errorf("got %+v", got)
		}
		again, err := j.Pull(t.Context(), s, "ollama", "M:latest")
		if err != nil || again.ID != got.ID || s.begun != 1 {
			t.Errorf("a second pull of the same model: got %+v, %v", again, err)
		}
		time.Sleep(7 * time.Second)
		synctest.Wait()
		if got := only(t, j); got.State != Done || got.Done != got.Total || got.Speed != 0 {
			t.Errorf("at the end: got %+v", got)
		}
	})
}

func TestAPausedPullGoesOnAndItsSpeedIsThatOfTheNewAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJobs(free)
		defer j.Close()
		s := &scripted{attempts: []func(context.Context, func(Progress)) error{steadily(0, 10*gb, gb), steadily(3*gb, 10*gb, gb/2)}}
		job, _ := j.Pull(t.Context(), s, "ollama", "m")
		time.Sleep(3 * time.Second)
		if err := j.Pause(job.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := only(t, j); got.State != Paused || got.Problem != nil || got.Speed != 0 || got.Done < 2*gb {
			t.Errorf("paused: got %+v", got)
		}
		if err := j.Resume(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := only(t, j); got.State != Running || got.Speed != gb/2 {
			t.Errorf("resumed: got %+v", got)
		}
		if err := j.Cancel(job.ID); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if len(j.List()) != 0 || s.begun != 2 {
			t.Errorf("cancelled: got %+v", j.List())
		}
		if err := j.Resume(t.Context(), job.ID); bakeoff.AsError(err).Code != bakeoff.CodeNotFound {
			t.Errorf("got %v", err)
		}
	})
}

func TestAPullThatGoesOnBeforeItsOldRequestEndedIsNotFailedByIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJobs(free)
		defer j.Close()
		s := &scripted{attempts: []func(context.Context, func(Progress)) error{
			func(ctx context.Context, say func(Progress)) error {
				<-ctx.Done()
				time.Sleep(time.Second) // the request is on its way out
				say(Progress{Status: "late", Digest: "0000", Done: 1, Total: 2})
				return ctx.Err()
			},
			steadily(0, 10*gb, gb),
		}}
		job, _ := j.Pull(t.Context(), s, "ollama", "m")
		synctest.Wait()
		if err := j.Pause(job.ID); err != nil {
			t.Fatal(err)
		}
		if err := j.Resume(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if got := only(t, j); got.State != Running || got.Problem != nil || got.Done != 2*gb || got.Total != 10*gb {
			t.Errorf("got %+v", got)
		}
	})
}

func TestLocalOnlyRefusesAPullAndPausesOneThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var on atomic.Bool
		j := NewJobs(func(context.Context) error {
			if on.Load() {
				return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on."}
			}
			return nil
		})
		defer j.Close()
		s := &scripted{attempts: []func(context.Context, func(Progress)) error{steadily(0, 10*gb, gb)}}
		job, err := j.Pull(t.Context(), s, "ollama", "m")
		if err != nil {
			t.Fatal(err)
		}
		time.Sleep(990 * time.Millisecond)
		synctest.Wait()
		on.Store(true)
		time.Sleep(100 * time.Millisecond)
		synctest.Wait()
		if got := only(t, j); got.State != Paused || got.Problem == nil || got.Problem.Code != bakeoff.CodeLocalOnly {
			t.Errorf("got %+v", got)
		}
		if err := j.Resume(t.Context(), job.ID); bakeoff.AsError(err).Code != bakeoff.CodeLocalOnly || s.begun != 1 {
			t.Errorf("resumed under local only: %v", err)
		}
		if _, err := j.Pull(t.Context(), s, "ollama", "other"); bakeoff.AsError(err).Code != bakeoff.CodeLocalOnly || s.begun != 1 {
			t.Errorf("pulled under local only: %v", err)
		}
	})
}

func TestAFailedPullKeepsItsReasonAndCanBeTriedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJobs(free)
		defer j.Close()
		s := &scripted{attempts: []func(context.Context, func(Progress)) error{
			func(context.Context, func(Progress)) error {
				return &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "No way."}
			},
			steadily(0, gb, gb),
		}}
		job, _ := j.Pull(t.Context(), s, "ollama", "m")
		synctest.Wait()
		if got := only(t, j); got.State != Failed || got.Problem.Message != "No way." {
			t.Errorf("got %+v", got)
		}
		if err := j.Resume(t.Context(), job.ID); err != nil {
			t.Fatal(err)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		if got := only(t, j); got.State != Done || got.Problem != nil {
			t.Errorf("got %+v", got)
		}
	})
}

func TestAWatcherHearsAtMostTenTimesASecondAndOfTheEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		j := NewJobs(free)
		defer j.Close()
		var mu sync.Mutex
		var told []time.Time
		var last []Job
		j.Watch(func(jobs []Job) {
			mu.Lock()
			defer mu.Unlock()
			told, last = append(told, time.Now()), jobs
		})
		for _, model := range []string{"a", "b", "c"} {
			s := &scripted{attempts: []func(context.Context, func(Progress)) error{steadily(0, 5*gb, gb)}}
			if _, err := j.Pull(t.Context(), s, "ollama", model); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(6 * time.Second)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		for i := 1; i < len(told); i++ {
			if gap := told[i].Sub(told[i-1]); gap < tellEvery {
				t.Errorf("told after %s", gap)
			}
		}
		if len(told) < 40 || len(last) != 3 || last[2].State != Done {
			t.Errorf("told %d times, last %+v", len(told), last)
		}
	})
}
