package openai

import (
	"encoding/json"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestUsageIsCheckedAgainstItself(t *testing.T) {
	n := bakeoff.ReportedCount
	for name, test := range map[string]struct {
		service, raw string
		want         bakeoff.Usage
	}{
		"null is no usage":                        {"openai", "null", bakeoff.Usage{}},
		"a missing count is absent":               {"openai", `{"prompt_tokens":5}`, bakeoff.Usage{Input: n(5)}},
		"zero is a count":                         {"openai", `{"prompt_tokens":5,"completion_tokens":0}`, bakeoff.Usage{Input: n(5), Output: n(0)}},
		"reasoning is inside":                     {"openai", `{"prompt_tokens":5,"completion_tokens":9,"total_tokens":14,"completion_tokens_details":{"reasoning_tokens":4}}`, bakeoff.Usage{Input: n(5), Output: n(9), Reasoning: n(4)}},
		"reasoning comes on top, says the total":  {"openai", `{"prompt_tokens":5,"completion_tokens":9,"total_tokens":18,"completion_tokens_details":{"reasoning_tokens":4}}`, bakeoff.Usage{Input: n(5), Output: n(13), Reasoning: n(4)}},
		"reasoning comes on top at xAI":           {"xai", `{"prompt_tokens":5,"completion_tokens":9,"completion_tokens_details":{"reasoning_tokens":4}}`, bakeoff.Usage{Input: n(5), Output: n(13), Reasoning: n(4)}},
		"xAI's total may say that it is inside":   {"xai", `{"prompt_tokens":5,"completion_tokens":9,"total_tokens":14,"completion_tokens_details":{"reasoning_tokens":4}}`, bakeoff.Usage{Input: n(5), Output: n(9), Reasoning: n(4)}},
		"the gap to the total is hidden output":   {"custom", `{"prompt_tokens":5,"completion_tokens":9,"total_tokens":20}`, bakeoff.Usage{Input: n(5), Output: n(15), Reasoning: n(6), Notes: []string{noteHidden}}},
		"a total that fits nothing":               {"openai", `{"prompt_tokens":5,"completion_tokens":9,"total_tokens":16,"completion_tokens_details":{"reasoning_tokens":4}}`, bakeoff.Usage{Notes: []string{noteTotal}}},
		"a total that is too small":               {"openai", `{"prompt_tokens":5,"completion_tokens":9,"total_tokens":10}`, bakeoff.Usage{Notes: []string{noteTotal}}},
		"more reasoning than output":              {"openai", `{"prompt_tokens":5,"completion_tokens":3,"total_tokens":8,"completion_tokens_details":{"reasoning_tokens":4}}`, bakeoff.Usage{Input: n(5), Output: n(3), Notes: []string{noteReason}}},
		"a negative count":                        {"openai", `{"prompt_tokens":-5,"completion_tokens":3}`, bakeoff.Usage{Output: n(3), Notes: []string{noteUnusable}}},
		"a count of 1e30":                         {"openai", `{"prompt_tokens":1e30,"completion_tokens":3}`, bakeoff.Usage{Output: n(3), Notes: []string{noteUnusable}}},
		"a count of 1e999":                        {"openai", `{"prompt_tokens":1e999,"completion_tokens":3}`, bakeoff.Usage{Output: n(3), Notes: []string{noteUnusable}}},
		"a count over 2^40":                       {"openai", `{"prompt_tokens":1099511627777,"completion_tokens":3}`, bakeoff.Usage{Output: n(3), Notes: []string{noteUnusable}}},
		"a count of the largest integer":          {"openai", `{"prompt_tokens":9223372036854775807,"completion_tokens":9223372036854775807,"total_tokens":-2}`, bakeoff.Usage{Notes: []string{noteUnusable}}},
		"a broken count":                          {"openai", `{"prompt_tokens":1.5,"completion_tokens":3}`, bakeoff.Usage{Output: n(3), Notes: []string{noteUnusable}}},
		"a count as a string":                     {"openai", `{"prompt_tokens":"5","completion_tokens":3}`, bakeoff.Usage{Output: n(3), Notes: []string{noteUnusable}}},
		"a count with a point":                    {"openai", `{"prompt_tokens":12.0,"completion_tokens":3e0}`, bakeoff.Usage{Input: n(12), Output: n(3)}},
		"details of another type":                 {"openai", `{"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":[],"completion_tokens_details":7}`, bakeoff.Usage{Input: n(5), Output: n(3)}},
		"hit and miss are the input":              {"deepseek", `{"prompt_tokens":5,"completion_tokens":3,"prompt_cache_hit_tokens":2,"prompt_cache_miss_tokens":3}`, bakeoff.Usage{Input: n(5), Output: n(3), CacheRead: n(2)}},
		"hit and miss are not the input":          {"deepseek", `{"prompt_tokens":5,"completion_tokens":3,"prompt_cache_hit_tokens":2,"prompt_cache_miss_tokens":4}`, bakeoff.Usage{Input: n(5), Output: n(3), Notes: []string{noteCache}}},
		"more cached than there was":              {"openai", `{"prompt_tokens":5,"completion_tokens":3,"prompt_tokens_details":{"cached_tokens":4,"cache_write_tokens":2}}`, bakeoff.Usage{Input: n(5), Output: n(3), Notes: []string{noteCache}}},
		"a charge that no other service may name": {"custom", `{"prompt_tokens":5,"completion_tokens":3,"cost":1}`, bakeoff.Usage{Input: n(5), Output: n(3)}},
	} {
		t.Run(name, func(t *testing.T) {
			got, charge := ServiceNamed(test.service).usage(json.RawMessage(test.raw))
			if diff := cmp.Diff(test.want, got, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw")); diff != "" || charge != nil {
				t.Error(diff, charge)
			}
			if test.raw != "null" && string(got.Raw) != test.raw {
				t.Errorf("the raw usage was changed: %s", got.Raw)
			}
		})
	}
}

func TestChargesAreExact(t *testing.T) {
	for name, test := range map[string]struct {
		service, raw string
		want         string // dollars; empty: unknown
		note         string
	}{
		"dollars":                           {"openrouter", `{"cost":0.95}`, "0.95", ""},
		"what a float cannot hold":          {"openrouter", `{"cost":0.000000000001}`, "0.000000000001", ""},
		"nothing was charged":               {"openrouter", `{"cost":0}`, "0", ""},
		"an exponent":                       {"openrouter", `{"cost":1.4521e-4}`, "0.00014521", ""},
		"one's own key costs upstream":      {"openrouter", `{"cost":0.1,"is_byok":true,"cost_details":{"upstream_inference_cost":0.2}}`, "0.3", ""},
		"the fee alone is not the charge":   {"openrouter", `{"cost":0.1,"is_byok":true,"cost_details":{"upstream_inference_cost":null}}`, "", noteUpstream},
		"without one's own key it is whole": {"openrouter", `{"cost":0.1,"is_byok":false,"cost_details":{"upstream_inference_cost":0.1}}`, "0.1", ""},
		"no charge is unknown":              {"openrouter", `{"cost":null}`, "", ""},
		"a negative charge":                 {"openrouter", `{"cost":-1}`, "", noteCharge},
		"a charge too large to hold":        {"openrouter", `{"cost":9300000}`, "", noteCharge},
		"an exponent without end":           {"openrouter", `{"cost":1e999999999}`, "", noteCharge},
		"half to even, down":                {"openrouter", `{"cost":0.0000000000025}`, "0.000000000002", noteRounded},
		"half to even, up":                  {"openrouter", `{"cost":0.0000000000035}`, "0.000000000004", noteRounded},
		"over half, up":                     {"openrouter", `{"cost":0.00000000000251}`, "0.000000000003", noteRounded},
		"ticks":                             {"xai", `{"cost_in_usd_ticks":37756000}`, "0.0037756", ""},
		"one tick":                          {"xai", `{"cost_in_usd_ticks":1}`, "0.0000000001", ""},
		"ticks are not dollars":             {"xai", `{"cost":5}`, "", ""},
		"too many ticks":                    {"xai", `{"cost_in_usd_ticks":92233720368547759}`, "", noteCharge},
	} {
		t.Run(name, func(t *testing.T) {
			u, charge := ServiceNamed(test.service).usage(json.RawMessage(test.raw))
			got := ""
			if charge != nil {
				got = charge.String()
			}
			if got != test.want || strings.Join(u.Notes, ";") != test.note {
				t.Errorf("got %q, notes %q; want %q, %q", got, u.Notes, test.want, test.note)
			}
		})
	}
}

func TestThinkTagsCountAtTheStartOnly(t *testing.T) {
	for name, test := range map[string]struct{ content, reasoning, answer string }{
		"no tag":                       {"Plain.", "", "Plain."},
		"a tag later is text":          {"See <think>x</think>.", "", "See <think>x</think>."},
		"a tag first":                  {"<think>a</think>b", "a", "b"},
		"white space around tags":      {" \n<think>\n a \n</think>\n\nb\n", "a \n", "b\n"},
		"white space alone":            {" \n ", "", " \n "},
		"white space before text":      {"\n\nb", "", "\n\nb"},
		"no reasoning at all":          {"<think>\n\n</think>\n\nb", "", "b"},
		"a second tag is text":         {"<think>a</think>b<think>c</think>", "a", "b<think>c</think>"},
		"a tag that is none":           {"<thin ice>", "", "<thin ice>"},
		"the beginning of a tag":       {"<thi", "", "<thi"},
		"an end that never comes":      {"<think>a </thi", "a </thi", ""},
		"angles inside":                {"<think>a<b</c></think>d", "a<b</c>", "d"},
		"very much white space":        {strings.Repeat(" ", 300) + "<think>", "", strings.Repeat(" ", 300) + "<think>"},
		"an end without its beginning": {"a</think>b", "", "a</think>b"},
	} {
		t.Run(name, func(t *testing.T) {
			for size := 1; size <= len(test.content); size++ {
				reasoning, answer := splitIn(test.content, size)
				if reasoning != test.reasoning || answer != test.answer {
					t.Fatalf("pieces of %d: got %q, %q; want %q, %q", size, reasoning, answer, test.reasoning, test.answer)
				}
			}
		})
	}
}

func splitIn(content string, size int) (reasoning, answer string) {
	var s thinkSplit
	for len(content) > 0 {
		piece := content[:min(size, len(content))]
		content = content[len(piece):]
		r, a := s.next(piece)
		reasoning, answer = reasoning+r, answer+a
	}
	r, a := s.end()
	return reasoning + r, answer + a
}

// An answer that never decided whether it begins with a tag is still shown.
func TestHeldTextIsShownAtTheEnd(t *testing.T) {
	for _, end := range []string{frame("{}", `"stop"`, "") + doneLine, "", "data: {\"error\":\"gone\"}\n\n"} {
		if got, _ := answered(t, "vllm", question("m"), textFrame("<thi")+end); got.Text != "<thi" {
			t.Errorf("got %q, %v", got.Text, got.Err)
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, name := range []string{"openai", "openrouter", "xai", "mistral", "groq-failure"} {
		for line := range strings.Lines(transcript(f, name)) {
			if data, ok := strings.CutPrefix(strings.TrimSpace(line), "data: "); ok {
				f.Add([]byte(data))
			}
		}
	}
	f.Add([]byte(`{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[[]]}],"reasoning_details":{}}}],"usage":{"total_tokens":1e400,"cost":1e9999}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var c, again chunk
		if err := again.decode([]byte(`{"id":"old","choices":[{"index":3,"delta":{"content":"old","reasoning":"old"},"finish_reason":"old"}],"error":"old","usage":{"a":1},"x_groq":{"usage":{}}}`)); err != nil {
			t.Fatal(err)
		}
		first, second := c.decode(raw), again.decode(raw)
		if (first == nil) != (second == nil) {
			t.Fatalf("a reused chunk decodes otherwise: %v, %v", first, second)
		}
		if first != nil {
			if json.Valid(raw) {
				t.Fatalf("valid JSON was refused: %v", first)
			}
			return
		}
		r1, a1 := c.Choices[0].Delta.texts()
		r2, a2 := again.Choices[0].Delta.texts()
		if r1 != r2 || a1 != a2 || c.failed() != again.failed() || string(c.Usage) != string(again.Usage) || c.Choices[0].ours() != again.Choices[0].ours() {
			t.Fatalf("a reused chunk remembers: %+v, %+v", c, again)
		}
		for _, s := range services {
			u, charge := s.usage(c.Usage)
			for _, n := range []bakeoff.Count{u.Input, u.Output, u.Reasoning, u.CacheRead, u.CacheWrite} {
				if n.N < 0 || n.N > 1<<42 {
					t.Fatalf("count %d", n.N)
				}
			}
			if charge != nil && *charge < 0 {
				t.Fatalf("charge %d", *charge)
			}
		}
	})
}

func FuzzThinkSplit(f *testing.F) {
	f.Add("<think>a</think>b", 3)
	f.Add("  <think>\n</thi</think> b", 1)
	f.Fuzz(func(t *testing.T, content string, size int) {
		r1, a1 := splitIn(content, len(content)+1)
		if r, a := splitIn(content, max(1, size)); r != r1 || a != a1 {
			t.Fatalf("pieces of %d: %q, %q; whole: %q, %q", size, r, a, r1, a1)
		}
	})
}
