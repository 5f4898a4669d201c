package export

import (
	"strings"
	"testing"
)

func TestAnswersAreFormattedAndInert(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"emphasis", "a **b** *c* ~~d~~", "<p>a <strong>b</strong> <em>c</em> <del>d</del></p>"},
		{"HTML is text", `<script>alert(1)</script><img src=x onerror=y>`, "<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=y&gt;</p>"},
		{"an HTML block is text", "<div onclick=x>\n\nhi\n\n</div>", "<p>&lt;div onclick=x&gt;</p>\n<p>hi</p>\n<p>&lt;/div&gt;</p>"},
		{"a link is text and host", "[here](https://evil.example/path?q=1)", `<p><span class="link">here</span> <span class="host">(evil.example)</span></p>`},
		{"a link that would run", "[x](javascript:alert(1))", `<p><span class="link">x</span> <span class="host">(javascript:)</span></p>`},
		{"an automatic link", "<https://a.example>", `<p><span class="link">https://a.example</span></p>`},
		{"a reference", "[x][1]\n\n[1]: https://r.example", `<p><span class="link">x</span> <span class="host">(r.example)</span></p>`},
		{"an image", `![a "cat"](https://img.example/c.png "t")`, `<p><span class="image">image: a &#34;cat&#34; (img.example)</span></p>`},
		{"an image without a description", `![](data:image/png;base64,AAAA)`, `<p><span class="image">image: no description (data:)</span></p>`},
		{"code", "```html onload=x\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"},
		{"a heading", "# Top", "<h4>Top</h4>"},
		{"maths", `so $a_1 * b_2$ and \(x_1\) is`, `<p>so <code class="maths">$a_1 * b_2$</code> and <code class="maths">\(x_1\)</code> is</p>`},
		{"maths of several lines", "$$\na_1\n\\cdot b_2 *c*\n$$", "<p><code class=\"maths\">$$\na_1\n\\cdot b_2 *c*\n$$</code></p>"},
		{"money is no maths", "from $5 to $6 and $ 7", "<p>from $5 to $6 and $ 7</p>"},
		{"an open formula is text", `\[ a *b*`, "<p>[ a <em>b</em></p>"},
		{"a table", "| a | b |\n|--:|---|\n| 1 | <i> |", `<td align="right">1</td>`},
		{"marks of direction", "a\u202eb", "<p>a\ufffdb</p>"},
	} {
		got := strings.TrimSpace(string(formatted(tt.in)))
		if !strings.Contains(got, tt.want) {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, got, tt.want)
		}
	}
}

// Texts that cost other renderers minutes.
func TestNoAnswerTakesForEver(t *testing.T) {
	const size = 100_000
	for name, piece := range map[string]string{
		"emphasis": "_a__", "stars": "*a **b ", "brackets": "[", "images": "![", "links": "[a](", "closed": "[a](b)", "quotes": ">", "lists": "- ",
		"deep lists": "* - + ", "backticks": "`", "ticks": "a`", "tables": "|a", "html": "<a ", "dollars": "$a", "formulas": `\(`, "displays": "$$\n", "references": "[a]: b\n",
		"escapes": `\`, "entities": "&amp;", "tildes": "~~a", "nested quotes": "> > > - ", "angle": "<<<a",
	} {
		part := strings.Repeat(piece, longestPart/len(piece)-1) + "\n\n" // the longest that is formatted
		for form, text := range map[string]string{
			"plain": strings.Repeat(piece, size/len(piece)), "lines": strings.Repeat(piece+"\n", size/(len(piece)+1)), "parts": strings.Repeat(part, size/len(part)),
		} {
			if len(formatted(text)) == 0 && name != "references" { // definitions show nothing; what takes for ever meets the time limit of the whole run
				t.Errorf("%s, %s: nothing is left", name, form)
			}
		}
	}
}

func TestLongAnswersStayUnformatted(t *testing.T) {
	if got := string(formatted(strings.Repeat("**a** <b> ", 100_000))); !strings.HasPrefix(got, "<pre") || strings.Contains(got, "<b>") {
		t.Errorf("got %.60s", got)
	}
}

func FuzzFormatted(f *testing.F) {
	for _, s := range []string{"<script>", "[a](javascript:x)", "![a](b)", "| a |\n|---|\n| <b> |", "`<`", "$<$", "<!-- -->", "[a]: <b>\n[a]", "&lt;script&gt;", "\\<b>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for rest := string(formatted(s)); ; {
			_, after, found := strings.Cut(rest, "<")
			if !found {
				return
			}
			tag, left, _ := strings.Cut(after, ">")
			if !ours(tag) {
				t.Fatalf("%q made the tag <%s>", s, tag)
			}
			rest = left
		}
	})
}

// ours reports whether a tag is one that the renderer makes.
func ours(tag string) bool {
	tag = strings.TrimSuffix(strings.TrimPrefix(tag, "/"), " /")
	name, attribute, _ := strings.Cut(tag, " ")
	switch name {
	case "p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "strong", "em", "del", "code", "pre", "blockquote", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "span":
	default:
		return false
	}
	switch attribute {
	case "", `class="link"`, `class="host"`, `class="image"`, `class="maths"`, `class="plain"`, `align="left"`, `align="right"`, `align="center"`:
		return true
	}
	start, ok := strings.CutPrefix(attribute, `start="`)
	return ok && name == "ol" && strings.Trim(start, `0123456789"`) == ""
}
