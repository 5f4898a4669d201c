package wiring

import (
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/anthropic"
	"bakeoff/backend/provider/demo"
	"bakeoff/backend/provider/gemini"
	"bakeoff/backend/provider/ollama"
	"bakeoff/backend/provider/openai"
	"bakeoff/backend/provider/wire"
)

// connect builds the provider of an endpoint. demoSpeed is how much faster the demo voices speak.
func connect(e endpoint, proxy proxyFunc, border *wire.Border, demoSpeed float64) provider.Provider {
	base, local := e.baseText(), e.local()
	switch e.kind {
	case KindOllama:
		return ollama.New(ollama.Config{Label: e.label, BaseURL: base, Key: e.key, KeyName: e.keyVariable(), Headers: e.headers, Local: local, Proxy: proxy, Border: border})
	case KindAnthropic:
		return anthropic.New(anthropic.Config{Label: e.label, BaseURL: base, Key: e.key, KeyName: e.keyVariable(), Headers: e.headers, Local: local, Proxy: proxy, Border: border})
	case KindGemini:
		return gemini.New(gemini.Config{Label: e.label, BaseURL: base, Key: e.key, KeyName: e.keyVariable(), Headers: e.headers, Local: local, Proxy: proxy, Border: border})
	case KindDemo:
		return demo.New(demo.Config{Speed: demoSpeed})
	}
	dialect := e.name
	if e.kind == KindAzure {
		dialect = "azure" // also one of the user's own, of any name
	}
	return openai.New(openai.Config{
		Service: dialect, Label: e.label, BaseURL: base, Key: e.key, KeyName: e.keyVariable(), Headers: e.headers, Local: local, Proxy: proxy, Border: border,
	})
}
