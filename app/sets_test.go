package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"bakeoff/backend/compare"
	"bakeoff/backend/prompt"

	"github.com/google/go-cmp/cmp"
)

func setRequest(table string, voices ...string) SetRequest {
	r := SetRequest{Table: table, Request: demoRequest(voices...)}
	r.Request.Prompt, r.Request.System = "What is {{thing}}?", "Answer in {{language}}."
	return r
}

func TestASetGoesFromATableToATable(t *testing.T) {
	p := tempPage(t)
	sets := &Sets{p.roof}
	started, err := sets.Start(setRequest("thing;language\na bakeoff;English\n\"rain; snow\";Deutsch\n", "quick", "thinker"))
	if err != nil {
		t.Fatal(err)
	}
	id := started.Head.ID
	p.wait(t, id)
	got, err := sets.Get(id)
	if err != nil {
		t.Fatal(err)
	}
	if got.Head.State != "done" || got.Head.Ended != 2 || got.Head.Name != "What is {{thing}}?" || len(got.Lineup) != 2 || !cmp.Equal(got.Columns, []string{"thing", "language"}) {
		t.Errorf("got %+v", got.Head)
	}
	for i, row := range got.Rows {
		if !row.Ended || len(row.Runs) != 2 || row.Runs[1].Status != "done" || row.Runs[1].Answer == "" || row.Runs[1].TotalMs == nil || row.Runs[1].Cost.Source != "free" {
			t.Errorf("row %d: got %+v", i, row)
		}
	}
	if some, err := sets.Rows(id, []int{1}); err != nil || len(some) != 1 || !cmp.Equal(some[0], got.Rows[1]) {
		t.Errorf("got %+v, %v", some, err)
	}
	rejection(t, second(sets.Rows(id, nil)))
	c := p.get(t, got.Rows[1].ComparisonID)
	if c.Prompt != "What is rain; snow?" || c.System != "Answer in Deutsch." || c.Set == nil || *c.Set != (SetPlaceView{SetID: id, Name: got.Head.Name, Row: 1}) {
		t.Errorf("got %+v", c)
	}
	p.run(t, demoRequest("quick"))
	page, err := p.history.Search(HistoryQuery{SetID: id, Limit: 10})
	if err != nil || page.Total != 2 || len(page.Rows) != 2 {
		t.Errorf("got %d of %d, %v", len(page.Rows), page.Total, err)
	}
	p.path = filepath.Join(t.TempDir(), "table")
	done, err := sets.Export(id)
	text, _ := os.ReadFile(p.path + ".csv")
	if err != nil || done.Name != "table.csv" || !strings.Contains(string(text), `"2","rain; snow","Deutsch","`) || !strings.Contains(string(text), `"A demo/quick status"`) {
		t.Errorf("got %+v, %v: %s", done, err, text)
	}

	if err := sets.Delete(id); err != nil {
		t.Fatal(err)
	}
	if list, err := sets.List(); err != nil || len(list) != 0 {
		t.Errorf("got %+v, %v", list, err)
	}
	if c := p.get(t, c.ID); c.Set != nil || c.Prompt == "" { // its comparisons stay
		t.Errorf("got %+v", c.Set)
	}
	if err := sets.Undelete(id); err != nil {
		t.Fatal(err)
	}
	if err := sets.Rename(id, "  Two  questions "); err != nil {
		t.Fatal(err)
	}
	if list, err := sets.List(); err != nil || len(list) != 1 || list[0].Name != "Two questions" || list[0].Rows != 2 || list[0].Models != 2 {
		t.Errorf("got %+v, %v", list, err)
	}
}

func TestWhatASetWouldBeIsSaidBeforeItIsSent(t *testing.T) {
	p := tempPage(t)
	sets := &Sets{p.roof}
	look := func(table string) SetPreviewView {
		t.Helper()
		view, err := sets.Look(setRequest(table, "priced"))
		if err != nil {
			t.Fatal(err)
		}
		return view
	}
	good := look("thing,language,note\n1,2,3\n4,5,\n")
	if good.Problem != "" || good.Total != 2 || !cmp.Equal(good.Unused, []string{"note"}) || good.Estimate == nil || good.Estimate.ExpectedUSD != "0" || good.Separator != "," {
		t.Errorf("got %+v", good)
	}
	if d := cmp.Diff([]SetCellsRow{{Line: 2, Values: []string{"1", "2", "3"}}, {Line: 3, Values: []string{"4", "5", ""}}}, good.Rows); d != "" {
		t.Error(d)
	}
	for table, want := range map[string]string{
		"":                                  "The table is empty.",
		"thing,language\n1\n":               "Line 2 has 1 cell",
		"thing\n1\n":                        "no column for {{language}}",
		"thing,language\n1,2\n3,\n":         "1 row has no value",
		"thing,language\n" + "1,\"2\n3,4\n": "A quote that begins in line 2",
	} {
		if got := look(table); !strings.Contains(got.Problem, want) || got.Estimate != nil || got.Rows == nil {
			t.Errorf("%q: got %+v", table, got)
		}
	}
	if list, err := sets.List(); err != nil || len(list) != 0 {
		t.Errorf("looking saved %+v, %v", list, err)
	}
	if _, err := sets.Start(setRequest("thing\n1\n", "quick")); err == nil {
		t.Error("a set whose table does not fit was started")
	}
	long := strings.Repeat("x", prompt.MaxTable+1)
	if got := rejection(t, second(sets.Look(SetRequest{Table: long}))); len(got.Message) > 400 {
		t.Error(got.Message)
	}
	if got := rejection(t, second((&Prompts{p.roof}).Save(SavedPromptView{Kind: "prompt", Name: "n", User: strings.Repeat("x", compare.MaxPrompt+1)}))); len(got.Message) > 400 {
		t.Error(got.Message)
	}
}

func TestVariablesAreFilledOnlyWhereTheyAreMeant(t *testing.T) {
	p := tempPage(t)
	r := demoRequest("quick")
	r.Prompt = `{{greeting}}, \{{name}} {{user.name}}`
	if c := p.run(t, r); c.Prompt != r.Prompt {
		t.Errorf("got %q", c.Prompt)
	}
	r.Template = true
	if got := rejection(t, second(p.comparisons.Start(r))); !strings.Contains(got.Message, "1 variable has no value: {{greeting}}.") {
		t.Errorf("got %q", got.Message)
	}
	r.Variables = []VariableView{{Name: "greeting", Value: "Hello {{x}}"}}
	if c := p.run(t, r); c.Prompt != "Hello {{x}}, {{name}} {{user.name}}" {
		t.Errorf("got %q", c.Prompt)
	}
}

func TestTheLibraryKeepsPromptsByName(t *testing.T) {
	p := tempPage(t)
	prompts := &Prompts{p.roof}
	saved, err := prompts.Save(SavedPromptView{Kind: "prompt", Name: " Capital  city", User: "Capital of {{land}}?", System: "Be brief.", Tags: []string{" geo "}})
	if err != nil || saved.Name != "Capital city" || saved.ID == "" || !cmp.Equal(saved.Tags, []string{"geo"}) {
		t.Fatalf("got %+v, %v", saved, err)
	}
	if got := rejection(t, second(prompts.Save(SavedPromptView{Kind: "prompt", Name: "Capital city", User: "x"}))); !strings.Contains(got.Message, "one of this name already") {
		t.Errorf("got %q", got.Message)
	}
	if _, err := prompts.Save(SavedPromptView{Kind: "system", Name: "Capital city", System: "x"}); err != nil { // another kind
		t.Error(err)
	}
	saved.Name, saved.User = "Capitals", "Which is the capital of {{land}}?"
	if _, err := prompts.Save(saved); err != nil {
		t.Fatal(err)
	}
	list := func() []SavedPromptView {
		all, err := prompts.List("prompt")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := list(); len(got) != 1 || got[0].Name != "Capitals" || got[0].User != saved.User {
		t.Errorf("got %+v", got)
	}
	if err := prompts.Delete(saved.ID); err != nil || len(list()) != 0 {
		t.Errorf("got %+v, %v", list(), err)
	}
	if _, err := prompts.Save(saved); err != nil || len(list()) != 1 { // undone
		t.Errorf("got %+v, %v", list(), err)
	}
	rejection(t, second(prompts.List("songs")))
	rejection(t, second(prompts.Save(SavedPromptView{Kind: "prompt", Name: "  "})))
}

func TestLocalOnlyHoldsASet(t *testing.T) {
	s := openStable(t)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), s.env)
	sets := &Sets{p.roof}
	request := SetRequest{Table: "x\n1\n2\n", Request: s.request}
	request.Request.Prompt, request.Request.Blind = "{{x}}", false
	started, err := sets.Start(request) // okapi does not answer yet
	if err != nil {
		t.Fatal(err)
	}
	if _, err := (&Privacy{p.roof}).SetLocalOnly(true); err != nil {
		t.Fatal(err)
	}
	p.wait(t, started.Head.ID) // it is held without an answer
	if err := sets.Run(started.Head.ID, false); err != nil {
		t.Fatal(err)
	}
	p.wait(t, started.Head.ID)
	got, err := sets.Get(started.Head.ID)
	if err != nil || got.Head.State != "paused" || got.Head.Ended != 0 || !strings.Contains(got.Head.Reason, "Local only is on") {
		t.Errorf("got %+v, %v", got.Head, err)
	}
	close(s.release)
}

// The promise of a blind comparison holds for the table of a set as well.
func TestABlindSetNamesNoModelBeforeTheVote(t *testing.T) {
	s := openStable(t)
	close(s.release)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), s.env)
	sets := &Sets{p.roof}
	request := SetRequest{Table: "x\none\n", Request: s.request}
	request.Request.Prompt = "Which is {{x}}?"
	started, err := sets.Start(request)
	if err != nil {
		t.Fatal(err)
	}
	p.wait(t, started.Head.ID)
	got, err := sets.Get(started.Head.ID)
	if err != nil || got.Head.State != "done" || !got.Rows[0].Blind || got.Rows[0].ComparisonID == "" {
		t.Fatalf("got %+v, %v", got, err)
	}
	id := got.Rows[0].ComparisonID
	s.learn(t, p, id)
	p.path = filepath.Join(t.TempDir(), "table.csv")
	look := func() (found []string) {
		for name, answers := range p.everything(t, []string{started.Head.ID, id, "A"}) {
			if told := s.tells(strings.Join(answers, "\n")); len(told) > 0 {
				found = append(found, name)
			}
		}
		text, err := os.ReadFile(p.path)
		if err != nil || !strings.Contains(string(text), "one") {
			t.Errorf("the export: got %q, %v", text, err)
		}
		if len(s.tells(string(text))) > 0 {
			found = append(found, "the table")
		}
		if len(s.tells(p.events())) > 0 {
			found = append(found, "an event")
		}
		return found
	}
	if found := look(); len(found) > 0 {
		t.Errorf("told before the vote: %q", found)
	}
	if _, err := p.ratings.Reveal(id); err != nil {
		t.Fatal(err)
	}
	if found := strings.Join(look(), " "); !strings.Contains(found, "Sets.Get") || !strings.Contains(found, "the table") {
		t.Errorf("the search finds nothing after the reveal either: %s", found)
	}
}
