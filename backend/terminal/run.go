package terminal

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/export"
	"bakeoff/backend/prompt"
	"bakeoff/backend/set"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

// runFlags are the flags of `bakeoff run`, beside those that it has in common with `bakeoff compare`.
type runFlags struct {
	compareFlags
	prompt string // file of the template
	saved  string // its name in the library
	name   string
	resume string
	dryRun bool
	out    string // format
}

func runCommand(d *Deps) *cobra.Command {
	var f runFlags
	cmd := &cobra.Command{
		Use:   "run [flags] TABLE",
		Short: "Ask a prompt with variables once for each row of a table",
		Long: "Ask a prompt with {{variables}} once for each row of a table, row after row: one comparison for each. TABLE is a CSV file,\n" +
			"comma, semicolon or tab separated, or - for standard input; its first row names the columns. Without a prompt its column\n" +
			"\"prompt\" is asked as it stands. Ctrl+C pauses; --resume goes on where it was, and asks nothing twice that was answered.\n" +
			"Exit status: 0 all models answered all rows, 1 some answers are missing, 2 there are none, 130 interrupted.",
		Example: "  bakeoff run capitals.csv --prompt question.txt -m ollama/llama3.2:1b -m openai/gpt-4o\n" +
			"  bakeoff run capitals.csv --prompt-name \"Capital city\" -m demo/quick --format csv > answers.csv\n  bakeoff run --resume 01930000-0001",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error { return d.run(cmd, f, args) },
	}
	fs := cmd.Flags()
	fs.StringArrayVarP(&f.models, "model", "m", nil, "ENDPOINT/MODEL to ask; repeat per entry")
	fs.StringVar(&f.lineup, "lineup", "", "NAME of a saved lineup to ask instead of -m")
	fs.StringVar(&f.prompt, "prompt", "", "FILE with the prompt")
	fs.StringVar(&f.saved, "prompt-name", "", "NAME of a saved prompt; `bakeoff prompts list` names them")
	fs.StringVar(&f.system, "system", "", "system prompt, may hold variables too")
	fs.StringVar(&f.name, "name", "", "name of the set; default: that of the file")
	fs.StringVar(&f.resume, "resume", "", "ID of a set to go on with; its first characters are enough")
	fs.BoolVar(&f.dryRun, "dry-run", false, "say what would be asked and what it may cost, and ask nothing")
	fs.StringVar(&f.out, "format", "table", "table, json or csv")
	f.given.register(fs)
	fs.IntVar(&f.repeat, "repeat", 1, "how often each model is asked")
	fs.BoolVar(&f.sensitive, "sensitive", false, "keep the rows, and all that is made of them later, on this machine and your own hosts")
	fs.BoolVar(&f.confirmed, "confirm-cost", false, "ask although the expected cost of a row is above the cap for one comparison")
	fs.StringVar(&f.lanes, "lanes", "parallel", "models of one local host: parallel or serial")
	fs.BoolVar(&f.blind, "blind", false, "keep names, times and costs hidden until you vote")
	f.format = "table" // of `bakeoff compare`, which reads the other flags
	return cmd
}

func (d *Deps) run(cmd *cobra.Command, f runFlags, args []string) error {
	if err := oneOf("format", f.out, "table", "json", "csv"); err != nil {
		return err
	}
	if (f.resume == "") == (len(args) == 0) {
		return invalid("Give either a table or --resume with the ID of a set. `bakeoff run --help` says more.")
	}
	h, err := d.open(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	id, err := d.theSet(cmd, h, f, args)
	if err != nil || id == "" {
		return err
	}
	return d.walk(cmd.Context(), h, id, f)
}

// theSet is the id of the set to go on with, or of a new one; empty when nothing is to be asked.
func (d *Deps) theSet(cmd *cobra.Command, h *wiring.House, f runFlags, args []string) (string, error) {
	if f.resume != "" {
		s, err := h.Store.Set(cmd.Context(), f.resume)
		return s.ID, err
	}
	draft, err := d.draft(cmd, h, f, args[0])
	if err != nil {
		return "", err
	}
	planned, err := h.PlanSet(draft)
	if err != nil {
		return "", err
	}
	seen, err := h.Budget.Foresee(cmd.Context(), planned)
	if err != nil {
		return "", err
	}
	say(d.Err, "%s", foreseen(len(planned), len(planned[0].Runs), seen))
	if seen.Warning != "" {
		say(d.Err, "%s The set pauses there.", seen.Warning)
	}
	if seen.Question != "" && !f.confirmed {
		return "", invalid("%s --confirm-cost says yes.", seen.Question)
	}
	if f.dryRun {
		return "", nil
	}
	s, err := h.Sets.Add(cmd.Context(), draft)
	return s.ID, err
}

// foreseen says how much would be asked, and what it may cost.
func foreseen(rows, models int, seen wiring.Foreseen) string {
	out := fmt.Sprintf("Rows: %d, models: %d.", rows, models)
	switch t := seen.Total; {
	case t.Unknown == len(seen.Seats):
		return out + " What it costs is not known."
	case t.Unknown > 0:
		out += fmt.Sprintf(" About %s without the models whose cost is not known", dollars(t.Expected))
	default:
		out += fmt.Sprintf(" About %s", dollars(t.Expected))
	}
	if seen.Total.WorstUnknown > 0 {
		return out + ", without a limit: --max-tokens sets one."
	}
	return out + fmt.Sprintf(", at most %s.", dollars(seen.Total.Worst))
}

// draft puts a set together from a table, a prompt and a lineup.
func (d *Deps) draft(cmd *cobra.Command, h *wiring.House, f runFlags, file string) (draft set.Draft, err error) {
	table, err := d.readTable(cmd.Context(), file)
	if err != nil {
		return draft, err
	}
	template, err := d.template(cmd, h, f, table)
	if err != nil {
		return draft, err
	}
	if !cmd.Flags().Changed("system") {
		f.system = template.System
	}
	spec, err := d.spec(cmd, f.compareFlags, template.User)
	if err != nil {
		return draft, err
	}
	if err := f.named(cmd, h, &spec); err != nil {
		return draft, err
	}
	if spec.Lineup, err = d.lineupOf(cmd, h, f, spec); err != nil {
		return draft, err
	}
	name := f.name
	if name == "" && file != "-" {
		name = strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	}
	return set.Draft{
		Name: name, Prompt: spec.Prompt, Table: table, Lineup: spec.Lineup, Lanes: spec.Lanes, LocalOnly: spec.LocalOnly,
		Sensitive: spec.Sensitive, Blind: f.blind, Confirmed: f.confirmed,
	}, nil
}

// lineupOf is whom the rows ask: the models that were named, else those that are at hand.
func (d *Deps) lineupOf(cmd *cobra.Command, h *wiring.House, f runFlags, spec compare.Spec) ([]bakeoff.Entry, error) {
	if len(f.models) == 0 {
		lineup := d.found(stay(cmd.Context(), h, spec.LocalOnly || spec.Sensitive), h, spec.Lineup[0].Params)
		return f.often(cmd, lineup), nil
	}
	for _, entry := range spec.Lineup {
		if _, err := h.Registry.Get(entry.Endpoint); err != nil {
			return nil, err // a slip of the keyboard is worth no row
		}
	}
	return f.often(cmd, spec.Lineup), nil
}

func (d *Deps) readTable(ctx context.Context, file string) (prompt.Table, error) {
	if file != "-" {
		text, err := readFile(file, prompt.MaxTable)
		if err != nil {
			return prompt.Table{}, err
		}
		return prompt.ReadTable(text)
	}
	text, err := d.readPrompt(ctx)
	if err != nil {
		return prompt.Table{}, err
	}
	return prompt.ReadTable([]byte(text))
}

// template is the prompt of a file or of the library, or one that is the column "prompt" itself.
func (d *Deps) template(cmd *cobra.Command, h *wiring.House, f runFlags, table prompt.Table) (bakeoff.Prompt, error) {
	switch {
	case f.prompt != "" && f.saved != "":
		return bakeoff.Prompt{}, invalid("--prompt and --prompt-name both name a prompt. Give one of them.")
	case f.prompt != "":
		text, err := d.readText(cmd, f.prompt)
		return bakeoff.Prompt{User: text}, err
	case f.saved != "":
		p, err := findPrompt(cmd, h, bakeoff.KindPrompt, f.saved)
		return bakeoff.Prompt{User: p.User, System: p.System}, err
	case slices.Contains(table.Columns, "prompt"):
		return bakeoff.Prompt{User: "{{prompt}}"}, nil
	}
	return bakeoff.Prompt{}, invalid("The prompt is missing. Name its file with --prompt or a saved one with --prompt-name, or call a column of the table prompt.")
}

// walk runs a set and shows how its rows fare, then the whole table.
func (d *Deps) walk(ctx context.Context, h *wiring.House, id string, f runFlags) error {
	events := make(chan set.Progress, prompt.MaxRows*2+16) // every event of a set: the set never waits for the terminal
	h.Sets.Watch(func(p set.Progress) { events <- p }, func(_ context.Context, s bakeoff.PromptSet) error {
		h.Privacy.Reread()
		return h.MayAskSet(s)
	})
	if err := h.Sets.Run(context.WithoutCancel(ctx), id, f.confirmed); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { h.Sets.Stop(id) })()
	last := d.watch(context.WithoutCancel(ctx), h, events)
	lines, err := h.Store.SetTable(context.WithoutCancel(ctx), id, answerLength(f.out))
	if err != nil {
		return err
	}
	s, err := h.Store.Set(context.WithoutCancel(ctx), id)
	if err != nil {
		return err
	}
	if err := d.showSet(f.out, s, lines); err != nil {
		return err
	}
	if last.State != bakeoff.SetDone {
		say(d.Err, "%s", strings.TrimSpace(fmt.Sprintf("%s Paused after %d of %d rows. Go on with: bakeoff run --resume %s", last.Reason, last.Ended, last.Rows, id)))
	}
	return d.howWell(ctx, h, lines)
}

// answerLength is how much of the answers a format shows, in characters.
func answerLength(format string) int {
	if format == "table" {
		return 0
	}
	return 1 << 30
}

// watch tells how each row ended, until the set is not run any more.
func (d *Deps) watch(ctx context.Context, h *wiring.House, events <-chan set.Progress) set.Progress {
	ended := -1
	var at set.Progress // the row that is being asked
	for p := range events {
		if ended >= 0 && p.Ended > ended && at.ComparisonID != "" {
			say(d.Err, "%s", d.rowEnded(ctx, h, at))
		}
		ended = p.Ended
		if p.ComparisonID != "" {
			at = p
		}
		if p.State != bakeoff.SetRunning {
			return p
		}
	}
	return set.Progress{}
}

func (d *Deps) rowEnded(ctx context.Context, h *wiring.House, p set.Progress) string {
	out := fmt.Sprintf("Row %d of %d", p.Row+1, p.Rows)
	c, err := h.Store.Comparison(ctx, p.ComparisonID)
	if err != nil || c.Blind() {
		return out + " has ended"
	}
	var models []string
	for _, r := range bakeoff.Newest(c.Runs) {
		models = append(models, fmt.Sprintf("%s %s after %s", entryName(r.Entry), state(r), seconds(r.Timing.Total)))
	}
	return out + ": " + strings.Join(models, ", ")
}

// howWell turns a set into the exit status. Of a blind row only whether its models answered is looked at.
func (d *Deps) howWell(ctx context.Context, h *wiring.House, lines []bakeoff.SetLine) error {
	if ctx.Err() != nil {
		return exit(exitInterrupted)
	}
	well, all := 0, 0
	for _, l := range lines {
		statuses := []bakeoff.Status{""} // not asked
		if l.ComparisonID != "" && !l.Gone {
			c, err := h.Store.Comparison(ctx, l.ComparisonID)
			if err != nil {
				return err
			}
			statuses = statuses[:0]
			for _, r := range bakeoff.Newest(c.Runs) {
				statuses = append(statuses, r.Status)
			}
		}
		for _, s := range statuses {
			all++
			if s.Well() {
				well++
			}
		}
	}
	switch {
	case well == all:
		return nil
	case well > 0:
		return exit(exitSome)
	}
	return exit(exitNone)
}

// setJSON is a set as `bakeoff run --format json` and `bakeoff sets show` print it.
type setJSON struct {
	ID        string        `json:"set_id"`
	Name      string        `json:"name"`
	State     string        `json:"state"` // ready, running, paused, done
	Reason    string        `json:"reason,omitempty"`
	Prompt    string        `json:"prompt"` // the template
	System    string        `json:"system,omitempty"`
	Columns   []string      `json:"columns"`
	CreatedAt string        `json:"created_at"`
	Rows      []setLineJSON `json:"rows"`
}

type setLineJSON struct {
	Row          int               `json:"row"` // from 1
	Line         int               `json:"line"`
	Values       map[string]string `json:"values"`
	ComparisonID *string           `json:"comparison_id"`
	State        string            `json:"state"` // waiting, asked, unfinished, blind, deleted
	Runs         []setCellJSON     `json:"runs"`  // none of a blind row
}

type setCellJSON struct {
	ID       string   `json:"run_id"`
	Seat     string   `json:"seat"`
	Endpoint string   `json:"endpoint"`
	Model    string   `json:"model"`
	Status   string   `json:"status"`
	Total    *float64 `json:"total_ms"`
	Cost     costJSON `json:"cost"`
	Stars    int      `json:"stars"` // 0: none
	Answer   string   `json:"answer"`
	Error    string   `json:"error,omitempty"`
}

// showSet prints a set's table. Of rows that are still blind nothing is told.
func (d *Deps) showSet(format string, s bakeoff.PromptSet, lines []bakeoff.SetLine) error {
	switch format {
	case "csv":
		_, err := d.Out.Write(export.SetCSV(s, lines))
		return err
	case "json":
		return encoder(d.Out, "  ").Encode(setToJSON(s, lines))
	}
	printSet(d.Out, s, lines)
	say(d.Err, "Saved as set %s.", s.ID)
	return nil
}

func setToJSON(s bakeoff.PromptSet, lines []bakeoff.SetLine) setJSON {
	out := setJSON{ID: s.ID, Name: s.Name, State: string(s.State), Reason: s.Reason, Prompt: s.Prompt.User, System: s.Prompt.System,
		Columns: list(s.Columns), CreatedAt: rfc3339(s.CreatedAt), Rows: []setLineJSON{}}
	for _, l := range lines {
		row := setLineJSON{Row: l.Place + 1, Line: l.Line, Values: prompt.Values(s.Columns, l.Values), ComparisonID: orNull(l.ComparisonID),
			State: export.RowState(l), Runs: []setCellJSON{}}
		for _, c := range l.Cells {
			e := entryAt(s, c.Seat)
			row.Runs = append(row.Runs, setCellJSON{ID: c.RunID, Seat: seat(c.Seat), Endpoint: e.Endpoint, Model: e.Model, Status: string(c.Status),
				Total: ms(c.Total), Cost: cost(c.Cost), Stars: c.Stars, Answer: c.Answer, Error: c.Error})
		}
		out.Rows = append(out.Rows, row)
	}
	return out
}

func entryAt(s bakeoff.PromptSet, seat int) bakeoff.Entry {
	if seat < len(s.Lineup) {
		return s.Lineup[seat]
	}
	return bakeoff.Entry{}
}

// printSet is the table for a person: a row each, a model per column once its name may be known.
func printSet(w io.Writer, s bakeoff.PromptSet, lines []bakeoff.SetLine) {
	head := []string{">row"}
	for _, c := range s.Columns {
		head = append(head, line(c, 20))
	}
	named := !s.Blind || slices.ContainsFunc(lines, func(l bakeoff.SetLine) bool { return len(l.Cells) > 0 })
	for i, e := range s.Lineup {
		if named {
			head = append(head, plain(entryName(e)))
		} else {
			head = append(head, seat(i))
		}
	}
	head = append(head, "comparison")
	var rows [][]string
	for _, l := range lines {
		cells := []string{fmt.Sprint(l.Place + 1)}
		for _, v := range l.Values {
			cells = append(cells, line(v, 20))
		}
		models := make([]string, len(s.Lineup))
		for i := range models {
			models[i] = export.RowState(l)
		}
		for _, c := range l.Cells {
			if c.Seat < len(models) {
				models[c.Seat] = strings.Join(slices.DeleteFunc([]string{string(c.Status), seconds(c.Total), money(c.Cost)}, func(s string) bool { return s == "" }), " ")
			}
		}
		rows = append(rows, append(append(cells, models...), cmp.Or(l.ComparisonID, "–")))
	}
	table(w, head, rows)
}
