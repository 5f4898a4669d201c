package terminal

import (
	"cmp"
	"fmt"
	"runtime"
	"strings"

	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func doctorCommand(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "doctor", Short: "Say what works, what does not, and what to do", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := d.open(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			fmt.Fprintf(d.Out, "bakeoff %s on %s/%s\n", d.Version, runtime.GOOS, runtime.GOARCH)
			fmt.Fprintf(d.Out, "history     %s\n", plain(h.DataDir))
			fmt.Fprintf(d.Out, "prices      built-in sheet of %s\n", h.Catalog.Date())
			fmt.Fprintf(d.Out, "proxy       %s\n\n", plain(cmp.Or(wiring.Proxy(d.Getenv), "none")))
			if h.Privacy.LocalOnly() {
				d.printPrivacy(h.Privacy)
				fmt.Fprintln(d.Out)
			}
			usable := 0
			for _, i := range h.Registry.List(stay(cmd.Context(), h, false)) {
				mark, text := diagnose(i)
				if mark == "ok" && i.Kind != wiring.KindDemo {
					usable++
				}
				fmt.Fprintf(d.Out, "%-4s %-11s %s\n", mark, i.Name, plain(text))
			}
			fmt.Fprintln(d.Out)
			if usable == 0 {
				fmt.Fprintln(d.Out, "Nothing but the demo models can be asked yet. Install Ollama (https://ollama.com/download) and run")
				fmt.Fprintln(d.Out, "`ollama pull llama3.2:1b`, or set the key of a provider, such as OPENAI_API_KEY. Then run this again.")
			}
			return nil
		},
	}
}

// diagnose is an endpoint's line: whether it works, where it is, what its address and key come from, what to do.
func diagnose(i wiring.EndpointInfo) (mark, text string) {
	var parts []string
	if i.BaseURL != "" {
		from := ""
		if i.AddressSource != wiring.DefaultAddress {
			from = " from " + i.AddressSource
		}
		parts = append(parts, i.BaseURL+from)
	}
	if i.KeySource != "" {
		parts = append(parts, "key from "+i.KeySource)
	}
	switch i.State {
	case wiring.StateReady:
		mark = "ok"
		parts = append(parts, fmt.Sprintf("%d models", len(i.Models)))
	case wiring.StateNoKey:
		mark = "-"
	default:
		mark = "!!"
	}
	if i.Problem != nil {
		parts = append(parts, i.Problem.Message)
	}
	return mark, strings.Join(parts, "; ")
}
