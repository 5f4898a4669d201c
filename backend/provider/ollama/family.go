package ollama

import (
	_ "embed"
	"slices"
	"strings"

	"bakeoff/backend/local"
	"bakeoff/backend/provider"
)

// family is what a group of models takes beyond the rest.
type family struct {
	Part    string `json:"part"`    // the id contains it
	Example string `json:"example"` // an id that it fits
	Levels  bool   `json:"levels"`  // takes a level of thinking; the others only know on and off
}

//go:embed families.json
var familySheet []byte

var families = provider.MustSheet[struct {
	provider.Origin
	Families []family `json:"families"`
}](familySheet).Families

func takesLevels(model string) bool {
	return slices.ContainsFunc(families, func(f family) bool {
		return f.Levels && strings.Contains(local.Canonical(model), f.Part)
	})
}
