package app

import "bakeoff/backend/bakeoff"

// veiled fills a frame of a comparison whose models nobody may know yet. While runs go on it tells how many have ended,
// only when that changed; with the last one all answers come at once. No clock, no count and no run's id is in it.
func (b *Bridge) veiled(t *track, f Frame) (Frame, bool) {
	ended := 0
	for _, id := range t.l.RunIDs() {
		if run, _ := t.l.Since(id, maxOffset, maxOffset, maxOffset); run.Status.Ended() {
			ended++
		}
	}
	if f.Live && ended == t.ended || t.whole {
		return f, false
	}
	t.ended, t.whole = ended, !f.Live
	for _, run := range t.veiledRuns() {
		patch := RunPatch{ID: run.ID, Answer: run.Answer, Pace: []StrokeView{}, Status: run.Status, Metrics: run.Metrics}
		run.Answer = ""
		patch.Run = &run
		f.Runs = append(f.Runs, patch)
	}
	t.seq++
	f.Seq = t.seq
	return f, true
}

// maxOffset is behind every text: Since then copies none.
const maxOffset = 1 << 40

// veiledRuns are the letters as the window may have them.
func (t *track) veiledRuns() []RunView {
	c := t.l.Snapshot()
	runs := comparisonView(c, nil).Runs
	t.withhold(runs)
	return runs
}

// withhold takes back from letters what the frames have not told: the last run may have ended since.
func (t *track) withhold(runs []RunView) {
	if t.whole {
		return
	}
	for i := range runs {
		runs[i].Answer, runs[i].Status = "", string(bakeoff.Streaming)
		if i < t.ended {
			runs[i].Status = string(bakeoff.Done)
		}
	}
}
