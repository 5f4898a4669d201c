package diff

import "strings"

// piece is a block of one text.
type piece struct {
	text string // as it stands, with the blank lines after it
	code bool
	rows bool  // a table
	key  int32 // equal for blocks that are the same
	size int   // characters that are no white space

	words []word  // see work.wordsOf
	bag   []int32 // the ids of words, sorted
}

// light tells of a block that says too little to be recognised by: a brace, a fence, a rule.
func (p *piece) light() bool { return p.size < 4 }

// shape is what a line opens or goes on.
type shape uint8

const (
	blank shape = iota
	prose
	item    // opens a list item
	heading // stands alone
	row     // of a table
	fence   // opens or closes a block of code
)

// split cuts a text into blocks; joined they are the text.
func (w *work) split(text string) []*piece {
	var out []*piece
	var fenced string // what closes the block of code that is open
	last := blank     // the shape of the line before
	for text != "" {
		line := text
		if i := strings.IndexByte(text, '\n'); i >= 0 {
			line = text[:i+1]
		}
		text = text[len(line):]
		s, mark := shapeOf(line)
		code := fenced != "" || s == fence
		switch {
		case fenced == "" && s == fence:
			fenced = mark
		case fenced != "" && s == fence && strings.HasPrefix(mark, fenced) && strings.TrimSpace(line) == mark:
			fenced = ""
		}
		if n := len(out); n > 0 && !code && goesOn(last, s) && !out[n-1].code {
			out[n-1].text += line
		} else if n > 0 && s == blank && !code {
			out[n-1].text += line // blank lines after code
		} else {
			out = append(out, &piece{text: line, code: code, rows: s == row && !code})
		}
		last = s
	}
	return w.known(out)
}

// known fills in what pieces are recognised by.
func (w *work) known(pieces []*piece) []*piece {
	for _, p := range pieces {
		p.key, p.size = w.id(keyOf(p)), ink(p.text)
	}
	return pieces
}

// lines cuts a table into its rows.
func (w *work) lines(p *piece) []*piece {
	var out []*piece
	for line := range strings.Lines(p.text) {
		if strings.TrimSpace(line) == "" && len(out) > 0 {
			out[len(out)-1].text += line
			continue
		}
		out = append(out, &piece{text: line})
	}
	return w.known(out)
}

// goesOn tells whether a line belongs to the block that the line before is part of.
func goesOn(last, s shape) bool {
	switch s {
	case blank:
		return true
	case prose:
		return last == prose || last == item
	case row:
		return last == row
	}
	return false
}

// shapeOf reads a line; mark is the fence that a line of code's beginning or end consists of.
func shapeOf(line string) (s shape, mark string) {
	text := strings.TrimLeft(line, " \t")
	trimmed := strings.TrimRight(text, " \t\r\n")
	switch {
	case trimmed == "":
		return blank, ""
	case strings.HasPrefix(text, "```"), strings.HasPrefix(text, "~~~"):
		mark, info := text[:len(text)-len(strings.TrimLeft(text, text[:1]))], strings.TrimLeft(text, text[:1])
		if strings.Contains(info, "`") { // a span of code, whose end is on the same line
			return prose, ""
		}
		return fence, mark
	case trimmed[0] == '#' && strings.HasPrefix(strings.TrimLeft(trimmed, "#"), " "):
		return heading, ""
	case trimmed[0] == '|':
		return row, ""
	case len(trimmed) > 1 && strings.IndexByte("-*+", trimmed[0]) >= 0 && trimmed[1] == ' ':
		return item, ""
	}
	digits := trimmed[:len(trimmed)-len(strings.TrimLeft(trimmed, "0123456789"))]
	if rest := trimmed[len(digits):]; digits != "" && len(rest) > 1 && (rest[0] == '.' || rest[0] == ')') && rest[1] == ' ' {
		return item, ""
	}
	return prose, ""
}

// keyOf is what two blocks that are the same have in common. In code white space counts, save at the end of a line.
func keyOf(p *piece) string {
	if p.code {
		return "\x00" + strings.TrimRight(p.text, " \t\r\n")
	}
	return strings.Join(strings.Fields(p.text), " ")
}
