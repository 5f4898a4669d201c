package wiring

import (
	"context"
	"fmt"
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/compare"
	"bakeoff/backend/meter"
	"bakeoff/backend/provider"
)

// Prospect is what is known about an entry before it is asked.
type Prospect struct {
	provider.Foresight
	Input   int64 // estimated tokens of text, earlier turns included
	Images  bool  // there are images too, whose tokens nobody knows before
	Context int64 // tokens that fit in; 0: not known
	Basis   string
	TooLong string // a sentence when it does not fit, or hardly
	Files   []Fate
}

// Fate is what a model gets of a file.
type Fate struct {
	Name string
	As   string // "text", "image", "none": left out, "doubtful": sent, but nobody knows whether it is seen
	Note string // "text of 12 pages", "image", "cannot take images", "image, if it sees"
}

// Prospects tells what becomes of a comparison that is about to start, seat by seat. Nothing of the prompt is sent for it; an
// Ollama server on this machine may be asked what it has loaded.
func (h *House) Prospects(ctx context.Context, c bakeoff.Comparison) []Prospect {
	out := make([]Prospect, len(c.Lineup))
	for seat := range c.Lineup {
		out[seat] = h.prospect(ctx, c, seat)
	}
	return out
}

func (h *House) prospect(ctx context.Context, c bakeoff.Comparison, seat int) Prospect {
	entry := c.Lineup[seat]
	info, model := h.Registry.known(entry)
	req := provider.Request{
		Model: entry.Model, Earlier: c.EarlierOf(seat), Prompt: entry.PromptOf(c.Prompt), Params: entry.Params,
		Facts: provider.Facts{Capabilities: model.Capabilities, RemoteHost: model.RemoteHost, ContextLength: model.ContextLength},
	}
	if len(model.Capabilities) == 0 {
		req.Facts.Capabilities = nil // not known
	}
	p := Prospect{Images: len(req.Images()) > 0}
	p.Input = textTokens(c, seat)
	p.Files = fates(c.Prompt, req.Facts.Capabilities, info.Kind)
	p.Context, p.Basis = model.ContextLength, "as "+info.Label+" lists it"
	if ep, err := h.Registry.Get(entry.Endpoint); err == nil && ep.Provider != nil {
		p.Foresight = provider.Foresee(ep.Provider, req)
		if s, ok := ep.Provider.(provider.Sizer); ok && info.Place == bakeoff.PlaceLocal {
			p.Context, p.Basis = s.Context(ctx, req)
		}
	}
	if err := compare.CheckParams(entry.Params); err != nil {
		p.Problem = bakeoff.AsError(err)
	}
	p.TooLong = tooLong(p, entry)
	return p
}

// known is an endpoint with the row of its list that an entry names; zero values where there is none.
func (r *Registry) known(entry bakeoff.Entry) (EndpointInfo, provider.Model) {
	s, err := r.find(entry.Endpoint)
	if err != nil {
		return EndpointInfo{Label: entry.Endpoint}, provider.Model{}
	}
	info := r.info(s)
	for _, m := range info.Models {
		if m.ID == entry.Model || m.ID == entry.Model+":latest" {
			return info, m
		}
	}
	return info, provider.Model{}
}

// tooLong warns when the estimate leaves less than a tenth of the context free: it is a guess of four bytes a token.
func tooLong(p Prospect, entry bakeoff.Entry) string {
	if p.Context <= 0 {
		return ""
	}
	sizes := fmt.Sprintf("About %s tokens go in, and its context is %s, %s", bakeoff.Thousands(p.Input), bakeoff.Thousands(p.Context), p.Basis)
	answer := int64(0)
	if entry.Params.MaxTokens != nil {
		answer = int64(*entry.Params.MaxTokens)
	}
	switch {
	case p.Input > p.Context:
		return sizes + ": it does not fit. Shorten the prompt, or raise the context."
	case p.Input*10 >= p.Context*9:
		return sizes + ": it hardly fits, and leaves little for the answer."
	case answer > 0 && p.Input+answer > p.Context:
		return sizes + ": with max tokens " + bakeoff.Thousands(answer) + " the answer may not fit."
	}
	return ""
}

// fates say what a model gets of each file. capabilities are nil when nobody knows them.
func fates(prompt bakeoff.Prompt, capabilities []string, kind Kind) []Fate {
	var out []Fate
	for _, a := range prompt.Attachments {
		f := Fate{Name: a.Name, As: "text", Note: "text"}
		switch pages := a.PDFPages(); {
		case pages == 1:
			f.Note = "text of 1 page"
		case pages > 1:
			f.Note = fmt.Sprintf("text of %s pages", bakeoff.Thousands(int64(pages)))
		case !a.IsImage():
		case slices.Contains(capabilities, "vision"):
			f.As, f.Note = "image", "image"
		case kind == KindDemo, capabilities != nil && kind == KindOllama:
			f.As, f.Note = "none", "cannot take images"
		case capabilities != nil:
			f.As, f.Note = "doubtful", "image, though its list names no vision"
		default:
			f.As, f.Note = "doubtful", "image, if it sees"
		}
		out = append(out, f)
	}
	return out
}

// LongestInput is the estimate of the longest text that goes to a seat, in tokens.
func LongestInput(c bakeoff.Comparison) int64 {
	var most int64
	for seat := range c.Lineup {
		most = max(most, textTokens(c, seat))
	}
	return most
}

// textTokens estimates the tokens of all text that goes to a seat.
func textTokens(c bakeoff.Comparison, seat int) int64 {
	prompt := c.Lineup[seat].PromptOf(c.Prompt)
	n := int64(len(prompt.System) + len(provider.UserText(prompt)))
	for _, turn := range c.EarlierOf(seat) {
		n += int64(len(provider.UserText(turn.Prompt())) + len(turn.Answer))
	}
	return meter.EstimateTokens(n)
}
