package anthropic

import "testing"

func TestEveryFamilyIsReachedByItsExample(t *testing.T) {
	if len(families) == 0 || families[len(families)-1].Pattern != anyModel {
		t.Fatal("the last family must fit every id")
	}
	for _, f := range families {
		if got := familyOf(f.Example); got.Pattern != f.Pattern {
			t.Errorf("%q is to reach %q and reaches %q", f.Example, f.Pattern, got.Pattern)
		}
		if (len(f.Levels) > 0) != (f.Control == adaptive) || f.MaxTokens <= 0 {
			t.Errorf("%q: levels belong to an adaptive family, and max_tokens to all", f.Pattern)
		}
	}
}
