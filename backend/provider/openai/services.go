package openai

import "slices"

// Service is what one service does differently from the others. The zero value is the plain protocol without seed.
type Service struct {
	Name           string
	MaxTokens      string            // the member that limits the answer
	Seed           string            // the member that takes the seed; empty: none does
	Stop           string            // the member that takes stop sequences; empty: none does
	MostStops      int               // how many of them are taken at most; 0: not known
	Budget         bool              // takes a limit of the thinking, in tokens
	NoObject       bool              // has no answer in any JSON, only by a schema
	NoSchema       bool              // has no answer by a schema, only in any JSON
	AskUsage       bool              // usage comes only when stream_options asks for it
	Always         map[string]string // members of every request, as JSON
	EffortNone     map[string]string // members that mean effort "none" where reasoning_effort does not
	ReasoningApart bool              // reasoning tokens are not part of the completion tokens
	Charge         Charge
	InlineThinking bool   // reasoning may stand in the content, in <think> tags at its start
	Lists          bool   // its list of models says which parameters each takes; others it leaves out in silence
	KeyHeader      string // takes the key as it is; empty: Authorization, as a bearer token
	Responses      bool   // models that only /responses serves exist here
}

// Charge says which member of the usage names the exact charge.
type Charge uint8

const (
	NoCharge    Charge = iota
	ChargeUSD          // usage.cost, in dollars; with one's own upstream key the upstream's charge comes on top
	ChargeTicks        // usage.cost_in_usd_ticks, in 1e-10 dollars
)

const (
	maxTokens           = "max_tokens"
	maxCompletionTokens = "max_completion_tokens"
	stop                = "stop"
)

// services are the known ones, from their references as of 2026-11-23.
var services = []Service{
	{Name: "openai", MaxTokens: maxCompletionTokens, Stop: stop, MostStops: 4, Seed: "seed", AskUsage: true, Responses: true},
	{Name: "deepseek", MaxTokens: maxTokens, Stop: stop, MostStops: 16, NoSchema: true, AskUsage: true, EffortNone: map[string]string{"thinking": `{"type":"disabled"}`}},
	{Name: "openrouter", MaxTokens: maxTokens, Stop: stop, Budget: true, Lists: true, Seed: "seed", Always: map[string]string{"usage": `{"include":true}`}, Charge: ChargeUSD},
	{Name: "xai", MaxTokens: maxCompletionTokens, Stop: stop, Seed: "seed", AskUsage: true, ReasoningApart: true, Charge: ChargeTicks},
	{Name: "groq", MaxTokens: maxCompletionTokens, Stop: stop, MostStops: 4, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "mistral", MaxTokens: maxTokens, Stop: stop, Seed: "random_seed"}, // it refuses members that it does not know
	{Name: "together", MaxTokens: maxTokens, Stop: stop, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "ollama-cloud", MaxTokens: maxTokens, Stop: stop, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "azure", MaxTokens: maxCompletionTokens, Stop: stop, MostStops: 4, Seed: "seed", AskUsage: true, KeyHeader: "api-key"},
	{Name: "litellm", MaxTokens: maxTokens, Stop: stop, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "lmstudio", MaxTokens: maxTokens, Stop: stop, NoObject: true, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "llamacpp", MaxTokens: maxTokens, Stop: stop, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "vllm", MaxTokens: maxTokens, Stop: stop, Seed: "seed", AskUsage: true, InlineThinking: true},
	{Name: "custom", MaxTokens: maxTokens, Stop: stop, Seed: "seed", AskUsage: true, InlineThinking: true},
}

// ServiceNamed returns the service of that name; an unknown one is treated as a custom server.
func ServiceNamed(name string) Service {
	for _, want := range []string{name, "custom"} {
		if i := slices.IndexFunc(services, func(s Service) bool { return s.Name == want }); i >= 0 {
			return services[i]
		}
	}
	return Service{}
}

// defaultTiers are the values of service_tier that change no price.
var defaultTiers = []string{"", "auto", "default", "standard", "on_demand"}

// cutReasons are the finish reasons of an answer that reached a length limit.
var cutReasons = []string{"length", "max_tokens", "max_output_tokens", "model_length"}
