package ollama

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"

	"github.com/ollama/ollama/api"
)

// plan is what becomes of a request's optional parts for one model.
type plan struct {
	think      *api.ThinkValue
	images     [][]api.ImageData // by turn, the prompt's last
	notApplied []string
	warnings   []string
	problem    *bakeoff.Error
}

// plan decides by the model's capabilities what is sent. When they are unknown all is sent, and the server decides.
func (p *Provider) plan(req provider.Request) plan {
	can := func(capability string) bool {
		return req.Facts.Capabilities == nil || slices.Contains(req.Facts.Capabilities, capability)
	}
	var out plan
	if effort := req.Params.Effort; effort != "" {
		var ok bool
		out.think, ok = think(req.Model, effort, can("thinking"))
		if !ok {
			out.notApplied = append(out.notApplied, "effort")
		}
	}
	out.notApplied = append(out.notApplied, req.Params.Of(bakeoff.ParamThinkingBudget)...)
	if req.Facts.RemoteHost != "" { // its cloud decides
		out.notApplied = append(out.notApplied, req.Params.Of(bakeoff.ParamNumCtx, bakeoff.ParamKeepAlive)...)
	} else if n, own := req.Params.NumCtx, req.Facts.ContextLength; n != nil && own > 0 && int64(*n) > own {
		out.warnings = append(out.warnings, fmt.Sprintf("%s has a context of %d tokens: the server uses that in place of num_ctx %d.", shortName(req.Model), own, *n))
	}
	p.planImages(&out, req, can("vision"))
	if _, err := extra(req.Params.Extra, map[string]any{}); err != nil {
		out.problem = bakeoff.AsError(err)
	}
	return out
}

// Foresee tells what will not be applied; see provider.Foreseer.
func (p *Provider) Foresee(req provider.Request) provider.Foresight {
	plan := p.plan(req)
	return provider.Foresight{NotApplied: plan.notApplied, Warnings: plan.warnings, Problem: plan.problem}
}

// think translates an effort. ok is false when it cannot be applied.
func think(model, effort string, capable bool) (value *api.ThinkValue, ok bool) {
	switch effort {
	case "none", "off", "false":
		if !capable {
			return nil, true // a model that cannot think does what was asked
		}
		return &api.ThinkValue{Value: false}, true
	case "low", "medium", "high", "max", "on", "true":
		if !capable {
			return nil, false
		}
		level := &api.ThinkValue{Value: effort}
		if level.IsValid() && takesLevels(model) {
			return level, true
		}
		return &api.ThinkValue{Value: true}, true
	}
	return nil, false
}

// planImages takes the images that may be sent: a model without vision drops them without a word, and one that does not
// decode crashes the server's runner.
func (p *Provider) planImages(out *plan, req provider.Request, sees bool) {
	leave := func(warning string) {
		if !slices.Contains(out.notApplied, "images") {
			out.notApplied = append(out.notApplied, "images")
		}
		out.warnings = append(out.warnings, warning)
	}
	if !sees {
		if len(req.Images()) > 0 {
			leave(shortName(req.Model) + " cannot see images: it got the text only.")
		}
		return
	}
	for _, prompt := range prompts(req) {
		var images []api.ImageData
		for _, image := range provider.Images(prompt) {
			if p.images.decodes(image) {
				images = append(images, image.Data)
				continue
			}
			leave("The image " + shortName(image.Name) + " cannot be decoded and was left out. Save it again as PNG or JPEG.")
		}
		out.images = append(out.images, images)
	}
}

// prompts are what the user said: in earlier turns and now.
func prompts(req provider.Request) []bakeoff.Prompt {
	var out []bakeoff.Prompt
	for _, t := range req.Earlier {
		out = append(out, t.Prompt())
	}
	return append(out, req.Prompt)
}

// messages is the conversation, the user's new turn last.
func messages(req provider.Request, plan plan) []api.Message {
	var out []api.Message
	if req.Prompt.System != "" {
		out = append(out, api.Message{Role: "system", Content: req.Prompt.System})
	}
	for i, prompt := range prompts(req) {
		user := api.Message{Role: "user", Content: provider.UserText(prompt)}
		if i < len(plan.images) {
			user.Images = plan.images[i]
		}
		out = append(out, user)
		if i < len(req.Earlier) {
			out = append(out, api.Message{Role: "assistant", Content: req.Earlier[i].Answer})
		}
	}
	return out
}

// encode returns the body of POST /api/chat.
func encode(req provider.Request, plan plan) ([]byte, error) {
	yes, no := true, false
	chat := api.ChatRequest{
		Model: req.Model, Stream: &yes, Truncate: &no, Shift: &no, Think: plan.think,
		Options: options(req.Params), Messages: messages(req, plan), Format: format(req.Params),
	}
	if slices.Contains(plan.notApplied, bakeoff.ParamNumCtx) {
		delete(chat.Options, "num_ctx")
	}
	top, err := extra(req.Params.Extra, chat.Options)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(chat)
	if keep := keepAlive(req.Params.KeepAlive); keep != nil && top["keep_alive"] == nil && !slices.Contains(plan.notApplied, bakeoff.ParamKeepAlive) {
		top["keep_alive"] = keep
	}
	if err != nil || len(top) == 0 {
		return raw, err
	}
	var merged map[string]json.RawMessage
	if err := json.Unmarshal(raw, &merged); err != nil {
		return nil, err
	}
	maps.Copy(merged, top)
	return json.Marshal(merged)
}

func options(params bakeoff.Params) map[string]any {
	o := map[string]any{}
	if params.Temperature != nil {
		o["temperature"] = *params.Temperature // 0, too
	}
	if params.TopP != nil {
		o["top_p"] = *params.TopP
	}
	if params.Seed != nil {
		o["seed"] = *params.Seed
	}
	if params.MaxTokens != nil {
		o["num_predict"] = *params.MaxTokens
	}
	if len(params.Stop) > 0 {
		o["stop"] = params.Stop
	}
	if params.NumCtx != nil {
		o["num_ctx"] = *params.NumCtx
	}
	return o
}

// format is "json" or a schema, as the server takes both.
func format(params bakeoff.Params) json.RawMessage {
	if params.ResponseFormat == bakeoff.FormatJSON {
		return json.RawMessage(`"json"`)
	}
	return params.Schema()
}

// keepAlive is a number of seconds as a number, and a duration as a text.
func keepAlive(text string) json.RawMessage {
	if text == "" {
		return nil
	}
	if _, err := strconv.Atoi(text); err == nil {
		return json.RawMessage(text)
	}
	return json.RawMessage(strconv.Quote(text))
}

// extra sorts the user's own parameters: names of options go into options, the members of an "options" object as well,
// and the rest, which is returned, to the top of the request ("keep_alive", "format", "think").
func extra(params map[string]json.RawMessage, options map[string]any) (map[string]json.RawMessage, error) {
	top := map[string]json.RawMessage{}
	for name, value := range params {
		switch {
		case name == "model", name == "messages", name == "stream":
			return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The parameter " + name + " is set by Bakeoff itself. Remove it from the extra parameters."}
		case name == "options":
			var inner map[string]json.RawMessage
			if err := json.Unmarshal(value, &inner); err != nil {
				return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The extra parameter options is not a JSON object. Correct it and run it again.", Err: err}
			}
			for k, v := range inner {
				options[k] = v
			}
		case optionNames[name]:
			options[name] = value
		default:
			top[name] = value
		}
	}
	return top, nil
}

// optionNames are the names of api.Options, and of options that only older servers know.
var optionNames = func() map[string]bool {
	names := map[string]bool{}
	for _, f := range reflect.VisibleFields(reflect.TypeFor[api.Options]()) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
			names[name] = true
		}
	}
	for _, name := range []string{"mirostat", "mirostat_tau", "mirostat_eta", "tfs_z", "penalize_newline", "numa", "low_vram", "f16_kv", "vocab_only", "use_mlock"} {
		names[name] = true
	}
	return names
}()

// shortName keeps a name in a sentence short and on one line.
func shortName(name string) string {
	name = strings.Join(strings.Fields(strings.ToValidUTF8(name, "")), " ")
	if runes := []rune(name); len(runes) > 80 {
		return string(runes[:80]) + "…"
	}
	return name
}
