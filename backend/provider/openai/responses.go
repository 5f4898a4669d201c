package openai

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"
)

// event is one event of a Responses stream.
type event struct {
	Type         string          `json:"type"`
	Delta        json.RawMessage `json:"delta"`
	SummaryIndex json.RawMessage `json:"summary_index"`
	Error        json.RawMessage `json:"error"`
	Item         struct {
		Type string `json:"type"`
	} `json:"item"`
	Response response `json:"response"`
}

type response struct {
	ID          json.RawMessage `json:"id"`
	Model       json.RawMessage `json:"model"`
	ServiceTier json.RawMessage `json:"service_tier"`
	Usage       json.RawMessage `json:"usage"`
	Error       json.RawMessage `json:"error"`
	Incomplete  struct {
		Reason string `json:"reason"`
	} `json:"incomplete_details"`
}

// decodeEvent reads one event. Its name stands in for a type that is missing; odd members are left out.
func decodeEvent(name string, raw []byte) (event, error) {
	var ev event
	if err := grave(json.Unmarshal(raw, &ev)); err != nil {
		return ev, err
	}
	if ev.Type == "" {
		ev.Type = name
	}
	return ev, nil
}

// streamResponses asks by Responses.
func (p *Provider) streamResponses(ctx context.Context, req provider.Request, plan plan, yield yieldFunc) {
	body, err := p.postResponses(ctx, req, plan)
	if err != nil {
		yield(provider.Event{}, p.fail(ctx, err))
		return
	}
	defer body.Close()
	events := wire.NewSSE(body)
	a := responsesAnswer{answer: answer{p: p, out: yield, trace: provider.TraceFrom(ctx)}}
	for !a.over && !a.left {
		name, raw, err := events.Next()
		if err == nil {
			err = a.take(name, raw)
		}
		if err != nil && err != io.EOF && err != errLeft {
			provider.Fail(yield, a.spent(), p.fail(ctx, err))
		}
		if err != nil {
			return
		}
	}
}

// postResponses sends the prompt and returns the body of the answer.
func (p *Provider) postResponses(ctx context.Context, req provider.Request, plan plan) (io.ReadCloser, error) {
	plan.set("input", input(req))
	if req.Prompt.System != "" {
		plan.set("instructions", req.Prompt.System)
	}
	raw, err := json.Marshal(plan.members)
	if err != nil { // Extra may hold what is no JSON
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "An extra parameter is no valid JSON. Correct it.", Err: err}
	}
	post, err := p.request(wire.Expect(ctx, "text/event-stream"), http.MethodPost, "/responses", bytes.NewReader(raw))
	if err != nil {
		return nil, err
	}
	post.Header.Set("Content-Type", "application/json")
	post.Header.Set("Accept", "text/event-stream")
	resp, err := p.http.Do(post)
	if err != nil {
		return nil, err
	}
	return resp.Body, nil
}

// request makes a request of our own, with the key in its header.
func (p *Provider) request(ctx context.Context, method, path string, body io.Reader) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, method, p.form.base+path, body)
	if err != nil {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("The address of %s is not an http or https URL. Correct it in Models.", p.label)}
	}
	if p.key != "" {
		req.Header.Set("Authorization", "Bearer "+p.key)
	}
	p.finish(req)
	return req, nil
}

// input is the conversation, the user's new turn last.
func input(req provider.Request) []any {
	var out []any
	for _, t := range req.Earlier {
		said := []map[string]string{{"type": "output_text", "text": t.Answer}}
		out = append(out, map[string]any{"role": "user", "content": inputParts(t.Prompt())}, map[string]any{"role": "assistant", "content": said})
	}
	return append(out, map[string]any{"role": "user", "content": inputParts(req.Prompt)})
}

func inputParts(prompt bakeoff.Prompt) []map[string]string {
	parts := []map[string]string{{"type": "input_text", "text": provider.UserText(prompt)}}
	for _, image := range provider.Images(prompt) {
		parts = append(parts, map[string]string{"type": "input_image", "image_url": dataURL(image)})
	}
	return parts
}

// responsesAnswer is a Responses stream on its way.
type responsesAnswer struct {
	answer
	over bool // the end marker came and was told
}

// take yields what one event says. Events that are not named here tell nothing that is shown.
func (a *responsesAnswer) take(name string, raw []byte) error {
	ev, err := decodeEvent(name, raw)
	if err != nil {
		return err
	}
	if err := a.tell(ev.Response.Model, ev.Response.ID); err != nil {
		return err
	}
	a.note(&chunk{Usage: ev.Response.Usage, ServiceTier: ev.Response.ServiceTier})
	switch ev.Type {
	case "response.output_text.delta", "response.refusal.delta":
		return a.text("", str(ev.Delta))
	case "response.reasoning_summary_text.delta", "response.reasoning_text.delta":
		return a.text(str(ev.Delta), "")
	case "response.reasoning_summary_part.added":
		if i, ok := whole(ev.SummaryIndex); ok && i > 0 {
			return a.text("\n\n", "")
		}
	case "response.output_item.added":
		if ev.Item.Type == "reasoning" && !a.yield(provider.Event{Kind: provider.KindMeta, Meta: &provider.Meta{Thinking: true}}) {
			return errLeft
		}
	case "response.completed":
		return a.finish("completed")
	case "response.incomplete":
		return a.finish(cmp.Or(ev.Response.Incomplete.Reason, "incomplete"))
	case "response.failed", "response.cancelled", "error":
		return a.p.wire.StreamError(raw)
	default:
		if ev.Type == "" && isFault(ev.Error) {
			return a.p.wire.StreamError(raw)
		}
	}
	return nil
}

// finish yields the end. A filter's reason without any text is a refusal.
func (a *responsesAnswer) finish(reason string) error {
	filtered := reason == "content_filter"
	if filtered && !a.spoke {
		return a.p.filtered()
	}
	a.reason = reason
	f := a.marked()
	if filtered {
		f.Warnings = append(f.Warnings, filteredWarning)
	}
	a.over = true
	a.yield(provider.Event{Kind: provider.KindFinish, Finish: f})
	return nil
}
