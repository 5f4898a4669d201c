package provider

import (
	"fmt"
	"strings"
	"testing"
)

func TestMustSheet(t *testing.T) {
	type word string
	type sheet struct {
		Origin
		Rows []struct {
			Word word `json:"word"`
		} `json:"rows"`
	}
	for text, want := range map[string]string{
		`{"date":"2026-11-24","sources":["a page"],"rows":[{"word":"w"}]}`:          "",
		`{"date":"2026-11-24","sources":["a page"],"rows":[{"word":"w","wrod":1}]}`: "unknown field",
		`{"date":"November","sources":["a page"],"rows":[]}`:                        "needs a date",
		`{"date":"2026-11-24","rows":[]}`:                                           "its sources",
	} {
		t.Run(text, func(t *testing.T) {
			defer func() {
				if got := fmt.Sprint(recover()); want != "" && !strings.Contains(got, want) || want == "" && got != "<nil>" {
					t.Errorf("got %s, want %q", got, want)
				}
			}()
			if got := MustSheet[sheet]([]byte(text)); len(got.Rows) != 1 || got.Rows[0].Word != "w" {
				t.Errorf("got %+v", got)
			}
		})
	}
	var known word
	if err := Word(&known, []byte("budgets"), "", "budgets"); err != nil || known != "budgets" {
		t.Errorf("a known word: %q, %v", known, err)
	}
	if Word(&known, []byte("budgtes"), "", "budgets") == nil {
		t.Error("a word that the code does not know must be refused")
	}
}
