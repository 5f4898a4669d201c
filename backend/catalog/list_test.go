package catalog

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
)

func modelsDev(models string) []byte {
	return []byte(`{"openai":{"models":{` + models + `}},"anthropic":{"models":{"a":{"cost":{"input":1,"output":2}}}},"google":{"models":{"g":{"cost":{"input":1,"output":2}}}}}`)
}

// usage of a thousand plain input tokens, a thousand of each cache, a thousand of text and a thousand of reasoning.
var thousands = bakeoff.Usage{
	Input: bakeoff.ReportedCount(3000), CacheRead: bakeoff.ReportedCount(1000), CacheWrite: bakeoff.ReportedCount(1000),
	Output: bakeoff.ReportedCount(2000), Reasoning: bakeoff.ReportedCount(1000),
}

func TestWhatListsSayIsPricedByHand(t *testing.T) {
	for _, test := range []struct {
		name, endpoint, id, want string // dollars; empty: unknown
		dev, router              string
	}{
		{"all prices of their own", "openai", "x", "0.0101", `"x":{"cost":{"input":1,"output":2,"cache_read":0.1,"cache_write":3,"reasoning":4}}`, ``},
		{"zero stands for no price of its own", "openai", "x", "0.007", `"x":{"cost":{"input":1,"output":2,"cache_read":0,"cache_write":0,"reasoning":0}}`, ``},
		{"a plan is no price", "openai", "x", "", `"x":{"cost":{"input":0,"output":0}}`, ``},
		{"a way that is not known", "openai", "x", "", `"x":{"cost":{"input":1,"output":2,"per_hour":1}}`, ``},
		{"a price that cannot be right", "openai", "x", "", `"x":{"cost":{"input":1000000,"output":2}}`, ``},
		{"a negative price", "openai", "x", "", `"x":{"cost":{"input":-1,"output":2}}`, ``},
		{"a tier of long inputs", "openai", "x", "0.014", `"x":{"cost":{"input":1,"output":2,"tiers":[{"tier":{"type":"context","size":2000},"input":2,"output":4}]}}`, ``},
		{"OpenRouter, per token", "openrouter", "v/x", "0.0071", ``, `{"id":"v/x","pricing":{"prompt":"0.000001","completion":"0.000002","input_cache_read":"1e-7","input_cache_write":"0.000002","internal_reasoning":"0"}}`},
		{"OpenRouter, zero for caches", "openrouter", "v/x", "0.007", ``, `{"id":"v/x","pricing":{"prompt":"0.000001","completion":"0.000002","input_cache_read":"0","input_cache_write":"0"}}`},
		{"OpenRouter, free", "openrouter", "v/x:free", "0", ``, `{"id":"v/x:free","pricing":{"prompt":"0","completion":"0"}}`},
		{"OpenRouter, a fee for each request", "openrouter", "v/x", "", ``, `{"id":"v/x","pricing":{"prompt":"0.000001","completion":"0.000002","request":"0.01"}}`},
	} {
		var l List
		var err error
		if test.dev != "" {
			l, err = ReadModelsDev(modelsDev(test.dev), "2026-11-24")
		} else {
			l, err = ReadOpenRouter([]byte(`{"data":[`+test.router+`]}`), "2026-11-24")
		}
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
			continue
		}
		c, err := New(nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Use(nil, l); err != nil {
			t.Fatal(err)
		}
		got := c.Cost(test.endpoint, test.id, time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC), thousands, nil)
		if test.want == "" {
			if got.Source != bakeoff.CostUnknown || got.Note == "" {
				t.Errorf("%s: got %+v, want unknown with a reason", test.name, got)
			}
			continue
		}
		want, err := bakeoff.ParseUSD(test.want)
		if err != nil {
			t.Fatal(err)
		}
		if got.Amount != want || got.Source != bakeoff.CostComputed {
			t.Errorf("%s: got %+v, want %s dollars", test.name, got, test.want)
		}
	}
}

func TestASnapshotAndADatedIDKeepToTheirList(t *testing.T) {
	var embeddedSheet struct {
		Prices []struct {
			Endpoint, ID string
			Aliases      []string
			From         string
		}
	}
	if err := json.Unmarshal(embedded, &embeddedSheet); err != nil {
		t.Fatal(err)
	}
	for _, r := range embeddedSheet.Prices {
		if r.Endpoint != "openai" || len(r.Aliases) == 0 || r.From != "" {
			continue
		}
		c, err := New(nil)
		if err != nil {
			t.Fatal(err)
		}
		old := c.Snapshot()
		l, err := ReadModelsDev(modelsDev(`"`+r.ID+`":{"cost":{"input":77,"output":78}}`), "2026-11-24")
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Use(nil, l); err != nil {
			t.Fatal(err)
		}
		at := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
		for _, id := range append(r.Aliases, r.ID) {
			now, _ := c.Price("openai", id, at)
			then, _ := old.Price("openai", id, at)
			if !strings.Contains(now.Source, "models.dev") || strings.Contains(then.Source, "models.dev") {
				t.Errorf("%s: now by %q, then by %q", id, now.Source, then.Source)
			}
		}
		return
	}
	t.Fatal("the sheet has no model with aliases")
}
