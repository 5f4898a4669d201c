package providertest

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// Subject is an adapter under test: how to build it, and its protocol in pieces. A transcript is
//
//	Prelude, any number of Reasoning and Text frames, End
//
// and a piece is the bytes as they come over the wire, line ends included.
type Subject struct {
	// New builds the adapter for the fake server at base (no trailing slash) with this key, or with none if key is empty.
	New func(base, key string) provider.Provider

	Model     string // asked for in every request
	MediaType string // of a good answer: "text/event-stream"
	KeyHeader string // the header that carries the key: "Authorization"; empty when the adapter sends none

	Prelude   string
	Text      func(s string) string // one frame with a delta of answer text
	Reasoning func(s string) string // one frame with a delta of reasoning; nil when the protocol shows none
	End       string                // a complete end with usage
	CutEnd    string                // the end of an answer that a length limit cut
	EndMarker string                // the part of End that makes an answer complete: before its last byte there is no Finish
	Unknown   []string              // frames with unknown events and members, and comments, that must change nothing
	Malformed string                // a frame whose JSON is broken
	MidError  string                // the error frame that the provider sends inside a 200 stream
	MidCode   bakeoff.Code          // its code

	// ErrorBody is the provider's error body with this message; nil: OpenAI's shape.
	ErrorBody func(status int, message string) string

	Want Expect

	// Zero tells whether a request body carries temperature 0; nil when the protocol has no temperature.
	Zero func(body string) bool

	// Models is a list as the provider sends it, with the ids it holds. Empty Models: no list is tested.
	Models    string
	WantModel []string

	// Other answers requests that are not the prompt itself ("GET /api/tags"); nil when there are none.
	Other func(r Recorded) (Reply, bool)
}

// Expect is what End must lead to.
type Expect struct {
	Reason        string
	CutReason     string
	ResolvedModel string
	Usage         bakeoff.Usage // Raw and Notes are not compared
}

// Result is what a stream led to.
type Result struct {
	Text, Reasoning string
	Order           []provider.Kind // kinds in order, repeats left out
	Metas           []provider.Meta
	Finish          *provider.Finish
	Err             error
	After           int // events after Finish or the error: a defect
}

// Spent is what the reply reported as spent before it failed; nil when it reported nothing.
func (r Result) Spent() *provider.Spent {
	for _, m := range r.Metas {
		if m.Spent != nil {
			return m.Spent
		}
	}
	return nil
}

// Collect plays a stream to its end.
func Collect(events iter.Seq2[provider.Event, error]) Result {
	var r Result
	for ev, err := range events {
		if r.Finish != nil || r.Err != nil {
			r.After++
		}
		if err != nil {
			r.Err = err
			continue
		}
		if len(r.Order) == 0 || r.Order[len(r.Order)-1] != ev.Kind {
			r.Order = append(r.Order, ev.Kind)
		}
		switch ev.Kind {
		case provider.KindText:
			r.Text += ev.Text
		case provider.KindReasoning:
			r.Reasoning += ev.Text
		case provider.KindMeta:
			r.Metas = append(r.Metas, *ev.Meta)
		case provider.KindFinish:
			r.Finish = ev.Finish
		}
	}
	return r
}

// Code is the code of the error, or empty.
func (r Result) Code() bakeoff.Code {
	var e *bakeoff.Error
	if errors.As(r.Err, &e) {
		return e.Code
	}
	return ""
}

// Everything is all the text that a result holds, for a search for what must not be there.
func (r Result) Everything() string {
	s := fmt.Sprintf("%s\n%s\n%+v\n", r.Text, r.Reasoning, r.Metas)
	if r.Finish != nil {
		s += fmt.Sprintf("%+v\n%s\n", *r.Finish, r.Finish.Usage.Raw)
	}
	if r.Err != nil {
		s += r.Err.Error()
	}
	for err := r.Err; err != nil; err = errors.Unwrap(err) {
		s += fmt.Sprintf("\n%v", err)
		var e *bakeoff.Error
		if errors.As(err, &e) {
			s += "\n" + e.Message + "\n" + e.Detail
		}
	}
	return s
}

func (s Subject) request() provider.Request {
	return provider.Request{Model: s.Model, Prompt: bakeoff.Prompt{User: "Why is the sky blue?"}}
}

// answer is a whole transcript: reasoning if the protocol has it, text in several frames, an end.
func (s Subject) answer(end string) (transcript, text, reasoning string) {
	var b strings.Builder
	b.WriteString(s.Prelude)
	if s.Reasoning != nil {
		for _, part := range []string{"Light", " scatters…"} {
			b.WriteString(s.Reasoning(part))
			reasoning += part
		}
	}
	for _, part := range []string{"Because ", "blue 東京 🌊", " wins.\n", "\tEnd"} {
		b.WriteString(s.Text(part))
		text += part
	}
	return b.String() + end, text, reasoning
}

func (s Subject) errorBody(status int, message string) string {
	if s.ErrorBody != nil {
		return s.ErrorBody(status, message)
	}
	return fmt.Sprintf(`{"error":{"message":%q,"type":null,"param":null,"code":null}}`, message)
}

// good is a reply of the protocol's own media type.
func (s Subject) good(steps ...Step) Reply {
	return Reply{Header: http.Header{"Content-Type": {s.MediaType}, "X-Request-Id": {"req-1"}}, Steps: steps}
}

// serve starts a fake server whose prompt requests get what play says.
func (s Subject) serve(t testing.TB) *Server {
	return Serve(t, func(Recorded) Reply { return Reply{} })
}

func (s Subject) play(srv *Server, r Reply) {
	srv.Answer(func(got Recorded) Reply {
		if s.Other != nil {
			if other, ok := s.Other(got); ok {
				return other
			}
		}
		return r
	})
}

// ask sends the standard request under a trace.
func (s Subject) ask(ctx context.Context, p provider.Provider) (Result, provider.Stamps) {
	var trace provider.Trace
	r := Collect(p.Stream(provider.WithTrace(ctx, &trace), s.request()))
	return r, trace.Stamps()
}
