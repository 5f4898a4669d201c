package bakeoff

import (
	"errors"
	"time"
)

// Code classifies what went wrong, for a program to act on.
type Code string

const (
	CodeUnreachable    Code = "unreachable"
	CodeAuth           Code = "auth"
	CodeForbidden      Code = "forbidden"
	CodeRateLimited    Code = "rate_limited"
	CodeNoCredit       Code = "no_credit"
	CodeModelMissing   Code = "model_missing"
	CodeContextTooLong Code = "context_too_long"
	CodeTooLarge       Code = "too_large"
	CodeRefused        Code = "refused"    // content policy
	CodeOverloaded     Code = "overloaded" // the provider is busy
	CodeProvider       Code = "provider"   // the provider failed
	CodeTimeout        Code = "timeout"
	CodeTruncated      Code = "truncated"
	CodeInvalid        Code = "invalid" // we or they sent something that cannot be used
	CodeNotFound       Code = "not_found"
	CodeLocalOnly      Code = "local_only"  // refused before anything was sent
	CodeOverBudget     Code = "over_budget" // refused before anything was sent: a cap of the user's
	CodeUnconfirmed    Code = "unconfirmed" // refused before anything was sent: allowed once the user has said yes to its cost
	CodeInternal       Code = "internal"
)

// ErrSaved is the cause when the history has what is to be saved already, under the same id.
var ErrSaved = errors.New("the history has it already")

// Error is an error that a user may see. Message is one or two sentences with the next step and holds no key, no
// header and no prompt text. Detail is the provider's own words, redacted and capped, for the folded details of an
// error box: it may quote the prompt, so it is stored and shown but never logged. Err is the cause, for errors.Is.
type Error struct {
	Code       Code
	Message    string
	Detail     string
	HTTPStatus int           // 0 when there was none
	RetryAfter time.Duration // 0 when the provider did not say
	Err        error
}

func (e *Error) Error() string { return string(e.Code) + ": " + e.Message }
func (e *Error) Unwrap() error { return e.Err }

// AsError returns err as an *Error: its own one if it wraps one, else an internal error around it.
func AsError(err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return &Error{Code: CodeInternal, Message: "Something went wrong inside Bakeoff. Run it again; `bakeoff doctor` tells more.", Err: err}
}
