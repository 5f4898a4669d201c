package anthropic

import (
	"path"
	"slices"
	"strings"
)

// control is how a family lets its thinking be set.
type control uint8

const (
	noThinking control = iota
	budgets            // thinking.budget_tokens
	adaptive           // thinking.type "adaptive" with output_config.effort
)

// off is how a family's thinking is switched off.
type off uint8

const (
	leaveOut     off = iota // it does not think unless asked
	disable                 // thinking.type "disabled"
	betweenTools            // thinking.type "between_tools"
	never                   // it always thinks
)

// family is what a group of models accepts.
type family struct {
	pattern   string // of ids without a vendor's prefix; a star stands for any characters
	control   control
	off       off
	levels    string // effort words that an adaptive family takes
	shows     bool   // it thinks unasked, and hides the text unless it is told to show a summary
	sampling  bool   // takes temperature and top_p
	oneOf     bool   // takes only one of them
	budgetToo bool   // an adaptive family that still takes thinking.budget_tokens
	prose     bool   // has no answer by a schema
	maxTokens int64  // sent when the entry sets none, thinking included
}

// anyModel matches what is no Claude.
const anyModel = "*"

const (
	allLevels = "low medium high xhigh max"
	oldLevels = "low medium high max"
)

// families are tried in order. Source: the migration and thinking pages of platform.claude.com and the model list of the
// SDK v1.84.0, 2026-11-24. A Claude model newer than this table is taken for one like the newest: it thinks always and
// takes no sampling settings. 32,000 tokens are accepted by every model from 3.7 on.
var families = []family{
	{pattern: "claude-3-7-*", prose: true, control: budgets, sampling: true, maxTokens: 32_000},
	{pattern: "claude-3-5-*", prose: true, sampling: true, maxTokens: 8_192},
	{pattern: "claude-3-*", prose: true, sampling: true, maxTokens: 4_096},
	{pattern: "claude-opus-4-1*", control: budgets, sampling: true, oneOf: true, maxTokens: 32_000},
	{pattern: "claude-*-4-5*", control: budgets, sampling: true, oneOf: true, maxTokens: 32_000},
	{pattern: "claude-*-4-6*", control: adaptive, budgetToo: true, levels: oldLevels, sampling: true, oneOf: true, maxTokens: 32_000},
	{pattern: "claude-*-4-[78]*", control: adaptive, levels: allLevels, maxTokens: 32_000},
	{pattern: "claude-*-4-*", prose: true, control: budgets, sampling: true, maxTokens: 32_000}, // with a date: 4.0
	{pattern: "claude-sonnet-5-5*", control: adaptive, off: betweenTools, levels: allLevels, shows: true, maxTokens: 32_000},
	{pattern: "claude-haiku-5-5*", control: adaptive, off: disable, levels: allLevels, shows: true, maxTokens: 32_000},
	{pattern: "claude-opus-5-5*", control: adaptive, off: never, levels: allLevels, shows: true, maxTokens: 32_000},
	{pattern: "claude-opus-5*", control: adaptive, off: disable, levels: allLevels, shows: true, maxTokens: 32_000},
	{pattern: "claude-sonnet-5*", control: adaptive, off: disable, levels: allLevels, shows: true, maxTokens: 32_000},
	{pattern: "claude-*", control: adaptive, off: never, levels: allLevels, shows: true, maxTokens: 32_000},
	{pattern: anyModel, control: budgets, off: disable, sampling: true, maxTokens: 32_000}, // others, behind a gateway or Ollama
}

// familyOf returns the family of a model id; a gateway's prefix ("anthropic/") and case do not matter.
func familyOf(model string) family {
	id := strings.ToLower(model[strings.LastIndexByte(model, '/')+1:])
	for _, f := range families {
		if ok, _ := path.Match(f.pattern, id); ok {
			return f
		}
	}
	return families[len(families)-1]
}

// takes reports whether effort is a word of the family.
func (f family) takes(effort string) bool {
	return slices.Contains(strings.Fields(f.levels), effort)
}

// leastBudget is the smallest thinking budget, in tokens.
const leastBudget = 1_024

// budget returns the thinking budget for an effort within maxTokens, which it is part of; ok is false for an unknown word
// and where there is no room for the smallest budget, 1,024 tokens.
func budget(effort string, maxTokens int64) (tokens int64, ok bool) {
	const least = leastBudget
	tokens, ok = map[string]int64{"minimal": least, "low": 2_048, "medium": 8_192, "high": 16_384, "xhigh": 24_576, "max": 28_672}[effort]
	if !ok || maxTokens <= least {
		return 0, false
	}
	return max(least, min(tokens, maxTokens*3/4)), true
}
