package gemini

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
	budgets    control = "budgets" // thinkingConfig.thinkingBudget
	levels     control = "levels"  // thinkingConfig.thinkingLevel
)

func (c *control) UnmarshalText(text []byte) error {
	return provider.Word(c, text, noThinking, budgets, levels)
}

// family is what a group of models accepts.
type family struct {
	Pattern string   `json:"pattern"` // of ids without "models/"; a star stands for any characters
	Example string   `json:"example"` // an id that it fits
	Control control  `json:"control"`
	Least   int      `json:"least"`  // the smallest budget, in tokens; above zero, thinking cannot be switched off
	Levels  []string `json:"levels"` // the effort words that it knows
	Prose   bool     `json:"prose"`  // has no answer in JSON
}

//go:embed families.json
var familySheet []byte

// families are tried in order.
var families = provider.MustSheet[struct {
	provider.Origin
	Families []family `json:"families"`
}](familySheet).Families

func bare(model string) string { return strings.ToLower(strings.TrimPrefix(model, "models/")) }

// familyOf returns the family of a model id; the zero family, which does not think, for an unknown one.
func familyOf(model string) family {
	id := bare(model)
	for _, f := range families {
		if ok, _ := path.Match(f.Pattern, id); ok {
			return f
		}
	}
	return family{}
}

// thinking is the setting for an effort; nil when the family has no such setting or none was asked for.
func (f family) thinking(effort string) map[string]any {
	switch {
	case f.Control == levels && slices.Contains(f.Levels, effort):
		return map[string]any{"thinkingLevel": effort}
	case f.Control == budgets:
		budget, ok := map[string]int{"none": 0, "minimal": 512, "low": 2_048, "medium": 8_192, "high": 24_576}[effort]
		if ok && budget >= f.Least {
			return map[string]any{"thinkingBudget": budget}
		}
	}
	return nil
}
