package ollama

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/gif"
	"image/jpeg"
	"image/png"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/providertest"

	"github.com/google/go-cmp/cmp"
)

// server is a fake Ollama: JSON by path, and the lines that /api/chat answers.
type server struct {
	*providertest.Server
	json   map[string]string // "/api/tags" → body
	status map[string]int
	chat   []string
}

func fake(t *testing.T) (*server, *Provider) {
	s := &server{
		json:   map[string]string{"/api/tags": listOfTwo, "/api/ps": `{"models":[]}`},
		status: map[string]int{},
		chat:   []string{textLine("hi"), doneLine("stop")},
	}
	s.Server = providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		if body, ok := s.json[r.Path]; ok {
			return providertest.Reply{Status: s.status[r.Path], Header: providertest.Headers("Content-Type: application/json"), Steps: []providertest.Step{providertest.Write(body)}}
		}
		if r.Path != "/api/chat" {
			return providertest.Reply{Status: http.StatusNotFound, Steps: []providertest.Step{providertest.Write(`{"error":"model 'x' not found"}`)}}
		}
		return providertest.Reply{Header: providertest.Headers("Content-Type: application/x-ndjson"), Steps: []providertest.Step{providertest.Write(strings.Join(s.chat, ""))}}
	})
	return s, New(Config{BaseURL: s.URL, Local: true})
}

// prompts are the bodies that /api/chat received.
func (s *server) prompts() []string {
	var out []string
	for _, r := range s.Requests() {
		if r.Path == "/api/chat" {
			out = append(out, r.Body)
		}
	}
	return out
}

func ask(t *testing.T, p *Provider, req provider.Request) providertest.Result {
	t.Helper()
	return providertest.Collect(p.Stream(t.Context(), req))
}

func question(model string) provider.Request {
	return provider.Request{Model: model, Prompt: bakeoff.Prompt{User: "Why?"}}
}

func TestRequestSaysExactlyWhatTheEntrySays(t *testing.T) {
	zero, topP, seed, limit := 0.0, 0.0, int64(0), 40
	raw := func(s string) json.RawMessage { return json.RawMessage(s) }
	for _, test := range []struct {
		name string
		req  provider.Request
		want string
	}{
		{"nothing set sends no option", question("m"),
			`{"model":"m","messages":[{"role":"user","content":"Why?"}],"stream":true,"options":{},"truncate":false,"shift":false}`},
		{"zeros are sent and the system prompt comes first", provider.Request{Model: "m", Prompt: bakeoff.Prompt{System: "Be <brief>.", User: "Why?"},
			Params: bakeoff.Params{Temperature: &zero, TopP: &topP, Seed: &seed, MaxTokens: &limit}},
			`{"model":"m","messages":[{"role":"system","content":"Be \u003cbrief\u003e."},{"role":"user","content":"Why?"}],"stream":true,"options":{"num_predict":40,"seed":0,"temperature":0,"top_p":0},"truncate":false,"shift":false}`},
		{"extras find their place", provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "Why?"}, Params: bakeoff.Params{Extra: map[string]json.RawMessage{
			"num_ctx": raw("8192"), "keep_alive": raw(`"10m"`), "format": raw(`"json"`), "think": raw(`"high"`), "options": raw(`{"min_p":0.1}`), "mirostat": raw("2")}}},
			`{"format":"json","keep_alive":"10m","messages":[{"role":"user","content":"Why?"}],"model":"m","options":{"min_p":0.1,"mirostat":2,"num_ctx":8192},"shift":false,"stream":true,"think":"high","truncate":false}`},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, p := fake(t)
			if got := ask(t, p, test.req); got.Err != nil {
				t.Fatal(got.Err)
			}
			if diff := cmp.Diff([]string{test.want}, s.prompts()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExtrasCannotReplaceThePrompt(t *testing.T) {
	for name, value := range map[string]string{"messages": "[]", "model": `"other"`, "stream": "false", "options": "[1]"} {
		s, p := fake(t)
		req := question("m")
		req.Params.Extra = map[string]json.RawMessage{name: json.RawMessage(value)}
		if got := ask(t, p, req); got.Code() != bakeoff.CodeInvalid || len(s.prompts()) != 0 {
			t.Errorf("%s: got %v, want a refusal before anything is sent", name, got.Err)
		}
	}
}

func TestThinkingFollowsTheCapability(t *testing.T) {
	for _, test := range []struct {
		name, model, effort string
		capabilities        []string
		think               string // as sent; empty: not sent
		notApplied          []string
	}{
		{"on for a model that thinks", "poet", "high", []string{"thinking"}, "true", nil},
		{"a level for one that takes levels", "gpt-oss:20b", "low", []string{"thinking"}, `"low"`, nil},
		{"off", "poet", "none", []string{"thinking"}, "false", nil},
		{"off for one that cannot is what it does anyway", "plain", "none", []string{"completion"}, "", nil},
		{"not applied to one that cannot", "plain", "high", []string{"completion"}, "", []string{"effort"}},
		{"an unknown word is not applied", "poet", "banana", []string{"thinking"}, "", []string{"effort"}},
		{"sent when nothing is known", "new", "medium", nil, "true", nil},
		{"not mentioned when unset", "poet", "", []string{"thinking"}, "", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, p := fake(t)
			req := question(test.model)
			req.Params.Effort, req.Facts.Capabilities = test.effort, test.capabilities
			if got := ask(t, p, req); got.Err != nil {
				t.Fatal(got.Err)
			}
			var body struct{ Think json.RawMessage }
			if err := json.Unmarshal([]byte(s.prompts()[0]), &body); err != nil || string(body.Think) != test.think {
				t.Errorf("got think %s, want %s", body.Think, test.think)
			}
			if diff := cmp.Diff(test.notApplied, p.plan(req).notApplied); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// encoded returns a picture in three formats.
func encoded(t *testing.T) map[string][]byte {
	picture := image.NewPaletted(image.Rect(0, 0, 16, 16), color.Palette{color.Black, color.White})
	var asPNG, asJPEG, asGIF bytes.Buffer
	if err := errors.Join(png.Encode(&asPNG, picture), jpeg.Encode(&asJPEG, picture, nil), gif.Encode(&asGIF, picture, nil)); err != nil {
		t.Fatal(err)
	}
	return map[string][]byte{"png": asPNG.Bytes(), "jpeg": asJPEG.Bytes(), "gif": asGIF.Bytes()}
}

// An undecodable image crashed the runner of Ollama 0.24, and with it every answer of that model.
func TestOnlyImagesThatDecodeAreSent(t *testing.T) {
	for kind, data := range encoded(t) {
		for name, image := range map[string][]byte{"whole": data, "half": data[:len(data)/2], "empty": nil, "text": []byte("no image")} {
			s, p := fake(t)
			req := question("eyes")
			req.Facts.Capabilities = []string{"completion", "vision"}
			req.Prompt.Attachments = []bakeoff.Attachment{{Name: "a." + kind, MediaType: "image/" + kind, Data: image}}
			if got := ask(t, p, req); got.Err != nil {
				t.Fatal(got.Err)
			}
			sent := strings.Contains(s.prompts()[0], `"images":["`)
			plan := p.plan(req)
			if whole := name == "whole"; sent != whole || slices.Contains(plan.notApplied, "images") == whole || (len(plan.warnings) == 0) != whole {
				t.Errorf("%s %s: sent %v, %+v", name, kind, sent, plan.notApplied)
			}
		}
	}
}

func TestImagesAreNotSentToABlindModel(t *testing.T) {
	s, p := fake(t)
	req := question("tiny-clerk")
	req.Prompt.Attachments = []bakeoff.Attachment{{Name: "a.png", MediaType: "image/png", Data: encoded(t)["png"], SHA256: "a"}}
	facts, err := p.Prepare(t.Context(), req)
	if err != nil || !slices.Equal(facts.NotApplied, []string{"images"}) || len(facts.Warnings) != 1 {
		t.Fatalf("got %+v, %v", facts, err)
	}
	req.Facts = facts
	ask(t, p, req)
	if got := s.prompts(); len(got) != 1 || strings.Contains(got[0], "images") {
		t.Errorf("got %v", got)
	}
}

func TestFactsComeFromListShowAndRunning(t *testing.T) {
	s, p := fake(t)
	s.json["/api/ps"] = `{"models":[{"name":"tiny-clerk:latest","digest":"1643c9"}]}`
	got, err := p.Prepare(t.Context(), question("Tiny-Clerk"))
	want := provider.Facts{Digest: "1643c9", Quantization: "Q8_0", Openness: bakeoff.Open, Warmth: bakeoff.Warm, Capabilities: []string{"completion"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	got, err = p.Prepare(t.Context(), question("tiny-poet:latest"))
	want = provider.Facts{Digest: "77aa", Openness: bakeoff.Open, Warmth: bakeoff.Cold, Capabilities: []string{"completion", "thinking"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	s.status["/api/ps"] = http.StatusInternalServerError
	if got, err = p.Prepare(t.Context(), question("tiny-poet")); got.Warmth != bakeoff.WarmthUnknown || err != nil {
		t.Errorf("without /api/ps: got %s, %v; want unknown", got.Warmth, err)
	}
}

// Servers before 0.32 list neither capabilities nor context length.
func TestOlderServersAreAskedForDetailsOncePerDigest(t *testing.T) {
	s, p := fake(t)
	s.json["/api/tags"] = `{"models":[{"name":"a:latest","digest":"d1","details":{}},{"name":"b:latest","digest":"d1","details":{}}]}`
	s.json["/api/show"] = `{"model_info":{"general.architecture":"llama","llama.context_length":2048,"tokenizer.ggml.tokens":null},"capabilities":["completion","vision"]}`
	for range 2 {
		models, err := p.Models(t.Context())
		if err != nil || len(models) != 2 || models[1].ContextLength != 2048 || !slices.Equal(models[1].Capabilities, []string{"completion", "vision"}) {
			t.Fatalf("got %+v, %v", models, err)
		}
	}
	shows := 0
	for _, r := range s.Requests() {
		if r.Path == "/api/show" {
			shows++
		}
	}
	if shows != 1 {
		t.Errorf("/api/show was asked %d times, want once for the digest", shows)
	}
	s.json["/api/tags"] = `{"models":[{"name":"c:latest","digest":"d2","details":{}}]}`
	s.status["/api/show"] = http.StatusInternalServerError
	if models, err := p.Models(t.Context()); err != nil || models[0].Openness != "" || models[0].Capabilities != nil {
		t.Errorf("when details fail: got %+v, %v; want the model with them unknown", models, err)
	}
}

const remoteList = `{"models":[{"name":"big:cloud","digest":"c1","remote_model":"big","remote_host":"https://ollama.com:443","details":{}}]}`

func TestForwardedModelsAreCloudModels(t *testing.T) {
	s, p := fake(t)
	s.json["/api/tags"] = remoteList
	facts, err := p.Prepare(t.Context(), question("big:cloud"))
	if err != nil || facts.RemoteHost != "ollama.com" || facts.Openness != "" || facts.Warmth != "" {
		t.Errorf("got %+v, %v", facts, err)
	}
	models, err := p.Models(t.Context())
	if err != nil || models[0].RemoteHost != "ollama.com" || models[0].Openness != "" {
		t.Errorf("got %+v, %v", models, err)
	}
	s.json["/api/tags"] = `{"models":[]}` // a cloud model can be asked without being listed
	s.json["/api/show"] = `{"remote_model":"big","remote_host":"https://ollama.com:443","model_info":{}}`
	if facts, err := p.Prepare(t.Context(), question("big:cloud")); err != nil || facts.RemoteHost != "ollama.com" {
		t.Errorf("not listed: got %+v, %v", facts, err)
	}
}

func TestForwardedModelsAreRefusedUnderLocalOnlyBeforeThePromptIsSent(t *testing.T) {
	local := provider.WithLocalOnly(t.Context())
	for name, setup := range map[string]func(*server){
		"listed":             func(s *server) { s.json["/api/tags"] = remoteList },
		"known to show only": func(s *server) { s.json["/api/show"] = `{"remote_model":"big"}` },
		"the list fails":     func(s *server) { s.status["/api/tags"] = http.StatusInternalServerError },
		"details fail":       func(s *server) { s.json["/api/tags"] = `{"models":[{"name":"big:cloud","digest":"c"}]}` },
	} {
		s, p := fake(t)
		setup(s)
		got := providertest.Collect(p.Stream(local, question("big:cloud")))
		if got.Err == nil || got.Finish != nil || len(s.prompts()) != 0 {
			t.Errorf("%s: got %v; want an error and no prompt", name, got.Err)
		}
		if want := bakeoff.CodeLocalOnly; name != "the list fails" && got.Code() != want {
			t.Errorf("%s: got %v, want local_only", name, got.Err)
		}
	}
	s, p := fake(t)
	if got := providertest.Collect(p.Stream(local, question("tiny-clerk"))); got.Err != nil || len(s.prompts()) != 1 {
		t.Errorf("a model that runs here: got %v", got.Err)
	}
	s.chat = []string{strings.Replace(textLine("secret"), `"model"`, `"remote_host":"https://ollama.com","model"`, 1), doneLine("stop")}
	if got := providertest.Collect(p.Stream(local, question("tiny-clerk"))); got.Code() != bakeoff.CodeLocalOnly || got.Text != "" || got.Metas[0].RemoteHost != "ollama.com" {
		t.Errorf("a reply that names another host: got %q, %v", got.Text, got.Err)
	}
}

func TestOddNumbersSpoilThemselvesOnly(t *testing.T) {
	line := func(members string) string {
		return `{"model":"m","message":{"content":"x"},"done":true,"done_reason":"stop"` + members + "}\n"
	}
	known := bakeoff.ReportedCount
	for _, test := range []struct {
		name, members string
		in, out       bakeoff.Count
		load          bakeoff.Span
	}{
		{"absent is unknown", "", bakeoff.Count{}, bakeoff.Count{}, bakeoff.Span{}},
		{"a prompt count that was left out", `,"eval_count":9`, bakeoff.Count{}, known(9), bakeoff.Span{}},
		{"negative", `,"prompt_eval_count":-4,"eval_count":-1,"load_duration":-5`, bakeoff.Count{}, bakeoff.Count{}, bakeoff.Span{}},
		{"absurd", `,"prompt_eval_count":1e30,"eval_count":99999999999999999999,"load_duration":9223372036854775807`, bakeoff.Count{}, bakeoff.Count{}, bakeoff.Span{}},
		{"strings and nulls", `,"prompt_eval_count":"12","eval_count":null,"load_duration":{}`, bakeoff.Count{}, bakeoff.Count{}, bakeoff.Span{}},
		{"good", `,"prompt_eval_count":12,"eval_count":3,"load_duration":2000000`, known(12), known(3), bakeoff.Measured(2 * time.Millisecond)},
	} {
		s, p := fake(t)
		s.chat = []string{line(test.members)}
		got := ask(t, p, question("m"))
		if got.Finish == nil || got.Text != "x" {
			t.Errorf("%s: got %q, %v", test.name, got.Text, got.Err)
			continue
		}
		u := got.Finish.Usage
		if u.Input != test.in || u.Output != test.out || got.Finish.Load != test.load {
			t.Errorf("%s: got %+v, load %+v", test.name, u, got.Finish.Load)
		}
		if test.members == "" && u.Raw != nil || test.members != "" && !sameMembers(string(u.Raw), "{"+test.members[1:]+"}") {
			t.Errorf("%s: raw usage %s", test.name, u.Raw)
		}
	}
}

// sameMembers reports whether two JSON objects have the same members, each in the same words.
func sameMembers(a, b string) bool {
	var x, y map[string]json.RawMessage
	return json.Unmarshal([]byte(a), &x) == nil && json.Unmarshal([]byte(b), &y) == nil && cmp.Equal(x, y)
}

func TestErrorsTellTheNextStep(t *testing.T) {
	for _, test := range []struct {
		name   string
		status int
		body   string
		code   bakeoff.Code
		say    string
	}{
		{"unknown model", 404, `{"error":"model 'nope' not found"}`, bakeoff.CodeModelMissing, "ollama pull m"},
		{"no cloud", 403, `{"error":"ollama cloud is disabled: remote model is unavailable"}`, bakeoff.CodeForbidden, "switched off"},
		{"not signed in", 401, `{"error":"unauthorized","signin_url":"https://ollama.com/connect"}`, bakeoff.CodeAuth, "ollama signin"},
		{"queue full", 503, `{"error":"server busy, please try again.  maximum pending requests exceeded"}`, bakeoff.CodeOverloaded, "again"},
		{"prompt too long", 400, `{"error":"the input length exceeds the context length"}`, bakeoff.CodeContextTooLong, "Shorten"},
		{"no memory", 500, `{"error":"model requires more system memory (9.1 GiB) than is available (3 GiB)"}`, bakeoff.CodeProvider, "memory"},
		{"cannot think", 400, `{"error":"\"m\" does not support thinking"}`, bakeoff.CodeInvalid, "Remove the effort"},
		{"option of a wrong type", 500, `{"error":"option \"num_predict\" must be of type integer"}`, bakeoff.CodeProvider, "."},
		{"installation without a runner", 500, `{"error":"llama-server binary not found"}`, bakeoff.CodeProvider, "."},
	} {
		s, p := fake(t)
		s.json["/api/chat"], s.status["/api/chat"] = test.body, test.status
		got := ask(t, p, question("m"))
		var e *bakeoff.Error
		if !errors.As(got.Err, &e) || e.Code != test.code || !strings.Contains(e.Message, test.say) || e.HTTPStatus != test.status || e.Detail == "" {
			t.Errorf("%s: got %+v", test.name, got.Err)
		}
	}
	s, p := fake(t)
	s.json["/api/tags"] = `{"models":[]}`
	if _, err := p.Prepare(t.Context(), question("llama3.2:1b")); err == nil || !strings.Contains(err.Error(), "has no models yet. Run `ollama pull llama3.2:1b`") {
		t.Errorf("no models: got %v", err)
	}
	s.Close()
	for name, err := range map[string]error{"prepare": second(p.Prepare(t.Context(), question("m"))), "stream": ask(t, p, question("m")).Err, "list": second(p.Models(t.Context()))} {
		var e *bakeoff.Error
		if !errors.As(err, &e) || e.Code != bakeoff.CodeUnreachable || !strings.Contains(e.Message, "Ollama does not answer at 127.0.0.1:") || !strings.Contains(e.Message, "Start it") {
			t.Errorf("server down, %s: got %v", name, err)
		}
	}
}

func second[T any](_ T, err error) error { return err }

func TestABadAddressIsASentence(t *testing.T) {
	for _, base := range []string{"", "::", "localhost:11434", "ftp://x", "http://"} {
		if got := ask(t, New(Config{BaseURL: base}), question("m")); got.Err == nil || got.Code() == bakeoff.CodeInternal {
			t.Errorf("%q: got %v", base, got.Err)
		}
	}
}

func TestNamesMeanTheSameModel(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"llama3", "llama3:latest", true}, {"LLaMA3", "llama3", true}, {"library/llama3", "llama3", true},
		{"host:5000/me/m", "host:5000/me/m:latest", true}, {"llama3:1b", "llama3", false}, {"me/m", "m", false},
	} {
		if got := canonical(test.a) == canonical(test.b); got != test.same {
			t.Errorf("%s and %s: got %v", test.a, test.b, got)
		}
	}
}

// A hostile environment must not move requests: OLLAMA_HOST is read by whoever builds the Config, never here.
func TestTheEnvironmentDoesNotMoveRequests(t *testing.T) {
	other := providertest.Serve(t, func(providertest.Recorded) providertest.Reply { return providertest.Reply{} })
	for _, name := range []string{"OLLAMA_HOST", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"} {
		t.Setenv(name, other.URL)
	}
	_, p := fake(t)
	ask(t, p, question("m"))
	p.Prepare(t.Context(), question("tiny-clerk"))
	if n := len(other.Requests()); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestTheDoneMarkEndsTheRun(t *testing.T) {
	s, p := fake(t)
	s.chat = []string{textLine("a"), doneLine("stop"), textLine("b"), `{"error":"late"}` + "\n"}
	if got := ask(t, p, question("m")); got.Text != "a" || got.Err != nil || got.After != 0 {
		t.Errorf("got %q, %v", got.Text, got.Err)
	}
	s.chat = []string{textLine("a")}
	if got := ask(t, p, question("m")); got.Text != "a" || got.Finish != nil || got.Err != nil {
		t.Errorf("without the mark: got finish %v, %v", got.Finish, got.Err)
	}
	s.chat = []string{`{"model":"m","message":{"role":"assistant","content":""},"done":true,"done_reason":"load"}` + "\n"}
	if got := ask(t, p, question("m")); got.Finish == nil || got.Finish.Reason != "load" || got.Finish.Cut {
		t.Errorf("preload: got %+v, %v", got.Finish, got.Err)
	}
}

func FuzzDecode(f *testing.F) {
	for _, line := range []string{textLine("é🌊"), thinkLine("hm"), doneLine("length"), `{"error":"x"}`, `{"message":{"content":1}}`, `{"prompt_eval_count":1e99,"done":true}`, `{}`, `[]`, `null`, "\x00"} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		var c chunk
		if decode(line, &c) != nil {
			return
		}
		c.deliver(func(ev provider.Event, _ error) bool {
			if f := ev.Finish; f != nil && (f.Usage.Input.N < 0 || f.Usage.Output.N < 0 || f.Load.D < 0 || len(f.Usage.Raw) > 0 && !json.Valid(f.Usage.Raw)) {
				t.Errorf("%q: finish %+v", line, f)
			}
			return true
		})
	})
}

func TestConcurrentUse(t *testing.T) {
	_, p := fake(t)
	done := make(chan error)
	for range 8 {
		go func() {
			req := question("tiny-clerk")
			facts, err := p.Prepare(context.Background(), req)
			req.Facts = facts
			done <- errors.Join(err, providertest.Collect(p.Stream(context.Background(), req)).Err)
		}()
	}
	for range 8 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}
