package anthropic

import (
	"context"
	"encoding/json"
	"time"

	sdk "github.com/anthropics/anthropic-sdk-go"

	"bakeoff/backend/provider"
)

// maxPages bounds a list that never ends: 20 pages of 1,000 models.
const maxPages = 20

// listed is one row of GET /v1/models: what we read of it.
type listed struct {
	ID           string          `json:"id"`
	DisplayName  string          `json:"display_name"`
	CreatedAt    string          `json:"created_at"`
	Lifecycle    string          `json:"lifecycle"`
	RetiresAt    string          `json:"retires_at"`
	MaxInput     json.RawMessage `json:"max_input_tokens"`
	Capabilities *capabilities   `json:"capabilities"`
}

type capabilities struct {
	Images   supported `json:"image_input"`
	Thinking supported `json:"thinking"`
}

type supported struct {
	Supported bool `json:"supported"`
}

// Models lists what can be asked now, page by page. It reads the pages with its own decoder: other servers of this
// protocol leave out what the SDK's types demand.
func (p *Provider) Models(ctx context.Context) ([]provider.Model, error) {
	var models []provider.Model
	params := sdk.ModelListParams{Limit: sdk.Int(1000)}
	for range maxPages {
		var raw []byte
		if err := p.client.Get(ctx, "v1/models", params, &raw); err != nil {
			return nil, p.wire.Err(err)
		}
		var page struct {
			Data    []listed `json:"data"`
			HasMore bool     `json:"has_more"`
			LastID  string   `json:"last_id"`
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			return nil, p.wire.Err(err)
		}
		for _, row := range page.Data {
			if row.ID != "" && row.Lifecycle != "retired" {
				models = append(models, row.model())
			}
		}
		if !page.HasMore || page.LastID == "" || page.LastID == params.AfterID.Value {
			break
		}
		params.AfterID = sdk.String(page.LastID)
	}
	return models, nil
}

func (l listed) model() provider.Model {
	m := provider.Model{ID: l.ID, Name: l.DisplayName, ContextLength: provider.ReadCount(l.MaxInput).N}
	m.Capabilities = l.Capabilities.words()
	if at, err := time.Parse(time.RFC3339, l.CreatedAt); err == nil && at.Year() > 1970 {
		m.ModifiedAt = at
	}
	if at, err := time.Parse(time.RFC3339, l.RetiresAt); err == nil {
		m.ShutdownDate = at.UTC().Format(time.DateOnly)
	}
	return m
}

// words are the capabilities in our words; nil when the list does not tell.
func (c *capabilities) words() []string {
	if c == nil {
		return nil
	}
	words := []string{"completion"}
	if c.Images.Supported {
		words = append(words, "vision")
	}
	if c.Thinking.Supported {
		words = append(words, "thinking")
	}
	return words
}
