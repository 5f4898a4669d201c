package wiring

import (
	"fmt"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// Gone says in sentences what a comparison was asked of and no longer exists, as far as that is known without asking
// anybody: endpoints, keys, models, and the very build of a local model.
func (r *Registry) Gone(c bakeoff.Comparison) []string {
	var out []string
	known := r.Known()
	for seat, entry := range c.Lineup {
		i := slices.IndexFunc(known, func(i EndpointInfo) bool { return i.Name == entry.Endpoint })
		if i < 0 {
			if _, err := r.Get(entry.Endpoint); err != nil { // a hidden one can still be asked
				out = append(out, fmt.Sprintf("There is no endpoint %s any more, so %s cannot be asked.", cut(entry.Endpoint, 40), cut(entry.Model, 80)))
			}
			continue
		}
		if sentence := known[i].lacks(entry.Model, digest(c, seat)); sentence != "" && !slices.Contains(out, sentence) {
			out = append(out, sentence)
		}
	}
	return out
}

// lacks is what an endpoint lacks of a model that it had; empty when nothing is known to be missing.
func (i EndpointInfo) lacks(model, digest string) string {
	if i.Problem != nil {
		return i.Problem.Message
	}
	if i.State != StateReady || len(i.Models) == 0 {
		return ""
	}
	at := slices.IndexFunc(i.Models, func(m provider.Model) bool { return plainID(m.ID) == plainID(model) })
	switch {
	case at < 0:
		return fmt.Sprintf("%s no longer lists %s.", i.Label, cut(model, 80))
	case digest != "" && i.Models[at].Digest != "" && digest != i.Models[at].Digest:
		return fmt.Sprintf("%s of %s has other files than then: an update replaced them.", cut(model, 80), i.Label)
	}
	return ""
}

func plainID(id string) string {
	return strings.TrimSuffix(strings.TrimPrefix(strings.ToLower(id), "models/"), ":latest")
}

// digest is that of the newest attempt of a seat.
func digest(c bakeoff.Comparison, seat int) (digest string) {
	for _, r := range c.Runs {
		if r.Seat == seat {
			digest = r.Digest
		}
	}
	return digest
}
