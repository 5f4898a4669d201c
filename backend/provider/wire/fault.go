package wire

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// fault is what an error body says, whoever wrote it.
type fault struct {
	message string
	words   []string // machine-readable ones: type, code, status, reason
	status  int      // an HTTP status inside the body; 0 when there is none
	wait    time.Duration
	param   string // what is refused, where a member of the body names it; as the provider calls it
	json    bool
}

// readFault understands the error bodies of OpenAI, Anthropic, Google, OpenRouter, Mistral, xAI, Groq, Ollama, FastAPI
// servers (vLLM), OpenAI Responses events, HTML pages and plain text.
func readFault(raw []byte) fault {
	raw = bytes.TrimSpace(raw)
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return fault{message: plainText(string(raw))}
	}
	f := fault{json: true}
	f.read(v, 0)
	return f
}

// read collects from v what is known to tell about an error. Nesting is bounded: bodies come from strangers.
func (f *fault) read(v any, depth int) {
	if depth > 6 {
		return
	}
	switch v := v.(type) {
	case string:
		f.say(v)
	case []any:
		for _, one := range v[:min(len(v), 20)] {
			f.read(one, depth+1)
		}
	case map[string]any:
		f.readObject(v, depth)
	}
}

func (f *fault) readObject(v map[string]any, depth int) {
	for _, name := range []string{"error", "response", "incomplete_details", "x_groq", "metadata", "details", "detail", "errors", "fieldViolations"} {
		if inner, ok := v[name]; ok {
			f.read(inner, depth+1)
		}
	}
	for _, name := range []string{"message", "msg", "error_message"} {
		if s, ok := v[name].(string); ok {
			f.say(s)
		}
	}
	for _, name := range []string{"code", "type", "status", "reason", "error_type"} {
		switch w := v[name].(type) {
		case string:
			f.words = append(f.words, strings.ToLower(w))
		case float64:
			if w >= 400 && w <= 599 && f.status == 0 {
				f.status = int(w)
			}
		}
	}
	for _, name := range []string{"param", "field"} { // OpenAI; google.rpc.BadRequest
		if s, ok := v[name].(string); ok && f.param == "" {
			f.param = s
		}
	}
	if raw, ok := v["raw"].(string); ok && f.message == "" { // OpenRouter: the upstream's own words
		f.say(raw)
	}
	if delay, ok := v["retryDelay"].(string); ok { // google.rpc.RetryInfo
		if d, err := time.ParseDuration(delay); err == nil {
			f.wait = bounded(d)
		}
	}
}

// say keeps the first message.
func (f *fault) say(s string) {
	if f.message == "" {
		f.message = strings.TrimSpace(s)
	}
}

// has reports whether one of the fault's words is one of those given.
func (f *fault) has(words ...string) bool {
	for _, have := range f.words {
		for _, w := range words {
			if have == w || strings.HasPrefix(w, "*") && strings.HasSuffix(have, w[1:]) {
				return true
			}
		}
	}
	return false
}

// says reports whether the message contains one of the phrases, which are lower case.
func (f *fault) says(phrases ...string) bool {
	message := strings.ToLower(f.message)
	for _, p := range phrases {
		if strings.Contains(message, p) {
			return true
		}
	}
	return false
}

var (
	htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlNoise = regexp.MustCompile(`(?is)<(script|style)[^>]*>.*?</(script|style)>|<!--.*?-->|<[^>]*>`)
	blanks    = regexp.MustCompile(`\s+`)
)

// plainText makes a body readable: of a page its title, else its text.
func plainText(s string) string {
	if isPage(s) {
		if m := htmlTitle.FindStringSubmatch(s); m != nil && strings.TrimSpace(m[1]) != "" {
			s = m[1]
		} else {
			s = htmlNoise.ReplaceAllString(s, " ")
		}
	}
	return strings.TrimSpace(blanks.ReplaceAllString(s, " "))
}

func isPage(s string) bool {
	head := strings.ToLower(strings.TrimSpace(s[:min(len(s), 512)]))
	return strings.HasPrefix(head, "<!doctype") || strings.HasPrefix(head, "<html") || strings.HasPrefix(head, "<head")
}

// clip makes s valid UTF-8 without NUL and of at most n bytes, cut between characters.
func clip(s string, n int) string {
	if len(s) > n+utf8.UTFMax {
		s = s[:n+utf8.UTFMax]
	}
	s = strings.ReplaceAll(strings.ToValidUTF8(s, "\ufffd"), "\x00", "")
	if len(s) <= n {
		return s
	}
	n -= len("…")
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}

// retryAfter is the wait that headers ask for, or 0. A date counts from the response's own date when it has one.
func retryAfter(h map[string][]string) time.Duration {
	get := func(name string) string {
		if v := h[name]; len(v) > 0 {
			return strings.TrimSpace(v[0])
		}
		return ""
	}
	if ms, err := strconv.ParseFloat(get("Retry-After-Ms"), 64); err == nil {
		return seconds(ms / 1000)
	}
	after := get("Retry-After")
	if s, err := strconv.ParseFloat(after, 64); err == nil {
		return seconds(s)
	}
	at, err := parseHTTPDate(after)
	if err != nil {
		return 0
	}
	now, err := parseHTTPDate(get("Date"))
	if err != nil {
		now = time.Now()
	}
	return bounded(at.Sub(now))
}

// longestWait is the longest wait that is believed.
const longestWait = 31 * 24 * time.Hour

func seconds(s float64) time.Duration {
	if !(s > 0) { // NaN, too
		return 0
	}
	return bounded(time.Duration(min(s, longestWait.Seconds()) * float64(time.Second)))
}

func bounded(d time.Duration) time.Duration { return min(max(d, 0), longestWait) }
