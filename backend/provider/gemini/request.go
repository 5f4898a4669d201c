package gemini

import (
	"encoding/json"
	"path"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// control is how a family lets its thinking be set.
type control uint8

const (
	noThinking control = iota
	budgets            // thinkingConfig.thinkingBudget
	levels             // thinkingConfig.thinkingLevel
)

// families say by model id what thinking a model takes; the first match holds. least is the smallest budget: where it is
// above zero, thinking cannot be switched off. words are the levels a model knows. Source: the thinking and model pages of
// ai.google.dev and docs.cloud.google.com, 2026-11-24. A newer Gemini is taken to know the levels that all of them know.
var families = []struct {
	pattern string
	control control
	least   int
	words   string
}{
	{pattern: "gemma*"},
	{pattern: "gemini-1*"},
	{pattern: "gemini-2.0*"},
	{pattern: "gemini-*-tts*"},
	{pattern: "gemini-2.5-*image*"},
	{pattern: "gemini-2.5-pro*", control: budgets, least: 128},
	{pattern: "gemini-2.5*", control: budgets},
	{pattern: "gemini-3-pro*", control: levels, words: "low high"},
	{pattern: "gemini-3-flash*", control: levels, words: "minimal low medium high"},
	{pattern: "gemini-3.1-flash*", control: levels, words: "minimal low medium high"},
	{pattern: "gemini-3.5-flash*", control: levels, words: "minimal low medium high"},
	{pattern: "gemini-*", control: levels, words: "low medium high"},
}

// plan is what of an entry's settings a model gets.
type plan struct {
	thinking   map[string]any
	notApplied []string
	warnings   []string
}

// ours are members that Params.Extra cannot change: the prompt is the same for every model.
var ours = []string{"contents", "systemInstruction", "system_instruction"}

// top are the members that stand at the top of a request; all other extra parameters go into generationConfig.
var top = []string{"safetySettings", "tools", "toolConfig", "cachedContent", "labels", "serviceTier", "store"}

func planFor(model string, params bakeoff.Params) plan {
	var p plan
	control, least, words := familyOf(model)
	p.thinking = thinking(control, least, words, params.Effort)
	if params.Effort != "" && p.thinking == nil && !(control == noThinking && params.Effort == "none") {
		p.notApplied = append(p.notApplied, "effort")
	}
	if control != noThinking {
		if p.thinking == nil {
			p.thinking = map[string]any{}
		}
		p.thinking["includeThoughts"] = true
	}
	for _, name := range ours {
		if _, ok := params.Extra[name]; ok {
			p.warnings = append(p.warnings, "The parameter "+name+" was not changed: Bakeoff sets it itself.")
		}
	}
	return p
}

func familyOf(model string) (c control, least int, words string) {
	id := strings.ToLower(strings.TrimPrefix(model, "models/"))
	for _, f := range families {
		if ok, _ := path.Match(f.pattern, id); ok {
			return f.control, f.least, f.words
		}
	}
	return noThinking, 0, ""
}

// thinking is the setting for an effort; nil when the family has no such setting or none was asked for.
func thinking(c control, least int, words, effort string) map[string]any {
	switch {
	case c == levels && slices.Contains(strings.Fields(words), effort):
		return map[string]any{"thinkingLevel": effort}
	case c == budgets:
		budget, ok := map[string]int{"none": 0, "minimal": 512, "low": 2_048, "medium": 8_192, "high": 24_576}[effort]
		if ok && budget >= least {
			return map[string]any{"thinkingBudget": budget}
		}
	}
	return nil
}

type content struct {
	Role  string `json:"role,omitempty"`
	Parts []any  `json:"parts"`
}

// encode returns the body of the request.
func encode(req provider.Request) ([]byte, error) {
	p := planFor(req.Model, req.Params)
	config := map[string]any{}
	if p.thinking != nil {
		config["thinkingConfig"] = p.thinking
	}
	set(config, "temperature", req.Params.Temperature)
	set(config, "topP", req.Params.TopP)
	set(config, "maxOutputTokens", req.Params.MaxTokens)
	set(config, "seed", req.Params.Seed)
	body := map[string]any{"contents": contents(req)}
	if req.Prompt.System != "" {
		body["systemInstruction"] = content{Parts: []any{map[string]string{"text": req.Prompt.System}}}
	}
	for name, value := range req.Params.Extra {
		switch {
		case slices.Contains(ours, name):
		case name == "generationConfig":
			var more map[string]json.RawMessage
			if err := json.Unmarshal(value, &more); err != nil {
				return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The extra parameter generationConfig is not a JSON object. Correct it and run it again.", Err: err}
			}
			for k, v := range more {
				config[k] = v
			}
		case slices.Contains(top, name):
			body[name] = value
		default:
			config[name] = value
		}
	}
	if len(config) > 0 {
		body["generationConfig"] = config
	}
	return json.Marshal(body)
}

// contents is the conversation, the user's new turn last.
func contents(req provider.Request) []content {
	var out []content
	for _, t := range req.Earlier {
		out = append(out, content{Role: "user", Parts: parts(t.Prompt())}, content{Role: "model", Parts: []any{map[string]string{"text": t.Answer}}})
	}
	return append(out, content{Role: "user", Parts: parts(req.Prompt)})
}

// set puts a setting into the request when it was made; zero is a setting.
func set[T any](config map[string]any, name string, value *T) {
	if value != nil {
		config[name] = *value
	}
}

// parts are the user's turn: images, then the text with its files.
func parts(prompt bakeoff.Prompt) []any {
	var out []any
	for _, image := range provider.Images(prompt) {
		out = append(out, map[string]any{"inlineData": map[string]any{"mimeType": image.MediaType, "data": image.Data}})
	}
	return append(out, map[string]string{"text": provider.UserText(prompt)})
}
