package prompt

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
)

// The largest table: rows without the head, columns, and bytes of text.
const (
	MaxRows    = 1000
	MaxColumns = 100
	MaxTable   = 8 << 20
)

// Table is the rows that fill a prompt, one comparison each.
type Table struct {
	Columns   []string
	Rows      []Row
	Separator rune // as it was found: , ; or a tab
}

// Row is one row with the line of the text in which it begins, from 1.
type Row struct {
	Line   int
	Values []string // by column
}

// ReadTable reads comma, semicolon or tab separated text. The first row is the head. Quoted cells may hold line breaks,
// separators and doubled quotes; empty lines do not count. Errors are *bakeoff.Error, with the line.
func ReadTable(text []byte) (Table, error) {
	if len(text) > MaxTable {
		return Table{}, invalid("The table is larger than %d MB. Split it into several.", MaxTable>>20)
	}
	text, err := plain(text)
	if err != nil {
		return Table{}, err
	}
	var t Table
	t.Separator, text = separator(text)
	r := csv.NewReader(bytes.NewReader(text))
	r.Comma = t.Separator
	r.FieldsPerRecord = -1 // ragged rows are told with our own sentence
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Table{}, broken(err)
		}
		line, _ := r.FieldPos(0)
		if err := t.add(line, record); err != nil {
			return Table{}, err
		}
	}
	switch {
	case t.Columns == nil:
		return Table{}, invalid("The table is empty. Its first line names the columns, such as city,country, and each line after it is a row.")
	case len(t.Rows) == 0:
		return Table{}, invalid("The table has its head and no row. Add a line for each time the prompt is to be asked.")
	}
	return t, nil
}

// add takes the head first, then rows. A row of empty cells is no row: spreadsheets write them.
func (t *Table) add(line int, record []string) error {
	if t.Columns == nil {
		return t.head(line, record)
	}
	if !slices.ContainsFunc(record, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
		return nil
	}
	// A spreadsheet leaves the separators of empty cells at the end of a line.
	for len(record) > len(t.Columns) && strings.TrimSpace(record[len(record)-1]) == "" {
		record = record[:len(record)-1]
	}
	switch {
	case len(record) != len(t.Columns):
		return invalid("Line %d has %s, and the head has %d. Correct the line; a cell that holds a separator is written in quotes.", line, count(len(record), "cell", "cells"), len(t.Columns))
	case len(t.Rows) == MaxRows:
		return invalid("The table has more than %d rows. Split it into several sets.", MaxRows)
	}
	t.Rows = append(t.Rows, Row{Line: line, Values: record})
	return nil
}

func (t *Table) head(line int, record []string) error {
	for len(record) > 1 && strings.TrimSpace(record[len(record)-1]) == "" {
		record = record[:len(record)-1]
	}
	if len(record) > MaxColumns {
		return invalid("The head of the table has %d columns, and at most %d are read. Remove some.", len(record), MaxColumns)
	}
	for i, name := range record {
		name = tidy(name)
		switch {
		case name == "":
			return invalid("Column %d has no name. Name it in line %d.", i+1, line)
		case slices.Contains(t.Columns, name):
			return invalid("Two columns are called %s. Rename one in line %d.", short(name), line)
		}
		t.Columns = append(t.Columns, name)
	}
	return nil
}

// Text returns the text of a table in UTF-8 without a mark, as ReadTable reads it.
func Text(text []byte) (string, error) {
	text, err := plain(text)
	return string(text), err
}

// plain decodes what spreadsheets write: UTF-8 with or without its mark, UTF-16 with one.
func plain(text []byte) ([]byte, error) {
	switch {
	case bytes.HasPrefix(text, []byte("\xef\xbb\xbf")):
		text = text[3:]
	case bytes.HasPrefix(text, []byte("\xff\xfe")):
		text = fromUTF16(text[2:], binary.LittleEndian)
	case bytes.HasPrefix(text, []byte("\xfe\xff")):
		text = fromUTF16(text[2:], binary.BigEndian)
	}
	if !utf8.Valid(text) {
		return nil, invalid("The table is not UTF-8 text. Save it as CSV UTF-8 and choose it again.")
	}
	if bytes.IndexByte(text, 0) >= 0 {
		return nil, invalid("This is no table of text: it holds zero bytes. Save it as CSV and choose it again.")
	}
	// The reader knows \n and \r\n; old spreadsheets end lines with \r alone.
	if !bytes.Contains(text, []byte("\n")) {
		text = bytes.ReplaceAll(text, []byte("\r"), []byte("\n"))
	}
	return text, nil
}

func fromUTF16(text []byte, order binary.ByteOrder) []byte {
	units := make([]uint16, len(text)/2)
	for i := range units {
		units[i] = order.Uint16(text[2*i:])
	}
	return []byte(string(utf16.Decode(units)))
}

// separator returns that of the head which occurs most often outside of quotes, comma first, and the text without the
// line by which some spreadsheets name it.
func separator(text []byte) (rune, []byte) {
	if named, ok := bytes.CutPrefix(text, []byte("sep=")); ok && len(named) > 1 && strings.ContainsRune(",;\t", rune(named[0])) {
		return rune(named[0]), named[1:] // the rest of the line is empty, and lines keep their numbers
	}
	seen := map[rune]int{}
	quoted, begun := false, false
head:
	for _, r := range string(text[:min(len(text), 256<<10)]) {
		switch r {
		case '"':
			quoted = !quoted
		case '\n':
			if begun && !quoted {
				break head
			}
		case ',', ';', '\t':
			if !quoted {
				seen[r]++
			}
		}
		begun = begun || r != '\n' && r != '\r'
	}
	best := ','
	for _, r := range []rune{';', '\t'} {
		if seen[r] > seen[best] {
			best = r
		}
	}
	return best, text
}

// broken says what is wrong with the text of a table.
func broken(err error) error {
	var e *csv.ParseError
	if !errors.As(err, &e) {
		return invalid("The table cannot be read. Save it as CSV and choose it again.")
	}
	sentence := fmt.Sprintf("The table cannot be read at line %d.", e.Line)
	switch {
	case errors.Is(e.Err, csv.ErrQuote) && e.StartLine != e.Line:
		sentence = fmt.Sprintf("A quote that begins in line %d does not end where a cell ends, in line %d. Double a quote inside a cell.", e.StartLine, e.Line)
	case errors.Is(e.Err, csv.ErrQuote):
		sentence = fmt.Sprintf("A quote in line %d does not stand at both ends of a cell. Double a quote inside a cell.", e.Line)
	case errors.Is(e.Err, csv.ErrBareQuote):
		sentence = fmt.Sprintf("Line %d has a quote inside a cell that is not in quotes. Put the cell in quotes and double the quote inside.", e.Line)
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence} // not the cause: it holds no text, but nobody needs it
}

// Fit is how a table and a prompt go together.
type Fit struct {
	Unknown []string // variables that no column fills
	Unused  []string // columns that the prompt does not have
	Empty   []int    // indices of rows that lack a value which the prompt needs
}

// Fit compares the table with the variables of a prompt.
func (t Table) Fit(variables []string) Fit {
	var f Fit
	var needed []int
	for _, name := range variables {
		if i := slices.Index(t.Columns, name); i >= 0 {
			needed = append(needed, i)
		} else {
			f.Unknown = append(f.Unknown, name)
		}
	}
	for _, name := range t.Columns {
		if !slices.Contains(variables, name) {
			f.Unused = append(f.Unused, name)
		}
	}
	for i, row := range t.Rows {
		if slices.ContainsFunc(needed, func(n int) bool { return strings.TrimSpace(row.Values[n]) == "" }) {
			f.Empty = append(f.Empty, i)
		}
	}
	return f
}

// Check refuses a table that cannot fill a prompt, with one sentence. What is unused is no error.
func (t Table) Check(variables []string) error {
	f := t.Fit(variables)
	switch {
	case len(variables) == 0:
		return invalid("The prompt has no variable, so every row would ask the same. Write {{%s}} where the value of a column belongs.", short(t.Columns[0]))
	case len(f.Unknown) > 0:
		return invalid("The table has no column for %s. Its columns are %s. Rename a column or the variable: they differ by case.", names(f.Unknown), list(t.Columns))
	case len(f.Empty) > 0:
		var lines []string
		for _, i := range f.Empty[:min(len(f.Empty), 5)] {
			lines = append(lines, fmt.Sprint(t.Rows[i].Line))
		}
		more := ""
		if rest := len(f.Empty) - len(lines); rest > 0 {
			more = fmt.Sprintf(" and %d more", rest)
		}
		return invalid("%s no value for a variable of the prompt: line %s%s. Fill the cell in or remove the row.", count(len(f.Empty), "row has", "rows have"), strings.Join(lines, ", "), more)
	}
	return nil
}

func list(columns []string) string {
	out := make([]string, 0, len(columns))
	for _, c := range columns {
		out = append(out, short(c))
	}
	const most = 8
	if rest := len(out) - most; rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(out[:most], ", "), rest)
	}
	return strings.Join(out, ", ")
}

// Values pairs columns with the cells of a row.
func Values(columns, cells []string) map[string]string {
	out := make(map[string]string, len(columns))
	for i, name := range columns {
		if i < len(cells) {
			out[name] = cells[i]
		}
	}
	return out
}
