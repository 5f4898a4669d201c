package app

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/store"

	"github.com/google/go-cmp/cmp"
)

func TestAComparisonGoesFromTheStartIntoTheHistory(t *testing.T) {
	p := tempPage(t)
	started, err := p.comparisons.Start(demoRequest("quick", "thinker", "priced"))
	if err != nil {
		t.Fatal(err)
	}
	p.wait(t, started.ID)
	saved := p.get(t, started.ID)
	if saved.Live || saved.Prompt != "What is a bakeoff?" || len(saved.Runs) != 3 || saved.AppVersion != "9.9.9" {
		t.Fatalf("got %+v", saved)
	}
	texts := map[string]string{}
	for _, r := range started.Runs {
		texts[r.ID] = r.Answer
	}
	p.mu.Lock()
	for _, f := range p.frames {
		for _, r := range f.Runs {
			if f.Seq > started.Seq {
				texts[r.ID] += r.Answer
			}
		}
	}
	p.mu.Unlock()
	for _, r := range saved.Runs {
		if r.Status != "done" || r.Place != "demo" || r.Answer == "" || r.Metrics.TTFTMs == nil || r.Metrics.TotalMs == nil {
			t.Errorf("%s: got %s at %s", r.Model, r.Status, r.Place)
		}
		if texts[r.ID] != r.Answer {
			t.Errorf("%s: the window has %q, the history %q", r.Model, texts[r.ID], r.Answer)
		}
	}
	page, err := p.history.Search(HistoryQuery{Text: "BAKEOFF", Cursor: "", Limit: 10})
	if err != nil || len(page.Rows) != 1 || page.Rows[0].ID != started.ID || !page.Rows[0].Demo || len(page.Rows[0].Runs) != 3 {
		t.Errorf("the list: got %+v, %v", page, err)
	}
	if page, err := p.history.Search(HistoryQuery{Text: "zwieback such words", Cursor: "", Limit: 10}); err != nil || len(page.Rows) != 0 || page.Rows == nil {
		t.Errorf("a search without a hit: got %+v, %v", page, err)
	}
}

func TestRetryAndRegenerateKeepWhatWas(t *testing.T) {
	p := tempPage(t)
	first := p.run(t, demoRequest("quick", "priced"))

	run, err := p.comparisons.Retry(first.Runs[1].ID, false)
	if err != nil {
		t.Fatal(err)
	}
	p.wait(t, first.ID)
	if run.Attempt != 2 || run.Seat != 1 {
		t.Errorf("got attempt %d of seat %d", run.Attempt, run.Seat)
	}
	again, err := p.comparisons.Regenerate(first.ID, false)
	if err != nil {
		t.Fatal(err)
	}
	if !again.Live && len(again.Runs) != 5 {
		t.Errorf("got %d runs", len(again.Runs))
	}
	p.wait(t, first.ID)
	var got [][2]int
	for _, r := range p.get(t, first.ID).Runs {
		got = append(got, [2]int{r.Seat, r.Attempt})
		if r.Status != "done" {
			t.Errorf("attempt %d of seat %d is %s", r.Attempt, r.Seat, r.Status)
		}
	}
	if diff := cmp.Diff([][2]int{{0, 1}, {0, 2}, {1, 1}, {1, 2}, {1, 3}}, got); diff != "" {
		t.Error(diff)
	}
	if view := p.get(t, first.ID); view.Runs[0].Answer != first.Runs[0].Answer {
		t.Error("the first answer changed")
	}
	if _, err := p.comparisons.Request(first.Runs[0].ID); err != nil {
		t.Errorf("the request as sent: %v", err)
	}
}

// hangingPage is a page whose endpoint groq takes each question, tells it, sends the given beginning of a stream and hangs.
func hangingPage(t *testing.T, sends string) (p *page, asked chan struct{}) {
	t.Helper()
	asked = make(chan struct{}, 8)
	end := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			return // what warms the connection: left hanging, it would keep the question from being read
		}
		asked <- struct{}{}
		if sends != "" {
			w.Header().Set("Content-Type", "text/event-stream")
			_, _ = io.WriteString(w, sends)
			w.(http.Flusher).Flush()
		}
		select {
		case <-end:
		case <-r.Context().Done():
		}
	}))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(end) })
	return openPageIn(t, filepath.Join(t.TempDir(), "data"), map[string]string{
		"OLLAMA_HOST": "127.0.0.1:1", "GROQ_API_KEY": "sk-canary-2718281828459045", "GROQ_BASE_URL": server.URL,
	}), asked
}

func TestStopEndsWhatNeverWould(t *testing.T) {
	p, asked := hangingPage(t, "")
	view, err := p.comparisons.Start(StartRequest{Prompt: "why", Lanes: "parallel", Lineup: []EntryView{{Endpoint: "groq", Model: "a"}, {Endpoint: "groq", Model: "b"}}})
	must(t, err)
	<-asked
	must(t, p.comparisons.StopRun(view.Runs[0].ID))
	must(t, p.comparisons.Stop(view.ID))
	p.wait(t, view.ID)
	for _, r := range p.get(t, view.ID).Runs {
		if r.Status != "cancelled" {
			t.Errorf("%s is %s", r.Model, r.Status)
		}
	}
	if err := p.comparisons.Stop(view.ID); err != nil {
		t.Errorf("stopping what has ended: %v", err)
	}
}

func TestStopKeepsWhatCame(t *testing.T) {
	p, _ := hangingPage(t, `data: {"choices":[{"delta":{"content":"Half an answer"}}]}`+"\n\n")
	view, err := p.comparisons.Start(StartRequest{Prompt: "why", Lanes: "parallel", Lineup: []EntryView{{Endpoint: "groq", Model: "a"}}})
	must(t, err)
	for f := range p.seen {
		if len(f.Runs) > 0 && f.Runs[0].Answer != "" {
			break
		}
	}
	must(t, p.comparisons.Stop(view.ID))
	p.wait(t, view.ID)
	if r := p.get(t, view.ID).Runs[0]; r.Status != "cancelled" || r.Answer != "Half an answer" {
		t.Errorf("%s with %q", r.Status, r.Answer)
	}
}

func TestDeletedComparisonsCanBeBroughtBack(t *testing.T) {
	p := tempPage(t)
	view := p.run(t, demoRequest("quick"))
	if err := p.history.Delete([]string{view.ID}); err != nil {
		t.Fatal(err)
	}
	if page, err := p.history.Search(HistoryQuery{Text: "", Cursor: "", Limit: 10}); err != nil || len(page.Rows) != 0 {
		t.Errorf("after the deletion: got %d rows, %v", len(page.Rows), err)
	}
	if err := p.history.Undelete([]string{view.ID}); err != nil {
		t.Fatal(err)
	}
	if page, err := p.history.Search(HistoryQuery{Text: "", Cursor: "", Limit: 10}); err != nil || len(page.Rows) != 1 {
		t.Errorf("after bringing it back: got %d rows, %v", len(page.Rows), err)
	}
	if err := p.history.Delete([]string{"nothing"}); rejection(t, err).Code != "not_found" {
		t.Errorf("got %v", err)
	}
}

func TestModelsAreListedAndChangesAreTold(t *testing.T) {
	p := tempPage(t)
	before, err := p.models.List()
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]EndpointView{}
	for _, e := range before {
		names[e.Name] = e
	}
	if e := names["openai"]; e.State != "no_key" || e.Problem == nil || !cmp.Equal(e.KeyVariables, []string{"OPENAI_API_KEY"}) || e.Models == nil {
		t.Errorf("OpenAI: got %+v", e)
	}
	if err := p.models.Refresh("demo"); err != nil {
		t.Fatal(err)
	}
	p.wait(t, "demo")
	after, err := p.models.List()
	if err != nil {
		t.Fatal(err)
	}
	demo := after[len(after)-1]
	if demo.Name != "demo" || demo.State != "ready" || len(demo.Models) != 3 || demo.Models[0].Place != "demo" || demo.Models[0].Capabilities == nil {
		t.Errorf("demo: got %+v", demo)
	}
	if err := p.models.Refresh("nobody"); rejection(t, err).Code != "not_found" {
		t.Errorf("got %v", err)
	}
}

func TestSettingsAreKept(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	p := openPage(t, dir)
	defaults, err := p.settings.Get()
	if err != nil || defaults.Theme != "system" || defaults.Lineup == nil {
		t.Fatalf("got %+v, %v", defaults, err)
	}
	var theme string
	p.roof.keepTheme = func(s string) { theme = s }
	want := defaults
	want.Theme, want.Draft, want.Lineup = "dark", "half a th", []EntryView{{Endpoint: "demo", Model: "quick"}}
	if err := p.settings.Save(want); err != nil {
		t.Fatal(err)
	}
	got, err := p.settings.Get()
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(diff, err)
	}
	if theme != "dark" {
		t.Errorf("the next start would paint %q", theme)
	}
	want.Theme = "purple"
	if err := p.settings.Save(want); rejection(t, err).Code != "invalid" {
		t.Errorf("got %v", err)
	}
	if got, _ := p.settings.Get(); got.Theme != "dark" {
		t.Errorf("a refused save changed the theme to %q", got.Theme)
	}
}

func TestUnreadableSettingsAreTheDefaults(t *testing.T) {
	p := tempPage(t)
	for _, text := range []string{"{", `{"theme":"purple"}`, `{"lineup":[{"endpoint":"x","params":{"extra":"no JSON"}}]}`, `[]`} {
		if err := p.roof.built.Store.SetSetting(t.Context(), settingsKey, text); err != nil {
			t.Fatal(err)
		}
		got, err := p.settings.Get()
		if diff := cmp.Diff(defaultSettings(), got); diff != "" || err != nil {
			t.Errorf("%s: %s, %v", text, diff, err)
		}
	}
}

func TestAttachmentsCrossTheBridgeByTheirHashOnly(t *testing.T) {
	p := tempPage(t)
	folder := t.TempDir()
	note, empty := filepath.Join(folder, "note.txt"), filepath.Join(folder, "empty.txt")
	for path, text := range map[string]string{note: "remember the milk", empty: ""} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if views, err := p.desktop.PickAttachments(); err != nil || views == nil || len(views) != 0 {
		t.Errorf("a cancelled dialog: got %v, %v", views, err)
	}
	p.files = []string{note}
	views, err := p.desktop.PickAttachments()
	if err != nil || len(views) != 1 || views[0].Name != "note.txt" || views[0].Bytes != 17 || strings.Contains(views[0].ID, "/") {
		t.Fatalf("got %+v, %v", views, err)
	}
	request := demoRequest("quick")
	request.Attachments = []string{views[0].ID}
	view := p.run(t, request)
	if len(view.Attachments) != 1 || view.Attachments[0].ID != views[0].ID || view.Attachments[0].Name != "note.txt" {
		t.Errorf("the comparison has %+v", view.Attachments)
	}
	request.Attachments = []string{"somewhere/else"}
	if _, err := p.comparisons.Start(request); rejection(t, err).Code != "not_found" {
		t.Errorf("got %v", err)
	}
	p.files = []string{note, empty}
	if _, err := p.desktop.PickAttachments(); !strings.Contains(rejection(t, err).Message, "empty.txt") {
		t.Errorf("got %v", err)
	}
}

func TestTheShelfMakesRoomForNewFiles(t *testing.T) {
	var s shelf
	data := make([]byte, maxShelf/2)
	for _, id := range []string{"a", "b", "b", "c"} {
		s.put(bakeoff.Attachment{SHA256: id, Data: data})
	}
	if _, err := s.take([]string{"a"}); err == nil {
		t.Error("the oldest file is still there")
	}
	if got, err := s.take([]string{"b", "c"}); err != nil || len(got) != 2 {
		t.Errorf("got %d files, %v", len(got), err)
	}
}

func TestOnlyCheckedLinksReachTheBrowser(t *testing.T) {
	p := tempPage(t)
	for _, address := range []string{"javascript:alert(1)", "file:///etc/passwd", "https://a@example.com"} {
		if err := p.desktop.OpenLink(address); rejection(t, err).Code != "invalid" {
			t.Errorf("%s: got %v", address, err)
		}
	}
	if err := p.desktop.OpenLink("HTTPS://bücher.example/x"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"https://xn--bcher-kva.example/x"}, p.opened); diff != "" {
		t.Error(diff)
	}
	if err := p.desktop.Copy("text"); err != nil || p.copied != "text" {
		t.Errorf("copied %q, %v", p.copied, err)
	}
}

func TestAHistoryThatCannotBeOpenedIsSaidAndComparisonsStillRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	p := openPage(t, file) // a file where the folder should be
	if notice, err := p.desktop.Notice(); err != nil || !strings.Contains(notice, "nothing is saved") {
		t.Errorf("got the notice %q, %v", notice, err)
	}
	view := p.run(t, demoRequest("quick"))
	if view.Runs[0].Status != "done" || view.Runs[0].Answer == "" {
		t.Errorf("got %s", view.Runs[0].Status)
	}
	if _, err := p.comparisons.Retry(view.Runs[0].ID, false); err != nil {
		t.Errorf("retry: %v", err)
	}
	p.wait(t, view.ID)
	if page, err := p.history.Search(HistoryQuery{Text: "", Cursor: "", Limit: 10}); err != nil || len(page.Rows) != 1 {
		t.Errorf("the list of this session: got %d rows, %v", len(page.Rows), err)
	}
}

func TestNothingIsWrongWithAGoodStart(t *testing.T) {
	p := tempPage(t)
	if notice, err := p.desktop.Notice(); err != nil || notice != "" {
		t.Errorf("got the notice %q, %v", notice, err)
	}
	if version, err := p.desktop.Version(); err != nil || version != "9.9.9" {
		t.Errorf("got %q, %v", version, err)
	}
}

// A panic in a bound method would never settle the page's promise, and Wails would log the arguments.
func TestEveryBoundMethodRecoversFromAPanic(t *testing.T) {
	broken := &roof{opened: make(chan struct{}), ctx: t.Context()}
	close(broken.opened) // a house that is not there: whoever enters it panics
	methods := 0
	for _, bound := range broken.bound() {
		v := reflect.ValueOf(bound)
		for i := range v.NumMethod() {
			name := v.Type().Elem().Name() + "." + v.Type().Method(i).Name
			var args []reflect.Value
			for j := range v.Method(i).Type().NumIn() {
				args = append(args, reflect.Zero(v.Method(i).Type().In(j)))
			}
			methods++
			out := v.Method(i).Call(args)
			err, _ := out[len(out)-1].Interface().(error)
			if name == "Desktop.Version" || name == "Transfers.Cancel" {
				continue // touches nothing that could break
			}
			if got := rejection(t, err); got.Code != "internal" && got.Code != "invalid" {
				t.Errorf("%s: got %+v", name, got)
			}
		}
	}
	if methods != 110 {
		t.Errorf("%d methods are bound; the page is meant to call 110: is the new one meant to be called by the page?", methods)
	}
}

func TestArgumentsOfAbsurdLengthAreRefused(t *testing.T) {
	p := tempPage(t)
	long := strings.Repeat("x", 12<<20)
	view := p.run(t, demoRequest("quick", "priced"))
	judged, run := view.ID, view.Runs[0].ID
	settings := func(edit func(*SettingsView)) error {
		s := defaultSettings()
		edit(&s)
		return p.settings.Save(s)
	}
	start := func(edit func(*StartRequest)) error {
		r := demoRequest("quick")
		edit(&r)
		_, err := p.comparisons.Start(r)
		return err
	}
	for name, call := range map[string]func() error{
		"the prompt":        func() error { return start(func(r *StartRequest) { r.Prompt = long }) },
		"the system prompt": func() error { return start(func(r *StartRequest) { r.System = long }) },
		"the model":         func() error { return start(func(r *StartRequest) { r.Lineup[0].Model = long }) },
		"the endpoint":      func() error { return start(func(r *StartRequest) { r.Lineup[0].Endpoint = long }) },
		"the effort":        func() error { return start(func(r *StartRequest) { r.Lineup[0].Params.Effort = long }) },
		"extra parameters":  func() error { return start(func(r *StartRequest) { r.Lineup[0].Params.Extra = long }) },
		"lanes":             func() error { return start(func(r *StartRequest) { r.Lanes = long }) },
		"the lineup": func() error {
			return start(func(r *StartRequest) { r.Lineup = make([]EntryView, compare.MaxEntries+1) })
		},
		"the attachments":      func() error { return start(func(r *StartRequest) { r.Attachments = make([]string, 1000) }) },
		"an id to get":         func() error { _, err := p.comparisons.Get(long); return err },
		"an id to stop":        func() error { return p.comparisons.Stop(long) },
		"a run to stop":        func() error { return p.comparisons.StopRun(long) },
		"a run to retry":       func() error { _, err := p.comparisons.Retry(long, false); return err },
		"an id to regenerate":  func() error { _, err := p.comparisons.Regenerate(long, false); return err },
		"a run's request":      func() error { _, err := p.comparisons.Request(long); return err },
		"the search":           func() error { _, err := p.history.Search(HistoryQuery{Text: long, Cursor: "", Limit: 1}); return err },
		"the page mark":        func() error { _, err := p.history.Search(HistoryQuery{Text: "", Cursor: long, Limit: 1}); return err },
		"an id to delete":      func() error { return p.history.Delete([]string{long}) },
		"an id to bring back":  func() error { return p.history.Undelete([]string{long}) },
		"a comparison to rate": func() error { return p.ratings.Rate(long, "A", 1) },
		"a reason":             func() error { return p.ratings.Answer(judged, run, []string{long}, "") },
		"a note":               func() error { return p.ratings.Answer(judged, run, nil, long) },
		"a run to rate":        func() error { return p.ratings.Rate(judged, long, 1) },
		"a tag":                func() error { return p.ratings.Describe(judged, DescriptionView{Tags: []string{long}}) },
		"a category":           func() error { return p.ratings.Describe(judged, DescriptionView{Category: long}) },
		"too many tags":        func() error { return p.ratings.Describe(judged, DescriptionView{Tags: make([]string, 1<<20)}) },
		"a kind of vote":       func() error { return second(p.ratings.Judge(judged, JudgeRequest{Kind: long})) },
		"too many standings": func() error {
			return second(p.ratings.Judge(judged, JudgeRequest{Kind: "none", Standings: make([]StandingRequest, 1<<20)}))
		},
		"ids to skip":            func() error { return second(p.ratings.Next(make([]string, 1<<20))) },
		"an endpoint to refresh": func() error { return p.models.Refresh(long) },
		"the draft":              func() error { return settings(func(s *SettingsView) { s.Draft = long }) },
		"the saved system text":  func() error { return settings(func(s *SettingsView) { s.System = long }) },
		"the theme":              func() error { return settings(func(s *SettingsView) { s.Theme = long }) },
		"the saved lineup":       func() error { return settings(func(s *SettingsView) { s.Lineup = make([]EntryView, 1000) }) },
		"the saved parameters":   func() error { return settings(func(s *SettingsView) { s.Params.Extra = long }) },
		"a link to check":        func() error { _, err := p.desktop.CheckLink(long); return err },
		"a link to open":         func() error { return p.desktop.OpenLink(long) },
		"a text to copy":         func() error { return p.desktop.Copy(long + long + long) },
	} {
		t.Run(name, func(t *testing.T) {
			if got := rejection(t, call()); len(got.Message) > 400 {
				t.Errorf("the sentence is %d bytes long", len(got.Message))
			}
		})
	}
}

func TestARowHasACostOnlyWhenEveryRunHasOne(t *testing.T) {
	known := store.RowRun{Total: bakeoff.Measured(2e9), Cost: bakeoff.Cost{Amount: 5 * bakeoff.USD / 1000, Source: bakeoff.CostComputed}}
	slow := store.RowRun{Total: bakeoff.Measured(3e9), Cost: bakeoff.Cost{Source: bakeoff.CostFree}}
	view := historyRowView(store.Row{Runs: []store.RowRun{known, slow, known}})
	if view.CostUSD == nil || *view.CostUSD != "0.01" || view.TotalMs == nil || *view.TotalMs != 3000 {
		t.Errorf("got %v, %v", view.CostUSD, view.TotalMs)
	}
	if view := historyRowView(store.Row{Runs: []store.RowRun{known, {}}}); view.CostUSD != nil {
		t.Errorf("with an unknown cost: got %s", *view.CostUSD)
	}
	if view := historyRowView(store.Row{}); view.CostUSD != nil || view.TotalMs != nil || view.Runs == nil {
		t.Errorf("without runs: got %+v", view)
	}
}

func TestRatesAreDollarsPerMillionTokens(t *testing.T) {
	for rate, want := range map[bakeoff.MicroPerMillion]string{3_000_000: "3", 75_000: "0.075", 0: "0", 15_000_000: "15"} {
		if got := dollars(&rate); got != want {
			t.Errorf("%d: got %s, want %s", rate, got, want)
		}
	}
	if got := dollars(nil); got != "" {
		t.Errorf("unknown: got %q", got)
	}
}

// A second failure's "Retry in 20 s" was counted from the comparison's start, since an attempt did not say when it ended.
func TestAnAttemptEndsOnItsOwnClock(t *testing.T) {
	sent := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	run := bakeoff.Run{Status: bakeoff.Failed, Attempt: 2, SentAt: sent, Timing: bakeoff.Timing{
		Queue: bakeoff.Measured(time.Hour), Total: bakeoff.Measured(1500 * time.Millisecond)}}
	going, unsent := run, run
	going.Status, unsent.SentAt = bakeoff.Streaming, time.Time{}
	if got, want := endedAtMs(run), sent.UnixMilli()+1500; got != want {
		t.Errorf("got %d, want %d", got, want)
	}
	if got := [2]int64{endedAtMs(going), endedAtMs(unsent)}; got != [2]int64{} {
		t.Errorf("under way and never sent: got %d", got)
	}
}
