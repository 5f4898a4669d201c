package openai

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"

	"bakeoff/backend/provider"
)

// pattern fits the ids of some models.
type pattern struct {
	Models  *regexp.Regexp `json:"models"`
	Example string         `json:"example"` // an id that it fits
}

// rule says what models do not take. The id is matched without the vendor's prefix ("openai/").
type rule struct {
	pattern
	Services   []string       `json:"services"`
	Except     *regexp.Regexp `json:"except"` // nil: no exception
	Refuses    []string       `json:"refuses"`
	UnlessNone bool           `json:"unless_none"` // with effort "none" they take it
}

//go:embed rules.json
var ruleSheet []byte

// rules are the models that refuse a parameter, or take it and ignore it, which falsifies a comparison in silence.
var rules = provider.MustSheet[struct {
	provider.Origin
	Refuses       []rule    `json:"refuses"`
	OnlyResponses []pattern `json:"only_responses"` // OpenAI's models that Chat Completions does not serve, dated snapshots included
	NotChat       []pattern `json:"not_chat"`       // models that answer no prompt with text
}](ruleSheet)

// refused returns the names of the parameters that model does not take at this effort.
func (s Service) refused(model, effort string) []string {
	id := bare(model)
	var names []string
	for _, r := range rules.Refuses {
		if slices.Contains(r.Services, s.Name) && r.fits(id) && !(r.UnlessNone && effort == "none") {
			names = append(names, r.Refuses...)
		}
	}
	return names
}

func (r rule) fits(id string) bool {
	return r.Models.MatchString(id) && (r.Except == nil || !r.Except.MatchString(id))
}

func bare(model string) string {
	id := strings.ToLower(strings.TrimSpace(model))
	return strings.TrimPrefix(id, "openai/")
}

func fits(patterns []pattern, id string) bool {
	return slices.ContainsFunc(patterns, func(p pattern) bool { return p.Models.MatchString(id) })
}

func (s Service) needsResponses(model string) bool {
	return s.Responses && fits(rules.OnlyResponses, bare(model))
}
