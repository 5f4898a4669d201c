package wiring

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// A test of a connection names what is wrong so that the user knows what to do next: one row for each thing that goes wrong
// when an endpoint is set up.
func TestATestOfAConnectionNamesWhatIsWrong(t *testing.T) {
	answers := func(status int, contentType, body string) string {
		return serveTest(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = quiet
	secure.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := answers(200, "application/json", `{"data":[]}`)

	h := setupHouse(t, t.TempDir(), env{})
	defer closeHouse(t, h)
	for _, test := range []struct {
		name, address string
		kind          Kind
		code          bakeoff.Code
		want          string // in the sentence
	}{
		{"a name that there is not", "https://no-such-host.invalid/v1", KindOpenAI, bakeoff.CodeUnreachable, "The name no-such-host.invalid was not found (DNS)"},
		{"nobody listens", "http://" + closedPort(t) + "/v1", KindOpenAI, bakeoff.CodeUnreachable, "does not answer at 127.0.0.1:"},
		{"a certificate of nobody", secure.URL + "/v1", KindOpenAI, bakeoff.CodeUnreachable, "issuer that this computer does not trust"},
		{"https where http is spoken", strings.Replace(plain, "http://", "https://", 1) + "/v1", KindOpenAI, bakeoff.CodeUnreachable, "does not speak TLS"},
		{"no key", answers(401, "application/json", `{"error":{"message":"no","code":"invalid_api_key"}}`), KindOpenAI, bakeoff.CodeAuth, "wants a key and none is set. Enter it in Models."},
		{"no credit", answers(402, "application/json", `{"error":{"message":"Insufficient Balance"}}`), KindOpenAI, bakeoff.CodeNoCredit, "has no credit left"},
		{"a key without rights", answers(403, "application/json", `{"error":{"message":"no","type":"permission_error"}}`), KindOpenAI, bakeoff.CodeForbidden, "does not let this key"},
		{"no models", plain, KindOpenAI, bakeoff.CodeModelMissing, "answers, but lists no models"},
		{"a web page", answers(200, "text/html; charset=utf-8", "<!doctype html><title>Welcome</title>"), KindOpenAI, bakeoff.CodeInvalid, "A web page answers"},
		{"a web page that does not say so", answers(200, "text/plain", "<!doctype html><title>Welcome</title>"), KindOpenAI, bakeoff.CodeInvalid, "no list of models"},
		{"a web page, Anthropic's protocol", answers(200, "text/html", "<html><title>Welcome</title>"), KindAnthropic, bakeoff.CodeInvalid, "A web page answers"},
		{"a web page, Gemini's protocol", answers(200, "text/html", "<html><title>Welcome</title>"), KindGemini, bakeoff.CodeInvalid, "A web page answers"},
		{"a web page, Ollama's protocol", answers(200, "text/html", "<html><title>Welcome</title>"), KindOllama, bakeoff.CodeInvalid, "A web page answers"},
		{"another API", answers(200, "application/json", `{"hello":"world"}`), KindOpenAI, bakeoff.CodeInvalid, "no list of models"},
		{"a path that there is not", answers(404, "text/plain", "404 page not found"), KindOpenAI, bakeoff.CodeNotFound, "has nothing at this address"},
		{"not HTTP", "http://" + speaks(t, "SSH-2.0-OpenSSH_9.2\r\n\r\n") + "/v1", KindOpenAI, bakeoff.CodeInvalid, "does not speak HTTP"},
		{"hung up", "http://" + speaks(t, "") + "/v1", KindOpenAI, bakeoff.CodeUnreachable, "closed the connection"},
		{"sent elsewhere", serveTest(t, func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "https://x.invalid", 302) }), KindOpenAI, bakeoff.CodeInvalid, "to another address"},
		{"overloaded", answers(503, "text/plain", "busy"), KindOpenAI, bakeoff.CodeProvider, "failed on its own side (HTTP 503"},
	} {
		name, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Name: "tried", Label: "Tried", Kind: test.kind, BaseURL: test.address})
		must(t, err)
		got, err := h.Setup.Test(t.Context(), name)
		must(t, err)
		if got.Problem == nil || got.Problem.Code != test.code || !strings.Contains(got.Problem.Message, test.want) || strings.Count(got.Problem.Message, ".") < 2 {
			t.Errorf("%s: got %v, want %s with %q and a next step", test.name, got.Problem, test.code, test.want)
		}
	}
}

func TestAWrongKeyIsNamed(t *testing.T) {
	h := setupHouse(t, t.TempDir(), env{"VLLM_BASE_URL": serveTest(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(401) }), "VLLM_API_KEY": "wrong-key-0123456789"})
	defer closeHouse(t, h)
	got, err := h.Setup.Test(t.Context(), "vllm")
	must(t, err)
	if got.Problem == nil || got.Problem.Code != bakeoff.CodeAuth || !strings.Contains(got.Problem.Message, "The key for vLLM was refused. Check VLLM_API_KEY or the key in Models.") {
		t.Errorf("got %v", got.Problem)
	}
}

// A silent server is told from one that no connection comes about to.
func TestASilentServerIsNamed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := registry(env{"OPENAI_API_KEY": "k"}, map[string]lister{"openai": silentLister})
		begin := time.Now()
		if err := r.Refresh(t.Context(), "openai"); err != nil {
			t.Fatal(err)
		}
		s, err := r.find("openai")
		if err != nil {
			t.Fatal(err)
		}
		if p := r.info(s).Problem; p == nil || p.Code != bakeoff.CodeTimeout || !strings.Contains(p.Message, "did not list its models in time") || time.Since(begin) != listLimit {
			t.Errorf("after %v: %v", time.Since(begin), p)
		}
	})
}

func serveTest(t *testing.T, h http.HandlerFunc) string {
	t.Helper()
	s := httptest.NewServer(h)
	t.Cleanup(s.Close)
	return s.URL
}

// closedPort is an address of this machine where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	return l.Addr().String()
}

// speaks is the address of a server that says one thing to everybody and hangs up.
func speaks(t *testing.T, text string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = conn.Write([]byte(text))
			conn.Close()
		}
	}()
	return l.Addr().String()
}

// quiet takes what a server says about handshakes that were meant to fail.
var quiet = log.New(io.Discard, "", 0)

var silentLister = lister(func(ctx context.Context) ([]provider.Model, error) {
	<-ctx.Done()
	return nil, ctx.Err()
})
