package terminal

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/catalog"
	"bakeoff/backend/figure"
	"bakeoff/backend/provider"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
	"golang.org/x/term"
)

type endpointJSON struct {
	Name          string      `json:"endpoint"`
	Label         string      `json:"label"`
	BaseURL       *string     `json:"base_url"`
	AddressSource *string     `json:"address_source"` // "default" or the variable that gave it
	KeySource     *string     `json:"key_source"`     // the variable that gave the key; never the key
	Place         string      `json:"place"`
	State         string      `json:"state"` // ready, no_key, problem
	Problem       *errorJSON  `json:"problem"`
	Models        []modelJSON `json:"models"`
}

type modelJSON struct {
	ID            string     `json:"model"`
	Openness      string     `json:"openness"`
	Place         string     `json:"place"`
	SizeBytes     *int64     `json:"size_bytes"`
	Quantization  *string    `json:"quantization"`
	ContextLength *int64     `json:"context_length"`
	Digest        *string    `json:"digest"`
	Capabilities  []string   `json:"capabilities"`
	Licence       *string    `json:"licence"` // recognised from its text
	ShutdownDate  *string    `json:"shutdown_date"`
	Price         *priceJSON `json:"price"`
}

type priceJSON struct {
	Input  string `json:"input_usd_per_million"`
	Output string `json:"output_usd_per_million"`
	Date   string `json:"date"`
	Source string `json:"source"`
}

func modelsCommand(d *Deps) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use: "models", Short: "List what can be asked now, endpoint by endpoint, with why not where not", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := oneOf("format", format, "table", "json"); err != nil {
				return err
			}
			h, err := d.open(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			endpoints := listed(h, h.Registry.List(cmd.Context()))
			if format == "json" {
				return encoder(d.Out, "  ").Encode(map[string]any{"endpoints": endpoints})
			}
			printEndpoints(d.Out, endpoints)
			return nil
		},
	}
	cmd.Flags().StringVar(&format, "format", "table", "table or json")
	return cmd
}

func listed(h *wiring.House, infos []wiring.EndpointInfo) []endpointJSON {
	out := []endpointJSON{}
	for _, i := range infos {
		e := endpointJSON{
			Name: i.Name, Label: i.Label, BaseURL: orNull(i.BaseURL), AddressSource: orNull(i.AddressSource),
			KeySource: orNull(i.KeySource), Place: string(i.Place), State: string(i.State), Models: []modelJSON{},
		}
		if i.Problem != nil {
			e.Problem = &errorJSON{Code: string(i.Problem.Code), Message: i.Problem.Message}
		}
		for _, m := range i.Models {
			e.Models = append(e.Models, modelToJSON(h.Catalog, i, m))
		}
		out = append(out, e)
	}
	return out
}

func modelToJSON(prices *catalog.Catalog, i wiring.EndpointInfo, m provider.Model) modelJSON {
	out := modelJSON{
		ID: m.ID, Openness: string(cmp.Or(m.Openness, bakeoff.OpennessUnknown)), Place: string(i.PlaceOf(m)),
		Quantization: orNull(m.Quantization), Digest: orNull(m.Digest), Capabilities: list(m.Capabilities), Licence: orNull(m.Licence), ShutdownDate: orNull(m.ShutdownDate),
	}
	if m.Size > 0 {
		out.SizeBytes = &m.Size
	}
	if m.ContextLength > 0 {
		out.ContextLength = &m.ContextLength
	}
	if p, ok := prices.Price(i.Name, m.ID, time.Now()); ok && p.Input != nil && p.Output != nil {
		out.Price = &priceJSON{Input: perMillion(*p.Input), Output: perMillion(*p.Output), Date: p.Date, Source: p.Source}
	}
	return out
}

// perMillion is a price as an exact decimal of dollars per million tokens.
func perMillion(p bakeoff.MicroPerMillion) string {
	return (bakeoff.PicoUSD(p) * 1_000_000).String() // micro-dollars, as pico-dollars
}

func printEndpoints(w io.Writer, endpoints []endpointJSON) {
	for _, e := range endpoints {
		head := e.Name
		if e.BaseURL != nil {
			head += "  " + *e.BaseURL
			if *e.AddressSource != wiring.DefaultAddress {
				head += " (from " + *e.AddressSource + ")"
			}
		}
		if e.KeySource != nil {
			head += ", key from " + *e.KeySource
		}
		fmt.Fprintln(w, plain(head))
		if e.Problem != nil {
			fmt.Fprintln(w, "  "+plain(e.Problem.Message))
		} else if len(e.Models) == 0 {
			fmt.Fprintln(w, "  No models here.")
		}
		var rows [][]string
		for _, m := range e.Models {
			price := ""
			if m.Price != nil {
				price = "$" + m.Price.Input + " / $" + m.Price.Output
			}
			rows = append(rows, []string{"  " + line(e.Name+"/"+m.ID, 70), m.Openness, m.Place, size(m), orDash(m.Quantization), orDash(m.Licence), price})
		}
		if len(rows) > 0 {
			table(w, []string{"  model", "weights", "runs", ">size", "quant", "licence", "in / out per 1M"}, rows)
		}
		fmt.Fprintln(w)
	}
}

func size(m modelJSON) string {
	switch {
	case m.SizeBytes == nil:
		return figure.Dash
	case *m.SizeBytes >= 1e9:
		return fmt.Sprintf("%.1f GB", float64(*m.SizeBytes)/1e9)
	}
	return fmt.Sprintf("%.1f MB", float64(*m.SizeBytes)/1e6)
}

func orDash(s *string) string {
	if s == nil {
		return figure.Dash
	}
	return line(*s, 20)
}

// mostLocal is how many models of this machine are asked when the user named none.
const mostLocal = 3

// found is the lineup when the user named none: models on this machine, and of each provider whose key is known the
// cheapest with a known price, so that nobody is billed more than needed for a first look. Without any: the demo models.
// With a ctx that stays, nobody elsewhere is asked.
func (d *Deps) found(ctx context.Context, h *wiring.House, params bakeoff.Params) []bakeoff.Entry {
	localOnly := provider.LocalOnly(ctx)
	var lineup, demo []bakeoff.Entry
	for _, i := range h.Registry.List(ctx) {
		here := 0
		for _, m := range i.Models {
			entry := bakeoff.Entry{Endpoint: i.Name, Model: m.ID, Params: params}
			switch place := i.PlaceOf(m); {
			case place == bakeoff.PlaceDemo:
				demo = append(demo, entry)
			case place == bakeoff.PlaceLocal && here < mostLocal:
				here++
				lineup = append(lineup, entry)
			}
		}
		if m, ok := cheapest(h.Catalog, i); ok && !localOnly {
			lineup = append(lineup, bakeoff.Entry{Endpoint: i.Name, Model: m, Params: params})
		}
	}
	if len(lineup) == 0 {
		lineup = demo
		say(d.Err, "No model server and no provider with a key answers, so the built-in demo models answer instead. `bakeoff doctor` says what to do.")
	}
	var names []string
	for _, e := range lineup {
		names = append(names, entryName(e))
	}
	say(d.Err, "Asking %s. Choose others with -m.", strings.Join(names, ", "))
	return lineup
}

// cheapest is the model of a cloud endpoint with the lowest known price that costs anything at all.
func cheapest(prices *catalog.Catalog, i wiring.EndpointInfo) (string, bool) {
	type offer struct {
		id    string
		price bakeoff.MicroPerMillion
	}
	var offers []offer
	for _, m := range i.Models {
		p, ok := prices.Price(i.Name, m.ID, time.Now())
		if ok && i.Place == bakeoff.PlaceCloud && p.Input != nil && p.Output != nil && *p.Output > 0 {
			offers = append(offers, offer{m.ID, *p.Input + *p.Output})
		}
	}
	if len(offers) == 0 {
		return "", false
	}
	return slices.MinFunc(offers, func(a, b offer) int { return cmp.Compare(a.price, b.price) }).id, true
}

// isTerminal reports whether w is a terminal that a person reads.
func isTerminal(w io.Writer) bool {
	if o, ok := w.(*output); ok {
		w = o.Writer
	}
	f, ok := w.(interface{ Fd() uintptr })
	return ok && term.IsTerminal(int(f.Fd()))
}

func oneOf(flag, value string, choices ...string) error {
	if slices.Contains(choices, value) {
		return nil
	}
	last := len(choices) - 1
	return invalid("The %s cannot be %q. Choose %s or %s.", flag, value, strings.Join(choices[:last], ", "), choices[last])
}
