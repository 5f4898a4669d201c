package wire

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// away is an address of this machine that is not loopback: what stands there is "another host" to the border.
func away(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Skip("this machine does not tell its addresses")
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback")
	return ""
}

// serveAway answers there, and keeps the answer open when hold is set.
func serveAway(t *testing.T, host string, hold chan struct{}) *url.URL {
	t.Helper()
	l, err := net.Listen("tcp4", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Skip("nothing can listen at ", host)
	}
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if hold == nil {
			return
		}
		w.WriteHeader(http.StatusOK)
		w.(http.Flusher).Flush()
		select {
		case <-hold:
		case <-r.Context().Done():
		}
	}))
	srv.Listener.Close()
	srv.Listener = l
	srv.Start()
	t.Cleanup(srv.Close)
	return mustURL(t, srv.URL)
}

func within(t *testing.T, border *Border, base *url.URL, proxy func(*http.Request) (*url.URL, error)) *Client {
	t.Helper()
	c := NewClient(Options{Label: "Acme", BaseURL: base, Border: border, Proxy: proxy})
	t.Cleanup(c.Close)
	return c
}

func TestTheBorderLetsOnlyListedHostsThrough(t *testing.T) {
	host := away(t)
	base := serveAway(t, host, nil)
	border := NewBorder()
	c := within(t, border, base, nil)
	for _, test := range []struct {
		name  string
		on    bool
		ctx   context.Context
		hosts []string
		want  bakeoff.Code // empty: it passes
	}{
		{"open", false, t.Context(), nil, ""},
		{"closed", true, t.Context(), nil, bakeoff.CodeLocalOnly},
		{"closed, another host listed", true, t.Context(), []string{"192.168.250.1", "elsewhere"}, bakeoff.CodeLocalOnly},
		{"closed, listed", true, t.Context(), []string{host}, ""},
		{"taken off the list again", true, t.Context(), nil, bakeoff.CodeLocalOnly},
		{"open, but the request is local only", false, provider.WithLocalOnly(t.Context()), nil, bakeoff.CodeLocalOnly},
		{"open, the request is local only, listed", false, provider.WithLocalOnly(t.Context()), []string{host}, ""},
	} {
		border.Set(test.on, test.hosts)
		_, err := get(test.ctx, c, base.String())
		if e := c.Err(err); (e == nil) != (test.want == "") || e != nil && e.Code != test.want {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

// A kept connection would go on talking to a provider that the user has just shut out.
func TestClosingTheBorderCutsWhatIsOpen(t *testing.T) {
	host := away(t)
	hold := make(chan struct{})
	defer close(hold)
	base := serveAway(t, host, hold)
	border := NewBorder()
	c := within(t, border, base, nil)
	read := func() error {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, base.String(), nil)
		if err != nil {
			t.Fatal(err)
		}
		resp, err := c.HTTP().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		border.Set(true, nil)
		_, err = io.ReadAll(resp.Body)
		return err
	}
	if err := read(); err == nil {
		t.Error("an answer from elsewhere went on under local only")
	}
	border.mu.Lock()
	open := len(border.outside)
	border.mu.Unlock()
	if open != 0 {
		t.Errorf("%d connections stay open under local only", open)
	}
	border.Set(false, []string{host})
	kept := make(chan struct{})
	go func() {
		defer close(kept)
		resp, err := c.HTTP().Get(base.String())
		if err != nil {
			t.Error(err)
			return
		}
		resp.Body.Close()
	}()
	<-kept
}

func TestNoProxyUnderLocalOnly(t *testing.T) {
	host := away(t)
	base := serveAway(t, host, nil)
	asked := 0
	border := NewBorder()
	c := within(t, border, base, func(*http.Request) (*url.URL, error) {
		asked++
		return nil, errors.New("the proxy was asked for")
	})
	if _, err := get(t.Context(), c, base.String()); err == nil || asked == 0 {
		t.Fatal("control: without local only the proxy is not used")
	}
	asked = 0
	border.Set(true, []string{host})
	if _, err := get(t.Context(), c, base.String()); err != nil || asked != 0 {
		t.Errorf("got %v; the proxy was asked for %d times", err, asked)
	}
}

func TestTheResolvedAddressDecides(t *testing.T) {
	border := NewBorder()
	border.Set(true, []string{"gpu.lan", "192.0.2.7", "2001:db8::7"})
	c := within(t, border, mustURL(t, "http://gpu.lan"), nil)
	for _, test := range []struct {
		address     string
		plain, name bool // whether it may be dialled as it is, and as what a listed name led to
	}{
		{"127.0.0.1:80", true, true}, {"127.9.9.9:80", true, true}, {"[::1]:80", true, true}, {"[::ffff:127.0.0.1]:80", true, true},
		{"192.0.2.7:80", true, true}, {"[::ffff:192.0.2.7]:80", true, true}, {"[2001:db8::7]:80", true, true},
		{"10.0.0.1:80", false, true}, {"192.168.1.9:80", false, true}, {"100.101.1.1:80", false, true}, {"[fd00::1]:80", false, true}, {"[fe80::1%eth0]:80", false, true},
		{"192.0.2.1:80", false, false}, {"8.8.8.8:443", false, false}, {"[2001:db8::1]:80", false, false}, {"0.0.0.0:80", false, false}, {"not an address", false, false},
	} {
		for named, want := range map[bool]bool{false: test.plain, true: test.name} {
			err := c.allowed(named)(t.Context(), "tcp", test.address, nil)
			if e := c.Err(err); (e == nil) != want || e != nil && e.Code != bakeoff.CodeLocalOnly {
				t.Errorf("%s (of a name: %v): got %v", test.address, named, err)
			}
		}
	}
}

// The dial functions are the last gate: what route let through by mistake ends there.
func TestDialsAreChecked(t *testing.T) {
	border := NewBorder()
	border.Set(true, nil)
	c := within(t, border, mustURL(t, "http://api.example.com"), nil)
	for name, dial := range map[string]func(context.Context, string, string) (net.Conn, error){"inside": c.dialInside, "outside": c.dialOutside} {
		for _, address := range []string{"api.example.com:443", "192.0.2.1:80", "[2001:db8::1]:80", "localhost.example.com:80"} {
			if conn, err := dial(t.Context(), "tcp", address); c.Err(err) == nil || c.Err(err).Code != bakeoff.CodeLocalOnly {
				t.Errorf("%s %s: got %v, %v", name, address, conn, err)
			}
		}
	}
}

func TestListedHost(t *testing.T) {
	for in, want := range map[string]string{
		"GPU.Lan": "gpu.lan", "gpu.lan.": "gpu.lan", "192.168.1.20": "192.168.1.20", "[FE80::1%eth0]": "fe80::1", "::ffff:10.0.0.1": "10.0.0.1", "my_host": "my_host",
		"": "", "http://gpu": "", "gpu:80": "", "*.lan": "", "0.0.0.0": "", "a b": "", "bücher.lan": "",
	} {
		got, ok := ListedHost(in)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%q: got %q, %v", in, got, ok)
		}
	}
}
