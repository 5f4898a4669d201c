//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// served are a request's moments as the server saw them, in Unix nanoseconds.
type served struct {
	Arrived int64 `json:"arrived"`
	First   int64 `json:"first"` // the first token was written
	Ended   int64 `json:"ended"` // the end marker was written
}

// paced is a server of chat completions that writes tokens at the pace which the model's name tells.
type paced struct {
	mu  sync.Mutex
	log map[string][]served // by model, in the order of arrival
}

// serve prints the server's address and serves until it is killed.
func serve() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Printf("http://%s\n", l.Addr())
	p := &paced{log: make(map[string][]served)}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /v1/chat/completions", p.chat)
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, _ *http.Request) {
		p.mu.Lock()
		defer p.mu.Unlock()
		_ = json.NewEncoder(w).Encode(p.log)
	})
	mux.HandleFunc("GET /v1/models", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"object":"list","data":[]}`)
	})
	return http.Serve(l, mux)
}

func (p *paced) chat(w http.ResponseWriter, r *http.Request) {
	times := served{Arrived: time.Now().UnixNano()}
	var req struct{ Model string }
	if err := json.NewDecoder(r.Body).Decode(&req); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	var tokens, rate, firstMs, lane int
	if _, err := fmt.Sscanf(req.Model, "pace-%d-%d-%d-%d", &tokens, &rate, &firstMs, &lane); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.Header().Set("Content-Type", "text/event-stream")
	flush := w.(http.Flusher).Flush
	begin := time.Now()
	first := time.Duration(firstMs) * time.Millisecond
	for i := range tokens {
		if due := begin.Add(first + time.Duration(i)*gap(rate)); rate > 0 {
			time.Sleep(time.Until(due))
		}
		if i == 0 {
			times.First = time.Now().UnixNano()
		}
		fmt.Fprintf(w, "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":%q,\"choices\":[{\"index\":0,\"delta\":{\"content\":\"word \"},\"finish_reason\":null}],\"usage\":null}\n\n", req.Model)
		if rate > 0 || i == 0 {
			flush()
		}
	}
	fmt.Fprintf(w, "data: {\"id\":\"c1\",\"model\":%q,\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":null}\n\n", req.Model)
	fmt.Fprintf(w, "data: {\"id\":\"c1\",\"model\":%q,\"choices\":[],\"usage\":{\"prompt_tokens\":5,\"completion_tokens\":%d,\"total_tokens\":%d}}\n\ndata: [DONE]\n\n", req.Model, tokens, tokens+5)
	flush()
	times.Ended = time.Now().UnixNano()
	p.mu.Lock()
	p.log[req.Model] = append(p.log[req.Model], times)
	p.mu.Unlock()
}

func gap(rate int) time.Duration {
	if rate == 0 {
		return 0
	}
	return time.Second / time.Duration(rate)
}

func fetchLog(address string) (map[string][]served, error) {
	client := http.Client{Timeout: 10 * time.Second}
	resp, err := client.Get(address + "/log")
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	var log map[string][]served
	return log, json.NewDecoder(resp.Body).Decode(&log)
}
