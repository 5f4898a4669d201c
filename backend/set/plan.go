package set

import (
	"cmp"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/prompt"
	"bakeoff/backend/review"
)

// Draft is a set that is about to be saved.
type Draft struct {
	Name      string // empty: made from the prompt
	Prompt    bakeoff.Prompt
	Table     prompt.Table
	Lineup    []bakeoff.Entry
	Lanes     bakeoff.Lanes
	LocalOnly bool
	Sensitive bool // each row is
	Blind     bool
	Confirmed bool
}

// maxName is the longest name of a set, in characters.
const maxName = 120

// Plan checks a draft whole, each row as it would be asked, and returns the set and its rows without ids and times. The
// error is a sentence; where one row is at fault it names its line.
func Plan(d Draft) (bakeoff.PromptSet, []bakeoff.SetRow, error) {
	if len(d.Prompt.Attachments) > 0 {
		return bakeoff.PromptSet{}, nil, invalid("Files do not go with a prompt set yet. Remove them, or run the prompt once.")
	}
	if err := d.Table.Check(prompt.Variables(d.Prompt.System, d.Prompt.User)); err != nil {
		return bakeoff.PromptSet{}, nil, err
	}
	name, err := Name(cmp.Or(strings.TrimSpace(d.Name), title(d.Prompt.User)))
	if err != nil {
		return bakeoff.PromptSet{}, nil, err
	}
	set := bakeoff.PromptSet{
		Name: name, Prompt: d.Prompt, Columns: d.Table.Columns, Lineup: bakeoff.Repeated(d.Lineup), Lanes: cmp.Or(d.Lanes, bakeoff.LanesParallel),
		LocalOnly: d.LocalOnly, Sensitive: d.Sensitive, Blind: d.Blind, Confirmed: d.Confirmed, State: bakeoff.SetReady,
	}
	var rows []bakeoff.SetRow
	for i, r := range d.Table.Rows {
		row := bakeoff.SetRow{Place: i, Line: r.Line, Values: r.Values}
		spec, err := Spec(set, row)
		if err == nil {
			err = spec.Validate()
		}
		if err != nil {
			return set, nil, invalid("Line %d: %s", r.Line, bakeoff.AsError(err).Message)
		}
		rows = append(rows, row)
	}
	return set, rows, nil
}

// Name checks the name of a set or of a saved prompt.
func Name(name string) (string, error) {
	name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return "", invalid("The name is empty. Type one.")
	case n > maxName:
		return "", invalid("The name has %d characters, and at most %d are kept. Shorten it.", n, maxName)
	}
	return name, nil
}

// title is the first line of a text, as much of it as a list shows.
func title(text string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(text), "\n")
	if r := []rune(strings.TrimSpace(line)); len(r) > 60 {
		return strings.TrimSpace(string(r[:60])) + "…"
	}
	return strings.TrimSpace(line)
}

// Spec is what is asked for a row.
func Spec(set bakeoff.PromptSet, row bakeoff.SetRow) (compare.Spec, error) {
	filled, err := prompt.FillPrompt(set.Prompt, prompt.Values(set.Columns, row.Values))
	if err != nil {
		return compare.Spec{}, err
	}
	spec := compare.Spec{
		Prompt: filled, Lineup: set.Lineup, Lanes: set.Lanes, LocalOnly: set.LocalOnly, Sensitive: set.Sensitive, Confirmed: set.Confirmed,
		Set: bakeoff.SetPlace{SetID: set.ID, Name: set.Name, Row: row.Place},
	}
	if set.Blind {
		spec.Sitting = new(review.Sit(len(set.Lineup), time.Now()))
	}
	return spec, nil
}

func invalid(format string, args ...any) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}
