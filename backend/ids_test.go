package backend_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// shown are what a sentence may hold: the ids that tell a user how one is written, and a program of Ollama's that its
// errors name. A literal without a space is no sentence: code could compare with it.
var shown = regexp.MustCompile(`(ollama|openai)/[\w.:-]+|llama3\.2:1b|llama-server`)

// everyday are first words of ids that are English as well, or the name of a server.
var everyday = []string{"command", "llama", "open", "priced", "text"}

// Ids are data: which models take what stands in the sheets of the adapters, what they cost in the catalogue's. A literal
// that names a family is a rule that no sheet shows, and it breaks with the next model.
func TestNoLiteralNamesAFamilyOfModels(t *testing.T) {
	family := families(t)
	looked := 0
	for name, file := range sources(t, ".go") {
		if !strings.HasPrefix(name, "backend/") && !strings.HasPrefix(name, "app/") || isTest(name) || strings.Contains(name, "/storetest/") {
			continue
		}
		looked++
		files := token.NewFileSet()
		syntax, err := parser.ParseFile(files, file, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(syntax, func(n ast.Node) bool {
			literal, ok := n.(*ast.BasicLit)
			if !ok || literal.Kind != token.STRING {
				return true
			}
			text := literal.Value
			if strings.Contains(strings.TrimSpace(strings.Trim(text, "\"`")), " ") {
				text = shown.ReplaceAllString(text, "")
			}
			if hit := family.FindString(text); hit != "" {
				t.Errorf("%s: %q stands in %s: a fact about a family of models belongs into a sheet", files.Position(n.Pos()), hit, text)
			}
			return true
		})
	}
	if looked < 100 {
		t.Errorf("only %d files were looked at", looked)
	}
}

// families matches the name of a family as an id begins with it, in small letters: "gemma", "gpt-4", "o3". A brand in a sentence has a capital. A family whose name means
// something else as well, such as a service ("deepseek"), is one where more of an id follows.
func families(t *testing.T) *regexp.Regexp {
	words, services := map[string]bool{}, map[string]bool{}
	sheets := 0
	for name, file := range sources(t, ".json") {
		if !strings.HasPrefix(name, "backend/provider/") && !strings.HasPrefix(name, "backend/catalog/") || strings.Contains(name, "/testdata/") {
			continue
		}
		sheets++
		text, err := os.ReadFile(filepath.Clean(file))
		if err != nil {
			t.Fatal(err)
		}
		var sheet any
		if err := json.Unmarshal(text, &sheet); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		collect(sheet, "", words, services)
	}
	if sheets < 5 || len(words) < 10 {
		t.Fatalf("found %d sheets and %d families", sheets, len(words))
	}
	var plain, followed []string
	for w := range words {
		if services[w] || len(w) == 1 || slices.Contains(everyday, w) {
			followed = append(followed, w)
		} else {
			plain = append(plain, w)
		}
	}
	return regexp.MustCompile(`\b((` + strings.Join(plain, "|") + `)(\b|\d)|(` + strings.Join(followed, "|") + `)(\d|-))`)
}

// collect takes the first word of each id in a sheet, and the names of services.
func collect(v any, member string, words, services map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, inner := range v {
			collect(inner, name, words, services)
		}
	case []any:
		for _, inner := range v {
			collect(inner, member, words, services)
		}
	case string:
		switch member {
		case "endpoint", "services":
			services[v] = true
		case "id", "aliases", "example", "models":
			if word := firstWord.FindString(path.Base(v)); word != "" {
				words[word] = true
			}
		}
	}
}

var firstWord = regexp.MustCompile(`^[a-z]+`)
