package wire

import (
	"errors"
	"net/http"

	"bakeoff/backend/bakeoff"
)

// Err turns any error of an SDK or of the transport into one that a user may see; nil stays nil. The cause stays
// reachable for errors.Is and errors.As, but prints without a key.
func (c *Client) Err(err error) *bakeoff.Error {
	if err == nil {
		return nil
	}
	var known *bakeoff.Error
	if errors.As(err, &known) {
		return known
	}
	var status *StatusError
	if errors.As(err, &status) {
		return c.statusError(status, err)
	}
	code, message := c.network(err)
	text := c.Redact(err.Error())
	return &bakeoff.Error{Code: code, Message: message, Detail: clip(text, maxDetail), Err: &cause{text, err}}
}

// cause prints redacted and unwraps to the original.
type cause struct {
	text string
	err  error
}

func (e *cause) Error() string { return e.text }
func (e *cause) Unwrap() error { return e.err }

// StreamError turns an error object that came inside a 200 stream or body into an error that a user may see.
func (c *Client) StreamError(raw []byte) *bakeoff.Error {
	return c.faultError(readFault(raw), &StatusError{Status: http.StatusOK}, nil)
}

func (c *Client) statusError(s *StatusError, err error) *bakeoff.Error {
	f := readFault(s.Body)
	if wait := retryAfter(s.Header); wait > 0 {
		f.wait = wait
	}
	if s.Status >= 300 && s.Status < 400 {
		return c.report(bakeoff.CodeInvalid, c.o.Label+" sent the request on to another address, which is not followed: key and prompt stay with the address they were meant for. Correct it in Models.", f, s, err)
	}
	if s.Status < 300 && isPage(string(s.Body)) {
		return c.report(bakeoff.CodeInvalid, "A web page answers at the address of "+c.o.Label+", not an API. Check the address of the endpoint; for most services it ends in /v1.", f, s, err)
	}
	if s.Status < 300 && !f.json {
		return c.report(bakeoff.CodeInvalid, c.o.Label+" answered with something that is not a model's reply. Check the address of the endpoint.", f, s, err)
	}
	return c.faultError(f, s, err)
}

// faultError finds the code and the sentence for what a provider says about its failure.
func (c *Client) faultError(f fault, s *StatusError, err error) *bakeoff.Error {
	status := s.Status
	if status < 300 {
		status = f.status // the body's own, if any: inside a stream the HTTP status was sent before the failure
	}
	code := f.code(status)
	e := c.report(code, c.sentence(code, f, status), f, s, err)
	if code == bakeoff.CodeRateLimited || code == bakeoff.CodeOverloaded || code == bakeoff.CodeProvider {
		e.RetryAfter = f.wait
	}
	return e
}

func (c *Client) report(code bakeoff.Code, message string, f fault, s *StatusError, err error) *bakeoff.Error {
	return &bakeoff.Error{Code: code, Message: message, Detail: clip(c.Redact(clip(f.message, 2*maxDetail)), maxDetail), HTTPStatus: s.Status, Err: err}
}
