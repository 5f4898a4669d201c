package prompt

import (
	"fmt"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

func TestTablesOfEverySpreadsheetAreRead(t *testing.T) {
	want := [][]string{{"city", "note"}, {"Zürich", "a, \"b\"\nc; d\te"}, {"Oslo", ""}}
	for name, text := range map[string]string{
		"commas":              "city,note\nZürich,\"a, \"\"b\"\"\nc; d\te\"\nOslo,\n",
		"Windows line ends":   "city,note\r\nZürich,\"a, \"\"b\"\"\nc; d\te\"\r\nOslo,\r\n\r\n",
		"a mark at the start": "\ufeffcity,note\nZürich,\"a, \"\"b\"\"\nc; d\te\"\nOslo,",
		"semicolons":          "city;note\nZürich;\"a, \"\"b\"\"\nc; d\te\"\nOslo;\n",
		"tabs":                "city\tnote\nZürich\t\"a, \"\"b\"\"\nc; d\te\"\nOslo\t\n",
		"a named separator":   "sep=;\r\ncity;note\r\nZürich;\"a, \"\"b\"\"\nc; d\te\"\r\nOslo;",
		"spare cells":         "city,note,,\nZürich,\"a, \"\"b\"\"\nc; d\te\",,\nOslo,,,\n,,,\n",
		"empty lines":         "\n\ncity,note\n\nZürich,\"a, \"\"b\"\"\nc; d\te\"\n\n\nOslo,\n\n",
		"a head in quotes":    "\"city\",\"note\"\nZürich,\"a, \"\"b\"\"\nc; d\te\"\nOslo,",
		"UTF-16":              utf16le("city,note\nZürich,\"a, \"\"b\"\"\nc; d\te\"\nOslo,\n"),
	} {
		table, err := ReadTable([]byte(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got := [][]string{table.Columns}
		for _, row := range table.Rows {
			got = append(got, row.Values)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

func utf16le(text string) string {
	var b strings.Builder
	b.WriteString("\xff\xfe")
	for _, r := range text {
		b.WriteByte(byte(r))
		b.WriteByte(byte(r >> 8))
	}
	return b.String()
}

func TestOneColumnAndOldLineEndsAreTables(t *testing.T) {
	table, err := ReadTable([]byte("first  name\rAda\r\"Lin; da, jr\""))
	if err != nil || !cmp.Equal(table.Columns, []string{"first name"}) || len(table.Rows) != 2 || table.Rows[1].Values[0] != "Lin; da, jr" {
		t.Errorf("got %+v, %v", table, err)
	}
}

func TestRowsKnowTheirLine(t *testing.T) {
	table, err := ReadTable([]byte("a,b\n\n\"1\n1\",2\n3,4\n"))
	if err != nil || len(table.Rows) != 2 || table.Rows[0].Line != 3 || table.Rows[1].Line != 5 {
		t.Errorf("got %+v, %v", table, err)
	}
}

func TestWhatIsWrongWithATableIsSaidWithItsLine(t *testing.T) {
	many := "a\n" + strings.Repeat("x\n", MaxRows+1)
	wide := strings.Repeat("c,", MaxColumns) + "c\n1\n"
	for _, test := range []struct{ name, text, want string }{
		{"nothing", " \n\n", "has no name"},
		{"no text", "", "The table is empty."},
		{"a head alone", "a,b\n", "has its head and no row"},
		{"a short row", "a,b\n1,2\n\n3\n", "Line 4 has 1 cell, and the head has 2."},
		{"a long row", "a,b\n1,2,3\n", "Line 2 has 3 cells"},
		{"a nameless column", "a,,b\n1,2,3\n", "Column 2 has no name"},
		{"two of a name", "a, a\n1,2\n", "Two columns are called a."},
		{"an open quote", "a,b\n1,2\n\"3,4\n5,6\n", "A quote that begins in line 3"},
		{"a quote inside", "a,b\n1,2 \"x\" y\n", "Line 2 has a quote inside a cell"},
		{"too many rows", many, "more than 1000 rows"},
		{"too many columns", wide, "101 columns"},
		{"too large", strings.Repeat("x", MaxTable+1), "larger than 8 MB"},
		{"no UTF-8", "a\nZ\xfcrich\n", "not UTF-8"},
		{"zero bytes", "a\n\x00\n", "zero bytes"},
	} {
		_, err := ReadTable([]byte(test.text))
		if err == nil || !strings.Contains(bakeoff.AsError(err).Message, test.want) {
			t.Errorf("%s: got %v, want %q", test.name, err, test.want)
		}
	}
}

func TestATableIsComparedWithItsPrompt(t *testing.T) {
	table, err := ReadTable([]byte("city,land,note\nOslo,Norway,\nBern,,x\n,Chad,\n"))
	if err != nil {
		t.Fatal(err)
	}
	got := table.Fit([]string{"city", "land", "tone"})
	if d := cmp.Diff(Fit{Unknown: []string{"tone"}, Unused: []string{"note"}, Empty: []int{1, 2}}, got); d != "" {
		t.Error(d)
	}
	for _, test := range []struct {
		variables []string
		want      string
	}{
		{nil, "The prompt has no variable"},
		{[]string{"city", "tone"}, "no column for {{tone}}. Its columns are city, land, note."},
		{[]string{"city"}, "1 row has no value for a variable of the prompt: line 4."},
	} {
		if err := table.Check(test.variables); err == nil || !strings.Contains(bakeoff.AsError(err).Message, test.want) {
			t.Errorf("%q: got %v", test.variables, err)
		}
	}
	if err := table.Check([]string{"city", "land"}); err == nil || !strings.Contains(err.Error(), "2 rows have no value for a variable of the prompt: line 3, 4") {
		t.Errorf("got %v", err)
	}
}

func FuzzReadTable(f *testing.F) {
	f.Add("a,b\n1,2\n")
	f.Add("\ufeffsep=;\n\"a\nb\";c\r\n1;2")
	f.Fuzz(func(t *testing.T, text string) {
		table, err := ReadTable([]byte(text))
		if err != nil {
			if e := bakeoff.AsError(err); e.Code != bakeoff.CodeInvalid {
				t.Fatalf("no sentence: %v", err)
			}
			return
		}
		for _, row := range table.Rows {
			if len(row.Values) != len(table.Columns) || row.Line < 1 {
				t.Fatal(fmt.Sprint(row))
			}
		}
	})
}
