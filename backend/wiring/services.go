package wiring

// Kind is the protocol by which an endpoint is asked.
type Kind string

const (
	KindOllama    Kind = "ollama"
	KindOpenAI    Kind = "openai"
	KindAnthropic Kind = "anthropic"
	KindGemini    Kind = "gemini"
	KindAzure     Kind = "azure" // OpenAI's protocol with Azure's paths and key header
	KindDemo      Kind = "demo"
)

// service is what can be found in an environment.
type service struct {
	name     string
	label    string
	kind     Kind
	base     string   // the vendor's address with its API path; empty when there is none but the user's
	path     string   // of the API, added to an address that has no path of its own
	keys     []string // variables that give the key; the first that is set wins
	address  string   // variable that gives the address
	own      bool     // a model server that people run themselves: it needs no key
	forwards bool     // it hands prompts on to others, wherever it runs itself
}

// services are all endpoints that Bakeoff knows, in the order of lists.
var services = []service{
	{name: "ollama", label: "Ollama", kind: KindOllama, base: "http://127.0.0.1:11434", address: "OLLAMA_HOST", own: true},
	{name: "lmstudio", label: "LM Studio", kind: KindOpenAI, path: "/v1", keys: []string{"LMSTUDIO_API_KEY"}, address: "LMSTUDIO_BASE_URL", own: true},
	{name: "llamacpp", label: "llama.cpp", kind: KindOpenAI, path: "/v1", keys: []string{"LLAMACPP_API_KEY"}, address: "LLAMACPP_BASE_URL", own: true},
	{name: "vllm", label: "vLLM", kind: KindOpenAI, path: "/v1", keys: []string{"VLLM_API_KEY"}, address: "VLLM_BASE_URL", own: true},
	{name: "litellm", label: "LiteLLM", kind: KindOpenAI, path: "/v1", keys: []string{"LITELLM_API_KEY"}, address: "LITELLM_BASE_URL", own: true, forwards: true},
	{name: "custom", label: "Custom server", kind: KindOpenAI, path: "/v1", keys: []string{"BAKEOFF_OPENAI_COMPATIBLE_API_KEY"}, address: "BAKEOFF_OPENAI_COMPATIBLE_BASE_URL", own: true},
	vendor("openai", "OpenAI", KindOpenAI, "https://api.openai.com", "/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY"),
	vendor("anthropic", "Anthropic", KindAnthropic, "https://api.anthropic.com", "", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY"),
	vendor("gemini", "Google", KindGemini, "https://generativelanguage.googleapis.com", "", "GOOGLE_GEMINI_BASE_URL", "GEMINI_API_KEY", "GOOGLE_API_KEY"),
	vendor("deepseek", "DeepSeek", KindOpenAI, "https://api.deepseek.com", "/v1", "DEEPSEEK_BASE_URL", "DEEPSEEK_API_KEY"),
	vendor("openrouter", "OpenRouter", KindOpenAI, "https://openrouter.ai", "/api/v1", "OPENROUTER_BASE_URL", "OPENROUTER_API_KEY"),
	vendor("xai", "xAI", KindOpenAI, "https://api.x.ai", "/v1", "XAI_BASE_URL", "XAI_API_KEY"),
	vendor("mistral", "Mistral", KindOpenAI, "https://api.mistral.ai", "/v1", "MISTRAL_BASE_URL", "MISTRAL_API_KEY"),
	vendor("groq", "Groq", KindOpenAI, "https://api.groq.com", "/openai/v1", "GROQ_BASE_URL", "GROQ_API_KEY"),
	vendor("together", "Together", KindOpenAI, "https://api.together.xyz", "/v1", "TOGETHER_BASE_URL", "TOGETHER_API_KEY"),
	{name: "azure", label: "Azure OpenAI", kind: KindAzure, keys: []string{"AZURE_OPENAI_API_KEY"}, address: "AZURE_OPENAI_ENDPOINT"},
	vendor("ollama-cloud", "Ollama Cloud", KindOllama, "https://ollama.com", "", "OLLAMA_CLOUD_BASE_URL", "OLLAMA_API_KEY"),
	{name: "demo", label: "Demo", kind: KindDemo, own: true},
}

func vendor(name, label string, kind Kind, origin, path, address string, keys ...string) service {
	return service{name: name, label: label, kind: kind, base: origin + path, path: path, keys: keys, address: address}
}
