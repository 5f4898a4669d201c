package provider

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"time"
)

// Origin heads a sheet of what an adapter knows about models by their ids. Sheets are embedded JSON: a new family of
// models is a line of data, and no code holds a model's name.
type Origin struct {
	Date    string   `json:"date"` // of the last look at the sources, "2026-11-24"
	Sources []string `json:"sources"`
	Note    string   `json:"note"`
}

func (o Origin) check() error {
	if _, err := time.Parse(time.DateOnly, o.Date); err != nil || len(o.Sources) == 0 {
		return fmt.Errorf("a sheet of models needs a date like 2026-11-24 and its sources")
	}
	return nil
}

// MustSheet reads an embedded sheet, which embeds Origin. It panics on a member that T does not know, on one that does
// not decode, and on a missing date or source: the text is part of the program, and a test of each adapter reads it.
func MustSheet[T interface{ check() error }](text []byte) T {
	var sheet T
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	err := dec.Decode(&sheet)
	if err == nil {
		err = sheet.check()
	}
	if err != nil {
		panic(err)
	}
	return sheet
}

// Word sets a field to one of the words that the code knows; another one is an error.
func Word[T ~string](to *T, text []byte, words ...T) error {
	if !slices.Contains(words, T(text)) {
		return fmt.Errorf("%q is none of %q", text, words)
	}
	*to = T(text)
	return nil
}
