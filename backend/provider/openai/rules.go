package openai

import (
	"regexp"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// rule says what models do not take. The id is matched without the vendor's prefix ("openai/").
type rule struct {
	services   []string
	model      *regexp.Regexp
	except     *regexp.Regexp // nil: no exception
	refuses    []string
	unlessNone bool // with effort "none" they take it
}

var (
	chatTuned = regexp.MustCompile(`-chat(-|$)`)
	sampling  = []string{bakeoff.ParamTemperature, bakeoff.ParamTopP}
	stops     = []string{bakeoff.ParamStop}
)

// rules are the models that refuse a parameter, or take it and ignore it, which falsifies a comparison in silence.
// Sources: developers.openai.com/api/docs/guides/reasoning and the model pages, api-docs.deepseek.com/guides/thinking_mode;
// read 2026-11-23, and docs.x.ai/docs/guides/reasoning. What is not here is sent, and the service's own answer is shown.
var rules = []rule{
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^o[134](-|$)`), refuses: sampling},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^gpt-5(-|$)`), except: chatTuned, refuses: sampling},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^gpt-5\.\d`), except: chatTuned, refuses: sampling, unlessNone: true},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^gpt-6`), except: chatTuned, refuses: sampling, unlessNone: true},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^(gpt-3\.5|gpt-4|chatgpt)`), refuses: []string{"effort"}},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^(o3(-pro|-deep-research)?(-\d{4}-\d{2}-\d{2})?|o4-.*)$`), refuses: stops},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^gpt-5(-|$)`), except: chatTuned, refuses: stops},
	{services: []string{"openai", "openrouter"}, model: regexp.MustCompile(`^gpt-(5\.\d|6)`), except: chatTuned, refuses: stops, unlessNone: true},
	{services: []string{"xai"}, model: regexp.MustCompile(`^grok-(3-mini|4)`), except: regexp.MustCompile(`non-reasoning`), refuses: stops},
	{services: []string{"deepseek"}, model: regexp.MustCompile(`^deepseek-`), except: chatTuned, refuses: sampling, unlessNone: true},
}

// refused returns the names of the parameters that model does not take at this effort.
func (s Service) refused(model, effort string) []string {
	id := bare(model)
	var names []string
	for _, r := range rules {
		if slices.Contains(r.services, s.Name) && r.model.MatchString(id) && (r.except == nil || !r.except.MatchString(id)) && !(r.unlessNone && effort == "none") {
			names = append(names, r.refuses...)
		}
	}
	return names
}

func bare(model string) string {
	id := strings.ToLower(strings.TrimSpace(model))
	return strings.TrimPrefix(id, "openai/")
}

// onlyResponses matches OpenAI's models that Chat Completions does not serve, dated snapshots included.
var onlyResponses = regexp.MustCompile(`^codex-|(-pro|-codex|-codex-(mini|max)|-deep-research|^computer-use-preview)(-preview|-latest)?(-\d{4}-\d{2}-\d{2})?$`)

func (s Service) needsResponses(model string) bool {
	return s.Responses && onlyResponses.MatchString(bare(model))
}

// notChat matches ids of models that answer no prompt with text.
var notChat = regexp.MustCompile(`(?i)embed|whisper|(^|[-/_])tts(-|$)|dall-e|(^|[-/])gpt-image|chatgpt-image|moderation|transcribe|realtime|(^|[-/])gpt-audio|-audio-preview|(^|[-/])sora|^(davinci|babbage)-|^gpt-3\.5-turbo-instruct|rerank|(^|[-/])mistral-ocr|imagine-(image|video)`)
