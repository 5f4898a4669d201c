package gemini

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func textFrame(s string) string {
	return fmt.Sprintf("data: {\"candidates\":[{\"content\":{\"role\":\"model\",\"parts\":[{\"text\":%s}]},\"index\":0}],\"usageMetadata\":{\"promptTokenCount\":12,\"totalTokenCount\":12},\"modelVersion\":\"gemini-y-001\",\"responseId\":\"r1\"}\n\n", quoted(s))
}

func thoughtFrame(s string) string {
	return fmt.Sprintf("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":%s,\"thought\":true}]}}],\"modelVersion\":\"gemini-y-001\",\"responseId\":\"r1\"}\n\n", quoted(s))
}

func end(reason string) string {
	return `data: {"candidates":[{"content":{"parts":[{"text":""}]},"finishReason":"` + reason + `"}],"usageMetadata":{"promptTokenCount":12,"candidatesTokenCount":8,"thoughtsTokenCount":61,"cachedContentTokenCount":4,"toolUsePromptTokenCount":0,"totalTokenCount":81},"modelVersion":"gemini-y-001"}` + "\n\n"
}

func subject() providertest.Subject {
	return providertest.Subject{
		New:   func(base, key string) provider.Provider { return New(Config{BaseURL: base, Key: key}) },
		Model: "gemini-y", MediaType: "text/event-stream", KeyHeader: "X-Goog-Api-Key",
		Text: textFrame, Reasoning: thoughtFrame, End: end("STOP"), CutEnd: end("MAX_TOKENS"), EndMarker: `"totalTokenCount":81},"modelVersion":"gemini-y-001"}`,
		Unknown: []string{
			": keep-alive\n\n",
			"event: ping\ndata: {\"newMember\":[{}]}\n\n",
			"data: {\"candidates\":[{\"content\":{\"parts\":[{\"executableCode\":{\"code\":\"1\"}},{\"text\":null}]},\"safetyRatings\":[{}]}],\"usageMetadata\":null}\n\n",
		},
		Malformed: "data: {\"candidates\":[{\"cont\n\n",
		MidError:  "data: {\"error\":{\"code\":503,\"message\":\"The model is overloaded.\",\"status\":\"UNAVAILABLE\",\"details\":[]}}\n\n", MidCode: bakeoff.CodeOverloaded,
		ErrorBody: func(status int, message string) string {
			return fmt.Sprintf(`{"error":{"code":%d,"message":%s,"status":"X"}}`, status, quoted(message))
		},
		Want: providertest.Expect{Reason: "STOP", CutReason: "MAX_TOKENS", ResolvedModel: "gemini-y-001", Usage: bakeoff.Usage{
			Input: bakeoff.ReportedCount(12), Output: bakeoff.ReportedCount(69), Reasoning: bakeoff.ReportedCount(61), CacheRead: bakeoff.ReportedCount(4)}},
		Zero: func(body string) bool { return strings.Contains(body, `"temperature":0`) },
		Models: `{"models":[{"name":"models/gemini-y","displayName":"Gemini Y","inputTokenLimit":1048576,"supportedGenerationMethods":["generateContent"],"thinking":true},
			{"name":"models/embedding-1","supportedGenerationMethods":["embedContent"]}]}`,
		WantModel: []string{"gemini-y"},
	}
}

func TestConformance(t *testing.T) { providertest.Run(t, subject()) }

// ask plays a transcript to a fresh provider.
func ask(t *testing.T, transcript string, req provider.Request) (providertest.Result, string) {
	t.Helper()
	var body string
	srv := providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		if r.Method == "POST" {
			body = string(r.Body)
		}
		return providertest.Reply{Header: providertest.Headers("Content-Type: text/event-stream"), Steps: []providertest.Step{providertest.Write(transcript)}}
	})
	p := New(Config{BaseURL: srv.URL, Key: "test-key-12345"})
	return providertest.Collect(p.Stream(t.Context(), req)), body
}

func TestBlockedPromptsAndWithheldAnswersAreRefusals(t *testing.T) {
	for name, transcript := range map[string]string{
		"a blocked prompt has no candidates": `data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":4,"totalTokenCount":4}}` + "\n\n",
		"a reason that nobody knows yet":     `data: {"promptFeedback":{"blockReason":"BRAND_NEW"},"usageMetadata":{"promptTokenCount":4}}` + "\n\n",
		"an answer that was withheld":        textFrame("Well, ") + end("PROHIBITED_CONTENT"),
	} {
		t.Run(name, func(t *testing.T) {
			got, _ := ask(t, transcript, provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}})
			var e *bakeoff.Error
			if !errors.As(got.Err, &e) || e.Code != bakeoff.CodeRefused || got.Finish != nil {
				t.Errorf("got %v, finish %v", got.Err, got.Finish)
			}
			if strings.Contains(transcript, "Well") && got.Text != "Well, " {
				t.Errorf("what was written before is gone: %q", got.Text)
			}
		})
	}
}

// A withheld answer was billed, and its usage was dropped with it.
func TestAnAnswerThatFailsKeepsItsUsage(t *testing.T) {
	blocked := `data: {"promptFeedback":{"blockReason":"SAFETY"},"usageMetadata":{"promptTokenCount":12}}` + "\n\n"
	broken := textFrame("Well") + `data: {"error":{"code":503,"message":"m","status":"UNAVAILABLE"}}` + "\n\n"
	for name, tc := range map[string]struct {
		transcript string
		in, out    bakeoff.Count
	}{
		"withheld":         {textFrame("Well") + end("SAFETY"), bakeoff.ReportedCount(12), bakeoff.ReportedCount(69)},
		"a blocked prompt": {blocked, bakeoff.ReportedCount(12), bakeoff.Count{}},
		"an error":         {broken, bakeoff.ReportedCount(12), bakeoff.Count{}},
	} {
		got, _ := ask(t, tc.transcript, provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}})
		s := got.Spent()
		if got.Err == nil || s == nil || s.Usage.Raw == nil || s.Usage.Input != tc.in || s.Usage.Output != tc.out {
			t.Errorf("%s: got %v, spent %+v", name, got.Err, s)
		}
	}
	if got, _ := ask(t, `data: {"promptFeedback":{"blockReason":"SAFETY"}}`+"\n\n", provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}}); got.Spent() != nil {
		t.Errorf("nothing was reported: got %+v", got.Spent())
	}
}

func TestUsageAfterTheFinishReasonStillCounts(t *testing.T) {
	late := `data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}` + "\n\n" + `data: {"usageMetadata":{"promptTokenCount":3,"candidatesTokenCount":1,"totalTokenCount":4}}` + "\n\n"
	got, _ := ask(t, late, provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}})
	if got.Finish == nil || got.Finish.Usage.Output.N != 1 || got.Text != "a" {
		t.Errorf("got %+v", got)
	}
	got, _ = ask(t, `data: {"candidates":[{"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}`+"\n\n", provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}})
	if got.Finish == nil || got.Finish.Usage.Output.Known() {
		t.Errorf("no usage at all: got %+v, want a finish without counts", got.Finish)
	}
}

func TestUsageIsNormalised(t *testing.T) {
	for name, tc := range map[string]struct {
		raw  string
		want bakeoff.Usage
		mod  map[string]string
	}{
		"tools add to the input": {`{"promptTokenCount":10,"toolUsePromptTokenCount":5,"candidatesTokenCount":1,"totalTokenCount":16}`,
			bakeoff.Usage{Input: bakeoff.ReportedCount(15), Output: bakeoff.ReportedCount(1)}, nil},
		"counts that do not add up are noted": {`{"promptTokenCount":10,"candidatesTokenCount":1,"totalTokenCount":99}`,
			bakeoff.Usage{Input: bakeoff.ReportedCount(10), Output: bakeoff.ReportedCount(1), Notes: []string{"usage counts do not add up to the reported total"}}, nil},
		"negative and absurd counts are absent": {`{"promptTokenCount":-1,"candidatesTokenCount":1e30}`, bakeoff.Usage{}, nil},
		"another traffic type changes the price": {`{"promptTokenCount":1,"candidatesTokenCount":1,"totalTokenCount":2,"trafficType":"PROVISIONED_THROUGHPUT"}`,
			bakeoff.Usage{Input: bakeoff.ReportedCount(1), Output: bakeoff.ReportedCount(1)}, map[string]string{"traffic_type": "PROVISIONED_THROUGHPUT"}},
	} {
		t.Run(name, func(t *testing.T) {
			got, mod := readUsage(json.RawMessage(tc.raw))
			if diff := cmp.Diff(tc.want, got, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw")); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(tc.mod, mod); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRequestCarriesWhatTheModelTakes(t *testing.T) {
	full := bakeoff.Params{Temperature: new(0.0), TopP: new(0.5), MaxTokens: new(9), Seed: new(int64(0)), Effort: "low", Extra: map[string]json.RawMessage{
		"topK": json.RawMessage(`40`), "safetySettings": json.RawMessage(`[]`), "contents": json.RawMessage(`[]`)}}
	for model, tc := range map[string]struct {
		thinking   string
		notApplied []string
	}{
		"gemini-3.8-flash":      {`{"includeThoughts":true,"thinkingLevel":"low"}`, nil},
		"gemini-2.5-flash":      {`{"includeThoughts":true,"thinkingBudget":2048}`, nil},
		"models/gemma-3-27b-it": {``, []string{"effort"}},
	} {
		t.Run(model, func(t *testing.T) {
			raw, err := encode(provider.Request{Model: model, Prompt: bakeoff.Prompt{System: "be brief", User: "hi", Attachments: []bakeoff.Attachment{{MediaType: "image/png", Data: []byte{1, 2}}}}, Params: full})
			if err != nil {
				t.Fatal(err)
			}
			var got struct {
				Contents []struct{ Parts []map[string]any }
				System   struct{ Parts []map[string]string } `json:"systemInstruction"`
				Config   map[string]json.RawMessage          `json:"generationConfig"`
				Safety   json.RawMessage                     `json:"safetySettings"`
			}
			if err := json.Unmarshal(raw, &got); err != nil {
				t.Fatal(err)
			}
			if len(got.Contents) != 1 || len(got.Contents[0].Parts) != 2 || got.Contents[0].Parts[1]["text"] != "hi" || got.System.Parts[0]["text"] != "be brief" || got.Safety == nil {
				t.Errorf("got %s", raw)
			}
			for name, want := range map[string]string{"temperature": "0", "topP": "0.5", "maxOutputTokens": "9", "seed": "0", "topK": "40", "thinkingConfig": tc.thinking} {
				if string(got.Config[name]) != want {
					t.Errorf("%s: got %s, want %s", name, got.Config[name], want)
				}
			}
			plan := planFor(model, full)
			if diff := cmp.Diff(tc.notApplied, plan.notApplied); diff != "" {
				t.Error(diff)
			}
			if len(plan.warnings) != 1 || !strings.Contains(plan.warnings[0], "contents") {
				t.Errorf("got warnings %v, want one about contents", plan.warnings)
			}
		})
	}
}

func TestEffortByFamily(t *testing.T) {
	for name, tc := range map[string]struct {
		model, effort string
		thinking      map[string]any
		applied       bool
	}{
		"a budget of zero is sent":          {"gemini-2.5-flash", "none", map[string]any{"thinkingBudget": 0, "includeThoughts": true}, true},
		"2.5 pro always thinks":             {"gemini-2.5-pro", "none", map[string]any{"includeThoughts": true}, false},
		"so does 3":                         {"gemini-3.8-flash", "none", map[string]any{"includeThoughts": true}, false},
		"3 pro knows two levels":            {"gemini-3-pro-preview", "medium", map[string]any{"includeThoughts": true}, false},
		"3.1 pro knows three":               {"gemini-3.1-pro-preview", "medium", map[string]any{"thinkingLevel": "medium", "includeThoughts": true}, true},
		"3.5 flash knows four":              {"gemini-3.5-flash", "minimal", map[string]any{"thinkingLevel": "minimal", "includeThoughts": true}, true},
		"3.8 flash has no minimal":          {"gemini-3.8-flash", "minimal", map[string]any{"includeThoughts": true}, false},
		"a newer one knows the common ones": {"gemini-flash-latest", "high", map[string]any{"thinkingLevel": "high", "includeThoughts": true}, true},
		"2.0 does not think":                {"gemini-2.0-flash", "low", nil, false},
		"and not thinking is no setting":    {"gemini-2.0-flash", "none", nil, true},
		"a speech model refuses the member": {"gemini-2.5-flash-preview-tts", "", nil, true},
		"so does an image model of 2.5":     {"gemini-2.5-flash-image", "", nil, true},
		"thoughts are shown unasked":        {"models/Gemini-2.5-Pro", "", map[string]any{"includeThoughts": true}, true},
	} {
		t.Run(name, func(t *testing.T) {
			p := planFor(tc.model, bakeoff.Params{Effort: tc.effort})
			if diff := cmp.Diff(tc.thinking, p.thinking); diff != "" {
				t.Error(diff)
			}
			if (len(p.notApplied) == 0) != tc.applied {
				t.Errorf("not applied %v", p.notApplied)
			}
		})
	}
}

// Early models put a finish reason on every chunk: reading only to the first would drop the rest and call it done.
func TestTextAfterAFinishReasonIsKept(t *testing.T) {
	frame := func(text string, tokens int) string {
		return fmt.Sprintf("data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":%q}]},\"finishReason\":\"STOP\"}],\"usageMetadata\":{\"promptTokenCount\":2,\"candidatesTokenCount\":%d}}\n\n", text, tokens)
	}
	got, _ := ask(t, frame("a", 1)+frame("b", 2)+frame("c", 3), provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}})
	if got.Text != "abc" || got.Finish == nil || got.Finish.Usage.Output.N != 3 || got.After != 0 {
		t.Errorf("got %q, %+v: want all text and the last running total, not a sum", got.Text, got.Finish)
	}
}

// Thoughts are billed although the answer they led to was cut before its first word.
func TestThoughtsAloneAreOutput(t *testing.T) {
	u, _ := readUsage(json.RawMessage(`{"promptTokenCount":5,"thoughtsTokenCount":40,"totalTokenCount":45}`))
	if u.Output.N != 40 || u.Reasoning.N != 40 || len(u.Notes) != 0 {
		t.Errorf("got %+v", u)
	}
	if u, _ := readUsage(json.RawMessage(`{"promptTokenCount":5,"candidatesTokenCount":3,"trafficType":7}`)); u.Output.N != 3 || len(u.Notes) != 1 {
		t.Errorf("an odd member spoiled the others: %+v", u)
	}
}

func TestErrorBodies(t *testing.T) {
	const retry = `{"error":{"code":429,"message":"Quota exceeded.","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34s"}]}}`
	for name, tc := range map[string]struct {
		status int
		body   string
		want   bakeoff.Code
		wait   time.Duration
	}{
		"the wait stands in the details":       {429, retry, bakeoff.CodeRateLimited, 34 * time.Second},
		"an error may come in a list":          {429, "[" + retry + "]", bakeoff.CodeRateLimited, 34 * time.Second},
		"a bad key is a bad request to Google": {400, `{"error":{"code":400,"message":"API key not valid. Please pass a valid API key.","status":"INVALID_ARGUMENT","details":[{"reason":"API_KEY_INVALID"}]}}`, bakeoff.CodeAuth, 0},
		"a retired model":                      {404, `{"error":{"code":404,"message":"models/x is not found","status":"NOT_FOUND"}}`, bakeoff.CodeModelMissing, 0},
		"a body that is not Google's":          {503, `busy`, bakeoff.CodeProvider, 0},
	} {
		t.Run(name, func(t *testing.T) {
			srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
				return providertest.Reply{Status: tc.status, Steps: []providertest.Step{providertest.Write(tc.body)}}
			})
			got := providertest.Collect(New(Config{BaseURL: srv.URL, Key: "k"}).Stream(t.Context(), provider.Request{Model: "x", Prompt: bakeoff.Prompt{User: "x"}}))
			var e *bakeoff.Error
			if !errors.As(got.Err, &e) || e.Code != tc.want || e.HTTPStatus != tc.status || e.RetryAfter != tc.wait {
				t.Errorf("got %+v", got.Err)
			}
			if n := len(srv.Requests()); n != 1 {
				t.Errorf("%d requests, want one", n)
			}
		})
	}
}

func TestAddressOfARequest(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return providertest.Reply{Status: 500} })
	for _, base := range []string{srv.URL, srv.URL + "/gateway/"} {
		p := New(Config{BaseURL: base, Key: "k"})
		for range p.Stream(t.Context(), provider.Request{Model: "models/gemini-y", Prompt: bakeoff.Prompt{User: "x"}}) {
		}
	}
	var paths []string
	for _, r := range srv.Requests() {
		paths = append(paths, r.Path)
	}
	const path = "/v1beta/models/gemini-y:streamGenerateContent?alt=sse"
	if diff := cmp.Diff([]string{path, "/gateway" + path}, paths); diff != "" {
		t.Error(diff)
	}
}

func TestListIsReadPageByPage(t *testing.T) {
	srv := providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		page := `{"models":[{"name":"models/a","displayName":"A","inputTokenLimit":1048576,"thinking":true,"supportedGenerationMethods":["generateContent"]}],"nextPageToken":"two"}`
		if strings.Contains(r.Path, "pageToken=two") {
			page = `{"models":[{"name":"models/b","inputTokenLimit":null,"supportedGenerationMethods":["generateContent","countTokens"]},{"name":"models/e","supportedGenerationMethods":["embedContent"]}],"nextPageToken":"two"}`
		}
		return providertest.Reply{Steps: []providertest.Step{providertest.Write(page)}}
	})
	got, err := New(Config{BaseURL: srv.URL, Key: "k"}).Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := []provider.Model{{ID: "a", Name: "A", ContextLength: 1_048_576, Capabilities: []string{"completion", "thinking"}}, {ID: "b"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if n := len(srv.Requests()); n != 2 {
		t.Errorf("%d requests: a list that turns in a circle was followed", n)
	}
}

// FuzzRead feeds any bytes as a stream: it must end, tell at most one end, and no absurd usage.
func FuzzRead(f *testing.F) {
	f.Add([]byte(textFrame("a") + thoughtFrame("b") + end("STOP")))
	f.Add([]byte(`data: {"promptFeedback":{"blockReason":"SAFETY"}}` + "\n\n"))
	f.Add([]byte(`data: {"candidates":null,"usageMetadata":{"totalTokenCount":"x"},"error":null}` + "\n\n"))
	f.Add([]byte(`data: {"candidates":[{"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1,"cachedContentTokenCount":2}}`))
	p := New(Config{Key: "k"})
	f.Fuzz(func(t *testing.T, stream []byte) {
		ends := 0
		p.read(bytes.NewReader(stream), func(ev provider.Event, err error) bool {
			if ends > 0 {
				t.Fatal("an event after the end")
			}
			if err != nil || ev.Kind == provider.KindFinish {
				ends++
			}
			if ev.Kind != provider.KindFinish {
				return true
			}
			if u := ev.Finish.Usage; u.Input.N < 0 || u.Output.N < 0 || u.CacheRead.N > u.Input.N && u.Input.Known() {
				t.Fatalf("absurd usage %+v", u)
			}
			return true
		})
	})
}

// BenchmarkRead shows the cost of one delta: one decode.
func BenchmarkRead(b *testing.B) {
	const deltas = 1000
	transcript := strings.Repeat(textFrame("word "), deltas) + end("STOP")
	p := New(Config{Key: "k"})
	b.ReportAllocs()
	for b.Loop() {
		p.read(strings.NewReader(transcript), func(provider.Event, error) bool { return true })
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/deltas, "ns/delta")
}
