package diff

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// show writes a diff for a test to read: one line per block, [-gone-] and {+new+} around what differs.
func show(d Diff) string {
	var b strings.Builder
	for _, block := range d.Blocks {
		fmt.Fprintf(&b, "%s", block.Kind)
		if block.Code {
			b.WriteString(" code")
		}
		if block.MovedTo >= 0 {
			fmt.Fprintf(&b, " %d", block.MovedTo)
		}
		b.WriteString(":")
		for _, side := range [][]Part{block.A, block.B} {
			b.WriteString(" <")
			for _, p := range side {
				open, end := "", ""
				switch p.Mark {
				case Deleted:
					open, end = "[-", "-]"
				case Inserted:
					open, end = "{+", "+}"
				}
				b.WriteString(open + strings.ReplaceAll(p.Text, "\n", "/") + end)
			}
			b.WriteString(">")
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestTexts(t *testing.T) {
	for _, test := range []struct{ name, a, b, want string }{
		{"equal texts are the same", "One.\n\nTwo.", "One.\n\nTwo.", "same: <One.//> <One.//>\nsame: <Two.> <Two.>\n"},
		{"two empty texts have no block", "", "", ""},
		{"everything new", "", "One.", "added: <> <{+One.+}>\n"},
		{"a changed word", "The sky is blue today.", "The sky is grey today.",
			"changed: <The sky is [-blue -]today.> <The sky is {+grey +}today.>\n"},
		{"white space of prose does not count", "The sky\nis  blue.\n\n\nTwo", "The sky is blue.\n\nTwo\n",
			"same: <The sky/is  blue.///> <The sky is blue.//>\nsame: <Two> <Two/>\n"},
		{"white space of code counts", "```\nif x:\n  return y\n```\n", "```\nif x:\n    return y\n```\n",
			"same code: <```/> <```/>\nsame code: <if x:/> <if x:/>\nchanged code: <[-  -]return y/> <{+    +}return y/>\nsame code: <```/> <```/>\n"},
		{"but not at the end of a line", "```\nreturn y  \r\n```", "```\nreturn y\n```",
			"same code: <```/> <```/>\nsame code: <return y  \r/> <return y/>\nsame code: <```> <```>\n"},
		{"a list item is a block", "- one apple a day\n- two pears a week\n", "- one apple a day\n- three kiwis\n- two pears a week\n",
			"same: <- one apple a day/> <- one apple a day/>\nadded: <> <{+- three kiwis/+}>\nsame: <- two pears a week/> <- two pears a week/>\n"},
		{"a paragraph that moved is said to have moved", "Measure the share of retries first.\n\nHonour the header of the server.\n\nUse full jitter with five tries, and one deadline for all.\n",
			"Use full jitter with five tries, and one deadline for all.\n\nMeasure the share of retries first.\n\nHonour the header of the server.\n",
			"moved 3: <> <Use full jitter with five tries, and one deadline for all.//>\n" +
				"same: <Measure the share of retries first.//> <Measure the share of retries first.//>\n" +
				"same: <Honour the header of the server.//> <Honour the header of the server./>\n" +
				"moved 0: <Use full jitter with five tries, and one deadline for all./> <>\n"},
		{"words of CJK are compared character by character", "天空今天是蓝色的。", "天空今天是灰色的。",
			"changed: <天空今天是[-蓝-]色的。> <天空今天是{+灰+}色的。>\n"},
		{"what has nothing in common is not marked word by word", "The sky is blue.", "A fish swims there.",
			"changed: <[-The sky is blue.-]> <{+A fish swims there.+}>\n"},
		{"what was swapped has moved, and did not become the other", "First comes the long one.\n\n# Middle\n\nIt stays.\n\nThen there is another.", "Then there is another.\n\n# Middle\n\nIt stays.\n\nFirst comes the long one.",
			"moved 5: <First comes the long one.//> <>\nmoved 4: <> <Then there is another.//>\nsame: <# Middle//> <# Middle//>\nsame: <It stays.//> <It stays.//>\nmoved 1: <Then there is another.> <>\nmoved 0: <> <First comes the long one.>\n"},
		{"rows of a table are compared with rows", "| a | b |\n|---|---|\n| 1 | one |\n| 2 | two |\n", "| a | b |\n|---|---|\n| 0 | nil |\n| 1 | one |\n| 2 | zwei |\n",
			"changed: <| a | b |/|---|---|/| 1 | one |/| 2 | [-two -]|/> <| a | b |/|---|---|/{+| 0 | nil |/+}| 1 | one |/| 2 | {+zwei +}|/>\n"},
		{"cells of a table stay apart", "| Try | Wait |\n| --- | --- |\n| 1 | 0.1 s |\n", "| Try | Wait |\n| --- | --- |\n| 2 | 0.4 s |\n",
			"changed: <| Try | Wait |/| --- | --- |/| [-1 -]| [-0.1 -]s |/> <| Try | Wait |/| --- | --- |/| {+2 +}| {+0.4 +}s |/>\n"},
		{"chance words between changes are no islands", "We will certainly repair the broken old machine in a short while today.",
			"We will probably replace the noisy new engine in a short while today.",
			"changed: <We will [-certainly repair the broken old machine -]in a short while today.> <We will {+probably replace the noisy new engine +}in a short while today.>\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			d := Texts(test.a, test.b)
			if got := show(d); got != test.want {
				t.Errorf("got\n%swant\n%s", got, test.want)
			}
			check(t, test.a, test.b, d)
		})
	}
}

// check holds what every diff promises.
func check(t *testing.T, a, b string, d Diff) {
	t.Helper()
	var left, right strings.Builder
	for i, block := range d.Blocks {
		for _, p := range block.A {
			left.WriteString(p.Text)
			if p.Mark == Inserted || p.Text == "" {
				t.Errorf("block %d has the part %+v in a", i, p)
			}
		}
		for _, p := range block.B {
			right.WriteString(p.Text)
			if p.Mark == Deleted || p.Text == "" {
				t.Errorf("block %d has the part %+v in b", i, p)
			}
		}
		if (block.Kind == Moved) != (block.MovedTo >= 0) || block.Kind == Moved && d.Blocks[block.MovedTo].MovedTo != i {
			t.Errorf("block %d moved to %d, which is not its other half", i, block.MovedTo)
		}
	}
	if left.String() != a {
		t.Errorf("the parts of a are not the first text: %.300q", left.String())
	}
	if right.String() != b {
		t.Errorf("the parts of b are not the second text: %.300q", right.String())
	}
	if s := d.Summary.Similarity; s < 0 || s > 1 || a == b && s != 1 {
		t.Errorf("similarity %g", s)
	}
}

func TestTheSummaryCountsBlocksAndSharedText(t *testing.T) {
	a := "Kept as it is.\n\nThe sky is blue today.\n\nOnly here, and nowhere else.\n\nThis one goes down to the end.\n\n"
	b := "Kept as it is.\n\nThe sky is grey today.\n\nBrand new words stand there now!\n\nAnother new one follows, quite long.\n\nThis one goes down to the end.\n\n"
	got := Texts(a, b).Summary
	got.Similarity = 0
	if want := (Summary{Same: 2, Changed: 1, Added: 2, Removed: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	for _, test := range []struct {
		a, b string
		want float64
	}{{"", "", 1}, {"a b", "a  b\n", 1}, {"one", "two", 0}, {"aaaa bbbb cccc", "aaaa bbbb dddd", 2.0 / 3}} {
		if got := Similarity(test.a, test.b); got != test.want {
			t.Errorf("similarity of %q and %q: got %g, want %g", test.a, test.b, got, test.want)
		}
	}
}

// vocabulary is made-up words: enough that a text of a megabyte is like a real one.
func vocabulary(r *rand.Rand, n int) []string {
	out := make([]string, n)
	for i := range out {
		word := make([]byte, 2+r.IntN(9))
		for k := range word {
			word[k] = "etaoinshrdlucmf"[r.IntN(15)]
		}
		out[i] = string(word)
	}
	return out
}

func prosaic(r *rand.Rand, size int, paragraph int) string {
	words := vocabulary(r, 4000)
	var b strings.Builder
	for n := 0; b.Len() < size; n++ {
		b.WriteString(words[min(r.IntN(4000), r.IntN(4000))])
		if paragraph > 0 && n%paragraph == paragraph-1 {
			b.WriteString(".\n\n")
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// mutate changes about one word in every.
func mutate(r *rand.Rand, text string, every int) string {
	words := strings.SplitAfter(text, " ")
	for i := range words {
		if r.IntN(every) == 0 && !strings.Contains(words[i], "\n") {
			words[i] = fmt.Sprintf("w%d ", r.IntN(1000))
		}
	}
	return strings.Join(words, "")
}

// hard are pairs of a megabyte that a naive comparison would spend minutes on.
func hard() map[string][2]string {
	r := rand.New(rand.NewPCG(1, 2))
	text, other := prosaic(r, 1<<20, 60), prosaic(r, 1<<20, 60)
	long, longer := prosaic(r, 1<<20, 0), prosaic(r, 1<<20, 0)
	var code strings.Builder
	for i := 0; code.Len() < 1<<20; i++ {
		fmt.Fprintf(&code, "func f%d() {\n\treturn %d\n}\n\n", r.IntN(50), r.IntN(50))
	}
	fenced := "```\n" + code.String()
	return map[string][2]string{
		"a changed word in ten":           {text, mutate(r, text, 10)},
		"nothing in common":               {text, other},
		"one line":                        {long, longer},
		"one line, a word in ten":         {long, mutate(r, long, 10)},
		"code that repeats":               {fenced, strings.ReplaceAll(fenced, "return 7", "return 8, nil")},
		"one letter":                      {strings.Repeat("a ", 1<<19), strings.Repeat("a ", 1<<18) + strings.Repeat("b ", 1<<18)},
		"one character that repeats":      {strings.Repeat("天", 1<<18), strings.Repeat("空天", 1<<17)},
		"lines of nothing but brackets":   {"```\n" + strings.Repeat("}\n", 1<<18), "```\n" + strings.Repeat("{\n}\n", 1<<17)},
		"reversed":                        {strings.Join(strings.SplitAfter(text, "\n\n"), ""), reversed(text)},
		"blocks that are nearly the same": {strings.Repeat("a b c d e f g\n\n", 1<<16), strings.Repeat("a b c d e f h\n\n", 1<<16)},
	}
}

func reversed(text string) string {
	parts := strings.SplitAfter(text, "\n\n")
	var b strings.Builder
	for i := len(parts) - 1; i >= 0; i-- {
		b.WriteString(parts[i])
	}
	return b.String()
}

// A bound that is gone meets the time limit of the whole run: these would take hours.
func TestAMegabyteIsCompared(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	for name, pair := range hard() {
		t.Run(name, func(t *testing.T) {
			check(t, pair[0], pair[1], Texts(pair[0], pair[1]))
		})
	}
}

func TestALongTextWithManySmallChangesIsStillReadWordByWord(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	text := prosaic(r, 300_000, 80)
	got := Texts(text, mutate(r, text, 20)).Summary
	if got.Added+got.Removed > got.Changed/20 || got.Similarity < 0.85 {
		t.Errorf("got %+v, want nearly every block changed and nine tenths of the text shared", got)
	}
}

func FuzzTexts(f *testing.F) {
	for _, seed := range []string{"", "a\n\nb", "```go\nx := 1\n```\n- a\n- b\n", "| a | b |\n|---|---|\n", "天空\r\n\r\n蓝", "\xff\xfe a", "👩‍👩‍👧 é", "1. a\n   b\n2) c"} {
		f.Add(seed, "- b\n- a\n```go\nx := 2\n```\nand some more words that are there")
		f.Add(seed, seed+seed)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		check(t, a, b, Texts(a, b))
		check(t, b, a, Texts(b, a))
		check(t, a, a, Texts(a, a))
	})
}
