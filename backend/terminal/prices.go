package terminal

import (
	"fmt"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/catalog"
	"bakeoff/backend/figure"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func pricesCommand(d *Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "prices [ENDPOINT/MODEL]", Short: "Show what models cost and where that is known from, refresh it, or set a price of your own",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				if len(args) == 1 {
					return d.onePrice(h, args[0])
				}
				d.allPrices(h)
				return nil
			})
		},
	}
	cmd.AddCommand(setPrice(d), unsetPrice(d), refreshPrices(d))
	return cmd
}

func (d *Deps) onePrice(h *wiring.House, name string) error {
	endpoint, model, err := wiring.ModelName(name)
	if err != nil {
		return err
	}
	p, ok := h.Catalog.Price(endpoint, model, time.Now())
	if !ok {
		return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "No price is known for " + plain(name) + ". Refresh with `bakeoff prices refresh`, or set yours with `bakeoff prices set`."}
	}
	table(d.Out, []string{"$ per 1M tokens", ">price"}, priceRows(p))
	fmt.Fprintln(d.Out, plain(priceOrigin(p)))
	return nil
}

func priceRows(p catalog.Price) [][]string {
	rows := rateRows("", p.Rates)
	for _, t := range p.Tiers {
		rows = append(rows, rateRows(fmt.Sprintf("above %d tokens of input: ", t.Above), t.Rates)...)
	}
	return rows
}

func rateRows(when string, r catalog.Rates) (rows [][]string) {
	for _, one := range []struct {
		name string
		rate *bakeoff.MicroPerMillion
		must bool
	}{
		{"in", r.Input, true}, {"out", r.Output, true}, {"cached", r.CacheRead, false}, {"cache write", r.CacheWrite, false},
		{"cache write, 1 h", r.CacheWrite1h, false}, {"reasoning", r.Reasoning, false},
	} {
		switch {
		case one.rate != nil:
			rows = append(rows, []string{when + one.name, perMillion(*one.rate)})
		case one.must:
			rows = append(rows, []string{when + one.name, figure.Dash})
		}
	}
	return rows
}

// priceOrigin says where a price is from and of which day.
func priceOrigin(p catalog.Price) string {
	switch {
	case p.Why != "":
		return "No price: " + p.Why + " (" + p.Source + ", " + p.Date + ")."
	case p.Yours:
		return "Your own price of " + p.Date + " (" + p.Source + ")."
	}
	return "From " + p.Source + ", " + p.Date + "."
}

// allPrices prints the lists that there are.
func (d *Deps) allPrices(h *wiring.House) {
	rows := [][]string{{"built-in sheet", h.Catalog.Date(), figure.Dash}}
	for _, l := range h.Prices.Lists() {
		day, n := "never refreshed", figure.Dash
		if !l.At.IsZero() {
			day, n = l.At.UTC().Format(time.DateOnly), fmt.Sprint(l.Prices)
		}
		rows = append(rows, []string{l.Label, day, n})
	}
	table(d.Out, []string{"price list", "of", ">models"}, rows)
	say(d.Err, "`bakeoff prices ENDPOINT/MODEL` shows one price, `bakeoff prices refresh` asks for new lists.")
}

func setPrice(d *Deps) *cobra.Command {
	var o catalog.Override
	cmd := &cobra.Command{
		Use: "set ENDPOINT/MODEL --in DOLLARS --out DOLLARS [--cached DOLLARS]", Short: "Set a price of your own, in dollars per million tokens; it stands above all others", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				endpoint, model, err := wiring.ModelName(args[0])
				if err == nil {
					_, err = h.Registry.Get(endpoint)
				}
				if err == nil {
					err = h.Prices.Set(endpoint, model, o)
				}
				if err == nil {
					say(d.Err, "The price of %s is now yours. What ran before keeps its own.", args[0])
				}
				return err
			})
		},
	}
	cmd.Flags().StringVar(&o.Input, "in", "", "of a million tokens of input")
	cmd.Flags().StringVar(&o.Output, "out", "", "of a million tokens of output")
	cmd.Flags().StringVar(&o.Cached, "cached", "", "of a million tokens of input from a cache")
	return cmd
}

func unsetPrice(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "unset ENDPOINT/MODEL", Short: "Take back a price of your own", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				endpoint, model, err := wiring.ModelName(args[0])
				if err == nil {
					err = h.Prices.Unset(endpoint, model)
				}
				return err
			})
		},
	}
}

func refreshPrices(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "refresh", Short: "Ask models.dev and OpenRouter for their price lists", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return d.withHistory(cmd, func(h *wiring.House) error {
				lists, err := h.Prices.Refresh(cmd.Context())
				if err != nil {
					return err
				}
				failed := 0
				for _, l := range lists {
					switch {
					case l.Problem != nil:
						failed++
						say(d.Err, "%s", l.Problem.Message)
					case l.Same:
						fmt.Fprintf(d.Out, "%s: unchanged, %d models\n", l.Label, l.Prices)
					default:
						fmt.Fprintf(d.Out, "%s: %d models\n", l.Label, l.Prices)
					}
				}
				switch failed {
				case 0:
					return nil
				case len(lists):
					return exit(exitNone)
				}
				return exit(exitSome)
			})
		},
	}
}
