package wire

import (
	"net/http"
	"time"

	"bakeoff/backend/bakeoff"
)

func parseHTTPDate(s string) (time.Time, error) { return http.ParseTime(s) }

// rule is one line of the table that turns a fault into a code: a machine-readable word or a phrase of the message
// decides before the status does. The order matters: money before patience, since both come as 429.
type rule struct {
	code    bakeoff.Code
	words   []string // "*x" matches every word that ends in x
	phrases []string
}

// The words and phrases are those of the providers' error references and of what their servers answer, November 2026.
var rules = []rule{
	{bakeoff.CodeContextTooLong, []string{"context_length_exceeded", "context_window_exceeded", "model_context_window_exceeded"},
		[]string{"context length", "context window", "maximum context", "context size", "prompt is too long", "input token count exceeds", "exceeds the maximum number of tokens", "reduce the length of the messages"}},
	{bakeoff.CodeNoCredit, []string{"insufficient_quota", "credit_balance_exhausted", "*_spend_limit_exceeded", "organization_usage_limit_exceeded", "billing_error", "billing_hard_limit_reached", "billing_not_active", "insufficient_credits", "insufficient_balance", "payment_required", "budget_exceeded"},
		[]string{"credit balance", "insufficient balance", "insufficient credit", "insufficient funds", "spend limit", "spending limit", "prepayment credits", "requires more credits", "usage limits. you will regain"}},
	{bakeoff.CodeRefused, []string{"content_policy_violation", "content_filter", "moderation_blocked", "content_policy", "safety", "prohibited_content", "moderation", "invalid_prompt", "bio_policy", "cyber_policy"},
		[]string{"content policy", "content management policy", "usage policy", "requires moderation", "was flagged", "safety system", "violating our usage"}},
	{bakeoff.CodeAuth, []string{"invalid_api_key", "authentication_error", "unauthenticated", "api_key_invalid", "incorrect_api_key", "invalid_token"},
		[]string{"api key not valid", "invalid api key", "incorrect api key", "api key expired", "invalid x-api-key"}},
	{bakeoff.CodeModelMissing, []string{"model_not_found", "deploymentnotfound", "model_decommissioned", "model_not_available", "invalid_model"},
		[]string{"model not found", "is not a valid model", "model does not exist", "no such model", "unknown model", "is not found for api version", "no endpoints found for"}},
	{bakeoff.CodeTooLarge, []string{"request_too_large", "payload_too_large"}, []string{"request too large for"}},
	{bakeoff.CodeOverloaded, []string{"overloaded_error", "engine_overloaded", "overloaded", "capacity_exceeded", "server_busy"},
		[]string{"overloaded", "server busy", "over capacity", "at capacity"}},
	{bakeoff.CodeRateLimited, []string{"rate_limit_exceeded", "rate_limit_error", "slow_down", "resource_exhausted", "rate_limited", "rate_limit", "too_many_requests"},
		[]string{"rate limit"}},
	{bakeoff.CodeForbidden, []string{"permission_error", "permission_denied", "unsupported_country_region_territory"}, nil},
	{bakeoff.CodeTimeout, []string{"timeout_error", "request_timeout", "deadline_exceeded"}, nil},
	{bakeoff.CodeProvider, []string{"server_error", "api_error", "internal", "internal_error", "internal_server_error", "unavailable", "service_unavailable", "upstream_error", "bad_gateway", "provider_unavailable"}, nil},
	{bakeoff.CodeModelMissing, []string{"not_found_error", "not_found"}, nil},
	{bakeoff.CodeInvalid, []string{"invalid_request_error", "invalid_argument", "failed_precondition", "bad_request"}, nil},
}

// Statuses that mean one thing only. The body's words come before the others' meaning.
func (f *fault) code(status int) bakeoff.Code {
	switch status {
	case http.StatusUnauthorized:
		return bakeoff.CodeAuth
	case http.StatusPaymentRequired:
		return bakeoff.CodeNoCredit
	case http.StatusRequestEntityTooLarge:
		if !f.says("context", "too long") {
			return bakeoff.CodeTooLarge
		}
	}
	for _, r := range rules {
		if f.has(r.words...) && !f.general(r, status) || f.says(r.phrases...) {
			return r.code
		}
	}
	return byStatus(status, f.json)
}

// general reports whether a word of r says less than the status does: Anthropic and OpenAI call most of what they refuse
// "invalid_request_error", also a model that does not exist; Google calls a used-up limit and a rate "resource_exhausted".
func (f *fault) general(r rule, status int) bool {
	switch r.code {
	case bakeoff.CodeInvalid, bakeoff.CodeTimeout, bakeoff.CodeProvider:
		return status >= 400 && status != http.StatusBadRequest
	}
	return false
}

// byStatus is what a status means when the body tells nothing better.
func byStatus(status int, structured bool) bakeoff.Code {
	switch {
	case status == http.StatusForbidden, status == http.StatusUnavailableForLegalReasons:
		return bakeoff.CodeForbidden
	case status == http.StatusNotFound && structured, status == http.StatusGone:
		return bakeoff.CodeModelMissing
	case status == http.StatusNotFound, status == http.StatusMethodNotAllowed:
		return bakeoff.CodeNotFound
	case status == http.StatusRequestTimeout:
		return bakeoff.CodeTimeout
	case status == http.StatusTooManyRequests:
		return bakeoff.CodeRateLimited
	case status == 529, status == 498: // Anthropic's and Groq's own statuses for "no capacity"
		return bakeoff.CodeOverloaded
	case status >= 500:
		return bakeoff.CodeProvider
	case status == 0:
		return bakeoff.CodeProvider // an error in the middle of a stream, in words unknown to us
	}
	return bakeoff.CodeInvalid
}
