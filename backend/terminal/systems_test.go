package terminal

import (
	"encoding/json"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// Each system that Bakeoff promises to work with has a row in docs/systems.md, and the row names a test here: the program
// is set up by variables as a user would, asks for the list, and compares models of a server that speaks as that system
// does. What the servers say follows the systems' references; see the sources in the table.

// said is what a server answers for one model: a stream, or an error with its status.
type said struct {
	status  int    // 0: 200
	kind    string // of the content; empty: an event stream
	body    string
	headers map[string]string
}

// system is one server that speaks like a system.
type system struct {
	auth     string // "Authorization: Bearer k": what every request must bear; empty: nothing
	refusal  said   // of a request without it
	listPath string // with its query
	list     string
	answers  map[string]said   // by the model that is asked for
	also     map[string]string // JSON of other paths that may be asked
	askPath  string            // where it is asked; "{model}" stands for the model; a query must be there as well

	mu    sync.Mutex
	asked []string // bodies of questions
	odd   []string // requests that fit nothing
}

func (s *system) serve(t *testing.T) string {
	t.Helper()
	srv := httptest.NewServer(s)
	t.Cleanup(func() {
		srv.Close()
		for _, odd := range s.odd {
			t.Errorf("a request that this system does not know: %s", odd)
		}
	})
	return srv.URL
}

func (s *system) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead { // warms the connection: without a key
		return
	}
	raw, _ := io.ReadAll(r.Body)
	name, value, _ := strings.Cut(s.auth, ": ")
	switch {
	case s.auth != "" && r.Header.Get(name) != value:
		s.refusal.write(w, http.StatusUnauthorized)
		return
	case s.also[r.URL.Path] != "":
		said{kind: "application/json", body: s.also[r.URL.Path]}.write(w, 0)
		return
	case r.Method == http.MethodGet && r.URL.RequestURI() == s.listPath:
		said{kind: "application/json", body: s.list}.write(w, 0)
		return
	}
	var body struct{ Model string }
	_ = json.Unmarshal(raw, &body)
	for model, answer := range s.answers {
		if r.URL.RequestURI() == strings.ReplaceAll(s.askPath, "{model}", model) && (body.Model == model || strings.Contains(s.askPath, "{model}")) {
			s.mu.Lock()
			s.asked = append(s.asked, string(raw))
			s.mu.Unlock()
			answer.write(w, 0)
			return
		}
	}
	s.mu.Lock()
	s.odd = append(s.odd, r.Method+" "+r.URL.RequestURI()+" "+body.Model)
	s.mu.Unlock()
	w.WriteHeader(http.StatusTeapot)
}

func (a said) write(w http.ResponseWriter, status int) {
	kind := a.kind
	if kind == "" {
		kind = "text/event-stream"
	}
	w.Header().Set("Content-Type", kind)
	for name, value := range a.headers {
		w.Header().Set(name, value)
	}
	if a.status != 0 {
		status = a.status
	}
	if status != 0 {
		w.WriteHeader(status)
	}
	_, _ = io.WriteString(w, a.body)
}

// fails is an error as JSON.
func fails(status int, body string) said {
	return said{status: status, kind: "application/json", body: body}
}

// chunks is a stream of data lines; a line that begins with a colon or "event:" stands as it is.
func chunks(lines ...string) said { return said{body: frames(lines...) + "data: [DONE]\n\n"} }

// frames is chunks without the end marker of Chat Completions.
func frames(lines ...string) string {
	var b strings.Builder
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, ":"):
			b.WriteString(line + "\n\n")
		case strings.HasPrefix(line, "event:"):
			b.WriteString(line + "\n")
		default:
			b.WriteString("data: " + line + "\n\n")
		}
	}
	return b.String()
}

// measured is what must be measured of one model. A count of -1 must be unknown, or estimated.
type measured struct {
	model                   string // with its endpoint
	answer, reasoning, code string // the code of its error; then the answer is what came before
	in, out, think, cached  int64
	usd                     string // empty: not checked; "unknown"
	served                  string // the resolved model, where it is another
}

// works runs `bakeoff compare` over the models and checks what it tells of each.
func works(t *testing.T, env map[string]string, all ...measured) comparisonJSON {
	t.Helper()
	args := []string{"compare", "--format", "json", "--max-tokens", "2000"}
	for _, w := range all {
		args = append(args, "-m", w.model)
	}
	status, out, errs := execute(t, withoutOllama(env), t.TempDir(), append(args, "Why is the sky blue?")...)
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil || len(c.Runs) != len(all) {
		t.Fatalf("exit status %d: %v: %s%s", status, err, out, errs)
	}
	for i, w := range all {
		w.check(t, c.Runs[i])
	}
	return c
}

func (w measured) check(t *testing.T, r runJSON) {
	t.Helper()
	code := ""
	if r.Error != nil {
		code = r.Error.Code
		if !strings.Contains(r.Error.Message, ". ") {
			t.Errorf("%s: no next step in %q", w.model, r.Error.Message)
		}
	}
	if code != w.code || r.Answer != w.answer || r.Reasoning != w.reasoning {
		t.Errorf("%s: got %s %q, thought %q, error %q (%+v); want %+v", w.model, r.Status, r.Answer, r.Reasoning, code, r.Error, w)
	}
	if w.code != "" {
		return
	}
	for name, c := range map[string]struct {
		want int64
		got  *countJSON
	}{"in": {w.in, r.Usage.Input}, "out": {w.out, r.Usage.Output}, "thought": {w.think, r.Usage.Reasoning}, "cached": {w.cached, r.Usage.CacheRead}} {
		reported := c.got != nil && c.got.Source == "reported"
		if reported != (c.want >= 0) && !(c.want == 0 && c.got == nil) || reported && c.got.Count != c.want {
			t.Errorf("%s: %s: got %+v, want %d", w.model, name, c.got, c.want)
		}
	}
	switch {
	case w.usd == "unknown" && r.Cost.USD != nil, w.usd != "" && w.usd != "unknown" && (r.Cost.USD == nil || *r.Cost.USD != w.usd):
		t.Errorf("%s: cost %+v (%v), want %s", w.model, r.Cost, r.Cost.USD, w.usd)
	}
	if served := ""; r.Resolved != nil {
		if served = *r.Resolved; w.served != "" && served != w.served {
			t.Errorf("%s: served by %q, want %q", w.model, served, w.served)
		}
	} else if w.served != "" {
		t.Errorf("%s: who served it is not told, want %q", w.model, w.served)
	}
	if r.Timing.TTFT == nil || r.Timing.Total == nil {
		t.Errorf("%s: timing %+v", w.model, r.Timing)
	}
}

func withoutOllama(env map[string]string) map[string]string {
	if env["OLLAMA_HOST"] != "" {
		return env
	}
	env = maps.Clone(env)
	env["OLLAMA_HOST"] = "127.0.0.1:1"
	return env
}

// lists runs `bakeoff models` and returns the models of an endpoint.
func lists(t *testing.T, env map[string]string, endpoint string) map[string]modelJSON {
	t.Helper()
	_, out, errs := execute(t, withoutOllama(env), t.TempDir(), "models", "--format", "json")
	var all struct{ Endpoints []endpointJSON }
	if err := json.Unmarshal([]byte(out), &all); err != nil {
		t.Fatalf("%v: %s%s", err, out, errs)
	}
	for _, e := range all.Endpoints {
		if e.Name != endpoint {
			continue
		}
		if e.State != "ready" {
			t.Fatalf("%s is %s: %+v", endpoint, e.State, e.Problem)
		}
		models := make(map[string]modelJSON)
		for _, m := range e.Models {
			models[m.ID] = m
		}
		return models
	}
	t.Fatalf("there is no endpoint %s in %s", endpoint, out)
	return nil
}

// refusesKey checks that a wrong key is told as one, by the test of the connection.
func refusesKey(t *testing.T, env map[string]string, endpoint, variable string) {
	t.Helper()
	env = maps.Clone(withoutOllama(env))
	env[variable] = "wrong-key-0123456789"
	status, out, errs := execute(t, env, t.TempDir(), "endpoints", "test", endpoint)
	if status != exitNone || !strings.Contains(errs, "was refused. Check "+variable) {
		t.Errorf("a wrong key: exit status %d: %s%s", status, out, errs)
	}
}

// promised are the systems that the table must have a row for.
var promised = []string{
	"ChatGPT", "Claude", "Gemini", "DeepSeek", "Llama 4", "Qwen 2.5", "OpenRouter", "xAI", "Mistral", "Groq", "Together",
	"Azure OpenAI", "LM Studio", "llama.cpp", "vLLM", "LiteLLM", "Ollama, several hosts", "Ollama Cloud",
}

func TestEverySystemOfTheTableHasItsTest(t *testing.T) {
	table, err := os.ReadFile(filepath.Join("..", "..", "docs", "systems.md"))
	if err != nil {
		t.Fatal(err)
	}
	tests := declaredTests(t)
	named := make(map[string]bool)
	for _, row := range regexp.MustCompile(`(?m)^\| \*\*(.+?)\*\*.*$`).FindAllStringSubmatch(string(table), -1) {
		found := regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(row[0], -1)
		if len(found) == 0 {
			t.Errorf("the row of %s names no test", row[1])
		}
		for _, m := range found {
			named[m[1]] = true
			if !tests[m[1]] {
				t.Errorf("the row of %s names %s, which there is not", row[1], m[1])
			}
		}
		for _, system := range promised {
			if strings.HasPrefix(row[1], system) {
				named[system] = true
			}
		}
	}
	for _, system := range promised {
		if !named[system] {
			t.Errorf("the table has no row for %s", system)
		}
	}
	for name := range tests {
		if strings.HasPrefix(name, "TestSystem") && !named[name] {
			t.Errorf("%s is in no row of the table", name)
		}
	}
}

func decode(t *testing.T, told, text string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		t.Fatalf("%v: %s", err, told)
	}
}

// declaredTests are the names of the tests of this package.
func declaredTests(t *testing.T) map[string]bool {
	t.Helper()
	files, err := filepath.Glob("*_test.go")
	if err != nil || len(files) == 0 {
		t.Fatal("no tests were found:", err)
	}
	out := make(map[string]bool)
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && strings.HasPrefix(f.Name.Name, "Test") {
				out[f.Name.Name] = true
			}
		}
	}
	return out
}

// ids writes rows {"id": …} of a list.
func ids(names ...string) string {
	var rows []string
	for _, n := range names {
		rows = append(rows, fmt.Sprintf(`{"id":%q,"object":"model"}`, n))
	}
	return strings.Join(rows, ",")
}

func sortedIDs(models map[string]modelJSON) []string { return slices.Sorted(maps.Keys(models)) }
