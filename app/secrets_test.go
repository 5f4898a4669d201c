package app

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Everything that the page can get, whatever it asks, after keys went in by every way there is: nothing of it is a key. The
// endpoints send them back in every place of their replies.
func TestNothingBoundTellsAKey(t *testing.T) {
	const variable, stored, header = "sk-planted-variable-8c1d7e2f90ab", "sk-planted-stored-41f6b3a9c7d2", "planted/header+value=77aa88bb99cc"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said, _ := json.Marshal(r.Header.Get("Authorization") + r.Header.Get("X-Gateway"))
		w.Header().Set("X-Request-Id", r.Header.Get("Authorization"))
		if strings.HasSuffix(r.URL.Path, "/models") {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":[{"id":"talks","name":%s},{"id":%s}]}`, said, said)
			return
		}
		var body struct{ Model string }
		_ = json.NewDecoder(r.Body).Decode(&body)
		if body.Model == "fails" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"error":{"message":%s}}`, said)
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, strings.ReplaceAll(`data: {"model":SAID,"choices":[{"delta":{"content":SAID,"reasoning_content":SAID},"finish_reason":"stop"}],"usage":{"note":SAID}}`+"\n\ndata: [DONE]\n\n", "SAID", string(said)))
	}))
	t.Cleanup(server.Close)
	p := openPageIn(t, filepath.Join(t.TempDir(), "data"), map[string]string{"OLLAMA_HOST": "127.0.0.1:1", "GROQ_API_KEY": variable, "GROQ_BASE_URL": server.URL + "/v1"})
	endpoints := &Endpoints{p.roof}
	must(t, endpoints.ChooseKeys("session"))
	for _, name := range []string{"office", "gateway"} {
		if _, err := endpoints.Save(EndpointEdit{Name: name, Label: name, Kind: "openai", BaseURL: server.URL + "/v1"}); err != nil {
			t.Fatal(err)
		}
	}
	var told []string
	note := func(value any, err error) {
		text, _ := json.Marshal(value)
		told = append(told, fmt.Sprint(string(text), err))
	}
	note(endpoints.SetKey("office", stored, nil))
	note(endpoints.SetKey("gateway", "", []HeaderEdit{{"X-Gateway", header}}))
	note(endpoints.SetKey("office", stored+" \u00e4", nil)) // refused
	note(endpoints.SetKey("nobody", stored, nil))
	note(endpoints.SetKey("gateway", "", []HeaderEdit{{"Host", header}}))
	note(nil, endpoints.UnlockKeys(stored))
	request := StartRequest{Prompt: "marker", Lanes: "parallel"}
	for _, endpoint := range []string{"office", "gateway", "groq"} {
		note(endpoints.Test(endpoint))
		request.Lineup = append(request.Lineup, EntryView{Endpoint: endpoint, Model: "talks"}, EntryView{Endpoint: endpoint, Model: "fails"})
	}
	view := p.run(t, request)
	note(view, nil)
	for name, answers := range p.all(t, []string{view.ID, view.Runs[0].ID, "office"}) {
		told = append(told, name+" "+strings.Join(answers, "\n"))
	}
	told = append(told, p.events(), p.logs(t))
	all := strings.Join(told, "\n")
	for name, secret := range map[string]string{"the key of a variable": variable, "the stored key": stored, "a header's value": header} {
		quoted, _ := json.Marshal(secret)
		for form, needle := range map[string]string{
			"as it is": secret, "in JSON": strings.Trim(string(quoted), `"`), "in a URL": url.QueryEscape(secret),
			"in base64": base64.StdEncoding.EncodeToString([]byte(secret))[:24],
		} {
			if at := strings.Index(all, needle); at >= 0 {
				t.Errorf("%s stands %s in …%s", name, form, all[max(0, at-200):at])
			}
		}
	}
	if !strings.Contains(all, "marker") || !strings.Contains(all, `"talks"`) {
		t.Error("control: what was asked is not found: the search looks in the wrong place")
	}
}

// risky are the methods that wait for a person, reach out of the window, or end what the search needs.
var risky = []string{
	"Desktop.", "Transfers.", "Backups.Restore", "Endpoints.Remove", "Endpoints.ClearKey", "Endpoints.Save", "Endpoints.SetKey", "Endpoints.UnlockKeys",
	"Endpoints.ChooseKeys", "Privacy.", "History.Delete", "Comparisons.Start", "Settings.Save",
}

// all calls every bound method but the risky ones, with the words by turns.
func (p *page) all(t *testing.T, words []string) map[string][]string {
	t.Helper()
	got := map[string][]string{}
	for _, bound := range p.roof.bound() {
		v := reflect.ValueOf(bound)
		for i := range v.NumMethod() {
			name := v.Type().Elem().Name() + "." + v.Type().Method(i).Name
			if slices.ContainsFunc(risky, func(s string) bool { return strings.HasPrefix(name, s) }) {
				continue
			}
			for _, word := range words {
				got[name] = append(got[name], answerOf(t, v.Method(i), word, word))
			}
		}
	}
	if len(got) < 25 {
		t.Fatalf("only %d methods were asked: the search looks in the wrong place", len(got))
	}
	return got
}
