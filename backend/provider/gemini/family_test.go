package gemini

import "testing"

func TestEveryFamilyIsReachedByItsExample(t *testing.T) {
	if len(families) == 0 {
		t.Fatal("the sheet is empty")
	}
	for _, f := range families {
		if got := familyOf(f.Example); got.Pattern != f.Pattern {
			t.Errorf("%q is to reach %q and reaches %q", f.Example, f.Pattern, got.Pattern)
		}
		if (len(f.Levels) > 0) != (f.Control == levels) || f.Least > 0 && f.Control != budgets {
			t.Errorf("%q: levels and a least budget belong to the control of that name", f.Pattern)
		}
	}
}
