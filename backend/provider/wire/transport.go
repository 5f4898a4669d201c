package wire

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// StatusError is what a request ends with for every answer that is not 2xx (redirects included) and for one of a media
// type that was not expected. Body is at most 64 KiB; Body and Header hold no key.
type StatusError struct {
	Status int
	Header http.Header
	Body   []byte
}

// Error names the status only: the body may quote the prompt.
func (e *StatusError) Error() string { return fmt.Sprintf("HTTP status %d", e.Status) }

// RoundTrip sends one request to the endpoint's own origin, exactly once.
func (c *Client) RoundTrip(req *http.Request) (*http.Response, error) {
	base, err := c.route(req)
	if err != nil {
		closeBody(req)
		return nil, err
	}
	ctx, cancel := context.WithCancel(req.Context())
	out := req.Clone(ctx)
	for name, value := range c.o.Headers {
		out.Header.Set(name, value)
	}
	trace := provider.TraceFrom(ctx)
	if trace != nil {
		if out, err = traced(out, trace); err != nil {
			cancel()
			return nil, err
		}
	}
	resp, err := base.RoundTrip(out)
	if err != nil {
		cancel()
		return nil, err
	}
	return c.accept(ctx, cancel, resp, trace)
}

func closeBody(req *http.Request) {
	if req.Body != nil {
		req.Body.Close()
	}
}

// route checks where a request goes and returns the transport that may carry it.
func (c *Client) route(req *http.Request) (http.RoundTripper, error) {
	to, own := req.URL, c.o.BaseURL
	if own == nil || own.Host == "" || own.Scheme != "http" && own.Scheme != "https" {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The address of " + c.o.Label + " is not an http or https URL. Correct it in Models."}
	}
	if to.Scheme != own.Scheme || !strings.EqualFold(authority(to), authority(own)) {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "A request to another host than " + own.Host + " was stopped: the key of " + c.o.Label + " stays with its own address."}
	}
	here, confined := loopback(to.Hostname()), c.Confined(req.Context())
	switch {
	case confined && !here && !c.o.Border.Lists(to.Hostname()):
		return nil, c.localOnly()
	case (c.o.Key != "" || len(c.o.Headers) > 0) && to.Scheme == "http" && !here:
		return nil, c.keyInClear()
	case confined, here:
		return c.inside, nil
	}
	return c.outside, nil
}

// authority is host:port with the scheme's own port filled in.
func authority(u *url.URL) string {
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	return net.JoinHostPort(u.Hostname(), port)
}

func (c *Client) localOnly() error {
	return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, and " + c.o.Label + " is neither on this machine nor on one of your own hosts: nothing was sent. Turn Local only off, or add its host in Settings if it is yours."}
}

func (c *Client) keyInClear() error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The key of " + c.o.Label + " would travel unencrypted over plain HTTP: nothing was sent. Use an https address, or remove the key."}
}

// proxy is the user's proxy, or none.
func (c *Client) proxy(req *http.Request) (*url.URL, error) {
	if c.o.Proxy == nil {
		return nil, nil
	}
	return c.o.Proxy(req)
}

// traced returns req made ready to be stamped into trace. The body is read here, once, since what was sent is recorded.
func traced(req *http.Request, trace *provider.Trace) (*http.Request, error) {
	var body []byte
	if req.Body != nil {
		var err error
		body, err = io.ReadAll(req.Body)
		req.Body.Close()
		if err != nil {
			return nil, err
		}
		again := func() (io.ReadCloser, error) { return &counted{bytes.NewReader(body), trace}, nil }
		req.Body, _ = again()
		req.GetBody = again // for a kept connection that turns out dead before a byte was written
		req.ContentLength = int64(len(body))
	}
	ctx := httptrace.WithClientTrace(req.Context(), &httptrace.ClientTrace{GotConn: func(info httptrace.GotConnInfo) {
		now := time.Now()
		trace.Update(func(s *provider.Stamps) { s.Connected, s.Reused = now, info.Reused })
	}})
	host := authority(req.URL)
	req = req.WithContext(ctx)
	if trace.Gate != nil {
		if err := trace.Gate(); err != nil {
			return nil, err
		}
	}
	trace.Update(func(s *provider.Stamps) {
		s.Requests++
		s.Host, s.Body, s.Sent = host, body, time.Now()
	})
	return req, nil
}

// counted is a request's body that counts what is taken of it to be sent: nothing when no connection came about.
type counted struct {
	io.Reader
	trace *provider.Trace
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.trace.Update(func(s *provider.Stamps) { s.SentBytes += int64(n) })
	return n, err
}

func (c *counted) Close() error { return nil }

// accept stamps the response and lets it pass only when an SDK may read it.
func (c *Client) accept(ctx context.Context, cancel context.CancelFunc, resp *http.Response, trace *provider.Trace) (*http.Response, error) {
	if trace != nil {
		now, id := time.Now(), c.requestID(resp.Header)
		trace.Update(func(s *provider.Stamps) { s.Headers, s.Status, s.RequestID = now, resp.StatusCode, id })
	}
	want, streams := ctx.Value(expectKey{}).(string)
	switch {
	case resp.StatusCode < 200 || resp.StatusCode > 299 || streams && mediaType(resp.Header) != want:
		return nil, c.refuse(cancel, resp, trace)
	case !streams && mediaType(resp.Header) == "text/html" && resp.Request != nil && resp.Request.Method != http.MethodHead:
		return nil, c.refuse(cancel, resp, trace)
	case encoded(resp.Header):
		cancel()
		resp.Body.Close()
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, HTTPStatus: resp.StatusCode, Message: c.o.Label + " sent a compressed answer that was not asked for, and it was not opened. Check the address of the endpoint."}
	}
	b := &body{c: c, raw: resp.Body, cancel: cancel, trace: trace, left: maxStream}
	if !streams {
		b.left, b.whole = maxList, true
	}
	resp.Body = b
	if resp.Request != nil && resp.Request.Method == http.MethodHead {
		b.whole = false
	} else if !streams {
		resp.ContentLength = -1 // cleaning may change the length
		resp.Header.Del("Content-Length")
	}
	return resp, nil
}

// refuse reads a little of the body, for at most a few seconds, and turns the response into an error.
func (c *Client) refuse(cancel context.CancelFunc, resp *http.Response, trace *provider.Trace) error {
	timer := time.AfterFunc(errorBodyWait, cancel)
	defer timer.Stop()
	defer cancel()
	defer resp.Body.Close()
	var raw []byte
	if !encoded(resp.Header) {
		raw, _ = io.ReadAll(io.LimitReader(resp.Body, maxErrorBody)) // what came is enough: the status is known
	}
	if trace != nil {
		trace.Update(func(s *provider.Stamps) { s.Received += int64(len(raw)) })
	}
	return &StatusError{Status: resp.StatusCode, Header: c.cleanHeader(resp.Header), Body: []byte(c.Redact(string(raw)))}
}

func (c *Client) cleanHeader(h http.Header) http.Header {
	h = h.Clone()
	for _, values := range h {
		for i, v := range values {
			values[i] = c.redact.own(v)
		}
	}
	return h
}

func mediaType(h http.Header) string {
	mt, _, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		mt, _, _ = strings.Cut(h.Get("Content-Type"), ";")
	}
	return strings.ToLower(strings.TrimSpace(mt))
}

func encoded(h http.Header) bool {
	e := strings.ToLower(h.Get("Content-Encoding"))
	return e != "" && e != "identity"
}

// requestID is the provider's id of the request, by the headers of OpenAI, Anthropic and OpenRouter.
func (c *Client) requestID(h http.Header) string {
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Generation-Id"} {
		if id := h.Get(name); id != "" {
			return clip(c.Redact(id), 200)
		}
	}
	return ""
}
