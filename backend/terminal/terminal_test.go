package terminal

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/figure"
	"bakeoff/backend/running"
)

// execute runs a command as main does, with an environment of its own.
func execute(t *testing.T, env map[string]string, dir string, args ...string) (status int, out, errs string) {
	t.Helper()
	return executeIn(t.Context(), env, dir, "", args...)
}

func executeIn(ctx context.Context, env map[string]string, dir, in string, args ...string) (status int, out, errs string) {
	var o, e bytes.Buffer
	status = Execute(ctx, Deps{
		Args: append(args, "--data-dir", dir), In: strings.NewReader(in), Out: &o, Err: &e, Version: "1.2.3", DemoSpeed: 200, KeyWork: 10,
		Getenv: func(name string) string { return env[name] },
	})
	return status, o.String(), e.String()
}

// offline is an environment in which only the demo models answer.
var offline = map[string]string{"OLLAMA_HOST": "127.0.0.1:1"}

func TestCompareShowAndHistoryTellTheSame(t *testing.T) {
	dir := t.TempDir()
	status, out, errs := execute(t, offline, dir, "compare", "-m", "demo/quick", "-m", "demo/quick", "--format", "json", "--seed", "0", "--param", "top_k=40", "Why?")
	if status != exitWell {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	if len(c.Runs) != 2 || c.Runs[0].Seat != "A" || c.Runs[1].Seat != "B" || c.Prompt != "Why?" || !c.Demo {
		t.Fatalf("got %+v", c)
	}
	r := c.Runs[0]
	if r.Status != "done" || r.Place != "demo" || r.Answer == "" || r.Timing.TTFT == nil || r.Usage.Output == nil || r.Error != nil {
		t.Errorf("the first run is incomplete: %+v", r)
	}
	if r.Params.Seed == nil || *r.Params.Seed != 0 || string(r.Params.Extra["top_k"]) != "40" || r.Params.Temperature != nil {
		t.Errorf("the parameters are not those that were given: %+v", r.Params)
	}

	_, shown, _ := execute(t, offline, dir, "show", c.ID[:12], "--format", "json")
	if shown != out {
		t.Errorf("show prints another object than compare:\n%s\n%s", shown, out)
	}
	_, history, _ := execute(t, offline, dir, "history", "--format", "json")
	var h struct{ Comparisons []rowJSON }
	if err := json.Unmarshal([]byte(history), &h); err != nil {
		t.Fatal(err)
	}
	if len(h.Comparisons) != 1 || h.Comparisons[0].ID != c.ID || len(h.Comparisons[0].Runs) != 2 || !h.Comparisons[0].Demo {
		t.Errorf("got history %s", history)
	}
	if _, none, _ := execute(t, offline, dir, "history", "no such words", "--format", "json"); !strings.Contains(none, `"comparisons": []`) {
		t.Errorf("a query without a hit: got %s", none)
	}
}

// Once, every answer but the first was missing: the runs behind it had ended before their text was given.
func TestShowPrintsEveryAnswer(t *testing.T) {
	dir := t.TempDir()
	_, live, _ := execute(t, offline, dir, "compare", "-m", "demo/quick", "-m", "demo/thinker", "-m", "demo/priced", "Why?")
	_, listed, _ := execute(t, offline, dir, "history", "--format", "json")
	var h struct{ Comparisons []rowJSON }
	if err := json.Unmarshal([]byte(listed), &h); err != nil || len(h.Comparisons) != 1 {
		t.Fatalf("%v: %s", err, listed)
	}
	_, shown, _ := execute(t, offline, dir, "show", h.Comparisons[0].ID)
	for _, voice := range []string{"quick", "thinker", "priced"} {
		if want := "Demo voice “" + voice + "”"; strings.Count(live, want) != 1 || strings.Count(shown, want) != 1 {
			t.Errorf("%s is %d times in what compare printed and %d times in what show prints, want once in both", want, strings.Count(live, want), strings.Count(shown, want))
		}
	}
}

func TestTableStreamsAnswersInLineupOrder(t *testing.T) {
	status, out, errs := execute(t, offline, t.TempDir(), "compare", "-m", "demo/thinker", "-m", "demo/quick", "Why?")
	if status != exitWell {
		t.Fatalf("exit status %d: %s", status, errs)
	}
	first, second := strings.Index(out, "── A  demo/thinker ──"), strings.Index(out, "── B  demo/quick ──")
	if first < 0 || second < first {
		t.Errorf("the answers are not in lineup order:\n%s", out)
	}
	for _, want := range []string{"│ ", "Demo models answer from a script", "demo, scripted", "Saved as "} {
		if !strings.Contains(out, want) {
			t.Errorf("the output lacks %q:\n%s", want, out)
		}
	}
	if !strings.Contains(errs, "B demo/quick done after") {
		t.Errorf("progress is missing on standard error: %s", errs)
	}
}

func TestLinesAreEvents(t *testing.T) {
	_, out, _ := execute(t, offline, t.TempDir(), "compare", "-m", "demo/quick", "--format", "jsonl", "Why?")
	var kinds []string
	var text string
	var last eventJSON
	for l := range strings.Lines(out) {
		last = eventJSON{}
		if err := json.Unmarshal([]byte(l), &last); err != nil {
			t.Fatalf("%v: %s", err, l)
		}
		if last.Event == "delta" {
			text += last.Answer
		}
		kinds = append(kinds, last.Event)
	}
	if kinds[0] != "started" || last.Event != "finished" || last.Comparison == nil {
		t.Fatalf("got events %v", kinds)
	}
	if text != last.Comparison.Runs[0].Answer || text == "" {
		t.Errorf("the deltas add up to %q, the answer is %q", text, last.Comparison.Runs[0].Answer)
	}
}

// The first text of a run came before the line that said it had begun to answer.
func TestLinesTellAStatusBeforeItsText(t *testing.T) {
	var out bytes.Buffer
	v := newLinesView(&out, func(string) (bakeoff.Run, bool) { return bakeoff.Run{}, false }, running.Setting{})
	v.progress(bakeoff.Run{Status: bakeoff.Thinking, Reasoning: "hm"}, true)
	v.progress(bakeoff.Run{Status: bakeoff.Streaming, Answer: "bl"}, true)
	v.progress(bakeoff.Run{Status: bakeoff.Done, Answer: "ue"}, true)
	var got []string
	for l := range strings.Lines(out.String()) {
		var e eventJSON
		if err := json.Unmarshal([]byte(l), &e); err != nil {
			t.Fatal(err)
		}
		got = append(got, e.Status+e.Reasoning+e.Answer)
	}
	if want := "thinking hm streaming bl ue done"; strings.Join(got, " ") != want {
		t.Errorf("got %v, want %s", got, want)
	}
}

// `bakeoff compare … >log 2>&1` wrote "B demo/quick done after" into the middle of a line of A's answer.
func TestProgressBreaksNoLineOfTheAnswersInOneFile(t *testing.T) {
	path := t.TempDir() + "/log"
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	d := &Deps{Out: &output{Writer: f}, Err: f}
	v := d.view("table", nil, nil, running.Setting{})
	a, b := bakeoff.Run{ID: "a", Entry: bakeoff.Entry{Endpoint: "x", Model: "a"}}, bakeoff.Run{ID: "b", Seat: 1, Entry: bakeoff.Entry{Endpoint: "x", Model: "b"}}
	v.started(bakeoff.Comparison{Runs: []bakeoff.Run{a, b}})
	told := func(r bakeoff.Run, status bakeoff.Status, text string) {
		r.Status, r.Answer = status, text
		v.progress(r, true)
	}
	told(a, bakeoff.Streaming, "The sky ")
	told(b, bakeoff.Streaming, "No")
	told(b, bakeoff.Done, "")
	told(a, bakeoff.Done, "is blue.")
	v.finished(bakeoff.Comparison{}, "")
	log, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"\nThe sky is blue.\n", "\nNo\n", "\nA x/a is streaming\n", "\nB x/b done after –\n", "\nA x/a done after –\n"} {
		if !strings.Contains(string(log), want) {
			t.Errorf("%q is no line of its own:\n%s", want, log)
		}
	}
}

// Two files need no such care: who watches the one should not wait for the other.
func TestProgressInAFileOfItsOwnDoesNotWait(t *testing.T) {
	var out, errs bytes.Buffer
	v := (&Deps{Out: &output{Writer: &out}, Err: &errs}).view("table", nil, nil, running.Setting{})
	v.started(bakeoff.Comparison{Runs: []bakeoff.Run{{ID: "a"}}})
	v.progress(bakeoff.Run{ID: "a", Status: bakeoff.Streaming, Answer: "The sky "}, true)
	if !strings.Contains(errs.String(), "is streaming") {
		t.Errorf("got %q", errs.String())
	}
}

func TestMarkdownLabelsTheDemo(t *testing.T) {
	_, out, _ := execute(t, offline, t.TempDir(), "compare", "-m", "demo/quick", "--format", "markdown", "Why?")
	for _, want := range []string{"# Comparison of ", "\nWhy?\n", "| A | demo/quick |", "no language model"} {
		if !strings.Contains(out, want) {
			t.Errorf("the document lacks %q:\n%s", want, out)
		}
	}
}

func TestNothingConfiguredAsksTheDemoModels(t *testing.T) {
	status, out, errs := execute(t, offline, t.TempDir(), "compare", "--format", "json", "Why?")
	if status != exitWell || strings.Count(out, `"place": "demo"`) != 3 || !strings.Contains(errs, "demo models answer") {
		t.Errorf("exit status %d\n%s\n%s", status, out, errs)
	}
}

func TestBadInputIsOneSentenceAndExitTwo(t *testing.T) {
	dir := t.TempDir()
	for _, tc := range []struct {
		name string
		args []string
		want string
	}{
		{"an empty prompt", []string{"compare", "-m", "demo/quick", " "}, "The prompt is empty."},
		{"no prompt at all", []string{"compare"}, "The prompt is missing."},
		{"a prompt without quotes", []string{"compare", "Why", "is"}, "Put it in quotes."},
		{"a model without its endpoint", []string{"compare", "-m", "gpt-4o", "x"}, "lacks its endpoint"},
		{"an unknown format", []string{"compare", "--format", "xml", "x"}, "Choose table, json"},
		{"an unknown flag", []string{"compare", "--loud", "x"}, "There is no flag \"loud\". `bakeoff compare --help` lists"},
		{"a temperature that is no number", []string{"compare", "--temperature", "abc", "x"}, "--temperature cannot be \"abc\". Give a number"},
		{"tokens in halves", []string{"compare", "--max-tokens", "1.5", "x"}, "Give a whole number"},
		{"a seed that is too large", []string{"compare", "--seed", "99999999999999999999", "x"}, "Give a whole number"},
		{"a time without a unit", []string{"compare", "--timeout", "90", "x"}, "Give a time, such as 90s"},
		{"a limit that is no number", []string{"history", "--limit", "few"}, "--limit cannot be \"few\""},
		{"a prompt that is nothing, for any models", []string{"compare", ""}, "The prompt is empty."},
		{"an unknown endpoint", []string{"compare", "-m", "demo/quick", "-m", "nope/x", "hi"}, "There is no endpoint \"nope\". Choose one of ollama,"},
		{"show without an id", []string{"show"}, "The id of the comparison is missing. `bakeoff history`"},
		{"two ids at once", []string{"show", "a", "b"}, "one comparison at a time"},
		{"a query without quotes", []string{"history", "blue", "sky"}, "Put them in quotes"},
		{"a model for doctor", []string{"doctor", "ollama"}, "`bakeoff doctor` takes flags only"},
		{"a parameter without a value", []string{"compare", "--param", "top_k", "x"}, "key=value"},
		{"a lane of no kind", []string{"compare", "-m", "demo/quick", "--lanes", "diagonal", "x"}, "Choose parallel or serial"},
		{"a file that is not there", []string{"compare", "--attach", "absent.png", "x"}, "There is no file absent.png"},
		{"a backup to nowhere", []string{"backup"}, "That is too little for a command. Write `bakeoff backup FILE`; `bakeoff backup --help` says more."},
		{"two endpoints at once", []string{"endpoints", "test", "a", "b"}, "That is too much for a command. Write `bakeoff endpoints test NAME`"},
		{"an unknown command", []string{"compete"}, "Unknown command"},
		{"an unknown comparison", []string{"show", "0198c0de-0000"}, "bakeoff"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			status, out, errs := execute(t, offline, dir, tc.args...)
			if status != exitNone || out != "" || strings.Count(errs, "\n") != 1 {
				t.Errorf("exit status %d, out %q, err %q: want one sentence", status, out, errs)
			}
			if tc.want != "bakeoff" && !strings.Contains(errs, tc.want) || strings.Contains(errs, "strconv") || strings.Contains(errs, "arg(s)") {
				t.Errorf("got %q, want %q in it", errs, tc.want)
			}
		})
	}
	if _, saved, _ := execute(t, offline, dir, "history", "--format", "json"); !strings.Contains(saved, `"comparisons": []`) {
		t.Errorf("something was saved: %s", saved)
	}
}

func TestVersionIsACommandAndAFlag(t *testing.T) {
	for _, word := range []string{"version", "--version"} {
		if status, out, errs := execute(t, offline, t.TempDir(), word); status != exitWell || out != "bakeoff 1.2.3\n" || errs != "" {
			t.Errorf("%s: exit status %d, out %q, err %q", word, status, out, errs)
		}
	}
}

func TestAFailedRunHarmsNoOther(t *testing.T) {
	status, out, errs := execute(t, offline, t.TempDir(), "compare", "-m", "demo/quick", "-m", "openai/gpt-4o", "-m", "ollama/llama3", "--format", "json", "x")
	var c comparisonJSON
	if err := json.Unmarshal([]byte(out), &c); err != nil {
		t.Fatal(err)
	}
	if status != exitSome {
		t.Errorf("exit status %d, want %d\n%s", status, exitSome, errs)
	}
	var codes []string
	for _, r := range c.Runs {
		code := r.Status
		if r.Error != nil {
			code = r.Error.Code
		}
		codes = append(codes, code)
	}
	if got, want := strings.Join(codes, " "), "done auth unreachable"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if status, _, _ := execute(t, offline, t.TempDir(), "compare", "-m", "openai/gpt-4o", "x"); status != exitNone {
		t.Errorf("no run ended well: exit status %d, want %d", status, exitNone)
	}
}

// interrupting calls back when what is written has text in it.
type interrupting struct {
	bytes.Buffer
	text string
	call func()
}

func (w *interrupting) Write(p []byte) (int, error) {
	n, err := w.Buffer.Write(p)
	if strings.Contains(w.String(), w.text) {
		w.call()
	}
	return n, err
}

func TestInterruptKeepsWhatCame(t *testing.T) {
	dir := t.TempDir()
	ctx, interrupt := context.WithCancel(t.Context())
	out := &interrupting{text: `"event":"delta"`, call: interrupt}
	status := Execute(ctx, Deps{
		Args: []string{"compare", "-m", "demo/thinker", "--format", "jsonl", "Why?", "--data-dir", dir}, In: strings.NewReader(""), Out: out, Err: new(bytes.Buffer),
		Getenv: func(name string) string { return offline[name] },
	})
	if status != exitInterrupted || !strings.Contains(out.String(), `"status":"cancelled"`) {
		t.Errorf("exit status %d, want %d\n%s", status, exitInterrupted, out)
	}
	_, shown, _ := execute(t, offline, dir, "history", "--format", "json")
	if !strings.Contains(shown, `"status": "cancelled"`) {
		t.Errorf("the interrupted comparison is not in the history: %s", shown)
	}
}

func TestPromptFromStandardInput(t *testing.T) {
	_, out, _ := executeIn(t.Context(), offline, t.TempDir(), "two\nlines\n", "compare", "-m", "demo/quick", "--format", "json", "-")
	if !strings.Contains(out, `"prompt": "two\nlines"`) {
		t.Errorf("got %s", out)
	}
}

func TestModelsAndDoctorSayWhyNot(t *testing.T) {
	env := map[string]string{"OLLAMA_HOST": "127.0.0.1:1", "OPENAI_API_KEY": "sk-canary-000000000000", "OPENAI_BASE_URL": "http://127.0.0.1:2/v1"}
	_, models, _ := execute(t, env, t.TempDir(), "models")
	_, doctor, _ := execute(t, env, t.TempDir(), "doctor")
	for name, out := range map[string]string{"models": models, "doctor": doctor} {
		for _, want := range []string{"http://127.0.0.1:2/v1", "OPENAI_BASE_URL", "key from OPENAI_API_KEY", "ANTHROPIC_API_KEY", "127.0.0.1:1"} {
			if !strings.Contains(out, want) {
				t.Errorf("%s lacks %q:\n%s", name, want, out)
			}
		}
		if strings.Contains(out, "canary") {
			t.Errorf("%s shows the key:\n%s", name, out)
		}
	}
	if !strings.Contains(models, "demo/quick") {
		t.Errorf("models lacks the demo:\n%s", models)
	}
	if _, out, _ := execute(t, env, t.TempDir(), "models", "--format", "json"); !json.Valid([]byte(out)) {
		t.Errorf("models --format json is no JSON: %s", out)
	}
}

func TestUntrustedTextCannotSteerTheTerminal(t *testing.T) {
	if got := plain("a\x1b[2J\x07b\u202ec\r\nd\te"); strings.ContainsAny(got, "\x1b\x07\r\u202e") || !strings.Contains(got, "\nd\te") {
		t.Errorf("got %q", got)
	}
}

func TestMoneyKeepsThePrecisionThatMatters(t *testing.T) {
	for amount, want := range map[bakeoff.PicoUSD]string{
		0: "$0", 3_419_900_000_000: "$3.42", 10_912_000_000: "$0.0109", 3_451_200: "$0.00000345", 999_960_000_000: "$1.0000", 1: "$0.000000000001",
	} {
		if got := money(bakeoff.Cost{Amount: amount, Source: bakeoff.CostComputed}); got != want {
			t.Errorf("%d: got %s, want %s", amount, got, want)
		}
	}
	if got := money(bakeoff.Cost{}); got != figure.Dash {
		t.Errorf("unknown: got %s, want a dash", got)
	}
}

// stuck is a standard input into which nobody types; reading it says so once.
type stuck struct{ reading chan<- struct{} }

func (s stuck) Read([]byte) (int, error) {
	close(s.reading)
	select {}
}

// Ctrl+C at `bakeoff compare -` without input did nothing: the read went on for ever.
func TestInterruptEndsTheWaitForStandardInput(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	reading, status := make(chan struct{}), make(chan int)
	go func() {
		status <- Execute(ctx, Deps{
			Args: []string{"compare", "-m", "demo/quick", "-", "--data-dir", t.TempDir()}, In: stuck{reading}, Out: new(bytes.Buffer), Err: new(bytes.Buffer),
			Getenv: func(name string) string { return offline[name] },
		})
	}()
	<-reading
	interrupt()
	if got := <-status; got != exitInterrupted {
		t.Errorf("exit status %d, want %d", got, exitInterrupted)
	}
}

// A data folder that cannot be made: the table said "Saved as", and the history looked empty with exit status 0.
func TestAHistoryThatCannotBeOpenedIsNeitherSavedNorEmpty(t *testing.T) {
	file := t.TempDir() + "/file"
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	status, out, errs := execute(t, offline, file+"/data", "compare", "-m", "demo/quick", "Why?")
	if status != exitWell || strings.Contains(out, "Saved as") || !strings.Contains(errs, "Not saved: ") {
		t.Errorf("exit status %d\n%s\n%s", status, out, errs)
	}
	for _, args := range [][]string{{"history", "--format", "json"}, {"show", "0198c0de"}} {
		if status, out, errs := execute(t, offline, file+"/data", args...); status != exitNone || out != "" || !strings.Contains(errs, "cannot be created") {
			t.Errorf("%v: exit status %d, out %q, err %q", args, status, out, errs)
		}
	}
}

// full is a standard output on a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

// `bakeoff compare --format json >result.json` on a full disk left an empty file and exit status 0.
func TestLostOutputIsNoSuccess(t *testing.T) {
	for _, format := range []string{"table", "json", "jsonl", "markdown"} {
		var errs bytes.Buffer
		status := Execute(t.Context(), Deps{
			Args: []string{"compare", "-m", "demo/quick", "--format", format, "Why?", "--data-dir", t.TempDir()}, In: strings.NewReader(""), Out: full{}, Err: &errs,
			DemoSpeed: 200, Getenv: func(name string) string { return offline[name] },
		})
		if status != exitNone || !strings.Contains(errs.String(), "could not be written") {
			t.Errorf("%s: exit status %d, err %q", format, status, errs.String())
		}
	}
}
