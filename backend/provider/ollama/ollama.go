package ollama

import (
	"bytes"
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"

	"github.com/ollama/ollama/api"
)

// Config describes one Ollama server.
type Config struct {
	Label   string            // for sentences; empty: "Ollama"
	BaseURL string            // "http://127.0.0.1:11434"
	Key     string            // for a server behind a proxy that wants a bearer token; usually empty
	KeyName string            // the variable that holds it
	Headers map[string]string // of the user, with every request
	Local   bool              // the server is on this machine
	Proxy   func(*http.Request) (*url.URL, error)
	Border  *wire.Border // nil: none
}

// Provider serves the models of one Ollama server. Safe for concurrent use.
type Provider struct {
	label  string
	base   *url.URL
	key    string
	local  bool
	wire   *wire.Client
	http   *http.Client
	api    *api.Client
	shows  showCache
	images imageCheck
	loaded loadedModels
}

// New returns the provider of the server at c.BaseURL. A bad address makes every request fail with a sentence.
func New(c Config) *Provider {
	if c.Label == "" {
		c.Label = "Ollama"
	}
	base, err := url.Parse(strings.TrimRight(c.BaseURL, "/"))
	if err != nil {
		base = &url.URL{}
	}
	p := &Provider{label: c.Label, base: base, key: c.Key, local: c.Local}
	p.wire = wire.NewClient(wire.Options{Label: c.Label, BaseURL: base, Key: c.Key, KeyName: c.KeyName, Headers: c.Headers, Local: c.Local, Proxy: c.Proxy, Border: c.Border})
	p.http = p.wire.HTTP()
	if c.Key != "" {
		p.http.Transport = bearer{c.Key, p.wire}
	}
	p.api = api.NewClient(base, p.http)
	return p
}

// bearer adds the key to each request.
type bearer struct {
	key  string
	next http.RoundTripper
}

func (b bearer) RoundTrip(req *http.Request) (*http.Response, error) {
	req = req.Clone(req.Context())
	req.Header.Set("Authorization", "Bearer "+b.key)
	return b.next.RoundTrip(req)
}

// Stream asks a model; see provider.Provider.
func (p *Provider) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return p.wire.Guard(func(yield func(provider.Event, error) bool) {
		body, err := p.open(ctx, req)
		if err != nil {
			yield(provider.Event{}, p.fail(req.Model, err))
			return
		}
		defer body.Close()
		p.read(ctx, req, body, yield)
	})
}

// open sends the prompt and returns the body of the answer.
func (p *Provider) open(ctx context.Context, req provider.Request) (io.ReadCloser, error) {
	if err := p.stayHere(ctx, &req); err != nil {
		return nil, err
	}
	raw, err := encode(req, p.plan(req))
	if err != nil {
		return nil, err
	}
	p.loaded.asked(req.Model, numCtx(req.Params) > 0)
	post, err := http.NewRequestWithContext(wire.Expect(ctx, "application/x-ndjson"), http.MethodPost, p.base.JoinPath("api/chat").String(), bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/json")
	post.Header.Set("Accept", "application/x-ndjson")
	resp, err := p.http.Do(post)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// stayHere refuses a forwarded model under local only. When Prepare could not tell, the server is asked now: a prompt
// must not leave because a list was slow.
func (p *Provider) stayHere(ctx context.Context, req *provider.Request) error {
	if !p.wire.Confined(ctx) {
		return nil
	}
	if req.Facts.RemoteHost == "" && req.Facts.Openness == "" {
		facts, err := p.Prepare(provider.WithTrace(ctx, nil), *req)
		if err != nil {
			return err
		}
		req.Facts = facts
	}
	switch {
	case req.Facts.RemoteHost != "":
		return p.forwarded(req.Model, req.Facts.RemoteHost)
	case req.Facts.Openness == "":
		return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, and " + p.label + " does not tell whether " + shortName(req.Model) + " runs on this machine: nothing was sent. Try again, or turn Local only off."}
	}
	return nil
}

func (p *Provider) forwarded(model, host string) error {
	return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, and " + p.label + " would send the prompt for " + shortName(model) + " on to " + host + ". Turn Local only off, or choose a model that runs here."}
}

// read yields what the lines say until the line that is marked done.
func (p *Provider) read(ctx context.Context, req provider.Request, body io.Reader, yield func(provider.Event, error) bool) {
	lines := wire.NewLines(body)
	told := false
	var c chunk
	for {
		line, err := lines.Next()
		if err == io.EOF {
			return // without the done mark: truncated, as the engine will say
		}
		if err != nil {
			yield(provider.Event{}, p.fail(req.Model, err))
			return
		}
		err = decode(line, &c)
		switch {
		case err != nil:
			yield(provider.Event{}, p.fail(req.Model, err))
			return
		case len(c.Error) > 0 && string(c.Error) != "null":
			yield(provider.Event{}, p.explain(req.Model, p.wire.StreamError(line)))
			return
		}
		if !told {
			told = true
			if !yield(provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{ResolvedModel: c.Model, RemoteHost: c.remote()}}, nil) {
				return
			}
			if c.remote() != "" && p.wire.Confined(ctx) {
				yield(provider.Event{}, p.forwarded(req.Model, c.remote()))
				return
			}
		}
		if !c.deliver(yield) || c.Done {
			return
		}
	}
}

// deliver yields the events of one line; false when the reader left.
func (c *chunk) deliver(yield func(provider.Event, error) bool) bool {
	if c.Message.Thinking != "" && !yield(provider.Reasoning(c.Message.Thinking), nil) {
		return false
	}
	if c.Message.Content != "" && !yield(provider.Text(c.Message.Content), nil) {
		return false
	}
	return !c.Done || yield(provider.Event{Kind: provider.KindFinish, Finish: c.finish()}, nil)
}
