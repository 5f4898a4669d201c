package export

import (
	"fmt"
	"strings"
	"unicode"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"
	"bakeoff/backend/review"
)

// markdownWriter writes a Markdown document. Texts of models and of the user stand in fenced blocks, exactly as they
// are: whatever shows the document runs nothing of them and loads nothing for them.
type markdownWriter struct{ o Options }

func (markdownWriter) begin() ([]byte, error) { return []byte("# Bakeoff comparisons\n"), nil }

func (markdownWriter) one(c bakeoff.Comparison) ([]byte, error) { return []byte(markdownOf(c)), nil }

func (w markdownWriter) end(done Written) ([]byte, error) {
	text := fmt.Sprintf("\n---\n\n%s, exported by Bakeoff %s. %s", howMany(done.Comparisons), safe(w.o.App), done.Left())
	return []byte(strings.TrimSpace(text) + "\n"), nil
}

func howMany(n int) string {
	if n == 1 {
		return "One comparison"
	}
	return fmt.Sprintf("%d comparisons", n)
}

// markdownOf is one comparison as a section of a document.
func markdownOf(c bakeoff.Comparison) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n## Comparison of %s\n\n", c.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"))
	for _, f := range facts(c) {
		fmt.Fprintf(&b, "- %s: %s\n", f.Name, safe(f.Value))
	}
	if c.Prompt.System != "" {
		fmt.Fprintf(&b, "\n### System prompt\n\n%s", fenced(c.Prompt.System))
	}
	if len(c.Earlier) > 0 {
		fmt.Fprintf(&b, "\n### Earlier in the conversation\n\n%s\n", earlierNote(c))
		for i, t := range c.EarlierOf(0) {
			fmt.Fprintf(&b, "\nTurn %d, to %s:\n\n%s\nIts answer:\n\n%s", i+1, review.Letter(0), fenced(t.User), fenced(t.Answer))
		}
	}
	fmt.Fprintf(&b, "\n### Prompt\n\n%s\n### Numbers\n\n%s", fenced(c.Prompt.User), markdownTable(c))
	for _, note := range Notes(c) {
		fmt.Fprintf(&b, "- %s\n", safe(note))
	}
	for _, r := range bakeoff.Newest(c.Runs) {
		fmt.Fprintf(&b, "\n### %s %s\n\n", review.Letter(r.Seat), safe(figure.Name(r.Entry)))
		for _, line := range said(c, r) {
			fmt.Fprintf(&b, "- %s\n", safe(line))
		}
		if r.Reasoning != "" {
			fmt.Fprintf(&b, "\nReasoning:\n\n%s", fenced(r.Reasoning))
		}
		if r.Answer != "" {
			fmt.Fprintf(&b, "\nAnswer:\n\n%s", fenced(r.Answer))
		}
	}
	return b.String()
}

func markdownTable(c bakeoff.Comparison) string {
	var b strings.Builder
	b.WriteString("| | Model | Weights | Runs | State | First token | Total | Tokens/s | In | Out | Cost |\n")
	b.WriteString("|---|---|---|---|---|--:|--:|--:|--:|--:|--:|\n")
	for _, r := range bakeoff.Newest(c.Runs) {
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", review.Letter(r.Seat), safe(figure.Name(r.Entry)),
			r.Openness, figure.Place(r), safe(figure.State(r)), figure.Seconds(r.Timing.TTFT), figure.Seconds(r.Timing.Total),
			figure.Rate(r.Timing), figure.Tokens(r.Usage.Input), figure.Tokens(r.Usage.Output), figure.Money(r.Cost))
	}
	return b.String() + "\n"
}

// fenced is a text in a block that no text can end: its fence is longer than any run of backticks in it.
func fenced(s string) string {
	longest, now := 2, 0
	for _, r := range s {
		if r == '`' {
			now++
		} else {
			now = 0
		}
		longest = max(longest, now)
	}
	fence := strings.Repeat("`", longest+1)
	return fence + "text\n" + strings.Trim(figure.Plain(s), "\n") + "\n" + fence + "\n"
}

// safe is text in one line in which no character means anything to Markdown or HTML.
func safe(s string) string {
	s = strings.Join(strings.Fields(figure.Plain(s)), " ")
	var b strings.Builder
	for _, r := range s {
		switch {
		case r == '<':
			b.WriteString("&lt;")
		case r == '&':
			b.WriteString("&amp;")
		case r == '.' || r == ':' || r == ',' || r == '/' || r == '-' || r == '%' || r == '$' || r == ';' || r == '?' || r == '=' || r == '\'' || r == '"':
			b.WriteRune(r)
		case r < unicode.MaxASCII && unicode.In(r, unicode.Punct, unicode.Symbol):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
