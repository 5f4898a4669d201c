package app

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/budget"
	"bakeoff/backend/compare"
	"bakeoff/backend/export"
	"bakeoff/backend/prompt"
	"bakeoff/backend/set"
	"bakeoff/backend/transfer"
	"bakeoff/backend/wiring"
)

// Sets is bound to the window: prompts that are asked once for each row of a table.
type Sets struct{ roof *roof }

// Of a table the page gets so many rows before it starts, and of an answer so many characters.
const (
	maxPreview = 100
	maxHead    = 200
)

// Look says what a set would be: its rows, what is wrong, what it may cost. Nothing is asked and nothing is saved.
func (b *Sets) Look(request SetRequest) (SetPreviewView, error) {
	return call(func() (SetPreviewView, error) {
		h, draft, table, err := b.draft(request)
		view := SetPreviewView{Variables: []string{}, Columns: []string{}, Unused: []string{}, Rows: []SetCellsRow{}, Empty: []int{}}
		if h == nil || draft == nil && table == nil {
			return view, err
		}
		if err != nil { // the table cannot be read
			view.Problem = bakeoff.AsError(err).Message
			return view, nil
		}
		view.fit(*table, prompt.Variables(request.Request.System, request.Request.Prompt))
		planned, err := h.PlanSet(*draft)
		if err != nil {
			view.Problem = bakeoff.AsError(err).Message
			return view, nil
		}
		f, err := h.Budget.Foresee(b.roof.ctx, planned)
		if err != nil {
			return view, err
		}
		view.Estimate, view.Question, view.Warning = new(estimateView(f.Seats, f.Total)), f.Question, f.Warning
		return view, nil
	})
}

// fit fills in what is known of a table and a prompt.
func (v *SetPreviewView) fit(t prompt.Table, variables []string) {
	f := t.Fit(variables)
	v.Variables, v.Columns, v.Unused, v.Separator, v.Total = list(variables), t.Columns, list(f.Unused), string(t.Separator), len(t.Rows)
	for _, i := range f.Empty {
		v.Empty = append(v.Empty, t.Rows[i].Line)
	}
	for _, row := range t.Rows[:min(len(t.Rows), maxPreview)] {
		v.Rows = append(v.Rows, SetCellsRow{Line: row.Line, Values: row.Values})
	}
}

// draft reads a request. A table that cannot be read is an error with a table that is not nil.
func (b *Sets) draft(request SetRequest) (*wiring.House, *set.Draft, *prompt.Table, error) {
	h, err := b.roof.house()
	if err == nil {
		err = short("The table", request.Table, prompt.MaxTable)
	}
	if err == nil {
		err = short("The name", request.Name, maxName)
	}
	if err != nil {
		return nil, nil, nil, err
	}
	spec, err := b.roof.spec(request.Request)
	if err != nil {
		return nil, nil, nil, err
	}
	table, err := prompt.ReadTable([]byte(request.Table))
	return h, &set.Draft{
		Name: request.Name, Prompt: spec.Prompt, Table: table, Lineup: spec.Lineup, Lanes: spec.Lanes, LocalOnly: spec.LocalOnly,
		Sensitive: spec.Sensitive, Blind: request.Request.Blind, Confirmed: spec.Confirmed,
	}, &table, err
}

// Start saves a set and asks its first row. It returns at once; events "set" tell the rest.
func (b *Sets) Start(request SetRequest) (SetView, error) {
	return call(func() (SetView, error) {
		h, draft, _, err := b.draft(request)
		if err == nil {
			err = b.roof.mover.asking()
		}
		if err != nil {
			return SetView{}, err
		}
		s, err := h.Sets.Add(b.roof.ctx, *draft)
		if err != nil {
			return SetView{}, err
		}
		if err := h.Sets.Run(b.roof.ctx, s.ID, false); err != nil {
			return SetView{}, err
		}
		return b.roof.setView(h, s.ID)
	})
}

// Run goes on with a set. confirmed says yes to rows that cost more than the cap for one comparison.
func (b *Sets) Run(id string, confirmed bool) error {
	return b.on(id, func(h *wiring.House) error {
		if err := b.roof.mover.asking(); err != nil {
			return err
		}
		return h.Sets.Run(b.roof.ctx, id, confirmed)
	})
}

// Pause lets the row that is being asked end, and asks no other.
func (b *Sets) Pause(id string) error {
	return b.on(id, func(h *wiring.House) error { h.Sets.Pause(id); return nil })
}

// Stop stops the models that answer now; their row goes on with the next Run.
func (b *Sets) Stop(id string) error {
	return b.on(id, func(h *wiring.House) error { h.Sets.Stop(id); return nil })
}

// Rename gives a set another name.
func (b *Sets) Rename(id, name string) error {
	return b.on(id, func(h *wiring.House) error {
		if err := short("The name", name, maxName); err != nil {
			return err
		}
		name, err := set.Name(name)
		if err != nil {
			return err
		}
		return h.Store.RenameSet(b.roof.ctx, id, name)
	})
}

// Delete takes a set out of the list; its comparisons stay. Undelete brings it back until the app closes.
func (b *Sets) Delete(id string) error {
	return b.on(id, func(h *wiring.House) error { return h.Store.DeleteSet(b.roof.ctx, id) })
}

// Undelete brings a deleted set back.
func (b *Sets) Undelete(id string) error {
	return b.on(id, func(h *wiring.House) error { return h.Store.UndeleteSet(b.roof.ctx, id) })
}

func (b *Sets) on(id string, work func(h *wiring.House) error) error {
	return do(func() error {
		h, err := b.roof.withID(id)
		if err != nil {
			return err
		}
		return work(h)
	})
}

// List returns all sets, the newest first.
func (b *Sets) List() ([]SetHeadView, error) {
	return call(func() ([]SetHeadView, error) {
		h, err := b.roof.house()
		if err != nil {
			return nil, err
		}
		heads, err := h.Store.Sets(b.roof.ctx)
		out := []SetHeadView{}
		for _, s := range heads {
			view := setHeadView(s.PromptSet, s.Rows, s.Ended)
			for _, p := range h.Sets.Going() {
				view.at(p)
			}
			out = append(out, view)
		}
		return out, err
	})
}

// Get returns a set with what came of each row. Of rows that are still blind nothing is in it.
func (b *Sets) Get(id string) (SetView, error) {
	return call(func() (SetView, error) {
		h, err := b.roof.withID(id)
		if err != nil {
			return SetView{}, err
		}
		return b.roof.setView(h, id)
	})
}

// Rows returns some rows of a set as Get does: those that an event was about.
func (b *Sets) Rows(id string, rows []int) ([]SetRowView, error) {
	return call(func() ([]SetRowView, error) {
		h, err := b.roof.withID(id)
		if err == nil && (len(rows) == 0 || len(rows) > prompt.MaxRows) {
			err = &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("Between 1 and %d rows can be read at once.", prompt.MaxRows)}
		}
		if err != nil {
			return nil, err
		}
		lines, err := h.Store.SetTable(b.roof.ctx, id, maxHead, rows...)
		out := []SetRowView{}
		for _, l := range lines {
			out = append(out, setRowView(l))
		}
		return out, err
	})
}

// PickTable asks for a file and returns its text.
func (b *Sets) PickTable() (TableFileView, error) {
	return call(func() (TableFileView, error) {
		path, err := b.roof.shell.PickFile("Choose a table", "*.csv;*.tsv;*.txt")
		if err != nil || path == "" {
			return TableFileView{}, err
		}
		text, err := readTable(path)
		return TableFileView{Name: filepath.Base(path), Text: text}, err
	})
}

func readTable(path string) (string, error) {
	f, err := os.Open(path)
	if err != nil {
		return "", &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The file cannot be read. Choose another one.", Err: err}
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, prompt.MaxTable+1))
	if err != nil {
		return "", &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The file cannot be read. Choose another one.", Err: err}
	}
	if _, err := prompt.ReadTable(text); err != nil {
		return "", err
	}
	return prompt.Text(text)
}

// Export asks for a file and writes a set's table into it as CSV.
func (b *Sets) Export(id string) (ExportedView, error) {
	return call(func() (ExportedView, error) {
		h, err := b.roof.withID(id)
		if err != nil {
			return ExportedView{}, err
		}
		s, err := h.Store.Set(b.roof.ctx, id)
		if err != nil {
			return ExportedView{}, err
		}
		path, err := b.roof.shell.SaveFile("Export the table", fmt.Sprintf("bakeoff-set-%s.csv", b.roof.now().Format("2006-01-02")), "*.csv")
		if err != nil || path == "" {
			return ExportedView{}, err
		}
		if filepath.Ext(path) == "" {
			path += ".csv"
		}
		lines, err := h.Store.SetTable(b.roof.ctx, id, compare.MaxPrompt<<2)
		if err != nil {
			return ExportedView{}, err
		}
		text := export.SetCSV(s, lines)
		if err := transfer.ExportText(b.roof.ctx, path, text); err != nil {
			return ExportedView{}, err
		}
		return ExportedView{Name: filepath.Base(path), Comparisons: len(lines), Bytes: int64(len(text))}, nil
	})
}

func (r *roof) setView(h *wiring.House, id string) (SetView, error) {
	s, err := h.Store.Set(r.ctx, id)
	if err != nil {
		return SetView{}, err
	}
	lines, err := h.Store.SetTable(r.ctx, s.ID, maxHead)
	if err != nil {
		return SetView{}, err
	}
	view := SetView{
		System: s.Prompt.System, Prompt: s.Prompt.User, Columns: list(s.Columns), Lineup: []EntryView{}, Blind: s.Blind, LocalOnly: s.LocalOnly, Sensitive: s.Sensitive,
		Rows: []SetRowView{},
	}
	ended, known := 0, !s.Blind
	for _, l := range lines {
		if l.Ended {
			ended++
		}
		known = known || len(l.Cells) > 0
		view.Rows = append(view.Rows, setRowView(l))
	}
	if known { // before the first vote nothing names a model
		for _, e := range s.Lineup {
			view.Lineup = append(view.Lineup, EntryView{Endpoint: e.Endpoint, Model: e.Model, Params: paramsView(e.Params)})
		}
	}
	view.Head = setHeadView(s, len(lines), ended)
	for _, p := range h.Sets.Going() {
		view.Head.at(p)
	}
	return view, nil
}

func setHeadView(s bakeoff.PromptSet, rows, ended int) SetHeadView {
	return SetHeadView{
		ID: s.ID, Name: s.Name, State: string(s.State), Reason: s.Reason, Code: string(s.Code), Rows: rows, Ended: ended, Row: -1,
		CreatedAtMs: unixMs(s.CreatedAt), Models: len(s.Lineup),
	}
}

// at adds which row is being asked, when p is about this set.
func (v *SetHeadView) at(p set.Progress) {
	if p.SetID == v.ID {
		v.Row, v.ComparisonID = p.Row, p.ComparisonID
	}
}

func setRowView(l bakeoff.SetLine) SetRowView {
	view := SetRowView{
		Row: l.Place, Line: l.Line, Values: list(l.Values), ComparisonID: l.ComparisonID, Ended: l.Ended, Gone: l.Gone, Blind: l.Blind,
		Runs: []SetCellView{},
	}
	for _, c := range l.Cells {
		view.Runs = append(view.Runs, SetCellView{
			RunID: c.RunID, Seat: c.Seat, Status: string(c.Status), TotalMs: spanMs(c.Total), Cost: costView(c.Cost), Stars: c.Stars,
			Answer: c.Answer, Error: c.Error,
		})
	}
	return view
}

// watchSets tells the page how sets go on, and holds them back while models may not be asked.
func (r *roof) watchSets(h *wiring.House) {
	h.Sets.Watch(func(p set.Progress) {
		r.shell.Emit("set", SetHeadView{
			ID: p.SetID, Name: p.Name, State: string(p.State), Reason: p.Reason, Code: string(p.Code), Rows: p.Rows, Ended: p.Ended, Row: p.Row, ComparisonID: p.ComparisonID,
		})
	}, func(_ context.Context, s bakeoff.PromptSet) error {
		r.reread(h)
		if err := h.MayAskSet(s); err != nil {
			return err
		}
		return r.mover.asking()
	})
}

func estimateView(all []budget.Estimate, total budget.Total) EstimateView {
	view := EstimateView{
		Entries: []EntryEstimateView{}, ExpectedUSD: total.Expected.String(), WorstUSD: total.Worst.String(),
		Unknown: total.Unknown, WorstUnknown: total.WorstUnknown,
	}
	for _, e := range all {
		view.Entries = append(view.Entries, EntryEstimateView{ExpectedUSD: usd(e.Expected), WorstUSD: usd(e.Worst), Why: e.Why})
	}
	return view
}
