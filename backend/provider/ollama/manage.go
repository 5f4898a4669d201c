package ollama

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/local"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"

	"github.com/ollama/ollama/api"
)

// Provider manages its server too.
var (
	_ local.Server    = (*Provider)(nil)
	_ provider.Warmer = (*Provider)(nil)
)

// Version asks the server for its version.
func (p *Provider) Version(ctx context.Context) (string, error) {
	version, err := p.api.Version(ctx)
	if err != nil {
		return "", p.fail("", err)
	}
	return version, nil
}

// Installed lists the models with their details, which are asked for once per digest.
func (p *Provider) Installed(ctx context.Context) ([]local.Model, error) {
	list, err := p.api.List(ctx)
	if err != nil {
		return nil, p.fail("", err)
	}
	models := make([]local.Model, len(list.Models))
	each(list.Models, func(i int, m api.ListModelResponse) { models[i] = p.installed(ctx, m) })
	return models, nil
}

func (p *Provider) installed(ctx context.Context, m api.ListModelResponse) local.Model {
	out := local.Model{
		Name: m.Name, Digest: m.Digest, Size: m.Size, Quantization: quantization(m.Details.QuantizationLevel), ParameterSize: m.Details.ParameterSize,
		Family: m.Details.Family, Context: int64(m.Details.ContextLength), RemoteHost: remoteHost(m.RemoteHost, m.RemoteModel), ModifiedAt: m.ModifiedAt,
		Licence: local.Licence{Commercial: local.Unknown},
	}
	for _, c := range m.Capabilities {
		out.Capabilities = append(out.Capabilities, c.String())
	}
	shown, err := p.show(ctx, m)
	if err != nil {
		return out
	}
	if out.Context == 0 {
		out.Context = shown.context
	}
	if len(out.Capabilities) == 0 {
		out.Capabilities = shown.capabilities
	}
	if out.RemoteHost == "" {
		out.RemoteHost = shown.remote
	}
	out.Licence = shown.licence
	return out
}

// Loaded lists what is in memory.
func (p *Provider) Loaded(ctx context.Context) ([]local.Loaded, error) {
	running, err := p.api.ListRunning(ctx)
	if err != nil {
		return nil, p.fail("", err)
	}
	out := make([]local.Loaded, 0, len(running.Models))
	for _, m := range running.Models {
		out = append(out, local.Loaded{Name: m.Name, Digest: m.Digest, Memory: m.Size, Graphics: m.SizeVRAM, Context: int64(m.ContextLength), ExpiresAt: m.ExpiresAt})
	}
	return out, nil
}

// LicenceText is the licence as the server has it: all of its layers, one after another.
func (p *Provider) LicenceText(ctx context.Context, model string) (string, error) {
	show, err := p.api.Show(ctx, &api.ShowRequest{Model: model})
	if err != nil {
		return "", p.fail(model, err)
	}
	return strings.TrimSpace(show.License), nil
}

// Preload loads a model by asking it nothing. A model that the server only forwards has nothing to load.
func (p *Provider) Preload(ctx context.Context, model string) error {
	return p.residence(ctx, model, nil)
}

// Warm loads a model with the settings of a request: another context length would load it anew.
func (p *Provider) Warm(ctx context.Context, req provider.Request) error {
	if err := p.stayHere(ctx, &req); err != nil {
		return err
	}
	stream, plan := false, p.plan(req)
	load := api.GenerateRequest{Model: req.Model, Stream: &stream, Options: options(req.Params)}
	if slices.Contains(plan.notApplied, bakeoff.ParamNumCtx) {
		delete(load.Options, "num_ctx")
	}
	top, err := extra(req.Params.Extra, load.Options)
	if err != nil {
		return err
	}
	keep := top["keep_alive"]
	if keep == nil && !slices.Contains(plan.notApplied, bakeoff.ParamKeepAlive) {
		keep = keepAlive(req.Params.KeepAlive)
	}
	if keep != nil {
		load.KeepAlive = new(api.Duration)
		if err := json.Unmarshal(keep, load.KeepAlive); err != nil {
			load.KeepAlive = nil // the request itself will say what is wrong with it
		}
	}
	return p.generate(ctx, &load)
}

// Unload takes a model out of memory.
func (p *Provider) Unload(ctx context.Context, model string) error {
	return p.residence(ctx, model, &api.Duration{})
}

// residence sends a request without a prompt: that loads a model, and with a time of zero to keep it, unloads it. Under
// local only a forwarded model is not asked even that.
func (p *Provider) residence(ctx context.Context, model string, keep *api.Duration) error {
	req := provider.Request{Model: model}
	if err := p.stayHere(ctx, &req); err != nil {
		return err
	}
	stream := false
	return p.generate(ctx, &api.GenerateRequest{Model: model, KeepAlive: keep, Stream: &stream})
}

func (p *Provider) generate(ctx context.Context, req *api.GenerateRequest) error {
	if err := p.api.Generate(ctx, req, func(api.GenerateResponse) error { return nil }); err != nil {
		return p.fail(req.Model, err)
	}
	return nil
}

// Delete removes a model. It is unloaded first: Ollama 0.24 keeps a deleted one in memory until its time is over.
func (p *Provider) Delete(ctx context.Context, model string) error {
	_ = p.Unload(ctx, model) // what is not loaded, or only forwarded, is deleted all the same
	if err := p.api.Delete(ctx, &api.DeleteRequest{Model: model}); err != nil {
		return p.fail(model, err)
	}
	return nil
}

// Pull lets the server download a model. Without its word "success" it is not whole.
func (p *Provider) Pull(ctx context.Context, model string, progress func(local.Progress)) error {
	whole := false
	err := p.api.Pull(wire.Expect(ctx, "application/x-ndjson"), &api.PullRequest{Model: model}, func(r api.ProgressResponse) error {
		whole = whole || r.Status == "success"
		progress(local.Progress{Status: r.Status, Digest: r.Digest, Done: r.Completed, Total: r.Total})
		return nil
	})
	switch {
	case whole:
		return nil
	case err == nil:
		return &bakeoff.Error{Code: bakeoff.CodeTruncated, Message: "The download of " + shortName(model) + " ended before it was whole. Go on with it: what is there stays there."}
	}
	return p.pullError(model, err)
}

// pullError words what only a pull says.
func (p *Provider) pullError(model string, err error) error {
	e := bakeoff.AsError(p.fail(model, err))
	detail := strings.ToLower(e.Detail + " " + err.Error())
	switch {
	case strings.Contains(detail, "file does not exist"), strings.Contains(detail, "manifest unknown"):
		e.Code, e.Message = bakeoff.CodeModelMissing, "Ollama's library has no model "+shortName(model)+". Look at its name on ollama.com/library and write it with its tag, such as llama3.2:1b."
	case strings.Contains(detail, "no such host"), strings.Contains(detail, "dial tcp"), strings.Contains(detail, "network is unreachable"):
		e.Code, e.Message = bakeoff.CodeUnreachable, p.label+" cannot reach the library from its machine. Look at that machine's connection, then go on."
	case strings.Contains(detail, "no space left"):
		e.Code, e.Message = bakeoff.CodeProvider, "The disk of "+p.label+" is full. Delete a model there, then go on."
	case strings.Contains(detail, "invalid model name"), strings.Contains(detail, "invalid model path"):
		e.Code, e.Message = bakeoff.CodeInvalid, shortName(model)+" is no name of a model. Write it like llama3.2:1b."
	case strings.Contains(detail, "requires a newer version"), strings.Contains(detail, "newer version of ollama"):
		e.Code, e.Message = bakeoff.CodeProvider, shortName(model)+" needs a newer Ollama than "+p.label+" is. Update it, then go on."
	}
	return e
}
