// Bakeoff sends one prompt at the same moment to many models and shows their answers side by side: in a window, or in
// the terminal when it is given a command.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"bakeoff/app"
	"bakeoff/backend/terminal"
)

const version = "0.1.0"

func main() {
	app.WriteNoCore()
	args := os.Args[1:]
	if dataDir, opens := app.Opens(args); opens {
		os.Exit(app.Main(version, dataDir))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl+C ends the process at once
	os.Exit(terminal.Execute(ctx, terminal.Deps{
		Args: args, In: os.Stdin, Out: os.Stdout, Err: os.Stderr, Getenv: os.Getenv, Version: version,
	}))
}
