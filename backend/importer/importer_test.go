package importer

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/export"
	"bakeoff/backend/store/storetest"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func readAll(in string) (all []bakeoff.Comparison, source string, err error) {
	f, err := Open(strings.NewReader(in))
	if err != nil {
		return nil, "", err
	}
	for c, err := range f.All() {
		if err != nil {
			return nil, f.Source(), err
		}
		all = append(all, c)
	}
	return all, f.Source(), nil
}

func TestPromptfooResultsBecomeComparisons(t *testing.T) {
	b, err := os.ReadFile("testdata/promptfoo.json")
	must(t, err)
	all, source, err := readAll(string(b))
	must(t, err)
	if source != Promptfoo || len(all) != 2 {
		t.Fatalf("%s: %d comparisons", source, len(all))
	}
	sky, sea := all[0], all[1]
	if sky.Prompt.User != "Why is the sky blue?" || len(sky.Lineup) != 2 || len(sky.Runs) != 3 || sky.AppVersion != "promptfoo 0.120.0" {
		t.Errorf("got %+v", sky)
	}
	first, again, cached := sky.Runs[0], sky.Runs[1], sky.Runs[2]
	if first.Entry.Endpoint != "openai" || first.Entry.Model != "gpt-x" || first.Answer != "Light scatters." || first.Timing.Total != bakeoff.Measured(812*time.Millisecond) ||
		first.Usage.Input != bakeoff.ReportedCount(20) || first.Usage.Reasoning != bakeoff.ReportedCount(4) || first.Cost.Amount != 210_000_000 || first.Cost.Source != bakeoff.CostEstimated {
		t.Errorf("the first run: %+v", first)
	}
	if again.Seat != 0 || again.Attempt != 2 || again.Usage.Input.Known() || again.Cost.Known() {
		t.Errorf("the repetition: %+v", again)
	}
	if cached.Entry.Model != "llama3.2:1b" || cached.Place != bakeoff.PlaceLocal || cached.Answer != `{"answer": 42}` || cached.Timing.Total.Known || cached.Usage.Output.Known() || len(cached.Warnings) != 1 {
		t.Errorf("the cached run: %+v", cached)
	}
	if sea.Prompt.System != "Be brief." || sea.Prompt.User != "Why is the sea blue?" || sea.Runs[0].Status != bakeoff.Failed || sea.Runs[0].Error == nil {
		t.Errorf("the failed one: %+v", sea)
	}
	if note := sky.Review.Answer(first.ID).Note; note != "promptfoo: passed, score 1: All assertions passed" {
		t.Errorf("the note says %q", note)
	}
	for _, c := range all {
		line, err := export.Encode(c)
		must(t, err)
		if bytes.Contains(line, []byte("canary")) {
			t.Error("a key of the file's configuration came along")
		}
	}
	same, _, err := readAll(string(b))
	must(t, err)
	if same[0].ID != sky.ID || same[0].Runs[2].ID != cached.ID || sky.ID == sea.ID || sky.Runs[0].ID == sky.Runs[1].ID {
		t.Error("ids differ from one reading to the next, or are not unique")
	}
}

func TestPromptfooFilesThatAreNone(t *testing.T) {
	for name, text := range map[string]string{
		"newer":            `{"evalId":"a","results":{"version":9,"results":[]}}`,
		"results are text": `{"evalId":"a","results":{"version":3,"results":["x"]}}`,
		"deep":             `{"results":{"results":[` + strings.Repeat("[", 5000),
		"an empty prompt":  `{"evalId":"a","results":{"version":3,"results":[{"prompt":{"raw":""},"provider":"x"}]}}`,
		"cut":              `{"evalId":"a","results":{"version":3,"results":[{"prompt"`,
		"too large":        `{"evalId":"` + strings.Repeat("a", maxResults) + `"}`,
	} {
		if _, _, err := readAll(text); err == nil || bakeoff.AsError(err).Code != bakeoff.CodeInvalid || !strings.HasSuffix(bakeoff.AsError(err).Message, ".") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if all, _, err := readAll(`{"evalId":"a","results":{"version":3,"results":[{"prompt":{"raw":"x"},"provider":"echo","response":{"output":"y"},"latencyMs":-1,"cost":1e300}]}}`); err != nil || len(all) != 1 || all[0].Runs[0].Timing.Total.Known || all[0].Runs[0].Cost.Known() {
		t.Errorf("absurd numbers: %v, %+v", err, all)
	}
}

func TestALineEndsInAnyWay(t *testing.T) {
	var b bytes.Buffer
	one := func(yield func(bakeoff.Comparison, error) bool) { yield(storetest.Comparison(1, 2), nil) }
	_, err := export.Write(t.Context(), &b, one, export.Options{Format: export.JSONLines}, nil)
	must(t, err)
	for name, text := range map[string]string{"LF": b.String(), "CRLF": strings.ReplaceAll(b.String(), "\n", "\r\n"), "a byte order mark": "\ufeff" + b.String()} {
		if all, source, err := readAll(text); err != nil || len(all) != 1 || source != Bakeoff {
			t.Errorf("%s: %d, %v", name, len(all), err)
		}
	}
}

// FuzzImport makes sure that no file does more than to be refused, and that what is taken is what Bakeoff could write.
func FuzzImport(f *testing.F) {
	var b bytes.Buffer
	some := func(yield func(bakeoff.Comparison, error) bool) {
		_ = yield(storetest.Comparison(1, 2), nil) && yield(storetest.Full(), nil)
	}
	_, err := export.Write(f.Context(), &b, some, export.Options{Format: export.JSONLines}, nil)
	must(f, err)
	f.Add(b.Bytes())
	foo, err := os.ReadFile("testdata/promptfoo.json")
	must(f, err)
	f.Add(foo)
	f.Add([]byte(`{"results":{"results":[{"provider":{},"response":{"output":null}}]}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		all, _, err := readAll(string(b))
		if err != nil {
			if e := bakeoff.AsError(err); e.Code != bakeoff.CodeInvalid || len(e.Message) > 400 {
				t.Errorf("no sentence: %v", err)
			}
			return
		}
		for _, c := range all {
			line, err := export.Encode(c)
			must(t, err)
			back, err := export.Decode(line)
			must(t, err)
			must(t, validate(&back))
		}
	})
}
