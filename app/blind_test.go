package app

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider/providertest"
	"bakeoff/backend/running"
	"bakeoff/backend/terminal"

	"github.com/google/go-cmp/cmp"
)

// stable is four servers with unmistakable names: everything that they say beside the answers must stay in Go until the
// vote. The second waits before it answers, so that there is a time when some have ended and some have not.
type stable struct {
	env     map[string]string
	request StartRequest
	marks   []string // what must not be seen; more is known once the runs are in the history
	release chan struct{}
}

const (
	zebraStream = `data: {"id":"chatcmpl-CANARYID","model":"zebra-7b-2026-01-02","choices":[{"index":0,"delta":{"reasoning_content":"CANARYTHOUGHT"},"finish_reason":null}]}

data: {"id":"chatcmpl-CANARYID","model":"zebra-7b-2026-01-02","choices":[{"index":0,"delta":{"content":"first answer"},"finish_reason":null}]}

data: {"id":"chatcmpl-CANARYID","model":"zebra-7b-2026-01-02","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":424243,"completion_tokens":515151,"total_tokens":939394,"completion_tokens_details":{"reasoning_tokens":313131}}}

data: [DONE]

`
	okapiStream = `data: {"id":"gen-CANARYID","provider":"CANARYUPSTREAM","model":"okapi/okapi-70b","choices":[{"index":0,"delta":{"content":"second answer"},"finish_reason":null}]}

data: {"id":"gen-CANARYID","model":"okapi/okapi-70b","choices":[{"index":0,"delta":{},"finish_reason":"stop"}],"usage":{"prompt_tokens":61,"completion_tokens":67,"total_tokens":128,"cost":0.0123457}}

data: [DONE]

`
	quaggaStream = `{"model":"quagga:3b","message":{"role":"assistant","content":"third answer"},"done":false}
{"model":"quagga:3b","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","total_duration":777777777,"load_duration":5,"prompt_eval_count":71,"prompt_eval_duration":888,"eval_count":73,"eval_duration":999}
`
	quaggaList = `{"models":[{"name":"quagga:3b","model":"quagga:3b","digest":"cafebabecafebabe","details":{"quantization_level":"Q4_CANARY"},"capabilities":["completion"]}]}`
)

func openStable(t *testing.T) *stable {
	s := &stable{release: make(chan struct{})}
	stream := providertest.Headers("Content-Type: text/event-stream", "X-Request-Id: req-CANARYID")
	zebra := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{Header: stream, Steps: []providertest.Step{providertest.Write(zebraStream)}}
	})
	okapi := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{Header: stream, Steps: []providertest.Step{providertest.Await(s.release), providertest.Write(okapiStream)}}
	})
	quagga := providertest.Serve(t, func(r providertest.Recorded) providertest.Reply {
		texts := map[string]string{"/api/chat": quaggaStream, "/api/tags": quaggaList, "/api/ps": `{"models":[]}`, "/api/show": `{"capabilities":["completion"],"model_info":{}}`}
		kind := "Content-Type: application/json"
		if r.Path == "/api/chat" {
			kind = "Content-Type: application/x-ndjson"
		}
		return providertest.Reply{Header: providertest.Headers(kind), Steps: []providertest.Step{providertest.Write(texts[r.Path])}}
	})
	numbat := providertest.Serve(t, func(providertest.Recorded) providertest.Reply {
		return providertest.Reply{
			Status: http.StatusBadRequest, Header: providertest.Headers("Content-Type: application/json"),
			Steps: []providertest.Step{providertest.Write(`{"type":"error","error":{"type":"invalid_request_error","message":"CANARYERROR numbat-x is on holiday"}}`)},
		}
	})
	s.env = map[string]string{
		"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": zebra.URL + "/v1", "OPENROUTER_API_KEY": "k", "OPENROUTER_BASE_URL": okapi.URL + "/api/v1",
		"OLLAMA_HOST": quagga.URL, "ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": numbat.URL,
	}
	s.request = StartRequest{Prompt: "Which one is it?", Lanes: "parallel", Blind: true, Lineup: []EntryView{
		{Endpoint: "openai", Model: "zebra-7b", Params: ParamsView{Seed: new(int64(909090)), Temperature: new(0.31415)}}, {Endpoint: "openrouter", Model: "okapi/okapi-70b"},
		{Endpoint: "ollama", Model: "quagga:3b"}, {Endpoint: "anthropic", Model: "numbat-x"},
	}}
	s.marks = []string{
		"zebra", "okapi", "quagga", "numbat", "openai", "openrouter", "ollama", "anthropic", "canary", "cafebabe",
		"424243", "515151", "313131", "0.0123457", "909090", "0.31415", "reasoning_content", "127.0.0.1",
	}
	for _, server := range []*providertest.Server{zebra, okapi, quagga, numbat} {
		s.marks = append(s.marks, server.URL[strings.LastIndexByte(server.URL, ':'):])
	}
	return s
}

// hourly is what the machine of the search costs: a running cost is a time in other words.
var hourly = running.Setting{Hourly: 123_456_789_000_000}

// learn adds what only the history knows: run ids, and times to the microsecond.
func (s *stable) learn(t *testing.T, p *page, id string) {
	t.Helper()
	c, err := p.roof.built.Store.Comparison(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range c.Runs {
		s.marks = append(s.marks, r.ID)
		for _, ms := range []*float64{spanMs(r.Timing.Total), spanMs(r.Timing.TTFT)} {
			if ms != nil && *ms != float64(int(*ms)) {
				s.marks = append(s.marks, ":"+fmt.Sprint(*ms)) // as JSON writes it
			}
		}
		if f, ok := running.Of(r, hourly); ok {
			s.marks = append(s.marks, f.Amount.String(), f.Basis)
		}
	}
}

// tells lists the marks that stand in a text.
func (s *stable) tells(text string) (found []string) {
	text = strings.ToLower(text)
	for _, m := range s.marks {
		if strings.Contains(text, strings.ToLower(m)) {
			found = append(found, m)
		}
	}
	return found
}

// silent are the methods that the search may not call: they reveal, they change what is searched for, they wait for a person, or they list
// what can be asked, which is no secret.
var silent = []string{
	"Prices.Lists", "Prices.Refresh", // the names of the sources of price lists, the same whatever was compared; and it asks the internet
	"Prices.Set", "Prices.Unset",
	"Comparisons.Start", "Comparisons.Stop", "Ratings.Judge", "Ratings.Reveal", "Ratings.Withdraw", "Ratings.Rate", "Ratings.Answer",
	"Ratings.Describe", "History.Delete", "History.Undelete", "History.Tag",
	"Models.", "Locals.", "Settings.", "Desktop.", "Backups.", "Endpoints.", "Keys.", "Prompts.", "Lineups.", "Sets.Start", "Sets.Run", "Sets.Rename", "Sets.Delete", "Sets.Undelete", "Sets.PickTable", "Privacy.SetLocalOnly", "Privacy.AddHost", "Privacy.RemoveHost", "Privacy.OpenDataFolder", "Transfers.Export", "Transfers.Import", "Transfers.Cancel",
}

// everything calls every other bound method with whatever could name the comparison or its runs, and returns what the
// page would get, by method.
func (p *page) everything(t *testing.T, words []string) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for _, bound := range p.roof.bound() {
		v := reflect.ValueOf(bound)
		for i := range v.NumMethod() {
			name := v.Type().Elem().Name() + "." + v.Type().Method(i).Name
			if slices.ContainsFunc(silent, func(s string) bool { return strings.HasPrefix(name, s) }) {
				continue
			}
			for _, a := range words {
				for _, b := range words {
					got[name] = append(got[name], answerOf(t, v.Method(i), a, b))
				}
			}
		}
	}
	if len(got) < 12 {
		t.Fatalf("only %d methods were asked: the search looks in the wrong place", len(got))
	}
	return got
}

// answerOf calls a method: its texts are a and b by turns, lists hold a, structs and numbers are zero but for a limit.
func answerOf(t *testing.T, method reflect.Value, a, b string) string {
	var args []reflect.Value
	texts := []string{a, b}
	for j := range method.Type().NumIn() {
		in := reflect.New(method.Type().In(j)).Elem()
		switch in.Interface().(type) {
		case string:
			in.SetString(texts[j%2])
		case []string:
			in.Set(reflect.ValueOf([]string{a}))
		case HistoryQuery:
			in.Set(reflect.ValueOf(HistoryQuery{Limit: 50}))
		}
		args = append(args, in)
	}
	var out strings.Builder
	for _, r := range method.Call(args) {
		if err, ok := r.Interface().(error); ok {
			out.WriteString(err.Error())
			continue
		}
		text, err := json.Marshal(r.Interface())
		if err != nil {
			t.Fatal(err)
		}
		out.Write(text)
	}
	return out.String()
}

// terminals is what another front prints of the comparison meanwhile.
func (p *page) terminals(t *testing.T, env map[string]string, id string) string {
	t.Helper()
	var out bytes.Buffer
	commands := [][]string{{"show", id}, {"show", id, "--format", "json"}, {"show", id, "--format", "markdown"}, {"history"}, {"history", "--format", "json"}, {"budget"}}
	for _, format := range []string{"html", "md", "csv", "jsonl"} {
		commands = append(commands, []string{"export", "--all", "-o", "-", "--format", format})
	}
	for _, args := range commands {
		status := terminal.Execute(t.Context(), terminal.Deps{
			Args: append(args, "--data-dir", p.dir), In: strings.NewReader(""), Out: &out, Err: &out, Version: "9.9.9",
			Getenv: func(name string) string { return env[name] },
		})
		if status != 0 && args[0] != "export" { // which leaves blind ones out
			t.Errorf("%v: exit status %d: %s", args, status, out.String())
		}
	}
	return out.String()
}

// logs is everything that was logged, but for the times.
func (p *page) logs(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	err := filepath.WalkDir(filepath.Join(p.dir, "logs"), func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return logTime.ReplaceAllString(all.String(), "")
}

// logTime is when a line was logged, to the nanosecond: any number may stand in it.
var logTime = regexp.MustCompile(`"time":"[^"]*"`)

func (p *page) events() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Join(p.wire, "\n")
}

// quiet fails when any of what the page, a terminal or the log have got tells a mark.
func (s *stable) quiet(t *testing.T, p *page, id, when string, replies ...any) {
	t.Helper()
	look := func(where, text string) {
		if found := s.tells(text); len(found) > 0 {
			t.Errorf("%s, %s tells %q", when, where, found)
		}
	}
	for _, reply := range replies {
		text, err := json.Marshal(reply)
		if err != nil {
			t.Fatal(err)
		}
		look("a reply", string(text))
	}
	c, err := p.roof.built.Store.Comparison(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for name, answers := range p.everything(t, []string{id, "A", c.Runs[0].ID}) {
		look(name, strings.Join(answers, "\n"))
	}
	look("an event", p.events())
	look("a terminal", p.terminals(t, s.env, id))
	look("the log", p.logs(t))
}

// untilEnded waits for the frame that tells so many ends.
func (p *page) untilEnded(t *testing.T, n int) {
	t.Helper()
	for {
		select {
		case f := <-p.seen:
			ended := 0
			for _, r := range f.Runs {
				if r.Status == "done" {
					ended++
				}
			}
			if ended == n {
				return
			}
		case <-t.Context().Done():
			t.Fatalf("no frame told %d ends", n)
		}
	}
}

// The promise of a blind comparison. Everything that a page receives, whatever it asks, is searched for everything that
// could tell a model; after the vote the same search must find it all.
func TestNothingTellsAModelBeforeTheVoteIsCast(t *testing.T) {
	s := openStable(t)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), s.env)
	must(t, (&Budgets{p.roof}).SetRunning(runningView(hourly)))
	started, err := p.comparisons.Start(s.request)
	if err != nil {
		t.Fatal(err)
	}
	p.untilEnded(t, 3) // numbat has failed, and that is not told yet
	s.learn(t, p, started.ID)
	early := p.get(t, started.ID)
	s.quiet(t, p, started.ID, "while one answers", started, early)
	for i, r := range early.Runs {
		if r.Answer != "" || r.Status != []string{"done", "done", "done", "streaming"}[i] {
			t.Errorf("letter %s is %s with the answer %q while one goes on", r.ID, r.Status, r.Answer)
		}
	}
	p.roof.bridge.Renew() // the search took longer than a lease
	close(s.release)
	p.wait(t, started.ID)
	s.learn(t, p, started.ID)
	ended := p.get(t, started.ID)
	checkBlind(t, ended)
	if err := p.ratings.Rate(started.ID, "B", 4); err != nil {
		t.Fatal(err)
	}
	if err := p.ratings.Answer(started.ID, "C", []string{"clear"}, "well said"); err != nil {
		t.Fatal(err)
	}
	s.quiet(t, p, started.ID, "before the vote", ended, p.get(t, started.ID))

	queue, err := p.ratings.Next(nil)
	if err != nil || queue.Comparison == nil || queue.Comparison.ID != started.ID || queue.Remaining != 1 {
		t.Errorf("the queue: got %+v, %v", queue, err)
	}
	winner := slices.IndexFunc(ended.Runs, func(r RunView) bool { return r.Answer == "first answer" })
	revealed, err := p.ratings.Judge(started.ID, JudgeRequest{Kind: "best", Standings: []StandingRequest{{Run: ended.Runs[winner].ID, Rank: 1}}})
	if err != nil {
		t.Fatal(err)
	}
	checkRevealed(t, revealed, ended, winner)
	costs, err := (&Budgets{p.roof}).RunningCosts(started.ID)
	if here := runsHere(revealed); err != nil || len(costs) != here || here == 0 || slices.ContainsFunc(costs, func(v RunningCostView) bool { return !slices.Contains(s.marks, v.Basis) }) {
		t.Errorf("after the vote: the running costs of %d local runs are %+v, %v", here, costs, err)
	}

	text, err := json.Marshal(revealed)
	if err != nil {
		t.Fatal(err)
	}
	found := s.tells(string(text) + p.terminals(t, s.env, started.ID))
	for _, mark := range s.marks {
		if !slices.Contains(found, mark) && mark != "reasoning_content" { // that one is of the wire only
			t.Errorf("after the vote nothing tells %q: the search above proves nothing", mark)
		}
	}
	if found := s.tells(strings.Join(p.everything(t, []string{started.ID})["History.Search"], "")); len(found) < 8 {
		t.Errorf("after the vote the list tells only %q", found)
	}
}

func runsHere(view ComparisonView) (n int) {
	for _, r := range view.Runs {
		if r.Place == string(bakeoff.PlaceLocal) {
			n++
		}
	}
	return n
}

// checkBlind looks at the letters of an ended comparison of the stable.
func checkBlind(t *testing.T, view ComparisonView) {
	t.Helper()
	if view.Blind != "open" || view.Live || len(view.Letters) != 0 || view.NowMs != 0 {
		t.Errorf("got blind %q, live %v, letters %v, now %v", view.Blind, view.Live, view.Letters, view.NowMs)
	}
	answers, failed := map[string]bool{}, 0
	for i, r := range view.Runs {
		answers[r.Answer] = true
		if r.ID != string(rune('A'+i)) || r.Seat != i {
			t.Errorf("place %d is %s, seat %d", i, r.ID, r.Seat)
		}
		if r.Status == "failed" {
			failed++
		}
	}
	if len(view.Runs) != 4 || !answers["first answer"] || !answers["second answer"] || !answers["third answer"] || failed != 1 {
		t.Errorf("got %d letters, %d failed, answers %v", len(view.Runs), failed, answers)
	}
}

// checkRevealed compares the reveal with what was seen blind: the letters lead to the same answers, and so do the votes.
func checkRevealed(t *testing.T, view, blind ComparisonView, winner int) {
	t.Helper()
	if view.Blind != "revealed" || len(view.Letters) != 4 || view.Review.Verdict == nil || !view.Review.Verdict.Blind {
		t.Fatalf("got blind %q, letters %v, verdict %+v", view.Blind, view.Letters, view.Review.Verdict)
	}
	rank := map[string]int{}
	for _, st := range view.Review.Verdict.Standings {
		rank[st.RunID] = st.Rank
	}
	for seat, r := range view.Runs {
		letter := int(view.Letters[seat][0] - 'A')
		want := 2
		switch {
		case letter == winner:
			want = 1
		case r.Status == "failed":
			want = 0 // left out, and listed
		}
		if r.Answer != blind.Runs[letter].Answer || rank[r.ID] != want || len(rank) != 4 {
			t.Errorf("%s was letter %s: answer %q against %q, rank %d, want %d", r.Model, view.Letters[seat], r.Answer, blind.Runs[letter].Answer, rank[r.ID], want)
		}
		for _, a := range view.Review.Answers {
			if a.RunID == r.ID && (letter == 1) != (a.Stars == 4) || a.RunID == r.ID && (letter == 2) != (a.Note == "well said") {
				t.Errorf("letter %s got %+v", view.Letters[seat], a)
			}
		}
	}
	if len(view.Review.Answers) != 2 {
		t.Errorf("got the words %+v", view.Review.Answers)
	}
}

// The queue opens a blind look at what was once run with the names in sight.
func TestTheQueueVeilsWhatWasRunInTheOpen(t *testing.T) {
	s := openStable(t)
	close(s.release)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), s.env)
	request := s.request
	request.Blind = false
	open := p.run(t, request)
	if err := p.ratings.Rate(open.ID, open.Runs[0].ID, 2); err != nil {
		t.Fatal(err)
	}
	if err := p.ratings.Answer(open.ID, open.Runs[0].ID, []string{"zebra talk"}, "zebra rambles"); err != nil {
		t.Fatal(err)
	}
	p.mu.Lock()
	p.wire = nil // what came before was no secret
	p.mu.Unlock()
	queue, err := p.ratings.Next([]string{})
	if err != nil || queue.Comparison == nil {
		t.Fatalf("got %+v, %v", queue, err)
	}
	checkBlind(t, *queue.Comparison)
	if len(queue.Comparison.Review.Answers) != 0 {
		t.Errorf("words from before the look are shown: %+v", queue.Comparison.Review.Answers)
	}
	text, err := json.Marshal(queue)
	if err != nil {
		t.Fatal(err)
	}
	if found := s.tells(string(text)); len(found) > 0 {
		t.Errorf("the queue tells %q", found)
	}
	below := func(relation string) error {
		request := demoRequest("quick")
		request.ParentID, request.Relation = open.ID, relation
		return second(p.comparisons.Foresee(request))
	}
	for name, err := range map[string]error{
		"what becomes of a rerun": below("rerun"), "of a follow-up": below("follow_up"),
		"stars by run id": p.ratings.Rate(open.ID, open.Runs[0].ID, 5), "a retry": second(p.comparisons.Retry(open.Runs[0].ID, false)),
		"all again": second(p.comparisons.Regenerate(open.ID, false)), "a request": second(p.comparisons.Request(open.Runs[0].ID)),
	} {
		if got := rejection(t, err); !strings.Contains(got.Message, "reveal first") {
			t.Errorf("%s: got %+v", name, got)
		}
	}
	if _, err := p.ratings.Reveal(open.ID); err != nil {
		t.Fatal(err)
	}
	if queue, err := p.ratings.Next(nil); err != nil || queue.Comparison != nil || queue.Remaining != 0 {
		t.Errorf("who gave up blindness is asked again: %+v, %v", queue, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestAVoteCanBeTakenBackBlindForTenSeconds(t *testing.T) {
	p := tempPage(t)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	p.roof.now = func() time.Time { return now }
	request := demoRequest("quick", "priced")
	request.Blind = true
	blind := p.run(t, request)
	vote := JudgeRequest{Kind: "best", Standings: []StandingRequest{{Run: "B", Rank: 1}}}
	first, err := p.ratings.Judge(blind.ID, vote)
	if err != nil {
		t.Fatal(err)
	}
	now = now.Add(10 * time.Second)
	undone, err := p.ratings.Withdraw(blind.ID)
	if err != nil || undone.Blind != "open" || undone.Review.Verdict != nil || undone.Runs[1].Answer != blind.Runs[1].Answer || undone.Runs[1].ID != "B" {
		t.Fatalf("after ten seconds: got %+v, %v", undone, err)
	}
	again, err := p.ratings.Judge(blind.ID, vote)
	if err != nil {
		t.Fatal(err)
	}
	if first.Review.Verdict == nil || !first.Review.Verdict.Blind || again.Review.Verdict.Blind {
		t.Error("only the first vote was cast before the names were known")
	}
	now = now.Add(10*time.Second + 2*time.Millisecond) // no two votes share a millisecond
	late, err := p.ratings.Withdraw(blind.ID)
	if err != nil || late.Blind != "revealed" || late.Review.Verdict != nil {
		t.Errorf("later: got blind %q, %+v, %v", late.Blind, late.Review.Verdict, err)
	}
	if _, err := p.ratings.Withdraw(blind.ID); rejection(t, err).Code != string(bakeoff.CodeInvalid) {
		t.Errorf("without a vote: got %v", err)
	}
	if _, err := p.ratings.Blind(blind.ID); rejection(t, err).Code != string(bakeoff.CodeInvalid) {
		t.Errorf("blind again after the reveal: got %v", err)
	}
	c, err := p.roof.built.Store.Comparison(t.Context(), blind.ID)
	if err != nil || len(c.Review.Votes) != 4 {
		t.Errorf("got %d rows of votes, %v; want every one kept", len(c.Review.Votes), err)
	}
}

// startBlind is start with seats in the order C, A, B of the lineup.
func startBlind(t *testing.T, words ...int) (*Bridge, *window, *compare.Live) {
	t.Helper()
	w := &window{texts: map[string]string{}}
	b := NewBridge(w.emit, func(s string) string { return s })
	ids := []string{"c", "r0", "r1", "r2"}
	e := compare.New(compare.Config{
		Endpoints: talkers(words), Prices: nothing{}, Recorder: nothing{}, Observers: []compare.Observer{b},
		NewID: func() string { id := ids[0]; ids = ids[1:]; return id },
	})
	spec := compare.Spec{Prompt: bakeoff.Prompt{User: "x"}, Sitting: &bakeoff.Sitting{Seats: []int{2, 0, 1}, OpenedAt: time.Now()}}
	for i := range words {
		spec.Lineup = append(spec.Lineup, bakeoff.Entry{Endpoint: string(rune('0' + i))})
	}
	l, err := e.Start(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	return b, w, l
}

// talkers are endpoints "0", "1", ... which say so many words.
type talkers []int

func (ts talkers) Get(name string) (compare.Endpoint, error) {
	return compare.Endpoint{Name: name, Label: "Test", Place: bakeoff.PlaceDemo, Provider: talker{ts[name[0]-'0']}}, nil
}

func TestBlindFramesTellHowManyHaveEndedAndThenTheAnswersOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, w, l := startBlind(t, 30, 10, 20) // the second of the lineup is the fastest
		b.Renew()
		go b.Run()
		time.Sleep(150 * time.Millisecond)
		early := b.Snapshot(l)
		l.Wait()
		time.Sleep(2 * frameEvery)
		late := b.Snapshot(l)
		b.Close()
		var got []string
		for i, f := range w.frames[:4] {
			line := ""
			for _, p := range f.Runs {
				line += p.ID + " " + p.Status + " "
			}
			got = append(got, line)
			if f.Seq != int64(i+1) || f.NowMs != 0 || f.Live != (i < 3) {
				t.Errorf("frame %d: seq %d, now %v, live %v", i, f.Seq, f.NowMs, f.Live)
			}
		}
		want := []string{"A streaming B streaming C streaming ", "A done B streaming C streaming ", "A done B done C streaming ", "A done B done C done "}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		for letter, n := range map[string]int{"A": 20, "B": 30, "C": 10} {
			i := int(letter[0] - 'A')
			if text := strings.Repeat("blé ", n); w.frames[3].Runs[i].Answer != text || late.Runs[i].Answer != text {
				t.Errorf("letter %s has %q in the last frame, %q after it", letter, w.frames[3].Runs[i].Answer, late.Runs[i].Answer)
			}
		}
		if early.Runs[0].Status != "done" || early.Runs[0].Answer != "" || !early.Live || late.Live {
			t.Errorf("early: %+v", early.Runs[0])
		}
		for _, f := range w.frames[4:] { // what the late snapshot sent again is in it: the page drops it
			if f.Seq > late.Seq {
				t.Errorf("frame %d follows a snapshot of %d", f.Seq, late.Seq)
			}
		}
	})
}
