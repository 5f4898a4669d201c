package ollama

import (
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// fail turns any error into one that a user may see.
func (p *Provider) fail(model string, err error) error {
	return p.explain(model, p.wire.Err(err))
}

// explain words what only Ollama says, by its own words (0.24 and 0.32).
func (p *Provider) explain(model string, e *bakeoff.Error) error {
	detail := strings.ToLower(e.Detail)
	switch {
	case e.Code == bakeoff.CodeModelMissing && model != "":
		e.Message = p.label + " has no model " + shortName(model) + ". Run `ollama pull " + shortName(model) + "` and try again."
	case strings.Contains(detail, "cloud is disabled"):
		e.Message = shortName(model) + " runs in Ollama's cloud, which is switched off on this server. Choose a model that runs here."
	case e.Code == bakeoff.CodeAuth && p.key == "" && strings.Contains(detail, "unauthorized"):
		e.Message = p.label + " is not signed in for its cloud models. Run `ollama signin`, or choose a model that runs here."
	case strings.Contains(detail, "more system memory"), strings.Contains(detail, "out of memory"):
		e.Message = shortName(model) + " needs more memory than is free where " + p.label + " runs. Stop other models, or choose a smaller one."
	case strings.Contains(detail, "binary not found"):
		e.Message = p.label + " lacks the program that runs models. Install it again, restart it, and run this again."
	case e.Code == bakeoff.CodeProvider && slices.ContainsFunc(crashes, func(words string) bool { return strings.Contains(detail, words) }):
		e.Message = p.label + " could not load " + shortName(model) + ", or lost it while it answered. Look into the log of the Ollama server for the reason, restart it, and run this again."
	case strings.Contains(detail, "does not support thinking"):
		e.Message = shortName(model) + " cannot think. Remove the effort from this entry."
	}
	return e
}

// crashes are what Ollama says when the process that runs a model does not start or ends on its own. Source: llm/server.go
// of 0.24 and llm/llama_server.go of 0.32.
var crashes = []string{
	"error starting runner", "error starting llama-server", "runner process has terminated", "runner process no longer running",
	"llama-server process has terminated", "llama-server process no longer running", "llama-server startup failed",
	"runner has unexpectedly stopped", "timed out waiting for llama", "error loading model", "unable to load",
}

// missing is the error for a model that is neither listed nor known to /api/show. have is how many models there are. Only
// Ollama's own words count: a gateway or another server of this protocol may not have /api/show at all, and must still
// be asked.
func (p *Provider) missing(model string, have int, err error) error {
	e := bakeoff.AsError(p.fail(model, err))
	detail := strings.ToLower(e.Detail)
	switch {
	case e.Code != bakeoff.CodeModelMissing:
	case !strings.Contains(detail, "model") || !strings.Contains(detail, "not found"):
		return &bakeoff.Error{Code: bakeoff.CodeProvider, Message: e.Message, Detail: e.Detail, Err: e}
	case have == 0:
		e.Message = p.label + " has no models yet. Run `ollama pull " + shortName(model) + "` and try again."
	}
	return e
}
