package gemini

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"bakeoff/backend/provider"
)

// maxPages bounds a list that never ends.
const maxPages = 20

type listed struct {
	Name     string          `json:"name"` // "models/gemini-2.5-pro"
	Display  string          `json:"displayName"`
	Input    json.RawMessage `json:"inputTokenLimit"`
	Methods  []string        `json:"supportedGenerationMethods"`
	Thinking bool            `json:"thinking"`
}

// Models lists the models that generate text, page by page.
func (p *Provider) Models(ctx context.Context) ([]provider.Model, error) {
	var models []provider.Model
	query := url.Values{"pageSize": {"1000"}}
	for range maxPages {
		var page struct {
			Models []listed `json:"models"`
			Next   string   `json:"nextPageToken"`
		}
		if err := p.list(ctx, query, &page); err != nil {
			return nil, p.wire.Err(err)
		}
		for _, row := range page.Models {
			if slices.Contains(row.Methods, "generateContent") && row.Name != "" {
				models = append(models, row.model())
			}
		}
		if page.Next == "" || page.Next == query.Get("pageToken") {
			break
		}
		query.Set("pageToken", page.Next)
	}
	return models, nil
}

func (p *Provider) list(ctx context.Context, query url.Values, page any) error {
	resp, err := p.do(ctx, http.MethodGet, "models", query, nil)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(page)
}

func (l listed) model() provider.Model {
	m := provider.Model{ID: strings.TrimPrefix(l.Name, "models/"), Name: l.Display, ContextLength: provider.ReadCount(l.Input).N}
	if l.Thinking {
		m.Capabilities = []string{"completion", "thinking"}
	}
	return m
}
