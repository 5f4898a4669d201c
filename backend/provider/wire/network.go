package wire

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/url"
	"strings"
	"syscall"

	"bakeoff/backend/bakeoff"
)

// network names the code and the sentence of an error that is no answer of the provider.
func (c *Client) network(err error) (bakeoff.Code, string) {
	label := c.o.Label
	if code, message, ok := c.stopped(err); ok {
		return code, message
	}
	if code, message, ok := c.unreadable(err); ok {
		return code, message
	}
	var broken *brokenOff
	var asked *url.Error // http.Client wraps what went wrong before the headers, and only that
	if errors.As(err, &broken) || errors.Is(err, io.ErrUnexpectedEOF) && !errors.As(err, &asked) {
		return bakeoff.CodeTruncated, label + " broke off in the middle of the answer. What arrived is kept. Run it again for a whole answer."
	}
	if message, ok := c.insecure(err); ok {
		return bakeoff.CodeUnreachable, message
	}
	return c.unreachable(err)
}

// stopped tells the ends that we or the clock chose.
func (c *Client) stopped(err error) (bakeoff.Code, string, bool) {
	var timeout net.Error
	var op *net.OpError
	switch {
	case errors.As(err, &op) && op.Op == "dial" && op.Timeout():
		return bakeoff.CodeTimeout, "Nothing answers at " + c.host() + ": no connection came about in time. Check the address of " + c.o.Label + ", whether that machine is on, and whether a firewall is in between.", true
	case errors.Is(err, context.Canceled):
		return bakeoff.CodeInternal, "The request was stopped before it ended. Run it again when you want it.", true
	case errors.Is(err, context.DeadlineExceeded):
		return bakeoff.CodeTimeout, c.o.Label + " did not answer in time. Try again in a moment.", true
	case errors.As(err, &timeout) && timeout.Timeout():
		return bakeoff.CodeTimeout, c.o.Label + " could not be reached in time at " + c.host() + ". Check the connection and try again.", true
	}
	return "", "", false
}

// unreadable tells what arrived but is not the protocol.
func (c *Client) unreadable(err error) (bakeoff.Code, string, bool) {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	text := err.Error()
	switch {
	case errors.Is(err, ErrLineTooLong), errors.Is(err, bufio.ErrTooLong):
		return bakeoff.CodeInvalid, c.o.Label + " sent a single line of more than 8 MB and was stopped there. Check the address of the endpoint.", true
	case errors.As(err, &syntax), errors.As(err, &kind):
		return bakeoff.CodeInvalid, c.o.Label + " sent something that cannot be read as a model's reply. Check the address of the endpoint, and try again.", true
	case strings.Contains(text, "response headers exceeded"):
		return bakeoff.CodeInvalid, c.o.Label + " sent absurdly long headers and was stopped there. Check the address of the endpoint.", true
	case strings.Contains(text, "malformed HTTP"), strings.Contains(text, "malformed MIME"), strings.Contains(text, "invalid header"):
		return bakeoff.CodeInvalid, "What answers at " + c.host() + " does not speak HTTP. Check the address: its port, and https instead of http.", true
	}
	return "", "", false
}

// insecure tells why a TLS connection is not trusted. There is no switch to trust it all the same.
func (c *Client) insecure(err error) (string, bool) {
	var (
		invalid  x509.CertificateInvalidError
		wrongFor x509.HostnameError
		unknown  x509.UnknownAuthorityError
		record   tls.RecordHeaderError
		alert    tls.AlertError
		verify   *tls.CertificateVerificationError
	)
	host := c.host()
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "The certificate of " + host + " has expired or is not valid yet, so nothing was sent. Check this computer's clock; else wait until the provider renews it.", true
	case errors.As(err, &wrongFor):
		return "The certificate shown at " + host + " belongs to another host, so nothing was sent. Check the address and the network you are in.", true
	case errors.As(err, &unknown):
		return "The certificate of " + host + " comes from an issuer that this computer does not trust, so nothing was sent. Check the address, or install the issuer's certificate in the system.", true
	case errors.As(err, &record), strings.Contains(err.Error(), "server gave HTTP response to HTTPS client"):
		return "What answers at " + host + " does not speak TLS. Check the address: its port, and http instead of https for a server on this machine.", true
	case errors.As(err, &alert), errors.As(err, &verify), errors.As(err, &invalid):
		return "No secure connection to " + host + " came about, so nothing was sent. Check the address and the network you are in.", true
	}
	return "", false
}

// unreachable tells why no answer began.
func (c *Client) unreachable(err error) (bakeoff.Code, string) {
	label, host := c.o.Label, c.host()
	var dns *net.DNSError
	var op *net.OpError
	refused := errors.Is(err, syscall.ECONNREFUSED) || strings.Contains(err.Error(), "refused")
	switch {
	case errors.As(err, &op) && op.Op == "proxyconnect":
		return bakeoff.CodeUnreachable, "The proxy on the way to " + label + " does not answer. Check the variable BAKEOFF_PROXY."
	case errors.As(err, &dns):
		return bakeoff.CodeUnreachable, "The name " + c.name() + " was not found (DNS). Check how the address of " + label + " is written, and the internet connection."
	case refused && c.o.Local:
		return bakeoff.CodeUnreachable, label + " does not answer at " + host + ". Start it and try again."
	case refused:
		return bakeoff.CodeUnreachable, label + " accepts no connection at " + host + ". Check the address and try again."
	case c.o.Local:
		return bakeoff.CodeUnreachable, label + " closed the connection at " + host + " without an answer. Look whether it is still running, and try again."
	}
	return bakeoff.CodeUnreachable, label + " cannot be reached at " + host + ". Check the internet connection and try again."
}

// name is the endpoint's host without a port.
func (c *Client) name() string {
	if c.o.BaseURL == nil {
		return "of its address"
	}
	return c.o.BaseURL.Hostname()
}

// host is the endpoint's host:port for sentences.
func (c *Client) host() string {
	if c.o.BaseURL == nil {
		return "its address"
	}
	return c.o.BaseURL.Host
}
