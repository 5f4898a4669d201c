package wire

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
)

func silent() *log.Logger { return log.New(io.Discard, "", 0) }

func TestProvidersFaultsBecomeCodes(t *testing.T) {
	google := func(code int, status, message, details string) string {
		return fmt.Sprintf(`{"error":{"code":%d,"message":%q,"status":%q,"details":[%s]}}`, code, message, status, details)
	}
	openai := func(kind, code, message string) string {
		return fmt.Sprintf(`{"error":{"message":%q,"type":%q,"param":null,"code":%q}}`, message, kind, code)
	}
	anthropic := func(kind, message string) string {
		return fmt.Sprintf(`{"type":"error","error":{"type":%q,"message":%q},"request_id":"req_1"}`, kind, message)
	}
	for _, test := range []struct {
		name   string
		status int
		body   string
		want   bakeoff.Code
	}{
		{"OpenAI context", 400, openai("invalid_request_error", "context_length_exceeded", "This model's maximum context length is 8192 tokens."), bakeoff.CodeContextTooLong},
		{"OpenAI key", 401, openai("invalid_request_error", "invalid_api_key", "Incorrect API key provided"), bakeoff.CodeAuth},
		{"OpenAI quota", 429, openai("insufficient_quota", "credit_balance_exhausted", "You exceeded your current quota"), bakeoff.CodeNoCredit},
		{"OpenAI spending limit", 429, openai("insufficient_quota", "project_spend_limit_exceeded", "x"), bakeoff.CodeNoCredit},
		{"OpenAI organisation limit", 429, openai("requests", "organization_usage_limit_exceeded", "x"), bakeoff.CodeNoCredit},
		{"OpenAI rate", 429, openai("requests", "rate_limit_exceeded", "Rate limit reached"), bakeoff.CodeRateLimited},
		{"OpenAI slow down", 503, openai("server_error", "slow_down", "Slow down"), bakeoff.CodeRateLimited},
		{"OpenAI model", 404, openai("invalid_request_error", "model_not_found", "The model does not exist"), bakeoff.CodeModelMissing},
		{"OpenAI policy", 400, openai("invalid_request_error", "content_policy_violation", "x"), bakeoff.CodeRefused},
		{"OpenAI country", 403, openai("request_forbidden", "unsupported_country_region_territory", "x"), bakeoff.CodeForbidden},
		{"OpenAI parameter", 400, openai("invalid_request_error", "unsupported_value", "temperature does not support 0.2"), bakeoff.CodeInvalid},
		{"OpenAI server", 500, openai("server_error", "", "The server had an error"), bakeoff.CodeProvider},
		{"OpenAI Responses failure", 0, `{"type":"response.failed","response":{"error":{"code":"rate_limit_exceeded","message":"x"}}}`, bakeoff.CodeRateLimited},
		{"OpenAI Responses error event", 0, `{"type":"error","code":"server_error","message":"x","param":null}`, bakeoff.CodeProvider},
		{"Anthropic key", 401, anthropic("authentication_error", "invalid x-api-key"), bakeoff.CodeAuth},
		{"Anthropic billing", 402, anthropic("billing_error", "x"), bakeoff.CodeNoCredit},
		{"Anthropic credit as 400", 400, anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."), bakeoff.CodeNoCredit},
		{"Anthropic permission", 403, anthropic("permission_error", "x"), bakeoff.CodeForbidden},
		{"Anthropic model", 404, anthropic("not_found_error", "model: claude-9"), bakeoff.CodeModelMissing},
		{"Anthropic size", 413, anthropic("request_too_large", "Request exceeds the maximum size"), bakeoff.CodeTooLarge},
		{"Anthropic rate", 429, anthropic("rate_limit_error", "This request would exceed your rate limit"), bakeoff.CodeRateLimited},
		{"Anthropic spend limit", 429, anthropic("rate_limit_error", "You have reached your specified spend limit"), bakeoff.CodeNoCredit},
		{"Anthropic prompt", 400, anthropic("invalid_request_error", "prompt is too long: 210000 tokens > 200000 maximum"), bakeoff.CodeContextTooLong},
		{"Anthropic overloaded", 529, anthropic("overloaded_error", "Overloaded"), bakeoff.CodeOverloaded},
		{"Anthropic overloaded in the stream", 0, anthropic("overloaded_error", "Overloaded"), bakeoff.CodeOverloaded},
		{"Anthropic failure in the stream", 0, anthropic("api_error", "x"), bakeoff.CodeProvider},
		{"Gemini key as 400", 400, google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key.", `{"@type":"type.googleapis.com/google.rpc.ErrorInfo","reason":"API_KEY_INVALID"}`), bakeoff.CodeAuth},
		{"Gemini argument", 400, google(400, "INVALID_ARGUMENT", "Invalid value at 'x'", ""), bakeoff.CodeInvalid},
		{"Gemini context", 400, google(400, "INVALID_ARGUMENT", "The input token count exceeds the maximum number of tokens allowed", ""), bakeoff.CodeContextTooLong},
		{"Gemini permission", 403, google(403, "PERMISSION_DENIED", "x", ""), bakeoff.CodeForbidden},
		{"Gemini model", 404, google(404, "NOT_FOUND", "models/x is not found for API version v1beta", ""), bakeoff.CodeModelMissing},
		{"Gemini rate", 429, google(429, "RESOURCE_EXHAUSTED", "You exceeded your current quota, please check your plan and billing details.", ""), bakeoff.CodeRateLimited},
		{"Gemini unavailable", 503, google(503, "UNAVAILABLE", "x", ""), bakeoff.CodeProvider},
		{"Gemini overloaded", 503, google(503, "UNAVAILABLE", "The model is overloaded.", ""), bakeoff.CodeOverloaded},
		{"Gemini deadline", 504, google(504, "DEADLINE_EXCEEDED", "x", ""), bakeoff.CodeProvider},
		{"Gemini in the stream", 0, google(503, "UNAVAILABLE", "x", ""), bakeoff.CodeProvider},
		{"Gemini as a list", 429, "[" + google(429, "RESOURCE_EXHAUSTED", "x", "") + "]", bakeoff.CodeRateLimited},
		{"OpenRouter credit", 402, `{"error":{"code":402,"message":"Insufficient credits"}}`, bakeoff.CodeNoCredit},
		{"OpenRouter moderation", 403, `{"error":{"code":403,"message":"Your input was flagged","metadata":{"reasons":["violence"]}}}`, bakeoff.CodeRefused},
		{"OpenRouter upstream", 502, `{"error":{"code":502,"message":"Provider returned error","metadata":{"raw":"x"}}}`, bakeoff.CodeProvider},
		{"OpenRouter rate in the stream", 0, `{"id":"x","choices":[{"finish_reason":"error"}],"error":{"code":429,"message":"x","metadata":{"error_type":"rate_limit_exceeded"}}}`, bakeoff.CodeRateLimited},
		{"OpenRouter timeout in the stream", 0, `{"error":{"code":408,"message":"x"}}`, bakeoff.CodeTimeout},
		{"DeepSeek balance", 402, `{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,"code":"invalid_request_error"}}`, bakeoff.CodeNoCredit},
		{"xAI", 400, `{"code":"Client specified an invalid argument","error":"Incorrect API key provided: xx"}`, bakeoff.CodeAuth},
		{"Groq in the stream", 0, `{"x_groq":{"error":"Rate limit reached"}}`, bakeoff.CodeRateLimited},
		{"Mistral", 400, `{"object":"error","message":"Invalid model: x","type":"invalid_model","param":null,"code":"1500"}`, bakeoff.CodeModelMissing},
		{"vLLM", 422, `{"detail":[{"loc":["body"],"msg":"field required","type":"value_error.missing"}]}`, bakeoff.CodeInvalid},
		{"Ollama model", 404, `{"error":"model 'nope' not found"}`, bakeoff.CodeModelMissing},
		{"Ollama queue", 503, `{"error":"server busy, please try again.  maximum pending requests exceeded"}`, bakeoff.CodeOverloaded},
		{"Ollama context", 400, `{"error":"the input length exceeds the context length"}`, bakeoff.CodeContextTooLong},
		{"Ollama in the stream", 0, `{"error":"the runner stopped"}`, bakeoff.CodeProvider},
		{"a wrong path", 404, "404 page not found", bakeoff.CodeNotFound},
		{"a wrong method", 405, "", bakeoff.CodeNotFound},
		{"a proxy's page", 502, "<html><head><title>Bad Gateway</title></head></html>", bakeoff.CodeProvider},
		{"deep nonsense", 400, strings.Repeat(`{"error":`, 5000) + "1" + strings.Repeat("}", 5000), bakeoff.CodeInvalid},
		{"no body", 418, "", bakeoff.CodeInvalid},
	} {
		c := client(t, "https://api.example.com")
		e := c.StreamError([]byte(test.body))
		if test.status != 0 {
			e = c.Err(fmt.Errorf("post: %w", &StatusError{Status: test.status, Header: http.Header{}, Body: []byte(test.body)}))
		}
		if e.Code != test.want || !strings.Contains(e.Message, "Acme") && e.Code != bakeoff.CodeContextTooLong || !strings.HasSuffix(e.Message, ".") {
			t.Errorf("%s: got %s %q, want %s", test.name, e.Code, e.Message, test.want)
		}
	}
}

func TestARefusedSettingIsNamed(t *testing.T) {
	for name, test := range map[string]struct{ body, want string }{
		"OpenAI's member":              {`{"error":{"message":"Unsupported parameter","type":"invalid_request_error","param":"max_completion_tokens","code":"unsupported_parameter"}}`, "max_tokens"},
		"a path of Google":             {`{"error":{"code":400,"status":"INVALID_ARGUMENT","message":"x","details":[{"fieldViolations":[{"field":"generation_config.temperature","description":"too hot"}]}]}}`, "temperature"},
		"Anthropic's words":            {`{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: 99999 > 8192, which is the maximum"}}`, "max_tokens"},
		"Ollama's words":               {`{"error":"option \"num_ctx\" must be of type integer"}`, "num_ctx"},
		"a quoted word of a sentence":  {`{"error":"'stop' must be a list"}`, "stop"},
		"a part of the prompt is none": {`{"error":{"message":"Invalid content","type":"invalid_request_error","param":"messages.[0].content"}}`, ""},
		"a plain word is none":         {`{"error":"stop it, that is no request"}`, ""},
		"nor is what nobody knows":     {`{"error":{"message":"x","type":"invalid_request_error","param":"sk-secret"}}`, ""},
	} {
		f := readFault([]byte(test.body))
		if got := f.refused(); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
		sentence := NewClient(Options{Label: "OpenAI"}).sentence(bakeoff.CodeInvalid, f, 400)
		if named := strings.HasPrefix(sentence, "OpenAI does not accept this entry's "+test.want+" (HTTP 400"); test.want != "" && !named || test.want == "" && strings.Contains(sentence, "entry's") {
			t.Errorf("%s: got %q", name, sentence)
		}
	}
}

func TestTheWaitIsRead(t *testing.T) {
	date := "Mon, 23 Nov 2026 10:00:00 GMT"
	for _, test := range []struct {
		name string
		h    http.Header
		body string
		want time.Duration
	}{
		{"seconds", http.Header{"Retry-After": {"34"}}, "", 34 * time.Second},
		{"part of a second", http.Header{"Retry-After": {"0.5"}}, "", 500 * time.Millisecond},
		{"milliseconds come first", http.Header{"Retry-After": {"9"}, "Retry-After-Ms": {"1500"}}, "", 1500 * time.Millisecond},
		{"a date counts from the server's", http.Header{"Retry-After": {"Mon, 23 Nov 2026 10:02:00 GMT"}, "Date": {date}}, "", 2 * time.Minute},
		{"a date that is past", http.Header{"Retry-After": {"Mon, 23 Nov 2026 09:00:00 GMT"}, "Date": {date}}, "", 0},
		{"negative", http.Header{"Retry-After": {"-3"}}, "", 0},
		{"absurd", http.Header{"Retry-After": {"1e300"}}, "", longestWait},
		{"not a number", http.Header{"Retry-After": {"NaN"}}, "", 0},
		{"nonsense", http.Header{"Retry-After": {"soon"}}, "", 0},
		{"Google's own place", nil, `{"error":{"code":429,"message":"x","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.07s"}]}}`, 34070 * time.Millisecond},
		{"nothing", nil, "", 0},
	} {
		e := client(t, "https://x.example").Err(&StatusError{Status: 429, Header: test.h, Body: []byte(test.body)})
		if e.RetryAfter != test.want {
			t.Errorf("%s: got %v, want %v", test.name, e.RetryAfter, test.want)
		}
	}
	e := client(t, "https://x.example").Err(&StatusError{Status: 429, Header: http.Header{"Retry-After": {"34"}}})
	if want := "Acme allows no more requests right now. Run it again in 34 s."; e.Message != want {
		t.Errorf("got %q, want %q", e.Message, want)
	}
}

func TestTheSentenceAboutAKeyNamesItsVariable(t *testing.T) {
	for _, test := range []struct{ key, name, want string }{
		{"sk-0123456789", "ACME_API_KEY", "The key for Acme was refused. Check ACME_API_KEY or the key in Models."},
		{"sk-0123456789", "", "The key for Acme was refused. Check the key in Models."},
		{"", "ACME_API_KEY", "Acme wants a key and none is set. Set ACME_API_KEY, or enter the key in Models."},
		{"", "", "Acme wants a key and none is set. Enter it in Models."},
	} {
		c := NewClient(Options{Label: "Acme", Key: test.key, KeyName: test.name})
		if got := c.Err(&StatusError{Status: 401}).Message; got != test.want {
			t.Errorf("got %q, want %q", got, test.want)
		}
	}
}

func TestDetailsAreShortCleanAndReadable(t *testing.T) {
	c := client(t, "https://x.example")
	for name, body := range map[string]string{
		"long":          strings.Repeat("é", 5000),
		"invalid UTF-8": "\xff\xfe" + strings.Repeat("\x80", 3000),
		"NUL":           "a\x00b",
		"a key":         "your key " + c.o.Key + " is bad",
		"key on edge":   strings.Repeat("x", maxDetail-10) + c.o.Key,
		"a long page":   "<html><body>" + strings.Repeat("<p>word</p>", 5000),
		"JSON":          `{"error":{"message":"` + strings.Repeat("é", 5000) + `"}}`,
	} {
		e := c.Err(&StatusError{Status: 500, Body: []byte(body)})
		if len(e.Detail) > maxDetail || !utf8.ValidString(e.Detail) || strings.ContainsAny(e.Detail, "\x00<") || strings.Contains(e.Detail, c.o.Key[:10]) {
			t.Errorf("%s: %d bytes, %q", name, len(e.Detail), e.Detail)
		}
	}
}

func TestErrorsStayRecognisable(t *testing.T) {
	c := client(t, "https://x.example")
	if c.Err(nil) != nil {
		t.Error("nil must stay nil")
	}
	wrapped := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://x.example/?key=" + c.o.Key, Err: err}
	}
	own := &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "x"}
	if got := c.Err(wrapped(own)); got != own {
		t.Errorf("our own error was replaced: %v", got)
	}
	for _, test := range []struct {
		err  error
		want bakeoff.Code
	}{
		{context.Canceled, bakeoff.CodeInternal},
		{context.DeadlineExceeded, bakeoff.CodeTimeout},
		{&brokenOff{context.Canceled}, bakeoff.CodeInternal},
		{&brokenOff{io.ErrUnexpectedEOF}, bakeoff.CodeTruncated},
		{&brokenOff{errors.New("http2: server sent GOAWAY and closed the connection")}, bakeoff.CodeTruncated},
		{errors.New("http2: server sent GOAWAY and closed the connection"), bakeoff.CodeUnreachable},
		{&net.DNSError{Err: "no such host", Name: "x.example", IsNotFound: true}, bakeoff.CodeUnreachable},
		{&net.DNSError{Err: "i/o timeout", Name: "x.example", IsTimeout: true}, bakeoff.CodeTimeout},
		{io.EOF, bakeoff.CodeUnreachable},
		{ErrLineTooLong, bakeoff.CodeInvalid},
		{json.Unmarshal([]byte("{"), &struct{}{}), bakeoff.CodeInvalid},
		{json.Unmarshal([]byte(`{"a":"x"}`), &struct{ A int }{}), bakeoff.CodeInvalid},
	} {
		e := c.Err(wrapped(test.err))
		if e.Code != test.want || !errors.Is(e, test.err) {
			t.Errorf("%v: got %s, want %s", test.err, e.Code, test.want)
		}
		if text := e.Error() + e.Detail + e.Err.Error(); strings.Contains(text, c.o.Key) {
			t.Errorf("%v: the key is in %q", test.err, text)
		}
	}
}

func TestAnAnswerOfAnotherKindIsNoAnswer(t *testing.T) {
	c := client(t, "https://x.example")
	page := c.Err(&StatusError{Status: 200, Body: []byte("<html><title>Welcome to the hotel</title></html>")})
	if page.Code != bakeoff.CodeInvalid || page.Detail != "Welcome to the hotel" || page.HTTPStatus != 200 {
		t.Errorf("a page: got %+v", page)
	}
	fault := c.Err(&StatusError{Status: 200, Body: []byte(`{"error":{"message":"x","code":"invalid_api_key"}}`)})
	if fault.Code != bakeoff.CodeAuth {
		t.Errorf("an error with status 200: got %+v", fault)
	}
}

func FuzzFault(f *testing.F) {
	for _, seed := range []string{`{"error":{"message":"x"}}`, `{"error":"x"}`, `[{"error":{"code":429}}]`, "<html>", "", `{"detail":[{"msg":1}]}`, "\xff\x00", `{"error":{"details":[{"retryDelay":"-9999999h"}]}}`} {
		f.Add([]byte(seed), 429)
	}
	c := client(f, "https://x.example")
	f.Fuzz(func(t *testing.T, body []byte, status int) {
		for _, e := range []*bakeoff.Error{c.StreamError(body), c.Err(&StatusError{Status: status, Body: body})} {
			if e.Code == "" || e.Message == "" || len(e.Detail) > maxDetail || !utf8.ValidString(e.Detail) || e.RetryAfter < 0 {
				t.Errorf("%q: %+v", body, e)
			}
		}
	})
}
