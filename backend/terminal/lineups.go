package terminal

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/set"
	"bakeoff/backend/wiring"

	"github.com/google/uuid"
	"github.com/spf13/cobra"
)

// lineupJSON is a saved lineup as `lineups list` and `lineups show` print it.
type lineupJSON struct {
	ID        string      `json:"id"`
	Name      string      `json:"name"`
	Lanes     string      `json:"lanes"`
	Entries   []entryJSON `json:"entries"`
	UpdatedAt string      `json:"updated_at"`
}

type entryJSON struct {
	bakeoff.Entry
	Gone bool `json:"gone"` // its endpoint is not known any more
}

func lineupsCommand(d *Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "lineups", Short: "Keep lineups by name, for `bakeoff compare --lineup NAME`", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(listLineups(d), showLineup(d), saveLineup(d), renameLineup(d), deleteLineup(d))
	return cmd
}

func listLineups(d *Deps) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List saved lineups", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", format, "table", "json"); err != nil {
				return err
			}
			return d.withHistory(cmd, func(h *wiring.House) error {
				all, err := h.Store.Lineups(cmd.Context())
				if err != nil {
					return err
				}
				if format == "json" {
					out := []lineupJSON{}
					for _, l := range all {
						out = append(out, lineupToJSON(h, l))
					}
					return encoder(d.Out, "  ").Encode(map[string]any{"lineups": out})
				}
				var rows [][]string
				for _, l := range all {
					var models []string
					for _, e := range l.Entries {
						models = append(models, timesName(e))
					}
					rows = append(rows, []string{plain(l.Name), string(l.Lanes), line(strings.Join(models, ", "), 100)})
				}
				if len(rows) == 0 {
					say(d.Err, "Nothing is saved. `bakeoff lineups save NAME -m ENDPOINT/MODEL` keeps a lineup.")
					return nil
				}
				table(d.Out, []string{"name", "lanes", "models"}, rows)
				return nil
			})
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

func lineupToJSON(h *wiring.House, l bakeoff.Lineup) lineupJSON {
	out := lineupJSON{ID: l.ID, Name: l.Name, Lanes: string(l.Lanes), Entries: []entryJSON{}, UpdatedAt: rfc3339(l.UpdatedAt)}
	for _, e := range l.Entries {
		_, err := h.Registry.Get(e.Endpoint)
		out.Entries = append(out.Entries, entryJSON{e, err != nil})
	}
	return out
}

// timesName is the name of an entry and how often it is asked.
func timesName(e bakeoff.Entry) string {
	if e.Repeat > 1 {
		return fmt.Sprintf("%d × %s", e.Repeat, entryName(e))
	}
	return entryName(e)
}

func showLineup(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "show NAME", Short: "Print a saved lineup with its settings, as JSON", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				l, err := findLineup(cmd, h, args[0])
				if err != nil {
					return err
				}
				return encoder(d.Out, "  ").Encode(lineupToJSON(h, l))
			})
		},
	}
}

func saveLineup(d *Deps) *cobra.Command {
	var f compareFlags
	cmd := &cobra.Command{
		Use: "save NAME -m ENDPOINT/MODEL [flags]", Short: "Keep models with their settings under a name, in place of what had it", Args: exactly(1),
		Long: "Keep models with their settings under a name, in place of what had it. The settings that are given hold for each of the\n" +
			"models; settings of one model alone are given in the app.",
		Example: "  bakeoff lineups save 'Daily two' -m ollama/llama3.2:1b -m openai/gpt-4o --temperature 0",
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(f.models) == 0 {
				return invalid("No model was named. Give each with -m ENDPOINT/MODEL; `bakeoff models` lists them.")
			}
			f.format = "table"
			spec, err := d.spec(cmd, f, "a prompt is given later")
			if err != nil {
				return err
			}
			for i := range spec.Lineup {
				spec.Lineup[i].Repeat = f.repeat
			}
			if n := len(bakeoff.Repeated(spec.Lineup)); n > compare.MaxEntries {
				return invalid("The lineup would ask %d times and at most %d can run at once. Ask less often.", n, compare.MaxEntries)
			}
			return d.withHistory(cmd, func(h *wiring.House) error {
				for _, e := range spec.Lineup {
					if _, err := h.Registry.Get(e.Endpoint); err != nil {
						return err
					}
				}
				l, err := findLineup(cmd, h, args[0])
				var e *bakeoff.Error
				if errors.As(err, &e) && e.Code == bakeoff.CodeNotFound {
					l, err = bakeoff.Lineup{ID: uuid.Must(uuid.NewV7()).String()}, nil
				}
				if err != nil {
					return err
				}
				if l.Name, err = set.Name(args[0]); err != nil {
					return err
				}
				l.Entries, l.Lanes, l.UpdatedAt = spec.Lineup, spec.Lanes, time.Now().UTC()
				if err := h.Store.SaveLineup(cmd.Context(), l); err != nil {
					return err
				}
				say(d.Err, "Saved as %q.", l.Name)
				return nil
			})
		},
	}
	fs := cmd.Flags()
	fs.StringArrayVarP(&f.models, "model", "m", nil, "ENDPOINT/MODEL; repeat per entry")
	fs.StringVar(&f.lanes, "lanes", "parallel", "models of one local host: parallel or serial")
	fs.IntVar(&f.repeat, "repeat", 1, "how often each model is asked")
	f.given.register(fs)
	return cmd
}

func renameLineup(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "rename NAME NEW", Short: "Give a saved lineup another name", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				l, err := findLineup(cmd, h, args[0])
				if err == nil {
					l.Name, err = set.Name(args[1])
				}
				if err != nil {
					return err
				}
				l.UpdatedAt = time.Now().UTC()
				return h.Store.SaveLineup(cmd.Context(), l)
			})
		},
	}
}

func deleteLineup(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "delete NAME", Short: "Delete a saved lineup; what was asked with it stays", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				l, err := findLineup(cmd, h, args[0])
				if err != nil {
					return err
				}
				return h.Store.DeleteLineup(cmd.Context(), l.ID)
			})
		},
	}
}

// withHistory is f on the house of a command that cannot do without the history.
func (d *Deps) withHistory(cmd *cobra.Command, f func(*wiring.House) error) error {
	h, err := d.openHistory(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	return f(h)
}

// findLineup finds a saved lineup by its name.
func findLineup(cmd *cobra.Command, h *wiring.House, name string) (bakeoff.Lineup, error) {
	all, err := h.Store.Lineups(cmd.Context())
	if err != nil {
		return bakeoff.Lineup{}, err
	}
	for _, l := range all {
		if strings.EqualFold(l.Name, strings.Join(strings.Fields(name), " ")) {
			return l, nil
		}
	}
	return bakeoff.Lineup{}, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: fmt.Sprintf("No lineup is saved as %q. `bakeoff lineups list` names what there is.", name)}
}

// named puts the lineup that --lineup names in the place of models given by -m. The settings that were given go over its own.
func (f *compareFlags) named(cmd *cobra.Command, h *wiring.House, spec *compare.Spec) error {
	if f.lineup == "" {
		return nil
	}
	if len(f.models) > 0 {
		return invalid("--lineup and -m both say whom to ask. Give one of them.")
	}
	l, err := findLineup(cmd, h, f.lineup)
	if err != nil {
		return err
	}
	given := spec.Lineup[0].Params
	spec.Lineup = nil
	for _, e := range l.Entries {
		e.Params = over(e.Params, given)
		spec.Lineup = append(spec.Lineup, e)
		f.models = append(f.models, e.Endpoint+"/"+e.Model)
	}
	if !cmd.Flags().Changed("lanes") {
		spec.Lanes = cmp.Or(l.Lanes, spec.Lanes)
	}
	return spec.Validate()
}
