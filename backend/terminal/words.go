package terminal

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// onePrompt wants the prompt as one argument: words that the shell split are a missing pair of quotes.
func onePrompt(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return invalid("The prompt is missing. Give it as an argument, or - to read it from standard input.")
	case 1:
		return nil
	}
	return invalid("The prompt came in %d pieces. Put it in quotes.", len(args))
}

func oneID(_ *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return invalid("The id of the comparison is missing. `bakeoff history` lists the ids.")
	case 1:
		return nil
	}
	return invalid("%d ids came. Show one comparison at a time.", len(args))
}

func oneQuery(_ *cobra.Command, args []string) error {
	if len(args) > 1 {
		return invalid("The words to look for came in %d pieces. Put them in quotes.", len(args))
	}
	return nil
}

func noArgument(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return invalid("%q is too much: `%s` takes flags only. `%s --help` lists them.", args[0], cmd.CommandPath(), cmd.CommandPath())
	}
	return nil
}

// exactly is for the commands that take n names: a file, an endpoint, an address.
func exactly(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) == n {
			return nil
		}
		what := "too much"
		if len(args) < n {
			what = "too little"
		}
		usage := strings.TrimSuffix(cmd.UseLine(), " [flags]")
		return invalid("That is %s for a command. Write `%s`; `%s --help` says more.", what, usage, cmd.CommandPath())
	}
}

// flagError words what is wrong with a flag.
func flagError(cmd *cobra.Command, err error) error {
	var value *pflag.InvalidValueError
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	switch {
	case errors.As(err, &value):
		return invalid("--%s cannot be %q. %s", value.GetFlag().Name, value.GetValue(), wanted(value.GetFlag().Value.Type()))
	case errors.As(err, &unknown):
		return invalid("There is no flag %q. `%s --help` lists the flags.", unknown.GetSpecifiedName(), cmd.CommandPath())
	case errors.As(err, &missing):
		return invalid("--%s lacks its value. %s", missing.GetFlag().Name, wanted(missing.GetFlag().Value.Type()))
	}
	return err
}

// wanted says what a flag of a type takes.
func wanted(kind string) string {
	switch kind {
	case "float64":
		return "Give a number, such as 0.7."
	case "int", "int64":
		return "Give a whole number, such as 200."
	case "duration":
		return "Give a time, such as 90s or 5m."
	case "bool":
		return "Give the flag alone to switch it on."
	}
	return "Give it after the flag."
}
