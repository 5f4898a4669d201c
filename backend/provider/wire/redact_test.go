package wire

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"iter"
	"net/url"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

const key = `sk-proj-AbC+/9"é_0123456789`

func withKey(k string) *Client { return NewClient(Options{Label: "Acme", Key: k}) }

func TestTheKeyIsRemovedInEveryForm(t *testing.T) {
	quoted, _ := json.Marshal(key)
	for name, echo := range map[string]string{
		"plain":        key,
		"in a header":  "Authorization: Bearer " + key,
		"URL query":    url.QueryEscape(key),
		"URL path":     url.PathEscape(key),
		"JSON":         string(quoted),
		"base64":       base64.StdEncoding.EncodeToString([]byte(key)),
		"base64 at +1": base64.StdEncoding.EncodeToString([]byte("x" + key + "yz")),
		"base64 at +2": base64.StdEncoding.EncodeToString([]byte("xy" + key)),
		"base64 URL":   base64.RawURLEncoding.EncodeToString([]byte("Bearer " + key)),
	} {
		got := withKey(key).Redact("before " + echo + " after")
		core := strings.TrimRight(echo, "=")
		if strings.Contains(got, core) || strings.Contains(got, core[4:len(core)-4]) || !strings.HasPrefix(got, "before ") || !strings.HasSuffix(got, " after") {
			t.Errorf("%s: got %q", name, got)
		}
	}
}

func TestForeignKeysAreRemovedAndWordsAreNot(t *testing.T) {
	c := withKey("")
	for _, secret := range []string{
		"sk-ant-api03-abcdefghijklmnop", "AIzaSyA1234567890abcdefghijklmno", "gsk_abcdefghijklmnopqrstuv", "Bearer abcdefgh12345678",
		"https://x/v1?key=abc123", "eyJhbGciOiJIUzI1NiIsInR5cCI6.eyJzdWIiOiIxMjM0.c2lnbmF0dXJl",
	} {
		if got := c.Redact("a " + secret + " b"); !strings.Contains(got, removed) || strings.Contains(got, secret) {
			t.Errorf("got %q", got)
		}
	}
	for _, text := range []string{"The model gpt-4o-2024-11-20 was not found", "task-force of sk-learn", "req_011CSHoEeqs5C35K2UUqR7Fy", "monkey=banana"} {
		if got := c.Redact(text); got != text {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := withKey("none").Redact("there is none"); got != "there is none" {
		t.Errorf("a placeholder key maimed text: %q", got)
	}
}

// deltas is a stream of the given pieces of text.
func deltas(parts ...string) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		for _, p := range parts {
			if !yield(provider.Text(p), nil) {
				return
			}
		}
		yield(provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: "stop"}}, nil)
	}
}

func guarded(c *Client, parts ...string) (text string, pieces []string) {
	for ev := range c.Guard(deltas(parts...)) {
		if ev.Kind == provider.KindText {
			text += ev.Text
			pieces = append(pieces, ev.Text)
		}
	}
	return text, pieces
}

func TestAKeySplitOverDeltasIsRemoved(t *testing.T) {
	c := withKey(key)
	text := "The key is " + key + ", and again " + key + "."
	for n := 1; n <= len(text); n++ {
		var parts []string
		for rest := text; rest != ""; {
			k := min(n, len(rest))
			parts = append(parts, rest[:k])
			rest = rest[k:]
		}
		got, _ := guarded(c, parts...)
		if strings.Contains(got, key[shown:]) || !strings.HasPrefix(got, "The key is ") || !strings.HasSuffix(got, ".") || strings.Count(got, removed) != 2 {
			t.Fatalf("by %d bytes: %q", n, got)
		}
	}
}

func TestAKeyThatRepeatsItselfIsFound(t *testing.T) {
	const repeats = "ababababac"
	for _, before := range []string{"", "a", "ab", "abab", "ababababa", "abababababababab"} {
		if got, _ := guarded(withKey(repeats), strings.Split(before+repeats+"!", "")...); strings.Contains(got, repeats) || !strings.HasSuffix(got, removed+"!") {
			t.Errorf("after %q: got %q", before, got)
		}
	}
}

func TestOrdinaryTextIsNotHeldBack(t *testing.T) {
	parts := []string{"It asks", " sk", "-learn s", "", "sk-proj-other", "sk-pro", "gress"}
	var want []string
	for _, p := range parts[:4] {
		if p != "" {
			want = append(want, p)
		}
	}
	got, pieces := guarded(withKey(key), parts...)
	if got != strings.Join(parts, "") {
		t.Errorf("got %q", got)
	}
	if diff := cmp.Diff(want, pieces[:len(want)]); diff != "" {
		t.Error("deltas without the beginning of a key must pass one by one:", diff)
	}
	if got, _ := guarded(withKey(key), "ends with "+key[:12]); got != "ends with "+key[:12] {
		t.Errorf("what was held back is lost at the end: %q", got)
	}
}

func TestHeldTextComesBeforeAnError(t *testing.T) {
	broken := errors.New("broken")
	var got string
	for ev, err := range withKey(key).Guard(func(yield func(provider.Event, error) bool) {
		if yield(provider.Text("half "+key[:10]), nil) {
			yield(provider.Event{}, broken)
		}
	}) {
		got += ev.Text
		if err != nil {
			got += "|" + err.Error()
		}
	}
	if want := "half " + key[:10] + "|broken"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestEventsLoseTheKeyEverywhere(t *testing.T) {
	events := withKey(key).Guard(func(yield func(provider.Event, error) bool) {
		_ = yield(provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{ResolvedModel: key, RequestID: key, RemoteHost: key}}, nil) &&
			yield(provider.Event{Kind: provider.KindFinish, Finish: &provider.Finish{Reason: key, ResolvedModel: key, RequestID: key,
				Modifiers: map[string]string{key: key}, Usage: bakeoff.Usage{Raw: json.RawMessage(`{"a":` + string(mustQuote(key)) + `}`)}}}, nil)
	})
	for ev := range events {
		all, err := json.Marshal(ev)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(all), key[8:14]) {
			t.Errorf("got %s", all)
		}
	}
}

func mustQuote(s string) []byte {
	b, _ := json.Marshal(s)
	return b
}

func TestGuardAllocatesNothingPerDelta(t *testing.T) {
	parts := make([]string, 1000)
	for i := range parts {
		parts[i] = " skating"
	}
	c, seq := withKey(key), deltas(parts...)
	plain := testing.AllocsPerRun(5, func() {
		for range seq {
		}
	})
	with := testing.AllocsPerRun(5, func() {
		for range c.Guard(seq) {
		}
	})
	if with-plain > 100 {
		t.Errorf("%v allocations for 1,000 deltas", with-plain)
	}
}

func FuzzGuard(f *testing.F) {
	f.Add("a ", " b", byte(1))
	f.Add("sk-proj-", "0123456789", byte(3))
	f.Add(key, key[4:], byte(7))
	f.Fuzz(func(t *testing.T, before, after string, n byte) {
		text, size := before+key+after, int(n%32)+1
		var parts []string
		for rest := text; rest != ""; {
			k := min(size, len(rest))
			parts = append(parts, rest[:k])
			rest = rest[k:]
		}
		got, _ := guarded(withKey(key), parts...)
		if strings.Contains(got, key) {
			t.Errorf("%q by %d: the key survived in %q", text, size, got)
		}
		if !strings.HasPrefix(got, before) && !strings.Contains(before, key[:shown]) {
			t.Errorf("%q by %d: text before the key changed: %q", text, size, got)
		}
	})
}

func BenchmarkGuard(b *testing.B) {
	parts := make([]string, 10_000)
	for i := range parts {
		parts[i] = " token"
	}
	c, seq := withKey(key), deltas(parts...)
	for b.Loop() {
		for range c.Guard(seq) {
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(parts)), "ns/delta")
}
