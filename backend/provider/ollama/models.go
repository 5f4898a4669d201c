package ollama

import (
	"context"
	"strings"
	"sync"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider"

	"github.com/ollama/ollama/api"
)

// Models lists what the server has, newest first as it lists them. Servers before 0.32 leave capabilities and context
// length to /api/show, which is then asked once per digest.
func (p *Provider) Models(ctx context.Context) ([]provider.Model, error) {
	list, err := p.api.List(ctx)
	if err != nil {
		return nil, p.fail("", err)
	}
	models := make([]provider.Model, len(list.Models))
	each(list.Models, func(i int, m api.ListModelResponse) {
		d := p.describe(ctx, m)
		models[i] = provider.Model{
			ID: m.Name, Size: m.Size, Digest: m.Digest, Quantization: quantization(m.Details.QuantizationLevel),
			ParameterSize: m.Details.ParameterSize, Family: m.Details.Family, ContextLength: d.context,
			Capabilities: d.capabilities, Openness: d.openness(), RemoteHost: d.remote, ModifiedAt: m.ModifiedAt,
		}
		if d.remote != "" || !p.local {
			return // a question for each model is for a server that is near
		}
		if shown, err := p.show(ctx, m); err == nil {
			models[i].Licence = shown.licence.Name
		}
	})
	return models, nil
}

// Prepare finds out what is known about a model; see provider.Provider.
func (p *Provider) Prepare(ctx context.Context, req provider.Request) (provider.Facts, error) {
	list, err := p.api.List(ctx)
	if err != nil {
		return provider.Facts{}, p.fail(req.Model, err)
	}
	var facts provider.Facts
	var d details
	if m, ok := find(list.Models, req.Model); ok {
		d = p.describe(ctx, m)
		facts.Digest, facts.Quantization = m.Digest, quantization(m.Details.QuantizationLevel)
	} else {
		// A cloud model can be asked without being listed; /api/show knows it.
		show, err := p.api.Show(ctx, &api.ShowRequest{Model: req.Model})
		if err != nil {
			return provider.Facts{}, p.missing(req.Model, len(list.Models), err)
		}
		d, facts.Quantization = fromShow(show), quantization(show.Details.QuantizationLevel)
	}
	facts.Capabilities, facts.RemoteHost, facts.Openness, facts.ContextLength = d.capabilities, d.remote, d.openness(), d.context
	if d.remote != "" && p.wire.Confined(ctx) {
		return facts, p.forwarded(req.Model, d.remote)
	}
	if d.remote == "" {
		facts.Warmth = p.warmth(ctx, req.Model)
	}
	plan := p.plan(provider.Request{Model: req.Model, Prompt: req.Prompt, Params: req.Params, Facts: facts})
	facts.NotApplied, facts.Warnings = plan.notApplied, plan.warnings
	p.wire.Warm(ctx)
	return facts, nil
}

func find(models []api.ListModelResponse, name string) (api.ListModelResponse, bool) {
	for _, m := range models {
		if local.Canonical(m.Name) == local.Canonical(name) {
			return m, true
		}
	}
	return api.ListModelResponse{}, false
}

// warmth tells whether the model is in memory now.
func (p *Provider) warmth(ctx context.Context, name string) bakeoff.Warmth {
	running, err := p.api.ListRunning(ctx)
	if err != nil {
		return bakeoff.WarmthUnknown
	}
	for _, m := range running.Models {
		if local.Canonical(m.Name) == local.Canonical(name) {
			return bakeoff.Warm
		}
	}
	return bakeoff.Cold
}

// details are what /api/show adds to the list.
type details struct {
	known        bool
	capabilities []string // nil when unknown
	context      int64    // tokens; 0 when unknown
	remote       string   // the host that really answers
	licence      local.Licence
}

// openness: weights that are on this machine are open. Those of a forwarded model are the catalog's to know.
func (d details) openness() bakeoff.Openness {
	if d.remote != "" || !d.known {
		return ""
	}
	return bakeoff.Open
}

// describe joins what the list says with what /api/show says, if it has to be asked.
func (p *Provider) describe(ctx context.Context, m api.ListModelResponse) details {
	d := details{known: true, context: int64(m.Details.ContextLength), remote: remoteHost(m.RemoteHost, m.RemoteModel)}
	for _, c := range m.Capabilities {
		d.capabilities = append(d.capabilities, c.String())
	}
	if d.remote != "" || len(d.capabilities) > 0 && d.context > 0 {
		return d
	}
	shown, err := p.show(ctx, m)
	if err != nil {
		d.known = false // whether it is forwarded is not known either
		return d
	}
	return shown
}

func fromShow(show *api.ShowResponse) details {
	d := details{known: true, remote: remoteHost(show.RemoteHost, show.RemoteModel), licence: local.Summarise(show.License)}
	for _, c := range show.Capabilities {
		d.capabilities = append(d.capabilities, c.String())
	}
	for name, value := range show.ModelInfo {
		if n, ok := value.(float64); ok && strings.HasSuffix(name, ".context_length") && n > 0 && n < 1<<40 {
			d.context = int64(n)
		}
	}
	return d
}

// quantization is empty for the word with which the server says that it does not know.
func quantization(level string) string {
	if level == "unknown" {
		return ""
	}
	return level
}

// showsAtOnce is how many models are asked for their details at the same time: the server reads a file for each.
const showsAtOnce = 4

// each calls f for every model of a list, some at the same time, and returns when all are done.
func each(models []api.ListModelResponse, f func(i int, m api.ListModelResponse)) {
	var wg sync.WaitGroup
	places := make(chan struct{}, showsAtOnce)
	for i, m := range models {
		wg.Go(func() {
			places <- struct{}{}
			defer func() { <-places }()
			f(i, m)
		})
	}
	wg.Wait()
}

// show asks for a model's details, once per digest.
func (p *Provider) show(ctx context.Context, m api.ListModelResponse) (details, error) {
	return p.shows.get(m.Digest, func() (details, error) {
		show, err := p.api.Show(ctx, &api.ShowRequest{Model: m.Name})
		if err != nil {
			return details{}, err
		}
		return fromShow(show), nil
	})
}

// showCache keeps details by digest: the same digest is the same model for ever.
type showCache struct {
	mu sync.Mutex
	m  map[string]*shown
}

// shown are the details of one digest; its lock is held while the server is asked.
type shown struct {
	mu    sync.Mutex
	known bool
	details
}

// get returns what is kept for a digest, and asks for what is not. Without a digest nothing is kept.
func (c *showCache) get(digest string, ask func() (details, error)) (details, error) {
	if digest == "" {
		return ask()
	}
	c.mu.Lock()
	if c.m == nil || len(c.m) > 1024 {
		c.m = map[string]*shown{}
	}
	entry := c.m[digest]
	if entry == nil {
		entry = new(shown)
		c.m[digest] = entry
	}
	c.mu.Unlock()
	entry.mu.Lock()
	defer entry.mu.Unlock()
	if entry.known {
		return entry.details, nil
	}
	d, err := ask()
	if err == nil {
		entry.known, entry.details = true, d
	}
	return d, err
}
