package openai

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"

	"bakeoff/backend/provider"

	goopenai "github.com/sashabaranov/go-openai"
)

const benchTokens = 2000

// replayed is a server without a network: what is measured is reading alone.
type replayed struct{ body string }

func (r replayed) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"text/event-stream"}}, Body: io.NopCloser(strings.NewReader(r.body))}, nil
}

func benchBody() string {
	var b bytes.Buffer
	for range benchTokens {
		b.WriteString(textFrame(" token"))
	}
	b.WriteString(frame("{}", `"stop"`, "") + usageChunk + doneLine)
	return b.String()
}

// BenchmarkStream compares the adapter with the library alone, on the same bytes. The goal is at most 1.5 times its CPU.
func BenchmarkStream(b *testing.B) {
	next := replayed{benchBody()}
	b.Run("library alone", func(b *testing.B) {
		b.ReportAllocs()
		config := goopenai.DefaultConfig("")
		config.BaseURL = "http://127.0.0.1/v1"
		config.HTTPClient = doOnly{next}
		client := goopenai.NewClientWithConfig(config)
		for b.Loop() {
			stream, err := client.CreateChatCompletionStream(b.Context(), goopenai.ChatCompletionRequest{Model: "m", Messages: []goopenai.ChatCompletionMessage{{Role: "user", Content: "Why?"}}})
			if err != nil {
				b.Fatal(err)
			}
			n := 0
			for {
				chunk, err := stream.Recv()
				if err != nil {
					break
				}
				if len(chunk.Choices) > 0 && chunk.Choices[0].Delta.Content != "" {
					n++
				}
			}
			stream.Close()
			checkCount(b, n)
		}
	})
	for name, key := range map[string]string{"adapter": "", "adapter with a key": "sk-proj-0123456789abcdefghij"} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			p := New(Config{Service: "custom", BaseURL: "http://127.0.0.1/v1", Key: key})
			p.http.Transport = next
			for b.Loop() {
				n := 0
				for ev, err := range p.Stream(b.Context(), question("m")) {
					if err != nil {
						b.Fatal(err)
					}
					if ev.Kind == provider.KindText {
						n++
					}
				}
				checkCount(b, n)
			}
		})
	}
}

type doOnly struct{ http.RoundTripper }

func (d doOnly) Do(req *http.Request) (*http.Response, error) { return d.RoundTrip(req) }

func checkCount(b *testing.B, n int) {
	if n != benchTokens {
		b.Fatalf("got %d tokens, want %d", n, benchTokens)
	}
}
