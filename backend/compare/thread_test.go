package compare

import (
	"context"
	"encoding/base64"
	"iter"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

// listener is a provider that remembers what each model was asked, and answers with the model's name.
type listener struct {
	mu    sync.Mutex
	asked map[string][]provider.Request
}

func (*listener) Models(context.Context) ([]provider.Model, error) { return nil, nil }

func (*listener) Prepare(context.Context, provider.Request) (provider.Facts, error) {
	return provider.Facts{}, nil
}

func (p *listener) Stream(ctx context.Context, req provider.Request) iter.Seq2[provider.Event, error] {
	return func(yield func(provider.Event, error) bool) {
		p.mu.Lock()
		p.asked[req.Model] = append(p.asked[req.Model], req)
		p.mu.Unlock()
		if yield(provider.Text("I am "+req.Model), nil) {
			yield(done(tokens(1, 1)), nil)
		}
	}
}

func said(name string) bakeoff.Turn {
	return bakeoff.Turn{User: "Who are you?", Answer: "I am " + name}
}

func TestNoSeatReceivesTheTurnsOfAnother(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ear := &listener{asked: map[string][]provider.Request{}}
		names := []string{"a", "b", "c", "d"}
		endpoints := map[string]Endpoint{}
		spec := lineup(names...)
		for _, name := range names {
			endpoints[name] = Endpoint{Label: name, Place: bakeoff.PlaceCloud, Host: name, Provider: ear}
			spec.Earlier = append(spec.Earlier, []bakeoff.Turn{said(name), said(name)})
		}
		spec.Earlier[2], spec.Earlier[3] = spec.Earlier[2][:1], nil
		spec.Link = Link{ParentID: "p", Relation: bakeoff.FollowUp, ThreadID: "t"}
		h := build(endpoints)
		l, err := h.Start(t.Context(), spec)
		if err != nil {
			t.Fatal(err)
		}
		l.Wait()
		saved := l.Snapshot()
		again, err := h.Regenerate(t.Context(), saved, false)
		if err != nil {
			t.Fatal(err)
		}
		again.Wait()
		retry, _, err := h.Retry(t.Context(), again.Snapshot(), saved.Runs[0].ID, false)
		if err != nil {
			t.Fatal(err)
		}
		retry.Wait()

		for seat, name := range names {
			want := map[bool]int{true: 3, false: 2}[name == "a"]
			if len(ear.asked[name]) != want {
				t.Errorf("%s was asked %d times, want %d", name, len(ear.asked[name]), want)
			}
			for _, req := range ear.asked[name] {
				if diff := cmp.Diff(spec.Earlier[seat], req.Earlier); diff != "" {
					t.Errorf("%s was sent other turns: %s", name, diff)
				}
			}
		}
		if c := h.begun[0]; c.ParentID != "p" || c.Relation != bakeoff.FollowUp || c.ThreadID != "t" || len(c.Earlier) != 4 {
			t.Errorf("the recorder was told %+v", c)
		}
		want := [][]string{nil, nil,
			{"It was asked without 1 of the 2 earlier turns of this conversation: it has no answer there."},
			{"It was asked without the earlier turns of this conversation: it has no answer there."}}
		for _, r := range retry.Snapshot().Runs {
			if diff := cmp.Diff(want[r.Seat], r.Warnings); diff != "" {
				t.Errorf("attempt %d of seat %d: %s", r.Attempt, r.Seat, diff)
			}
		}
	})
}

func TestTurnsThatDoNotFitAreRefused(t *testing.T) {
	h := build(map[string]Endpoint{"a": cloud()})
	for name, earlier := range map[string][][]bakeoff.Turn{
		"turns of two seats for one": {{said("a")}, {said("b")}},
		"too long":                   {{said("a"), {Answer: strings.Repeat("x", maxEarlier)}}},
	} {
		spec := lineup("a")
		spec.Earlier = earlier
		if _, err := h.Start(t.Context(), spec); bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("%s: got %v, want invalid", name, err)
		}
	}
}

// The request that is stored has the hashes of all its images, those of earlier turns too.
func TestImagesOfEarlierTurnsAreNotStoredInTheRequest(t *testing.T) {
	old := bakeoff.Attachment{Name: "a.png", MediaType: "image/png", Data: []byte("picture"), SHA256: "abc"}
	p := &play{r: &liveRun{seat: 0}, l: &Live{c: bakeoff.Comparison{Earlier: [][]bakeoff.Turn{{{User: "See?", Attachments: []bakeoff.Attachment{old}}}}}}}
	body := `{"image":"` + base64.StdEncoding.EncodeToString(old.Data) + `"}`
	if got, want := elide(body, p.attachments()), `{"image":"attachment:sha256:abc"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if n := promptBytes(bakeoff.Prompt{User: "And?"}, p.l.c.Earlier[0]); n >= 0 {
		t.Errorf("got %d bytes for a request with an image, want no estimate", n)
	}
	if n := promptBytes(bakeoff.Prompt{User: "And?", System: "x"}, []bakeoff.Turn{{User: "ab", Answer: "cde"}}); n != 10 {
		t.Errorf("got %d bytes, want 10", n)
	}
}
