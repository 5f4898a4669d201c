package anthropic

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/option"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"
)

// Config describes one endpoint that speaks the Messages API.
type Config struct {
	Label   string // for sentences; empty: "Anthropic"
	BaseURL string // without "/v1"; empty: "https://api.anthropic.com"
	Key     string
	KeyName string            // the variable that holds the key
	Headers map[string]string // of the user, with every request
	Local   bool              // the server is on this machine
	Proxy   func(*http.Request) (*url.URL, error)
	Border  *wire.Border // nil: none
}

// Provider serves the models of one endpoint. Safe for concurrent use.
type Provider struct {
	wire   *wire.Client
	client sdk.Client
}

var _ provider.Provider = (*Provider)(nil)

// New returns the provider of an endpoint. A bad address makes every request fail with a sentence.
func New(c Config) *Provider {
	if c.Label == "" {
		c.Label = "Anthropic"
	}
	if c.BaseURL == "" {
		c.BaseURL = "https://api.anthropic.com"
	}
	base, err := url.Parse(strings.TrimRight(c.BaseURL, "/"))
	if err != nil {
		base = &url.URL{}
	}
	w := wire.NewClient(wire.Options{Label: c.Label, BaseURL: base, Key: c.Key, KeyName: c.KeyName, Headers: c.Headers, Local: c.Local, Proxy: c.Proxy, Border: c.Border})
	options := []option.RequestOption{
		option.WithoutEnvironmentDefaults(),
		option.WithBaseURL(base.String()),
		option.WithHTTPClient(w.HTTP()),
		option.WithMaxRetries(0),
	}
	if c.Key != "" {
		options = append(options, option.WithAPIKey(c.Key))
	}
	return &Provider{wire: w, client: sdk.NewClient(options...)}
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

// Stream asks a model; see provider.Provider.
func (p *Provider) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return p.wire.Guard(func(yield func(provider.Event, error) bool) {
		var resp *http.Response
		err := p.client.Post(wire.Expect(ctx, "text/event-stream"), "v1/messages", body(req), &resp, option.WithHeader("Accept", "text/event-stream"))
		if err != nil {
			yield(provider.Event{}, p.wire.Err(err))
			return
		}
		defer resp.Body.Close()
		p.read(resp, yield)
	})
}

// read yields what the events say until message_stop. Ending without it is an answer that broke off, as the engine says.
func (p *Provider) read(resp *http.Response, yield func(provider.Event, error) bool) {
	events := wire.NewSSE(resp.Body)
	r := reply{requestID: resp.Header.Get("Request-Id"), usage: tally{}, yield: yield}
	for {
		event, data, err := events.Next()
		if err == io.EOF {
			return
		}
		var f frame
		ok := false
		if err == nil {
			f, ok, err = decode(event, data)
		}
		switch {
		case err != nil:
			yield(provider.Event{}, p.wire.Err(err))
			return
		case ok && f.name == "error":
			provider.Fail(yield, r.spent(), p.wire.StreamError(data))
			return
		case ok && !r.take(&f):
			return
		}
	}
}

// reply collects what the events of one answer tell.
type reply struct {
	yield     func(provider.Event, error) bool
	requestID string // from the header, or the message's own
	model     string
	reason    string
	usage     tally
	tool      bool
	wrote     bool // some of the answer came
}

// take passes on one event; false ends the reading.
func (r *reply) take(f *frame) bool {
	switch f.name {
	case "message_start":
		return r.begin(f)
	case "content_block_start":
		return r.block(f)
	case "content_block_delta":
		return r.text(f.Delta.Text, f.Delta.Thinking)
	case "message_delta":
		if f.Delta.StopReason != "" {
			r.reason = f.Delta.StopReason
		}
		r.usage.add(f.Usage)
		return true
	}
	// message_stop
	if r.reason == "refusal" && !r.wrote {
		provider.Fail(r.yield, r.spent(), &bakeoff.Error{
			Code: bakeoff.CodeRefused, HTTPStatus: http.StatusOK,
			Message: "The model declined to answer this prompt. Word the prompt differently, or ask another model.",
		})
		return false
	}
	r.yield(provider.Event{Kind: provider.KindFinish, Finish: r.finish()}, nil)
	return false
}

func (r *reply) begin(f *frame) bool {
	r.model = f.Message.Model
	r.usage.add(f.Message.Usage)
	delete(r.usage, "output_tokens") // how many there are when it begins, which is no result
	if r.requestID == "" {
		r.requestID = f.Message.ID
	}
	return r.yield(provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{ResolvedModel: r.model, RequestID: r.requestID}}, nil)
}

// block announces thinking, whose text may be withheld, and passes on text that stands in the block's beginning.
func (r *reply) block(f *frame) bool {
	switch f.Block.Type {
	case "thinking", "redacted_thinking":
		if !r.yield(provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{Thinking: true}}, nil) {
			return false
		}
	case "tool_use", "server_tool_use":
		r.tool = true
	}
	return r.text(f.Block.Text, f.Block.Thinking)
}

func (r *reply) text(answer, thinking string) bool {
	r.wrote = r.wrote || answer != ""
	return (thinking == "" || r.yield(provider.Reasoning(thinking), nil)) && (answer == "" || r.yield(provider.Text(answer), nil))
}

func (r *reply) spent() (s provider.Spent) {
	s.Usage, s.Modifiers = readUsage(r.usage.raw())
	return s
}

func (r *reply) finish() *provider.Finish {
	usage, modifiers := readUsage(r.usage.raw())
	f := &provider.Finish{Reason: r.reason, ResolvedModel: r.model, RequestID: r.requestID, Usage: usage, Modifiers: modifiers}
	switch r.reason {
	case "max_tokens", "model_context_window_exceeded":
		f.Cut = true
	case "refusal":
		f.Warnings = append(f.Warnings, "The model declined to answer this prompt; what it wrote before that is kept.")
	case "tool_use", "pause_turn":
		r.tool = true
	}
	if r.tool {
		f.Warnings = append(f.Warnings, "The model used a tool. Bakeoff shows its text only.")
	}
	return f
}
