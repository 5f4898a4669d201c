package wiring

import (
	"testing"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/google/go-cmp/cmp"
)

func TestWhatAnEndpointLacks(t *testing.T) {
	ready := EndpointInfo{Label: "Ollama", State: StateReady, Models: []provider.Model{{ID: "tiny:latest", Digest: "aa"}}}
	noKey := EndpointInfo{State: StateNoKey, Problem: &bakeoff.Error{Message: "No key."}}
	for _, test := range []struct {
		name          string
		info          EndpointInfo
		model, digest string
		want          string
	}{
		{"all is there", ready, "tiny", "aa", ""},
		{"its build was not known", ready, "tiny:latest", "", ""},
		{"another build", ready, "tiny", "bb", "tiny of Ollama has other files than then: an update replaced them."},
		{"no such model", ready, "big", "aa", "Ollama no longer lists big."},
		{"no key", noKey, "tiny", "", "No key."},
		{"nothing known yet", EndpointInfo{State: StateChecking}, "big", "", ""},
	} {
		if diff := cmp.Diff(test.want, test.info.lacks(test.model, test.digest)); diff != "" {
			t.Error(test.name, diff)
		}
	}
}

func TestAnEndpointThatIsNoMoreIsSaid(t *testing.T) {
	h := openHouse(t, t.TempDir())
	defer closeHouse(t, h)
	c := bakeoff.Comparison{Lineup: []bakeoff.Entry{{Endpoint: "old-box", Model: "tiny"}, {Endpoint: "demo", Model: "quick"}}}
	want := []string{"There is no endpoint old-box any more, so tiny cannot be asked."}
	if diff := cmp.Diff(want, h.Registry.Gone(c)); diff != "" {
		t.Error(diff)
	}
}
