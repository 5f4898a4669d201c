package wire

import (
	"regexp"
	"strings"

	"bakeoff/backend/bakeoff"
)

// paramNames are what providers call the settings of an entry. Only these are ever shown: a body may say anything.
var paramNames = map[string]string{
	"temperature": bakeoff.ParamTemperature,
	"top_p":       bakeoff.ParamTopP, "topp": bakeoff.ParamTopP,
	"max_tokens": bakeoff.ParamMaxTokens, "max_completion_tokens": bakeoff.ParamMaxTokens, "max_output_tokens": bakeoff.ParamMaxTokens,
	"maxoutputtokens": bakeoff.ParamMaxTokens, "num_predict": bakeoff.ParamMaxTokens,
	"seed": bakeoff.ParamSeed, "random_seed": bakeoff.ParamSeed,
	"stop": bakeoff.ParamStop, "stop_sequences": bakeoff.ParamStop, "stopsequences": bakeoff.ParamStop,
	"reasoning_effort": bakeoff.ParamEffort, "effort": bakeoff.ParamEffort, "thinkinglevel": bakeoff.ParamEffort, "thinking_level": bakeoff.ParamEffort,
	"budget_tokens": bakeoff.ParamThinkingBudget, "thinkingbudget": bakeoff.ParamThinkingBudget, "thinking_budget": bakeoff.ParamThinkingBudget,
	"num_ctx": bakeoff.ParamNumCtx, "keep_alive": bakeoff.ParamKeepAlive,
	"response_format": bakeoff.ParamResponseFormat, "json_schema": bakeoff.ParamResponseFormat, "responsejsonschema": bakeoff.ParamResponseFormat,
	"response_json_schema": bakeoff.ParamResponseFormat, "output_config": bakeoff.ParamResponseFormat,
}

// common are names that are also words of a sentence: in a message they count only in quotes.
var common = map[string]bool{"stop": true, "seed": true, "effort": true}

var named = regexp.MustCompile("[`'\"]?[A-Za-z_][A-Za-z0-9_]*[`'\"]?")

// refused is the setting that a fault is about, by our name; empty when it names none.
func (f *fault) refused() string {
	parts := strings.FieldsFunc(strings.ToLower(f.param), func(r rune) bool { return strings.ContainsRune(".[]/", r) })
	for i := len(parts) - 1; i >= 0; i-- { // "generation_config.temperature": the last part says most
		if name, ok := paramNames[parts[i]]; ok {
			return name
		}
	}
	for _, word := range named.FindAllString(f.message[:min(len(f.message), 2000)], -1) {
		bare := strings.Trim(word, "`'\"")
		if name, ok := paramNames[strings.ToLower(bare)]; ok && (bare != word || !common[bare]) {
			return name
		}
	}
	return ""
}
