package bakeoff

// The names of settings, as not-applied lists, exports and the terminal have them.
const (
	ParamTemperature    = "temperature"
	ParamTopP           = "top_p"
	ParamMaxTokens      = "max_tokens"
	ParamSeed           = "seed"
	ParamStop           = "stop"
	ParamEffort         = "effort"
	ParamThinkingBudget = "thinking_budget"
	ParamNumCtx         = "num_ctx"
	ParamKeepAlive      = "keep_alive"
	ParamResponseFormat = "response_format"
)

// Has reports whether a setting was made. Zero is a setting.
func (p Params) Has(name string) bool {
	switch name {
	case ParamTemperature:
		return p.Temperature != nil
	case ParamTopP:
		return p.TopP != nil
	case ParamMaxTokens:
		return p.MaxTokens != nil
	case ParamSeed:
		return p.Seed != nil
	case ParamStop:
		return len(p.Stop) > 0
	case ParamEffort:
		return p.Effort != ""
	case ParamThinkingBudget:
		return p.ThinkingBudget != nil
	case ParamNumCtx:
		return p.NumCtx != nil
	case ParamKeepAlive:
		return p.KeepAlive != ""
	case ParamResponseFormat:
		return p.ResponseFormat != ""
	}
	return false
}

// Of returns those of the named settings that were made, in the order of names.
func (p Params) Of(names ...string) []string {
	var made []string
	for _, name := range names {
		if p.Has(name) {
			made = append(made, name)
		}
	}
	return made
}
