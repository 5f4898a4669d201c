package providertest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.uber.org/goleak"
)

// canary is the key of every test: it must reach the server in one header and nobody else.
const canary = "sk-canary+0123456789/abcdefABCDEF=="

// Run is the conformance suite.
func Run(t *testing.T, s Subject) {
	for _, test := range []struct {
		name string
		run  func(*testing.T, Subject)
	}{
		{"an answer arrives in the order of the wire", testAnswer},
		{"any chunking gives the same events", testChunking},
		{"an answer cut at any byte is not done", testCutAnywhere},
		{"unknown members and events change nothing", testUnknown},
		{"broken JSON ends the run and keeps its text", testMalformed},
		{"an error inside the stream ends the run", testMidError},
		{"an answer at its length limit is cut", testLengthLimit},
		{"a status becomes a code with a next step", testStatuses},
		{"a page instead of an answer is invalid", testPage},
		{"redirects are not followed", testRedirects},
		{"the key stays in its header", testKey},
		{"local only sends nothing", testLocalOnly},
		{"temperature 0 is sent", testZero},
		{"earlier turns go before the prompt, in turn", testEarlier},
		{"what is left out is known before", testForesight},
		{"cancelling ends a silent request", testCancel},
		{"leaving the loop ends the request", testLeave},
		{"floods are bounded", testFloods},
		{"the list of models is read", testModels},
	} {
		t.Run(test.name, func(t *testing.T) {
			before := goleak.IgnoreCurrent()
			t.Run("run", func(t *testing.T) { test.run(t, s) }) // its cleanups close the server first
			goleak.VerifyNone(t, before)
		})
	}
}

func testAnswer(t *testing.T, s Subject) {
	srv := s.serve(t)
	transcript, text, reasoning := s.answer(s.End)
	s.play(srv, s.good(Write(transcript)))
	got, stamps := s.ask(t.Context(), s.New(srv.URL, canary))
	if got.Err != nil || got.Finish == nil || got.After != 0 {
		t.Fatalf("got error %v, finish %v, %d events after the end; want one Finish", got.Err, got.Finish, got.After)
	}
	if got.Text != text || got.Reasoning != reasoning {
		t.Errorf("got %q / %q, want %q / %q", got.Text, got.Reasoning, text, reasoning)
	}
	s.checkFinish(t, got, s.Want.Reason, false)
	kinds := slices.DeleteFunc(slices.Clone(got.Order), func(k provider.Kind) bool { return k == provider.KindMeta })
	want := []provider.Kind{provider.KindText, provider.KindFinish}
	if s.Reasoning != nil {
		want = append([]provider.Kind{provider.KindReasoning}, want...)
	}
	if diff := cmp.Diff(want, slices.Compact(kinds)); diff != "" {
		t.Error("kinds of events:", diff)
	}
	if id := firstID(got, stamps); id == "" {
		t.Error("no request id was kept")
	}
	s.checkStamps(t, stamps, srv)
}

// firstID is the request's id, wherever it was told.
func firstID(r Result, s provider.Stamps) string {
	for _, m := range r.Metas {
		if m.RequestID != "" {
			return m.RequestID
		}
	}
	if r.Finish != nil && r.Finish.RequestID != "" {
		return r.Finish.RequestID
	}
	return s.RequestID
}

func (s Subject) checkFinish(t *testing.T, got Result, reason string, cut bool) {
	t.Helper()
	f := got.Finish
	if f.Reason != reason || f.Cut != cut {
		t.Errorf("got reason %q, cut %v; want %q, %v", f.Reason, f.Cut, reason, cut)
	}
	model := f.ResolvedModel
	for _, m := range got.Metas {
		if model == "" {
			model = m.ResolvedModel
		}
	}
	if model != s.Want.ResolvedModel {
		t.Errorf("got resolved model %q, want %q", model, s.Want.ResolvedModel)
	}
	if diff := cmp.Diff(s.Want.Usage, f.Usage, cmpopts.IgnoreFields(bakeoff.Usage{}, "Raw", "Notes")); diff != "" {
		t.Error("usage:", diff)
	}
}

func (s Subject) checkStamps(t *testing.T, stamps provider.Stamps, srv *Server) {
	t.Helper()
	if stamps.Requests != 1 {
		t.Errorf("%d requests were made, want one", stamps.Requests)
	}
	var prompts []Recorded
	for _, r := range srv.Requests() {
		if strings.Contains(r.Body, "Why is the sky blue?") {
			prompts = append(prompts, r)
		}
	}
	switch {
	case len(prompts) != 1:
		t.Errorf("the server saw %d prompts, want one", len(prompts))
	case prompts[0].Body != string(stamps.Body):
		t.Error("the recorded body is not what the server received")
	}
	if stamps.SentBytes != int64(len(stamps.Body)) || stamps.SentBytes == 0 || stamps.Received == 0 {
		t.Errorf("%d bytes counted as sent and %d as received; the body had %d", stamps.SentBytes, stamps.Received, len(stamps.Body))
	}
	if stamps.Sent.IsZero() || stamps.Connected.Before(stamps.Sent) || stamps.Headers.Before(stamps.Connected) || stamps.FirstByte.Before(stamps.Headers) || stamps.LastRead.Before(stamps.FirstByte) {
		t.Errorf("moments are missing or out of order: %+v", stamps)
	}
}

func testChunking(t *testing.T, s Subject) {
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	transcript, _, _ := s.answer(s.End)
	var first Result
	for i, size := range []int{len(transcript), 1, 2, 3, 7, 64} {
		s.play(srv, s.good(Chunks(transcript, size)...))
		got, _ := s.ask(t.Context(), p)
		if got.Err != nil {
			t.Fatalf("chunks of %d: %v", size, got.Err)
		}
		if i == 0 {
			first = got
		} else if diff := cmp.Diff(first, got); diff != "" {
			t.Fatalf("chunks of %d: %s", size, diff)
		}
	}
	crlf := strings.ReplaceAll(transcript, "\n", "\r\n")
	s.play(srv, s.good(Write(crlf)))
	if got, _ := s.ask(t.Context(), p); got.Text != first.Text || got.Finish == nil {
		t.Errorf("lines that end in CR LF: got %q, finish %v", got.Text, got.Finish)
	}
	s.play(srv, s.good(Write(strings.TrimRight(transcript, "\r\n"))))
	if got, _ := s.ask(t.Context(), p); got.Text != first.Text || got.Finish == nil {
		t.Errorf("a last line without its end: got %q, finish %v", got.Text, got.Finish)
	}
}

func testCutAnywhere(t *testing.T, s Subject) {
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	transcript, text, _ := s.answer(s.End)
	complete := strings.LastIndex(transcript, s.EndMarker) + len(s.EndMarker)
	if s.EndMarker == "" || complete < len(s.EndMarker) {
		t.Fatal("EndMarker is not in End")
	}
	for n := range complete {
		steps := []Step{Write(transcript[:n])}
		if n%2 == 1 {
			steps = append(steps, Abort())
		}
		s.play(srv, s.good(steps...))
		got, _ := s.ask(t.Context(), p)
		if got.Finish != nil {
			t.Fatalf("cut at byte %d of %d, abruptly %v: got a Finish", n, len(transcript), n%2 == 1)
		}
		if code := got.Code(); got.Err != nil && code != bakeoff.CodeTruncated && !(n < 2 && code == bakeoff.CodeUnreachable) {
			t.Fatalf("cut at byte %d (…%q): got %v, want truncated", n, transcript[max(0, n-20):n], got.Err)
		}
		if !strings.HasPrefix(text, got.Text) {
			t.Fatalf("cut at byte %d: got text %q", n, got.Text)
		}
	}
}

func testUnknown(t *testing.T, s Subject) {
	srv := s.serve(t)
	var b strings.Builder
	b.WriteString(s.Prelude)
	for _, frame := range s.Unknown {
		b.WriteString(frame + s.Text("x") + frame)
	}
	s.play(srv, s.good(Write(b.String()+s.End)))
	got, _ := s.ask(t.Context(), s.New(srv.URL, canary))
	if want := strings.Repeat("x", len(s.Unknown)); got.Err != nil || got.Finish == nil || got.Text != want {
		t.Errorf("got %q, %v; want %q", got.Text, got.Err, want)
	}
}

func testMalformed(t *testing.T, s Subject) {
	srv := s.serve(t)
	s.play(srv, s.good(Write(s.Prelude+s.Text("half")+s.Malformed+s.Text("more")+s.End)))
	got, _ := s.ask(t.Context(), s.New(srv.URL, canary))
	if got.Code() != bakeoff.CodeInvalid || got.Text != "half" || got.Finish != nil {
		t.Errorf("got %q, %v; want the text before it and invalid", got.Text, got.Err)
	}
}

func testMidError(t *testing.T, s Subject) {
	srv := s.serve(t)
	s.play(srv, s.good(Write(s.Prelude+s.Text("half")+s.MidError)))
	got, _ := s.ask(t.Context(), s.New(srv.URL, canary))
	if got.Code() != s.MidCode || got.Text != "half" || got.Finish != nil {
		t.Errorf("got %q, %v; want the text before it and %s", got.Text, got.Err, s.MidCode)
	}
}

func testLengthLimit(t *testing.T, s Subject) {
	srv := s.serve(t)
	transcript, _, _ := s.answer(s.CutEnd)
	s.play(srv, s.good(Write(transcript)))
	got, _ := s.ask(t.Context(), s.New(srv.URL, canary))
	if got.Err != nil || got.Finish == nil || !got.Finish.Cut || got.Finish.Reason != s.Want.CutReason {
		t.Errorf("got %+v, %v; want a cut with reason %q", got.Finish, got.Err, s.Want.CutReason)
	}
}

func testZero(t *testing.T, s Subject) {
	if s.Zero == nil {
		t.Skip("the protocol has no temperature")
	}
	srv := s.serve(t)
	transcript, _, _ := s.answer(s.End)
	s.play(srv, s.good(Write(transcript)))
	zero, req := 0.0, s.request()
	req.Params.Temperature = &zero
	if got := Collect(s.New(srv.URL, canary).Stream(t.Context(), req)); got.Err != nil {
		t.Fatal(got.Err)
	}
	for _, r := range srv.Requests() {
		if strings.Contains(r.Body, "Why is the sky blue?") && !s.Zero(r.Body) {
			t.Errorf("temperature 0 is not in the request: %s", r.Body)
		}
	}
	if got := Collect(s.New(srv.URL, canary).Stream(t.Context(), s.request())); got.Err != nil {
		t.Fatal(got.Err)
	}
	for _, r := range srv.Requests() {
		if strings.Contains(r.Body, `"temperature"`) {
			t.Errorf("a temperature is in a request that asked for none: %s", r.Body)
		}
	}
}

// testForesight: what an adapter says before anything is sent is what it says when it is.
func testForesight(t *testing.T, s Subject) {
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	f, ok := p.(provider.Foreseer)
	if !ok {
		t.Fatal("the adapter does not tell what it leaves out")
	}
	req := s.request()
	number, share, seed := 2048, 0.5, int64(7)
	req.Params = bakeoff.Params{
		Temperature: &share, TopP: &share, MaxTokens: &number, Seed: &seed, Stop: []string{"END"}, Effort: "high",
		ThinkingBudget: &number, NumCtx: &number, KeepAlive: "5m", ResponseFormat: `{"type":"object"}`,
	}
	req.Facts, _ = p.Prepare(t.Context(), req)
	srv.Requests() // of the preparation
	if diff := cmp.Diff(req.Facts.NotApplied, f.Foresee(req).NotApplied); diff != "" {
		t.Errorf("prepared and foreseen differ: %s", diff)
	}
	if asked := len(srv.Requests()); asked != 0 {
		t.Errorf("foreseeing asked %d times", asked)
	}
}

// testEarlier: who goes on with a conversation sends what was said, in order, as the words of user and model in turn.
func testEarlier(t *testing.T, s Subject) {
	srv := s.serve(t)
	transcript, _, _ := s.answer(s.End)
	s.play(srv, s.good(Write(transcript)))
	req := s.request()
	file := bakeoff.Attachment{Name: "a.txt", MediaType: "text/plain", Data: []byte("file"), SHA256: "0"}
	req.Earlier = []bakeoff.Turn{
		{User: "What is \"sky\"?", Answer: "Air.\n東京", Attachments: []bakeoff.Attachment{file}},
		{User: "Say more.", Answer: "  Blue air. "},
	}
	if got := Collect(s.New(srv.URL, canary).Stream(t.Context(), req)); got.Err != nil {
		t.Fatal(got.Err)
	}
	var bodies []string
	for _, r := range srv.Requests() {
		if strings.Contains(r.Body, "Why is the sky blue?") {
			bodies = append(bodies, r.Body)
		}
	}
	if len(bodies) != 1 {
		t.Fatalf("%d requests have the prompt, want one", len(bodies))
	}
	got := messages(t, bodies[0])
	first := provider.UserText(req.Earlier[0].Prompt())
	want := []string{first, "Air.\n東京", "Say more.", "  Blue air. ", "Why is the sky blue?"}
	if len(got) != len(want) {
		t.Fatalf("got the messages %q, want the texts %q", got, want)
	}
	for i, m := range got {
		if m.Text != want[i] || (m.Role == "user") != (i%2 == 0) || i > 0 && m.Role == got[i-1].Role {
			t.Errorf("message %d is %q, want %q, of user and model in turn", i, m, want[i])
		}
	}
}

// message is one turn as a provider was sent it. The name of a role is the protocol's own.
type message struct{ Role, Text string }

// messages reads the conversation in a request body of any protocol.
func messages(t *testing.T, body string) []message {
	type part struct{ Text string }
	type entry struct {
		Role    string
		Content json.RawMessage // a text, or parts
		Parts   []part
	}
	var request struct{ Messages, Input, Contents []entry }
	if err := json.Unmarshal([]byte(body), &request); err != nil {
		t.Fatal(err)
	}
	var out []message
	for _, m := range slices.Concat(request.Messages, request.Input, request.Contents) {
		var text string
		if json.Unmarshal(m.Content, &text) != nil {
			_ = json.Unmarshal(m.Content, &m.Parts)
		}
		for _, p := range m.Parts {
			text += p.Text
		}
		out = append(out, message{m.Role, text})
	}
	return out
}

func testModels(t *testing.T, s Subject) {
	if s.Models == "" {
		t.Skip("no list")
	}
	srv := s.serve(t)
	s.play(srv, Reply{Header: Headers("Content-Type: application/json"), Steps: []Step{Write(s.Models)}})
	models, err := s.New(srv.URL, canary).Models(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var ids []string
	for _, m := range models {
		ids = append(ids, m.ID)
	}
	if diff := cmp.Diff(s.WantModel, ids); diff != "" {
		t.Error(diff)
	}
	for _, status := range []int{http.StatusUnauthorized, http.StatusInternalServerError} {
		srv.Play(Reply{Status: status, Steps: []Step{Write(s.errorBody(status, "no "+canary))}})
		_, err := s.New(srv.URL, canary).Models(t.Context())
		var e *bakeoff.Error
		if !errors.As(err, &e) || e.HTTPStatus != status || strings.Contains(Result{Err: err}.Everything(), canary) {
			t.Errorf("list with status %d: got %v", status, err)
		}
	}
	srv.Play(Reply{Header: Headers("Content-Type: application/json"), Steps: []Step{Flood(strings.Repeat("[", 1<<16), 200<<20)}})
	if _, err := s.New(srv.URL, canary).Models(context.Background()); err == nil {
		t.Error("an endless list: want an error")
	}
}
