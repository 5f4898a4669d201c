package app

import (
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

func TestRunAgainAsksTheSameAndIsSetBesideTheOld(t *testing.T) {
	p := tempPage(t)
	request := demoRequest("quick", "priced")
	request.System = "Be brief."
	file := bakeoff.Attachment{Name: "a.txt", MediaType: "text/plain", Data: []byte("file"), SHA256: strings.Repeat("a", 64)}
	p.roof.files.put(file)
	request.Attachments = []string{file.SHA256}
	first := p.run(t, request)

	p.roof.files = shelf{} // as after a new start
	again, err := p.comparisons.Again(first.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{}, again.Gone); diff != "" || len(again.Attachments) != 1 {
		t.Error(diff, again.Attachments)
	}
	second := p.run(t, again.Request)
	if second.ParentID != first.ID || second.Relation != "rerun" || second.ThreadID != "" || second.System != "Be brief." {
		t.Errorf("got %q of %q, thread %q", second.Relation, second.ParentID, second.ThreadID)
	}
	changes, err := p.comparisons.Changes(second.ID)
	if err != nil || len(changes.Seats) != 2 || !changes.Prompt {
		t.Fatalf("got %+v, %v", changes, err)
	}
	for i, s := range changes.Seats {
		if !s.SameText || *s.Similarity != 1 || len(s.Notes) != 0 || s.OldRunID != first.Runs[i].ID || s.NewRunID != second.Runs[i].ID ||
			*s.Output.Delta != 0 || *s.Cost.DeltaUSD != "0" || s.TotalMs.Delta == nil {
			t.Errorf("seat %d: got %+v", i, s)
		}
	}
	again.Request.Prompt, again.Request.Lineup = "What else?", again.Request.Lineup[:1]
	third := p.run(t, again.Request)
	if third.Relation != "edited" {
		t.Errorf("another prompt is %q", third.Relation)
	}
	sides, err := p.roof.changes(first.ID, third.ID)
	if err != nil || sides.Prompt || len(sides.Seats) != 2 || sides.Seats[1].NewSeat != -1 || sides.Seats[1].Model != "priced" {
		t.Errorf("got %+v, %v", sides, err)
	}
	family, err := p.comparisons.Family(first.ID)
	if err != nil || family.Parent != nil || len(family.Children) != 2 || family.Children[1].Relation != "edited" || len(family.Thread) != 0 {
		t.Errorf("got %+v, %v", family, err)
	}
	if _, err := p.comparisons.Changes(first.ID); err == nil {
		t.Error("what comes from nothing was set beside something")
	}
}

func TestAConversationIsAThreadOfComparisons(t *testing.T) {
	p := tempPage(t)
	first := p.run(t, demoRequest("quick", "priced"))
	next := demoRequest("priced", "quick")
	next.Prompt, next.ParentID, next.Relation = "And then?", first.ID, "follow_up"
	second := p.run(t, next)
	if second.ThreadID != first.ID || second.ParentID != first.ID || second.Relation != "follow_up" {
		t.Errorf("got %q of %q in thread %q", second.Relation, second.ParentID, second.ThreadID)
	}
	want := [][]TurnView{
		{{User: "What is a bakeoff?", Answer: first.Runs[1].Answer, Attachments: []AttachmentView{}}},
		{{User: "What is a bakeoff?", Answer: first.Runs[0].Answer, Attachments: []AttachmentView{}}},
	}
	if diff := cmp.Diff(want, second.Earlier); diff != "" {
		t.Error(diff)
	}
	next.ParentID, next.BaseRunID = second.ID, second.Runs[0].ID
	third := p.run(t, next)
	for seat, turns := range third.Earlier {
		if len(turns) != 2 || turns[0].Answer != first.Runs[1].Answer || turns[1].Answer != second.Runs[0].Answer {
			t.Errorf("seat %d goes on from %+v", seat, turns)
		}
	}
	family, err := p.comparisons.Family(second.ID)
	if err != nil || family.Parent == nil || family.Parent.ID != first.ID || len(family.Thread) != 3 || family.Thread[2].ID != third.ID {
		t.Errorf("got %+v, %v", family, err)
	}
	if err := p.history.Delete([]string{first.ID}); err != nil {
		t.Fatal(err)
	}
	if left := p.get(t, third.ID); len(left.Earlier[0]) != 2 {
		t.Error("a turn went with the comparison that it came from")
	}
	if family, err := p.comparisons.Family(second.ID); err != nil || family.Parent != nil || len(family.Thread) != 2 {
		t.Errorf("got %+v, %v", family, err)
	}
	next.ParentID = first.ID
	if _, err := p.comparisons.Start(next); err == nil {
		t.Error("a deleted comparison was followed up on")
	}
}

func TestAnswersAreComparedAlsoBlind(t *testing.T) {
	p := tempPage(t)
	diffs := &Diffs{p.roof}
	open := p.run(t, demoRequest("quick", "priced"))
	request := demoRequest("quick", "priced")
	request.Blind = true
	blind := p.run(t, request)
	got, err := diffs.Answers(open.Runs[0].ID, open.ID+":B")
	if err != nil || len(got.Blocks) == 0 || got.Summary.Similarity == 1 {
		t.Errorf("got %+v, %v", got.Summary, err)
	}
	if same, err := diffs.Answers(open.Runs[1].ID, open.ID+":B"); err != nil || same.Summary.Similarity != 1 {
		t.Errorf("the same answer by id and by letter: got %+v, %v", same.Summary, err)
	}
	if _, err := diffs.Answers(blind.ID+":A", blind.ID+":B"); err != nil {
		t.Errorf("a blind comparison by letters: %v", err)
	}
	c, err := p.roof.built.Store.Comparison(t.Context(), blind.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, refused := range []func() error{
		func() error { _, err := diffs.Answers(c.Runs[0].ID, open.Runs[0].ID); return err },
		func() error { _, err := diffs.Comparisons(open.ID, blind.ID); return err },
		func() error { _, err := p.comparisons.Again(blind.ID); return err },
		func() error {
			next := demoRequest("quick")
			next.ParentID, next.Relation = blind.ID, "follow_up"
			_, err := p.comparisons.Start(next)
			return err
		},
	} {
		if e := rejection(t, refused()); !strings.Contains(e.Message, "blind") {
			t.Errorf("got %+v", e)
		}
	}
}
