package openai

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"
)

// Each test here holds one defect of the library or a habit of services that it cannot take, as found in go-openai
// v1.43.0.

// The library collects every line that is no data line as a part of an error, so that a later error object turned into
// "unexpected end of JSON input".
func TestCommentsDoNotSpoilALaterError(t *testing.T) {
	body := ": waiting\n\nevent: chunk\n" + textFrame("Half") + ": waiting\n\n" + `data: {"error":{"message":"Quota is gone","type":"insufficient_quota","code":"insufficient_quota"}}` + "\n\n"
	got, _ := answered(t, "custom", question("m"), body)
	var e *bakeoff.Error
	if !errors.As(got.Err, &e) || e.Code != bakeoff.CodeNoCredit || e.Detail != "Quota is gone" || got.Text != "Half" {
		t.Errorf("got %q, %+v", got.Text, got.Err)
	}
}

// The library gives up after 300 of them: a queue of some minutes at DeepSeek.
func TestManyCommentsAreOnlyPatience(t *testing.T) {
	body := strings.Repeat(": keep-alive\n\nevent: ping\n\n\n", 1000) + textFrame("Here.") + strings.Repeat(": keep-alive\n", 1000) + frame("{}", `"stop"`, "") + doneLine
	if got, _ := answered(t, "deepseek", question("m"), body); got.Text != "Here." || got.Finish == nil {
		t.Errorf("got %q, %v, finish %v", got.Text, got.Err, got.Finish)
	}
}

// The library drops a last line without its end, and the finish reason with it.
func TestALastLineNeedsNoEnd(t *testing.T) {
	body := textFrame("Here.") + strings.TrimRight(frame("{}", `"stop"`, ""), "\n")
	if got, _ := answered(t, "custom", question("m"), body); got.Text != "Here." || got.Finish == nil {
		t.Errorf("got %q, %v, finish %v", got.Text, got.Err, got.Finish)
	}
}

// The library takes a page for an empty stream that ended well.
func TestAPageIsNoEmptyAnswer(t *testing.T) {
	for contentType, body := range map[string]string{"text/html": "<html>Sign in</html>", "application/json": `{"error":{"message":"one line"}}`} {
		srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
			return providertest.Reply{Header: providertest.Headers("Content-Type: " + contentType), Steps: []providertest.Step{providertest.Write(body)}}
		})
		got := providertest.Collect(New(Config{BaseURL: srv.URL}).Stream(t.Context(), question("m")))
		if got.Err == nil || got.Finish != nil {
			t.Errorf("%s: got %v, finish %v", contentType, got.Err, got.Finish)
		}
	}
}

// The library looks for an error only where a payload begins with it.
func TestAnErrorIsFoundAnywhereInAChunk(t *testing.T) {
	for name, chunk := range map[string]string{
		"an object after other members": `{"id":"1","choices":[],"error":{"message":"It broke","code":500}}`,
		"a string":                      `{"code":"internal","error":"It broke"}`,
		"the first member":              `{"error":{"message":"It broke","code":500}}`,
		"a string as the first member":  `{"error":"It broke"}`,
		"spread over lines":             "{\ndata: \"error\":\ndata: {\"message\":\"It broke\",\"code\":500}}",
	} {
		got, _ := answered(t, "custom", question("m"), textFrame("Half")+"data: "+chunk+"\n\n"+frame("{}", `"stop"`, "")+doneLine)
		var e *bakeoff.Error
		if !errors.As(got.Err, &e) || got.Text != "Half" || got.Finish != nil || e.Detail != "It broke" {
			t.Errorf("%s: got %q, %+v", name, got.Text, got.Err)
		}
	}
	got, _ := answered(t, "custom", question("m"), "event: error\ndata: {\"message\":\"It broke\"}\n\n")
	var e *bakeoff.Error
	if !errors.As(got.Err, &e) || e.Detail != "It broke" {
		t.Errorf("an event of that name: got %+v", got.Err)
	}
	got, _ = answered(t, "custom", question("m"), frame(`{"content":"Half"}`, "null", `,"error":{"message":"It broke"}`))
	if !errors.As(got.Err, &e) || e.Detail != "It broke" || got.Text != "Half" {
		t.Errorf("with text in one chunk: got %q, %+v", got.Text, got.Err)
	}
	for _, none := range []string{"null", `""`, "{}", "false"} {
		got, _ := answered(t, "custom", question("m"), frame(`{"content":"Fine."}`, `"stop"`, `,"error":`+none)+doneLine)
		if got.Err != nil || got.Finish == nil {
			t.Errorf("error %s is none: got %v", none, got.Err)
		}
	}
}

// The library has no fields for most of these and leaves zeroes out.
func TestZeroesAndUnknownMembersAreSent(t *testing.T) {
	zero, seed := 0.0, int64(0)
	req := question("m")
	req.Params = bakeoff.Params{Temperature: &zero, TopP: &zero, Seed: &seed, Extra: map[string]json.RawMessage{"min_p": json.RawMessage("0.05"), "nested": json.RawMessage(`{"a":[1]}`)}}
	_, sent := answered(t, "custom", req, "")
	for _, want := range []string{`"temperature":0,`, `"top_p":0`, `"seed":0,`, `"min_p":0.05,`, `"nested":{"a":[1]},`, `"stream_options":{"include_usage":true},`} {
		if !strings.Contains(sent, want) {
			t.Errorf("%s is not in %s", want, sent)
		}
	}
}

func TestMergedBodiesHaveTheirOwnLength(t *testing.T) {
	req, _ := http.NewRequest(http.MethodPost, "http://127.0.0.1", strings.NewReader(`{"a":1,"messages":[]}`))
	if err := merge(req, map[string]json.RawMessage{"a": json.RawMessage("2"), "long": json.RawMessage(`"member"`)}); err != nil {
		t.Fatal(err)
	}
	const want = `{"a":2,"long":"member","messages":[]}`
	again, _ := req.GetBody()
	for _, body := range []io.Reader{req.Body, again} {
		if got, _ := io.ReadAll(body); string(got) != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if req.ContentLength != int64(len(want)) {
		t.Errorf("got length %d, want %d", req.ContentLength, len(want))
	}
}

// The library refuses parameters by model id before it sends anything, whoever serves the model.
func TestTheLibraryDoesNotJudgeModels(t *testing.T) {
	warm, most := 0.7, 100
	for _, model := range []string{"o1", "o3-mini", "o4-mini", "gpt-5", "gpt-5.2", "gpt-6-astra", "gpt-6.1-sol", "gpt-6-sol", "gpt-6-luna", "text-davinci-003"} {
		req := question(model)
		req.Params = bakeoff.Params{Temperature: &warm, TopP: &warm, MaxTokens: &most, Effort: "odd", Extra: map[string]json.RawMessage{"logprobs": json.RawMessage("true")}}
		got, sent := answered(t, "custom", req, textFrame("Here.")+frame("{}", `"stop"`, "")+doneLine)
		if got.Err != nil || got.Text != "Here." || !strings.Contains(sent, `"temperature":0.7`) || !strings.Contains(sent, `"max_tokens":100`) || !strings.Contains(sent, `"model":"`+model+`"`) {
			t.Errorf("%s: got %q, %v; sent %s", model, got.Text, got.Err, sent)
		}
	}
}

// The library's structs end the stream at the first member of a type that they do not expect.
func TestOddTypesAreTolerated(t *testing.T) {
	for name, chunk := range map[string]string{
		"content as parts":      `{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"x"}]}}]}`,
		"content as a string":   `{"choices":[{"index":0,"delta":{"content":"x"}}]}`,
		"a count with a point":  `{"choices":[{"index":0,"delta":{"content":"x"}}],"usage":{"prompt_tokens":12.0}}`,
		"an id as a number":     `{"id":7,"model":null,"choices":[{"index":0.0,"delta":{"content":"x"}}]}`,
		"no index":              `{"choices":[{"delta":{"content":"x"},"finish_reason":0}]}`,
		"created as a string":   `{"created":"now","object":[],"choices":[{"index":0,"delta":{"content":"x"}}]}`,
		"a second choice":       `{"choices":[{"index":0,"delta":{"content":"x"}},{"index":1,"delta":{"content":"no"}}]}`,
		"x_groq as a string":    `{"x_groq":"y","choices":[{"index":0,"delta":{"content":"x"}}]}`,
		"null everywhere":       `{"id":null,"choices":null,"usage":null,"error":null}`,
		"choices as an object":  `{"choices":{"0":{}}}`,
		"a payload that is one": `1`,
	} {
		got, _ := answered(t, "custom", question("m"), "data: "+chunk+"\n\n"+frame("{}", `"stop"`, `,"usage":{"prompt_tokens":12.0,"completion_tokens":3}`)+doneLine)
		want := "x"
		if !strings.Contains(chunk, `"x"`) {
			want = ""
		}
		if name == "no index" { // a finish reason of another type is none
			want = "x"
		}
		if got.Err != nil || got.Finish == nil || got.Text != want || got.Finish.Usage.Input != bakeoff.ReportedCount(12) {
			t.Errorf("%s: got %q, %v, %+v", name, got.Text, got.Err, got.Finish)
		}
	}
	got, _ := answered(t, "custom", question("m"), `data: {"choices":[{"index":1,"delta":{"content":"no"},"finish_reason":"stop"}]}`+"\n\n"+doneLine)
	if got.Text != "" || got.Finish != nil {
		t.Errorf("a choice that was not asked for: got %q, finish %v", got.Text, got.Finish)
	}
}

// A cancelled read returns the cause, whatever it is, and not context.Canceled.
func TestACauseIsStillACancellation(t *testing.T) {
	arrived := make(chan struct{})
	for _, model := range []string{"m", "codex-m"} {
		gone := make(chan struct{})
		srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
			r := events(textFrame("Half"))
			r.Steps = append(r.Steps, providertest.Stall(gone))
			go func() { arrived <- struct{}{} }()
			return r
		})
		stopped := errors.New("stopped by the user")
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() { <-arrived; cancel(stopped) }()
		got := providertest.Collect(New(Config{Service: "openai", BaseURL: srv.URL}).Stream(ctx, question(model)))
		if !errors.Is(got.Err, context.Canceled) || got.Finish != nil {
			t.Errorf("%s: got %v, want context.Canceled inside", model, got.Err)
		}
		<-gone
	}
}

func TestAReasonMayNameAFailure(t *testing.T) {
	got, _ := answered(t, "openrouter", question("m"), textFrame("Half")+frame("{}", `"error"`, "")+usageChunk+doneLine)
	if e := bakeoff.AsError(got.Err); e.Code != bakeoff.CodeProvider || got.Text != "Half" || got.Finish != nil {
		t.Errorf("got %q, %v, finish %v", got.Text, got.Err, got.Finish)
	}
}

func TestARefusalIsAnAnswer(t *testing.T) {
	for model, body := range map[string]string{
		"m":       frame(`{"content":null,"refusal":"I will not."}`, "null", "") + frame("{}", `"stop"`, "") + doneLine,
		"codex-m": named("response.refusal.delta", `"delta":"I will not."`) + responseEnd("response.completed", ""),
	} {
		if got, _ := answered(t, "openai", question(model), body); got.Text != "I will not." || got.Finish == nil {
			t.Errorf("%s: got %q, %v", model, got.Text, got.Err)
		}
	}
}

func TestHiddenReasoningIsAnnounced(t *testing.T) {
	got, _ := answered(t, "openai", question("codex-m"), transcript(t, "responses"))
	if !slices.ContainsFunc(got.Metas, func(m provider.Meta) bool { return m.Thinking }) {
		t.Errorf("got %+v, want thinking", got.Metas)
	}
}

// The end marker has come: what breaks off after it costs the usage, not the answer.
func TestAnAnswerIsWholeOnceItsReasonCame(t *testing.T) {
	srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		r := events(textFrame("Here.") + frame("{}", `"stop"`, ""))
		r.Steps = append(r.Steps, providertest.Abort())
		return r
	})
	got := providertest.Collect(New(Config{BaseURL: srv.URL}).Stream(t.Context(), question("m")))
	if got.Err != nil || got.Finish == nil || got.Finish.Usage.Input.Known() {
		t.Errorf("got %v, %+v", got.Err, got.Finish)
	}
}

func TestRepeatedUsageCountsOnce(t *testing.T) {
	total := func(n string) string {
		return frame(`{"content":"x"}`, "null", `,"usage":{"prompt_tokens":5,"completion_tokens":`+n+`}`)
	}
	got, _ := answered(t, "custom", question("m"), total("1")+total("2")+frame("{}", `"stop"`, `,"usage":null`)+doneLine)
	want := bakeoff.ReportedCount(2)
	if got.Finish == nil || got.Finish.Usage.Output != want {
		t.Errorf("got %+v, want output %v", got.Finish, want)
	}
}

func TestARequestIDIsTheHeadersOrTheReplys(t *testing.T) {
	for header, want := range map[string]string{"": "chatcmpl-7", "X-Generation-Id: gen-9": ""} {
		srv := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
			r := events(textFrame("x"))
			if header != "" {
				r.Header.Set("X-Generation-Id", "gen-9")
			}
			return r
		})
		var trace provider.Trace
		got := providertest.Collect(New(Config{Service: "openrouter", BaseURL: srv.URL}).Stream(provider.WithTrace(t.Context(), &trace), question("m")))
		if len(got.Metas) != 1 || got.Metas[0].RequestID != want {
			t.Errorf("%q: got %+v, want %q", header, got.Metas, want)
		}
		if id := trace.Stamps().RequestID; (id == "gen-9") != (header != "") {
			t.Errorf("%q: the trace has %q", header, id)
		}
	}
}
