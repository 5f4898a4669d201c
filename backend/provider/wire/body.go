package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// body is a response body with a cap and a clock. A whole one (a list) is read at once and cleaned of the key.
type body struct {
	c      *Client
	raw    io.ReadCloser
	cancel context.CancelFunc
	trace  *provider.Trace
	left   int64
	whole  bool
	clean  *bytes.Reader // of a whole body, once read
}

// brokenOff marks an error of the body: the response had begun.
type brokenOff struct{ err error }

func (e *brokenOff) Error() string { return "response broke off: " + e.err.Error() }
func (e *brokenOff) Unwrap() error { return e.err }

func (b *body) Read(p []byte) (int, error) {
	if !b.whole {
		return b.read(p)
	}
	if b.clean == nil {
		all, err := io.ReadAll(readFunc(b.read))
		if err != nil {
			return 0, err
		}
		b.clean = bytes.NewReader([]byte(b.c.redact.own(string(all))))
	}
	return b.clean.Read(p)
}

type readFunc func([]byte) (int, error)

func (f readFunc) Read(p []byte) (int, error) { return f(p) }

func (b *body) read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	n, err := b.raw.Read(p)
	if n > 0 {
		if b.trace != nil {
			b.trace.Read(time.Now(), n)
		}
		if b.left -= int64(n); b.left < 0 {
			b.cancel()
			return 0, b.tooLong()
		}
	}
	if err != nil && err != io.EOF {
		err = &brokenOff{err}
	}
	return n, err
}

func (b *body) tooLong() error {
	limit := maxStream
	if b.whole {
		limit = maxList
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("%s sent more than %d MB and was stopped there. Check the address of the endpoint.", b.c.o.Label, limit>>20)}
}

// Close ends the request: a body that is left early takes its connection with it.
func (b *body) Close() error {
	err := b.raw.Close()
	b.cancel()
	return err
}
