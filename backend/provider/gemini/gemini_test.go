package gemini

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

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
	if p := planFor("gemini-2.5-pro", bakeoff.Params{Effort: "none"}); !cmp.Equal(p.notApplied, []string{"effort"}) {
		t.Errorf("a model that always thinks: got %v", p.notApplied)
	}
}

func FuzzReply(f *testing.F) {
	f.Add([]byte(`{"candidates":[{"content":{"parts":[{"text":"a","thought":true}]},"finishReason":"STOP"}],"usageMetadata":{"promptTokenCount":1}}`))
	f.Add([]byte(`{"promptFeedback":{"blockReason":"SAFETY"}}`))
	f.Add([]byte(`{"candidates":null,"usageMetadata":{"totalTokenCount":"x"}}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		var c chunk
		if json.Unmarshal(data, &c) != nil {
			return
		}
		var r reply
		r.take(&c, func(provider.Event, error) bool { return true })
		if u := r.finish().Usage; u.Input.N < 0 || u.Output.N < 0 || u.CacheRead.N > u.Input.N && u.Input.Known() {
			t.Errorf("absurd usage %+v", u)
		}
	})
}
