package wiring

import (
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/demo"
)

// connect builds the provider of an endpoint. demoSpeed is how much faster the demo voices speak.
func connect(e endpoint, proxy proxyFunc, demoSpeed float64) provider.Provider {
	return demo.New(demo.Config{Speed: demoSpeed})
}
