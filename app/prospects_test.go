package app

import (
	"bytes"
	"encoding/base64"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func picture(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 3, 2))))
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestADroppedFileIsTakenByItsBytes(t *testing.T) {
	p := tempPage(t)
	got, err := p.desktop.AttachFile(`C:\private\dot.png`, picture(t))
	if err != nil || got.Name != "dot.png" || got.MediaType != "image/png" || got.Width != 3 || got.Height != 2 || got.ID == "" {
		t.Errorf("got %+v, %v", got, err)
	}
	for name, data := range map[string]string{"no base64": "§", "nothing": "", "noise": base64.StdEncoding.EncodeToString([]byte{0xff, 0}), "huge": strings.Repeat("A", maxDropped+4)} {
		if _, err := p.desktop.AttachFile(name+".bin", data); err == nil || !strings.Contains(rejection(t, err).Message, name+".bin") {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// prospectPage has an Ollama with a model that thinks, one that sees, and one that is loaded with a larger context.
func prospectPage(t *testing.T) *page {
	t.Helper()
	replies := map[string]string{
		"/api/version": `{"version":"0.32.15"}`,
		"/api/tags": `{"models":[{"name":"eyes:latest","digest":"a","capabilities":["completion","vision"],"details":{"context_length":131072}},
			{"name":"short:latest","digest":"b","capabilities":["completion"],"details":{"context_length":2048}},
			{"name":"warm:latest","digest":"c","capabilities":["completion"],"details":{"context_length":131072}}]}`,
		"/api/ps": `{"models":[{"name":"warm:latest","context_length":32768}]}`,
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(replies[r.URL.Path]))
	}))
	t.Cleanup(server.Close)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), map[string]string{"OLLAMA_HOST": strings.TrimPrefix(server.URL, "http://")})
	p.roof.built.Registry.List(t.Context())
	return p
}

func TestWhatBecomesOfARequestIsKnownBefore(t *testing.T) {
	p := prospectPage(t)
	dot, err := p.desktop.AttachFile("dot.png", picture(t))
	must(t, err)
	note, err := p.desktop.AttachFile("note.txt", base64.StdEncoding.EncodeToString([]byte("warm bread")))
	must(t, err)
	hot := 0.5
	request := StartRequest{Prompt: strings.Repeat("four", 5000), Lanes: "parallel", Attachments: []string{dot.ID, note.ID}, Lineup: []EntryView{
		{Endpoint: "ollama", Model: "eyes:latest", Params: ParamsView{ThinkingBudget: new(int)}, Repeats: 2},
		{Endpoint: "ollama", Model: "short:latest", Params: ParamsView{NumCtx: new(8192)}},
		{Endpoint: "ollama", Model: "warm:latest"},
		{Endpoint: "ollama", Model: "eyes:latest", Params: ParamsView{NumCtx: new(65536)}},
		{Endpoint: "demo", Model: "quick", Params: ParamsView{Temperature: &hot}},
	}}
	got, err := p.comparisons.Foresee(request)
	if err != nil || len(got) != 5 {
		t.Fatalf("got %d, %v", len(got), err)
	}
	image, text := func(as, note string) FateView { return FateView{"dot.png", as, note} }, FateView{"note.txt", "text", "text"}
	type seen struct {
		NotApplied []string
		Context    int64
		Basis      string
		TooLong    string
		Files      []FateView
	}
	want := []seen{
		{[]string{"thinking_budget"}, 4096, "Ollama's usual one unless the server is set otherwise", "it does not fit", []FateView{image("image", "image"), text}},
		{[]string{"images"}, 2048, "the model's own", "it does not fit", []FateView{image("none", "cannot take images"), text}},
		{[]string{"images"}, 32768, "as it is loaded now", "", []FateView{image("none", "cannot take images"), text}},
		{[]string{}, 65536, "as num_ctx says", "", []FateView{image("image", "image"), text}},
		{[]string{"temperature"}, 0, "as Demo lists it", "", []FateView{image("none", "cannot take images"), text}},
	}
	for i, v := range got {
		if !v.Images || v.Input < 5000 || v.Input > 5020 {
			t.Errorf("%d: %d tokens, images %v", i, v.Input, v.Images)
		}
		s := seen{v.NotApplied, v.Context, v.Basis, "", v.Files}
		if v.TooLong != "" {
			s.TooLong = want[i].TooLong
			if !strings.Contains(v.TooLong, want[i].TooLong) || want[i].TooLong == "" || !strings.Contains(v.TooLong, want[i].Basis) {
				t.Errorf("%d: got %q", i, v.TooLong)
			}
		}
		if diff := cmp.Diff(want[i], s); diff != "" {
			t.Errorf("%d: %s", i, diff)
		}
	}
}

func TestAnEntryThatIsAskedSeveralTimesIsOneEntryAgain(t *testing.T) {
	p := tempPage(t)
	request := demoRequest("priced", "quick")
	request.Lineup[0].Repeats = 3
	estimate, err := (&Budgets{p.roof}).Estimate(request)
	if err != nil || len(estimate.Entries) != 2 {
		t.Fatalf("got %+v, %v", estimate, err)
	}
	view := p.run(t, request)
	var models []string
	for _, r := range view.Runs {
		models = append(models, r.Model)
	}
	if diff := cmp.Diff([]string{"priced", "priced", "priced", "quick"}, models); diff != "" {
		t.Error(diff)
	}
	again, err := p.comparisons.Again(view.ID)
	must(t, err)
	if len(again.Request.Lineup) != 2 || again.Request.Lineup[0].Repeats != 3 || again.Request.Lineup[1].Repeats != 1 {
		t.Errorf("got %+v", again.Request.Lineup)
	}
	request.Blind = true
	if blind := p.run(t, request); len(blind.Runs) != 4 || blind.Blind != "open" {
		t.Errorf("blind: got %d runs, %q", len(blind.Runs), blind.Blind)
	}
	request.Lineup[0].Repeats = 64
	if _, err := p.comparisons.Start(request); err == nil {
		t.Error("65 seats were asked")
	}
}

// A cap of one dollar cent for one comparison: every way to ask wants its own yes.
func TestEveryWayToAskWantsAYesAboveTheCap(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = w.Write([]byte("data: {\"choices\":[{\"delta\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}\n\ndata: [DONE]\n\n"))
	}))
	t.Cleanup(server.Close)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), map[string]string{
		"OLLAMA_HOST": "127.0.0.1:1", "GROQ_API_KEY": "sk-canary-2718281828459045", "GROQ_BASE_URL": server.URL,
	})
	view := p.run(t, StartRequest{Prompt: "why", Lanes: "parallel", Lineup: []EntryView{{Endpoint: "groq", Model: "of no price"}}})
	must(t, (&Budgets{p.roof}).SetCaps(CapsView{RunUSD: "0.01"}))
	run := view.Runs[0].ID
	_, retry := p.comparisons.Retry(run, false)
	_, all := p.comparisons.Regenerate(view.ID, false)
	for what, err := range map[string]error{"a retry": retry, "all again": all} {
		if err == nil || rejection(t, err).Code != "unconfirmed" {
			t.Errorf("%s: got %v", what, err)
		}
	}
	again, err := p.comparisons.Retry(run, true)
	must(t, err)
	p.wait(t, view.ID)
	_, err = p.comparisons.Regenerate(view.ID, true)
	must(t, err)
	p.wait(t, view.ID)
	if got := p.get(t, view.ID); len(got.Runs) != 3 || !slices.ContainsFunc(got.Runs, func(r RunView) bool { return r.ID == again.ID }) {
		t.Errorf("got %d runs", len(got.Runs))
	}
}

// Settings of an older version have no stop sequences: a list that is null would break the form.
func TestSettingsNeverHaveAListThatIsNull(t *testing.T) {
	p := tempPage(t)
	fresh, err := p.settings.Get()
	must(t, err)
	must(t, p.roof.built.Store.SetSetting(t.Context(), settingsKey, `{"theme":"dark","layout":"columns","lanes":"parallel","lineup":[{"endpoint":"demo","model":"quick","params":{"effort":""}}],"params":{"effort":"low"}}`))
	old, err := p.settings.Get()
	must(t, err)
	if old.Theme != "dark" || len(old.Lineup) != 1 {
		t.Fatalf("got %+v", old)
	}
	for name, s := range map[string]SettingsView{"fresh": fresh, "old": old} {
		if s.Lineup == nil || s.Variables == nil || s.Params.Stop == nil || len(s.Lineup) > 0 && s.Lineup[0].Params.Stop == nil {
			t.Errorf("%s: got %+v", name, s)
		}
	}
}
