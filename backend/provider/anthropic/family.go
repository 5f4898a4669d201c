package anthropic

import (
	_ "embed"
	"path"
	"slices"
	"strings"

	"bakeoff/backend/provider"
)

// control is how a family lets its thinking be set.
type control string

const (
	noThinking control = ""
	budgets    control = "budgets"  // thinking.budget_tokens
	adaptive   control = "adaptive" // thinking.type "adaptive" with output_config.effort
)

func (c *control) UnmarshalText(text []byte) error {
	return provider.Word(c, text, noThinking, budgets, adaptive)
}

// off is how a family's thinking is switched off.
type off string

const (
	leaveOut     off = ""              // it does not think unless asked
	disable      off = "disable"       // thinking.type "disabled"
	betweenTools off = "between_tools" // thinking.type "between_tools"
	never        off = "never"         // it always thinks
)

func (o *off) UnmarshalText(text []byte) error {
	return provider.Word(o, text, leaveOut, disable, betweenTools, never)
}

// family is what a group of models accepts.
type family struct {
	Pattern   string   `json:"pattern"` // of ids without a vendor's prefix; a star stands for any characters
	Example   string   `json:"example"` // an id that it fits
	Control   control  `json:"control"`
	Off       off      `json:"off"`
	Levels    []string `json:"levels"`     // effort words that an adaptive family takes
	Shows     bool     `json:"shows"`      // it thinks unasked, and hides the text unless it is told to show a summary
	Sampling  bool     `json:"sampling"`   // takes temperature and top_p
	OneOf     bool     `json:"one_of"`     // takes only one of them
	BudgetToo bool     `json:"budget_too"` // an adaptive family that still takes thinking.budget_tokens
	Prose     bool     `json:"prose"`      // has no answer by a schema
	MaxTokens int64    `json:"max_tokens"` // sent when the entry sets none, thinking included
	Note      string   `json:"note"`
}

// anyModel matches what is no Claude.
const anyModel = "*"

//go:embed families.json
var familySheet []byte

// families are tried in order; the last one fits every id.
var families = provider.MustSheet[struct {
	provider.Origin
	Families []family `json:"families"`
}](familySheet).Families

// familyOf returns the family of a model id; a gateway's prefix ("anthropic/") and case do not matter.
func familyOf(model string) family {
	id := strings.ToLower(model[strings.LastIndexByte(model, '/')+1:])
	for _, f := range families {
		if ok, _ := path.Match(f.Pattern, id); ok {
			return f
		}
	}
	return families[len(families)-1]
}

// takes reports whether effort is a word of the family.
func (f family) takes(effort string) bool {
	return slices.Contains(f.Levels, effort)
}

// leastBudget is the smallest thinking budget, in tokens.
const leastBudget = 1_024

// budget returns the thinking budget for an effort within maxTokens, which it is part of; ok is false for an unknown word
// and where there is no room for the smallest budget, 1,024 tokens.
func budget(effort string, maxTokens int64) (tokens int64, ok bool) {
	const least = leastBudget
	tokens, ok = map[string]int64{"minimal": least, "low": 2_048, "medium": 8_192, "high": 16_384, "xhigh": 24_576, "max": 28_672}[effort]
	if !ok || maxTokens <= least {
		return 0, false
	}
	return max(least, min(tokens, maxTokens*3/4)), true
}
