//go:build dev || production

package app

import (
	"context"
	"log/slog"
	"strings"
	"sync/atomic"

	"github.com/wailsapp/wails/v2/pkg/runtime"
)

// wailsShell is the shell of a real window. Before the window is there it does nothing: the page asks for everything
// when it comes up.
type wailsShell struct {
	ctx atomic.Pointer[context.Context]
}

func (s *wailsShell) begin(ctx context.Context) { s.ctx.Store(&ctx) }

// with calls f with the window's context once there is one.
func (s *wailsShell) with(f func(context.Context)) bool {
	ctx := s.ctx.Load()
	if ctx == nil {
		return false
	}
	f(*ctx)
	return true
}

func (s *wailsShell) Emit(event string, payload any) {
	s.with(func(ctx context.Context) { runtime.EventsEmit(ctx, event, payload) })
}

func (s *wailsShell) OpenURL(address string) {
	s.with(func(ctx context.Context) { runtime.BrowserOpenURL(ctx, address) })
}

func (s *wailsShell) Copy(text string) (err error) {
	if !s.with(func(ctx context.Context) { err = runtime.ClipboardSetText(ctx, text) }) {
		return errNotStarted
	}
	return err
}

func (s *wailsShell) PickFiles() (paths []string, err error) {
	options := runtime.OpenDialogOptions{
		Title: "Attach files",
		Filters: []runtime.FileFilter{
			{DisplayName: "Images and text", Pattern: "*.png;*.jpg;*.jpeg;*.gif;*.webp;*.txt;*.md;*.csv;*.json;*.log;*.go;*.py;*.js;*.ts;*.html;*.css;*.yaml;*.yml;*.toml;*.xml;*.sql;*.sh"},
			{DisplayName: "All files", Pattern: "*"},
		},
	}
	if !s.with(func(ctx context.Context) { paths, err = runtime.OpenMultipleFilesDialog(ctx, options) }) {
		return nil, errNotStarted
	}
	return paths, err
}

func (s *wailsShell) PickFile(title, pattern string) (path string, err error) {
	options := runtime.OpenDialogOptions{Title: title, Filters: filters(pattern)}
	if !s.with(func(ctx context.Context) { path, err = runtime.OpenFileDialog(ctx, options) }) {
		return "", errNotStarted
	}
	return path, err
}

func (s *wailsShell) SaveFile(title, name, pattern string) (path string, err error) {
	options := runtime.SaveDialogOptions{Title: title, DefaultFilename: name, Filters: filters(pattern), CanCreateDirectories: true}
	if !s.with(func(ctx context.Context) { path, err = runtime.SaveFileDialog(ctx, options) }) {
		return "", errNotStarted
	}
	return path, err
}

func (s *wailsShell) OpenFolder(dir string) error { return openFolder(dir) }

func filters(pattern string) []runtime.FileFilter {
	return []runtime.FileFilter{{DisplayName: strings.ReplaceAll(pattern, ";", ", "), Pattern: pattern}, {DisplayName: "All files", Pattern: "*"}}
}

// raise brings the window to the front.
func (s *wailsShell) raise() {
	s.with(func(ctx context.Context) {
		runtime.WindowUnminimise(ctx)
		runtime.WindowShow(ctx)
	})
}

// place moves the window to where it was, if that is still on the screen.
func (w *mainWindow) place() {
	l := w.look.get()
	if l.Maximised || l.X == nil || l.Y == nil {
		return
	}
	w.shell.with(func(ctx context.Context) {
		screens, err := runtime.ScreenGetAll(ctx)
		if err != nil {
			return
		}
		for _, screen := range screens {
			if screen.IsCurrent && *l.X >= 0 && *l.Y >= 0 && *l.X+minWidth <= screen.Size.Width && *l.Y+minHeight <= screen.Size.Height {
				runtime.WindowSetPosition(ctx, *l.X, *l.Y)
			}
		}
	})
}

// remember keeps size and place for the next start. A maximised window keeps the size that it had before.
func (w *mainWindow) remember() {
	w.shell.with(func(ctx context.Context) {
		if runtime.WindowIsMaximised(ctx) || runtime.WindowIsFullscreen(ctx) {
			w.look.change(func(l *look) { l.Maximised = true })
			return
		}
		width, height := runtime.WindowGetSize(ctx)
		x, y := runtime.WindowGetPosition(ctx)
		w.look.change(func(l *look) {
			l.Width, l.Height, l.X, l.Y, l.Maximised = width, height, &x, &y, false
		})
	})
}

// quietLogger keeps of what Wails logs only the words before the first quotation: it quotes whole calls, with their
// arguments, when those do not parse.
type quietLogger struct{}

func (quietLogger) log(level slog.Level, message string) {
	const most = 120
	if i := strings.IndexAny(message, "{[\"'`:"); i >= 0 {
		message = message[:i]
	}
	slog.Log(context.Background(), level, "wails: "+message[:min(len(message), most)])
}

func (quietLogger) Print(string)         {}
func (quietLogger) Trace(string)         {}
func (quietLogger) Debug(string)         {}
func (quietLogger) Info(string)          {}
func (l quietLogger) Warning(msg string) { l.log(slog.LevelWarn, msg) }
func (l quietLogger) Error(msg string)   { l.log(slog.LevelError, msg) }
func (l quietLogger) Fatal(msg string)   { l.log(slog.LevelError, msg) }
