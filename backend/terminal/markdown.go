package terminal

import (
	"fmt"
	"io"
	"strings"

	"bakeoff/backend/bakeoff"
)

// markdown writes a comparison as a Markdown document: prompt, numbers, answers. Demo answers are labelled as such.
func markdown(w io.Writer, c bakeoff.Comparison) {
	fmt.Fprintf(w, "# Comparison of %s\n\n", c.StartedAt.UTC().Format("2006-01-02 15:04:05 UTC"))
	if c.Prompt.System != "" {
		fmt.Fprintf(w, "## System prompt\n\n%s\n\n", quote(c.Prompt.System))
	}
	fmt.Fprintf(w, "## Prompt\n\n%s\n\n", quote(c.Prompt.User))
	for _, a := range c.Prompt.Attachments {
		fmt.Fprintf(w, "- Attachment: %s (%s)\n", cell(a.Name), cell(a.MediaType))
	}
	fmt.Fprint(w, "## Numbers\n\n| | Model | Weights | Runs | State | First token | Total | Tokens/s | In | Out | Cost |\n")
	fmt.Fprint(w, "|---|---|---|---|---|--:|--:|--:|--:|--:|--:|\n")
	runs := newest(c.Runs)
	for _, r := range runs {
		fmt.Fprintf(w, "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", seat(r.Seat), cell(entryName(r.Entry)), r.Openness,
			place(r), state(r), seconds(r.Timing.TTFT), seconds(r.Timing.Total), rate(r.Timing), tokens(r.Usage.Input), tokens(r.Usage.Output), money(r.Cost))
	}
	fmt.Fprintln(w)
	for _, note := range notes(c) {
		fmt.Fprintf(w, "- %s\n", note)
	}
	if lines := reviewLines(c); len(lines) > 0 {
		fmt.Fprintf(w, "\n## Review\n\n- %s\n", strings.Join(lines, "\n- "))
	}
	for _, r := range runs {
		fmt.Fprintf(w, "\n## %s %s\n\n", seat(r.Seat), cell(entryName(r.Entry)))
		if r.Place == bakeoff.PlaceDemo {
			fmt.Fprint(w, "*A demo voice that plays a script, no language model.*\n\n")
		}
		if r.Reasoning != "" {
			fmt.Fprintf(w, "### Reasoning\n\n%s\n\n", quote(r.Reasoning))
		}
		if r.Answer != "" {
			fmt.Fprintf(w, "%s\n", strings.TrimSpace(plain(r.Answer)))
		}
		if r.Error != nil {
			fmt.Fprintf(w, "\n*%s: %s*\n", r.Status, r.Error.Message)
		}
	}
}

func quote(s string) string {
	return "> " + strings.ReplaceAll(strings.TrimSpace(plain(s)), "\n", "\n> ")
}

// cell is text that may stand in a table or a heading.
func cell(s string) string { return strings.ReplaceAll(line(s, 200), "|", `\|`) }
