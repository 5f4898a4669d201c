package program

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// These tests look at what the program does from below: every connect and every datagram of the real program, as the
// kernel sees them. What they promise is in the section on privacy of the README.

// straceVariable makes a missing strace a failure: `make test` installs it and sets this.
const straceVariable = "BAKEOFF_WANT_STRACE"

// stage is a machine with a model server on this machine and the same one "elsewhere": at an address of this machine
// that is not loopback, which is another host to everything above the kernel.
type stage struct {
	program string
	dir     string
	env     []string
	here    string // host:port
	away    string
	passed  *atomic.Int32 // prompts that the server here would have handed on to another
}

func openStage(t *testing.T) *stage {
	t.Helper()
	if _, err := exec.LookPath("strace"); err != nil {
		if os.Getenv(straceVariable) != "" {
			t.Fatal("strace is missing; build/scripts/setup test installs it")
		}
		t.Skip("strace is missing; build/scripts/setup test installs it")
	}
	dir := t.TempDir()
	program := filepath.Join(dir, "bakeoff")
	build := exec.Command("go", "build", "-o", program, "bakeoff")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	s := &stage{program: program, dir: filepath.Join(dir, "data"), passed: new(atomic.Int32)}
	s.here = s.serveModels(t, "127.0.0.1")
	s.away = s.serveModels(t, ownAddress(t))
	s.env = []string{
		"HOME=" + dir, "PATH=" + os.Getenv("PATH"), "XDG_DATA_HOME=" + dir,
		"OLLAMA_HOST=" + s.here,
		"VLLM_BASE_URL=http://" + s.here + "/v1", "LMSTUDIO_BASE_URL=http://" + s.away + "/v1",
		"BAKEOFF_OPENAI_COMPATIBLE_BASE_URL=https://model-server.invalid/v1", // must be resolved to be reached
		"HTTP_PROXY=http://" + s.away, "HTTPS_PROXY=http://" + s.away, "ALL_PROXY=http://" + s.away,
	}
	return s
}

// ownAddress is an address of this machine that is not loopback.
func ownAddress(t *testing.T) string {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		if n, ok := a.(*net.IPNet); ok && n.IP.To4() != nil && !n.IP.IsLoopback() {
			return n.IP.String()
		}
	}
	t.Skip("this machine has no address but loopback: nothing could be seen to leave it")
	return ""
}

// serveModels answers as an OpenAI-compatible server with the model "m" does, and as an Ollama server whose model "far" is
// one that it only forwards.
func (s *stage) serveModels(t *testing.T, host string) string {
	t.Helper()
	listener, err := net.Listen("tcp4", net.JoinHostPort(host, "0"))
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/v1/models", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"data":[{"id":"m"}]}`) })
	mux.HandleFunc("/v1/chat/completions", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"blue\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
	})
	far := `"name":"far:latest","model":"far:latest","digest":"d","remote_host":"https://ollama.com:443","remote_model":"far","capabilities":["completion"],"details":{"context_length":4096}`
	mux.HandleFunc("/api/tags", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintf(w, `{"models":[{%s}]}`, far) })
	mux.HandleFunc("/api/ps", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"models":[]}`) })
	mux.HandleFunc("/api/show", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"remote_host":"https://ollama.com:443","remote_model":"far","capabilities":["completion"]}`)
	})
	mux.HandleFunc("/api/chat", func(w http.ResponseWriter, _ *http.Request) {
		s.passed.Add(1)
		w.Header().Set("Content-Type", "application/x-ndjson")
		fmt.Fprintln(w, `{"model":"far","remote_host":"https://ollama.com:443","message":{"content":"blue"},"done":true,"done_reason":"stop"}`)
	})
	srv := httptest.NewUnstartedServer(mux)
	srv.Listener.Close()
	srv.Listener = listener
	srv.Start()
	t.Cleanup(srv.Close)
	return listener.Addr().String()
}

// seen are the inet addresses that a command connected to or sent to.
type seen []netip.AddrPort

// outside are those that are not loopback, but for the hosts given.
func (s seen) outside(allowed ...string) (out []string) {
	for _, a := range s {
		if ip := a.Addr().Unmap(); !ip.IsLoopback() && !slices.Contains(allowed, ip.String()) {
			out = append(out, a.String())
		}
	}
	return out
}

func (s seen) has(address string) bool {
	return slices.ContainsFunc(s, func(a netip.AddrPort) bool { return a.String() == address })
}

var (
	inet4 = regexp.MustCompile(`sa_family=AF_INET, sin_port=htons\((\d+)\), sin_addr=inet_addr\("([^"]+)"\)`)
	inet6 = regexp.MustCompile(`sa_family=AF_INET6, sin6_port=htons\((\d+)\).*?inet_pton\(AF_INET6, "([^"]+)"`)
)

// watch runs the program under strace and returns what it wrote and whom it spoke to.
func (s *stage) watch(t *testing.T, args ...string) (out string, status int, found seen) {
	t.Helper()
	trace := filepath.Join(t.TempDir(), "trace")
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	line := append([]string{"-f", "-qq", "-e", "trace=connect,sendto,sendmsg,sendmmsg", "-o", trace, s.program, "--data-dir", s.dir}, args...)
	cmd := exec.CommandContext(ctx, "strace", line...)
	cmd.Env = s.env
	text, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("strace: %v: %s", err, text)
	}
	raw, err := os.ReadFile(trace)
	if err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, family := range []*regexp.Regexp{inet4, inet6} {
		for _, m := range family.FindAllStringSubmatch(string(raw), -1) {
			address, err := netip.ParseAddrPort(net.JoinHostPort(m[2], m[1]))
			if err != nil {
				t.Fatalf("an address cannot be read: %q", m[0])
			}
			found = append(found, address)
		}
	}
	if strings.Contains(string(raw), "sa_family=AF_INET") && len(found) == 0 {
		t.Fatalf("no address was read of:\n%s", raw)
	}
	return string(text), cmd.ProcessState.ExitCode(), found
}

// everyone is a lineup of one model here, one elsewhere by its address, one elsewhere by its name, and one that the server
// here only forwards.
var everyone = []string{"compare", "-m", "vllm/m", "-m", "lmstudio/m", "-m", "custom/m", "-m", "ollama/far", "--format", "json", "Why is the sky blue?"}

// named reports whether any question for a name was seen. A system without a resolver asks nobody.
func (s seen) named() bool {
	return slices.ContainsFunc(s, func(a netip.AddrPort) bool { return a.Port() == 53 })
}

func TestLocalOnlyAtTheSystemCalls(t *testing.T) {
	s := openStage(t)
	host, _, _ := net.SplitHostPort(s.away)

	// The control: without Local only the same run must be seen to go elsewhere, or nothing below proves anything.
	_, _, control := s.watch(t, everyone...)
	if !control.has(s.away) || !control.has(s.here) {
		t.Fatalf("control: strace does not see the run that leaves: %v", control)
	}
	if resolv, _ := os.ReadFile("/etc/resolv.conf"); strings.Contains(string(resolv), "nameserver") && !control.named() {
		t.Fatalf("control: strace does not see a name being asked for: %v", control)
	}

	if s.passed.Load() != 1 {
		t.Fatalf("control: %d prompts were forwarded, want 1", s.passed.Load())
	}

	text, status, found := s.watch(t, append([]string{"--local-only"}, everyone...)...)
	s.kept(t, "compare --local-only", found)
	s.answered(t, text, map[string]string{"vllm": "done", "lmstudio": "failed", "custom": "failed", "ollama": "failed"})
	if status != 1 {
		t.Errorf("exit status %d, want 1: some ran, some were refused", status)
	}
	for _, args := range [][]string{
		{"--local-only", "models"}, {"--local-only", "doctor"}, {"--local-only", "endpoints", "test", "lmstudio"}, {"--local-only", "endpoints", "test", "custom"},
		{"--local-only", "compare", "Why?"}, // a lineup that it finds by itself
		{"compare", "--sensitive", "-m", "vllm/m", "-m", "lmstudio/m", "-m", "custom/m", "-m", "ollama/far", "--format", "json", "A secret?"},
	} {
		_, _, found := s.watch(t, args...)
		s.kept(t, strings.Join(args, " "), found)
	}

	s.watch(t, "local-only", "on") // from here on without the flag
	for _, args := range [][]string{everyone, {"models"}, {"doctor"}, {"rerun", s.newest(t)}} {
		_, _, found := s.watch(t, args...)
		s.kept(t, "with the switch on, "+args[0], found)
	}

	s.watch(t, "local-only", "hosts", "add", host)
	text, _, found = s.watch(t, everyone...)
	if out := found.outside(host); len(out) > 0 || !found.has(s.away) {
		t.Errorf("with %s on the list: %v", host, found)
	}
	s.answered(t, text, map[string]string{"vllm": "done", "lmstudio": "done", "custom": "failed", "ollama": "failed"})

	if n := s.passed.Load(); n != 1 {
		t.Errorf("%d prompts were forwarded by the server on this machine under Local only", n-1)
	}

	s.watch(t, "local-only", "off")
	if _, _, found := s.watch(t, everyone...); !found.has(s.away) {
		t.Error("control: turned off, the run does not leave")
	}
}

func (s *stage) kept(t *testing.T, what string, found seen) {
	t.Helper()
	if out := found.outside(); len(out) > 0 || found.named() { // a resolver on this machine would ask others
		t.Errorf("%s: the program spoke to %v of %v", what, out, found)
	}
	if !found.has(s.here) && !strings.Contains(what, "endpoints test") {
		t.Errorf("%s: not even the server on this machine was asked: %v", what, found)
	}
}

// answered checks how the runs of a comparison ended, by endpoint.
func (s *stage) answered(t *testing.T, text string, want map[string]string) {
	t.Helper()
	var c struct {
		LocalOnly bool `json:"local_only"`
		Runs      []struct {
			Endpoint, Status string
			Error            struct{ Code string }
		}
		Receipt []struct{ Host string }
	}
	if err := json.Unmarshal([]byte(text[strings.Index(text, "{\n"):]), &c); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for _, r := range c.Runs {
		if r.Status != want[r.Endpoint] || r.Status == "failed" && r.Error.Code != "local_only" {
			t.Errorf("%s: got %s %s, want %s", r.Endpoint, r.Status, r.Error.Code, want[r.Endpoint])
		}
	}
	done := 0
	for _, status := range want {
		if status == "done" {
			done++
		}
	}
	if !c.LocalOnly || len(c.Receipt) != done {
		t.Errorf("local only %v, receipt %v", c.LocalOnly, c.Receipt)
	}
}

func (s *stage) newest(t *testing.T) string {
	t.Helper()
	text, _, _ := s.watch(t, "history", "--format", "json")
	var h struct {
		Comparisons []struct {
			ID string `json:"comparison_id"`
		}
	}
	if err := json.Unmarshal([]byte(text), &h); err != nil || len(h.Comparisons) == 0 {
		t.Fatalf("%v: %s", err, text)
	}
	return h.Comparisons[0].ID
}

// No telemetry, no look for updates: what no endpoint was set up for is never connected to. Proxies of the environment are
// none of the user's word.
func TestAStartSpeaksToNobodyButWhatIsSetUp(t *testing.T) {
	s := openStage(t)
	s.env = append(slices.DeleteFunc(s.env, func(v string) bool {
		return strings.HasPrefix(v, "LMSTUDIO_") || strings.HasPrefix(v, "BAKEOFF_OPENAI")
	}), "SOME_API_KEY=none")
	for _, args := range [][]string{
		{"version"}, {"--help"}, {"history"}, {"budget"}, {"check"}, {"endpoints", "list"}, {"keys", "place"}, {"local-only"}, {"doctor"}, {"models"},
		{"compare", "-m", "demo/quick", "Why?"}, {"backup", filepath.Join(s.dir, "copy.db")},
	} {
		text, status, found := s.watch(t, args...)
		if out := found.outside(); len(out) > 0 || found.named() {
			t.Errorf("%v: the program spoke to %v", args, found)
		}
		if status != 0 && args[0] != "doctor" {
			t.Errorf("%v: exit status %d: %s", args, status, text)
		}
	}
	if _, _, found := s.watch(t, "models"); !found.has(s.here) {
		t.Errorf("control: what is set up was not asked: %v", found)
	}
}
