package export

import (
	"bytes"
	"html"
	"html/template"
	"net/url"
	"strings"

	"bakeoff/backend/figure"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/renderer"
	rendered "github.com/yuin/goldmark/renderer/html"
	"github.com/yuin/goldmark/text"
	"github.com/yuin/goldmark/util"
)

// Some texts cost the square of their length, or nest until nothing can show them: those stay unformatted.
const (
	longestProse = 256 << 10 // bytes
	longestPart  = 16 << 10  // bytes of lines without an empty one between, outside of code
	deepestLine  = 100       // marks of quotations at the beginning of one line
	mostBrackets = 800       // in such a part: each may begin a link
)

// prose turns answers into HTML. Its parser knows no HTML, so that what looks like it is text. A link becomes its text
// and its host, an image its description and host: no address stands in the page, and nothing is loaded.
var prose = goldmark.New(
	goldmark.WithParser(parser.NewParser(
		parser.WithBlockParsers(
			util.Prioritized(parser.NewSetextHeadingParser(), 100),
			util.Prioritized(parser.NewThematicBreakParser(), 200),
			util.Prioritized(parser.NewListParser(), 300),
			util.Prioritized(parser.NewListItemParser(), 400),
			util.Prioritized(parser.NewCodeBlockParser(), 500),
			util.Prioritized(parser.NewATXHeadingParser(), 600),
			util.Prioritized(parser.NewFencedCodeBlockParser(), 700),
			util.Prioritized(parser.NewBlockquoteParser(), 800),
			util.Prioritized(parser.NewParagraphParser(), 1000),
		),
		parser.WithInlineParsers(
			util.Prioritized(mathsParser{}, 50),
			util.Prioritized(parser.NewCodeSpanParser(), 100),
			util.Prioritized(parser.NewLinkParser(), 200),
			util.Prioritized(parser.NewAutoLinkParser(), 300),
			util.Prioritized(parser.NewEmphasisParser(), 500),
		),
		parser.WithParagraphTransformers(parser.DefaultParagraphTransformers()...),
	)),
	goldmark.WithExtensions(
		extension.NewTable(extension.WithTableCellAlignMethod(extension.TableCellAlignAttribute)),
		extension.Strikethrough,
	),
	goldmark.WithRendererOptions(renderer.WithNodeRenderers(util.Prioritized(proseRenderer{}, 100)), rendered.WithXHTML()),
)

// formatted returns an answer as HTML that is safe to stand in a page without a policy.
func formatted(answer string) template.HTML {
	answer = figure.Plain(answer)
	if len(answer) > longestProse || costly(answer) || deep(answer) {
		return unformatted(answer)
	}
	var b bytes.Buffer
	if err := prose.Convert([]byte(answer), &b); err != nil {
		return unformatted(answer)
	}
	return template.HTML(b.String()) //nolint:gosec // made by prose, whose parser knows no HTML
}

func unformatted(s string) template.HTML {
	return template.HTML(`<pre class="plain">` + html.EscapeString(s) + `</pre>`) //nolint:gosec // escaped
}

// costly reports whether a paragraph is so long that reading its marks could take seconds.
func costly(s string) bool {
	part, brackets, fence := 0, 0, ""
	for line := range strings.Lines(s) {
		bare := strings.TrimLeft(line, " ")
		switch mark := fenceOf(bare); {
		case len(line)-len(bare) > 3 || mark == "":
		case fence == "":
			fence, part = mark, 0
			continue
		case strings.HasPrefix(mark, fence) && strings.TrimSpace(bare) == mark:
			fence, part = "", 0
			continue
		}
		part, brackets = part+len(line), brackets+strings.Count(line, "[")
		if fence != "" || strings.TrimSpace(line) == "" {
			part, brackets = 0, 0
		}
		if part > longestPart || brackets > mostBrackets {
			return true
		}
	}
	return false
}

// fenceOf returns the marks with which a line opens or closes a block of code; empty when it does not.
func fenceOf(line string) string {
	rest := strings.TrimLeft(line, "`")
	if len(line)-len(rest) >= 3 && !strings.Contains(rest, "`") {
		return line[:len(line)-len(rest)]
	}
	if rest = strings.TrimLeft(line, "~"); len(line)-len(rest) >= 3 {
		return line[:len(line)-len(rest)]
	}
	return ""
}

// deep reports whether a line nests quotations or lists beyond what a browser lays out.
func deep(s string) bool {
	for line := range strings.Lines(s) {
		rest := strings.TrimLeft(line, " \t")
		if len(line)-len(rest) > 4*deepestLine {
			return true
		}
		marks, begun := 0, rest
		for rest != "" {
			if rest[0] != '>' && (len(rest) < 2 || !strings.ContainsRune("-+*", rune(rest[0])) || rest[1] != ' ') {
				break
			}
			marks++
			rest = strings.TrimLeft(rest[1:], " \t")
		}
		rule := marks > 0 && begun[0] != '>' && strings.Trim(begun, begun[:1]+" \t\r\n") == "" // a line of dashes, not of items
		if marks > deepestLine && !rule {
			return true
		}
	}
	return false
}

// proseRenderer renders what differs from goldmark's own HTML.
type proseRenderer struct{}

func (proseRenderer) RegisterFuncs(r renderer.NodeRendererFuncRegisterer) {
	r.Register(ast.KindLink, renderLink)
	r.Register(ast.KindAutoLink, renderAutoLink)
	r.Register(ast.KindImage, renderImage)
	r.Register(ast.KindHeading, renderHeading)
	r.Register(ast.KindFencedCodeBlock, renderFence)
	r.Register(kindMaths, renderMaths)
}

func renderLink(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<span class="link">`)
	} else {
		_, _ = w.WriteString(`</span> <span class="host">(` + html.EscapeString(hostOf(string(node.(*ast.Link).Destination))) + `)</span>`)
	}
	return ast.WalkContinue, nil
}

func renderAutoLink(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<span class="link">` + html.EscapeString(string(node.(*ast.AutoLink).Label(source))) + `</span>`)
	}
	return ast.WalkContinue, nil
}

func renderImage(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		alt := words(node, source)
		if alt == "" {
			alt = "no description"
		}
		_, _ = w.WriteString(`<span class="image">image: ` + html.EscapeString(alt) + ` (` + html.EscapeString(hostOf(string(node.(*ast.Image).Destination))) + `)</span>`)
	}
	return ast.WalkSkipChildren, nil
}

// words joins the text below a node.
func words(node ast.Node, source []byte) string {
	var b strings.Builder
	_ = ast.Walk(node, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if t, ok := n.(*ast.Text); ok && entering {
			b.Write(t.Segment.Value(source))
		}
		return ast.WalkContinue, nil
	})
	return b.String()
}

// renderHeading pushes headings below those of the report.
func renderHeading(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	tag := "h" + string(rune('0'+min(node.(*ast.Heading).Level+3, 6)))
	if entering {
		_, _ = w.WriteString("<" + tag + ">")
	} else {
		_, _ = w.WriteString("</" + tag + ">\n")
	}
	return ast.WalkContinue, nil
}

// renderFence writes code without the language that the model named: it would be an attribute.
func renderFence(w util.BufWriter, source []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString("<pre><code>")
		for i := range node.Lines().Len() {
			line := node.Lines().At(i)
			_, _ = w.WriteString(html.EscapeString(string(line.Value(source))))
		}
		_, _ = w.WriteString("</code></pre>\n")
	}
	return ast.WalkSkipChildren, nil
}

// hostOf is what of an address a reader needs: its host, or the scheme of one without.
func hostOf(address string) string {
	u, err := url.Parse(address)
	switch {
	case err != nil:
		return "no host"
	case u.Host != "":
		return u.Host
	case u.Scheme != "":
		return u.Scheme + ":"
	}
	return "no host"
}

var kindMaths = ast.NewNodeKind("Maths")

// maths is a formula; it stays as its source.
type maths struct {
	ast.BaseInline
	source string
}

func (*maths) Kind() ast.NodeKind { return kindMaths }
func (m *maths) Dump(src []byte, to int) {
	ast.DumpHelper(m, src, to, map[string]string{"Source": m.source}, nil)
}

func renderMaths(w util.BufWriter, _ []byte, node ast.Node, entering bool) (ast.WalkStatus, error) {
	if entering {
		_, _ = w.WriteString(`<code class="maths">` + html.EscapeString(node.(*maths).source) + `</code>`)
	}
	return ast.WalkContinue, nil
}

// mathsParser keeps Markdown from reading emphasis and escapes into formulas: $…$, $$…$$, \(…\) and \[…\].
type mathsParser struct{}

func (mathsParser) Trigger() []byte { return []byte{'$', '\\'} }

func (mathsParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	first, _ := block.PeekLine()
	open, closing := delimiters(first)
	if open == "" {
		return nil
	}
	line, position := block.Position()
	var source strings.Builder
	skip := len(open)
	for lines := 0; lines < longestFormula; lines++ {
		rest, _ := block.PeekLine()
		if rest == nil {
			break
		}
		if end := bytes.Index(rest[min(skip, len(rest)):], []byte(closing)); end >= 0 {
			end += skip + len(closing)
			if !closes(rest, open, end) {
				break
			}
			source.Write(rest[:end])
			block.Advance(end)
			return &maths{source: source.String()}
		}
		if open == "$" {
			break // on one line only: a dollar is often money
		}
		source.Write(rest)
		block.AdvanceLine()
		skip = 0
	}
	block.SetPosition(line, position)
	return nil
}

// longestFormula is how many lines a formula may have.
const longestFormula = 40

func delimiters(line []byte) (open, closing string) {
	switch {
	case bytes.HasPrefix(line, []byte("$$")):
		return "$$", "$$"
	case bytes.HasPrefix(line, []byte(`\(`)):
		return `\(`, `\)`
	case bytes.HasPrefix(line, []byte(`\[`)):
		return `\[`, `\]`
	case len(line) > 1 && line[0] == '$' && line[1] > ' ':
		return "$", "$"
	}
	return "", ""
}

// closes reports whether a formula that ends before end is one: "$5 and $6" is money.
func closes(line []byte, open string, end int) bool {
	if open != "$" {
		return true
	}
	digit := end < len(line) && line[end] >= '0' && line[end] <= '9'
	return !digit && line[end-2] > ' ' && end > 2
}
