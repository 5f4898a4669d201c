package terminal

import (
	"fmt"

	"github.com/spf13/cobra"
)

func setsCommand(d *Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "sets", Short: "List the prompt sets that `bakeoff run` and the window made", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error { return listSets(cmd, d, "table") },
	}
	cmd.AddCommand(setsListCommand(d), showSetCommand(d), deleteSetCommand(d))
	return cmd
}

func setsListCommand(d *Deps) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "list", Short: "List prompt sets, newest first", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error { return listSets(cmd, d, format) },
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

// setRowJSON is a set in a list.
type setRowJSON struct {
	ID        string `json:"set_id"`
	Name      string `json:"name"`
	State     string `json:"state"`
	Reason    string `json:"reason,omitempty"`
	Rows      int    `json:"rows"`
	Ended     int    `json:"ended"`
	Models    int    `json:"models"`
	CreatedAt string `json:"created_at"`
}

func listSets(cmd *cobra.Command, d *Deps, format string) error {
	if err := oneOf("format", format, "table", "json"); err != nil {
		return err
	}
	h, err := d.openHistory(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	all, err := h.Store.Sets(cmd.Context())
	if err != nil {
		return err
	}
	out := []setRowJSON{}
	var rows [][]string
	for _, s := range all {
		out = append(out, setRowJSON{s.ID, s.Name, string(s.State), s.Reason, s.Rows, s.Ended, len(s.Lineup), rfc3339(s.CreatedAt)})
		rows = append(rows, []string{s.ID, rfc3339(s.CreatedAt)[:16] + "Z", string(s.State), fmt.Sprintf("%d of %d", s.Ended, s.Rows), fmt.Sprint(len(s.Lineup)), line(s.Name, 50)})
	}
	if format == "json" {
		return encoder(d.Out, "  ").Encode(map[string]any{"sets": out})
	}
	if len(rows) == 0 {
		say(d.Err, "There is no prompt set. `bakeoff run TABLE` makes one.")
		return nil
	}
	table(d.Out, []string{"id", "made", "state", ">rows", ">models", "name"}, rows)
	return nil
}

func showSetCommand(d *Deps) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "show ID", Short: "Show the table of a prompt set; the first characters of its id are enough", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", format, "table", "json", "csv"); err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			s, err := h.Store.Set(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			lines, err := h.Store.SetTable(cmd.Context(), s.ID, answerLength(format))
			if err != nil {
				return err
			}
			return d.showSet(format, s, lines)
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table, json or csv")
	return cmd
}

func deleteSetCommand(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "delete ID", Short: "Delete a prompt set; its comparisons stay", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			s, err := h.Store.Set(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			return h.Store.DeleteSet(cmd.Context(), s.ID)
		},
	}
}
