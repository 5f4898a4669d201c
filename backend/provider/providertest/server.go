package providertest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// Reply is what the fake server answers to one request.
type Reply struct {
	Status int // 0: 200
	Header http.Header
	Steps  []Step // played in order; the response ends after the last one
}

// Step is one thing the server does with a response.
type Step func(p *player)

type player struct {
	w    http.ResponseWriter
	r    *http.Request
	stop <-chan struct{}
}

// Write sends text at once.
func Write(text string) Step {
	return func(p *player) {
		io.WriteString(p.w, text)
		p.w.(http.Flusher).Flush()
	}
}

// Abort closes the connection in the middle of the response.
func Abort() Step { return func(*player) { panic(http.ErrAbortHandler) } }

// Stall sends the headers and then nothing more until the client leaves; then it closes gone.
func Stall(gone chan<- struct{}) Step {
	return func(p *player) {
		p.w.(http.Flusher).Flush()
		select {
		case <-p.r.Context().Done():
			close(gone)
		case <-p.stop:
		}
	}
}

// Mute does the same without sending headers.
func Mute(gone chan<- struct{}) Step {
	return func(p *player) {
		select {
		case <-p.r.Context().Done():
			close(gone)
		case <-p.stop:
		}
	}
}

// Await waits until release is closed or the client leaves.
func Await(release <-chan struct{}) Step {
	return func(p *player) {
		select {
		case <-release:
		case <-p.r.Context().Done():
		case <-p.stop:
		}
	}
}

// Flood sends text again and again until the client leaves or total bytes are out.
func Flood(text string, total int) Step {
	return func(p *player) {
		for sent := 0; sent < total && p.r.Context().Err() == nil; sent += len(text) {
			if _, err := io.WriteString(p.w, text); err != nil {
				return
			}
		}
	}
}

// Chunks sends text in pieces of n bytes.
func Chunks(text string, n int) []Step {
	var steps []Step
	for len(text) > n {
		steps = append(steps, Write(text[:n]))
		text = text[n:]
	}
	return append(steps, Write(text))
}

// Recorded is a request that the server received.
type Recorded struct {
	Method, Path string
	Header       http.Header
	Body         string
}

// Server is a fake HTTP server on loopback.
type Server struct {
	URL string

	srv  *httptest.Server
	stop chan struct{}
	once sync.Once

	mu    sync.Mutex
	reply func(Recorded) Reply
	got   []Recorded
}

// Serve starts a server that answers each request with what reply makes of it. It stops with the test.
func Serve(t testing.TB, reply func(Recorded) Reply) *Server {
	s := &Server{reply: reply, stop: make(chan struct{})}
	s.srv = httptest.NewServer(http.HandlerFunc(s.serve))
	s.srv.Config.ErrorLog = nil
	s.URL = s.srv.URL
	t.Cleanup(s.Close)
	return s
}

// Play lets every later request be answered by r.
func (s *Server) Play(r Reply) { s.Answer(func(Recorded) Reply { return r }) }

// Answer lets every later request be answered by what reply makes of it.
func (s *Server) Answer(reply func(Recorded) Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reply = reply
}

// Close ends all connections and waits for their handlers.
func (s *Server) Close() {
	s.once.Do(func() {
		close(s.stop)
		s.srv.CloseClientConnections()
		s.srv.Close()
	})
}

// Requests returns what was received so far and forgets it. Requests that only warm a connection (HEAD) are left out.
func (s *Server) Requests() []Recorded {
	s.mu.Lock()
	defer s.mu.Unlock()
	got := s.got
	s.got = nil
	return got
}

func (s *Server) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	if r.Method == http.MethodHead {
		return
	}
	rec := Recorded{Method: r.Method, Path: r.URL.RequestURI(), Header: r.Header.Clone(), Body: string(body)}
	s.mu.Lock()
	s.got = append(s.got, rec)
	reply := s.reply(rec)
	s.mu.Unlock()
	for name, values := range reply.Header {
		w.Header()[http.CanonicalHeaderKey(name)] = values
	}
	p := &player{w: w, r: r, stop: s.stop}
	if reply.Status != 0 {
		w.WriteHeader(reply.Status)
	}
	for _, step := range reply.Steps {
		step(p)
	}
}

// Headers builds a header from "Name: value" lines.
func Headers(lines ...string) http.Header {
	h := http.Header{}
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return h
}
