package terminal

import (
	"context"
	"fmt"

	"bakeoff/backend/provider"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func localOnlyCommand(d *Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "local-only [on|off]",
		Short: "Say whether anything may leave this machine, or turn Local only on or off",
		Long: "Say whether anything may leave this machine, or turn Local only on or off. While it is on, connections are made to this\n" +
			"machine and to the hosts of your own list only, in the window and in every command. --local-only does the same for one\n" +
			"command.",
		Args: cobra.MatchAll(cobra.MaximumNArgs(1)),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.private(cmd, func(p *wiring.Privacy) error {
				if len(args) == 1 {
					if err := oneOf("switch", args[0], "on", "off"); err != nil {
						return err
					}
					if err := p.SetLocalOnly(args[0] == "on"); err != nil {
						return err
					}
				}
				d.printPrivacy(p)
				return nil
			})
		},
	}
	hosts := &cobra.Command{
		Use: "hosts", Short: "List, add and remove the other machines that Local only takes for your own",
		Args: noArgument, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	hosts.AddCommand(&cobra.Command{
		Use: "list", Short: "List your own hosts", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.private(cmd, func(p *wiring.Privacy) error {
				for _, host := range p.Hosts() {
					fmt.Fprintln(d.Out, host)
				}
				return nil
			})
		},
	}, &cobra.Command{
		Use: "add HOST", Short: "Add a name or an address; prompts may go there under Local only", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.private(cmd, func(p *wiring.Privacy) error {
				host, err := p.AddHost(args[0])
				if err == nil {
					say(d.Err, "Added: %s.", host)
				}
				return err
			})
		},
	}, &cobra.Command{
		Use: "remove HOST", Short: "Remove a host from the list", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.private(cmd, func(p *wiring.Privacy) error {
				err := p.RemoveHost(args[0])
				if err == nil {
					say(d.Err, "Removed: %s.", args[0])
				}
				return err
			})
		},
	})
	cmd.AddCommand(hosts)
	return cmd
}

func (d *Deps) private(cmd *cobra.Command, f func(*wiring.Privacy) error) error {
	h, err := d.openHistory(cmd)
	if err != nil {
		return err
	}
	defer h.Close()
	return f(h.Privacy)
}

func (d *Deps) printPrivacy(p *wiring.Privacy) {
	switch {
	case !p.LocalOnly():
		fmt.Fprintln(d.Out, "Local only is off: prompts go wherever the models of a comparison are.")
	case len(p.Hosts()) == 0:
		fmt.Fprintln(d.Out, "Local only is on: nothing leaves this machine.")
	default:
		fmt.Fprintf(d.Out, "Local only is on: nothing leaves this machine but to your own hosts (%d).\n", len(p.Hosts()))
	}
}

// stay is ctx for questions that must not leave this machine when a comparison must not.
func stay(ctx context.Context, h *wiring.House, localOnly bool) context.Context {
	if localOnly {
		return provider.WithLocalOnly(ctx)
	}
	return h.Privacy.Stay(ctx)
}
