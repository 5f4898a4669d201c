package terminal

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"strings"

	"bakeoff/backend/figure"
	"bakeoff/backend/secret"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func endpointsCommand(d *Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "endpoints", Short: "List, add, test, switch and remove the places that models are asked at",
		Args: noArgument, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(endpointsList(d), endpointsAdd(d), endpointsTest(d),
		d.setupCommand("remove NAME", "Remove an endpoint of your own, with its key", "Removed", (*wiring.Setup).RemoveEndpoint),
		d.setupCommand("enable NAME", "Switch an endpoint on", "Switched on", func(s *wiring.Setup, ctx context.Context, name string) error {
			return s.EnableEndpoint(ctx, name, true)
		}),
		d.setupCommand("disable NAME", "Switch an endpoint off: nothing is sent there", "Switched off", func(s *wiring.Setup, ctx context.Context, name string) error {
			return s.EnableEndpoint(ctx, name, false)
		}))
	return cmd
}

// setupCommand changes one endpoint and says so.
func (d *Deps) setupCommand(use, short, did string, change func(*wiring.Setup, context.Context, string) error) *cobra.Command {
	return &cobra.Command{
		Use: use, Short: short, Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			if err := change(h.Setup, cmd.Context(), args[0]); err != nil {
				return err
			}
			say(d.Err, "%s: %s.", did, args[0])
			return nil
		},
	}
}

func endpointsList(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "List all endpoints and where their address and key come from; nothing is asked", Args: noArgument,
		RunE: func(cmd *cobra.Command, _ []string) error {
			h, err := d.open(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			var rows [][]string
			for _, i := range h.Registry.Known() {
				state := string(i.State)
				if i.State == wiring.StateChecking {
					state = "not asked"
				}
				rows = append(rows, []string{i.Name, plain(i.Label), string(i.Kind), string(i.Place), plain(cmp.Or(i.BaseURL, figure.Dash)), keyText(i), state})
			}
			table(d.Out, []string{"name", "label", "protocol", "place", "address", "key", "state"}, rows)
			return nil
		},
	}
}

// keyText tells where a key comes from, never the key.
func keyText(i wiring.EndpointInfo) string {
	text := cmp.Or(i.KeySource, figure.Dash)
	if i.KeyHint != "" {
		text += " …" + i.KeyHint
	}
	if n := len(i.HeaderNames); n > 0 {
		text += fmt.Sprintf(" with %s", strings.Join(i.HeaderNames, ", "))
	}
	return text
}

func endpointsAdd(d *Deps) *cobra.Command {
	var edit wiring.EndpointEdit
	var kind string
	cmd := &cobra.Command{
		Use: "add NAME ADDRESS", Short: "Add an endpoint of your own, or change its address", Args: exactly(2),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			edit.Name, edit.BaseURL, edit.Kind = args[0], args[1], wiring.Kind(kind)
			name, err := h.Setup.SaveEndpoint(cmd.Context(), edit)
			if err != nil {
				return err
			}
			say(d.Err, "%s is asked at %s. Give it a key with `bakeoff keys set %s` if it needs one, and try it with `bakeoff endpoints test %s`.", name, addressOf(h, name), name, name)
			return nil
		},
	}
	cmd.Flags().StringVar(&kind, "kind", "openai", "its protocol: openai, azure, anthropic, gemini or ollama")
	cmd.Flags().StringVar(&edit.Label, "label", "", "its name on the screen")
	return cmd
}

// addressOf is an endpoint's address as it was understood.
func addressOf(h *wiring.House, name string) string {
	for _, i := range h.Registry.Known() {
		if i.Name == name {
			return i.BaseURL
		}
	}
	return figure.Dash
}

func endpointsTest(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use: "test NAME", Short: "Ask an endpoint for its models: address, TLS, key and protocol must be right for that", Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.open(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			found, err := h.Setup.Test(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if found.Problem != nil {
				return found.Problem
			}
			fmt.Fprintf(d.Out, "%s works: %d models in %.2f s.\n", plain(args[0]), found.Models, found.Took.Seconds())
			return nil
		},
	}
}

func keysCommand(d *Deps) *cobra.Command {
	cmd := &cobra.Command{
		Use: "keys", Short: "Keep the keys of endpoints in the keychain or in an encrypted file",
		Args: noArgument, RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(keysSet(d), keysPlace(d), d.setupCommand("remove NAME", "Remove the stored key and headers of an endpoint", "Removed the key of", (*wiring.Setup).ClearKey))
	return cmd
}

// maxKeyInput is how much of the standard input is read for a key, in bytes.
const maxKeyInput = 4 << 10

func keysSet(d *Deps) *cobra.Command {
	var headers []string
	cmd := &cobra.Command{
		Use:   "set NAME",
		Short: "Keep a key, read from standard input, for an endpoint's present address",
		Long: "Keep a key for an endpoint's present address. The key is read from standard input, so that it is in no list of processes\n" +
			"and in no history of a shell: bakeoff keys set openai < key.txt. With --header the line read is that header's value.",
		Args: exactly(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			edit, err := readKeys(d.In, headers)
			if err != nil {
				return err
			}
			place, err := h.Setup.SetKey(cmd.Context(), args[0], edit)
			if err != nil {
				return err
			}
			say(d.Err, "The key of %s is kept in the %s.", args[0], placeName(place))
			if place == secret.Session {
				say(d.Err, "That ends with this command. Choose another place with `bakeoff keys place keychain` or `bakeoff keys place file`.")
			}
			return nil
		},
	}
	cmd.Flags().StringArrayVar(&headers, "header", nil, "a header's name; its value is the next line of standard input, instead of a key")
	return cmd
}

// readKeys reads one line as the key, or one line as the value of each header.
func readKeys(in io.Reader, headers []string) (wiring.KeyEdit, error) {
	lines := bufio.NewReader(io.LimitReader(in, maxKeyInput))
	next := func() (string, error) {
		line, err := lines.ReadString('\n')
		if line = strings.TrimSpace(line); line == "" {
			return "", invalid("No key came from standard input. Give it like: bakeoff keys set openai < key.txt")
		} else if err != nil && err != io.EOF {
			return "", err
		}
		return line, nil
	}
	if len(headers) == 0 {
		key, err := next()
		return wiring.KeyEdit{Key: key}, err
	}
	edit := wiring.KeyEdit{Headers: make(map[string]string)}
	for _, name := range headers {
		value, err := next()
		if err != nil {
			return edit, err
		}
		edit.Headers[name] = value
	}
	return edit, nil
}

func placeName(p secret.Place) string {
	switch p {
	case secret.Keychain:
		return "system's keychain"
	case secret.File:
		return "encrypted file"
	}
	return "memory of this session"
}

func keysPlace(d *Deps) *cobra.Command {
	return &cobra.Command{
		Use:   "place [keychain|file]",
		Short: "Say where keys are kept, or choose it",
		Long: "Say where keys are kept, or choose it. The file is encrypted with the passphrase in " + wiring.PassphraseVariable + ", which every\n" +
			"command that needs a key then wants. Keys that are kept already stay where they are.",
		Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			if len(args) == 1 {
				if err := oneOf("place", args[0], "keychain", "file"); err != nil {
					return err
				}
				if err := d.choosePlace(cmd.Context(), h, secret.Place(args[0])); err != nil {
					return err
				}
			}
			state := h.Setup.Keys(cmd.Context())
			if state.Place == "" {
				fmt.Fprintln(d.Out, "Keys come from the environment only.")
			} else {
				fmt.Fprintf(d.Out, "New keys go to the %s.\n", placeName(state.Place))
			}
			if state.KeychainProblem != "" && state.Place != secret.File { // whoever chose the file needs no advice to choose it
				fmt.Fprintln(d.Out, state.KeychainProblem)
			}
			return nil
		},
	}
}

func (d *Deps) choosePlace(ctx context.Context, h *wiring.House, place secret.Place) error {
	if place == secret.File {
		passphrase := d.Getenv(wiring.PassphraseVariable)
		if passphrase == "" {
			return invalid("The encrypted file needs a passphrase. Set %s and run this again.", wiring.PassphraseVariable)
		}
		if err := h.Setup.UnlockKeys(ctx, passphrase); err != nil {
			return err
		}
	}
	return h.Setup.ChooseKeys(ctx, place)
}
