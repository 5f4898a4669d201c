package ollama

import (
	"slices"
	"strings"
	"testing"
)

func TestEveryFamilyIsReachedByItsExample(t *testing.T) {
	if len(families) == 0 {
		t.Fatal("the sheet is empty")
	}
	for i, f := range families {
		first := slices.IndexFunc(families, func(g family) bool { return strings.Contains(f.Example, g.Part) })
		if first != i || takesLevels(f.Example) != f.Levels {
			t.Errorf("%q reaches row %d, not its own, %d", f.Example, first, i)
		}
	}
}
