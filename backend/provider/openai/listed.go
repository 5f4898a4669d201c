package openai

import (
	"slices"
	"sync"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// parameterLists keeps what the newest list of models said that each takes. OpenRouter leaves out what a model does not take
// without a word, so the list is the only place to learn it. Safe for concurrent use.
type parameterLists struct {
	mu sync.Mutex
	by map[string][]string // by model id
}

func (l *parameterLists) keep(models []provider.Model) {
	by := make(map[string][]string, len(models))
	for _, m := range models {
		if len(m.Parameters) > 0 {
			by[m.ID] = m.Parameters
		}
	}
	l.mu.Lock()
	l.by = by
	l.mu.Unlock()
}

// unlisted returns the settings of params that the list does not name for a model; none when nothing is known of it.
func (l *parameterLists) unlisted(model string, params bakeoff.Params) []string {
	l.mu.Lock()
	takes := l.by[model]
	l.mu.Unlock()
	if takes == nil {
		return nil
	}
	var out []string
	check := func(name string, words ...string) {
		if params.Has(name) && !slices.ContainsFunc(words, func(w string) bool { return slices.Contains(takes, w) }) {
			out = append(out, name)
		}
	}
	check(bakeoff.ParamTemperature, "temperature")
	check(bakeoff.ParamTopP, "top_p")
	check(bakeoff.ParamMaxTokens, "max_tokens", "max_completion_tokens")
	check(bakeoff.ParamSeed, "seed")
	check(bakeoff.ParamStop, "stop")
	check(bakeoff.ParamEffort, "reasoning", "reasoning_effort")
	check(bakeoff.ParamThinkingBudget, "reasoning")
	if params.Schema() != nil {
		check(bakeoff.ParamResponseFormat, "structured_outputs")
	} else {
		check(bakeoff.ParamResponseFormat, "response_format")
	}
	return out
}
