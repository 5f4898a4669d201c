package gemini

import (
	"encoding/json"
	"fmt"
	"slices"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

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
	f := familyOf(model)
	p.thinking = f.thinking(params.Effort)
	if params.ThinkingBudget != nil {
		p.budget(f, params)
	} else if params.Effort != "" && p.thinking == nil && !(f.Control == noThinking && params.Effort == "none") {
		p.notApplied = append(p.notApplied, "effort")
	}
	if f.Control != noThinking {
		if p.thinking == nil {
			p.thinking = map[string]any{}
		}
		p.thinking["includeThoughts"] = true
	}
	if p.json = !f.Prose; !p.json {
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
func (p *plan) budget(f family, params bakeoff.Params) {
	if f.Control != budgets {
		p.notApplied = append(p.notApplied, bakeoff.ParamThinkingBudget)
		if p.thinking == nil {
			p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamEffort)...)
		}
		return
	}
	p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamEffort)...)
	p.thinking = map[string]any{"thinkingBudget": *params.ThinkingBudget}
	if *params.ThinkingBudget < f.Least {
		p.problem = provider.Unfit(fmt.Sprintf("This Gemini model always thinks: its thinking budget has at least %d tokens, and this entry's has %d. Raise it.", f.Least, *params.ThinkingBudget))
	}
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
