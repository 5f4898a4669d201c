package terminal

import (
	"context"
	"fmt"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func budgetCommand(d *Deps) *cobra.Command {
	var run, day, month string
	var rate runningFlags
	cmd := &cobra.Command{
		Use: "budget", Short: "Say what was spent, by model, and set caps that hold before a request leaves",
		Long: "Say what was spent, by model, and set caps that hold before a request leaves. Amounts are US dollars; 0 takes a cap away.\n" +
			"The cap for one comparison can be passed over with `bakeoff compare --confirm-cost`; those of day and month cannot.\n" +
			"Running models on this machine costs power, or hours of it: --watts and --kwh, or --hourly, show that as a figure of its own, which is no spending and under no cap.",
		Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			caps, err := h.Budget.Caps(cmd.Context())
			if err != nil {
				return err
			}
			for _, c := range []struct {
				flag, text string
				into       *bakeoff.PicoUSD
			}{{"run", run, &caps.Run}, {"day", day, &caps.Day}, {"month", month, &caps.Month}} {
				if !cmd.Flags().Changed(c.flag) {
					continue
				}
				if *c.into, err = bakeoff.ParseUSD(c.text); err != nil {
					return invalid("--%s is no amount of US dollars. Write it as 0.05.", c.flag)
				}
			}
			if err := rate.set(cmd, h.Budget); err != nil {
				return err
			}
			if err := h.Budget.SetCaps(cmd.Context(), caps); err != nil {
				return err
			}
			return d.printSpending(cmd.Context(), h.Budget)
		},
	}
	cmd.Flags().StringVar(&run, "run", "", "cap for one comparison, in US dollars; 0 for none")
	cmd.Flags().StringVar(&day, "day", "", "cap for a day")
	cmd.Flags().StringVar(&month, "month", "", "cap for a month")
	rate.add(cmd)
	return cmd
}

func (d *Deps) printSpending(ctx context.Context, b *wiring.Budget) error {
	caps, err := b.Caps(ctx)
	if err != nil {
		return err
	}
	spent, err := b.Spent(ctx)
	if err != nil {
		return err
	}
	models, err := b.SpentByModel(ctx)
	if err != nil {
		return err
	}
	table(d.Out, []string{"", ">spent", ">cap"}, [][]string{
		{"one comparison", figure.Dash, capText(caps.Run)},
		{"today", dollars(spent.Day), capText(caps.Day)},
		{"this month", dollars(spent.Month), capText(caps.Month)},
	})
	var rows [][]string
	for _, m := range models {
		rows = append(rows, []string{plain(m.Endpoint + "/" + m.Model), fmt.Sprint(m.Runs), dollars(m.Cost)})
	}
	if len(rows) > 0 {
		fmt.Fprintln(d.Out)
		table(d.Out, []string{"this month", ">runs", ">cost"}, rows)
	}
	rate, err := b.Running(ctx)
	if err == nil && !rate.None() {
		fmt.Fprintf(d.Out, "\nRunning models on this machine: %s. That is in none of these figures.\n", rate)
	}
	return err
}

func dollars(a bakeoff.PicoUSD) string {
	return figure.Money(bakeoff.Cost{Amount: a, Source: bakeoff.CostComputed})
}

func capText(a bakeoff.PicoUSD) string {
	if a == 0 {
		return "none"
	}
	return dollars(a)
}
