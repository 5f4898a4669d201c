package ollama

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
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

// encoded returns a picture in three formats.
// An undecodable image crashed the runner of Ollama 0.24, and with it every answer of that model.
// Servers before 0.32 list neither capabilities nor context length.
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
		{"installation without a runner", 500, `{"error":"llama-server binary not found"}`, bakeoff.CodeProvider, "Install it again"},
		{"runner that does not start", 500, `{"error":"error starting runner: fork/exec /usr/bin/x: no such file"}`, bakeoff.CodeProvider, "log of the Ollama server"},
		{"runner that crashed", 500, `{"error":"llama runner process has terminated: exit status 2"}`, bakeoff.CodeProvider, "restart it"},
		{"runner that crashed, since 0.32", 500, `{"error":"llama-server process has terminated: signal: killed"}`, bakeoff.CodeProvider, "restart it"},
		{"runner that stopped", 500, `{"error":"model runner has unexpectedly stopped, this may be due to resource limitations or an internal error, check ollama server logs for details"}`, bakeoff.CodeProvider, "could not load m, or lost it"},
		{"runner out of memory", 500, `{"error":"llama runner process has terminated: cudaMalloc failed: out of memory"}`, bakeoff.CodeProvider, "needs more memory"},
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

// A gateway that speaks this protocol without lists must still be asked: only Ollama's own words mean a missing model.
func TestServerWithoutShowIsAskedAllTheSame(t *testing.T) {
	srv := providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		switch r.Path {
		case "/api/tags":
			return providertest.Reply{Steps: []providertest.Step{providertest.Write(`{"models":[]}`)}, Header: providertest.Headers("Content-Type: application/json")}
		case "/api/chat":
			return providertest.Reply{Steps: []providertest.Step{providertest.Write(textLine("hi") + doneLine("stop"))}, Header: providertest.Headers("Content-Type: application/x-ndjson")}
		}
		return providertest.Reply{Status: 404, Steps: []providertest.Step{providertest.Write(`{"error":{"message":"Not found"}}`)}}
	})
	p := New(Config{BaseURL: srv.URL, Local: true})
	_, err := p.Prepare(t.Context(), question("any"))
	if e := bakeoff.AsError(err); e.Code == bakeoff.CodeModelMissing {
		t.Errorf("got %v: the run would fail unasked", err)
	}
	if got := providertest.Collect(p.Stream(t.Context(), question("any"))); got.Text != "hi" || got.Finish == nil {
		t.Errorf("got %+v", got)
	}
}
