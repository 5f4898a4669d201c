package openai

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"
)

// Config describes one endpoint. A base URL is all it needs.
type Config struct {
	Service string            // "openai", "openrouter", ...; see ServiceNamed
	Label   string            // for sentences; empty: the service's name
	BaseURL string            // with the API path: "https://api.openai.com/v1"
	Key     string            // empty for servers that want none
	KeyName string            // the variable that holds the key, for sentences
	Headers map[string]string // of the user, with every request
	Local   bool              // a server on this machine
	Proxy   func(*http.Request) (*url.URL, error)
	Border  *wire.Border // nil: none
}

// Provider serves the models of one endpoint. Safe for concurrent use.
type Provider struct {
	service Service
	label   string
	form    form
	key     string
	wire    *wire.Client
	http    *http.Client
	lists   parameterLists
}

// New returns the provider of the endpoint at c.BaseURL. A bad address makes every request fail with a sentence.
func New(c Config) *Provider {
	service := ServiceNamed(c.Service)
	if c.Label == "" {
		c.Label = service.Name
	}
	base := strings.TrimRight(c.BaseURL, "/")
	u, err := url.Parse(base)
	place := form{base: base}
	if err != nil {
		u = nil
	} else {
		place = formOf(u)
	}
	client := wire.NewClient(wire.Options{Label: c.Label, BaseURL: u, Key: c.Key, KeyName: c.KeyName, Headers: c.Headers, Local: c.Local, Proxy: c.Proxy, Border: c.Border})
	return &Provider{service: service, label: c.Label, form: place, key: c.Key, wire: client, http: client.HTTP()}
}

// Prepare warms the connection and tells what will not be applied.
func (p *Provider) Prepare(ctx context.Context, req provider.Request) (provider.Facts, error) {
	p.wire.Warm(ctx)
	plan := p.plan(req)
	return provider.Facts{NotApplied: plan.notApplied, Warnings: plan.warnings}, nil
}

// Stream asks a model; see provider.Provider.
func (p *Provider) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return p.wire.Guard(func(yield func(provider.Event, error) bool) {
		plan := p.plan(req)
		if plan.responses {
			p.streamResponses(ctx, req, plan, yield)
			return
		}
		p.streamChat(ctx, req, plan, yield)
	})
}

// fail turns any error into one for the user. A read that our own context ended returns that context's cause, which may
// be anything: the context decides.
func (p *Provider) fail(ctx context.Context, err error) error {
	if end := ctx.Err(); end != nil && !errors.Is(err, end) {
		err = fmt.Errorf("%w: %w", end, err)
	}
	return p.wire.Err(err)
}

// broken is the failure that a finish reason names.
func (p *Provider) broken(reason string) *bakeoff.Error {
	switch reason {
	case "error":
		return &bakeoff.Error{Code: bakeoff.CodeProvider, HTTPStatus: http.StatusOK, Message: p.label + " failed in the middle of the answer; what arrived is kept. Run it again."}
	case "insufficient_system_resource":
		return &bakeoff.Error{Code: bakeoff.CodeOverloaded, HTTPStatus: http.StatusOK, Message: p.label + " ran out of capacity in the middle of the answer; what arrived is kept. Run it again later."}
	}
	return nil
}

// filtered is what a content filter did: without any text it refused, else it ended the answer early.
func (p *Provider) filtered() *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeRefused, HTTPStatus: http.StatusOK, Message: p.label + "'s content filter refused to answer. Word the prompt differently, or ask another model."}
}

const filteredWarning = "The provider's content filter ended this answer early."
