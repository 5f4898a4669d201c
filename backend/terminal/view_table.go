package terminal

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
	"bakeoff/backend/running"
)

// tableView streams the answers in lineup order: the first that is not finished is read along, those behind it follow
// whole when it ends. The numbers of all stand in a table at the end.
type tableView struct {
	out    *bufio.Writer
	runs   []string            // ids in lineup order
	parts  map[string]*reading // by run id
	next   int                 // the place in runs that is being shown
	opened bool                // its head was printed
	rate   running.Setting
}

// reading is what came of one run and was not printed yet.
type reading struct {
	run               bakeoff.Run
	answer, reasoning strings.Builder
	thinks, speaks    bool // its reasoning, its answer has begun on the screen
}

func newTableView(out io.Writer, rate running.Setting) *tableView {
	return &tableView{out: bufio.NewWriter(out), parts: make(map[string]*reading), rate: rate}
}

func (v *tableView) started(c bakeoff.Comparison) {
	for _, r := range c.Runs {
		v.runs = append(v.runs, r.ID)
		r.Status = bakeoff.Queued // a saved run has ended, but its text is still to come
		v.parts[r.ID] = &reading{run: r}
	}
	if slices.ContainsFunc(c.Runs, func(r bakeoff.Run) bool { return r.Place == bakeoff.PlaceDemo }) {
		fmt.Fprintln(v.out, "Demo models answer from a script. They are no language models.")
	}
	v.out.Flush()
}

func (v *tableView) progress(r bakeoff.Run, _ bool) {
	p := v.parts[r.ID]
	p.answer.WriteString(r.Answer)
	p.reasoning.WriteString(r.Reasoning)
	p.run = r
	v.show()
}

// show prints what may be printed now.
func (v *tableView) show() {
	for v.next < len(v.runs) {
		p := v.parts[v.runs[v.next]]
		if p.run.Status == bakeoff.Queued || p.run.Status == bakeoff.Loading {
			break
		}
		if !v.opened {
			v.opened = true
			fmt.Fprintf(v.out, "\n── %s  %s ──\n", seat(p.run.Seat), plain(entryName(p.run.Entry)))
		}
		v.pour(p)
		if !p.run.Status.Ended() {
			break
		}
		v.close(p)
		v.next, v.opened = v.next+1, false
	}
	v.out.Flush()
}

// pour prints the text of a run that came since the last time; reasoning is set off by a bar.
func (v *tableView) pour(p *reading) {
	if p.reasoning.Len() > 0 && !p.speaks {
		if !p.thinks {
			fmt.Fprint(v.out, "│ ")
		}
		p.thinks = true
		fmt.Fprint(v.out, strings.ReplaceAll(plain(p.reasoning.String()), "\n", "\n│ "))
		p.reasoning.Reset()
	}
	if p.answer.Len() > 0 {
		text := plain(p.answer.String())
		if !p.speaks {
			text = strings.TrimLeft(text, " \n")
			if p.thinks && text != "" {
				fmt.Fprint(v.out, "\n\n")
			}
		}
		p.speaks = p.speaks || text != ""
		fmt.Fprint(v.out, text)
		p.answer.Reset()
	}
}

func (v *tableView) close(p *reading) {
	if p.thinks || p.speaks {
		fmt.Fprintln(v.out)
	}
	switch r := p.run; {
	case r.Error != nil:
		fmt.Fprintf(v.out, "[%s: %s]\n", r.Status, r.Error.Message)
	case r.Status == bakeoff.Cut:
		fmt.Fprintln(v.out, "[cut at the length limit]")
	case !r.Status.Well():
		fmt.Fprintf(v.out, "[%s]\n", state(r))
	}
}

func (v *tableView) finished(c bakeoff.Comparison, saveProblem string) {
	v.sum(c)
	if saveProblem == "" {
		fmt.Fprintf(v.out, "Saved as %s. Read it again with: bakeoff show %s\n", c.ID, c.ID)
	}
	v.out.Flush()
}

// sum prints what is left of the answers, and the numbers.
func (v *tableView) sum(c bakeoff.Comparison) {
	v.show()
	fmt.Fprintln(v.out)
	summary(v.out, c, v.rate)
	v.out.Flush()
}

// summary prints the numbers of all runs and what must be known beside them.
func summary(w io.Writer, c bakeoff.Comparison, here running.Setting) {
	var rows [][]string
	for _, r := range bakeoff.Newest(c.Runs) {
		rows = append(rows, []string{
			seat(r.Seat), plain(entryName(r.Entry)), string(r.Openness), place(r), state(r),
			seconds(r.Timing.TTFT), seconds(r.Timing.Total), rate(r.Timing),
			tokens(r.Usage.Input), tokens(r.Usage.Output), money(r.Cost),
		})
	}
	table(w, []string{"", "model", "weights", "runs", "state", ">first token", ">total", ">tok/s", ">in", ">out", ">cost"}, rows)
	for _, note := range slices.Concat(notes(c), runningLines(c, here), whereItWent(c), reviewLines(c)) {
		fmt.Fprintln(w, note)
	}
}

// notes are the sentences that belong to the table.
func notes(c bakeoff.Comparison) []string {
	out := export.Notes(c)
	for i, note := range out {
		out[i] = plain(note)
	}
	return out
}

// runningLines tell what local models cost to run: apart from the column of costs.
func runningLines(c bakeoff.Comparison, rate running.Setting) (out []string) {
	figures := running.All(c, rate)
	for _, r := range bakeoff.Newest(c.Runs) {
		if f, ok := figures[r.ID]; ok {
			out = append(out, fmt.Sprintf("%s running cost, in no other figure: %s. %s", seat(r.Seat), f.Text(), f.Basis))
		}
	}
	return out
}

// whereItWent tells each host outside this machine that the prompt reached; nothing for a comparison that stayed here.
func whereItWent(c bakeoff.Comparison) []string {
	var out []string
	for _, h := range c.Receipt() {
		if h.Place != bakeoff.PlaceCloud {
			continue
		}
		bytes := "nobody counted the bytes"
		if h.Known {
			bytes = fmt.Sprintf("%d bytes sent, %d received, bodies only", h.Sent, h.Received)
		}
		out = append(out, fmt.Sprintf("Left this machine for %s: %s (%s).", plain(h.Host), bytes, plain(strings.Join(h.Models, ", "))))
	}
	return out
}
