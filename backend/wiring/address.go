package wiring

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"

	"bakeoff/backend/bakeoff"
)

// ollamaPort is where an Ollama server listens when nothing else is said.
const ollamaPort = "11434"

var errAddress = errors.New("no address")

// baseURL reads the address that a variable gives for a service, with or without scheme, API path and trailing slash.
// What comes back has no trailing slash. The error is a *bakeoff.Error that names the variable and not its value, which
// may hold a password.
func (s service) baseURL(value string) (*url.URL, error) {
	read := readURL
	switch s.kind {
	case KindOllama:
		read = readOllamaHost
	case KindAzure:
		read = readAzure
	}
	u, err := read(value)
	if err != nil {
		return nil, &bakeoff.Error{
			Code:    bakeoff.CodeInvalid,
			Message: s.address + " is no usable address. Write it like " + s.example() + " and start Bakeoff again.",
			Err:     err,
		}
	}
	if s.kind != KindAzure {
		u.Path = s.apiPath(u.Path)
	}
	return u, nil
}

func (s service) example() string {
	switch {
	case s.base != "":
		return s.base
	case s.kind == KindAzure:
		return "https://name.openai.azure.com"
	}
	return "http://127.0.0.1:8080/v1"
}

// apiPath cuts what the adapter adds by itself and adds what an address without a path leaves out.
func (s service) apiPath(path string) string {
	path = strings.TrimRight(path, "/")
	switch s.kind {
	case KindOllama:
		return trimSuffixes(path, "/api", "/v1")
	case KindAnthropic:
		return trimSuffixes(path, "/messages", "/v1")
	case KindGemini:
		return trimSuffixes(path, "/models", "/v1beta", "/v1")
	}
	path = trimSuffixes(path, "/chat/completions", "/responses", "/models")
	if path == "" {
		return s.path
	}
	return path
}

func trimSuffixes(s string, suffixes ...string) string {
	for _, suffix := range suffixes {
		s = strings.TrimSuffix(s, suffix)
	}
	return s
}

// readURL reads an http or https address. Without a scheme it is http for this machine and https for any other.
func readURL(value string) (*url.URL, error) {
	if !strings.Contains(value, "://") {
		u, err := readURL("http://" + value)
		if err == nil && !loopback(u.Hostname()) {
			u.Scheme = "https"
		}
		return u, err
	}
	u, err := url.Parse(value)
	if err != nil {
		return nil, errAddress // the parser's own text quotes the value
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "",
		u.User != nil, u.RawQuery != "", u.ForceQuery, u.Fragment != "", strings.ContainsAny(u.Host, " \t\\"):
		return nil, errAddress
	}
	return u, nil
}

// readOllamaHost reads OLLAMA_HOST as Ollama's own client does: host, host:port or URL; port 11434 unless a scheme
// says otherwise; the wildcard addresses that a server listens on mean this machine.
func readOllamaHost(value string) (*url.URL, error) {
	value = strings.Trim(value, "\"'")
	scheme, rest, explicit := strings.Cut(value, "://")
	if !explicit {
		scheme, rest = "http", value
	}
	hostport, path, _ := strings.Cut(rest, "/")
	host, port, err := net.SplitHostPort(hostport)
	if err != nil {
		host, port = strings.Trim(hostport, "[]"), ""
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	switch {
	case port != "":
		hostport = net.JoinHostPort(host, port)
	case explicit && strings.Contains(host, ":"):
		hostport = "[" + host + "]"
	case explicit:
		hostport = host
	default:
		hostport = net.JoinHostPort(host, ollamaPort)
	}
	return readURL(scheme + "://" + hostport + "/" + path)
}

// readAzure reads the address of an Azure resource, with or without the API's path. One with an api-version means the older
// form, in which the name of the deployment stands in the path; else it is the newer one.
func readAzure(value string) (*url.URL, error) {
	value, query, dated := strings.Cut(value, "?")
	u, err := readURL(value)
	if err != nil {
		return nil, err
	}
	u.Path = strings.TrimRight(u.Path, "/")
	if !dated {
		u.Path = trimSuffixes(u.Path, "/chat/completions", "/responses", "/models", "/v1", "/openai") + "/openai/v1"
		return u, nil
	}
	version, isVersion := strings.CutPrefix(query, "api-version=")
	if !isVersion || !azureVersion.MatchString(version) {
		return nil, errAddress
	}
	path, _, _ := strings.Cut(u.Path, "/deployments")
	u.Path, u.RawQuery = trimSuffixes(path, "/openai")+"/openai", "api-version="+version
	return u, nil
}

// azureVersion is what Azure calls its APIs: a date, perhaps of a preview.
var azureVersion = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(-preview)?$`)

// loopback reports whether host is a name or address of this machine alone.
func loopback(host string) bool {
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.Unmap().IsLoopback()
}

// hostPort is where requests to u go, with the port always spelled out.
func hostPort(u *url.URL) string {
	if u.Port() != "" {
		return u.Host
	}
	port := "443"
	if u.Scheme == "http" {
		port = "80"
	}
	return net.JoinHostPort(u.Hostname(), port)
}
