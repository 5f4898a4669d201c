package terminal

import (
	"context"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/running"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

// runningFlags are the flags of the running cost.
type runningFlags struct {
	watts, kwh, hourly string
	none               bool
}

func (f *runningFlags) add(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.watts, "watts", "", "power of this machine while a model answers, with --kwh")
	cmd.Flags().StringVar(&f.kwh, "kwh", "", "price of a kilowatt-hour, in US dollars")
	cmd.Flags().StringVar(&f.hourly, "hourly", "", "what an hour of this machine costs, in US dollars, instead of --watts and --kwh")
	cmd.Flags().BoolVar(&f.none, "no-running-cost", false, "show no running cost")
	cmd.MarkFlagsRequiredTogether("watts", "kwh")
	cmd.MarkFlagsMutuallyExclusive("watts", "hourly", "no-running-cost")
	cmd.MarkFlagsMutuallyExclusive("kwh", "hourly", "no-running-cost")
}

// set keeps what the flags say; without any it changes nothing.
func (f *runningFlags) set(cmd *cobra.Command, b *wiring.Budget) error {
	var s running.Setting
	var err error
	switch {
	case cmd.Flags().Changed("watts"):
		s, err = running.Power(f.watts, f.kwh)
	case cmd.Flags().Changed("hourly"):
		s, err = running.ByHour(f.hourly)
	case !f.none:
		return nil
	}
	if err != nil {
		return err
	}
	return b.SetRunning(cmd.Context(), s)
}

// runningRate is the user's setting. One that cannot be read is told, and keeps nothing else from being shown.
func (d *Deps) runningRate(ctx context.Context, h *wiring.House) running.Setting {
	s, err := h.Budget.Running(ctx)
	if err != nil {
		say(d.Err, "%s", bakeoff.AsError(err).Message)
	}
	return s
}
