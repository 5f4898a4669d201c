package wire

import (
	"encoding/base64"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// removed stands where a key stood.
const removed = "[key removed]"

// keyLike matches what looks like a secret whoever it belongs to. It runs on errors and ids only, never on answers.
var keyLike = regexp.MustCompile(`(?i)\b(?:(?:sk|pk|rk|gsk|xai|tgp|hf|nvapi|pplx|key)[-_][A-Za-z0-9_\-]{16,}|AIza[A-Za-z0-9_\-]{20,}|ey[A-Za-z0-9_\-]{20,}\.[A-Za-z0-9_\-]{10,}\.[A-Za-z0-9_\-]*)|\b(Bearer\s+)[A-Za-z0-9._~+/\-]{8,}=*|([?&](?:key|api_key|token)=)[^&\s"]+`)

// redactor knows the forms in which an endpoint's own key may come back.
type redactor struct {
	needles  []string // longest first; empty without a key
	replacer *strings.Replacer
}

// minKey is the shortest key that is searched for. Shorter ones ("none", "ollama") are placeholders, and removing them
// would maim ordinary text.
const minKey = 8

func newRedactor(keys ...string) *redactor {
	r := &redactor{}
	var forms []string
	for _, key := range keys {
		if len(key) >= minKey {
			forms = append(forms, formsOf(key)...)
		}
	}
	if len(forms) == 0 {
		return r
	}
	slices.SortFunc(forms, func(a, b string) int {
		if d := len(b) - len(a); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	r.needles = slices.Compact(forms)
	pairs := make([]string, 0, 2*len(r.needles))
	for _, n := range r.needles {
		pairs = append(pairs, n, removed)
	}
	r.replacer = strings.NewReplacer(pairs...)
	return r
}

// formsOf lists how a key may be spelled: plain, URL-encoded, JSON-escaped, base64.
func formsOf(key string) []string {
	quoted, _ := json.Marshal(key)
	forms := []string{key, url.QueryEscape(key), url.PathEscape(key), strings.Trim(string(quoted), `"`), strings.ReplaceAll(key, "/", `\/`)}
	for _, enc := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		forms = append(forms, alignments(key, enc)...)
	}
	return forms
}

// alignments returns what base64 makes of key at each of the three places it may have in a longer text, without the
// characters that depend on its neighbours.
func alignments(key string, enc *base64.Encoding) []string {
	var out []string
	for offset := range 3 {
		text := enc.EncodeToString([]byte(strings.Repeat("\x00", offset) + key))
		from := (offset*8 + 5) / 6
		to := (offset + len(key)) * 8 / 6
		out = append(out, text[from:to])
	}
	return out
}

// own removes the endpoint's own key from s.
func (r *redactor) own(s string) string {
	for _, n := range r.needles {
		if strings.Contains(s, n) {
			return r.replacer.Replace(s)
		}
	}
	return s
}

// Conceal removes the endpoint's own key from s and nothing else: for texts that are the user's.
func (c *Client) Conceal(s string) string { return c.redact.own(s) }

// Redact removes the endpoint's own key from s (plain, base64, URL-encoded, JSON-escaped) and anything key-like.
func (c *Client) Redact(s string) string {
	return keyLike.ReplaceAllString(c.redact.own(s), "${1}${2}"+removed)
}
