//go:build unix

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
	"bakeoff/backend/wiring"

	openai "github.com/sashabaranov/go-openai"
)

// asker asks all lanes of one round at once and waits for them.
type asker interface {
	round(j job, first, end []int64) error
	close()
}

func runClient(server string, j job) error {
	ask, err := newAsker(server, j)
	if err != nil {
		return err
	}
	defer ask.close()
	var r result
	var before float64
	for round := range j.Rounds {
		if round == 1 {
			before = cpuSeconds() // the first round warms up
		}
		first, end := make([]int64, j.Lanes), make([]int64, j.Lanes)
		if err := ask.round(j, first, end); err != nil {
			return err
		}
		r.First, r.End = append(r.First, first), append(r.End, end)
	}
	r.CPU = cpuSeconds() - before
	return json.NewEncoder(os.Stdout).Encode(r)
}

func newAsker(server string, j job) (asker, error) {
	switch j.Client {
	case "bare":
		return bare{server, &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}}, nil
	case "library":
		config := openai.DefaultConfig("bench")
		config.BaseURL = server + "/v1"
		config.HTTPClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}}
		return library{openai.NewClientWithConfig(config)}, nil
	case "engine":
		return newEngine(server)
	}
	return nil, fmt.Errorf("no client %q", j.Client)
}

func cpuSeconds() float64 {
	var u syscall.Rusage
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, &u) // it has no way to fail with these arguments
	return float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
}

// together runs ask for every lane at once and returns the first error.
func together(lanes int, ask func(lane int) error) error {
	var wg sync.WaitGroup
	errs := make([]error, lanes)
	for lane := range lanes {
		wg.Go(func() { errs[lane] = ask(lane) })
	}
	wg.Wait()
	return errors.Join(errs...)
}

// bare reads lines and looks for text, no more.
type bare struct {
	server string
	client *http.Client
}

func (b bare) close() {}

func (b bare) round(j job, first, end []int64) error {
	return together(j.Lanes, func(lane int) error {
		body := fmt.Sprintf(`{"model":%q,"stream":true,"messages":[{"role":"user","content":"go"}]}`, j.model(lane))
		resp, err := b.client.Post(b.server+"/v1/chat/completions", "application/json", strings.NewReader(body))
		if err != nil {
			return err
		}
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if first[lane] == 0 && bytes.Contains(lines.Bytes(), []byte(`"content"`)) {
				first[lane] = time.Now().UnixNano()
			}
		}
		end[lane] = time.Now().UnixNano()
		return lines.Err()
	})
}

// library is the client library that the adapter stands on, alone.
type library struct{ client *openai.Client }

func (l library) close() {}

func (l library) round(j job, first, end []int64) error {
	return together(j.Lanes, func(lane int) error {
		stream, err := l.client.CreateChatCompletionStream(context.Background(), openai.ChatCompletionRequest{
			Model: j.model(lane), Messages: []openai.ChatCompletionMessage{{Role: "user", Content: "go"}},
			StreamOptions: &openai.StreamOptions{IncludeUsage: true},
		})
		if err != nil {
			return err
		}
		defer stream.Close()
		for {
			chunk, err := stream.Recv()
			if errors.Is(err, io.EOF) {
				end[lane] = time.Now().UnixNano()
				return nil
			}
			if err != nil {
				return err
			}
			if first[lane] == 0 && len(chunk.Choices) > 0 && chunk.Choices[0].Delta.Content != "" {
				first[lane] = time.Now().UnixNano()
			}
		}
	})
}

// engine is the product as the terminal uses it, recording to disk.
type engine struct {
	house *wiring.House
	dir   string

	mu    sync.Mutex
	first map[string]int64 // by run id: when its first text came
}

func newEngine(server string) (*engine, error) {
	dir, err := os.MkdirTemp("", "bakeoff-bench-")
	if err != nil {
		return nil, err
	}
	e := &engine{dir: dir}
	env := map[string]string{"OPENAI_API_KEY": "bench", "OPENAI_BASE_URL": server + "/v1", "OLLAMA_HOST": "127.0.0.1:1"}
	e.house, err = wiring.Open(context.Background(), wiring.Options{
		DataDir: dir, Version: "bench", Getenv: func(name string) string { return env[name] }, Observers: []compare.Observer{e},
	})
	return e, err
}

func (e *engine) close() {
	e.house.Close()
	_ = os.RemoveAll(e.dir)
}

func (e *engine) Delta(_ *compare.Live, run string, _ provider.Kind, _ string) {
	e.mu.Lock()
	if e.first[run] == 0 {
		e.first[run] = time.Now().UnixNano()
	}
	e.mu.Unlock()
}

func (*engine) Changed(*compare.Live, string) {}

func (e *engine) round(j job, first, end []int64) error {
	e.mu.Lock()
	e.first = make(map[string]int64)
	e.mu.Unlock()
	spec := compare.Spec{Prompt: bakeoff.Prompt{User: "go"}}
	for lane := range j.Lanes {
		spec.Lineup = append(spec.Lineup, bakeoff.Entry{Endpoint: "openai", Model: j.model(lane)})
	}
	l, err := e.house.Engine.Start(context.Background(), spec)
	if err != nil {
		return err
	}
	l.Wait()
	now := time.Now().UnixNano() // makespan counts until the last run is recorded
	e.mu.Lock()
	defer e.mu.Unlock()
	for lane, run := range l.Snapshot().Runs {
		if run.Status != bakeoff.Done {
			return fmt.Errorf("lane %d ended as %s: %v", lane, run.Status, run.Error)
		}
		first[lane], end[lane] = e.first[run.ID], now
	}
	return nil
}
