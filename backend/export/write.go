package export

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"iter"
	"time"

	"bakeoff/backend/bakeoff"
)

// Format is a form to write comparisons in.
type Format string

const (
	JSONLines Format = "jsonl" // everything; can be imported again
	Markdown  Format = "md"
	CSV       Format = "csv"  // a row per run
	HTML      Format = "html" // one file that makes no request
)

// Formats lists what Write can write.
func Formats() []Format { return []Format{HTML, Markdown, CSV, JSONLines} }

// MaxLine is the longest line of JSON Lines in bytes: what an import reads at most at a time.
const MaxLine = 64 << 20

// Options say how to write.
type Options struct {
	Format Format
	App    string    // version of the app
	Now    time.Time // stands in the HTML report

	// Redact takes keys out of a comparison's JSON: a user may have pasted one into a prompt. Nil: nothing is looked for.
	Redact func(string) string
}

// Written counts what was written and what was left out.
type Written struct {
	Comparisons int
	Runs        int
	Bytes       int64
	Blind       int // left out: no vote and no reveal yet
	Going       int // left out: still asking models
	Large       int // left out: longer than MaxLine
}

// Left says in a sentence what was left out; empty when nothing was.
func (w Written) Left() string {
	var out string
	for _, l := range []struct {
		n   int
		why string
	}{
		{w.Blind, "still blind: vote or reveal first"}, {w.Going, "still going on: wait for the end or stop"}, {w.Large, "larger than 64 MB"},
	} {
		if l.n > 0 {
			out += fmt.Sprintf("Left out, %s: %d. ", l.why, l.n)
		}
	}
	return out
}

// writer writes one format.
type writer interface {
	begin() ([]byte, error)
	one(c bakeoff.Comparison) ([]byte, error)
	end(w Written) ([]byte, error)
}

func (o Options) writer() (writer, error) {
	switch o.Format {
	case JSONLines:
		return linesWriter{o}, nil
	case Markdown:
		return markdownWriter{o}, nil
	case CSV:
		return csvWriter{}, nil
	case HTML:
		return newHTMLWriter(o), nil
	}
	return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("There is no format %q. Choose html, md, csv or jsonl.", o.Format)}
}

// Write writes comparisons as they come. After each it calls progress, which may be nil. It ends early with ctx's error
// or that of all; what was written by then is of no use.
func Write(ctx context.Context, to io.Writer, all iter.Seq2[bakeoff.Comparison, error], o Options, progress func(Written)) (done Written, err error) {
	w, err := o.writer()
	if err != nil {
		return done, err
	}
	out := bufio.NewWriterSize(to, 256<<10)
	put := func(b []byte, err error) error {
		if err != nil {
			return err
		}
		done.Bytes += int64(len(b))
		_, err = out.Write(b)
		return err
	}
	if err := put(w.begin()); err != nil {
		return done, err
	}
	for c, err := range all {
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return done, err
		}
		switch {
		case c.Blind():
			done.Blind++
		case going(c):
			done.Going++
		default:
			c, err := o.clean(c)
			if err != nil {
				return done, err
			}
			b, err := w.one(c)
			if o.Format == JSONLines && len(b) > MaxLine {
				done.Large++
				break
			}
			if err := put(b, err); err != nil {
				return done, err
			}
			done.Comparisons++
			done.Runs += len(c.Runs)
		}
		if progress != nil {
			progress(done)
		}
	}
	if err := put(w.end(done)); err != nil {
		return done, err
	}
	return done, out.Flush()
}

// going reports whether a run has not ended.
func going(c bakeoff.Comparison) bool {
	for _, r := range c.Runs {
		if !r.Status.Ended() {
			return true
		}
	}
	return false
}

// linesWriter writes JSON Lines.
type linesWriter struct{ o Options }

func (w linesWriter) begin() ([]byte, error) {
	return ended(line(header{FormatName, Version, w.o.App}))
}

func (w linesWriter) one(c bakeoff.Comparison) ([]byte, error) { return ended(Encode(c)) }

func (w linesWriter) end(done Written) ([]byte, error) {
	return ended(line(footer{true, done.Comparisons}))
}

func ended(b []byte, err error) ([]byte, error) { return append(b, '\n'), err }
