package local

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
)

// Kind says what a job does.
type Kind string

const (
	Pulling  Kind = "pull"
	Creating Kind = "create"
)

// State of a job.
type State string

const (
	Running   State = "running"
	Paused    State = "paused"
	Done      State = "done"
	Failed    State = "failed"
	Cancelled State = "cancelled"
)

// Job is a download or an upload as it stands.
type Job struct {
	ID       string
	Kind     Kind
	Endpoint string
	Model    string
	State    State
	Status   string // the server's newest word
	Done     int64  // bytes of the files that are known so far
	Total    int64  // bytes; 0: none is known yet
	Speed    int64  // bytes per second over the last seconds; 0: not known
	Left     time.Duration
	Problem  *bakeoff.Error // of a failed one, and of one that Local only paused
}

// Over reports whether the job will not go on by itself or by Resume.
func (j Job) Over() bool { return j.State == Done || j.State == Cancelled }

// tellEvery is how often a watcher hears of progress, at most.
const tellEvery = 100 * time.Millisecond

// Jobs runs downloads and uploads. Safe for concurrent use.
type Jobs struct {
	allowed func(ctx context.Context) error // refuses to let a server download; asked before a pull and at each of its words

	mu      sync.Mutex
	jobs    []*job // in the order of their start; those that are over go with the next start of the same model
	next    int
	watch   func([]Job)
	pending bool
	told    time.Time
	running sync.WaitGroup
	closed  bool
}

type job struct {
	Job
	work   func(ctx context.Context, progress func(Progress)) error
	cancel context.CancelFunc // of a running one
	ended  chan struct{}      // of the newest attempt: closed when it is over
	files  map[string]*file
	pace   []sample
}

type file struct{ done, total, from int64 }

type sample struct {
	at    time.Time
	moved int64
}

// NewJobs returns a list without jobs.
func NewJobs(allowed func(context.Context) error) *Jobs {
	return &Jobs{allowed: allowed, watch: func([]Job) {}}
}

// Watch calls f with all jobs after changes, at most ten times a second. It replaces an earlier f.
func (j *Jobs) Watch(f func([]Job)) {
	j.mu.Lock()
	j.watch = f
	j.mu.Unlock()
}

// Pull makes a server download a model. One that is being pulled there already is returned as it is; a paused or failed
// one goes on.
func (j *Jobs) Pull(ctx context.Context, s Server, endpoint, model string) (Job, error) {
	if err := j.allowed(ctx); err != nil {
		return Job{}, err
	}
	return j.start(ctx, Job{Kind: Pulling, Endpoint: endpoint, Model: model}, func(ctx context.Context, progress func(Progress)) error {
		var refused error
		ctx, stop := context.WithCancel(ctx)
		defer stop()
		err := s.Pull(ctx, model, func(p Progress) {
			if refused = j.allowed(ctx); refused != nil {
				stop()
				return
			}
			progress(p)
		})
		if refused != nil {
			return refused
		}
		return err
	})
}

// Create uploads a model.
func (j *Jobs) Create(ctx context.Context, s Server, endpoint, model, path string) (Job, error) {
	return j.start(ctx, Job{Kind: Creating, Endpoint: endpoint, Model: model}, func(ctx context.Context, progress func(Progress)) error {
		return s.Create(ctx, model, path, progress)
	})
}

// start begins a job, or goes on with the one of the same model and server. It lives until ctx ends.
func (j *Jobs) start(ctx context.Context, fresh Job, work func(context.Context, func(Progress)) error) (Job, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.closed {
		return Job{}, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Bakeoff is closing. Start it again to do this."}
	}
	for i, old := range j.jobs {
		if old.Endpoint != fresh.Endpoint || Canonical(old.Model) != Canonical(fresh.Model) {
			continue
		}
		if old.State == Running {
			return old.Job, nil
		}
		j.jobs = slices.Delete(j.jobs, i, i+1)
		break
	}
	j.next++
	fresh.ID = strconv.Itoa(j.next)
	next := &job{Job: fresh, work: work}
	j.jobs = append(j.jobs, next)
	j.run(ctx, next, nil)
	return next.Job, nil
}

// run begins an attempt of a job once the one before it, if any, is over: a request that was ended may still be on its
// way out. Called with mu held.
func (j *Jobs) run(ctx context.Context, it *job, before <-chan struct{}) {
	ctx, it.cancel = context.WithCancel(ctx)
	it.State, it.Problem, it.Speed, it.Left = Running, nil, 0, 0
	it.files, it.pace, it.ended = map[string]*file{}, nil, make(chan struct{})
	ended := it.ended
	j.changed()
	j.running.Go(func() {
		defer close(ended)
		if before != nil {
			<-before
		}
		err := it.work(ctx, func(p Progress) { j.progress(it, ended, p) })
		j.end(it, ended, err)
	})
}

// end notes how an attempt went. What was paused or cancelled keeps that state, whatever its request said; what goes on
// already has a newer attempt, which the end of the one before it does not touch.
func (j *Jobs) end(it *job, attempt chan struct{}, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if it.ended != attempt {
		return
	}
	it.cancel()
	it.Speed, it.Left = 0, 0
	if it.State == Running {
		switch e := bakeoff.AsError(err); {
		case err == nil:
			it.State = Done
		case e.Code == bakeoff.CodeLocalOnly:
			it.State, it.Problem = Paused, e
		default:
			it.State, it.Problem = Failed, e
		}
	}
	j.changed()
}

// progress takes in a word of the server to the newest attempt.
func (j *Jobs) progress(it *job, attempt chan struct{}, p Progress) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if it.State != Running || it.ended != attempt {
		return
	}
	it.Status = p.Status
	if p.Total > 0 {
		f := it.files[p.Digest]
		if f == nil { // what an earlier attempt brought is no speed of this one
			f = &file{from: p.Done}
			it.files[p.Digest] = f
		}
		f.done, f.total = p.Done, p.Total
	}
	it.sum(time.Now())
	j.changed()
}

// speedOver is the time over which a speed is taken, and speedAfter from when on it is told.
const (
	speedOver  = 5 * time.Second
	speedAfter = time.Second
)

func (it *job) sum(now time.Time) {
	it.Done, it.Total = 0, 0
	var moved int64
	for _, f := range it.files {
		it.Done, it.Total, moved = it.Done+f.done, it.Total+f.total, moved+f.done-f.from
	}
	it.pace = append(it.pace, sample{now, moved})
	for len(it.pace) > 2 && now.Sub(it.pace[1].at) >= speedOver {
		it.pace = it.pace[1:]
	}
	first := it.pace[0]
	it.Speed, it.Left = 0, 0
	if took := now.Sub(first.at); took >= speedAfter && moved > first.moved {
		it.Speed = int64(float64(moved-first.moved) / took.Seconds())
	}
	if it.Speed > 0 {
		it.Left = time.Duration(float64(it.Total-it.Done) / float64(it.Speed) * float64(time.Second))
	}
}

// Pause ends the request of a pull; what the server has stays there. Resume goes on.
func (j *Jobs) Pause(id string) error {
	return j.with(id, func(it *job) error {
		if it.State != Running {
			return nil
		}
		if it.Kind != Pulling {
			return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Only a download can be paused. Cancel it and begin again later."}
		}
		it.State = Paused
		it.cancel()
		return nil
	})
}

// Resume goes on with a paused or failed job. It lives until ctx ends.
func (j *Jobs) Resume(ctx context.Context, id string) error {
	return j.with(id, func(it *job) error {
		if it.State != Paused && it.State != Failed {
			return nil
		}
		if it.Kind == Pulling {
			if err := j.allowed(ctx); err != nil {
				return err
			}
		}
		j.run(ctx, it, it.ended)
		return nil
	})
}

// Cancel ends a job and takes it off the list; one that is over is taken off only.
func (j *Jobs) Cancel(id string) error {
	return j.with(id, func(it *job) error {
		if !it.Over() {
			it.State = Cancelled
		}
		it.cancel()
		j.jobs = slices.DeleteFunc(j.jobs, func(other *job) bool { return other == it })
		return nil
	})
}

func (j *Jobs) with(id string, f func(*job) error) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, it := range j.jobs {
		if it.ID == id {
			err := f(it)
			j.changed()
			return err
		}
	}
	return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "That download is no longer in the list. Begin it again if it is still wanted."}
}

// List returns all jobs, in the order of their start.
func (j *Jobs) List() []Job {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.list()
}

func (j *Jobs) list() []Job {
	out := []Job{}
	for _, it := range j.jobs {
		out = append(out, it.Job)
	}
	return out
}

// Close cancels what is running and waits for it. No job can be started after it.
func (j *Jobs) Close() {
	j.mu.Lock()
	j.closed = true
	for _, it := range j.jobs {
		if it.State == Running {
			it.State = Cancelled
		}
		it.cancel()
	}
	j.mu.Unlock()
	j.running.Wait()
}

// changed tells the watcher soon. Called with mu held.
func (j *Jobs) changed() {
	if j.pending || j.closed {
		return
	}
	j.pending = true
	time.AfterFunc(max(0, tellEvery-time.Since(j.told)), func() {
		j.mu.Lock()
		j.pending, j.told = false, time.Now()
		watch, all := j.watch, j.list()
		j.mu.Unlock()
		watch(all)
	})
}
