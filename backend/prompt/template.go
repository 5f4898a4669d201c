package prompt

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// token is {{name}}, perhaps escaped. The window has the same one: frontend/src/lib/format/variables.ts.
var token = regexp.MustCompile(`\\?\{\{[ \t]*([\p{L}\p{N}_]+(?:[ \t]+[\p{L}\p{N}_]+)*)[ \t]*\}\}`)

// Variables returns the names in texts in the order in which they first occur, each once.
func Variables(texts ...string) []string {
	var names []string
	for _, text := range texts {
		for _, m := range token.FindAllStringSubmatch(text, -1) {
			if m[0][0] != '\\' && !slices.Contains(names, tidy(m[1])) {
				names = append(names, tidy(m[1]))
			}
		}
	}
	return names
}

// tidy gives a name single spaces inside.
func tidy(name string) string { return strings.Join(strings.Fields(name), " ") }

// Fill puts values in the place of variables, and takes the backslash from escaped ones. A variable without a value
// stays as it stands: Missing tells which.
func Fill(text string, values map[string]string) string {
	return token.ReplaceAllStringFunc(text, func(found string) string {
		if found[0] == '\\' {
			return found[1:]
		}
		value, ok := values[tidy(strings.Trim(found, "{}\t "))]
		if !ok {
			return found
		}
		return value
	})
}

// FillPrompt fills system and user text. It refuses values that are missing or empty, by name.
func FillPrompt(p bakeoff.Prompt, values map[string]string) (bakeoff.Prompt, error) {
	var missing []string
	for _, name := range Variables(p.System, p.User) {
		if strings.TrimSpace(values[name]) == "" {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return p, invalid("%s no value: %s. Fill in what is missing, or write \\{{ where the braces are meant as they are.", count(len(missing), "variable has", "variables have"), names(missing))
	}
	p.System, p.User = Fill(p.System, values), Fill(p.User, values)
	return p, nil
}

// names lists names for a sentence: the first six, and how many more there are.
func names(all []string) string {
	quoted := make([]string, 0, len(all))
	for _, name := range all {
		quoted = append(quoted, "{{"+short(name)+"}}")
	}
	const most = 6
	if rest := len(quoted) - most; rest > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(quoted[:most], ", "), rest)
	}
	return strings.Join(quoted, ", ")
}

// short is a name of bounded length: a column's head may be a whole page.
func short(name string) string {
	if r := []rune(name); len(r) > 40 {
		return string(r[:40]) + "…"
	}
	return name
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

func invalid(format string, args ...any) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf(format, args...)}
}
