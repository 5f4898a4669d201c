package providertest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

func testStatuses(t *testing.T, s Subject) {
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	for _, test := range []struct {
		status int
		want   bakeoff.Code
	}{
		{400, bakeoff.CodeInvalid}, {401, bakeoff.CodeAuth}, {402, bakeoff.CodeNoCredit}, {403, bakeoff.CodeForbidden},
		{404, bakeoff.CodeModelMissing}, {408, bakeoff.CodeTimeout}, {413, bakeoff.CodeTooLarge}, {422, bakeoff.CodeInvalid},
		{429, bakeoff.CodeRateLimited}, {500, bakeoff.CodeProvider}, {502, bakeoff.CodeProvider}, {503, bakeoff.CodeProvider},
		{504, bakeoff.CodeProvider}, {529, bakeoff.CodeOverloaded},
	} {
		for _, form := range []string{"json", "page", "empty"} {
			t.Run(fmt.Sprintf("%d as %s", test.status, form), func(t *testing.T) {
				body := map[string]string{"json": s.errorBody(test.status, "it went wrong"), "page": "<html><title>it went wrong</title></html>"}[form]
				s.play(srv, Reply{Status: test.status, Header: Headers("Retry-After: 34"), Steps: []Step{Write(body)}})
				got, stamps := s.ask(t.Context(), p)
				var e *bakeoff.Error
				if !errors.As(got.Err, &e) {
					t.Fatalf("got %v, want a *bakeoff.Error", got.Err)
				}
				want := test.want
				if test.status == http.StatusNotFound && form != "json" && e.Code == bakeoff.CodeNotFound {
					want = bakeoff.CodeNotFound // nobody said that it is the model which is missing
				}
				if e.Code != want || e.HTTPStatus != test.status || !strings.Contains(e.Message, ". ") {
					t.Errorf("got %s, status %d, %q; want %s and a next step", e.Code, e.HTTPStatus, e.Message, want)
				}
				if test.status == 429 && e.RetryAfter != 34*time.Second {
					t.Errorf("got retry after %v, want 34s", e.RetryAfter)
				}
				if form != "empty" && !strings.Contains(e.Detail, "it went wrong") {
					t.Errorf("the provider's words are lost: %q", e.Detail)
				}
				if stamps.Requests != 1 || got.Finish != nil || got.After != 0 {
					t.Errorf("%d requests, finish %v", stamps.Requests, got.Finish)
				}
			})
		}
	}
}

func testPage(t *testing.T, s Subject) {
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	for _, contentType := range []string{"text/html; charset=utf-8", "application/json", "text/plain"} {
		s.play(srv, Reply{Header: Headers("Content-Type: " + contentType), Steps: []Step{Write("<html><title>Sign in</title></html>")}})
		if got, _ := s.ask(t.Context(), p); got.Code() != bakeoff.CodeInvalid || got.Finish != nil || got.Text != "" {
			t.Errorf("%s: got %q, %v, finish %v; want invalid", contentType, got.Text, got.Err, got.Finish)
		}
	}
}

func testRedirects(t *testing.T, s Subject) {
	target := Serve(t, func(Recorded) Reply { return Reply{} })
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	for _, status := range []int{301, 302, 303, 307, 308} {
		for _, to := range []string{target.URL + "/x", strings.Replace(target.URL, "127.0.0.1", "localhost", 1), "/elsewhere", "//" + strings.TrimPrefix(target.URL, "http://")} {
			s.play(srv, Reply{Status: status, Header: Headers("Location: " + to)})
			if got, stamps := s.ask(t.Context(), p); got.Code() != bakeoff.CodeInvalid || stamps.Requests != 1 {
				t.Errorf("%d to %s: got %v after %d requests", status, to, got.Err, stamps.Requests)
			}
		}
	}
	if n := len(target.Requests()); n != 0 {
		t.Errorf("the target got %d requests, want 0", n)
	}
}

func testKey(t *testing.T, s Subject) {
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	transcript, _, _ := s.answer(s.End)
	s.play(srv, s.good(Write(transcript)))
	s.ask(t.Context(), p)
	for _, r := range srv.Requests() {
		s.checkKeyPlace(t, r)
	}
	var split strings.Builder
	for _, letter := range canary {
		split.WriteString(s.Text(string(letter)))
	}
	echoing := func(r Reply) Reply {
		if r.Header == nil {
			r.Header = http.Header{}
		}
		r.Header.Set("X-Request-Id", canary)
		r.Header.Set("X-Echo", canary)
		return r
	}
	mid := strings.ReplaceAll(s.Prelude+s.Text("it said "+canary), s.Model, canary)
	for name, reply := range map[string]Reply{
		"text":          s.good(Write(mid + s.End)),
		"split text":    s.good(Write(s.Prelude + split.String() + s.End)),
		"model":         s.good(Write(strings.ReplaceAll(transcript, s.Want.ResolvedModel, canary))),
		"reason":        s.good(Write(s.Prelude + s.Text("x") + strings.ReplaceAll(s.End, s.Want.Reason, canary))),
		"error":         {Status: 401, Steps: []Step{Write(s.errorBody(401, "bad key "+canary))}},
		"escaped error": {Status: 400, Steps: []Step{Write(s.errorBody(400, "bad key "+url.QueryEscape(canary)))}},
		"page":          {Status: 502, Steps: []Step{Write("<html>" + canary + "</html>")}},
		"redirect":      {Status: 302, Header: Headers("Location: /?key=" + canary)},
		"wrong type":    {Header: Headers("Content-Type: text/plain"), Steps: []Step{Write(canary)}},
		"mid error":     s.good(Write(s.Prelude + s.MidError + canary)),
		"malformed":     s.good(Write(s.Prelude + s.Malformed + canary)),
	} {
		s.play(srv, echoing(reply))
		got, stamps := s.ask(t.Context(), p)
		all := got.Everything() + stamps.RequestID
		if strings.Contains(all, canary) || strings.Contains(all, url.QueryEscape(canary)) {
			t.Errorf("%s: the key got out: %s", name, all)
		}
	}
}

// checkKeyPlace demands that the key is in its header and nowhere else.
func (s Subject) checkKeyPlace(t *testing.T, r Recorded) {
	t.Helper()
	if strings.Contains(r.Path, canary) || strings.Contains(r.Path, url.QueryEscape(canary)) || strings.Contains(r.Body, canary) {
		t.Errorf("the key is in the URL or body of %s %s", r.Method, r.Path)
	}
	for name, values := range r.Header {
		has := strings.Contains(strings.Join(values, "\n"), canary)
		if own := name == http.CanonicalHeaderKey(s.KeyHeader); has != own {
			t.Errorf("header %s: key there %v, want %v", name, has, own)
		}
	}
	if s.KeyHeader != "" && r.Header.Get(s.KeyHeader) == "" {
		t.Errorf("no %s header", s.KeyHeader)
	}
}

func testLocalOnly(t *testing.T, s Subject) {
	// Addresses of TEST-NET and a name that no resolver knows: a refusal that came after a dial would be another error.
	for _, base := range []string{"https://192.0.2.1", "http://192.0.2.1:11434", "https://models.invalid"} {
		p := s.New(base, "")
		got, stamps := s.ask(provider.WithLocalOnly(t.Context()), p)
		if got.Code() != bakeoff.CodeLocalOnly || !stamps.Sent.IsZero() {
			t.Errorf("%s: got %v, sent %v; want local_only before anything was sent", base, got.Err, stamps.Sent)
		}
		if _, err := p.Models(provider.WithLocalOnly(t.Context())); (Result{Err: err}).Code() != bakeoff.CodeLocalOnly {
			t.Errorf("%s: list: got %v, want local_only", base, err)
		}
	}
	if got, _ := s.ask(t.Context(), s.New("http://192.0.2.1:80", canary)); s.KeyHeader != "" && got.Code() != bakeoff.CodeInvalid {
		t.Errorf("a key over plain HTTP: got %v, want a refusal", got.Err)
	}
}

func testCancel(t *testing.T, s Subject) {
	stopped := errors.New("stopped by the user")
	for name, reply := range map[string]func(gone chan<- struct{}) Reply{
		"before the headers": func(gone chan<- struct{}) Reply { return s.good(Mute(gone)) },
		"before the text":    func(gone chan<- struct{}) Reply { return s.good(Stall(gone)) },
		"in mid-answer":      func(gone chan<- struct{}) Reply { return s.good(Write(s.Prelude+s.Text("half")), Stall(gone)) },
		"in mid-line":        func(gone chan<- struct{}) Reply { return s.good(Write(s.Prelude+`{"half`), Stall(gone)) },
	} {
		t.Run(name, func(t *testing.T) {
			gone := signal()
			arrived := signal()
			srv := Serve(t, func(r Recorded) Reply {
				if s.Other != nil {
					if other, ok := s.Other(r); ok {
						return other
					}
				}
				close(arrived)
				return reply(gone)
			})
			ctx, cancel := context.WithCancelCause(t.Context())
			go func() { <-arrived; cancel(stopped) }()
			got, _ := s.ask(ctx, s.New(srv.URL, canary))
			if got.Finish != nil {
				t.Errorf("got a Finish, want none")
			}
			left(t, gone)
		})
	}
	gone, arrived := signal(), signal()
	srv := Serve(t, func(Recorded) Reply { return Reply{} })
	s.play(srv, s.good(func(*player) { close(arrived) }, Stall(gone)))
	ctx, cancel := context.WithCancel(t.Context())
	go func() { <-arrived; cancel() }()
	if got, _ := s.ask(ctx, s.New(srv.URL, canary)); !errors.Is(got.Err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled inside", got.Err)
	}
	left(t, gone)
}

// left waits until the server saw the client leave. The limit only turns a hanging test into a failing one.
func left(t *testing.T, gone <-chan struct{}) {
	t.Helper()
	select {
	case <-gone:
	case <-time.After(10 * time.Second):
		t.Error("the request was not ended: the server still has its client")
	}
}

func signal() chan struct{} { return make(chan struct{}) }

func testLeave(t *testing.T, s Subject) {
	gone := signal()
	srv := s.serve(t)
	s.play(srv, s.good(Write(s.Prelude+s.Text("first")), Stall(gone)))
	for ev, err := range s.New(srv.URL, canary).Stream(t.Context(), s.request()) {
		if err != nil {
			t.Fatal(err)
		}
		if ev.Kind == provider.KindText {
			break
		}
	}
	left(t, gone)
}

func testFloods(t *testing.T, s Subject) {
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	for range 16 {
		zip.Write(make([]byte, 1<<20))
	}
	zip.Close()
	srv := s.serve(t)
	p := s.New(srv.URL, canary)
	zipped := s.good(Write(bomb.String()))
	zipped.Header.Set("Content-Encoding", "gzip")
	long := s.good(Write("x"))
	long.Header.Set("X-Long", strings.Repeat("h", 12<<20))
	many := s.good(Write("x"))
	for i := range 10_000 {
		many.Header.Set(fmt.Sprintf("X-Header-%d", i), strings.Repeat("h", 40))
	}
	head, tail, _ := strings.Cut(s.Text("SPLIT"), "SPLIT")
	for name, reply := range map[string]Reply{
		"a gzip bomb":           zipped,
		"a line of 100 MB":      s.good(Write(s.Prelude+head), Flood(strings.Repeat("a", 1<<16), 100<<20), Write(tail)),
		"a header of 12 MB":     long,
		"ten thousand headers":  many,
		"an error body of 1 GB": {Status: 500, Steps: []Step{Flood(strings.Repeat("e", 1<<16), 1<<30)}},
	} {
		s.play(srv, reply)
		got, _ := s.ask(t.Context(), p)
		want := bakeoff.CodeInvalid
		if reply.Status == 500 {
			want = bakeoff.CodeProvider
		}
		var e *bakeoff.Error
		if !errors.As(got.Err, &e) || e.Code != want || len(e.Detail) > 2<<10 {
			t.Errorf("%s: got %v, want %s", name, got.Err, want)
		}
	}
}
