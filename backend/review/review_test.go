package review

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 123_456_789, time.UTC)

// comparison has a run for each status, with an answer when it is not failed: ids r0, r1, ...
func comparison(statuses ...bakeoff.Status) bakeoff.Comparison {
	c := bakeoff.Comparison{ID: "c"}
	for seat, status := range statuses {
		r := bakeoff.Run{ID: fmt.Sprintf("r%d", seat), ComparisonID: "c", Seat: seat, Attempt: 1, Status: status}
		if status != bakeoff.Failed {
			r.Answer = fmt.Sprintf("answer %d", seat)
		}
		c.Lineup, c.Runs = append(c.Lineup, bakeoff.Entry{Model: r.ID}), append(c.Runs, r)
	}
	return c
}

// blind opens a look at c in the given order of seats.
func blind(c bakeoff.Comparison, seats ...int) bakeoff.Comparison {
	c.Sitting = &bakeoff.Sitting{Seats: seats, OpenedAt: ms(noon)}
	return c
}

func TestEveryOrderOfSeatsComesUp(t *testing.T) {
	const n, tries = 3, 6000
	count := map[string]int{}
	for range tries {
		s := Sit(n, noon)
		sorted := slices.Sorted(slices.Values(s.Seats))
		if !slices.Equal(sorted, []int{0, 1, 2}) || !s.OpenedAt.Equal(noon.Truncate(time.Millisecond)) {
			t.Fatalf("got %+v", s)
		}
		count[fmt.Sprint(s.Seats)]++
	}
	for order, k := range count { // 1,000 each; six standard deviations are 173
		if k < 800 || k > 1200 {
			t.Errorf("the order %s came up %d times in %d", order, k, tries)
		}
	}
	if len(count) != 6 {
		t.Errorf("got %d of 6 orders", len(count))
	}
}

// fill sets every field of v to something that is not zero, so that a forgotten one is found.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i))
		}
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.String:
		v.SetString("SECRET")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int32, reflect.Int64:
		v.SetInt(777)
	case reflect.Uint8:
		v.SetUint(77)
	case reflect.Float64:
		v.SetFloat(777)
	}
}

// A field that somebody adds to a run or a comparison is veiled until Veil names it.
func TestTheVeilHidesEveryFieldThatItDoesNotName(t *testing.T) {
	var c bakeoff.Comparison
	fill(reflect.ValueOf(&c).Elem())
	run := c.Runs[0]
	run.Seat, run.Status, run.Answer, run.ID = 0, bakeoff.Done, "the answer", "SECRET-ID"
	c.ID, c.Prompt, c.AppVersion, c.Runs = "c", bakeoff.Prompt{User: "why"}, "1", []bakeoff.Run{run}
	c.Set = bakeoff.SetPlace{SetID: "s", Name: "n", Row: 1}
	c.Review.Category, c.Review.Tags, c.Review.Note = "maths", []string{"t"}, "n"
	c.Sitting = &bakeoff.Sitting{Seats: []int{0}, OpenedAt: noon.Add(time.Second)} // everything was said before it
	got := Veil(c)
	want := bakeoff.Comparison{
		ID: "c", Prompt: bakeoff.Prompt{User: "why"}, Lanes: bakeoff.LanesParallel, StartedAt: noon, AppVersion: "1", Set: c.Set,
		Runs:    []bakeoff.Run{{ID: "A", ComparisonID: "c", Attempt: 1, Status: bakeoff.Done, Answer: "the answer"}},
		Review:  bakeoff.Review{Category: "maths", Tags: []string{"t"}, Note: "n", Favourite: true},
		Sitting: &bakeoff.Sitting{Seats: []int{0}, OpenedAt: noon.Add(time.Second)},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if text := fmt.Sprintf("%+v %+v %+v", got, got.Sitting, got.Runs); strings.Contains(text, "SECRET") || strings.Contains(text, "777") {
		t.Errorf("the veil lets through: %s", text)
	}
	if diff := cmp.Diff(got, Veil(got)); diff != "" {
		t.Errorf("a veil over a veil changes something: %s", diff)
	}
	c.Sitting.RevealedAt = noon
	if diff := cmp.Diff(c, Veil(c)); diff != "" {
		t.Errorf("what was revealed is veiled: %s", diff)
	}
}

func TestNobodyCanTellWhoIsFast(t *testing.T) {
	for _, fast := range []int{0, 1, 2} {
		statuses := []bakeoff.Status{bakeoff.Streaming, bakeoff.Thinking, bakeoff.Queued}
		statuses[fast] = bakeoff.Done
		c := Veil(blind(comparison(statuses...), 2, 0, 1))
		var got []string
		for _, r := range c.Runs {
			got = append(got, r.ID+" "+string(r.Status)+" "+r.Answer)
		}
		if diff := cmp.Diff([]string{"A done ", "B streaming ", "C streaming "}, got); diff != "" {
			t.Errorf("when seat %d is fast: %s", fast, diff)
		}
	}
}

func TestLettersStandForTheNewestAttempts(t *testing.T) {
	c := blind(comparison(bakeoff.Failed, bakeoff.Done, bakeoff.Cut, bakeoff.Cancelled), 3, 0, 2, 1)
	c.Runs = slices.Insert(c.Runs, 1, bakeoff.Run{ID: "r0b", Seat: 0, Attempt: 2, Status: bakeoff.Done, Answer: "at last"})
	v := Veil(c)
	var got []string
	for _, r := range v.Runs {
		got = append(got, fmt.Sprintf("%s %d %s %s", r.ID, r.Seat, r.Status, r.Answer))
	}
	if diff := cmp.Diff([]string{"A 0 failed answer 3", "B 1 done at last", "C 2 done answer 2", "D 3 done answer 1"}, got); diff != "" {
		t.Error(diff)
	}
	if r, err := Find(c, "B"); err != nil || r.ID != "r0b" {
		t.Errorf("letter B is %s, %v", r.ID, err)
	}
	for _, name := range []string{"r0b", "E", "b", ""} {
		if _, err := Find(c, name); err == nil {
			t.Errorf("%q was found in a blind comparison", name)
		}
	}
	c.Sitting.RevealedAt = noon
	if diff := cmp.Diff([]string{"B", "D", "C", "A"}, Letters(c)); diff != "" {
		t.Errorf("letters by seat: %s", diff)
	}
	if Letter(25) != "Z" || Letter(26) != "AA" || Letter(63) != "BL" {
		t.Errorf("got %s, %s, %s", Letter(25), Letter(26), Letter(63))
	}
}

func TestRulesOfVotes(t *testing.T) {
	four := comparison(bakeoff.Done, bakeoff.Cut, bakeoff.Failed, bakeoff.Done)
	places := func(rank ...int) (p []Place) { // by seat; negative: not named
		for seat, r := range rank {
			if r >= 0 {
				p = append(p, Place{Run: fmt.Sprintf("r%d", seat), Rank: r})
			}
		}
		return p
	}
	for _, tt := range []struct {
		name  string
		c     bakeoff.Comparison
		kind  bakeoff.VerdictKind
		given []Place
		want  string // "run rank" best first; empty: refused
	}{
		{"the winner alone", four, bakeoff.VerdictBest, places(-1, 1), "r1 1, r0 2, r3 2, r2 0"},
		{"the winner, and one left out by choice", four, bakeoff.VerdictBest, places(0, 1), "r1 1, r3 2, r0 0, r2 0"},
		{"a failed one that loses by choice", four, bakeoff.VerdictBest, places(1, 2, 2, 2), "r0 1, r1 2, r2 2, r3 2"},
		{"no winner", four, bakeoff.VerdictBest, nil, ""},
		{"two winners", four, bakeoff.VerdictBest, places(1, 1), ""},
		{"an order that calls itself best", four, bakeoff.VerdictBest, places(1, 2, 0, 3), ""},
		{"a failed winner", four, bakeoff.VerdictBest, places(-1, -1, 1), ""},
		{"one answer alone", comparison(bakeoff.Done), bakeoff.VerdictBest, places(1), ""},
		{"a tie of some", four, bakeoff.VerdictTie, places(1, -1, -1, 1), "r0 1, r3 1, r1 2, r2 0"},
		{"a tie of one", four, bakeoff.VerdictTie, places(1), ""},
		{"none", four, bakeoff.VerdictNone, nil, "r0 0, r1 0, r2 0, r3 0"},
		{"none, spelled out", four, bakeoff.VerdictNone, places(0, 0, 0, 0), "r0 0, r1 0, r2 0, r3 0"},
		{"none but one", four, bakeoff.VerdictNone, places(1), ""},
		{"an order", four, bakeoff.VerdictRanked, places(2, 1, -1, 2), "r1 1, r0 2, r3 2, r2 0"},
		{"a partial order", four, bakeoff.VerdictRanked, places(2, 1), "r1 1, r0 2, r2 0, r3 0"},
		{"an order with a gap", four, bakeoff.VerdictRanked, places(1, 3), ""},
		{"an order of one", four, bakeoff.VerdictRanked, places(1), ""},
		{"a rank below zero", four, bakeoff.VerdictRanked, []Place{{"r0", -1}, {"r1", 1}}, ""},
		{"a rank beyond all", four, bakeoff.VerdictRanked, places(1, 5), ""},
		{"a run twice", four, bakeoff.VerdictTie, []Place{{"r0", 1}, {"r0", 1}}, ""},
		{"a run of another comparison", four, bakeoff.VerdictBest, []Place{{"x", 1}}, ""},
		{"a withdrawal as a vote", four, bakeoff.VerdictWithdrawn, nil, ""},
		{"no kind", four, "", places(1, 2), ""},
		{"while one answers", comparison(bakeoff.Done, bakeoff.Streaming), bakeoff.VerdictBest, places(1), ""},
		{"no runs", bakeoff.Comparison{}, bakeoff.VerdictNone, nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Judge(tt.c, tt.kind, tt.given, noon)
			var got []string
			if err == nil {
				for _, s := range f.Verdict.Standings {
					got = append(got, fmt.Sprintf("%s %d", s.RunID, s.Rank))
				}
			}
			if strings.Join(got, ", ") != tt.want || (err == nil) != (tt.want != "") {
				t.Errorf("got %q, %v; want %q", strings.Join(got, ", "), err, tt.want)
			}
			if err == nil && (!slices.Equal(f.Verdict.Shown, []string{"r0", "r1", "r2", "r3"}) || f.Verdict.Blind || f.Sitting != nil) {
				t.Errorf("got %+v", f.Verdict)
			}
		})
	}
}

func TestABlindVoteRevealsAndKeepsTheOrderShown(t *testing.T) {
	c := blind(comparison(bakeoff.Done, bakeoff.Done, bakeoff.Done), 2, 0, 1)
	f, err := Judge(c, bakeoff.VerdictBest, []Place{{"B", 1}}, noon)
	if err != nil {
		t.Fatal(err)
	}
	v := f.Verdict
	if !v.Blind || !slices.Equal(v.Shown, []string{"r2", "r0", "r1"}) || v.Standings[0] != (bakeoff.Standing{RunID: "r0", Rank: 1}) {
		t.Errorf("got %+v", v)
	}
	if f.Sitting == nil || !f.Sitting.RevealedAt.Equal(v.At) || !f.Sitting.SeenAt.Equal(v.At) || !c.Sitting.RevealedAt.IsZero() {
		t.Errorf("got the sitting %+v; the one that was given must not change", f.Sitting)
	}
	after := c
	after.Sitting = f.Sitting
	if again, err := Judge(after, bakeoff.VerdictBest, []Place{{"r0", 1}}, noon); err != nil || !slices.Equal(again.Verdict.Shown, v.Shown) || again.Verdict.Blind {
		t.Errorf("after the reveal: got %+v, %v; want the same order on the screen", again.Verdict, err)
	}
	if _, err := Judge(c, bakeoff.VerdictBest, []Place{{"r0", 1}}, noon); err == nil {
		t.Error("a run's id was taken while blind")
	}
}

// A clock that was set back must not bury the newest vote below an older one.
func TestTheNewestVoteIsTheLatestWhateverTheClockSays(t *testing.T) {
	c := comparison(bakeoff.Done, bakeoff.Done)
	c.Review.Votes = []bakeoff.Verdict{{At: noon.Add(time.Hour)}}
	c.Review.AllStars = []bakeoff.Stars{{RunID: "r0", At: noon.Add(time.Hour)}}
	f, err := Judge(c, bakeoff.VerdictNone, nil, noon)
	if err != nil || !f.Verdict.At.After(noon.Add(time.Hour)) {
		t.Errorf("got %v, %v", f.Verdict, err)
	}
	f, err = Rate(c, "r0", 3, noon)
	if err != nil || !f.Stars[0].At.After(noon.Add(time.Hour)) {
		t.Errorf("got %v, %v", f.Stars, err)
	}
}

func TestOnlyTheVoteThatRevealedCanBeUndoneBlind(t *testing.T) {
	c := blind(comparison(bakeoff.Done, bakeoff.Done), 1, 0)
	f, err := Judge(c, bakeoff.VerdictNone, nil, noon)
	if err != nil {
		t.Fatal(err)
	}
	c.Sitting, c.Review.Verdict, c.Review.Votes = f.Sitting, f.Verdict, []bakeoff.Verdict{*f.Verdict}
	for after, blindAgain := range map[time.Duration]bool{0: true, UndoFor: true, UndoFor + time.Millisecond: false, 24 * time.Hour: false} {
		f, err := Withdraw(c, c.Sitting.RevealedAt.Add(after))
		if err != nil || f.Verdict.Kind != bakeoff.VerdictWithdrawn || (f.Sitting != nil) != blindAgain {
			t.Errorf("after %s: got %+v, %v", after, f, err)
		}
	}
	going := c
	going.Runs = append(slices.Clone(c.Runs), bakeoff.Run{ID: "again", Seat: 1, Attempt: 2, Status: bakeoff.Streaming})
	if f, err := Withdraw(going, noon); err != nil || f.Sitting != nil {
		t.Errorf("what streams in the open became blind: %+v, %v", f, err)
	}
	second, err := Judge(c, bakeoff.VerdictNone, nil, noon.Add(time.Second)) // with the names in sight
	if err != nil || second.Verdict.Blind {
		t.Fatalf("got %+v, %v", second.Verdict, err)
	}
	c.Review.Verdict = second.Verdict
	if f, err := Withdraw(c, noon.Add(2*time.Second)); err != nil || f.Sitting != nil {
		t.Errorf("a vote that revealed nothing made it blind again: %+v, %v", f, err)
	}
}

func TestWhatCannotBeBlind(t *testing.T) {
	seen := blind(comparison(bakeoff.Done, bakeoff.Done), 0, 1)
	seen.Sitting.RevealedAt = noon
	for name, c := range map[string]bakeoff.Comparison{
		"revealed": seen, "one answer": comparison(bakeoff.Done), "still going": comparison(bakeoff.Done, bakeoff.Loading),
	} {
		if f, err := Open(c, noon); err == nil {
			t.Errorf("%s: got %+v", name, f)
		}
	}
	f, err := Open(comparison(bakeoff.Done, bakeoff.Failed), noon)
	if err != nil || len(f.Sitting.Seats) != 2 {
		t.Errorf("got %+v, %v", f.Sitting, err)
	}
	if f, err := Open(blind(comparison(bakeoff.Done, bakeoff.Done), 1, 0), noon); err != nil || f.Sitting != nil {
		t.Errorf("a look that is open is begun anew: %+v, %v", f, err)
	}
}

func TestWordsAreTrimmedCountedAndKeptOnce(t *testing.T) {
	c := comparison(bakeoff.Done, bakeoff.Streaming)
	f, err := Answer(c, "r0", []string{"  too \t long ", "wrong", "too long"}, " n\n", noon)
	if err != nil || !slices.Equal(f.Answer.Reasons, []string{"too long", "wrong"}) || f.Answer.Note != "n" || f.Answer.At.IsZero() {
		t.Errorf("got %+v, %v", f.Answer, err)
	}
	umlauts := strings.Repeat("ä", 40)
	if f, err := Describe(c, bakeoff.Description{Category: " ", Tags: []string{umlauts}}); err != nil || f.Description.Category != "" || f.Description.Tags[0] != umlauts {
		t.Errorf("got %+v, %v", f.Description, err)
	}
	var many []string
	for i := range 21 {
		many = append(many, fmt.Sprint(i))
	}
	for name, err := range map[string]error{
		"41 characters": second(Describe(c, bakeoff.Description{Tags: []string{umlauts + "ä"}})), "21 words": second(Describe(c, bakeoff.Description{Tags: many})),
		"nothing": second(Answer(c, "r0", []string{" "}, "", noon)), "a bell": second(Describe(c, bakeoff.Description{Category: "a\x07"})),
		"a long note": second(Answer(c, "r0", nil, strings.Repeat("x", maxNote+1), noon)), "six stars": second(Rate(c, "r0", 6, noon)),
		"minus one": second(Rate(c, "r0", -1, noon)), "an answer that still comes": second(Rate(c, "r1", 1, noon)),
	} {
		if bakeoff.AsError(err).Code != bakeoff.CodeInvalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if got := Vocabulary([]string{"b", "a"}, []string{"a", "c"}); !slices.Equal(got, []string{"b", "a", "c"}) {
		t.Errorf("got %v", got)
	}
}

func second[T any](_ T, err error) error { return err }

// Words from before a blind look are hidden in it; a new text would replace them unseen.
func TestWordsFromBeforeABlindLookAreNotOverwritten(t *testing.T) {
	c := blind(comparison(bakeoff.Done, bakeoff.Done), 1, 0)
	c.Review.Answers = []bakeoff.AnswerReview{{RunID: "r1", Note: "GPT again", Stars: 5, At: noon.Add(-time.Hour)}, {RunID: "r0", Note: "new", At: noon.Add(time.Hour)}}
	c.Review.AllStars = []bakeoff.Stars{{RunID: "r1", N: 5, At: noon.Add(-time.Hour)}, {RunID: "r0", N: 2, At: noon.Add(time.Hour)}}
	if diff := cmp.Diff([]bakeoff.AnswerReview{{RunID: "B", Stars: 2, Note: "new", At: noon.Add(time.Hour)}}, Veil(c).Review.Answers); diff != "" {
		t.Error(diff)
	}
	if _, err := Answer(c, "A", nil, "fine", noon); err == nil {
		t.Error("the hidden note was replaced")
	}
	if _, err := Answer(c, "B", nil, "fine", noon); err != nil {
		t.Error(err)
	}
}
