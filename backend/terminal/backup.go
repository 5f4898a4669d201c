package terminal

import (
	"fmt"
	"os"

	"bakeoff/backend/store"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func backupCommand(d *Deps) *cobra.Command {
	var force bool
	cmd := &cobra.Command{
		Use: "backup FILE", Short: "Copy the whole history to a file, also while Bakeoff is open, and check the copy", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if _, err := os.Lstat(args[0]); err == nil && !force {
				return invalid("There is a file of that name already. Give another name, or --force to replace it.")
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			if err := h.Store.BackupTo(cmd.Context(), args[0]); err != nil {
				return err
			}
			info, err := os.Stat(args[0])
			if err != nil {
				return err
			}
			say(d.Err, "Backed up to %s (%s), checked and healthy.", args[0], megabytes(info.Size()))
			return nil
		},
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that is there")
	return cmd
}

func restoreCommand(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "restore FILE", Short: "Put a backup in the history's place; what is there now is set aside, never overwritten", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := d.dataDir(cmd)
			if err != nil {
				return err
			}
			done, err := store.Restore(cmd.Context(), dir, args[0])
			if err == nil {
				say(d.Err, "%s", done.Sentence())
			}
			return err
		},
	}
}

func checkCommand(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "Read the whole history and every index, and say whether it is healthy (status 1: it is not)", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			found, err := h.Store.Check(cmd.Context())
			if err != nil {
				return err
			}
			for _, fault := range found {
				fmt.Fprintln(d.Out, plain(fault))
			}
			if len(found) > 0 {
				say(d.Err, "The history is damaged. Copy its folder, then restore a backup: bakeoff restore FILE")
				return exit(exitSome)
			}
			fmt.Fprintln(d.Out, "ok")
			return nil
		},
	}
}

// dataDir is the folder of the history for a command that does not open it.
func (d *Deps) dataDir(cmd *cobra.Command) (string, error) {
	dir, err := cmd.Flags().GetString("data-dir")
	if dir == "" {
		dir = wiring.DataDir(d.Getenv)
	}
	return dir, err
}

// megabytes is a size for the eye.
func megabytes(n int64) string {
	if n < 1e6 {
		return fmt.Sprintf("%.0f kB", max(1, float64(n)/1e3))
	}
	return fmt.Sprintf("%.1f MB", float64(n)/1e6)
}
