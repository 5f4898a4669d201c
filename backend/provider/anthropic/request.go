package anthropic

import (
	"encoding/base64"
	"slices"

	sdk "github.com/anthropics/anthropic-sdk-go"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// plan is what of an entry's settings a model gets.
type plan struct {
	maxTokens   int64
	temperature *float64
	topP        *float64
	thinking    sdk.ThinkingConfigParamUnion
	effort      string // of output_config; empty: not sent
	notApplied  []string
	warnings    []string
}

// ours are members of the body that Params.Extra cannot change: the prompt is the same for every model.
var ours = []string{"model", "messages", "system", "stream"}

// planFor decides what is sent to a model.
func planFor(model string, params bakeoff.Params) plan {
	f := familyOf(model)
	p := plan{maxTokens: f.maxTokens}
	if params.MaxTokens != nil {
		p.maxTokens = int64(*params.MaxTokens)
	}
	p.think(f, params.Effort)
	p.sample(f, params)
	if params.Seed != nil {
		p.leaveOut("seed") // the protocol has none
	}
	for _, name := range ours {
		if _, ok := params.Extra[name]; ok {
			p.warnings = append(p.warnings, "The parameter "+name+" was not changed: Bakeoff sets it itself.")
		}
	}
	return p
}

func (p *plan) leaveOut(name string) { p.notApplied = append(p.notApplied, name) }

// think sets thinking and effort.
func (p *plan) think(f family, effort string) {
	switch {
	case effort == "":
		if f.shows {
			p.thinking = adapt()
		}
	case effort == "none":
		p.switchOff(f)
	case f.control == adaptive && f.takes(effort):
		p.thinking, p.effort = adapt(), effort
	case f.control == budgets:
		if tokens, ok := budget(effort, p.maxTokens); ok {
			p.thinking = sdk.ThinkingConfigParamOfEnabled(tokens)
			return
		}
		p.leaveOut("effort")
	default:
		p.leaveOut("effort")
	}
}

// adapt lets the model decide how much it thinks and shows a summary of it.
func adapt() sdk.ThinkingConfigParamUnion {
	return sdk.ThinkingConfigParamUnion{OfAdaptive: &sdk.ThinkingConfigAdaptiveParam{Display: sdk.ThinkingConfigAdaptiveDisplaySummarized}}
}

func (p *plan) switchOff(f family) {
	switch f.off {
	case disable:
		p.thinking = sdk.ThinkingConfigParamUnion{OfDisabled: &sdk.ThinkingConfigDisabledParam{}}
	case betweenTools:
		between := sdk.NewThinkingConfigBetweenToolsParam()
		p.thinking = sdk.ThinkingConfigParamUnion{OfBetweenTools: &between}
	case never:
		p.leaveOut("effort")
		p.thinking = adapt()
	}
}

// sample sets temperature and top_p. A model that thinks takes no temperature, and top_p only from 0.95 up.
func (p *plan) sample(f family, params bakeoff.Params) {
	p.temperature, p.topP = params.Temperature, params.TopP
	thinks := p.thinking.OfAdaptive != nil || p.thinking.OfEnabled != nil
	if p.temperature != nil && (!f.sampling || thinks) {
		p.temperature = nil
		p.leaveOut("temperature")
	}
	if p.topP != nil && (!f.sampling || thinks && *p.topP < 0.95 || f.oneOf && p.temperature != nil) {
		p.topP = nil
		p.leaveOut("top_p")
	}
}

// body builds the request.
func body(req provider.Request) sdk.MessageNewParams {
	p := planFor(req.Model, req.Params)
	params := sdk.MessageNewParams{
		Model: req.Model, MaxTokens: p.maxTokens, Thinking: p.thinking,
		Messages: messages(req),
	}
	if req.Prompt.System != "" {
		params.System = []sdk.TextBlockParam{{Text: req.Prompt.System}}
	}
	if p.temperature != nil {
		params.Temperature = sdk.Float(*p.temperature)
	}
	if p.topP != nil {
		params.TopP = sdk.Float(*p.topP)
	}
	if p.effort != "" {
		params.OutputConfig.Effort = sdk.OutputConfigEffort(p.effort)
	}
	extra := map[string]any{"stream": true}
	for name, value := range req.Params.Extra {
		if !slices.Contains(ours, name) {
			extra[name] = value
		}
	}
	params.SetExtraFields(extra)
	return params
}

// messages is the conversation, the user's new turn last.
func messages(req provider.Request) []sdk.MessageParam {
	var out []sdk.MessageParam
	for _, t := range req.Earlier {
		out = append(out, sdk.NewUserMessage(content(t.Prompt())...), sdk.NewAssistantMessage(sdk.NewTextBlock(t.Answer)))
	}
	return append(out, sdk.NewUserMessage(content(req.Prompt)...))
}

// content is the user's turn: images first, as Anthropic advises, then the text with its files.
func content(prompt bakeoff.Prompt) []sdk.ContentBlockParamUnion {
	var blocks []sdk.ContentBlockParamUnion
	for _, image := range provider.Images(prompt) {
		blocks = append(blocks, sdk.NewImageBlockBase64(image.MediaType, base64.StdEncoding.EncodeToString(image.Data)))
	}
	return append(blocks, sdk.NewTextBlock(provider.UserText(prompt)))
}
