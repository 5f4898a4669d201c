package gemini

import (
	"encoding/json"
	"fmt"
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
	json       bool // the format is applied
	notApplied []string
	warnings   []string
	problem    *bakeoff.Error
}

// mostStops is how many stop sequences are taken, by the reference of generationConfig, 2026-11-24.
const mostStops = 5

// ours are members that Params.Extra cannot change: the prompt is the same for every model.
var ours = []string{"contents", "systemInstruction", "system_instruction"}

// top are the members that stand at the top of a request; all other extra parameters go into generationConfig.
var top = []string{"safetySettings", "tools", "toolConfig", "cachedContent", "labels", "serviceTier", "store"}

func planFor(model string, params bakeoff.Params) plan {
	var p plan
	control, least, words := familyOf(model)
	p.thinking = thinking(control, least, words, params.Effort)
	if params.ThinkingBudget != nil {
		p.budget(control, least, params)
	} else if params.Effort != "" && p.thinking == nil && !(control == noThinking && params.Effort == "none") {
		p.notApplied = append(p.notApplied, "effort")
	}
	if control != noThinking {
		if p.thinking == nil {
			p.thinking = map[string]any{}
		}
		p.thinking["includeThoughts"] = true
	}
	if p.json = !strings.HasPrefix(bare(model), "gemma"); !p.json {
		p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamResponseFormat)...)
	}
	p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamNumCtx, bakeoff.ParamKeepAlive)...)
	switch {
	case p.problem != nil:
	case len(params.Stop) > mostStops:
		p.problem = provider.Unfit(fmt.Sprintf("Gemini takes at most %d stop sequences and this entry has %d. Remove some.", mostStops, len(params.Stop)))
	case params.Temperature != nil && *params.Temperature > 2:
		p.problem = provider.Unfit(fmt.Sprintf("Gemini takes a temperature from 0 to 2, and this entry has %g. Lower it.", *params.Temperature))
	}
	for _, name := range ours {
		if _, ok := params.Extra[name]; ok {
			p.warnings = append(p.warnings, "The parameter "+name+" was not changed: Bakeoff sets it itself.")
		}
	}
	return p
}

// budget sets how many tokens may be thought. It says more than an effort, which is then left out.
func (p *plan) budget(c control, least int, params bakeoff.Params) {
	if c != budgets {
		p.notApplied = append(p.notApplied, bakeoff.ParamThinkingBudget)
		if p.thinking == nil {
			p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamEffort)...)
		}
		return
	}
	p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamEffort)...)
	p.thinking = map[string]any{"thinkingBudget": *params.ThinkingBudget}
	if *params.ThinkingBudget < least {
		p.problem = provider.Unfit(fmt.Sprintf("This Gemini model always thinks: its thinking budget has at least %d tokens, and this entry's has %d. Raise it.", least, *params.ThinkingBudget))
	}
}

func bare(model string) string { return strings.ToLower(strings.TrimPrefix(model, "models/")) }

func familyOf(model string) (c control, least int, words string) {
	id := bare(model)
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
	if len(req.Params.Stop) > 0 {
		config["stopSequences"] = req.Params.Stop
	}
	if p.json && req.Params.ResponseFormat != "" {
		config["responseMimeType"] = "application/json"
		if schema := req.Params.Schema(); schema != nil {
			config["responseJsonSchema"] = schema
		}
	}
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
