package terminal

import (
	"context"
	"io"
	"strings"
	"time"

	"bakeoff/backend/attach"
	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/review"
	"bakeoff/backend/running"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// compareFlags are the flags of `bakeoff compare` as they were given.
type compareFlags struct {
	models       []string
	lineup       string // a saved one
	system       string
	given        paramFlags
	repeat       int
	attach       []string
	timeout      time.Duration
	format       string
	lanes        string
	warmUp       bool
	sensitive    bool
	notSensitive bool // of `bakeoff rerun`
	blind        bool
	follow       string // id of the comparison to go on from
	base         string // seat whose answer is everybody's history
	confirmed    bool
}

func compareCommand(d *Deps) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use:   "compare [flags] PROMPT",
		Short: "Ask several models the same thing at the same moment",
		Long: "Ask several models the same thing at the same moment. PROMPT is the prompt, or - to read it from standard input.\n" +
			"Without -m, the models on this machine and one of each provider whose key is known are asked; without any, the\n" +
			"demo models. Exit status: 0 all runs ended well, 1 some did, 2 none did, 130 interrupted.",
		Example: "  bakeoff compare -m ollama/llama3.2:1b -m openai/gpt-4o \"Why is the sky blue?\"\n" +
			"  cat question.txt | bakeoff compare -m demo/quick -m demo/thinker --format json -",
		Args: onePrompt,
		RunE: func(cmd *cobra.Command, args []string) error { return d.compare(cmd, f, args[0]) },
	}
	f.register(cmd.Flags())
	cmd.Flags().StringVar(&f.follow, "follow", "", "ID of a comparison to go on from: each model with its own answers; without -m the same models")
	cmd.Flags().StringVar(&f.base, "base", "", "with --follow: SEAT whose answer all models go on from")
	return cmd
}

// register adds the flags that a comparison and its repetition have in common.
func (f *compareFlags) register(fs *pflag.FlagSet) {
	fs.StringArrayVarP(&f.models, "model", "m", nil, "ENDPOINT/MODEL to ask; repeat per entry")
	fs.StringVar(&f.lineup, "lineup", "", "NAME of a saved lineup to ask instead of -m")
	fs.StringVar(&f.system, "system", "", "system prompt")
	f.given.register(fs)
	fs.IntVar(&f.repeat, "repeat", 1, "how often each model is asked")
	fs.StringArrayVar(&f.attach, "attach", nil, "image, PDF or text file to send along; repeat per file")
	fs.DurationVar(&f.timeout, "timeout", 0, "time limit of each run, such as 90s")
	fs.StringVar(&f.format, "format", "table", "table, json, jsonl or markdown")
	fs.BoolVar(&f.sensitive, "sensitive", false, "keep this prompt, and all that is made of it later, on this machine and your own hosts")
	fs.BoolVar(&f.confirmed, "confirm-cost", false, "ask although the expected cost is above the cap for one comparison")
	fs.StringVar(&f.lanes, "lanes", "parallel", "models of one local host: parallel or serial")
	fs.BoolVar(&f.warmUp, "warm-up", false, "with --lanes serial: load each local model before its time begins")
	fs.BoolVar(&f.blind, "blind", false, "show the answers as A, B, C in random order, without names, times and costs; bakeoff rate reveals them")
}

func (d *Deps) compare(cmd *cobra.Command, f compareFlags, prompt string) error {
	spec, err := d.spec(cmd, f, prompt)
	if err != nil {
		return err
	}
	h, err := d.open(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	if err := f.named(cmd, h, &spec); err != nil {
		return err
	}
	for _, entry := range spec.Lineup {
		if _, err := h.Registry.Get(entry.Endpoint); err != nil && len(f.models) > 0 {
			return err // a slip of the keyboard is worth no place in the history
		}
	}
	if f.follow != "" {
		err = f.goOn(cmd, h, &spec)
	} else if len(f.models) == 0 {
		spec.Lineup = d.found(stay(cmd.Context(), h, spec.LocalOnly || spec.Sensitive), h, spec.Lineup[0].Params)
	}
	if err != nil {
		return err
	}
	if f.follow == "" {
		spec.Lineup = f.often(cmd, spec.Lineup)
	}
	if f.blind {
		spec.Sitting = new(review.Sit(len(spec.Lineup), time.Now()))
	}
	c, err := d.play(cmd.Context(), h, spec, f.format, nil)
	if err != nil {
		return err
	}
	return verdict(cmd.Context(), c)
}

// often spreads out a lineup by --repeat. Without the flag what was asked several times is again.
func (f compareFlags) often(cmd *cobra.Command, lineup []bakeoff.Entry) []bakeoff.Entry {
	if !cmd.Flags().Changed("repeat") {
		return bakeoff.Repeated(lineup)
	}
	var out []bakeoff.Entry
	for _, seats := range bakeoff.Repeats(bakeoff.Repeated(lineup)) {
		e := lineup[seats[0]]
		e.Repeat = f.repeat
		out = append(out, e)
	}
	return bakeoff.Repeated(out)
}

// play runs the comparison and shows it; the view of --format json tells what differs from old, unless that is nil.
// Interrupting stops the runs and keeps what came, so that it is saved.
func (d *Deps) play(ctx context.Context, h *wiring.House, spec compare.Spec, format string, old *bakeoff.Comparison) (bakeoff.Comparison, error) {
	d.warnOfLength(ctx, h, spec)
	l, err := h.Engine.Start(context.WithoutCancel(ctx), spec)
	if err != nil {
		return bakeoff.Comparison{}, err
	}
	defer context.AfterFunc(ctx, l.Stop)()
	if l.Blind() {
		return follow(l, d.blindView(format), h.Unsaved), nil // what differs would name the models
	}
	whole := func(id string) (bakeoff.Run, bool) { return l.Since(id, 0, 0, 0) }
	return follow(l, d.view(format, whole, old, d.runningRate(ctx, h)), h.Unsaved), nil
}

// view is the view of a format. Progress goes to standard error unless the answers themselves are being read along on
// the same terminal.
func (d *Deps) view(format string, whole func(id string) (bakeoff.Run, bool), old *bakeoff.Comparison, rate running.Setting) view {
	switch format {
	case "json":
		return &withProgress{err: d.Err, view: wholeView{func(c bakeoff.Comparison) {
			out := toJSON(c, rate)
			out.Changes = changesToJSON(old, c)
			_ = encoder(d.Out, "  ").Encode(out)
		}}}
	case "jsonl":
		return &withProgress{err: d.Err, view: newLinesView(d.Out, whole, rate)}
	case "markdown":
		return &withProgress{err: d.Err, view: wholeView{func(c bakeoff.Comparison) { markdown(d.Out, d.Version, c) }}}
	}
	if isTerminal(d.Out) {
		return warnings{view: newTableView(d.Out, rate), err: d.Err}
	}
	lines := &lineWatch{Writer: d.Out}
	v := &withProgress{err: d.Err, view: newTableView(lines, rate)}
	if sameFile(d.Out, d.Err) {
		v.open = func() bool { return lines.open }
	}
	return v
}

// blindView prints nothing before the last answer is there, and then no name: who is fast would show.
func (d *Deps) blindView(format string) view {
	show := func(c bakeoff.Comparison) { blindText(d.Out, c) }
	switch format {
	case "json":
		show = func(c bakeoff.Comparison) { _ = encoder(d.Out, "  ").Encode(toJSON(c, running.Setting{})) }
	case "jsonl":
		show = func(c bakeoff.Comparison) { newLinesView(d.Out, nil, running.Setting{}).finished(c, "") }
	}
	return warnings{view: wholeView{show}, err: d.Err}
}

// verdict turns a comparison into the exit status.
func verdict(ctx context.Context, c bakeoff.Comparison) error {
	runs := bakeoff.Newest(c.Runs)
	well := 0
	for _, r := range runs {
		if r.Status.Well() {
			well++
		}
	}
	switch {
	case ctx.Err() != nil:
		return exit(exitInterrupted)
	case well == len(runs):
		return nil
	case well > 0:
		return exit(exitSome)
	}
	return exit(exitNone)
}

// spec reads the flags. Parameters are sent only when their flag was given; every entry gets the same.
func (d *Deps) spec(cmd *cobra.Command, f compareFlags, prompt string) (compare.Spec, error) {
	spec := compare.Spec{Lanes: bakeoff.Lanes(f.lanes), WarmUp: f.warmUp, Sensitive: f.sensitive, Confirmed: f.confirmed, Timeout: f.timeout}
	switch f.format {
	case "table", "json", "jsonl", "markdown":
	default:
		return spec, invalid("The format cannot be %q. Choose table, json, jsonl or markdown.", f.format)
	}
	if f.repeat < 1 || f.repeat > compare.MaxEntries {
		return spec, invalid("Each model can be asked 1 to %d times, not %d.", compare.MaxEntries, f.repeat)
	}
	if prompt == "-" {
		text, err := d.readPrompt(cmd.Context())
		if err != nil {
			return spec, err
		}
		prompt = text
	}
	params, err := f.given.read(cmd.Flags())
	if err != nil {
		return spec, err
	}
	spec.Prompt = bakeoff.Prompt{System: f.system, User: prompt}
	for _, path := range f.attach {
		a, err := attach.Read(cmd.Context(), path)
		if err != nil {
			return spec, err
		}
		spec.Prompt.Attachments = append(spec.Prompt.Attachments, a.Attachment)
	}
	for _, name := range f.models {
		endpoint, model, ok := strings.Cut(name, "/")
		if !ok || endpoint == "" || model == "" {
			return spec, invalid("The model %q lacks its endpoint. Write it as ENDPOINT/MODEL, such as ollama/llama3.2:1b; `bakeoff models` lists them.", name)
		}
		spec.Lineup = append(spec.Lineup, bakeoff.Entry{Endpoint: endpoint, Model: model, Params: params})
	}
	if len(f.models) == 0 {
		spec.Lineup = []bakeoff.Entry{{Params: params}} // found later, when the endpoints are known
	}
	return spec, spec.Validate()
}

// readPrompt reads the prompt from standard input. An interruption ends the wait, though nothing can end the read itself.
func (d *Deps) readPrompt(ctx context.Context) (string, error) {
	type input struct {
		text []byte
		err  error
	}
	came := make(chan input, 1)
	go func() {
		text, err := io.ReadAll(io.LimitReader(d.In, compare.MaxPrompt+1))
		came <- input{text, err}
	}()
	select {
	case in := <-came:
		if in.err != nil {
			return "", invalid("The prompt could not be read from standard input. Give it as an argument instead.")
		}
		return strings.TrimRight(string(in.text), "\r\n"), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
