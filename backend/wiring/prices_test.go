package wiring

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/catalog"
)

const developersList = `{"openai":{"models":{"gpt-x":{"cost":{"input":2,"output":8,"cache_read":0.5,"tiers":[{"input":4,"output":12,"tier":{"type":"context","size":272000}}]}},
 "odd":{"cost":{"input":1,"output":2,"per_hour":3}},"nothing":{}}},
 "anthropic":{"models":{"c":{"cost":{"input":3,"output":15,"reasoning":20}}}},"google":{"models":{"g":{"cost":{"input":1e-1,"output":0.4,"context_over_200k":{"input":0.2,"output":0.8}}}}},
 "openrouter":{"models":{"a/b":{"cost":{"input":99,"output":99}}}}}`

const routerList = `{"data":[{"id":"a/b","pricing":{"prompt":"0.0000025","completion":"0.00001","internal_reasoning":"0","request":"0","image":"0.001","overrides":[{"min_prompt_tokens":200001,"prompt":"0.000005"}]}},
 {"id":"auto","pricing":{"prompt":"-1","completion":"-1"}},{"id":"fee","pricing":{"prompt":"0.000001","completion":"0.000001","request":"0.005"}},
 {"id":"hourly","pricing":{"prompt":"0.000001","completion":"0.000001","overrides":[{"utc_start":"01:00","utc_end":"02:00","prompt":"0.000002"}]}}]}`

// sources are two scripted price lists on this machine; a nil handler serves the good one with an ETag.
type sources struct {
	p                *Prices
	dir              string
	developers       atomic.Pointer[http.HandlerFunc]
	asked, unchanged atomic.Int64
}

func (s *sources) script(f http.HandlerFunc) { s.developers.Store(&f) }

func scripted(t *testing.T) *sources {
	t.Helper()
	s := &sources{dir: t.TempDir()}
	s.script(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(developersList)) })
	serve := func(w http.ResponseWriter, r *http.Request) {
		s.asked.Add(1)
		w.Header().Set("ETag", `"one"`)
		if r.Header.Get("If-None-Match") == `"one"` {
			s.unchanged.Add(1)
			w.WriteHeader(http.StatusNotModified)
			return
		}
		if strings.HasSuffix(r.URL.Path, "/models") {
			_, _ = w.Write([]byte(routerList))
			return
		}
		(*s.developers.Load())(w, r)
	}
	server := httptest.NewServer(http.HandlerFunc(serve))
	t.Cleanup(server.Close)
	s.p = newPrices(s.dir, func(name string) string {
		return map[string]string{ModelsDevVariable: server.URL + "/api.json", OpenRouterVariable: server.URL + "/models"}[name]
	}, newPrivacy(s.dir, false))
	s.p.now = func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
	return s
}

func (s *sources) refresh(t *testing.T) []PriceList {
	t.Helper()
	lists, err := s.p.Refresh(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return lists
}

func spent(p *Prices, endpoint, model string, in, out, read int64) bakeoff.Cost {
	return p.catalog.Cost(endpoint, model, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), bakeoff.Usage{
		Input: bakeoff.ReportedCount(in), Output: bakeoff.ReportedCount(out), CacheRead: bakeoff.ReportedCount(read),
	}, nil)
}

func TestRefreshedPricesAreExactAndKept(t *testing.T) {
	s := scripted(t)
	for _, l := range s.refresh(t) {
		if l.Problem != nil {
			t.Fatalf("%s: %v", l.Label, l.Problem)
		}
	}
	again := newPrices(s.dir, s.p.getenv, s.p.privacy) // another start, without a network
	for _, p := range []*Prices{s.p, again} {
		for _, tc := range []struct {
			endpoint, model string
			in, out, read   int64
			want            string // by hand; "-" is unknown
		}{
			{"openai", "gpt-x", 1000, 100, 400, "0.0022"},     // 600×2 + 400×0.5 + 100×8 = 2200 millionths
			{"openai", "gpt-x", 272000, 0, 0, "0.544"},        // the tier begins above
			{"openai", "gpt-x", 272001, 1, 0, "1.088016"},     // 272001×4 + 12
			{"openai", "odd", 1, 1, 0, "-"},                   // a price by the hour
			{"openai", "nothing", 1, 1, 0, "-"},               //
			{"anthropic", "c", 10, 10, 0, "-"},                // reasoning apart, and its tokens unknown
			{"gemini", "g", 1000, 1000, 0, "0.0005"},          // 0.1 + 0.4 dollars per million
			{"openrouter", "a/b", 200000, 100, 0, "0.501"},    // its own list, not models.dev's 99
			{"openrouter", "a/b", 200001, 100, 0, "1.001005"}, // 200001×5 + 100×10
			{"openrouter", "auto", 1, 1, 0, "-"},              //
			{"openrouter", "fee", 1, 1, 0, "-"},               //
			{"openrouter", "hourly", 1, 1, 0, "-"},            //
		} {
			got := spent(p, tc.endpoint, tc.model, tc.in, tc.out, tc.read)
			text := "-"
			if got.Known() {
				text = got.Amount.String()
				if got.PriceDate != "2026-11-24" || got.PriceSource == "" {
					t.Errorf("%s: provenance %q %q", tc.model, got.PriceDate, got.PriceSource)
				}
			} else if got.Note == "" {
				t.Errorf("%s: no reason", tc.model)
			}
			if text != tc.want {
				t.Errorf("%s %d in: got %s, want %s", tc.model, tc.in, text, tc.want)
			}
		}
	}
	thought := bakeoff.Usage{Input: bakeoff.ReportedCount(10), Output: bakeoff.ReportedCount(10), Reasoning: bakeoff.ReportedCount(4)}
	if got := s.p.catalog.Cost("anthropic", "c", s.p.now(), thought, nil).Amount.String(); got != "0.0002" { // 30 + 6×15 + 4×20
		t.Errorf("reasoning at its own price: got %s", got)
	}
}

func TestAnUnchangedListIsNotSentAgain(t *testing.T) {
	s := scripted(t)
	s.refresh(t)
	s.p.now = func() time.Time { return time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC) }
	for _, l := range s.refresh(t) {
		if !l.Same || l.Problem != nil || l.At.Day() != 25 || l.Prices == 0 {
			t.Errorf("%+v", l)
		}
	}
	if s.unchanged.Load() != 2 {
		t.Errorf("%d answers were 304", s.unchanged.Load())
	}
	if got := spent(s.p, "openai", "gpt-x", 1, 1, 0).PriceDate; got != "2026-11-25" {
		t.Errorf("the price is of %s", got)
	}
}

func TestAWrongAnswerLeavesTheListThatWasThere(t *testing.T) {
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	for name, script := range map[string]http.HandlerFunc{
		"a redirect":  func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, elsewhere.URL, http.StatusFound) },
		"garbage":     func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>")) },
		"half a list": func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(developersList[:200])) },
		"a broken end": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "999999")
			_, _ = w.Write([]byte(developersList))
		},
		"too few": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"openai":{"models":{"gpt-x":{"cost":{"input":9,"output":9}}}},"anthropic":{"models":{"c":{}}},"google":{"models":{"g":{}}}}`))
		},
		"a missing provider": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte(`{"openai":{"models":{"gpt-x":{"cost":{"input":9,"output":9}}}}}`))
		},
		"too much":  func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, maxAnswer+2)) },
		"an error":  func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) },
		"no answer": func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			s := scripted(t)
			s.refresh(t)
			s.p.sources[1].kept.ETag = "" // ask for the whole list
			s.script(script)
			got := s.refresh(t)[1]
			if got.Problem == nil || !strings.Contains(got.Problem.Message, "2026-11-24 stay") {
				t.Fatalf("got %+v", got)
			}
			if unreached := strings.Contains(got.Problem.Message, "cannot be reached"); unreached != (name == "no answer") {
				t.Errorf("got %q", got.Problem.Message)
			}
			if cost := spent(s.p, "openai", "gpt-x", 1000, 100, 400); cost.Amount.String() != "0.0022" {
				t.Errorf("the price became %v", cost)
			}
		})
	}
}

func TestLocalOnlyAsksForNoPriceList(t *testing.T) {
	s := scripted(t)
	if err := s.p.privacy.SetLocalOnly(true); err != nil {
		t.Fatal(err)
	}
	_, err := s.p.Refresh(context.Background())
	var sentence *bakeoff.Error
	if !errors.As(err, &sentence) || sentence.Code != bakeoff.CodeLocalOnly || s.asked.Load() != 0 {
		t.Errorf("got %v after %d requests", err, s.asked.Load())
	}
}

func TestOwnPricesStandAboveAllAndNoRowIsLost(t *testing.T) {
	s := scripted(t)
	mine := "{ \"date\": \"2026-11-01\",\n  \"prices\": [ {\"endpoint\":\"x\",\"id\":\"m\",\"input\":1.50,\"output\":2,\"source\":\"my contract\",\"date\":\"2026-11-01\"} ] }\n"
	path := filepath.Join(s.dir, ownPrices)
	if err := os.WriteFile(path, []byte(mine), 0o600); err != nil {
		t.Fatal(err)
	}
	s.refresh(t)
	told := 0
	s.p.Watch(func() { told++ })
	for _, cached := range []string{"", "0.1"} {
		if err := s.p.Set("openai", "gpt-x", catalog.Override{Input: "1", Output: "2", Cached: cached}); err != nil {
			t.Fatal(err)
		}
	}
	if got := spent(s.p, "openai", "gpt-x", 1000, 100, 400); got.Amount.String() != "0.00084" || got.PriceSource != catalog.SetByYou { // 600 + 40 + 200
		t.Errorf("got %+v", got)
	}
	if after, _ := os.ReadFile(path); strings.Count(string(after), catalog.SetByYou) != 1 || !strings.Contains(string(after), "\"input\":1.50,\"output\":2,\"source\":\"my contract\"") {
		t.Errorf("the file became %s", after)
	}
	if err := s.p.Unset("openai", "gpt-x"); err != nil {
		t.Fatal(err)
	}
	if got := spent(s.p, "openai", "gpt-x", 1000, 100, 400); got.Amount.String() != "0.0022" {
		t.Errorf("afterwards: %+v", got)
	}
	if err := s.p.Unset("x", "m"); err == nil || told != 3 {
		t.Errorf("a row of the user's was removed, or %d changes were told", told)
	}
	if got := spent(s.p, "x", "m", 1000, 0, 0); got.Amount.String() != "0.0015" {
		t.Errorf("the user's row: %+v", got)
	}
	for _, wrong := range []catalog.Override{{Input: "-1", Output: "1"}, {Input: "1"}, {Input: "1e3", Output: "1"}, {Input: "007x", Output: "1"}, {Input: "1.", Output: "1"}} {
		if s.p.Set("x", "m", wrong) == nil {
			t.Errorf("%+v was taken", wrong)
		}
	}
}

func TestARunningBakeoffTakesWhatAnotherSet(t *testing.T) {
	s := scripted(t)
	other := newPrices(s.dir, s.p.getenv, s.p.privacy)
	told := false
	s.p.Watch(func() { told = true })
	if err := other.Set("x", "m", catalog.Override{Input: "1", Output: "1"}); err != nil {
		t.Fatal(err)
	}
	before := spent(s.p, "x", "m", 1, 1, 0)
	s.p.Reread()
	if after := spent(s.p, "x", "m", 1, 1, 0); before.Known() || !after.Known() || !told {
		t.Errorf("before %+v, after %+v, told %v", before, after, told)
	}
}
