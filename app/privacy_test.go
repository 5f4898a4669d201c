package app

import (
	"slices"
	"testing"

	"bakeoff/backend/wiring"
)

func TestTurningLocalOnlyOffAsksTheEndpoints(t *testing.T) {
	p := tempPage(t)
	privacy := &Privacy{p.roof}
	view, err := privacy.SetLocalOnly(true)
	if err != nil || !view.LocalOnly || view.DataDir != p.dir {
		t.Fatalf("got %+v, %v", view, err)
	}
	if s, err := p.settings.Get(); err != nil || !s.LocalOnly {
		t.Errorf("the settings say %v, %v", s.LocalOnly, err)
	}
	if view, err = privacy.SetLocalOnly(false); err != nil || view.LocalOnly {
		t.Fatalf("got %+v, %v", view, err)
	}
	p.wait(t, "demo")
}

// A page that was loaded before the switch was turned elsewhere must not turn it back by saving what it remembers.
func TestSavingSettingsDoesNotTurnTheSwitch(t *testing.T) {
	p := tempPage(t)
	if _, err := (&Privacy{p.roof}).SetLocalOnly(true); err != nil {
		t.Fatal(err)
	}
	s := defaultSettings()
	s.LocalOnly = false
	if err := p.settings.Save(s); err != nil {
		t.Fatal(err)
	}
	if !p.roof.built.Privacy.LocalOnly() {
		t.Error("saving the settings turned Local only off")
	}
}

func TestAnotherBakeoffTurnsTheSwitch(t *testing.T) {
	p := tempPage(t)
	other, err := wiring.Open(t.Context(), wiring.Options{DataDir: p.dir, Getenv: func(string) string { return "" }})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if err := other.Privacy.SetLocalOnly(true); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Privacy.AddHost("gpu.lan"); err != nil {
		t.Fatal(err)
	}
	view, err := p.comparisons.Start(demoRequest("quick"))
	if err != nil || !view.LocalOnly {
		t.Errorf("the next comparison is local only: %v, %v", view.LocalOnly, err)
	}
	if got, err := (&Privacy{p.roof}).Get(); err != nil || !got.LocalOnly || !slices.Equal(got.Hosts, []string{"gpu.lan"}) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestTheDataFolderIsShown(t *testing.T) {
	p := tempPage(t)
	if err := (&Privacy{p.roof}).OpenDataFolder(); err != nil || !slices.Equal(p.opened, []string{p.dir}) {
		t.Errorf("opened %v, %v", p.opened, err)
	}
}

// The rule for a sensitive prompt is Go's: what the page asks for cannot lift it by itself.
func TestTheMarkStaysWithWhatIsMadeOfASensitivePrompt(t *testing.T) {
	p := tempPage(t)
	first := demoRequest("quick")
	first.Sensitive = true
	parent := p.run(t, first)
	if !parent.Sensitive || !parent.LocalOnly {
		t.Fatalf("the first is not marked: %+v", parent)
	}
	for _, test := range []struct {
		name, prompt, relation string
		unmark                 bool
		want                   string // "marked", "free", "refused"
	}{
		{"run again", first.Prompt, "rerun", false, "marked"},
		{"edited", "Something else?", "rerun", false, "marked"},
		{"followed up", "And then?", "follow_up", false, "marked"},
		{"edited, with a yes", "Something else?", "rerun", true, "free"},
		{"run again, with a yes", first.Prompt, "rerun", true, "refused"},
		{"followed up, with a yes", "And then?", "follow_up", true, "refused"},
	} {
		r := demoRequest("quick")
		r.Prompt, r.ParentID, r.Relation, r.Unmark = test.prompt, parent.ID, test.relation, test.unmark
		view, err := p.comparisons.Start(r)
		switch {
		case test.want == "refused":
			if rejection(t, err).Code != "invalid" {
				t.Errorf("%s: got %v", test.name, err)
			}
		case err != nil, view.Sensitive != (test.want == "marked"), view.LocalOnly != view.Sensitive:
			t.Errorf("%s: sensitive %v, local only %v, %v; want %s", test.name, view.Sensitive, view.LocalOnly, err, test.want)
		}
	}
}
