package provider_test

import (
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

func TestUserTextInlinesTextFiles(t *testing.T) {
	file := func(name, text string) bakeoff.Attachment {
		return bakeoff.Attachment{Name: name, MediaType: "text/plain", Data: []byte(text)}
	}
	image := bakeoff.Attachment{Name: "cat.png", MediaType: "image/png", Data: []byte("\x89PNG")}
	for name, tc := range map[string]struct {
		files []bakeoff.Attachment
		want  string
	}{
		"no file leaves the text as it is":        {nil, "Read."},
		"an image has its own place":              {[]bakeoff.Attachment{image}, "Read."},
		"a file stands in a block under its name": {[]bakeoff.Attachment{file("a.txt", "one\n")}, "Read.\n\nFile a.txt:\n```\none\n```"},
		"a last line without newline is closed":   {[]bakeoff.Attachment{file("a.txt", "one")}, "Read.\n\nFile a.txt:\n```\none\n```"},
		"an empty file is an empty block":         {[]bakeoff.Attachment{file("a.txt", "")}, "Read.\n\nFile a.txt:\n```\n```"},
		"a file cannot end its own block":         {[]bakeoff.Attachment{file("a.md", "````\nx\n````\n")}, "Read.\n\nFile a.md:\n`````\n````\nx\n````\n`````"},
		"a name stays on its line":                {[]bakeoff.Attachment{file("a\n```\nb", "x")}, "Read.\n\nFile a```b:\n```\nx\n```"},
		"a name may be missing":                   {[]bakeoff.Attachment{file("\n", "x")}, "Read.\n\nFile without a name:\n```\nx\n```"},
		"bytes that are no text are replaced":     {[]bakeoff.Attachment{file("a", "\xff")}, "Read.\n\nFile a:\n```\n\uFFFD\n```"},
		"files keep their order":                  {[]bakeoff.Attachment{file("a", "1"), image, file("b", "2")}, "Read.\n\nFile a:\n```\n1\n```\n\nFile b:\n```\n2\n```"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := provider.UserText(bakeoff.Prompt{User: "Read.", Attachments: tc.files}); got != tc.want {
				t.Errorf("got %q, want %q", got, tc.want)
			}
		})
	}
}

func TestImagesKeepTheirOrder(t *testing.T) {
	got := provider.Images(bakeoff.Prompt{Attachments: []bakeoff.Attachment{
		{Name: "a.png", MediaType: "image/png"}, {Name: "b.txt", MediaType: "text/plain"}, {Name: "c.gif", MediaType: "image/gif"},
	}})
	if len(got) != 2 || got[0].Name != "a.png" || got[1].Name != "c.gif" {
		t.Errorf("got %v", got)
	}
}
