package app

import (
	"testing"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestLineupsAreSavedMovedAndBroughtBack(t *testing.T) {
	p := tempPage(t)
	b := &Lineups{p.roof}
	temperature := 0.2
	twice := []EntryView{{Endpoint: "demo", Model: "quick", Params: ParamsView{Temperature: &temperature}, Repeats: 3}, {Endpoint: "demo", Model: "quick", Repeats: 1}}
	first, err := b.Save(LineupView{Name: " Daily   four ", Entries: twice})
	must(t, err)
	if diff := cmp.Diff(LineupView{Name: "Daily four", Entries: twice, Lanes: "parallel"}, first, cmpopts.IgnoreFields(LineupView{}, "ID", "UpdatedAtMs"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	second, err := b.Save(LineupView{Name: "Gone models", Lanes: "serial", Entries: []EntryView{{Endpoint: "nowhere", Model: "gone", Repeats: 1}}})
	must(t, err)
	names := func() (names []string) {
		all, err := b.List()
		must(t, err)
		for _, l := range all {
			names = append(names, l.Name)
		}
		return names
	}
	for _, step := range []struct {
		what string
		do   func() error
		want []string
	}{
		{"saved", func() error { return nil }, []string{"Daily four", "Gone models"}},
		{"deleted", func() error { return b.Delete(first.ID) }, []string{"Gone models"}},
		{"brought back to its place", func() error { return b.Undelete(first.ID) }, []string{"Daily four", "Gone models"}},
		{"moved", func() error { return b.Move(second.ID, 0) }, []string{"Gone models", "Daily four"}},
		{"renamed", func() error { second.Name = "Old ones"; _, err := b.Save(second); return err }, []string{"Old ones", "Daily four"}},
	} {
		must(t, step.do())
		if diff := cmp.Diff(step.want, names()); diff != "" {
			t.Errorf("%s: %s", step.what, diff)
		}
	}
	for what, view := range map[string]LineupView{
		"a name that is taken": {Name: "DAILY FOUR", Entries: twice},
		"no name":              {Name: " ", Entries: twice},
		"no entry":             {Name: "empty"},
		"too many":             {Name: "many", Entries: []EntryView{{Endpoint: "demo", Model: "quick", Repeats: 64}, {Endpoint: "demo", Model: "thinker", Repeats: 1}}},
		"foreign lanes":        {Name: "lanes", Entries: twice, Lanes: "zigzag"},
	} {
		if _, err := b.Save(view); rejection(t, err).Code != string(bakeoff.CodeInvalid) {
			t.Errorf("%s: got %v", what, err)
		}
	}
	if err := b.Undelete("never there"); rejection(t, err).Code != string(bakeoff.CodeInvalid) {
		t.Errorf("what was never deleted: got %v", err)
	}
}
