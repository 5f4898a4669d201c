package terminal

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/prompt"
	"bakeoff/backend/review"
	"bakeoff/backend/set"
	"bakeoff/backend/wiring"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

// promptJSON is a saved prompt as `prompts list` and `prompts show` print it.
type promptJSON struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	System    string   `json:"system"`
	Prompt    string   `json:"prompt"` // empty for a system prompt
	Variables []string `json:"variables"`
	Tags      []string `json:"tags"`
	UpdatedAt string   `json:"updated_at"`
}

func promptsCommand(d *Deps) *cobra.Command {
	var systems bool
	cmd := &cobra.Command{
		Use: "prompts", Short: "Keep prompts by name, with {{variables}} for `bakeoff run`", Args: noArgument,
		Long: "Keep prompts by name. {{name}} in a prompt is a variable, which `bakeoff run` fills from a table; \\{{name}} is none.\n" +
			"With --systems the same for system prompts.",
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.PersistentFlags().BoolVar(&systems, "systems", false, "system prompts instead of prompts")
	kind := func() bakeoff.SavedKind {
		if systems {
			return bakeoff.KindSystem
		}
		return bakeoff.KindPrompt
	}
	cmd.AddCommand(listPrompts(d, kind), showPrompt(d, kind), savePrompt(d, kind), deletePrompt(d, kind))
	return cmd
}

func listPrompts(d *Deps, kind func() bakeoff.SavedKind) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List saved prompts, the one that was changed last first", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", format, "table", "json"); err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			all, err := h.Store.Prompts(cmd.Context(), kind())
			if err != nil {
				return err
			}
			if format == "json" {
				out := []promptJSON{}
				for _, p := range all {
					out = append(out, promptToJSON(p))
				}
				return encoder(d.Out, "  ").Encode(map[string]any{"prompts": out})
			}
			var rows [][]string
			for _, p := range all {
				rows = append(rows, []string{plain(p.Name), line(strings.Join(prompt.Variables(p.System, p.User), ", "), 30), line(strings.Join(p.Tags, ", "), 20), line(p.User+" "+p.System, 60)})
			}
			if len(rows) == 0 {
				say(d.Err, "Nothing is saved. `bakeoff prompts save NAME FILE` keeps a prompt.")
				return nil
			}
			table(d.Out, []string{"name", "variables", "tags", "text"}, rows)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

func promptToJSON(p bakeoff.SavedPrompt) promptJSON {
	return promptJSON{ID: p.ID, Name: p.Name, System: p.System, Prompt: p.User, Variables: list(prompt.Variables(p.System, p.User)), Tags: list(p.Tags), UpdatedAt: rfc3339(p.UpdatedAt)}
}

// findPrompt finds a saved prompt by its name.
func findPrompt(cmd *cobra.Command, h *wiring.House, kind bakeoff.SavedKind, name string) (bakeoff.SavedPrompt, error) {
	all, err := h.Store.Prompts(cmd.Context(), kind)
	for _, p := range all {
		if p.Name == strings.Join(strings.Fields(name), " ") {
			return p, nil
		}
	}
	if err != nil {
		return bakeoff.SavedPrompt{}, err
	}
	return bakeoff.SavedPrompt{}, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: fmt.Sprintf("Nothing is saved as %q. `bakeoff prompts list` names what there is.", name)}
}

func showPrompt(d *Deps, kind func() bakeoff.SavedKind) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "show NAME", Short: "Print a saved prompt as it is kept", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", format, "text", "json"); err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			p, err := findPrompt(cmd, h, kind(), args[0])
			if err != nil {
				return err
			}
			if format == "json" {
				return encoder(d.Out, "  ").Encode(promptToJSON(p))
			}
			if p.Kind == bakeoff.KindPrompt {
				if p.System != "" {
					say(d.Err, "System: %s", p.System)
				}
				fmt.Fprintln(d.Out, plain(p.User))
				return nil
			}
			fmt.Fprintln(d.Out, plain(p.System))
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

func savePrompt(d *Deps, kind func() bakeoff.SavedKind) *cobra.Command {
	var system string
	var tags []string
	cmd := &cobra.Command{
		Use: "save NAME [FILE]", Short: "Keep a prompt from a file or standard input under a name, in place of what had it",
		Args: cobra.RangeArgs(1, 2),
		RunE: func(cmd *cobra.Command, args []string) error {
			file := "-"
			if len(args) == 2 {
				file = args[1]
			}
			text, err := d.readText(cmd, file)
			if err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			p, err := findPrompt(cmd, h, kind(), args[0])
			var e *bakeoff.Error
			if errors.As(err, &e) && e.Code == bakeoff.CodeNotFound {
				p, err = bakeoff.SavedPrompt{ID: uuid.Must(uuid.NewV7()).String(), Kind: kind()}, nil
			}
			if err != nil {
				return err
			}
			if p.Name, err = set.Name(args[0]); err != nil {
				return err
			}
			if cmd.Flags().Changed("tag") {
				if p.Tags, err = review.Tags(tags); err != nil {
					return err
				}
			}
			p.UpdatedAt = time.Now().UTC()
			if kind() == bakeoff.KindSystem {
				p.System = text
			} else if p.User = text; cmd.Flags().Changed("system") {
				p.System = system
			}
			if err := h.Store.SavePrompt(cmd.Context(), p); err != nil {
				return err
			}
			say(d.Err, "Saved as %q.", p.Name)
			return nil
		},
	}
	cmd.Flags().StringVar(&system, "system", "", "system prompt that goes with it")
	cmd.Flags().StringArrayVar(&tags, "tag", nil, "tag; repeat per tag")
	return cmd
}

func deletePrompt(d *Deps, kind func() bakeoff.SavedKind) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a saved prompt; what was asked with it stays", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			p, err := findPrompt(cmd, h, kind(), args[0])
			if err != nil {
				return err
			}
			return h.Store.DeletePrompt(cmd.Context(), p.ID)
		},
	}
}

// readText reads a prompt from a file, or from standard input when that is "-".
func (d *Deps) readText(cmd *cobra.Command, file string) (string, error) {
	if file == "-" {
		return d.readPrompt(cmd.Context())
	}
	text, err := readFile(file, compare.MaxPrompt)
	return strings.TrimRight(string(text), "\r\n"), err
}

// readFile reads a file up to a size in bytes. The error names the file.
func readFile(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, invalid("%s cannot be read. Check the name and whether you may read it.", name)
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, invalid("%s cannot be read. Check the name and whether you may read it.", name)
	}
	if int64(len(text)) > limit {
		return nil, invalid("%s is larger than %d MB. Shorten it, or split it.", name, limit>>20)
	}
	return text, nil
}
