package openai

import (
	"slices"
	"testing"

	"bakeoff/backend/bakeoff"
)

func TestEveryRuleAddsARefusalToItsExample(t *testing.T) {
	if len(rules.Refuses) == 0 {
		t.Fatal("the sheet is empty")
	}
	settings := []string{bakeoff.ParamTemperature, bakeoff.ParamTopP, bakeoff.ParamStop, bakeoff.ParamEffort}
	for i, r := range rules.Refuses {
		for _, service := range r.Services {
			if ServiceNamed(service).Name != service {
				t.Errorf("%s: there is no service %q", r.Example, service)
			}
			for _, name := range r.Refuses {
				if !r.fits(r.Example) || !slices.Contains(settings, name) || !slices.Contains(ServiceNamed(service).refused(r.Example, "high"), name) {
					t.Errorf("%s of %s is to refuse %q and does not", r.Example, service, name)
				}
				if slices.ContainsFunc(rules.Refuses[:i], func(e rule) bool {
					return e.fits(r.Example) && slices.Contains(e.Services, service) && slices.Contains(e.Refuses, name) && (!e.UnlessNone || r.UnlessNone)
				}) {
					t.Errorf("that %s refuses %q stands in an earlier rule", r.Example, name)
				}
			}
		}
	}
}

func TestEveryPatternIsReachedByItsExample(t *testing.T) {
	for name, patterns := range map[string][]pattern{"only_responses": rules.OnlyResponses, "not_chat": rules.NotChat} {
		if len(patterns) == 0 {
			t.Errorf("%s is empty", name)
		}
		for i, p := range patterns {
			if first := slices.IndexFunc(patterns, func(q pattern) bool { return q.Models.MatchString(p.Example) }); first != i {
				t.Errorf("%s: %q reaches pattern %d, not its own, %d", name, p.Example, first, i)
			}
		}
	}
}
