package prompt

import (
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

func TestVariablesAreWhatTheirRulesSay(t *testing.T) {
	for text, want := range map[string][]string{
		"":                                    nil,
		"plain {text} {{}} {{ }} {x}":         nil,
		"{{city}} and {{ city }}, {{City}}":   {"city", "City"},
		"{{first  name}} {{\tx\t}}":           {"first name", "x"},
		"{{größe_2}} {{数}}":                   {"größe_2", "数"},
		`\{{city}} {{b}}`:                     {"b"},
		"{{user.name}} {{a-b}} {{#if}} {{/}}": nil,
		"{{{city}}}":                          {"city"},
		"{{a\nb}}":                            nil,
		"{{a}}{{b}}{{a}}":                     {"a", "b"},
	} {
		if got := Variables(text); !cmp.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	if got, want := Variables("be {{tone}}", "say {{what}}, {{tone}}"), []string{"tone", "what"}; !cmp.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestValuesGoInAsTheyStand(t *testing.T) {
	values := map[string]string{"a": "{{b}} $1 \\{{c}}", "b": "no", "first name": "Ada"}
	for text, want := range map[string]string{
		"x{{a}}y":                     `x{{b}} $1 \{{c}}y`,
		`\{{a}} {{b}}`:                "{{a}} no",
		"{{ first   name }}":          "Ada",
		"{{unknown}} {{user.name}} {": "{{unknown}} {{user.name}} {",
		`\{{user.name}} \{{a}\}`:      `\{{user.name}} \{{a}\}`, // no variable, so no escape either
	} {
		if got := Fill(text, values); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}

func TestAMissingValueIsSaid(t *testing.T) {
	p := bakeoff.Prompt{System: "In {{language}}.", User: "{{city}}? {{country}}"}
	_, err := FillPrompt(p, map[string]string{"city": "Oslo", "country": " "})
	if err == nil || !strings.Contains(bakeoff.AsError(err).Message, "2 variables have no value: {{language}}, {{country}}.") {
		t.Errorf("got %v", err)
	}
	got, err := FillPrompt(p, map[string]string{"city": "Oslo", "country": "Norway", "language": "English", "more": "x"})
	if err != nil || got.System != "In English." || got.User != "Oslo? Norway" {
		t.Errorf("got %+v, %v", got, err)
	}
}
