// Package backend_test holds the rules of the house that no compiler checks: who may import whom, and what no source may
// contain. A rule that finds nothing to look at fails.
package backend_test

import (
	"bufio"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// doors says which packages of the house a room may import, beside the standard library. A name that ends in /... stands
// for all rooms below it. Tests may open doors that their room may not: they are not read here.
var doors = map[string][]string{
	"backend/bakeoff": {},

	// contracts and sums
	"backend/provider": {"backend/bakeoff"},
	"backend/meter":    {"backend/bakeoff", "backend/provider"},
	"backend/batch":    {"backend/provider"},
	"backend/catalog":  {"backend/bakeoff"},
	"backend/attach":   {"backend/bakeoff", "backend/pdftext"},
	"backend/pdftext":  {},
	"backend/local":    {"backend/bakeoff"},
	"backend/budget":   {"backend/bakeoff"},
	"backend/review":   {"backend/bakeoff"},
	"backend/prompt":   {"backend/bakeoff"},
	"backend/diff":     {},                                                    // texts only
	"backend/lineage":  {"backend/bakeoff", "backend/diff", "backend/review"}, // what differs, and nothing while blind

	"backend/figure":   {"backend/bakeoff"},
	"backend/spread":   {"backend/bakeoff"},
	"backend/running":  {"backend/bakeoff", "backend/figure"},
	"backend/export":   {"backend/bakeoff", "backend/figure", "backend/review", "backend/spread"},
	"backend/importer": {"backend/bakeoff", "backend/export"},

	// verbs
	"backend/compare":  {"backend/bakeoff", "backend/provider", "backend/meter"},
	"backend/record":   {"backend/bakeoff", "backend/provider", "backend/batch"},
	"backend/set":      {"backend/bakeoff", "backend/compare", "backend/prompt", "backend/review"}, // drives the engine, row after row
	"backend/transfer": {"backend/bakeoff", "backend/export", "backend/importer", "backend/store"},

	// hands; adapters share the transport, never each other
	"backend/store":              {"backend/bakeoff"},
	"backend/secret":             {"backend/bakeoff"},
	"backend/machine":            {"backend/bakeoff"},
	"backend/provider/wire":      {"backend/bakeoff", "backend/provider"},
	"backend/provider/ollama":    {"backend/bakeoff", "backend/local", "backend/provider", "backend/provider/wire"},
	"backend/provider/openai":    {"backend/bakeoff", "backend/provider", "backend/provider/wire"},
	"backend/provider/anthropic": {"backend/bakeoff", "backend/provider", "backend/provider/wire"},
	"backend/provider/gemini":    {"backend/bakeoff", "backend/provider", "backend/provider/wire"},
	"backend/provider/demo":      {"backend/bakeoff", "backend/provider"},

	// test support: only tests import it
	"backend/provider/providertest": {"backend/bakeoff", "backend/provider"},
	"backend/store/storetest":       {"backend/bakeoff"},

	// roof; only wiring builds concrete types
	"backend/wiring":                {"backend/..."},
	"backend/terminal":              {"backend/attach", "backend/bakeoff", "backend/catalog", "backend/compare", "backend/diff", "backend/export", "backend/figure", "backend/lineage", "backend/local", "backend/prompt", "backend/provider", "backend/review", "backend/running", "backend/secret", "backend/set", "backend/spread", "backend/store", "backend/transfer", "backend/wiring"},
	"backend/benchmark":             {"backend/bakeoff", "backend/compare", "backend/provider", "backend/wiring"},
	"backend/benchmark/emptywindow": {}, // the reference for start-up and memory
	"app":                           {"backend/...", "frontend", "app/..."},
	"app/webdriver":                 {},
	"frontend":                      {},
	".":                             {"app", "backend/terminal"},
}

// libraries says which rooms alone may import a library.
var libraries = map[string][]string{
	"github.com/wailsapp/wails":       {"app", "backend/benchmark/emptywindow"},
	"modernc.org/sqlite":              {"backend/store"},
	"github.com/pressly/goose":        {"backend/store"},
	"github.com/ollama/ollama":        {"backend/provider/ollama", "backend/provider/providertest"}, // live tests create models
	"github.com/sashabaranov":         {"backend/provider/openai", "backend/benchmark"},             // the benchmark measures it alone
	"github.com/anthropics":           {"backend/provider/anthropic"},
	"github.com/spf13/cobra":          {"backend/terminal"},
	"github.com/zalando/go-keyring":   {"backend/secret"},
	"filippo.io/age":                  {"backend/secret"},
	"gopkg.in/natefinch/lumberjack":   {"backend/wiring"},
	"github.com/adrg/xdg":             {"backend/wiring"},
	"github.com/mattn/go-runewidth":   {"backend/terminal"},
	"github.com/aymanbagabas":         {"backend/diff"},
	"github.com/clipperhouse/uax29":   {"backend/diff"},
	"github.com/yuin/goldmark":        {"backend/export"},  // answers in the HTML report: the most used Markdown parser in Go, no dependencies
	"github.com/klippa-app/go-pdfium": {"backend/pdftext"}, // Chromium's PDF reader in a sandbox: what a hostile file breaks stays in there
	"github.com/tetratelabs/wazero":   {"backend/pdftext"}, // that sandbox
	"github.com/shirou/gopsutil":      {"backend/machine"}, // memory on every system: the library that most monitors are built on
	"database/sql":                    {"backend/store"},
	"net/http/httptest":               {"backend/provider/providertest"},
	"bakeoff/backend/provider/wire":   {"backend/provider/ollama", "backend/provider/openai", "backend/provider/anthropic", "backend/provider/gemini", "backend/wiring"},
	"bakeoff/backend/provider/demo":   {"backend/wiring"},
	"bakeoff/backend/provider/openai": {"backend/wiring"},
}

func TestDoors(t *testing.T) {
	rooms := imports(t)
	if len(rooms) < 10 {
		t.Fatalf("found only %d rooms: the test looks in the wrong place", len(rooms))
	}
	for room, imported := range rooms {
		allowed, known := doors[room]
		if !known {
			t.Errorf("%s is a room without a row in the table of doors", room)
			continue
		}
		for _, door := range imported {
			if inside, ok := strings.CutPrefix(door, "bakeoff/"); ok && !opens(allowed, inside) {
				t.Errorf("%s imports %s: there is no such door", room, inside)
			}
			for library, owners := range libraries {
				if (door == library || strings.HasPrefix(door, library+"/") || strings.HasPrefix(door, library+".")) && !slices.Contains(owners, room) {
					t.Errorf("%s imports %s, which belongs to %v", room, door, owners)
				}
			}
		}
	}
}

func opens(allowed []string, door string) bool {
	return slices.ContainsFunc(allowed, func(a string) bool {
		under, all := strings.CutSuffix(a, "...")
		return a == door || all && strings.HasPrefix(door, under)
	})
}

// imports lists what each room imports outside its tests.
func imports(t *testing.T) map[string][]string {
	rooms := make(map[string][]string)
	for name := range sources(t, ".go") {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		room := path.Dir(name)
		for _, spec := range file.Imports {
			rooms[room] = append(rooms[room], strings.Trim(spec.Path.Value, `"`))
		}
	}
	return rooms
}

// ban is something that no source below a folder may contain.
type ban struct {
	name, below, ending string
	pattern             *regexp.Regexp
	except              []string // files that may, with the reason beside them
}

func TestNoSourceContainsWhatIsBanned(t *testing.T) {
	for _, b := range []ban{
		{"http.DefaultClient and its shortcuts", "backend", ".go", regexp.MustCompile(`http\.(DefaultClient|DefaultTransport|Get|Post|PostForm|Head)\b[^a-zA-Z]`), nil},
		{"an HTTP client or a connection outside the one constructor, which Local only guards", "backend", ".go", regexp.MustCompile(`http\.(Client|Transport)\{|net\.(Dial|DialTimeout|Dialer)\b`), []string{"backend/provider/wire/client.go", "backend/provider/wire/border.go", "backend/benchmark/client.go", "backend/benchmark/server.go"}},
		{"bufio.Scanner, whose lines end at 64 kB", "backend/provider", ".go", regexp.MustCompile(`bufio\.NewScanner`), nil},
		{"a look at the environment below the roof", "backend", ".go", regexp.MustCompile(`os\.(Getenv|LookupEnv|Environ)\b`), nil},
		{"a switch that turns off the check of certificates", "backend", ".go", regexp.MustCompile(`InsecureSkipVerify`), nil},
		{"an iframe", "frontend/src", "", regexp.MustCompile(`(?i)<iframe|createElement\(['"]iframe`), nil},
		{"eval", "frontend/src", "", regexp.MustCompile(`\beval\(|new Function\(`), nil},
		{"HTML written as a string", "frontend/src", "", regexp.MustCompile(`\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|srcdoc`), nil},
		{"localStorage: settings live in the database", "frontend/src", "", regexp.MustCompile(`\b(local|session)Storage\b`), nil},
	} {
		t.Run(b.name, func(t *testing.T) {
			looked := 0
			for name, file := range sources(t, b.ending) {
				if !strings.HasPrefix(name, b.below+"/") || isTest(name) || slices.Contains(b.except, name) {
					continue
				}
				looked++
				scan(t, file, b.pattern, name)
			}
			if looked == 0 {
				t.Error("nothing was looked at")
			}
		})
	}
}

func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go") || strings.HasSuffix(name, ".test.ts") || strings.Contains(name, "/providertest/") ||
		strings.Contains(name, "/wailsjs/") || strings.Contains(name, "/lib/api/fake") // never in a build of the product
}

func scan(t *testing.T, file string, pattern *regexp.Regexp, name string) {
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "//")
		if pattern.MatchString(text) {
			t.Errorf("%s:%d: %s", name, n, strings.TrimSpace(lines.Text()))
		}
	}
	if err := lines.Err(); err != nil {
		t.Errorf("%s: %v", name, err)
	}
}

// sources are the files of the house by their name from its root, with the path to open.
func sources(t *testing.T, ending string) map[string]string {
	found := make(map[string]string)
	skip := []string{"node_modules", "dist", "build", ".git", "test-results"}
	err := filepath.WalkDir("..", func(file string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() && slices.Contains(skip, d.Name()) {
			if d != nil && d.IsDir() && err == nil {
				return filepath.SkipDir
			}
			return err
		}
		if !d.IsDir() && strings.HasSuffix(file, ending) {
			name := filepath.ToSlash(strings.TrimPrefix(file, ".."+string(filepath.Separator)))
			found[name] = file
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
