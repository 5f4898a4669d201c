package catalog

import (
	"errors"
	"strings"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/google/go-cmp/cmp"
)

const day0 = `"date":"2026-11-01","source":"s"`

// own returns a catalog whose sheet is the embedded one with rows on top.
func own(t *testing.T, rows string) *Catalog {
	t.Helper()
	c, err := New([]byte(`{"prices":[` + rows + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func at(text string) time.Time {
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		panic(err)
	}
	return v
}

var noon = at("2026-11-24T12:00:00Z")

func usage(in, out, read, write int64) bakeoff.Usage {
	return bakeoff.Usage{
		Input: bakeoff.ReportedCount(in), Output: bakeoff.ReportedCount(out),
		CacheRead: bakeoff.ReportedCount(read), CacheWrite: bakeoff.ReportedCount(write),
	}
}

func TestCostIsExact(t *testing.T) {
	c := own(t, `{"endpoint":"x","id":"m","aliases":["m-2026"],"input":0.435,"output":0.87,"cache_read":0.003625,"cache_write":1.25,"cache_write_1h":2,`+day0+`},
		{"endpoint":"x","id":"nocache","input":1,"output":2,`+day0+`},
		{"endpoint":"x","id":"tiered","input":1,"output":2,"tiers":[{"above":200000,"input":2,"output":3}],`+day0+`},
		{"endpoint":"x","id":"free","input":0,"output":0,`+day0+`},
		{"endpoint":"x","id":"half","input":1,`+day0+`}`)
	hour := usage(100, 10, 0, 50)
	hour.CacheWrite1h = bakeoff.ReportedCount(20)
	guessed := usage(1000, 10, 0, 0)
	guessed.Output.Source = bakeoff.Estimated
	for _, tc := range []struct {
		name, model string
		usage       bakeoff.Usage
		modifiers   map[string]string
		want        string // the cost, or "-" when unknown
		source      bakeoff.CostSource
		atLeast     bool
	}{
		{"plain tokens", "m", usage(1000, 100, 0, 0), nil, "0.000522", bakeoff.CostComputed, false},
		{"cached tokens have their own price", "m", usage(1000, 0, 800, 0), nil, "0.0000899", bakeoff.CostComputed, false},
		{"an hour's cache writes are apart from five minutes'", "m", hour, nil, "0.00010795", bakeoff.CostComputed, false},
		{"an alias is the same model", "m-2026", usage(1000, 100, 0, 0), nil, "0.000522", bakeoff.CostComputed, false},
		{"case does not matter", "M", usage(1000, 100, 0, 0), nil, "0.000522", bakeoff.CostComputed, false},
		{"a longer id is another model", "m-pro", usage(1000, 100, 0, 0), nil, "-", bakeoff.CostUnknown, false},
		{"no cache price counts as plain input", "nocache", usage(1000, 0, 800, 0), nil, "0.001", bakeoff.CostComputed, false},
		{"at the tier's limit the lower price holds", "tiered", usage(200000, 10, 0, 0), nil, "0.20002", bakeoff.CostComputed, false},
		{"above it all tokens cost more", "tiered", usage(200001, 10, 0, 0), nil, "0.400032", bakeoff.CostComputed, false},
		{"a price of zero is a known zero", "free", usage(1000, 10, 0, 0), nil, "0", bakeoff.CostComputed, false},
		{"half a price is none", "half", usage(1000, 10, 0, 0), nil, "-", bakeoff.CostUnknown, false},
		{"estimated counts give an estimate", "nocache", guessed, nil, "0.00102", bakeoff.CostEstimated, false},
		{"an absent count gives a lower bound", "nocache", bakeoff.Usage{Output: bakeoff.ReportedCount(10)}, nil, "0.00002", bakeoff.CostComputed, true},
		{"no counts give nothing", "nocache", bakeoff.Usage{}, nil, "-", bakeoff.CostUnknown, false},
		{"a service tier changes the price in an unknown way", "nocache", usage(1, 1, 0, 0), map[string]string{"service_tier": "flex"}, "-", bakeoff.CostUnknown, false},
		{"cache counts above the input are no credit", "m", usage(10, 1, 8, 8), nil, "-", bakeoff.CostUnknown, false},
		{"absurd counts do not overflow", "tiered", usage(1<<40, 1<<40, 0, 0), nil, "5497558.13888", bakeoff.CostComputed, false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			got := c.Cost("x", tc.model, noon, tc.usage, tc.modifiers)
			text := "-"
			if got.Known() {
				text = got.Amount.String()
				if got.PriceDate != "2026-11-01" || got.PriceSource != "s" {
					t.Errorf("the price's provenance is %q, %q", got.PriceDate, got.PriceSource)
				}
			} else if got.Note == "" {
				t.Error("an unknown cost does not say why")
			}
			if text != tc.want || got.Source != tc.source || got.AtLeast != tc.atLeast {
				t.Errorf("got %s %s at least %v, want %s %s at least %v", text, got.Source, got.AtLeast, tc.want, tc.source, tc.atLeast)
			}
		})
	}
	dear := own(t, `{"endpoint":"x","id":"dear","input":9000000,"output":1,`+day0+`}`)
	if got := dear.Cost("x", "dear", noon, usage(1<<40, 1, 0, 0), nil); got.Known() {
		t.Errorf("an overflow became the figure %v", got.Amount)
	}
}

func TestPriceDependsOnTheInstant(t *testing.T) {
	c := own(t, `{"endpoint":"x","id":"m","input":2,"output":2,"weekdays":true,"hours":["01:00-04:00","06:00-10:00"],"until":"2026-12-01",`+day0+`},
		{"endpoint":"x","id":"m","input":1,"output":1,"until":"2026-12-01",`+day0+`},
		{"endpoint":"x","id":"m","input":5,"output":5,"from":"2026-12-01",`+day0+`}`)
	for _, tc := range []struct {
		name, at string
		want     bakeoff.MicroPerMillion
	}{
		{"a weekday's peak", "2026-11-24T03:59:59Z", 2_000_000},
		{"its end is no longer peak", "2026-11-24T04:00:00Z", 1_000_000},
		{"the second peak", "2026-11-24T06:00:00Z", 2_000_000},
		{"a weekend has no peak", "2026-11-22T03:00:00Z", 1_000_000},
		{"hours are UTC", "2026-11-24T03:30:00+02:00", 2_000_000},
		{"the last moment of the old price", "2026-11-30T23:59:59Z", 1_000_000},
		{"the first moment of the new price", "2026-12-01T00:00:00Z", 5_000_000},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p, ok := c.Price("x", "m", at(tc.at))
			if !ok || *p.Input != tc.want {
				t.Errorf("got %v %v, want %v", ok, p.Rates, tc.want)
			}
		})
	}
}

func TestOwnRowsStandAboveTheSheet(t *testing.T) {
	sheet, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	before, ok := sheet.Price("openai", "gpt-4o", noon)
	if !ok || before.Yours {
		t.Fatalf("the sheet has no gpt-4o: %+v", before)
	}
	c := own(t, `{"endpoint":"openai","id":"gpt-4o","input":1,"output":1,`+day0+`}`)
	after, _ := c.Price("openai", "gpt-4o", noon)
	if !after.Yours || *after.Input != 1_000_000 {
		t.Errorf("got %+v, want the user's own price", after)
	}
}

func TestUnreadableOwnRowsAreNamedAndLeftOut(t *testing.T) {
	for name, text := range map[string]string{
		"no JSON":             `{`,
		"an unknown field":    `{"prices":[{"endpoint":"x","id":"m","inptu":1,` + day0 + `}]}`,
		"a negative price":    `{"prices":[{"endpoint":"x","id":"m","input":-1,` + day0 + `}]}`,
		"an exponent":         `{"prices":[{"endpoint":"x","id":"m","input":1e3,` + day0 + `}]}`,
		"too many digits":     `{"prices":[{"endpoint":"x","id":"m","input":0.0000001,` + day0 + `}]}`,
		"no source":           `{"prices":[{"endpoint":"x","id":"m","input":1,"date":"2026-11-01"}]}`,
		"no date":             `{"prices":[{"endpoint":"x","id":"m","input":1,"source":"s"}]}`,
		"an hour of nowhere":  `{"prices":[{"endpoint":"x","id":"m","hours":["4-1"],` + day0 + `}]}`,
		"tiers that fall":     `{"prices":[{"endpoint":"x","id":"m","tiers":[{"above":2},{"above":1}],` + day0 + `}]}`,
		"a pattern of no use": `{"openness":[{"endpoint":"*","openness":"open","models":["["]}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			c, err := New([]byte(text))
			var sentence *bakeoff.Error
			if !errors.As(err, &sentence) || !strings.Contains(sentence.Message, "prices.json") {
				t.Fatalf("got error %v, want a sentence with the next step", err)
			}
			if _, ok := c.Price("openai", "gpt-4o", noon); !ok {
				t.Error("the built-in prices are gone")
			}
		})
	}
}

func TestTheSheetIsWhole(t *testing.T) {
	s, err := parse(embedded, false)
	if err != nil {
		t.Fatal(err)
	}
	sheetDay := at(s.Date + "T00:00:00Z")
	seen := map[string]int{}
	for _, r := range s.Rows {
		seen[r.Endpoint]++
		if d, _ := day(r.Date); d.After(sheetDay) {
			t.Errorf("%s/%s was read after the sheet was made", r.Endpoint, r.ID)
		}
		if r.parsed.price.Input == nil || r.parsed.price.Output == nil {
			t.Errorf("%s/%s lacks a price", r.Endpoint, r.ID)
		}
	}
	for _, endpoint := range []string{"openai", "anthropic", "gemini", "deepseek", "openrouter", "xai", "mistral", "groq", "together"} {
		if seen[endpoint] < 3 {
			t.Errorf("%s has %d prices, want at least 3", endpoint, seen[endpoint])
		}
	}
}

func TestOpenness(t *testing.T) {
	c, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]bakeoff.Openness{}
	want := map[string]bakeoff.Openness{
		"openai gpt-4o": bakeoff.Closed, "openai gpt-oss-120b": bakeoff.Open, "anthropic claude-opus-5": bakeoff.Closed,
		"gemini gemini-2.5-pro": bakeoff.Closed, "gemini models/gemma-3-27b-it": bakeoff.Open, "deepseek deepseek-v4-pro": bakeoff.Open,
		"openrouter meta-llama/llama-4-maverick": bakeoff.Open, "openrouter openai/gpt-5": bakeoff.Closed,
		"openrouter openai/gpt-oss-20b": bakeoff.Open, "openrouter qwen/qwen-2.5-72b-instruct": bakeoff.Open,
		"openrouter someone/new-model": bakeoff.OpennessUnknown, "xai grok-4.5": bakeoff.Closed, "groq llama-3.3-70b-versatile": bakeoff.Open,
		"together meta-llama/Llama-3.3-70B-Instruct-Turbo": bakeoff.Open, "mistral mistral-large-latest": bakeoff.Closed,
		"mistral open-mistral-nemo": bakeoff.Open, "demo quick": bakeoff.OpennessUnknown, "elsewhere gpt-4o": bakeoff.OpennessUnknown,
	}
	for name := range want {
		endpoint, model, _ := strings.Cut(name, " ")
		got[name] = c.Openness(endpoint, model)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
