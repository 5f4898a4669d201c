package provider

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
)

// UserText returns the user text of p followed by its text attachments, the same bytes for every provider. Each
// attachment is a fenced block under a line with its name; the fence is longer than any run of backticks inside, so a
// file cannot end its own block. Image attachments are left out: each protocol has its own place for them. The result
// is valid UTF-8.
func UserText(p bakeoff.Prompt) string {
	var b strings.Builder
	b.WriteString(p.User)
	for _, a := range p.Attachments {
		if !a.IsImage() {
			writeFile(&b, a)
		}
	}
	return strings.ToValidUTF8(b.String(), string(utf8.RuneError))
}

// Images returns the image attachments of p in their order.
func Images(p bakeoff.Prompt) []bakeoff.Attachment {
	var images []bakeoff.Attachment
	for _, a := range p.Attachments {
		if a.IsImage() {
			images = append(images, a)
		}
	}
	return images
}

func writeFile(b *strings.Builder, a bakeoff.Attachment) {
	text := string(a.Data)
	fence := strings.Repeat("`", max(3, longestRun(text, '`')+1))
	b.WriteString("\n\nFile " + plainName(a.Name) + ":\n" + fence + "\n" + text)
	if text != "" && !strings.HasSuffix(text, "\n") {
		b.WriteByte('\n')
	}
	b.WriteString(fence)
}

func longestRun(s string, c byte) int {
	longest, run := 0, 0
	for i := range len(s) {
		if s[i] != c {
			run = 0
			continue
		}
		run++
		longest = max(longest, run)
	}
	return longest
}

// plainName keeps a file's name on its one line.
func plainName(name string) string {
	name = strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, name))
	if name == "" {
		return "without a name"
	}
	return name
}
