package provider

import (
	"context"
	"sync"
	"time"
)

// Trace is what the transport saw of one run's request. The engine puts one into the context of Stream; the transport
// of package wire fills it; all SDKs therefore share one measuring point. Safe for concurrent use.
type Trace struct {
	// Gate, when set, is called by the transport right before it hands the run's request over, when all that is needed for
	// it is ready: so the requests of all runs leave at one moment, however long an SDK takes to write them. An error
	// keeps the request back. It is set before the trace is used and does not change.
	Gate func() error

	mu sync.Mutex
	t  Stamps
}

// Stamps are the moments and facts of one request; zero times have not happened. Times carry the monotonic clock.
type Stamps struct {
	Sent      time.Time // right before the request was handed to the transport
	Connected time.Time // a connection was there (new or reused)
	Reused    bool
	Headers   time.Time // response headers arrived
	FirstByte time.Time // first byte of the body arrived
	LastRead  time.Time // the newest read of the body that returned data
	Status    int       // HTTP status
	Requests  int       // how many requests were made under this trace: more than one is a defect
	Host      string    // host:port of the request
	Body      []byte    // the request body as sent
	RequestID string    // from the response headers
	SentBytes int64     // body bytes handed over, of all requests
	Received  int64     // body bytes received
}

// Update changes the stamps under the trace's lock.
func (tr *Trace) Update(f func(*Stamps)) {
	tr.mu.Lock()
	f(&tr.t)
	tr.mu.Unlock()
}

// Read stamps a read of the response body that returned n bytes.
func (tr *Trace) Read(now time.Time, n int) {
	tr.mu.Lock()
	if tr.t.FirstByte.IsZero() {
		tr.t.FirstByte = now
	}
	tr.t.LastRead = now
	tr.t.Received += int64(n)
	tr.mu.Unlock()
}

// Stamps returns a copy.
func (tr *Trace) Stamps() Stamps {
	tr.mu.Lock()
	defer tr.mu.Unlock()
	return tr.t
}

type traceKey struct{}

// WithTrace returns a context whose requests are stamped into tr.
func WithTrace(ctx context.Context, tr *Trace) context.Context {
	return context.WithValue(ctx, traceKey{}, tr)
}

// TraceFrom returns the trace of ctx, or nil.
func TraceFrom(ctx context.Context) *Trace {
	tr, _ := ctx.Value(traceKey{}).(*Trace)
	return tr
}

type localOnlyKey struct{}

// WithLocalOnly returns a context whose requests may not leave this machine: the transport refuses to dial anything but
// loopback, and adapters refuse models that a local server only forwards.
func WithLocalOnly(ctx context.Context) context.Context {
	return context.WithValue(ctx, localOnlyKey{}, true)
}

// LocalOnly reports whether ctx came from WithLocalOnly.
func LocalOnly(ctx context.Context) bool {
	on, _ := ctx.Value(localOnlyKey{}).(bool)
	return on
}
