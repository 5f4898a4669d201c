package ollama

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/ollama/ollama/api"
)

// flatOut is a server that sends n tokens as fast as it can, a line each, as Ollama does.
func flatOut(b *testing.B, n int) string {
	body := strings.Repeat(textLine(" token"), n) + doneLine("stop")
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-ndjson")
		w.Write([]byte(body))
	}))
	b.Cleanup(srv.Close)
	return srv.URL
}

const benchTokens = 20_000

// BenchmarkStream is the adapter; BenchmarkClient is the same client library alone, its reference.
func BenchmarkStream(b *testing.B) {
	p := New(Config{BaseURL: flatOut(b, benchTokens), Key: "sk-bench-0123456789", Local: true})
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		var trace provider.Trace
		for ev, err := range p.Stream(provider.WithTrace(context.Background(), &trace), provider.Request{Model: "m", Prompt: bakeoff.Prompt{User: "x"}}) {
			if err != nil {
				b.Fatal(err)
			}
			n += len(ev.Text)
		}
		if n != benchTokens*len(" token") {
			b.Fatal(n)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchTokens), "ns/token")
}

func BenchmarkClient(b *testing.B) {
	base, err := url.Parse(flatOut(b, benchTokens))
	if err != nil {
		b.Fatal(err)
	}
	client := api.NewClient(base, &http.Client{})
	b.ReportAllocs()
	for b.Loop() {
		n := 0
		err := client.Chat(context.Background(), &api.ChatRequest{Model: "m"}, func(r api.ChatResponse) error {
			n += len(r.Message.Content)
			return nil
		})
		if err != nil || n != benchTokens*len(" token") {
			b.Fatal(n, err)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*benchTokens), "ns/token")
}
