package wiring

import (
	"net/url"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
)

// DefaultAddress is the AddressSource of an endpoint whose address is the vendor's own.
const DefaultAddress = "default"

// endpoint is a service as the environment of this process has it. It does not change.
type endpoint struct {
	service
	url           *url.URL // nil for demo, and when the address is missing or unusable
	addressSource string   // DefaultAddress or a variable; empty for demo
	addressGiven  bool     // by a variable, usable or not
	key           string
	keySource     string
	place         bakeoff.Place
	problem       *bakeoff.Error // why nothing can be asked there; nil when it can
	provider      provider.Provider
}

// find reads a service out of the environment.
func find(s service, getenv func(string) string) endpoint {
	e := endpoint{service: s, place: bakeoff.PlaceCloud}
	if s.kind == KindDemo {
		e.place = bakeoff.PlaceDemo
		return e
	}
	e.readAddress(getenv)
	e.readKey(getenv)
	// A vendor's endpoint that was pointed at a server on this machine stays a cloud endpoint: what listens there is a
	// proxy or gateway, and it forwards.
	if s.own && (e.url == nil || loopback(e.url.Hostname())) {
		e.place = bakeoff.PlaceLocal
	}
	if e.problem == nil && e.key != "" && e.url.Scheme == "http" && !loopback(e.url.Hostname()) {
		e.problem = invalid(s.address + " is a plain http address on another machine, where the key could be read on its way. Use https and start Bakeoff again.")
	}
	return e
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
		e.problem = &bakeoff.Error{
			Code:    bakeoff.CodeAuth,
			Message: e.label + " has no key. Set " + strings.Join(e.keys, " or ") + " and start Bakeoff again.",
		}
	case strings.ContainsFunc(e.key, func(r rune) bool { return r <= ' ' || r > '~' }) && e.problem == nil:
		e.problem = invalid(e.keySource + " holds characters that no key has. Copy the key again and start Bakeoff again.")
	}
}

// listed reports whether the endpoint belongs into a list: a server of one's own only where an address was given for it.
func (e *endpoint) listed() bool {
	return !e.own || e.base != "" || e.kind == KindDemo || e.addressGiven
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

// clean trims what copying a value around leaves at its ends.
func clean(value string) string { return strings.TrimSpace(value) }

func invalid(sentence string) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
