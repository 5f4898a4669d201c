package terminal

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/diff"
	"bakeoff/backend/review"
	"bakeoff/backend/wiring"

	"github.com/spf13/cobra"
)

func diffCommand(d *Deps) *cobra.Command {
	var format string
	cmd := &cobra.Command{
		Use:   "diff ID A B | ID:A ID2:B | ID ID2",
		Short: "Tell how one answer, or one comparison, differs from another",
		Long: "Tell how the answers of two seats differ, word by word: of one comparison, or of two. Two ids without seats set the\n" +
			"comparisons side by side. Lines of the first answer begin with -, those of the second with +; [-words-] are only in\n" +
			"the first, {+words+} only in the second. On a terminal they are coloured (not with NO_COLOR).",
		Example: "  bakeoff diff 01930000 A B\n  bakeoff diff 01930000:A 01931111:A\n  bakeoff diff 01930000 01931111",
		Args:    sides,
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := oneOf("format", format, "text", "json"); err != nil {
				return err
			}
			h, err := d.openHistory(cmd)
			if err != nil {
				return err
			}
			defer h.Close()
			if len(args) == 2 && !strings.Contains(args[0]+args[1], ":") {
				return d.diffComparisons(cmd, h, args[0], args[1], format)
			}
			if len(args) == 3 {
				args = []string{args[0] + ":" + args[1], args[0] + ":" + args[2]}
			}
			return d.diffAnswers(cmd, h, args[0], args[1], format)
		},
	}
	cmd.Flags().StringVar(&format, "format", "text", "text or json")
	return cmd
}

// sides wants two answers or two comparisons.
func sides(_ *cobra.Command, args []string) error {
	switch {
	case len(args) == 3, len(args) == 2 && strings.Contains(args[0], ":") == strings.Contains(args[1], ":"):
		return nil
	}
	return invalid("Say what to compare: ID A B for two seats of a comparison, ID:A ID2:B for seats of two, or ID ID2. `bakeoff history` lists the ids.")
}

// side is one of two answers.
type side struct {
	text  string
	title string // "01930000… A ollama/x"
	json  sideJSON
}

type sideJSON struct {
	ComparisonID string  `json:"comparison_id"`
	Seat         string  `json:"seat"`
	Endpoint     *string `json:"endpoint"` // null while the comparison is blind, as are the next two
	Model        *string `json:"model"`
	RunID        *string `json:"run_id"`
}

func findSide(cmd *cobra.Command, h *wiring.House, name string) (s side, err error) {
	id, letter, _ := strings.Cut(name, ":")
	c, err := h.Store.Comparison(cmd.Context(), id)
	if err != nil {
		return s, err
	}
	if s.text, err = review.ByLetter(c, letter); err != nil {
		return s, err
	}
	s.title, s.json = c.ID+" "+letter, sideJSON{ComparisonID: c.ID, Seat: letter}
	for _, r := range bakeoff.Newest(c.Runs) {
		if !c.Blind() && seat(r.Seat) == letter {
			s.title += " " + plain(entryName(r.Entry))
			s.json.Endpoint, s.json.Model, s.json.RunID = &r.Entry.Endpoint, &r.Entry.Model, &r.ID
		}
	}
	return s, nil
}

func (d *Deps) diffAnswers(cmd *cobra.Command, h *wiring.House, nameA, nameB, format string) error {
	a, err := findSide(cmd, h, nameA)
	if err != nil {
		return err
	}
	b, err := findSide(cmd, h, nameB)
	if err != nil {
		return err
	}
	found := diff.Texts(a.text, b.text)
	if format == "json" {
		return encoder(d.Out, "  ").Encode(diffToJSON(a, b, found))
	}
	p := &diffPrinter{out: bufio.NewWriter(d.Out)}
	if isTerminal(d.Out) && d.Getenv("NO_COLOR") == "" {
		p.colours = true
	}
	fmt.Fprintf(p.out, "--- %s\n+++ %s\n\n", a.title, b.title)
	p.print(found)
	return p.out.Flush()
}

func (d *Deps) diffComparisons(cmd *cobra.Command, h *wiring.House, oldID, newID, format string) error {
	old, err := h.Store.Comparison(cmd.Context(), oldID)
	if err != nil {
		return err
	}
	now, err := h.Store.Comparison(cmd.Context(), newID)
	switch {
	case err != nil:
		return err
	case old.Blind() || now.Blind():
		return review.ErrBlind()
	case format == "json":
		return encoder(d.Out, "  ").Encode(changesToJSON(&old, now))
	}
	printChanges(d.Out, old, now)
	return nil
}

type diffJSON struct {
	A       sideJSON    `json:"a"`
	B       sideJSON    `json:"b"`
	Blocks  []blockJSON `json:"blocks"`
	Summary summaryJSON `json:"summary"`
}

type blockJSON struct {
	Kind    string     `json:"kind"`     // same, changed, added, removed, moved
	Code    bool       `json:"code"`     // white space counts
	MovedTo *int       `json:"moved_to"` // of a moved block: the index of its other half
	A       []partJSON `json:"a"`
	B       []partJSON `json:"b"`
}

type partJSON struct {
	Text string `json:"text"`
	Mark string `json:"mark"` // same, del, ins
}

type summaryJSON struct {
	Same       int     `json:"same"` // blocks
	Changed    int     `json:"changed"`
	Added      int     `json:"added"`
	Removed    int     `json:"removed"`
	Moved      int     `json:"moved"`
	Similarity float64 `json:"similarity"` // the share of text that both have, 0 to 1
	Coarse     bool    `json:"coarse"`     // too long to look at every word
}

func diffToJSON(a, b side, d diff.Diff) diffJSON {
	s := d.Summary
	out := diffJSON{A: a.json, B: b.json, Blocks: []blockJSON{}, Summary: summaryJSON{s.Same, s.Changed, s.Added, s.Removed, s.Moved, s.Similarity, s.Coarse}}
	parts := func(all []diff.Part) []partJSON {
		out := []partJSON{}
		for _, p := range all {
			out = append(out, partJSON{p.Text, string(p.Mark)})
		}
		return out
	}
	for _, block := range d.Blocks {
		j := blockJSON{Kind: string(block.Kind), Code: block.Code, A: parts(block.A), B: parts(block.B)}
		if block.MovedTo >= 0 {
			j.MovedTo = &block.MovedTo
		}
		out.Blocks = append(out.Blocks, j)
	}
	return out
}

// diffPrinter writes a diff for the eye.
type diffPrinter struct {
	out     *bufio.Writer
	colours bool
}

// Colours of a terminal: red and green for the line, underlined for the words that differ.
const (
	red, green, dim, under, plainAgain = "\x1b[31m", "\x1b[32m", "\x1b[2m", "\x1b[4m", "\x1b[24m"
	reset                              = "\x1b[0m"
)

func (p *diffPrinter) print(d diff.Diff) {
	for i := 0; i < len(d.Blocks); i++ {
		if skipped := sameFrom(d.Blocks, i); skipped > 1 {
			p.line(dim, "  ", fmt.Sprintf("… %d blocks are the same", skipped))
			i += skipped - 1
			continue
		}
		p.block(d.Blocks[i])
	}
	s := d.Summary
	fmt.Fprintf(p.out, "\n%d%% of the text is shared: %s.\n", int(100*s.Similarity), strings.Join(counted(s), ", "))
	if s.Coarse {
		fmt.Fprintln(p.out, "The answers are too long to compare every word: some blocks are compared as a whole.")
	}
}

// sameFrom counts the blocks from i that are the same and beside no difference.
func sameFrom(blocks []diff.Block, i int) int {
	same := func(k int) bool { return k < 0 || k >= len(blocks) || blocks[k].Kind == diff.Same }
	n := 0
	for i+n < len(blocks) && same(i+n-1) && same(i+n) && same(i+n+1) {
		n++
	}
	return n
}

func (p *diffPrinter) block(b diff.Block) {
	switch {
	case b.Kind == diff.Same:
		p.line("", "  ", joined(b.B, nil))
		return
	case b.Kind == diff.Moved && len(b.A) > 0:
		p.line(dim, "  ", "(this moved to where < turns to >)")
		p.line(red, "< ", joined(b.A, p.marks()))
		return
	case b.Kind == diff.Moved:
		p.line(green, "> ", joined(b.B, p.marks()))
		return
	}
	// Where a whole block is on one side, its sign says it all.
	marks := p.marks
	if b.Kind != diff.Changed {
		marks = func() map[diff.Mark][2]string { return nil }
	}
	if len(b.A) > 0 {
		p.line(red, "- ", joined(b.A, marks()))
	}
	if len(b.B) > 0 {
		p.line(green, "+ ", joined(b.B, marks()))
	}
}

// marks set off the words that differ.
func (p *diffPrinter) marks() map[diff.Mark][2]string {
	if p.colours {
		return map[diff.Mark][2]string{diff.Deleted: {under, plainAgain}, diff.Inserted: {under, plainAgain}}
	}
	return map[diff.Mark][2]string{diff.Deleted: {"[-", "-]"}, diff.Inserted: {"{+", "+}"}}
}

// joined is the text of parts, made safe for a terminal, without the blank lines after it.
func joined(parts []diff.Part, marks map[diff.Mark][2]string) string {
	var b strings.Builder
	for i, part := range parts {
		text := plain(part.Text)
		if i == len(parts)-1 {
			text = strings.TrimRight(text, " \t\n")
		}
		m := marks[part.Mark]
		body := strings.TrimRight(text, " \t\n")
		b.WriteString(m[0] + strings.ReplaceAll(body, "\n", m[1]+"\n"+m[0]) + m[1] + text[len(body):])
	}
	return b.String()
}

// line writes text with a sign before each of its lines.
func (p *diffPrinter) line(colour, sign, text string) {
	for _, l := range strings.Split(text, "\n") {
		if p.colours && colour != "" {
			io.WriteString(p.out, colour+sign+l+reset+"\n")
			continue
		}
		io.WriteString(p.out, strings.TrimRight(sign+l, " ")+"\n")
	}
}

func counted(s diff.Summary) []string {
	var out []string
	for _, c := range []struct {
		n    int
		what string
	}{{s.Same, "the same"}, {s.Changed, "changed"}, {s.Removed, "only in the first"}, {s.Added, "only in the second"}, {s.Moved, "moved"}} {
		if c.n > 0 {
			out = append(out, fmt.Sprintf("%d %s", c.n, c.what))
		}
	}
	if out == nil {
		return []string{"both are empty"}
	}
	out[0] = strings.Replace(out[0], " ", " blocks ", 1)
	return out
}
