package provider_test

import (
	"encoding/json"
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

func TestReadCount(t *testing.T) {
	for name, tc := range map[string]struct {
		raw  string
		want bakeoff.Count
	}{
		"an integer":                {"12", bakeoff.ReportedCount(12)},
		"zero was reported":         {"0", bakeoff.ReportedCount(0)},
		"an integer as a float":     {"12.0", bakeoff.ReportedCount(12)},
		"an integer in exponent":    {"1.2e1", bakeoff.ReportedCount(12)},
		"a fraction is no count":    {"12.5", bakeoff.Count{}},
		"missing":                   {"", bakeoff.Count{}},
		"null":                      {"null", bakeoff.Count{}},
		"negative":                  {"-1", bakeoff.Count{}},
		"negative as a float":       {"-1.0", bakeoff.Count{}},
		"larger than any run":       {"1e18", bakeoff.Count{}},
		"larger than any integer":   {"99999999999999999999", bakeoff.Count{}},
		"larger than any float":     {"1e999", bakeoff.Count{}},
		"a string":                  {`"12"`, bakeoff.Count{}},
		"an object":                 {`{"n":12}`, bakeoff.Count{}},
		"a word that Go would read": {"NaN", bakeoff.Count{}},
	} {
		t.Run(name, func(t *testing.T) {
			if got := provider.ReadCount(json.RawMessage(tc.raw)); got != tc.want {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}
