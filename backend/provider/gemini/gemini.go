package gemini

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"
)

// Config describes one endpoint.
type Config struct {
	Label   string // for sentences; empty: "Google"
	BaseURL string // without "/v1beta"; empty: "https://generativelanguage.googleapis.com"
	Key     string
	KeyName string            // the variable that holds the key
	Headers map[string]string // of the user, with every request
	Local   bool              // the server is on this machine
	Proxy   func(*http.Request) (*url.URL, error)
	Border  *wire.Border // nil: none
}

// Provider serves the models of one endpoint. Safe for concurrent use.
type Provider struct {
	wire *wire.Client
	http *http.Client
	base *url.URL
	key  string
}

var _ provider.Provider = (*Provider)(nil)

// New returns the provider of an endpoint. A bad address makes every request fail with a sentence.
func New(c Config) *Provider {
	if c.Label == "" {
		c.Label = "Google"
	}
	if c.BaseURL == "" {
		c.BaseURL = "https://generativelanguage.googleapis.com"
	}
	base, err := url.Parse(strings.TrimRight(c.BaseURL, "/"))
	if err != nil {
		base = &url.URL{}
	}
	w := wire.NewClient(wire.Options{Label: c.Label, BaseURL: base, Key: c.Key, KeyName: c.KeyName, Headers: c.Headers, Local: c.Local, Proxy: c.Proxy, Border: c.Border})
	return &Provider{wire: w, http: w.HTTP(), base: base, key: c.Key}
}

// Prepare warms the connection and tells which settings the model does not take.
func (p *Provider) Prepare(ctx context.Context, req provider.Request) (provider.Facts, error) {
	p.wire.Warm(ctx)
	plan := planFor(req.Model, req.Params)
	return provider.Facts{NotApplied: plan.notApplied, Warnings: plan.warnings}, nil
}

// Foresee tells what will not be applied; see provider.Foreseer.
func (p *Provider) Foresee(req provider.Request) provider.Foresight {
	plan := planFor(req.Model, req.Params)
	return provider.Foresight{NotApplied: plan.notApplied, Warnings: plan.warnings, Problem: plan.problem}
}

// do sends a request; the key goes into a header, never into the address.
func (p *Provider) do(ctx context.Context, method, path string, query url.Values, body []byte) (*http.Response, error) {
	address := p.base.JoinPath("v1beta", path)
	address.RawQuery = query.Encode()
	req, err := http.NewRequestWithContext(ctx, method, address.String(), bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if p.key != "" {
		req.Header.Set("X-Goog-Api-Key", p.key)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return p.http.Do(req)
}

// Stream asks a model; see provider.Provider.
func (p *Provider) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return p.wire.Guard(func(yield func(provider.Event, error) bool) {
		raw, err := encode(req)
		if err != nil {
			yield(provider.Event{}, p.wire.Err(err))
			return
		}
		path := "models/" + strings.TrimPrefix(req.Model, "models/") + ":streamGenerateContent"
		resp, err := p.do(wire.Expect(ctx, "text/event-stream"), http.MethodPost, path, url.Values{"alt": {"sse"}}, raw)
		if err != nil {
			yield(provider.Event{}, p.wire.Err(err))
			return
		}
		defer resp.Body.Close()
		p.read(resp.Body, yield)
	})
}

// read yields what the chunks say until the stream ends. It reads on after a finish reason: the usage may come behind it,
// and early models put "STOP" on every chunk. What goes wrong from then on cannot spoil an answer that is complete. Ending
// without a finish reason is an answer that broke off, as the engine says.
func (p *Provider) read(body io.Reader, yield func(provider.Event, error) bool) {
	events := wire.NewSSE(body)
	var r reply
	for {
		_, data, err := events.Next()
		var c chunk
		if err == nil {
			err = json.Unmarshal(data, &c)
		}
		switch {
		case err != nil && r.reason != "":
			p.finish(&r, yield)
			return
		case err == io.EOF:
			return
		case err != nil:
			yield(provider.Event{}, p.wire.Err(err))
			return
		case provided(c.Error):
			provider.Fail(yield, r.spent(), p.wire.StreamError(data))
			return
		case !r.take(&c, yield):
			return
		}
	}
}

// finish yields the end of an answer: a refusal is an error with what was written before it kept.
func (p *Provider) finish(r *reply, yield func(provider.Event, error) bool) {
	if why, refused := refusals[r.reason]; refused {
		provider.Fail(yield, r.spent(), &bakeoff.Error{
			Code:    bakeoff.CodeRefused,
			Message: "The answer was withheld by the provider's content rules (" + why + "). Change the prompt, or ask another model.",
			Detail:  r.detail, HTTPStatus: http.StatusOK,
		})
		return
	}
	yield(provider.Event{Kind: provider.KindFinish, Finish: r.finish()}, nil)
}

// refusals are finish and block reasons by which content rules end an answer. Source: the API reference, 2026-11-23.
var refusals = map[string]string{
	"SAFETY": "safety", "RECITATION": "recitation", "BLOCKLIST": "blocklist", "PROHIBITED_CONTENT": "prohibited content",
	"SPII": "personal data", "LANGUAGE": "language", "IMAGE_SAFETY": "image safety", "OTHER": "no reason was given",
}
