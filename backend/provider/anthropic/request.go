package anthropic

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

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
	stop        []string
	schema      json.RawMessage
	notApplied  []string
	warnings    []string
	problem     *bakeoff.Error
}

// ours are members of the body that Params.Extra cannot change: the prompt is the same for every model.
var ours = []string{"model", "messages", "system", "stream"}

// planFor decides what is sent to a model.
func planFor(model string, params bakeoff.Params) plan {
	f := familyOf(model)
	p := plan{maxTokens: f.MaxTokens}
	if params.MaxTokens != nil {
		p.maxTokens = int64(*params.MaxTokens)
	}
	p.think(f, params)
	p.sample(f, params)
	p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamSeed)...) // the protocol has none
	p.stops(f, params.Stop)
	p.format(f, params)
	p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamNumCtx, bakeoff.ParamKeepAlive)...)
	for _, name := range ours {
		if _, ok := params.Extra[name]; ok {
			p.warnings = append(p.warnings, "The parameter "+name+" was not changed: Bakeoff sets it itself.")
		}
	}
	return p
}

func (p *plan) leaveOut(name string) { p.notApplied = append(p.notApplied, name) }

// unfit keeps the first problem. What others that speak the protocol refuse is not known.
func (p *plan) unfit(f family, sentence string) {
	if p.problem == nil && f.Pattern != anyModel {
		p.problem = provider.Unfit(sentence)
	}
}

// think sets thinking and effort. A budget says more than an effort, which is then left out.
func (p *plan) think(f family, params bakeoff.Params) {
	effort := params.Effort
	if params.ThinkingBudget != nil {
		if p.budget(f, *params.ThinkingBudget, params.MaxTokens != nil) {
			p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamEffort)...)
			return
		}
		p.leaveOut(bakeoff.ParamThinkingBudget)
	}
	switch {
	case effort == "":
		if f.Shows {
			p.thinking = adapt()
		}
	case effort == "none":
		p.switchOff(f)
	case f.Control == adaptive && f.takes(effort):
		p.thinking, p.effort = adapt(), effort
	case f.Control == budgets:
		if tokens, ok := budget(effort, p.maxTokens); ok {
			p.thinking = sdk.ThinkingConfigParamOfEnabled(tokens)
			return
		}
		p.leaveOut(bakeoff.ParamEffort)
	default:
		p.leaveOut(bakeoff.ParamEffort)
	}
}

// budget sets how many tokens may be thought; false when the family takes no such limit. The answer needs room beside it.
func (p *plan) budget(f family, tokens int, limited bool) bool {
	switch {
	case f.Control != budgets && !f.BudgetToo:
		return false
	case tokens == 0:
		p.switchOff(f)
		return true
	case tokens < leastBudget:
		p.unfit(f, fmt.Sprintf("A thinking budget has at least 1,024 tokens for Claude, and this entry's has %d. Raise it, or set 0 for no thinking.", tokens))
	case int64(tokens) >= p.maxTokens && limited:
		p.unfit(f, fmt.Sprintf("Claude's thinking is part of max tokens: the thinking budget of %d must be smaller than max tokens, %d.", tokens, p.maxTokens))
	case int64(tokens) >= p.maxTokens:
		p.maxTokens = int64(tokens) + f.MaxTokens
	}
	p.thinking = sdk.ThinkingConfigParamOfEnabled(int64(tokens))
	return true
}

// stops sets the stop sequences. One of white space alone is refused.
func (p *plan) stops(f family, stop []string) {
	p.stop = stop
	if slices.ContainsFunc(stop, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		p.unfit(f, "Claude takes no stop sequence of white space alone. Change it, or leave Claude out.")
	}
}

// format asks for an answer by a schema. The protocol knows no "any JSON".
func (p *plan) format(f family, params bakeoff.Params) {
	if p.schema = params.Schema(); p.schema == nil || f.Prose {
		p.schema = nil
		p.notApplied = append(p.notApplied, params.Of(bakeoff.ParamResponseFormat)...)
	}
}

// adapt lets the model decide how much it thinks and shows a summary of it.
func adapt() sdk.ThinkingConfigParamUnion {
	return sdk.ThinkingConfigParamUnion{OfAdaptive: &sdk.ThinkingConfigAdaptiveParam{Display: sdk.ThinkingConfigAdaptiveDisplaySummarized}}
}

func (p *plan) switchOff(f family) {
	switch f.Off {
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
	if p.temperature != nil && (!f.Sampling || thinks) {
		p.temperature = nil
		p.leaveOut("temperature")
	}
	if p.topP != nil && (!f.Sampling || thinks && *p.topP < 0.95 || f.OneOf && p.temperature != nil) {
		p.topP = nil
		p.leaveOut("top_p")
	}
	if p.temperature != nil && *p.temperature > 1 {
		p.unfit(f, fmt.Sprintf("Claude takes a temperature from 0 to 1, and this entry has %g. Lower it.", *p.temperature))
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
	if p.schema != nil {
		params.OutputConfig.Format.Schema = object(p.schema)
	}
	params.StopSequences = p.stop
	extra := map[string]any{"stream": true}
	for name, value := range req.Params.Extra {
		if !slices.Contains(ours, name) {
			extra[name] = value
		}
	}
	params.SetExtraFields(extra)
	return params
}

// object is a schema whose members stay as they were written: the SDK would make texts of large numbers.
func object(schema json.RawMessage) map[string]any {
	var members map[string]json.RawMessage
	_ = json.Unmarshal(schema, &members) // it was checked before
	out := make(map[string]any, len(members))
	for name, value := range members {
		out[name] = value
	}
	return out
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
