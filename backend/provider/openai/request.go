package openai

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	goopenai "github.com/sashabaranov/go-openai"
)

// plan is how a request will be sent.
type plan struct {
	responses  bool                       // by /responses
	members    map[string]json.RawMessage // of the body, beside the prompt
	notApplied []string
	warnings   []string
	problem    *bakeoff.Error
}

// ours are members that decide what is asked or how the reply is read. Extra cannot replace them: every model of a
// comparison gets the same prompt, and the reply must stream.
var ours = []string{"model", "messages", "input", "instructions", "stream"}

// plan decides the members of the body from the entry's parameters. Params.Extra goes over them as it stands, save for
// ours and for "api", which is not sent: "responses" or "chat" chooses the protocol.
func (p *Provider) plan(req provider.Request) plan {
	s := p.service
	pl := plan{responses: s.needsResponses(req.Model), members: map[string]json.RawMessage{}}
	switch string(req.Params.Extra["api"]) {
	case `"responses"`:
		pl.responses = true
	case `"chat"`:
		pl.responses = false
	}
	pl.set("model", req.Model)
	pl.set("stream", true)
	if pl.responses {
		s.Seed, s.MaxTokens, s.Stop = "", "max_output_tokens", ""
		pl.set("store", false) // else OpenAI keeps prompt and answer
	} else {
		for name, value := range s.Always {
			pl.members[name] = json.RawMessage(value)
		}
		if s.AskUsage {
			pl.set("stream_options", map[string]bool{"include_usage": true})
		}
	}
	pl.params(s, req, append(s.refused(req.Model, req.Params.Effort), p.lists.unlisted(req.Model, req.Params)...))
	pl.extra(req.Params.Extra)
	return pl
}

// Foresee tells what will not be applied; see provider.Foreseer.
func (p *Provider) Foresee(req provider.Request) provider.Foresight {
	plan := p.plan(req)
	return provider.Foresight{NotApplied: plan.notApplied, Warnings: plan.warnings, Problem: plan.problem}
}

func (pl *plan) set(name string, value any) {
	raw, err := json.Marshal(value)
	if err == nil { // strings, numbers and maps of them always marshal
		pl.members[name] = raw
	}
}

// params sets what the model takes and notes what it does not. Pointers tell 0 from unset, so a temperature of 0 is sent.
func (pl *plan) params(s Service, req provider.Request, refused []string) {
	params := req.Params
	take := func(name, member string, value any) {
		switch {
		case !params.Has(name):
		case member == "" || slices.Contains(refused, name):
			pl.notApplied = append(pl.notApplied, name)
		default:
			pl.set(member, value)
		}
	}
	take(bakeoff.ParamTemperature, "temperature", params.Temperature)
	take(bakeoff.ParamTopP, "top_p", params.TopP)
	take(bakeoff.ParamMaxTokens, s.MaxTokens, params.MaxTokens)
	take(bakeoff.ParamSeed, s.Seed, params.Seed)
	take(bakeoff.ParamStop, s.Stop, params.Stop)
	switch none, effort := s.EffortNone, bakeoff.ParamEffort; {
	case s.Budget && params.ThinkingBudget != nil && !slices.Contains(refused, bakeoff.ParamThinkingBudget):
		take(effort, "", nil) // one of the two can be said, and the budget is the more exact
	case pl.responses:
		take(effort, "reasoning", map[string]string{"effort": params.Effort})
	case params.Effort == "none" && none != nil:
		for name, value := range none {
			pl.members[name] = json.RawMessage(value)
		}
	default:
		take(effort, "reasoning_effort", params.Effort)
	}
	budget, value := s.budget(params)
	take(bakeoff.ParamThinkingBudget, budget, value)
	take(bakeoff.ParamNumCtx, "", nil)
	take(bakeoff.ParamKeepAlive, "", nil)
	format, value := s.format(params, pl.responses)
	take(bakeoff.ParamResponseFormat, format, value)
	if s.MostStops > 0 && len(params.Stop) > s.MostStops && !slices.Contains(pl.notApplied, bakeoff.ParamStop) {
		pl.problem = provider.Unfit(fmt.Sprintf("%s takes at most %d stop sequences and this entry has %d. Remove some.", s.Name, s.MostStops, len(params.Stop)))
	}
}

// budget is the member for a limit of the thinking in tokens; empty where there is none.
func (s Service) budget(params bakeoff.Params) (member string, value any) {
	switch {
	case !s.Budget || params.ThinkingBudget == nil:
		return "", nil
	case *params.ThinkingBudget == 0:
		return "reasoning", map[string]bool{"enabled": false}
	}
	return "reasoning", map[string]int{"max_tokens": *params.ThinkingBudget}
}

// format is the member that asks for JSON, any or by a schema; empty where the service has no such.
func (s Service) format(params bakeoff.Params, responses bool) (member string, value any) {
	schema := params.Schema()
	switch {
	case schema == nil && s.NoObject, schema != nil && s.NoSchema:
		return "", nil
	case responses && schema == nil:
		return "text", map[string]any{"format": map[string]string{"type": "json_object"}}
	case responses:
		return "text", map[string]any{"format": map[string]any{"type": "json_schema", "name": "answer", "schema": schema}}
	case schema == nil:
		return "response_format", map[string]string{"type": "json_object"}
	}
	return "response_format", map[string]any{"type": "json_schema", "json_schema": map[string]any{"name": "answer", "schema": schema}}
}

func (pl *plan) extra(extra map[string]json.RawMessage) {
	for _, name := range slices.Sorted(maps.Keys(extra)) {
		switch {
		case name == "api":
		case slices.Contains(ours, name):
			pl.warnings = append(pl.warnings, fmt.Sprintf("The parameter %q is Bakeoff's own and was not sent.", name))
		default:
			pl.members[name] = extra[name]
		}
	}
}

// chatRequest holds the conversation only. The library judges the rest by the model's id and drops zeroes: it is merged
// later.
func chatRequest(req provider.Request) goopenai.ChatCompletionRequest {
	var messages []goopenai.ChatCompletionMessage
	if req.Prompt.System != "" {
		messages = append(messages, goopenai.ChatCompletionMessage{Role: goopenai.ChatMessageRoleSystem, Content: req.Prompt.System})
	}
	for _, t := range req.Earlier {
		messages = append(messages, userMessage(t.Prompt()), goopenai.ChatCompletionMessage{Role: goopenai.ChatMessageRoleAssistant, Content: t.Answer})
	}
	return goopenai.ChatCompletionRequest{Messages: append(messages, userMessage(req.Prompt))}
}

func userMessage(prompt bakeoff.Prompt) goopenai.ChatCompletionMessage {
	user := goopenai.ChatCompletionMessage{Role: goopenai.ChatMessageRoleUser}
	text, images := provider.UserText(prompt), provider.Images(prompt)
	if len(images) == 0 {
		user.Content = text
		return user
	}
	user.MultiContent = []goopenai.ChatMessagePart{{Type: goopenai.ChatMessagePartTypeText, Text: text}}
	for _, image := range images {
		user.MultiContent = append(user.MultiContent, goopenai.ChatMessagePart{
			Type: goopenai.ChatMessagePartTypeImageURL, ImageURL: &goopenai.ChatMessageImageURL{URL: dataURL(image)},
		})
	}
	return user
}

func dataURL(a bakeoff.Attachment) string {
	var b strings.Builder
	b.WriteString("data:" + a.MediaType + ";base64,")
	b.WriteString(base64.StdEncoding.EncodeToString(a.Data))
	return b.String()
}
