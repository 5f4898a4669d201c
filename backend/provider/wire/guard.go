package wire

import (
	"encoding/json"
	"iter"

	"bakeoff/backend/provider"
)

// Guard removes the endpoint's own key from everything that events carries, also when it is spread over many deltas of
// text. Order and moments stay; see the package's paragraph on redaction. Without a key it returns events itself.
func (c *Client) Guard(events iter.Seq2[provider.Event, error]) iter.Seq2[provider.Event, error] {
	if len(c.redact.needles) == 0 {
		return events
	}
	return func(yield func(provider.Event, error) bool) {
		answer, reasoning := newFilter(c.redact), newFilter(c.redact)
		flush := func() bool {
			r, a := reasoning.flush(), answer.flush()
			return (r == "" || yield(provider.Reasoning(r), nil)) && (a == "" || yield(provider.Text(a), nil))
		}
		for ev, err := range events {
			switch ev.Kind {
			case provider.KindText:
				ev.Text = answer.pass(ev.Text)
			case provider.KindReasoning:
				ev.Text = reasoning.pass(ev.Text)
			case provider.KindMeta:
				ev.Meta = c.cleanMeta(ev.Meta)
			case provider.KindFinish:
				ev.Finish = c.cleanFinish(ev.Finish)
			}
			if (ev.Kind == provider.KindFinish || err != nil) && !flush() {
				return
			}
			text := ev.Kind == provider.KindText || ev.Kind == provider.KindReasoning
			if text && ev.Text == "" && err == nil {
				continue
			}
			if !yield(ev, err) {
				return
			}
		}
		flush()
	}
}

func (c *Client) cleanMeta(m *provider.Meta) *provider.Meta {
	clean := *m
	clean.ResolvedModel, clean.RequestID, clean.RemoteHost = c.short(m.ResolvedModel), c.short(m.RequestID), c.short(m.RemoteHost)
	return &clean
}

func (c *Client) cleanFinish(f *provider.Finish) *provider.Finish {
	clean := *f
	clean.Reason, clean.ResolvedModel, clean.RequestID = c.short(f.Reason), c.short(f.ResolvedModel), c.short(f.RequestID)
	clean.Modifiers = nil
	for name, value := range f.Modifiers {
		if clean.Modifiers == nil {
			clean.Modifiers = make(map[string]string, len(f.Modifiers))
		}
		clean.Modifiers[c.short(name)] = c.short(value)
	}
	if raw := c.redact.own(string(f.Usage.Raw)); raw != string(f.Usage.Raw) {
		clean.Usage.Raw = json.RawMessage(raw)
	}
	return &clean
}

// short cleans an id or a name; real ones are not longer than 200 bytes.
func (c *Client) short(s string) string {
	if s == "" {
		return ""
	}
	return clip(c.Redact(s), 200)
}

// shown is how many characters of a key may pass before text is held back: ordinary text often begins like a key ("s",
// "sk") and must not wait for the next delta.
const shown = 5

// filter removes needles from text that comes in pieces. It is a Knuth-Morris-Pratt automaton per needle, whose states
// outlive the piece: that costs a few nanoseconds per byte and no memory.
type filter struct {
	r     *redactor
	fails [][]int   // per needle: the failure function
	state []int     // per needle: how much of it the text so far ends with
	first [256]bool // whether a needle begins with this byte
	begun bool      // whether any state is above 0
	held  []byte    // text not passed on yet: the continuation of a possible key
}

func newFilter(r *redactor) *filter {
	f := &filter{r: r, state: make([]int, len(r.needles))}
	for _, n := range r.needles {
		f.fails = append(f.fails, failures(n))
		f.first[n[0]] = true
	}
	return f
}

// failures returns, for each prefix of n, the length of its longest proper prefix that it also ends with.
func failures(n string) []int {
	fail := make([]int, len(n)+1)
	k := 0
	for i := 1; i < len(n); i++ {
		for k > 0 && n[i] != n[k] {
			k = fail[k]
		}
		if n[i] == n[k] {
			k++
		}
		fail[i+1] = k
	}
	return fail
}

// pass takes in the next piece and returns the text that may be passed on now: the piece itself, untouched, unless a
// key is in it or may have begun.
func (f *filter) pass(s string) string {
	clean := len(f.held) == 0
	out := f.held
	if clean {
		out = nil
	}
	from := 0 // s[:from] is in out already, or was part of a key
	for i := 0; i < len(s); i++ {
		if !f.begun && !f.first[s[i]] {
			continue
		}
		found := f.step(s[i])
		if found == 0 {
			continue
		}
		out = append(out, s[from:i+1]...)
		out = append(out[:max(0, len(out)-found)], removed...)
		from, clean = i+1, false
	}
	hold := f.hold()
	if clean && hold == 0 {
		return s
	}
	out = append(out, s[from:]...)
	hold = min(hold, len(out))
	text := string(out[:len(out)-hold])
	f.held = append([]byte(nil), out[len(out)-hold:]...)
	return text
}

// step feeds one byte and returns the length of the longest needle that it completes, or 0.
func (f *filter) step(b byte) int {
	found := 0
	f.begun = false
	for k, n := range f.r.needles {
		at := f.state[k]
		for at > 0 && n[at] != b {
			at = f.fails[k][at]
		}
		if n[at] == b {
			at++
		}
		if at == len(n) {
			found = max(found, at)
			at = 0
		}
		f.state[k] = at
		f.begun = f.begun || at > 0
	}
	if found > 0 {
		f.reset()
	}
	return found
}

// hold is how many bytes at the end of the text must wait.
func (f *filter) hold() int {
	longest := 0
	for _, at := range f.state {
		longest = max(longest, at)
	}
	return max(0, longest-shown)
}

// flush returns what was held back: the stream ended, so it was no key.
func (f *filter) flush() string {
	text := string(f.held)
	f.held = nil
	f.reset()
	return text
}

func (f *filter) reset() {
	clear(f.state)
	f.begun = false
}
