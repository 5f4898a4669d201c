package wiring

import (
	"net/http"
	"net/url"

	"bakeoff/backend/bakeoff"

	"golang.org/x/net/http/httpproxy"
)

// ProxyVariable is the only variable that makes requests pass a proxy: a URL, or "env" for what HTTP_PROXY,
// HTTPS_PROXY and NO_PROXY say. Without it those have no effect, since whatever starts Bakeoff could set them.
const ProxyVariable = "BAKEOFF_PROXY"

type proxyFunc = func(*http.Request) (*url.URL, error)

// proxy returns what chooses a proxy for a request, nil for none. Requests to this machine never pass one.
func proxy(getenv func(string) string) (proxyFunc, *bakeoff.Error) {
	value := clean(getenv(ProxyVariable))
	if value == "" {
		return nil, nil
	}
	config := httpproxy.Config{HTTPProxy: value, HTTPSProxy: value}
	if value == "env" {
		config = httpproxy.Config{
			HTTPProxy:  first(getenv, "HTTP_PROXY", "http_proxy"),
			HTTPSProxy: first(getenv, "HTTPS_PROXY", "https_proxy"),
			NoProxy:    first(getenv, "NO_PROXY", "no_proxy"),
		}
	} else if u, err := url.Parse(value); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" {
		return nil, &bakeoff.Error{
			Code:    bakeoff.CodeInvalid,
			Message: ProxyVariable + " is no usable proxy address, so nothing is sent to the cloud. Write it like http://127.0.0.1:3128, or env to use HTTPS_PROXY, and start Bakeoff again.",
		}
	}
	choose := config.ProxyFunc()
	return func(r *http.Request) (*url.URL, error) { return choose(r.URL) }, nil
}

// Proxy tells which proxy requests to the cloud pass, for the doctor: its address without user and password, "env", or
// empty for none.
func Proxy(getenv func(string) string) string {
	value := clean(getenv(ProxyVariable))
	if u, err := url.Parse(value); err == nil && u.User != nil {
		u.User = nil
		return u.String()
	}
	return value
}

func first(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if v := clean(getenv(name)); v != "" {
			return v
		}
	}
	return ""
}
