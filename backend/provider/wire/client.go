package wire

import (
	"context"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// Limits of what an endpoint may send, in bytes, and of how long a connection may take.
const (
	maxErrorBody  = 64 << 10
	maxLine       = 8 << 20
	maxStream     = 64 << 20
	maxList       = 32 << 20
	maxHeaders    = 256 << 10
	maxDetail     = 2 << 10
	connectLimit  = 10 * time.Second
	errorBodyWait = 5 * time.Second
	lanes         = 64 // idle connections kept per endpoint: one for each run of the largest lineup
)

// Options describe one endpoint to the transport.
type Options struct {
	Label   string            // "OpenAI": for sentences
	BaseURL *url.URL          // its scheme, host and port are the origin; requests elsewhere are refused
	Key     string            // for redaction and the plain-HTTP rule; the adapter's SDK puts it into the header
	KeyName string            // "OPENAI_API_KEY": the variable that holds the key, for sentences; may be empty
	Headers map[string]string // of the user, with every request; their values are treated like the key
	Local   bool              // a server on this machine: other sentences
	Proxy   func(*http.Request) (*url.URL, error)
	Border  *Border // nil: only the context of a request can keep it on this machine
}

// Client is the HTTP client under the SDK of one endpoint. Safe for concurrent use.
type Client struct {
	o       Options
	redact  *redactor
	open    *http.Transport // dials anywhere
	inside  *http.Transport // dials loopback and the user's own hosts only: for local only, and for a key without TLS
	outside http.RoundTripper
}

// NewClient returns the client of one endpoint. A nil BaseURL makes every request fail with a sentence.
func NewClient(o Options) *Client {
	c := &Client{o: o, redact: newRedactor(append(slices.Collect(maps.Values(o.Headers)), o.Key)...)}
	c.open = newTransport(c.dialOutside)
	c.open.Proxy = c.proxy
	c.inside = newTransport(c.dialInside) // never through a proxy
	c.outside = c.open
	return c
}

func newTransport(dial func(ctx context.Context, network, address string) (net.Conn, error)) *http.Transport {
	return &http.Transport{
		DialContext:            dial,
		TLSHandshakeTimeout:    connectLimit,
		DisableCompression:     true, // else half a megabyte of gzip may become 512 MB of text
		MaxIdleConnsPerHost:    lanes,
		IdleConnTimeout:        90 * time.Second,
		MaxResponseHeaderBytes: maxHeaders,
		ForceAttemptHTTP2:      true,
		HTTP2:                  &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 15 * time.Second},
	}
}

// HTTP returns the client to hand to an SDK.
func (c *Client) HTTP() *http.Client {
	return &http.Client{Transport: c, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// Warm opens a connection to the origin, so that handshakes stay out of what is measured. It sends neither key nor
// prompt, respects local only, and reports nothing: the request that follows will say better what is wrong.
func (c *Client) Warm(ctx context.Context) {
	if c.o.BaseURL == nil {
		return
	}
	root := url.URL{Scheme: c.o.BaseURL.Scheme, Host: c.o.BaseURL.Host, Path: "/"}
	req, err := http.NewRequestWithContext(ctx, http.MethodHead, root.String(), nil)
	if err != nil {
		return
	}
	if resp, err := c.RoundTrip(req); err == nil {
		resp.Body.Close()
	}
}

// Close drops the idle connections.
func (c *Client) Close() {
	c.open.CloseIdleConnections()
	c.inside.CloseIdleConnections()
}

type expectKey struct{}

// Expect returns a context whose request streams: a 2xx answer of another media type than mediaType
// ("text/event-stream", "application/x-ndjson") becomes a *StatusError, and the body may be as long as a stream.
func Expect(ctx context.Context, mediaType string) context.Context {
	return context.WithValue(ctx, expectKey{}, mediaType)
}

// loopback reports whether host (no port) is this machine by its name alone, without asking a resolver.
func loopback(host string) bool {
	if localhost(host) {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}
