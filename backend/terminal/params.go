package terminal

import (
	"encoding/json"
	"maps"
	"strings"

	"bakeoff/backend/bakeoff"

	"github.com/spf13/pflag"
)

// paramFlags are the settings of entries as their flags have them. Only what was given is sent.
type paramFlags struct {
	temperature, topP         float64
	maxTokens, budget, numCtx int
	seed                      int64
	stop, params              []string
	effort, keepAlive, format string
	extra                     string
}

func (f *paramFlags) register(fs *pflag.FlagSet) {
	fs.Float64Var(&f.temperature, "temperature", 0, "sampling temperature")
	fs.Float64Var(&f.topP, "top-p", 0, "nucleus sampling limit")
	fs.IntVar(&f.maxTokens, "max-tokens", 0, "longest answer, in tokens")
	fs.Int64Var(&f.seed, "seed", 0, "random seed")
	fs.StringArrayVar(&f.stop, "stop", nil, "text at which the answer ends; repeat per text")
	fs.StringVar(&f.effort, "effort", "", "reasoning effort: none, low, medium, high or the provider's own word")
	fs.IntVar(&f.budget, "thinking-budget", 0, "most tokens to think, where the model takes such a limit; 0: no thinking")
	fs.IntVar(&f.numCtx, "num-ctx", 0, "context length of models in Ollama, in tokens")
	fs.StringVar(&f.keepAlive, "keep-alive", "", "how long Ollama keeps the model in memory: 10m, 0, -1 for ever")
	fs.StringVar(&f.format, "response-format", "", "json, or a JSON schema that the answer must follow")
	fs.StringArrayVar(&f.params, "param", nil, "further parameter as key=value, value in JSON or plain; repeat per parameter")
	fs.StringVar(&f.extra, "extra", "", "further parameters as one JSON object")
}

func (f *paramFlags) read(flags *pflag.FlagSet) (bakeoff.Params, error) {
	p := bakeoff.Params{Effort: f.effort, KeepAlive: f.keepAlive, ResponseFormat: f.format, Stop: f.stop}
	for name, set := range map[string]func(){
		"temperature":     func() { p.Temperature = &f.temperature },
		"top-p":           func() { p.TopP = &f.topP },
		"max-tokens":      func() { p.MaxTokens = &f.maxTokens },
		"seed":            func() { p.Seed = &f.seed },
		"thinking-budget": func() { p.ThinkingBudget = &f.budget },
		"num-ctx":         func() { p.NumCtx = &f.numCtx },
	} {
		if flags.Changed(name) {
			set()
		}
	}
	var err error
	p.Extra, err = f.extras()
	return p, err
}

// extras joins --extra and --param; of two the single one counts.
func (f *paramFlags) extras() (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	if f.extra != "" {
		if err := json.Unmarshal([]byte(f.extra), &all); err != nil || all == nil {
			return nil, invalid(`The text of --extra is no JSON object. Write it like '{"top_k": 40}'.`)
		}
	}
	one, err := readParams(f.params)
	switch {
	case err != nil || one == nil:
		return all, err
	case all == nil:
		return one, nil
	}
	maps.Copy(all, one)
	return all, nil
}

// readParams reads key=value texts.
func readParams(texts []string) (map[string]json.RawMessage, error) {
	var all map[string]json.RawMessage
	for _, kv := range texts {
		key, value, ok := cutParam(kv)
		if !ok {
			return nil, invalid("The parameter %q has no value. Write it as key=value, such as top_k=40.", kv)
		}
		if all == nil {
			all = make(map[string]json.RawMessage)
		}
		all[key] = value
	}
	return all, nil
}

func cutParam(kv string) (key string, value json.RawMessage, ok bool) {
	key, text, ok := strings.Cut(kv, "=")
	value = json.RawMessage(text)
	if !json.Valid(value) {
		value, _ = json.Marshal(text) // a string always marshals
	}
	return key, value, ok && key != ""
}
