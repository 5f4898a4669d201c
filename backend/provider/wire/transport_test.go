package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"go.uber.org/goleak"
)

func mustURL(t testing.TB, s string) *url.URL {
	t.Helper()
	u, err := url.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

func client(t testing.TB, base string) *Client {
	t.Helper()
	c := NewClient(Options{Label: "Acme", BaseURL: mustURL(t, base), Key: "sk-acme-0123456789abcdef", KeyName: "ACME_API_KEY"})
	t.Cleanup(c.Close)
	return c
}

// get asks for the URL and reads the whole answer.
func get(ctx context.Context, c *Client, address string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Authorization", "Bearer "+c.o.Key)
	resp, err := c.HTTP().Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	return string(body), err
}

func serve(t testing.TB, h http.HandlerFunc) *httptest.Server {
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return srv
}

func TestRequestsStayAtTheirOrigin(t *testing.T) {
	var hits atomic.Int32
	other := serve(t, func(http.ResponseWriter, *http.Request) { hits.Add(1) })
	c := client(t, "http://127.0.0.1:9/v1")
	for _, address := range []string{other.URL, "https://127.0.0.1:9/v1", "http://localhost:9/v1", "http://127.0.0.1:9@" + strings.TrimPrefix(other.URL, "http://")} {
		_, err := get(t.Context(), c, address)
		if e := c.Err(err); e == nil || e.Code != bakeoff.CodeInvalid {
			t.Errorf("%s: got %v, want a refusal", address, err)
		}
	}
	if hits.Load() != 0 {
		t.Errorf("%d requests reached another origin", hits.Load())
	}
}

func TestRedirectsOfAListAreNotFollowed(t *testing.T) {
	var hits atomic.Int32
	target := serve(t, func(http.ResponseWriter, *http.Request) { hits.Add(1) })
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Location", target.URL)
			w.WriteHeader(status)
		})
		_, err := get(t.Context(), client(t, srv.URL), srv.URL)
		var refused *StatusError
		if !errors.As(err, &refused) || refused.Status != status || hits.Load() != 0 {
			t.Errorf("%d: got %v, %d requests at the target", status, err, hits.Load())
		}
	}
}

// dialing counts the connections of a client that would go anywhere but to this machine.
func dialing(c *Client) *atomic.Int32 {
	var n atomic.Int32
	for _, tr := range []*http.Transport{c.open, c.inside} {
		dial := tr.DialContext
		tr.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
			n.Add(1)
			if host, _, _ := net.SplitHostPort(address); !loopback(host) {
				return nil, errors.New("this test stays on this machine")
			}
			return dial(ctx, network, address)
		}
	}
	return &n
}

func TestLocalOnlyAndKeysInClearDialNothing(t *testing.T) {
	for _, test := range []struct {
		name, base string
		ctx        context.Context
		want       bakeoff.Code
		dials      int32
	}{
		{"local only, a name", "https://api.example.com", provider.WithLocalOnly(t.Context()), bakeoff.CodeLocalOnly, 0},
		{"local only, an address", "http://192.0.2.7:11434", provider.WithLocalOnly(t.Context()), bakeoff.CodeLocalOnly, 0},
		{"local only, a name that begins like ours", "https://localhost.example.com", provider.WithLocalOnly(t.Context()), bakeoff.CodeLocalOnly, 0},
		{"a key over plain HTTP", "http://api.example.com", t.Context(), bakeoff.CodeInvalid, 0},
		{"control: neither", "https://api.example.com", t.Context(), bakeoff.CodeUnreachable, 1},
	} {
		c := client(t, test.base)
		dials := dialing(c)
		_, err := get(test.ctx, c, test.base)
		if e := c.Err(err); e.Code != test.want || dials.Load() != test.dials {
			t.Errorf("%s: got %v after %d dials, want %s", test.name, err, dials.Load(), test.want)
		}
		c.Warm(provider.WithLocalOnly(t.Context()))
		if dials.Load() != test.dials {
			t.Errorf("%s: warming dialled under local only", test.name)
		}
	}
}

func TestTheProxyIsTheOneThatWasChosen(t *testing.T) {
	t.Setenv("HTTP_PROXY", "http://127.0.0.1:2")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:2")
	c := client(t, "https://api.example.com")
	if u, err := c.proxy(&http.Request{URL: c.o.BaseURL}); u != nil || err != nil {
		t.Errorf("got %v, %v; want none", u, err)
	}
	chosen := mustURL(t, "http://127.0.0.1:3")
	c.o.Proxy = http.ProxyURL(chosen)
	if u, _ := c.proxy(&http.Request{URL: c.o.BaseURL}); u != chosen {
		t.Errorf("got %v", u)
	}
	if c.inside.Proxy != nil {
		t.Error("a request that must stay on this machine would use a proxy")
	}
}

// raw serves one byte string per connection and closes.
func raw(t *testing.T, answer string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			conn.Read(make([]byte, 4096))
			io.WriteString(conn, answer)
			conn.Close()
		}
	}()
	return "http://" + l.Addr().String()
}

func TestNetworkTroubleIsTold(t *testing.T) {
	gone := raw(t, "")
	for _, test := range []struct {
		name, base string
		want       bakeoff.Code
	}{
		{"closed before the headers", gone, bakeoff.CodeUnreachable},
		{"closed in the middle of the headers", raw(t, "HTTP/1.1 200 OK\r\nContent-Type: a\r\n"), bakeoff.CodeUnreachable},
		{"nothing listens", "http://127.0.0.1:1", bakeoff.CodeUnreachable},
		{"not HTTP", raw(t, "SSH-2.0-OpenSSH_9.2\r\n\r\n"), bakeoff.CodeInvalid},
		{"a body shorter than announced", raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"), bakeoff.CodeTruncated},
		{"a broken chunk", raw(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"), bakeoff.CodeTruncated},
		{"endless headers", raw(t, "HTTP/1.1 200 OK\r\n"+strings.Repeat("X-A: "+strings.Repeat("a", 1000)+"\r\n", 1000)), bakeoff.CodeInvalid},
	} {
		c := client(t, test.base)
		_, err := get(t.Context(), c, test.base)
		e := c.Err(err)
		if e == nil || e.Code != test.want || !strings.Contains(e.Message, ". ") || !errors.Is(e, err) {
			t.Errorf("%s: got %v from %v, want %s", test.name, e, err, test.want)
		}
	}
}

func TestStreamsAndListsAreBounded(t *testing.T) {
	block := []byte(strings.Repeat("x", 1<<20))
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for range 100 {
			if _, err := w.Write(block); err != nil {
				return
			}
		}
	})
	c := client(t, srv.URL)
	for name, ctx := range map[string]context.Context{"64 MB": Expect(t.Context(), "text/event-stream"), "32 MB": t.Context()} {
		if _, err := get(ctx, c, srv.URL); c.Err(err) == nil || c.Err(err).Code != bakeoff.CodeInvalid || !strings.Contains(c.Err(err).Message, name) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestListsLoseTheKey(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, `{"id":"`+strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")+`"}`)
	})
	if got, err := get(t.Context(), client(t, srv.URL), srv.URL); err != nil || got != `{"id":"[key removed]"}` {
		t.Errorf("got %q, %v", got, err)
	}
}

func TestATraceTellsTheMomentsAndTheBody(t *testing.T) {
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		w.Header().Set("Request-Id", "req_1")
		w.Header().Set("Content-Type", "text/event-stream; charset=utf-8")
		io.WriteString(w, "data: 1\n\n")
	})
	c := client(t, srv.URL)
	for i := range 2 {
		var trace provider.Trace
		ctx := provider.WithTrace(Expect(t.Context(), "text/event-stream"), &trace)
		req, _ := http.NewRequestWithContext(ctx, http.MethodPost, srv.URL+"/v1", io.MultiReader(strings.NewReader("pro"), strings.NewReader("mpt")))
		resp, err := c.HTTP().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		s := trace.Stamps()
		if s.Requests != 1 || string(s.Body) != "prompt" || s.RequestID != "req_1" || s.Status != 200 || s.Host != strings.TrimPrefix(srv.URL, "http://") || s.Received != 9 {
			t.Errorf("got %+v", s)
		}
		if s.Sent.IsZero() || s.Connected.Before(s.Sent) || s.Headers.Before(s.Connected) || s.FirstByte.Before(s.Headers) || s.Reused != (i == 1) {
			t.Errorf("request %d: moments %+v", i, s)
		}
	}
}

func TestWarmingLeavesAConnectionAndNoKey(t *testing.T) {
	var auth atomic.Value
	srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodHead {
			auth.Store(r.Header.Get("Authorization"))
			http.NotFound(w, r)
		}
	})
	c := client(t, srv.URL+"/v1")
	c.Warm(t.Context())
	if got := auth.Load(); got != "" {
		t.Errorf("got header %v, want none", got)
	}
	var trace provider.Trace
	if _, err := get(provider.WithTrace(t.Context(), &trace), c, srv.URL); err != nil || !trace.Stamps().Reused {
		t.Errorf("the connection was not kept: %v", err)
	}
	NewClient(Options{}).Warm(t.Context()) // no address: nothing to warm
	client(t, "http://127.0.0.1:1").Warm(t.Context())
}

// fakeTripper answers with what it makes of a request.
type fakeTripper func(*http.Request) (*http.Response, error)

func (f fakeTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestAStalledErrorBodyIsNotWaitedFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := client(t, "https://api.example.com")
		body, sender := io.Pipe()
		c.outside = fakeTripper(func(r *http.Request) (*http.Response, error) {
			context.AfterFunc(r.Context(), func() { sender.CloseWithError(r.Context().Err()) })
			go io.WriteString(sender, `{"error":"partly`)
			return &http.Response{StatusCode: 503, Header: http.Header{}, Body: body}, nil
		})
		began := time.Now()
		_, err := get(t.Context(), c, "https://api.example.com/v1")
		if e := c.Err(err); e.HTTPStatus != 503 || e.Code != bakeoff.CodeProvider || !strings.Contains(e.Detail, "partly") {
			t.Errorf("got %+v", e)
		}
		if took := time.Since(began); took != errorBodyWait {
			t.Errorf("it took %v, want %v", took, errorBodyWait)
		}
	})
}

func TestNothingIsLeftBehind(t *testing.T) {
	before := goleak.IgnoreCurrent()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, "first\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	}))
	c := NewClient(Options{Label: "Acme", BaseURL: mustURL(t, srv.URL)})
	req, _ := http.NewRequestWithContext(Expect(t.Context(), "text/plain"), http.MethodGet, srv.URL, nil)
	resp, err := c.HTTP().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Read(make([]byte, 3))
	resp.Body.Close() // leaving early ends the request, or Close of the server would wait for ever
	srv.Close()
	c.Close()
	goleak.VerifyNone(t, before)
}
