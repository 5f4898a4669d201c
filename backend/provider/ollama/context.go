package ollama

import (
	"context"
	"encoding/json"
	"strconv"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider"
)

// usualContext is what a server uses when nothing says otherwise: on a CPU, or a graphics card below 24 GB. Source: tried
// with 0.24.0; the FAQ of ollama.com, November 2026.
const usualContext = 4096

// lookLimit is how long a look at the loaded models may take, lookAge how long one is good for.
const (
	lookLimit = 500 * time.Millisecond
	lookAge   = 3 * time.Second
)

// Context is how much of a model's context the server will use; see provider.Sizer. What num_ctx asks for is cut to the
// model's own length. Without it a model that is loaded tells what the server took, unless we loaded it with a num_ctx:
// then the next request loads it anew.
func (p *Provider) Context(ctx context.Context, req provider.Request) (tokens int64, basis string) {
	own := req.Facts.ContextLength
	cut := func(n int64, basis string) (int64, string) {
		if own > 0 && n > own {
			return own, "the model's own"
		}
		return n, basis
	}
	if req.Facts.RemoteHost != "" {
		return own, "the model's own"
	}
	if n := numCtx(req.Params); n > 0 {
		return cut(n, "as num_ctx says")
	}
	if n := p.loaded.context(ctx, p, req.Model); n > 0 {
		return cut(n, "as it is loaded now")
	}
	return cut(usualContext, "Ollama's usual one unless the server is set otherwise")
}

// numCtx is the context length that an entry asks for, by its field or among its extra parameters; 0 for none.
func numCtx(params bakeoff.Params) int64 {
	options := map[string]any{}
	if _, err := extra(params.Extra, options); err == nil {
		if raw, ok := options["num_ctx"].(json.RawMessage); ok {
			n, _ := strconv.ParseInt(string(raw), 10, 64)
			return n
		}
	}
	if params.NumCtx != nil {
		return int64(*params.NumCtx)
	}
	return 0
}

// loadedModels remembers for a moment what is in memory. Safe for concurrent use.
type loadedModels struct {
	mu   sync.Mutex
	at   time.Time
	size map[string]int64 // context length by canonical name
	ours map[string]bool  // models that we loaded with a num_ctx of our own
}

// asked notes whether a model was asked with a context length of its own.
func (l *loadedModels) asked(model string, own bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.ours == nil {
		l.ours = make(map[string]bool)
	}
	l.ours[local.Canonical(model)] = own
	l.at = time.Time{}
}

// context is the length with which the server has a model loaded; 0 when it has not, or does not tell.
func (l *loadedModels) context(ctx context.Context, p *Provider, model string) int64 {
	l.mu.Lock()
	fresh, ours, n := time.Since(l.at) < lookAge, l.ours[local.Canonical(model)], l.size[local.Canonical(model)]
	l.mu.Unlock()
	if ours {
		return 0
	}
	if fresh {
		return n
	}
	limited, cancel := context.WithTimeout(provider.WithTrace(ctx, nil), lookLimit)
	defer cancel()
	running, err := p.api.ListRunning(limited)
	size := make(map[string]int64)
	if err == nil {
		for _, m := range running.Models {
			size[local.Canonical(m.Name)] = int64(m.ContextLength)
		}
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.at, l.size = time.Now(), size
	return size[local.Canonical(model)]
}
