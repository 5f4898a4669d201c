package openai

import (
	"net/http"
	"net/url"
)

// Azure serves the protocol in two forms. The newer one, /openai/v1, is the protocol itself; the older one puts the
// deployment into the path and its date into the query: POST /openai/deployments/NAME/chat/completions?api-version=DATE.
// An address with an api-version means the older form. In both, what is asked for is the name of a deployment, and the key
// goes in a header of its own. Source: learn.microsoft.com/azure/ai-foundry/openai/reference, 2026-11-23.

const apiVersion = "api-version"

// form is how the service's paths are made from an address.
type form struct {
	base    string // without a slash at its end and without a query
	version string // of Azure's older form; empty: the protocol's own paths
}

func formOf(u *url.URL) form {
	version := u.Query().Get(apiVersion)
	plain := *u
	plain.RawQuery = ""
	return form{base: plain.String(), version: version}
}

// chat is what goes before /chat/completions for a model.
func (f form) chat(model string) string {
	if f.version == "" {
		return f.base
	}
	return f.base + "/deployments/" + url.PathEscape(model)
}

// finish gives a request what the service wants beside the protocol: the version in the query, the key in its header.
func (p *Provider) finish(req *http.Request) {
	if p.form.version != "" {
		req.URL.RawQuery = url.Values{apiVersion: {p.form.version}}.Encode()
	}
	if header := p.service.KeyHeader; header != "" && p.key != "" {
		req.Header.Del("Authorization")
		req.Header.Set(header, p.key)
	}
}
