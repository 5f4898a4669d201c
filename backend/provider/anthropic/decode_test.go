package anthropic

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	sdk "github.com/anthropics/anthropic-sdk-go"
	"github.com/anthropics/anthropic-sdk-go/packages/ssestream"

	"bakeoff/backend/provider"
)

// FuzzRead feeds any bytes as a stream: it must end, tell at most one end, and never one without message_stop.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/*.sse")
	if err != nil || len(files) == 0 {
		f.Fatal("no transcripts", err)
	}
	for _, name := range files {
		transcript, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(transcript)
	}
	f.Add([]byte("event: message_delta\ndata: {\"usage\":{\"output_tokens\":1e999,\"cache_creation\":[]},\"delta\":null}\n\n" + messageStop))
	f.Add([]byte("data: {\"type\":\"error\",\"error\":\"x\"}\n\n"))
	f.Add([]byte(beginning(`[]`) + beginning(startUsage) + ending("refusal")))
	p := New(Config{Key: "k"})
	f.Fuzz(func(t *testing.T, stream []byte) {
		ends := 0
		p.read(&http.Response{Body: io.NopCloser(bytes.NewReader(stream))}, func(ev provider.Event, err error) bool {
			if ends > 0 {
				t.Fatal("an event after the end")
			}
			if err != nil || ev.Kind == provider.KindFinish {
				ends++
			}
			if ev.Kind == provider.KindFinish {
				if u := ev.Finish.Usage; u.Input.N < 0 || u.CacheWrite1h.N > u.CacheWrite.N && u.CacheWrite.Known() {
					t.Fatalf("absurd usage %+v", u)
				}
				if !bytes.Contains(stream, []byte("message_stop")) && !bytes.Contains(stream, []byte(`\u`)) {
					t.Fatal("complete without message_stop")
				}
			}
			return true
		})
	})
}

// BenchmarkRead sets the cost of one delta beside that of the SDK's own typed stream.
func BenchmarkRead(b *testing.B) {
	const deltas = 1000
	transcript := beginning(startUsage) + strings.Repeat(textDelta("word "), deltas) + ending("end_turn")
	p := New(Config{Key: "k"})
	response := func() *http.Response { return &http.Response{Body: io.NopCloser(strings.NewReader(transcript))} }
	for name, read := range map[string]func(){
		"ours": func() { p.read(response(), func(provider.Event, error) bool { return true }) },
		"sdk": func() {
			stream := ssestream.NewStream[sdk.MessageStreamEventUnion](ssestream.NewDecoder(response()), nil)
			for stream.Next() {
			}
		},
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				read()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/deltas, "ns/delta")
		})
	}
}
