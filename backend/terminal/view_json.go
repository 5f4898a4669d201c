package terminal

import (
	"encoding/json"
	"io"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/running"
)

// linesView prints one event per line while a comparison goes on:
//
//	{"event":"started","comparison":{…}}                                    runs without texts
//	{"event":"status","seat":"A","run_id":"…","status":"thinking"}          before the text that it is about
//	{"event":"delta","seat":"A","run_id":"…","reasoning":"…","answer":"…"}  text since the last delta of this run
//	{"event":"run","run":{…}}                                               a run has ended: its whole record
//	{"event":"finished","comparison":{…}}                                   the object of --format json
type linesView struct {
	enc   *json.Encoder
	ended map[string]bool
	runs  func(id string) (bakeoff.Run, bool) // whole, with texts
	rate  running.Setting
}

type eventJSON struct {
	Event      string          `json:"event"`
	Seat       string          `json:"seat,omitempty"`
	RunID      string          `json:"run_id,omitempty"`
	Status     string          `json:"status,omitempty"`
	Reasoning  string          `json:"reasoning,omitempty"`
	Answer     string          `json:"answer,omitempty"`
	Run        *runJSON        `json:"run,omitempty"`
	Comparison *comparisonJSON `json:"comparison,omitempty"`
}

func newLinesView(out io.Writer, runs func(id string) (bakeoff.Run, bool), rate running.Setting) *linesView {
	return &linesView{enc: encoder(out, ""), ended: make(map[string]bool), runs: runs, rate: rate}
}

// encoder writes JSON as it is: <, > and & stay readable, since nothing here is HTML.
func encoder(out io.Writer, indent string) *json.Encoder {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", indent)
	return enc
}

func (v *linesView) emit(e eventJSON) { _ = v.enc.Encode(e) } // a reader that has gone ends the program by SIGPIPE

func (v *linesView) started(c bakeoff.Comparison) {
	v.emit(eventJSON{Event: "started", Comparison: new(toJSON(c, v.rate))})
}

func (v *linesView) progress(r bakeoff.Run, statusChanged bool) {
	status := eventJSON{Event: "status", Seat: seat(r.Seat), RunID: r.ID, Status: string(r.Status)}
	if statusChanged && !r.Status.Ended() {
		v.emit(status)
	}
	if r.Answer != "" || r.Reasoning != "" {
		v.emit(eventJSON{Event: "delta", Seat: seat(r.Seat), RunID: r.ID, Reasoning: r.Reasoning, Answer: r.Answer})
	}
	if statusChanged && r.Status.Ended() {
		v.emit(status)
	}
	if whole, ok := v.runs(r.ID); ok && whole.Status.Ended() && !v.ended[r.ID] {
		v.ended[r.ID] = true
		v.emit(eventJSON{Event: "run", Run: new(runToJSON(whole, v.rate))})
	}
}

func (v *linesView) finished(c bakeoff.Comparison, _ string) {
	v.emit(eventJSON{Event: "finished", Comparison: new(toJSON(c, v.rate))})
}

// wholeView prints nothing until the end, then everything at once.
type wholeView struct{ print func(c bakeoff.Comparison) }

func (wholeView) started(bakeoff.Comparison)                {}
func (wholeView) progress(bakeoff.Run, bool)                {}
func (v wholeView) finished(c bakeoff.Comparison, _ string) { v.print(c) }

// warnings tells on standard error only what went wrong: for a terminal on which the answers are read along.
type warnings struct {
	view
	err io.Writer
}

func (v warnings) finished(c bakeoff.Comparison, saveProblem string) {
	v.view.finished(c, saveProblem)
	if saveProblem != "" {
		say(v.err, "Not saved: %s", saveProblem)
	}
}
