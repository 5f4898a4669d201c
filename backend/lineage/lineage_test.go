package lineage

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/review"

	"github.com/google/go-cmp/cmp"
)

func lineup(models ...string) []bakeoff.Entry {
	var out []bakeoff.Entry
	for _, m := range models {
		out = append(out, bakeoff.Entry{Endpoint: "e", Model: m})
	}
	return out
}

// talked is a comparison in which each model answers with its name; one whose answer is empty failed.
func talked(prompt string, answers map[string]string, models ...string) bakeoff.Comparison {
	c := bakeoff.Comparison{ID: prompt, Prompt: bakeoff.Prompt{User: prompt}, Lineup: lineup(models...)}
	for seat, m := range models {
		r := bakeoff.Run{ID: prompt + m, Seat: seat, Attempt: 1, Entry: c.Lineup[seat], Status: bakeoff.Done, Answer: answers[m], Reasoning: "secret thought"}
		if r.Answer == "" {
			r.Status = bakeoff.Failed
		}
		c.Runs = append(c.Runs, r)
	}
	return c
}

func own(models ...string) map[string]string {
	out := make(map[string]string)
	for _, m := range models {
		out[m] = "I am " + m + "."
	}
	return out
}

// No seat ever receives another's answer, whatever the lineups and whoever failed on the way.
func TestEachModelGetsItsOwnHistoryOnly(t *testing.T) {
	models := []string{"one", "two", "three", "four"}
	for mask := range 1 << len(models) { // who answers in the second turn
		first := talked("first", own(models...), models...)
		now := lineup("four", "two", "new", "one")
		earlier, err := FollowUp(first, now, "")
		if err != nil {
			t.Fatal(err)
		}
		second := talked("second", own("four", "two", "new", "one"), "four", "two", "new", "one")
		second.Earlier = earlier
		for i := range second.Runs {
			if mask&(1<<i) == 0 {
				second.Runs[i].Status, second.Runs[i].Answer = bakeoff.Failed, ""
			}
		}
		third, err := FollowUp(second, lineup("one", "two", "new", "four", "two"), "")
		if err != nil {
			t.Fatal(err)
		}
		for seat, m := range []string{"one", "two", "new", "four", "two"} {
			for _, turn := range third[seat] {
				if turn.Answer != "I am "+m+"." {
					t.Errorf("who answers: %04b: %s was sent %q", mask, m, turn.Answer)
				}
			}
		}
		if got := fmt.Sprint(third); strings.Contains(got, "secret") {
			t.Error("reasoning is sent back")
		}
	}
}

func TestFollowUp(t *testing.T) {
	file := []bakeoff.Attachment{{Name: "a.txt", SHA256: "1"}}
	c := talked("Why?", map[string]string{"one": "So."}, "one", "two")
	c.Prompt.Attachments = file
	c.Earlier = [][]bakeoff.Turn{{{User: "Hi", Answer: "1"}}, {{User: "Hi", Answer: "2"}}}
	said := bakeoff.Turn{User: "Why?", Answer: "So.", Attachments: file}
	for _, test := range []struct {
		name   string
		lineup []bakeoff.Entry
		base   string
		want   [][]bakeoff.Turn
	}{
		{"a seat that failed goes on without that turn", c.Lineup, "", [][]bakeoff.Turn{{{User: "Hi", Answer: "1"}, said}, {{User: "Hi", Answer: "2"}}}},
		{"one answer is everybody's history", lineup("two", "new"), "Why?one", [][]bakeoff.Turn{{{User: "Hi", Answer: "1"}, said}, {{User: "Hi", Answer: "1"}, said}}},
		{"a new model begins without", lineup("one", "new"), "", [][]bakeoff.Turn{{{User: "Hi", Answer: "1"}, said}, nil}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := FollowUp(c, test.lineup, test.base)
			if diff := cmp.Diff(test.want, got); err != nil || diff != "" {
				t.Error(err, diff)
			}
		})
	}
}

func TestARetryThatAnsweredStandsForItsSeat(t *testing.T) {
	c := talked("Why?", own(), "one")
	c.Runs = append(c.Runs, bakeoff.Run{ID: "again", Seat: 0, Attempt: 2, Status: bakeoff.Done, Answer: "So."},
		bakeoff.Run{ID: "once more", Seat: 0, Attempt: 3, Status: bakeoff.Cancelled, Answer: "Hm"})
	got, err := FollowUp(c, c.Lineup, "")
	if diff := cmp.Diff([][]bakeoff.Turn{{{User: "Why?", Answer: "So."}}}, got); err != nil || diff != "" {
		t.Error(err, diff)
	}
}

func TestNothingFollowsOnWhatIsNotThere(t *testing.T) {
	going := talked("Why?", own("one"), "one")
	going.Runs[0].Status = bakeoff.Streaming
	blind := talked("Why?", own("one"), "one")
	blind.Sitting = new(review.Sit(1, time.Now()))
	for _, test := range []struct {
		name string
		c    bakeoff.Comparison
		base string
		want string
	}{
		{"nobody answered", talked("Why?", own(), "one"), "", "nothing to follow up on"},
		{"the one to go on from failed", talked("Why?", own("one"), "one", "two"), "Why?two", "no whole answer"},
		{"no such run", talked("Why?", own("one"), "one"), "x", "not part of the comparison"},
		{"it goes on", going, "", "still answering"},
		{"it is blind", blind, "", "Vote or reveal first"},
	} {
		_, err := FollowUp(test.c, test.c.Lineup, test.base)
		var e *bakeoff.Error
		if !errors.As(err, &e) || !strings.Contains(e.Message, test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestRunAgainSendsTheSameTurns(t *testing.T) {
	c := talked("Why?", own("one", "two"), "one", "two")
	if got := Again(c, c.Lineup); got != nil {
		t.Errorf("got %v for a comparison without turns", got)
	}
	c.Earlier = [][]bakeoff.Turn{{{User: "Hi", Answer: "1"}}, {{User: "Hi", Answer: "2"}}}
	got := Again(c, lineup("two", "new", "one"))
	if diff := cmp.Diff([][]bakeoff.Turn{c.Earlier[1], nil, c.Earlier[0]}, got); diff != "" {
		t.Error(diff)
	}
	c.Earlier[1] = c.Earlier[0]
	if diff := cmp.Diff([][]bakeoff.Turn{c.Earlier[0], c.Earlier[0]}, Again(c, lineup("new", "two"))); diff != "" {
		t.Error("a conversation from one answer is that of a new model too:", diff)
	}
}

func TestDescend(t *testing.T) {
	first := talked("first", own("one"), "one")
	turn, err := Descend(first, bakeoff.FollowUp, "", bakeoff.Prompt{User: "And then?"}, first.Lineup)
	if err != nil || turn.ParentID != "first" || turn.ThreadID != "first" || turn.Relation != bakeoff.FollowUp || len(turn.Earlier) != 1 {
		t.Errorf("got %+v, %v", turn, err)
	}
	second := talked("second", own("one"), "one")
	second.ThreadID, second.Earlier = turn.ThreadID, turn.Earlier
	for _, test := range []struct {
		prompt bakeoff.Prompt
		want   bakeoff.Relation
	}{{second.Prompt, bakeoff.Rerun}, {bakeoff.Prompt{User: "second", System: "Be brief."}, bakeoff.Edited}} {
		got, err := Descend(second, bakeoff.Edited, "", test.prompt, second.Lineup)
		if diff := cmp.Diff(Descent{"second", test.want, "first", turn.Earlier}, got); err != nil || diff != "" {
			t.Error(err, diff)
		}
	}
	if _, err := Descend(first, "cousin", "", first.Prompt, first.Lineup); err == nil {
		t.Error("a relation that does not exist was taken")
	}
}

func TestCompare(t *testing.T) {
	hot := 0.9
	old := talked("Why?", map[string]string{"one": "The sky is blue today.", "two": "Same.", "gone": "x"}, "one", "two", "gone", "failed")
	now := talked("Why?", map[string]string{"one": "The sky is grey today.", "two": "Same.", "new": "y", "failed": "z"}, "one", "two", "new", "failed")
	old.Runs[0].ResolvedModel, now.Runs[0].ResolvedModel = "one-2025", "one-2026"
	old.Runs[1].Digest, now.Runs[1].Digest = "sha256:aaaaaaaaaaaaaaaa", "sha256:bbbbbbbbbbbbbbbb"
	now.Runs[3].Entry.Params.Temperature = &hot
	now.Lineup[3] = now.Runs[3].Entry
	got, err := Compare(old, now)
	if err != nil {
		t.Fatal(err)
	}
	var notes [][]string
	for _, s := range got.Seats {
		notes = append(notes, s.Notes)
	}
	want := [][]string{
		{"It is served by another model: one-2025 then, one-2026 now.", "The answers differ: 77% of the text is shared."},
		{"The model's files are others: digest aaaaaaaaaaaa then, bbbbbbbbbbbb now."},
		{"It was not asked then."},
		{"Its settings are others, so the answers say little about the model.", "It ended otherwise: failed then, done now."},
		{"It was not asked now."},
	}
	if diff := cmp.Diff(want, notes); diff != "" {
		t.Error(diff)
	}
	if !got.SamePrompt || !got.Seats[1].SameText || got.Seats[1].Similarity != 1 || got.Seats[3].Similarity != -1 {
		t.Errorf("got %+v", got)
	}
	now.Prompt.System = "Be brief."
	if got, _ := Compare(old, now); got.SamePrompt {
		t.Error("another system text is another prompt")
	}
	now.Sitting = new(review.Sit(4, time.Now()))
	if _, err := Compare(old, now); err == nil {
		t.Error("a blind comparison was compared by name")
	}
}
