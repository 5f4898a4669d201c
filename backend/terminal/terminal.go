package terminal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

// Deps are what the terminal takes from its surroundings.
type Deps struct {
	Args    []string // without the program's name
	In      io.Reader
	Out     io.Writer
	Err     io.Writer
	Getenv  func(string) string
	Version string

	KeyWork   int     // see secret.New; for tests
	DemoSpeed float64 // for tests: how many times faster the demo voices speak; 0 means 1
}

// Exit statuses.
const (
	exitWell        = 0   // all runs ended well
	exitSome        = 1   // some did
	exitNone        = 2   // none did, or the command could not be carried out
	exitInterrupted = 130 // Ctrl+C
)

// exit ends the command with a status; its sentence, if any, was printed already.
type exit int

func (e exit) Error() string { return fmt.Sprintf("exit status %d", int(e)) }

// Execute carries out one command and returns the process's exit status. ctx ends when the user interrupts.
func Execute(ctx context.Context, d Deps) int {
	out := &output{Writer: d.Out}
	d.Out = out
	root := command(&d)
	root.SetArgs(d.Args)
	root.SetIn(d.In)
	root.SetOut(d.Out)
	root.SetErr(d.Err)
	err := root.ExecuteContext(ctx)
	if out.err != nil && ctx.Err() == nil {
		err = invalid("The output could not be written. Free some space or write it elsewhere; `bakeoff history` lists what was saved.")
	}
	var status exit
	switch {
	case err == nil:
		return exitWell
	case errors.As(err, &status):
		return int(status)
	case ctx.Err() != nil:
		return exitInterrupted
	}
	say(d.Err, "%s", sentence(err))
	return exitNone
}

// output remembers that something could not be written, so that a command whose output is lost does not end well.
type output struct {
	io.Writer
	err error
}

func (o *output) Write(p []byte) (int, error) {
	n, err := o.Writer.Write(p)
	if err != nil {
		o.err = err
	}
	return n, err
}

func command(d *Deps) *cobra.Command {
	root := &cobra.Command{
		Use:   "bakeoff",
		Short: "One prompt, every model, side by side",
		Long: "Bakeoff sends one prompt at the same moment to open models on this machine and to closed ones in the cloud,\n" +
			"and keeps answers, times, tokens and costs in a local history. Without a command it opens the window.",
		SilenceErrors: true, SilenceUsage: true, DisableSuggestions: true,
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
		Version:           d.Version,
		RunE:              func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetVersionTemplate("bakeoff {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.InitDefaultVersionFlag() // before the line is read, or it would be taken for a flag with a value
	root.PersistentFlags().String("data-dir", "", "folder of the history (or BAKEOFF_DATA_DIR; default: the system's usual place)")
	root.PersistentFlags().Bool("local-only", false, "connect to this machine and to your own hosts only, whatever else is set up")
	root.AddCommand(localOnlyCommand(d), compareCommand(d), modelsCommand(d), pullCommand(d), endpointsCommand(d), keysCommand(d), budgetCommand(d), pricesCommand(d), historyCommand(d), showCommand(d), rateCommand(d), rerunCommand(d), diffCommand(d), doctorCommand(d), versionCommand(d),
		promptsCommand(d), lineupsCommand(d), runCommand(d), setsCommand(d), exportCommand(d), importCommand(d), backupCommand(d), restoreCommand(d), checkCommand(d))
	return root
}

func versionCommand(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "Print the version", Args: noArgument,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintln(d.Out, "bakeoff "+d.Version) },
	}
}

// open builds the house for a command; the caller closes it. What the start found goes to standard error.
func (d *Deps) open(cmd *cobra.Command) (*wiring.House, error) {
	dir, err := cmd.Flags().GetString("data-dir")
	if err != nil {
		return nil, err
	}
	localOnly, err := cmd.Flags().GetBool("local-only")
	if err != nil {
		return nil, err
	}
	h, err := wiring.Open(cmd.Context(), wiring.Options{DataDir: dir, LocalOnly: localOnly, Getenv: d.Getenv, Version: d.Version, DemoSpeed: d.DemoSpeed, KeyWork: d.KeyWork})
	if err != nil {
		return nil, err
	}
	if notice := h.Notice(); notice != "" {
		say(d.Err, "%s", notice)
	}
	return h, nil
}

// say prints one line of progress or warning.
func say(w io.Writer, format string, args ...any) {
	fmt.Fprintln(w, plain(strings.TrimRight(fmt.Sprintf(format, args...), "\n")))
}

// sentence is an error as a user should read it. What is no *bakeoff.Error comes from reading the command line.
func sentence(err error) string {
	var e *bakeoff.Error
	if errors.As(err, &e) {
		return e.Message
	}
	text := err.Error()
	if !strings.HasSuffix(text, ".") {
		text += "."
	}
	return strings.ToUpper(text[:1]) + text[1:] + " `bakeoff --help` lists what there is."
}

func invalid(format string, args ...any) error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}
