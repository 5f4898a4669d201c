//go:build production

// Command emptywindow is the smallest program with a Wails window: the reference for start-up and memory in `make bench`.
package main

import (
	"context"
	"fmt"
	"os"
	"testing/fstest"
	"time"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
)

func main() {
	start := time.Now()
	page := fstest.MapFS{"index.html": {Data: []byte(`<!doctype html><title>Empty</title><p>Ready</p>`)}}
	err := wails.Run(&options.App{
		Title: "Empty", Width: 1440, Height: 900,
		AssetServer: &assetserver.Options{Assets: page},
		Linux:       &linux.Options{WebviewGpuPolicy: linux.WebviewGpuPolicyNever},
		OnDomReady:  func(context.Context) { fmt.Printf("ready %d\n", time.Since(start).Milliseconds()) },
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
