//go:build dev || production

package app

import (
	"cmp"
	"context"
	"errors"
	"os"
	"path/filepath"
	goruntime "runtime"
	"sync"

	"bakeoff/backend/compare"
	"bakeoff/backend/wiring"
	"bakeoff/frontend"

	"github.com/wailsapp/wails/v2"
	"github.com/wailsapp/wails/v2/pkg/logger"
	"github.com/wailsapp/wails/v2/pkg/options"
	"github.com/wailsapp/wails/v2/pkg/options/assetserver"
	"github.com/wailsapp/wails/v2/pkg/options/linux"
	"github.com/wailsapp/wails/v2/pkg/options/mac"
	"github.com/wailsapp/wails/v2/pkg/options/windows"
)

// Main opens the window and returns the process's exit status when it is closed. A second start on the same data folder
// raises the first one's window and ends, before it has touched anything. dataDir is the folder of the history; empty:
// the usual one.
func Main(version, dataDir string) int {
	shell := new(wailsShell)
	onRaise(shell.raise)
	dir := cmp.Or(dataDir, wiring.DataDir(os.Getenv))
	if whole, err := filepath.Abs(dir); err == nil {
		dir = whole // one folder, one lock, whatever the working directory
	}
	return launch{
		display: displayThere,
		lock: func() (release func(), first bool, err error) {
			release, first, err = lockWindow(dir)
			return release, first || goruntime.GOOS == "windows", err // there Wails finds the twin
		},
		show: func() error {
			w := newWindow(shell, dir, version)
			if err := wails.Run(w.options()); err != nil {
				return err
			}
			w.close()
			return nil
		},
	}.run(os.Stderr)
}

// mainWindow is the process of one open window.
type mainWindow struct {
	shell *wailsShell
	roof  *roof
	look  *lookFile
	dir   string

	stop    context.CancelFunc
	opening sync.WaitGroup
	backups func() // stops them; nil until the house stands
	closing sync.Once
}

func newWindow(shell *wailsShell, dir, version string) *mainWindow {
	ctx, stop := context.WithCancel(context.Background())
	w := &mainWindow{shell: shell, roof: newRoof(ctx, shell, version), look: openLook(dir), dir: dir, stop: stop}
	w.roof.keepTheme = func(theme string) { w.look.change(func(l *look) { l.Theme = theme }) }
	return w
}

// startup builds the house while the page loads.
func (w *mainWindow) startup(ctx context.Context) {
	w.shell.begin(ctx)
	guardNavigation()
	w.place()
	w.opening.Go(func() {
		h, err := wiring.Open(w.roof.ctx, wiring.Options{DataDir: w.dir, Getenv: os.Getenv, Version: w.roof.version, Observers: []compare.Observer{w.roof.bridge}})
		if err != nil {
			return // only because the app closes
		}
		w.roof.open(h)
		w.roof.refresh(h, "")
		w.roof.purge(h) // what a killed window left
		w.backups = w.roof.keepBackups(h)
	})
	go w.roof.bridge.Run()
}

// close takes everything down in reverse order.
func (w *mainWindow) close() {
	w.closing.Do(func() {
		select {
		case <-w.roof.opened:
		default:
			w.stop() // of no use to wait for a history that nobody will see
		}
		w.opening.Wait()
		select {
		case <-w.roof.opened:
			h := w.roof.built
			w.backups()
			w.roof.purge(h)
			if err := h.Close(); err != nil {
				h.Log.Error("the end was not clean", "err", err)
			}
		default:
		}
		w.roof.bridge.Close()
		w.stop()
	})
}

func (w *mainWindow) options() *options.App {
	l := w.look.get()
	o := &options.App{
		Title:     "Bakeoff",
		Width:     l.Width,
		Height:    l.Height,
		MinWidth:  minWidth,
		MinHeight: minHeight,
		Frameless: goruntime.GOOS != "darwin", // there the system's buttons stay, in the page's title bar

		BackgroundColour:   options.NewRGB(l.ground()),
		AssetServer:        &assetserver.Options{Assets: frontend.Assets(), Middleware: middleware},
		Logger:             quietLogger{},
		LogLevel:           logger.ERROR,
		LogLevelProduction: logger.ERROR,
		OnStartup:          w.startup,
		OnShutdown:         func(context.Context) { w.close() },
		OnBeforeClose: func(context.Context) bool {
			w.remember()
			return false
		},
		Bind: w.roof.bound(),
		Linux: &linux.Options{
			WebviewGpuPolicy: linux.WebviewGpuPolicyNever, // named, since any other value means hardware: 5 fps without a GPU
			ProgramName:      "bakeoff",
		},
		Mac:     &mac.Options{TitleBar: mac.TitleBarHiddenInset()},
		Windows: &windows.Options{},
	}
	if l.Maximised {
		o.WindowStartState = options.Maximised
	}
	if goruntime.GOOS == "windows" { // elsewhere our own lock does this, also without a session bus
		o.SingleInstanceLock = &options.SingleInstanceLock{
			UniqueId:               "bakeoff-" + filepath.ToSlash(w.dir),
			OnSecondInstanceLaunch: func(options.SecondInstanceData) { w.shell.raise() },
		}
	}
	return o
}

var errNotStarted = errors.New("the window is not open yet")
