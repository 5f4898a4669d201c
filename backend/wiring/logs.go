package wiring

import (
	"io"
	"log/slog"
	"os"
	"path/filepath"

	"gopkg.in/natefinch/lumberjack.v2"
)

// openLog returns a log in the data folder: 5 MB, three older files, readable by the user alone. What every line says
// passes redact first. Without a folder that can be written there is no log.
func openLog(dataDir string, redact func(string) string) (*slog.Logger, io.Closer) {
	dir := filepath.Join(dataDir, "logs")
	file := &lumberjack.Logger{Filename: filepath.Join(dir, "bakeoff.log"), MaxSize: 5, MaxBackups: 3}
	if err := os.MkdirAll(dir, 0o700); err != nil { // lumberjack would let others look into the folder
		return slog.New(slog.DiscardHandler), file
	}
	return slog.New(slog.NewJSONHandler(redacted{file, redact}, &slog.HandlerOptions{ReplaceAttr: capped})), file
}

// maxLogged is the longest text of a log record's field, in bytes.
const maxLogged = 1000

// capped cuts long texts off.
func capped(_ []string, a slog.Attr) slog.Attr {
	if a.Value.Kind() == slog.KindAny {
		if err, ok := a.Value.Any().(error); ok {
			a.Value = slog.StringValue(err.Error())
		}
	}
	if a.Value.Kind() == slog.KindString {
		a.Value = slog.StringValue(cut(a.Value.String(), maxLogged))
	}
	return a
}

// redacted cleans whole lines: a slog handler writes one record at a time.
type redacted struct {
	to     io.Writer
	redact func(string) string
}

func (w redacted) Write(line []byte) (int, error) {
	if _, err := io.WriteString(w.to, w.redact(string(line))); err != nil {
		return 0, err
	}
	return len(line), nil
}
