package store

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestEndpointsAreKept(t *testing.T) {
	s := open(t, t.TempDir())
	office := Endpoint{Name: "office", Own: true, Label: "Office", Kind: "openai", BaseURL: "https://gw.example/v1", Keyed: true}
	must(t, s.SaveEndpoint(t.Context(), office))
	must(t, s.SaveEndpoint(t.Context(), Endpoint{Name: "groq", Disabled: true}))
	office.Label = "Office, second floor"
	must(t, s.SaveEndpoint(t.Context(), office))
	got, err := s.Endpoints(t.Context())
	must(t, err)
	if diff := cmp.Diff([]Endpoint{{Name: "groq", Disabled: true}, office}, got); diff != "" {
		t.Error(diff)
	}
	must(t, s.DeleteEndpoint(t.Context(), "office"))
	if got, _ := s.Endpoints(t.Context()); len(got) != 1 {
		t.Errorf("after the deletion: got %+v", got)
	}
}
