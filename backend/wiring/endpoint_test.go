package wiring

import (
	"strings"
	"testing"

	"bakeoff/backend/bakeoff"
)

// env is an environment for a test.
type env map[string]string

func (e env) get(name string) string { return e[name] }

func serviceNamed(t *testing.T, name string) service {
	t.Helper()
	for _, s := range services {
		if s.name == name {
			return s
		}
	}
	t.Fatalf("no service %q", name)
	return service{}
}

func TestEndpointsAreFoundInTheEnvironment(t *testing.T) {
	for _, tc := range []struct {
		name, service string
		env           env
		base, source  string
		key           string // where it came from
		place         bakeoff.Place
		problem       string // a part of the sentence; empty for none
	}{
		{"Ollama without a word", "ollama", env{}, "http://127.0.0.1:11434", "default", "", bakeoff.PlaceLocal, ""},
		{"Ollama with a port", "ollama", env{"OLLAMA_HOST": "127.0.0.1:9999"}, "http://127.0.0.1:9999", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with a host alone", "ollama", env{"OLLAMA_HOST": "localhost"}, "http://localhost:11434", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with a port alone", "ollama", env{"OLLAMA_HOST": ":8080"}, "http://127.0.0.1:8080", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with a URL", "ollama", env{"OLLAMA_HOST": "http://127.0.0.1:8080/"}, "http://127.0.0.1:8080", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with a URL without a port", "ollama", env{"OLLAMA_HOST": "https://ollama.example"}, "https://ollama.example", "OLLAMA_HOST", "", bakeoff.PlaceCloud, ""},
		{"Ollama behind a path", "ollama", env{"OLLAMA_HOST": "https://gpu.example/ollama/"}, "https://gpu.example/ollama", "OLLAMA_HOST", "", bakeoff.PlaceCloud, ""},
		{"Ollama with its API path", "ollama", env{"OLLAMA_HOST": "http://127.0.0.1:8080/api"}, "http://127.0.0.1:8080", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with the address that a server listens on", "ollama", env{"OLLAMA_HOST": "0.0.0.0"}, "http://127.0.0.1:11434", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with the IPv6 address that a server listens on", "ollama", env{"OLLAMA_HOST": "[::]:11500"}, "http://127.0.0.1:11500", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama on IPv6 loopback", "ollama", env{"OLLAMA_HOST": "[::1]"}, "http://[::1]:11434", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama on another machine", "ollama", env{"OLLAMA_HOST": "192.168.1.5:11434"}, "http://192.168.1.5:11434", "OLLAMA_HOST", "", bakeoff.PlaceCloud, ""},
		{"Ollama in quotation marks", "ollama", env{"OLLAMA_HOST": ` "127.0.0.1:1" `}, "http://127.0.0.1:1", "OLLAMA_HOST", "", bakeoff.PlaceLocal, ""},
		{"Ollama with blanks alone", "ollama", env{"OLLAMA_HOST": " \t"}, "http://127.0.0.1:11434", "default", "", bakeoff.PlaceLocal, ""},
		{"Ollama with nonsense", "ollama", env{"OLLAMA_HOST": "127.0.0.1:port"}, "", "", "", bakeoff.PlaceLocal, "OLLAMA_HOST is no usable address"},

		{"a key alone", "openai", env{"OPENAI_API_KEY": "sk-1"}, "https://api.openai.com/v1", "default", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"a key with blanks around it", "openai", env{"OPENAI_API_KEY": " sk-1\n"}, "https://api.openai.com/v1", "default", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"an address alone", "openai", env{"OPENAI_BASE_URL": "http://127.0.0.1:1/v1"}, "http://127.0.0.1:1/v1", "OPENAI_BASE_URL", "", bakeoff.PlaceCloud, "OpenAI has no key. Enter one in Models or with `bakeoff keys set openai`, or set OPENAI_API_KEY"},
		{"a blank key", "openai", env{"OPENAI_API_KEY": "  "}, "https://api.openai.com/v1", "default", "", bakeoff.PlaceCloud, "OpenAI has no key"},
		{"a bad address without a key", "openai", env{"OPENAI_BASE_URL": "://"}, "", "", "", bakeoff.PlaceCloud, "OpenAI has no key"},
		{"a proxy on this machine is still the cloud", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://127.0.0.1:4000"}, "http://127.0.0.1:4000/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"an address with a slash at its end", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://gw.example/v1/"}, "https://gw.example/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"an address with another path", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://gw.example/openai/v2"}, "https://gw.example/openai/v2", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"an address with the whole path", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://gw.example/v1/chat/completions"}, "https://gw.example/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"an address without a scheme", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "gw.example"}, "https://gw.example/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"a local address without a scheme", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "localhost:4000"}, "http://localhost:4000/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"a key over plain http", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "http://gw.example/v1"}, "http://gw.example/v1", "OPENAI_BASE_URL", "OPENAI_API_KEY", bakeoff.PlaceCloud, "plain http"},
		{"an address with a password", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://user:hunter2@gw.example"}, "", "", "OPENAI_API_KEY", bakeoff.PlaceCloud, "OPENAI_BASE_URL is no usable address"},
		{"an address with a query", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "https://gw.example/v1?key=hunter2"}, "", "", "OPENAI_API_KEY", bakeoff.PlaceCloud, "OPENAI_BASE_URL is no usable address"},
		{"an address of another protocol", "openai", env{"OPENAI_API_KEY": "k", "OPENAI_BASE_URL": "file:///etc/hunter2"}, "", "", "OPENAI_API_KEY", bakeoff.PlaceCloud, "OPENAI_BASE_URL is no usable address"},
		{"a key with a line break", "openai", env{"OPENAI_API_KEY": "hunter2\r\nX-Evil: 1"}, "https://api.openai.com/v1", "default", "OPENAI_API_KEY", bakeoff.PlaceCloud, "OPENAI_API_KEY holds characters that no key has"},

		{"Anthropic", "anthropic", env{"ANTHROPIC_API_KEY": "k"}, "https://api.anthropic.com", "default", "ANTHROPIC_API_KEY", bakeoff.PlaceCloud, ""},
		{"Anthropic with the version in its address", "anthropic", env{"ANTHROPIC_API_KEY": "k", "ANTHROPIC_BASE_URL": "http://127.0.0.1:5/v1/"}, "http://127.0.0.1:5", "ANTHROPIC_BASE_URL", "ANTHROPIC_API_KEY", bakeoff.PlaceCloud, ""},
		{"Gemini by its first variable", "gemini", env{"GEMINI_API_KEY": "a", "GOOGLE_API_KEY": "b"}, "https://generativelanguage.googleapis.com", "default", "GEMINI_API_KEY", bakeoff.PlaceCloud, ""},
		{"Gemini by its second variable", "gemini", env{"GEMINI_API_KEY": " ", "GOOGLE_API_KEY": "b"}, "https://generativelanguage.googleapis.com", "default", "GOOGLE_API_KEY", bakeoff.PlaceCloud, ""},
		{"Gemini with the version in its address", "gemini", env{"GOOGLE_API_KEY": "b", "GOOGLE_GEMINI_BASE_URL": "https://gw.example/v1beta"}, "https://gw.example", "GOOGLE_GEMINI_BASE_URL", "GOOGLE_API_KEY", bakeoff.PlaceCloud, ""},
		{"Gemini without a key", "gemini", env{}, "https://generativelanguage.googleapis.com", "default", "", bakeoff.PlaceCloud, "set GEMINI_API_KEY or GOOGLE_API_KEY"},
		{"DeepSeek", "deepseek", env{"DEEPSEEK_API_KEY": "k"}, "https://api.deepseek.com/v1", "default", "DEEPSEEK_API_KEY", bakeoff.PlaceCloud, ""},
		{"OpenRouter", "openrouter", env{"OPENROUTER_API_KEY": "k"}, "https://openrouter.ai/api/v1", "default", "OPENROUTER_API_KEY", bakeoff.PlaceCloud, ""},
		{"OpenRouter at an address without a path", "openrouter", env{"OPENROUTER_API_KEY": "k", "OPENROUTER_BASE_URL": "http://127.0.0.1:5/"}, "http://127.0.0.1:5/api/v1", "OPENROUTER_BASE_URL", "OPENROUTER_API_KEY", bakeoff.PlaceCloud, ""},
		{"xAI", "xai", env{"XAI_API_KEY": "k"}, "https://api.x.ai/v1", "default", "XAI_API_KEY", bakeoff.PlaceCloud, ""},
		{"Mistral", "mistral", env{"MISTRAL_API_KEY": "k"}, "https://api.mistral.ai/v1", "default", "MISTRAL_API_KEY", bakeoff.PlaceCloud, ""},
		{"Groq", "groq", env{"GROQ_API_KEY": "k"}, "https://api.groq.com/openai/v1", "default", "GROQ_API_KEY", bakeoff.PlaceCloud, ""},
		{"Together", "together", env{"TOGETHER_API_KEY": "k"}, "https://api.together.xyz/v1", "default", "TOGETHER_API_KEY", bakeoff.PlaceCloud, ""},

		{"LM Studio without an address", "lmstudio", env{}, "", "", "", bakeoff.PlaceLocal, "LM Studio has no address. Set LMSTUDIO_BASE_URL"},
		{"LM Studio on this machine", "lmstudio", env{"LMSTUDIO_BASE_URL": "127.0.0.1:1234"}, "http://127.0.0.1:1234/v1", "LMSTUDIO_BASE_URL", "", bakeoff.PlaceLocal, ""},
		{"vLLM on another machine", "vllm", env{"VLLM_BASE_URL": "https://gpu.example/v1"}, "https://gpu.example/v1", "VLLM_BASE_URL", "", bakeoff.PlaceCloud, ""},
		{"vLLM on another machine with a key in the clear", "vllm", env{"VLLM_BASE_URL": "http://gpu.example/v1", "VLLM_API_KEY": "k"}, "http://gpu.example/v1", "VLLM_BASE_URL", "VLLM_API_KEY", bakeoff.PlaceCloud, "plain http"},
		{"a server of one's own", "custom", env{"BAKEOFF_OPENAI_COMPATIBLE_BASE_URL": "http://127.0.0.1:1/v1", "BAKEOFF_OPENAI_COMPATIBLE_API_KEY": "k"}, "http://127.0.0.1:1/v1", "BAKEOFF_OPENAI_COMPATIBLE_BASE_URL", "BAKEOFF_OPENAI_COMPATIBLE_API_KEY", bakeoff.PlaceLocal, ""},
		{"the demo", "demo", env{}, "", "", "", bakeoff.PlaceDemo, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			e := find(serviceNamed(t, tc.service), tc.env.get, nil)
			if e.baseText() != tc.base || e.addressSource != tc.source || e.keySource != tc.key || e.place != tc.place {
				t.Errorf("got %q from %q, key from %q, %s", e.baseText(), e.addressSource, e.keySource, e.place)
			}
			switch {
			case tc.problem == "" && e.problem != nil:
				t.Errorf("got the problem %q, want none", e.problem.Message)
			case tc.problem != "" && (e.problem == nil || !strings.Contains(e.problem.Message, tc.problem)):
				t.Errorf("got the problem %v, want %q", e.problem, tc.problem)
			case e.problem != nil && strings.Contains(e.problem.Message, "hunter2"):
				t.Errorf("the sentence tells a secret: %q", e.problem.Message)
			}
		})
	}
}

func TestAProxyIsUsedOnlyWhenItIsAskedFor(t *testing.T) {
	for _, tc := range []struct {
		name string
		env  env
		to   string
		want string // the proxy; empty for none
		bad  bool
	}{
		{"nothing said", env{}, "https://api.openai.com/", "", false},
		{"the usual variables alone", env{"HTTPS_PROXY": "http://proxy:1", "HTTP_PROXY": "http://proxy:1", "ALL_PROXY": "http://proxy:1"}, "https://api.openai.com/", "", false},
		{"an address", env{ProxyVariable: "http://proxy:3128"}, "https://api.openai.com/", "http://proxy:3128", false},
		{"an address, to this machine", env{ProxyVariable: "http://proxy:3128"}, "http://127.0.0.1:11434/", "", false},
		{"the usual variables by request", env{ProxyVariable: "env", "HTTPS_PROXY": "http://proxy:1"}, "https://api.openai.com/", "http://proxy:1", false},
		{"an exception by request", env{ProxyVariable: "env", "HTTPS_PROXY": "http://proxy:1", "NO_PROXY": "openai.com"}, "https://api.openai.com/", "", false},
		{"nonsense", env{ProxyVariable: "proxy"}, "https://api.openai.com/", "", true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			choose, problem := proxy(tc.env.get)
			if (problem != nil) != tc.bad {
				t.Fatalf("got the problem %v", problem)
			}
			if choose == nil {
				if tc.want != "" {
					t.Errorf("got no proxy, want %s", tc.want)
				}
				return
			}
			got, err := choose(request(t, tc.to))
			if err != nil {
				t.Fatal(err)
			}
			text := ""
			if got != nil {
				text = got.String()
			}
			if text != tc.want {
				t.Errorf("got %q, want %q", text, tc.want)
			}
		})
	}
	if got := Proxy(env{ProxyVariable: "http://me:hunter2@proxy:1"}.get); got != "http://proxy:1" {
		t.Errorf("the doctor would show %q", got)
	}
}
