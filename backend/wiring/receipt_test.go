package wiring

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider"
)

// heard gets every text as it arrives.
type heard chan string

func (h heard) Delta(_ *compare.Live, _ string, _ provider.Kind, text string) {
	select {
	case h <- text:
	default: // a demo voice talks on
	}
}
func (heard) Changed(*compare.Live, string) {}

// The receipt is there however a run ended, with what went and what came, and with the models that were told the prompt.
func TestTheReceiptOfEveryEnd(t *testing.T) {
	begun, refusal := make(heard, 100), strings.Repeat("no ", 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		text := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(text)
		switch {
		case strings.Contains(string(text), `"refused"`):
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, refusal)
		case strings.Contains(string(text), `"hangs"`):
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Half\"}}]}\n\n")
			w.(http.Flusher).Flush()
			<-r.Context().Done()
		case r.Method == http.MethodPost:
			w.Header().Set("Content-Type", "text/event-stream")
			fmt.Fprint(w, "data: {\"choices\":[{\"delta\":{\"content\":\"Whole\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n")
		}
	}))
	t.Cleanup(server.Close)
	closed := closedPort(t)
	h, err := Open(t.Context(), Options{DataDir: t.TempDir(), Observers: []compare.Observer{begun}, Getenv: env{"OLLAMA_HOST": "127.0.0.1:1", "VLLM_BASE_URL": server.URL + "/v1", "LMSTUDIO_BASE_URL": "http://" + closed + "/v1"}.get})
	must(t, err)
	defer closeHouse(t, h)
	var lineup []bakeoff.Entry
	for _, name := range []string{"vllm/well", "vllm/refused", "vllm/hangs", "lmstudio/nobody"} {
		endpoint, model, _ := strings.Cut(name, "/")
		lineup = append(lineup, bakeoff.Entry{Endpoint: endpoint, Model: model})
	}
	l, err := h.Engine.Start(t.Context(), compare.Spec{Prompt: bakeoff.Prompt{User: "Why?"}, Lineup: lineup})
	must(t, err)
	for text := range begun {
		if text == "Half" {
			break
		}
	}
	for _, r := range l.Snapshot().Runs {
		if r.Entry.Model == "hangs" {
			h.Engine.StopRun(r.ID)
		}
	}
	l.Wait()
	c, err := h.Store.Comparison(t.Context(), l.ID())
	must(t, err)
	for i, want := range []struct {
		status   bakeoff.Status
		sent     bool
		received int64
	}{{bakeoff.Done, true, 80}, {bakeoff.Failed, true, int64(len(refusal))}, {bakeoff.Cancelled, true, 50}, {bakeoff.Failed, false, 0}} {
		r := c.Runs[i]
		if r.Status != want.status || !r.Egress.Known || r.Egress.Requests != 1 || r.Egress.Received < want.received || (want.received == 0) != (r.Egress.Received == 0) {
			t.Errorf("%s is %s, egress %+v", r.Entry.Model, r.Status, r.Egress)
		}
		if want.sent && r.Egress.Sent != int64(len(r.Request)) || !want.sent && r.Egress.Sent != 0 {
			t.Errorf("%s: %d bytes went of a request of %d", r.Entry.Model, r.Egress.Sent, len(r.Request))
		}
	}
	receipt := c.Receipt()
	if len(receipt) != 2 {
		t.Fatalf("got %+v", receipt)
	}
	for _, row := range receipt {
		switch row.Host {
		case strings.TrimPrefix(server.URL, "http://"):
			if !row.Known || row.Requests != 3 || row.Sent != c.Runs[0].Egress.Sent+c.Runs[1].Egress.Sent+c.Runs[2].Egress.Sent || !slices.Equal(row.Models, []string{"vllm/well", "vllm/refused", "vllm/hangs"}) {
				t.Errorf("got %+v", row)
			}
		case closed:
			if row.Sent != 0 || row.Received != 0 {
				t.Errorf("nobody was there, and got %+v", row)
			}
		default:
			t.Errorf("a host that was not asked: %+v", row)
		}
	}
}
