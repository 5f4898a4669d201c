package app

import (
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
)

// frameEvery is the window's tick: text is added at most 30 times a second.
const frameEvery = 33 * time.Millisecond

// leaseFor is how long the page may receive frames after it renewed its lease. A page that we did not load renews none.
const leaseFor = 3 * time.Second

// Bridge turns the events of runs into one frame per tick and comparison. It implements compare.Observer: what a run's
// goroutine does here is to set a mark, and marks have a lock of their own, so that no stream waits while a frame is
// written. Text is taken from the live comparison by offset: a token costs nothing.
type Bridge struct {
	emit   func(event string, payload any)
	labels func(endpoint string) string
	stop   chan struct{}
	done   chan struct{}

	marking sync.Mutex
	marks   map[string]mark // by run id, since the last tick
	spare   map[string]mark

	mu    sync.Mutex // guards what follows; never taken by a stream
	lease time.Time
	live  map[string]*track // by comparison id
	seqs  map[string]int64  // the last frame of comparisons that ended: a retry goes on counting
}

// mark says that something came: whole when it was more than text.
type mark struct {
	l     *compare.Live
	whole bool
}

// track is what the window has of one comparison.
type track struct {
	l    *compare.Live
	seq  int64
	runs map[string]*position

	ended int  // of a blind one: how many runs the window knows to have ended; -1 before its first frame
	whole bool // of a blind one: the answers were sent
}

// position is how far the window has one run.
type position struct {
	dirty, whole            bool
	answer, reasoning, pace int
	ended                   bool
}

// NewBridge returns a bridge that sends through emit. labels names an endpoint for the screen.
func NewBridge(emit func(event string, payload any), labels func(endpoint string) string) *Bridge {
	return &Bridge{
		emit: emit, labels: labels, stop: make(chan struct{}), done: make(chan struct{}),
		marks: make(map[string]mark), spare: make(map[string]mark), live: make(map[string]*track), seqs: make(map[string]int64),
	}
}

// Run ticks until Close.
func (b *Bridge) Run() {
	defer close(b.done)
	ticker := time.NewTicker(frameEvery)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
			b.tick()
		case <-b.stop:
			return
		}
	}
}

// Close ends Run and waits for it.
func (b *Bridge) Close() {
	close(b.stop)
	<-b.done
}

// Renew lets the page receive frames for another while.
func (b *Bridge) Renew() {
	b.mu.Lock()
	b.lease = time.Now().Add(leaseFor)
	b.mu.Unlock()
}

// Delta marks a run: text came.
func (b *Bridge) Delta(l *compare.Live, runID string, _ provider.Kind, _ string) {
	b.mark(l, runID, false)
}

// Changed marks a run: more than text changed.
func (b *Bridge) Changed(l *compare.Live, runID string) { b.mark(l, runID, true) }

func (b *Bridge) mark(l *compare.Live, runID string, whole bool) {
	b.marking.Lock()
	b.marks[runID] = mark{l: l, whole: whole || b.marks[runID].whole}
	b.marking.Unlock()
}

// collect moves the marks into the tracks. Called with mu held.
func (b *Bridge) collect() {
	b.marking.Lock()
	marks := b.marks
	b.marks, b.spare = b.spare, nil
	b.marking.Unlock()
	for runID, m := range marks {
		p := b.track(m.l).position(runID)
		p.dirty, p.whole = true, p.whole || m.whole
	}
	clear(marks)
	b.marking.Lock()
	b.spare = marks
	b.marking.Unlock()
}

func (t *track) position(runID string) *position {
	p := t.runs[runID]
	if p == nil {
		p = new(position)
		t.runs[runID] = p
	}
	return p
}

func (b *Bridge) track(l *compare.Live) *track {
	t := b.live[l.ID()]
	if t != nil && t.l != l { // a retry came before the last frame of what it continues
		if frame, any := b.frame(t); any {
			b.send(t, frame)
		}
		b.seqs[l.ID()] = t.seq
	}
	if t == nil || t.l != l {
		t = &track{l: l, seq: b.seqs[l.ID()], runs: make(map[string]*position), ended: -1}
		b.live[l.ID()] = t
	}
	return t
}

func (b *Bridge) tick() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if time.Now().After(b.lease) {
		return // nobody whom we know listens; what was marked stays marked
	}
	b.collect()
	for _, t := range b.live {
		if frame, any := b.frame(t); any {
			b.send(t, frame)
		}
	}
}

// send emits a frame and forgets a comparison with its last one. Called with mu held.
func (b *Bridge) send(t *track, frame Frame) {
	b.emit("frame", frame)
	if !frame.Live {
		b.seqs[frame.Comparison] = frame.Seq
		delete(b.live, frame.Comparison)
	}
}

// frame collects what changed since the last one. Runs that go on are in every frame, since their clocks run.
func (b *Bridge) frame(t *track) (Frame, bool) {
	going := t.l.Going() // before the runs are read: a run that ends after this is in the next frame
	f := Frame{Comparison: t.l.ID(), Live: going, SaveProblem: t.l.SaveProblem(), Runs: []RunPatch{}}
	if t.l.Blind() {
		return b.veiled(t, f)
	}
	for _, id := range t.l.RunIDs() {
		p := t.position(id)
		if p.ended && !p.dirty {
			continue
		}
		run, _ := t.l.Since(id, p.answer, p.reasoning, max(p.pace-1, 0))
		moving := !run.SentAt.IsZero() && !run.Status.Ended()
		if !p.dirty && !moving {
			continue
		}
		f.Runs = append(f.Runs, b.patch(p, run))
	}
	if len(f.Runs) == 0 && going {
		return f, false
	}
	f.NowMs = clock(f.Runs)
	t.seq++
	f.Seq = t.seq
	return f, true
}

// patch builds a run's patch and advances its position. The last stroke may still have grown: it is sent again.
func (b *Bridge) patch(p *position, run bakeoff.Run) RunPatch {
	paceFrom := max(p.pace-1, 0)
	out := RunPatch{
		ID: run.ID, Answer: run.Answer, Reasoning: run.Reasoning, PaceFrom: paceFrom, Pace: strokesView(run.Pace),
		Status: string(run.Status), Metrics: metricsView(run),
	}
	p.answer += len(run.Answer)
	p.reasoning += len(run.Reasoning)
	p.pace = paceFrom + len(run.Pace)
	if p.whole {
		run.Answer, run.Reasoning, run.Pace = "", "", nil
		view := runView(run, b.labels)
		out.Run = &view
	}
	p.dirty, p.whole, p.ended = false, false, run.Status.Ended()
	return out
}

// clock is the furthest moment of any run, on the comparison's clock.
func clock(runs []RunPatch) float64 {
	var now float64
	for _, r := range runs {
		if r.Metrics.SentMs != nil && r.Metrics.TotalMs != nil {
			now = max(now, *r.Metrics.SentMs+*r.Metrics.TotalMs)
		}
	}
	return now
}

// Snapshot returns a live comparison such that frames after its Seq continue it without a gap or a repetition. It marks
// everything up to now as sent, and sends the frame that others may wait for.
func (b *Bridge) Snapshot(l *compare.Live) ComparisonView {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.collect()
	t := b.track(l)
	if frame, any := b.frame(t); any {
		b.send(t, frame)
	}
	c := l.Snapshot()
	if !c.Blind() {
		t.cut(&c)
	}
	view := comparisonView(c, b.labels)
	if c.Blind() {
		t.withhold(view.Runs)
	}
	view.Live, view.Seq, view.SaveProblem = l.Going(), t.seq, l.SaveProblem()
	return view
}

// cut shortens the texts to what the frames have: the stream goes on meanwhile.
func (t *track) cut(c *bakeoff.Comparison) {
	for i := range c.Runs {
		p := t.position(c.Runs[i].ID)
		if r := c.Runs[i]; *p == (position{}) && r.Status.Ended() { // of the history: no frame ever had it
			p.answer, p.reasoning, p.pace = len(r.Answer), len(r.Reasoning), len(r.Pace)
		}
		c.Runs[i].Answer = c.Runs[i].Answer[:min(p.answer, len(c.Runs[i].Answer))]
		c.Runs[i].Reasoning = c.Runs[i].Reasoning[:min(p.reasoning, len(c.Runs[i].Reasoning))]
	}
}

// Seq returns the last frame of a comparison that the history has whole, so that a retry's frames continue a view of it.
// A frame that is still owed, because the last run ended within this tick, is sent first: what it adds is in the view.
func (b *Bridge) Seq(id string) int64 {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.collect()
	if t := b.live[id]; t != nil {
		if frame, any := b.frame(t); any {
			b.send(t, frame)
		}
		return t.seq
	}
	return b.seqs[id]
}

// Find returns the live comparison that a run belongs to, nil when there is none.
func (b *Bridge) Find(runID string) *compare.Live {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.collect()
	for _, t := range b.live {
		if t.runs[runID] != nil {
			return t.l
		}
	}
	return nil
}
