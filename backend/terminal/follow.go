package terminal

import (
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
)

// followEvery is how often a live comparison is looked at: often enough to read along, seldom enough to cost nothing.
const followEvery = 50 * time.Millisecond

// view shows a comparison while it goes on. Its methods are called from one goroutine.
type view interface {
	started(c bakeoff.Comparison)
	// progress shows what is new in a run: Answer and Reasoning hold only the text that came since the last call.
	progress(r bakeoff.Run, statusChanged bool)
	finished(c bakeoff.Comparison, saveProblem string)
}

// follow shows l until every run has ended, and returns the whole comparison. unsaved: there is no history to keep it.
func follow(l *compare.Live, v view, unsaved bool) bakeoff.Comparison {
	f := follower{l: l, v: v, at: make(map[string]*position)}
	v.started(l.Snapshot())
	ended := make(chan struct{})
	go func() { l.Wait(); close(ended) }()
	ticker := time.NewTicker(followEvery)
	defer ticker.Stop()
	for going := true; going; {
		select {
		case <-ticker.C:
		case <-ended:
			going = false
		}
		f.look()
	}
	c := l.Snapshot()
	problem := l.SaveProblem()
	if unsaved {
		problem = "the history could not be opened, so what is printed here is all that stays of this comparison."
	}
	v.finished(c, problem)
	return c
}

type follower struct {
	l  *compare.Live
	v  view
	at map[string]*position // by run id
}

// position is how much of a run was shown.
type position struct {
	answer, reasoning int
	status            bakeoff.Status
}

func (f *follower) look() {
	for _, id := range f.l.RunIDs() {
		p := f.at[id]
		if p == nil {
			p = &position{status: bakeoff.Queued}
			f.at[id] = p
		}
		run, _ := f.l.Since(id, p.answer, p.reasoning, 0)
		changed := run.Status != p.status
		if !changed && run.Answer == "" && run.Reasoning == "" {
			continue
		}
		p.answer, p.reasoning, p.status = p.answer+len(run.Answer), p.reasoning+len(run.Reasoning), run.Status
		f.v.progress(run, changed)
	}
}
