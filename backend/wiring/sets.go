package wiring

import (
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/set"
)

// MayAskSet refuses rows of a set that Local only would not let out: they would only fail.
func (h *House) MayAskSet(s bakeoff.PromptSet) error {
	if h.Privacy.LocalOnly() && h.leaves(s.Lineup) {
		return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, and models of this set run elsewhere. Turn it off to go on, or make a set of local models."}
	}
	return nil
}

// leaves reports whether a lineup asks a model outside this machine and the user's own hosts.
func (h *House) leaves(lineup []bakeoff.Entry) bool {
	return slices.ContainsFunc(lineup, func(e bakeoff.Entry) bool {
		ep, err := h.Registry.Get(e.Endpoint)
		return err == nil && ep.Place == bakeoff.PlaceCloud && !ep.Own
	})
}

// PlanSet checks a draft of a set, and plans each row as it would be asked: for estimates.
func (h *House) PlanSet(d set.Draft) ([]Planned, error) {
	s, rows, err := set.Plan(d)
	if err != nil {
		return nil, err
	}
	all := make([]Planned, len(rows))
	for i, row := range rows {
		spec, err := set.Spec(s, row)
		if err != nil {
			return nil, err
		}
		all[i].Comparison, all[i].Runs = h.Engine.Plan(spec)
	}
	return all, nil
}
