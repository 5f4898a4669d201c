package wiring

import (
	"encoding/json"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/machine"
)

// ollamaServer has one model on disk; its pulls say a word for each value of say and end when their request does.
type ollamaServer struct {
	model string
	say   chan string
	pulls atomic.Int32
	ended chan struct{} // a value for each pull whose request ended
}

func newOllamaServer(model string) *ollamaServer {
	return &ollamaServer{model: model, say: make(chan string), ended: make(chan struct{}, 8)}
}

func (s *ollamaServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	switch r.URL.Path {
	case "/api/version":
		_, _ = w.Write([]byte(`{"version":"0.24.0"}`))
	case "/api/tags":
		_ = json.NewEncoder(w).Encode(map[string]any{"models": []any{map[string]any{"name": s.model, "model": s.model, "size": 1000, "digest": "d"}}})
	case "/api/ps":
		_, _ = w.Write([]byte(`{"models":[]}`))
	case "/api/pull":
		s.pulls.Add(1)
		defer func() { s.ended <- struct{}{} }()
		w.Header().Set("Content-Type", "application/x-ndjson")
		for {
			_ = http.NewResponseController(w).Flush()
			select {
			case word := <-s.say:
				_, _ = w.Write([]byte(word + "\n"))
			case <-r.Context().Done():
				return
			}
		}
	default:
		http.NotFound(w, r)
	}
}

// localHouse is a house whose Ollama is at address, and whose jobs are told to the channel.
func localHouse(t *testing.T, address string) (*House, <-chan []local.Job) {
	t.Helper()
	h, err := Open(t.Context(), Options{DataDir: t.TempDir(), Getenv: env{"OLLAMA_HOST": address}.get, KeyWork: 10})
	must(t, err)
	told := make(chan []local.Job, 64)
	h.Locals.Jobs.Watch(func(jobs []local.Job) { told <- jobs })
	return h, told
}

// hear waits until the only job is as it should be.
func hear(t *testing.T, told <-chan []local.Job, what string, is func(local.Job) bool) local.Job {
	t.Helper()
	late := time.After(10 * time.Second)
	for {
		select {
		case jobs := <-told:
			if len(jobs) == 1 && is(jobs[0]) {
				return jobs[0]
			}
		case <-late:
			t.Fatalf("no job was %s", what)
		}
	}
}

func away(t *testing.T, ended <-chan struct{}) {
	t.Helper()
	select {
	case <-ended:
	case <-time.After(10 * time.Second):
		t.Fatal("the request of the pull did not end")
	}
}

const tenth = `{"status":"pulling 6a07","digest":"sha256:6a07","total":100,"completed":10}`

func TestAllHostsSayWhatTheyHave(t *testing.T) {
	first, second := newOllamaServer("one:latest"), newOllamaServer("two:latest")
	h, _ := localHouse(t, serveTest(t, first.ServeHTTP))
	defer closeHouse(t, h)
	lab, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Lab box", Kind: KindOllama, BaseURL: serveTest(t, second.ServeHTTP)})
	must(t, err)
	silent, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Silent", Kind: KindOllama, BaseURL: "http://" + closedPort(t)})
	must(t, err)
	off, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Off", Kind: KindOllama, BaseURL: serveTest(t, second.ServeHTTP)})
	must(t, err)
	must(t, h.Setup.EnableEndpoint(t.Context(), off, false))
	other, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Other", Kind: KindOpenAI, BaseURL: serveTest(t, second.ServeHTTP)})
	must(t, err)

	hosts := map[string]LocalHost{}
	for _, host := range h.Locals.Hosts(t.Context()) {
		hosts[host.Name] = host
	}
	for name, model := range map[string]string{"ollama": "one:latest", lab: "two:latest"} {
		if got := hosts[name]; got.Problem != nil || got.Version != "0.24.0" || len(got.Models) != 1 || got.Models[0].Name != model {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if got := hosts[silent]; got.Problem == nil || got.Problem.Code != bakeoff.CodeUnreachable || len(got.Models) != 0 {
		t.Errorf("the silent one: got %+v", got)
	}
	if got := hosts[off]; len(got.Models) != 0 || got.Version != "" {
		t.Errorf("one that is off was asked: %+v", got)
	}
	if _, there := hosts[other]; there {
		t.Error("a server of another kind is among the hosts")
	}
	if _, err := h.Locals.Pull(t.Context(), other, "m"); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
		t.Errorf("a pull on a server of another kind: %v", err)
	}
}

func TestTheSameModelIsPulledOnTwoHostsApart(t *testing.T) {
	first, second := newOllamaServer("one"), newOllamaServer("two")
	h, _ := localHouse(t, serveTest(t, first.ServeHTTP))
	lab, err := h.Setup.SaveEndpoint(t.Context(), EndpointEdit{Label: "Lab box", Kind: KindOllama, BaseURL: serveTest(t, second.ServeHTTP)})
	must(t, err)
	for _, host := range []string{"ollama", lab, "ollama"} { // the third is the first
		_, err := h.Locals.Pull(t.Context(), host, "m:1b")
		must(t, err)
	}
	first.say <- tenth
	second.say <- tenth
	if jobs := h.Locals.Jobs.List(); len(jobs) != 2 || jobs[0].Endpoint != "ollama" || jobs[1].Endpoint != lab {
		t.Errorf("got %+v", jobs)
	}
	closeHouse(t, h) // ends both, and waits for them
	away(t, first.ended)
	away(t, second.ended)
	if first.pulls.Load() != 1 || second.pulls.Load() != 1 {
		t.Errorf("pulled %d and %d times", first.pulls.Load(), second.pulls.Load())
	}
	for _, job := range h.Locals.Jobs.List() {
		if job.State != local.Cancelled {
			t.Errorf("after closing: %+v", job)
		}
	}
	if _, err := h.Locals.Jobs.Pull(t.Context(), nil, "ollama", "late"); err == nil {
		t.Error("a closed house began a pull")
	}
}

func TestLocalOnlyPausesAPullAndRefusesAnother(t *testing.T) {
	s := newOllamaServer("one")
	h, told := localHouse(t, serveTest(t, s.ServeHTTP))
	defer closeHouse(t, h)
	_, err := h.Locals.Pull(t.Context(), "ollama", "m:1b")
	must(t, err)
	s.say <- tenth
	job := hear(t, told, "at a tenth", func(j local.Job) bool { return j.State == local.Running && j.Done == 10 })
	must(t, h.Privacy.SetLocalOnly(true))
	s.say <- tenth
	hear(t, told, "paused by Local only", func(j local.Job) bool {
		return j.State == local.Paused && j.Problem != nil && j.Problem.Code == bakeoff.CodeLocalOnly
	})
	away(t, s.ended)
	if _, err := h.Locals.Pull(t.Context(), "ollama", "other"); bakeoff.AsError(err).Code != bakeoff.CodeLocalOnly {
		t.Errorf("a pull under Local only: %v", err)
	}
	if err := h.Locals.Jobs.Resume(t.Context(), job.ID); bakeoff.AsError(err).Code != bakeoff.CodeLocalOnly {
		t.Errorf("going on under Local only: %v", err)
	}
	if s.pulls.Load() != 1 {
		t.Errorf("the server was asked %d times", s.pulls.Load())
	}
	must(t, h.Privacy.SetLocalOnly(false))
	must(t, h.Locals.Jobs.Resume(t.Context(), job.ID))
	s.say <- `{"status":"success"}`
	hear(t, told, "done", func(j local.Job) bool { return j.State == local.Done || j.Status == "success" })
	if s.pulls.Load() != 2 {
		t.Errorf("the server was asked %d times", s.pulls.Load())
	}
}

func TestStartWaitsUntilTheServerAnswers(t *testing.T) {
	address := closedPort(t)
	h, _ := localHouse(t, address)
	defer closeHouse(t, h)
	h.Locals.program = func() string { return "" }
	if err := h.Locals.Start(t.Context(), "ollama"); bakeoff.AsError(err).Code != bakeoff.CodeNotFound || !strings.Contains(err.Error(), "ollama.com/download") {
		t.Errorf("without the program: %v", err)
	}
	var served atomic.Int32
	h.Locals.program = func() string { return "/somewhere/ollama" }
	h.Locals.serve = func(path, hostPort string) (machine.Serving, error) {
		served.Add(1)
		if path != "/somewhere/ollama" || hostPort != address {
			t.Errorf("started %s on %s", path, hostPort)
		}
		l, err := net.Listen("tcp", hostPort)
		must(t, err)
		server := &http.Server{Handler: newOllamaServer("one")}
		t.Cleanup(func() { server.Close() })
		go func() { _ = server.Serve(l) }()
		return machine.Serving{}, nil
	}
	if host := h.Locals.Hosts(t.Context())[0]; !host.Startable {
		t.Errorf("before: %+v", host)
	}
	must(t, h.Locals.Start(t.Context(), "ollama"))
	must(t, h.Locals.Start(t.Context(), "ollama")) // it runs already
	if host := h.Locals.Hosts(t.Context())[0]; host.Problem != nil || host.Startable || served.Load() != 1 {
		t.Errorf("after %d starts: %+v", served.Load(), host)
	}
}

func TestAServerThatEndsAtOnceIsSaid(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("the program is a shell script")
	}
	path := filepath.Join(t.TempDir(), "ollama")
	must(t, os.WriteFile(path, []byte("#!/bin/sh\nexit 3\n"), 0o700))
	h, _ := localHouse(t, closedPort(t))
	defer closeHouse(t, h)
	h.Locals.program = func() string { return path }
	if err := h.Locals.Start(t.Context(), "ollama"); bakeoff.AsError(err).Code != bakeoff.CodeUnreachable || !strings.Contains(err.Error(), "ended as soon as") {
		t.Errorf("got %v", err)
	}
}
