package wiring

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
	"bakeoff/backend/secret"
)

// DefaultAddress is the AddressSource of an endpoint whose address is the vendor's own.
const DefaultAddress = "default"

// AzureVersionVariable names the API version of an Azure resource that is asked in the older form.
const AzureVersionVariable = "AZURE_OPENAI_API_VERSION"

// endpoint is a service as the environment of this process, the user's settings and the vault have it. It does not
// change: a change of any of them makes a new one.
type endpoint struct {
	service
	made          bool     // by the user, in Bakeoff
	disabled      bool     // by the user
	locked        bool     // its key is in the locked file of keys
	url           *url.URL // nil for demo, and when the address is missing or unusable
	addressSource string   // DefaultAddress or a variable; empty for demo
	addressGiven  bool     // by a variable, usable or not
	key           string
	headers       map[string]string
	keySource     string // a variable, or a secret.Place
	place         bakeoff.Place
	problem       *bakeoff.Error // why nothing can be asked there; nil when it can
	provider      provider.Provider
}

// stored is what the vault has for an endpoint at an origin.
type stored struct {
	secret.Item
	place secret.Place
}

// find reads a service out of the environment. Where that has no key, a stored one is used, with the address that it was
// entered for: it never follows a variable. kept returns what is stored for an origin; nil when there is nothing.
func find(s service, getenv func(string) string, kept func(origin string) *stored) endpoint {
	e := endpoint{service: s, place: bakeoff.PlaceCloud}
	if s.kind == KindDemo {
		e.place = bakeoff.PlaceDemo
		return e
	}
	e.readAddress(getenv)
	e.readKey(getenv)
	e.useStored(kept)
	// A vendor's endpoint that was pointed at a server on this machine stays a cloud endpoint: what listens there is a
	// proxy or gateway, and it forwards.
	if s.own && !s.forwards && (e.url == nil || loopback(e.url.Hostname())) {
		e.place = bakeoff.PlaceLocal
	}
	if e.problem == nil && (e.key != "" || len(e.headers) > 0) && e.url.Scheme == "http" && !loopback(e.url.Hostname()) {
		e.problem = invalid("The address of " + e.label + " is plain http on another machine, where the key could be read on its way. Use https.")
	}
	return e
}

// useStored takes key and headers from the vault when the environment gave no key. The address is then the one of the
// service, since a variable that names another is no word of the user about this key.
func (e *endpoint) useStored(kept func(origin string) *stored) {
	if e.keySource != "" || e.base == "" || kept == nil {
		return
	}
	u, err := e.baseURL(e.base)
	if err != nil {
		return
	}
	if item := kept(origin(u)); item != nil {
		e.url, e.addressSource, e.problem = u, DefaultAddress, nil
		e.key, e.headers, e.keySource = item.Key, item.Headers, string(item.place)
		if e.key == "" && !e.own && len(e.headers) == 0 {
			e.problem = e.noKey()
		}
	}
}

// origin is scheme, host and port, the port always spelled out.
func origin(u *url.URL) string { return u.Scheme + "://" + hostPort(u) }

func (e *endpoint) noKey() *bakeoff.Error {
	return &bakeoff.Error{
		Code:    bakeoff.CodeAuth,
		Message: e.label + " has no key. Enter one in Models or with `bakeoff keys set " + e.name + "`, or set " + strings.Join(e.keys, " or ") + " and start Bakeoff again.",
	}
}

func (e *endpoint) readAddress(getenv func(string) string) {
	value, source := clean(getenv(e.address)), e.address
	e.addressGiven = value != ""
	if !e.addressGiven {
		value, source = e.base, DefaultAddress
	}
	if value == "" {
		e.problem = invalid(e.label + " has no address. Set " + e.address + ", such as " + e.example() + ", and start Bakeoff again.")
		return
	}
	if version := clean(getenv(AzureVersionVariable)); e.kind == KindAzure && version != "" && !strings.Contains(value, "?") {
		value += "?api-version=" + version
	}
	u, err := e.baseURL(value)
	if err != nil {
		e.problem = bakeoff.AsError(err)
		return
	}
	e.url, e.addressSource = u, source
}

func (e *endpoint) readKey(getenv func(string) string) {
	for _, name := range e.keys {
		if e.key = clean(getenv(name)); e.key != "" {
			e.keySource = name
			break
		}
	}
	switch {
	case e.key == "" && !e.own: // said first: without a key the address does not matter
		e.problem = e.noKey()
	case strings.ContainsFunc(e.key, func(r rune) bool { return r <= ' ' || r > '~' }) && e.problem == nil:
		e.problem = invalid(e.keySource + " holds characters that no key has. Copy the key again and start Bakeoff again.")
	}
}

// listed reports whether the endpoint belongs into a list: one without an address of its own only where one was given.
func (e *endpoint) listed() bool {
	return e.base != "" || e.kind == KindDemo || e.addressGiven
}

// keyVariable is the variable that holds the key, for sentences; empty for a stored key.
func (e *endpoint) keyVariable() string {
	if slices.Contains(e.keys, e.keySource) {
		return e.keySource
	}
	return ""
}

func (e *endpoint) baseText() string {
	if e.url == nil {
		return ""
	}
	return e.url.String()
}

func (e *endpoint) host() string {
	if e.url == nil {
		return ""
	}
	return hostPort(e.url)
}

// local reports whether the endpoint is a model server on this machine.
func (e *endpoint) local() bool { return e.place == bakeoff.PlaceLocal }

func (e *endpoint) compare() compare.Endpoint {
	return compare.Endpoint{Name: e.name, Label: e.label, Host: e.host(), Place: e.place, Provider: e.provider, Problem: e.problem, Gated: e.kind != KindDemo}
}

// same reports whether two endpoints of one name are asked alike.
func (e *endpoint) same(o endpoint) bool {
	problem := func(e *endpoint) string {
		if e.problem == nil {
			return ""
		}
		return e.problem.Message
	}
	return e.label == o.label && e.kind == o.kind && e.baseText() == o.baseText() && e.key == o.key && maps.Equal(e.headers, o.headers) &&
		e.keySource == o.keySource && e.disabled == o.disabled && problem(e) == problem(&o)
}

// clean trims what copying a value around leaves at its ends.
func clean(value string) string { return strings.TrimSpace(value) }

func invalid(sentence string) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
