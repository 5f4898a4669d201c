package openai

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// listed is one row of a model list, of any service.
type listed struct {
	ID          string `json:"id"`
	Name        string `json:"name"`         // OpenRouter, Mistral
	DisplayName string `json:"display_name"` // Together
	Type        string `json:"type"`         // Together: "chat", "image", ...
	Created     number `json:"created"`      // Unix seconds

	ContextLength    number `json:"context_length"`     // OpenRouter, Together
	ContextWindow    number `json:"context_window"`     // Groq
	MaxContextLength number `json:"max_context_length"` // Mistral
	MaxModelLen      number `json:"max_model_len"`      // vLLM
	Meta             struct {
		TrainedContext number `json:"n_ctx_train"`
		Size           number `json:"size"`
	} `json:"meta"` // llama.cpp

	Shutdown    json.RawMessage `json:"shutdown_date"`   // OpenAI
	Expiration  json.RawMessage `json:"expiration_date"` // OpenRouter
	Deprecation json.RawMessage `json:"deprecation"`     // Mistral

	SupportedParameters []string `json:"supported_parameters"` // OpenRouter
	Architecture        struct {
		Input  []string `json:"input_modalities"`
		Output []string `json:"output_modalities"`
	} `json:"architecture"`
	Capabilities  json.RawMessage `json:"capabilities"`    // Mistral: an object of switches
	HuggingFaceID string          `json:"hugging_face_id"` // OpenRouter: set when the weights are published
}

// number is an integer that may come in any type; what is none counts as 0, unknown.
type number int64

func (n *number) UnmarshalJSON(raw []byte) error {
	*n = 0
	if i, ok := whole(raw); ok && i > 0 {
		*n = number(i)
	}
	return nil
}

// Models lists the models that answer with text, newest first where the service tells ages.
func (p *Provider) Models(ctx context.Context) ([]provider.Model, error) {
	req, err := p.request(ctx, http.MethodGet, "/models", nil)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "application/json")
	resp, err := p.http.Do(req)
	if err != nil {
		return nil, p.fail(ctx, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, p.fail(ctx, err)
	}
	models, err := decodeList(raw)
	if err != nil {
		return nil, &bakeoff.Error{Code: bakeoff.CodeInvalid, HTTPStatus: resp.StatusCode, Err: err,
			Message: p.label + " answered with something that is no list of models. Check the address of the endpoint."}
	}
	if p.service.Lists {
		p.lists.keep(models)
	}
	for i := range models {
		models[i].ID, models[i].Name = p.wire.Redact(models[i].ID), p.wire.Redact(models[i].Name)
	}
	return models, nil
}

var errNoList = errors.New("no list of models")

// decodeList reads {"data": [...]}, {"models": [...]} or a bare list. Rows that cannot be read are left out.
func decodeList(raw []byte) ([]provider.Model, error) {
	rows, err := listRows(raw)
	if err != nil {
		return nil, err
	}
	models := make([]provider.Model, 0, len(rows))
	for _, row := range rows {
		var l listed
		if grave(json.Unmarshal(row, &l)) != nil || l.ID == "" || !l.chats() {
			continue
		}
		models = append(models, l.model())
	}
	slices.SortStableFunc(models, func(a, b provider.Model) int {
		return cmp.Or(b.ModifiedAt.Compare(a.ModifiedAt), strings.Compare(a.ID, b.ID))
	})
	return models, nil
}

func listRows(raw []byte) ([]json.RawMessage, error) {
	var rows []json.RawMessage
	if raw = bytes.TrimSpace(raw); len(raw) > 0 && raw[0] == '[' {
		err := json.Unmarshal(raw, &rows)
		return rows, err
	}
	var list struct {
		Data   json.RawMessage `json:"data"`
		Models json.RawMessage `json:"models"`
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return nil, err
	}
	for _, member := range []json.RawMessage{list.Data, list.Models} {
		if len(member) > 0 && string(member) != "null" {
			err := json.Unmarshal(member, &rows)
			return rows, err
		}
	}
	if list.Data == nil && list.Models == nil {
		return nil, errNoList
	}
	return nil, nil // "data": null is how some servers say that there are none
}

// chats reports whether the model answers a prompt with text.
func (l *listed) chats() bool {
	switch {
	case fits(rules.NotChat, l.ID):
		return false
	case l.Type != "" && !slices.Contains([]string{"chat", "language", "code", "model", "base", "fine-tuned", "llm", "vlm"}, l.Type):
		return false
	case len(l.Architecture.Output) > 0 && !slices.Contains(l.Architecture.Output, "text"):
		return false
	}
	chat, told := l.switches()["completion_chat"]
	return chat || !told
}

// switches are Mistral's capabilities; nil for other shapes.
func (l *listed) switches() map[string]bool {
	var on map[string]bool
	if json.Unmarshal(l.Capabilities, &on) != nil {
		return nil
	}
	return on
}

func (l *listed) model() provider.Model {
	m := provider.Model{
		ID:            l.ID,
		Name:          cmp.Or(l.DisplayName, l.Name),
		Parameters:    l.SupportedParameters,
		Size:          int64(l.Meta.Size),
		ContextLength: int64(cmp.Or(l.ContextLength, l.ContextWindow, l.MaxContextLength, l.MaxModelLen, l.Meta.TrainedContext)),
		Capabilities:  l.capabilities(),
		ShutdownDate:  cmp.Or(date(l.Shutdown), date(l.Expiration), date(l.Deprecation)),
	}
	if l.HuggingFaceID != "" {
		m.Openness = bakeoff.Open
	}
	if l.Created > 0 && l.Created < 1<<40 {
		m.ModifiedAt = time.Unix(int64(l.Created), 0).UTC()
	}
	return m
}

// capabilities are what the list tells, in the words of provider.Facts; nil when it tells nothing.
func (l *listed) capabilities() []string {
	on := l.switches()
	if len(l.SupportedParameters) == 0 && len(l.Architecture.Input) == 0 && on == nil {
		return nil
	}
	has := []string{"completion"}
	add := func(name string, there bool) {
		if there {
			has = append(has, name)
		}
	}
	add("thinking", slices.Contains(l.SupportedParameters, "reasoning") || on["reasoning"])
	add("vision", slices.Contains(l.Architecture.Input, "image") || on["vision"])
	add("tools", slices.Contains(l.SupportedParameters, "tools") || on["function_calling"])
	return has
}

// date is a day in raw, which holds a date, a moment, or Unix seconds; empty when it holds none.
func date(raw json.RawMessage) string {
	if s := str(raw); len(s) >= len(time.DateOnly) {
		if day, err := time.Parse(time.DateOnly, s[:len(time.DateOnly)]); err == nil {
			return day.Format(time.DateOnly)
		}
	}
	seconds, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil || seconds <= 0 || seconds >= 1<<33 {
		return ""
	}
	return time.Unix(seconds, 0).UTC().Format(time.DateOnly)
}
