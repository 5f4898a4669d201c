package catalog

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// List is a price list that was fetched: rows in the sheet's form, and the day ("2026-11-24") on which its source was asked.
type List struct {
	Rows json.RawMessage
	Date string
}

func (l List) read() (sheet, error) {
	s, err := parse(fmt.Appendf(nil, `{"date":%q,"prices":%s}`, l.Date, l.Rows), false)
	return s, err
}

// Len is how many models the list has a price of, or a reason why not.
func (l List) Len() int {
	s, err := l.read()
	if err != nil {
		return 0
	}
	return len(s.Rows)
}

// developers maps a provider of models.dev to the endpoint of Bakeoff that asks the same service.
var developers = map[string]string{
	"openai": "openai", "anthropic": "anthropic", "google": "gemini", "deepseek": "deepseek", "openrouter": "openrouter",
	"xai": "xai", "mistral": "mistral", "groq": "groq", "togetherai": "together",
}

// ReadModelsDev reads models.dev's api.json: dollars per million tokens. An answer without the three largest providers is
// not whole. A price that cannot be held here becomes a row with the reason; what is no list is an error.
func ReadModelsDev(raw []byte, day string) (List, error) {
	var providers map[string]struct {
		Models map[string]struct {
			Cost map[string]json.RawMessage `json:"cost"`
		} `json:"models"`
	}
	if err := json.Unmarshal(raw, &providers); err != nil {
		return List{}, err
	}
	for _, name := range []string{"openai", "anthropic", "google"} {
		if len(providers[name].Models) == 0 {
			return List{}, errors.New("it has no models of " + name)
		}
	}
	var rows []sheetRow
	for _, name := range slices.Sorted(maps.Keys(developers)) {
		for _, id := range slices.Sorted(maps.Keys(providers[name].Models)) {
			cost := providers[name].Models[id].Cost
			if cost == nil {
				continue // it names no price
			}
			row := sheetRow{Endpoint: developers[name], ID: id, Source: "models.dev"}
			if err := row.developer(cost); err != nil {
				row.sheetRates, row.Tiers, row.Why = sheetRates{}, nil, "models.dev "+err.Error()
			} else if row.Input == "0" && row.Output == "0" {
				continue // part of a plan, or free up to a limit: no price per token
			}
			rows = append(rows, row)
		}
	}
	return list(rows, day)
}

// developer takes over one cost object of models.dev.
func (r *sheetRow) developer(cost map[string]json.RawMessage) (err error) {
	if r.sheetRates, err = rates(cost, developerNames, 0); err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(cost)) {
		switch name {
		case "input_audio", "output_audio", "context_over_200k", "tiers": // audio is never sent; tiers come below
		default:
			if _, known := developerNames[name]; !known {
				return errors.New("prices it in a way that is not known here (" + cut(name) + ")")
			}
		}
	}
	var tiers []map[string]json.RawMessage
	if text, ok := cost["tiers"]; ok {
		if json.Unmarshal(text, &tiers) != nil {
			return errors.New("has tiers that cannot be read")
		}
	} else if text, ok := cost["context_over_200k"]; ok {
		var over map[string]json.RawMessage
		if json.Unmarshal(text, &over) != nil {
			return errors.New("has tiers that cannot be read")
		}
		over["tier"] = json.RawMessage(`{"type":"context","size":200000}`)
		tiers = append(tiers, over)
	}
	for _, t := range tiers {
		var tier struct {
			Type string
			Size int64
		}
		if json.Unmarshal(t["tier"], &tier) != nil || tier.Type != "context" || tier.Size <= 0 {
			return errors.New("has tiers that are not by the size of the input")
		}
		rates, err := rates(t, developerNames, 0)
		if err != nil {
			return err
		}
		r.Tiers = append(r.Tiers, sheetTier{Above: tier.Size, sheetRates: rates})
	}
	return r.whole()
}

var developerNames = map[string]func(*sheetRates) *json.Number{
	"input":       func(r *sheetRates) *json.Number { return &r.Input },
	"output":      func(r *sheetRates) *json.Number { return &r.Output },
	"cache_read":  func(r *sheetRates) *json.Number { return &r.CacheRead },
	"cache_write": func(r *sheetRates) *json.Number { return &r.CacheWrite },
	"reasoning":   func(r *sheetRates) *json.Number { return &r.Reasoning },
}

var routerNames = map[string]func(*sheetRates) *json.Number{
	"prompt":               func(r *sheetRates) *json.Number { return &r.Input },
	"completion":           func(r *sheetRates) *json.Number { return &r.Output },
	"input_cache_read":     func(r *sheetRates) *json.Number { return &r.CacheRead },
	"input_cache_write":    func(r *sheetRates) *json.Number { return &r.CacheWrite },
	"input_cache_write_1h": func(r *sheetRates) *json.Number { return &r.CacheWrite1h },
	"internal_reasoning":   func(r *sheetRates) *json.Number { return &r.Reasoning },
}

// ReadOpenRouter reads OpenRouter's list of models: dollars per token, as texts. As ReadModelsDev.
func ReadOpenRouter(raw []byte, day string) (List, error) {
	var answer struct {
		Data []struct {
			ID      string                     `json:"id"`
			Pricing map[string]json.RawMessage `json:"pricing"`
		} `json:"data"`
	}
	if err := json.Unmarshal(raw, &answer); err != nil {
		return List{}, err
	}
	var rows []sheetRow
	for _, m := range answer.Data {
		if m.ID == "" || m.Pricing == nil {
			return List{}, errors.New("a model has no id or no price")
		}
		row := sheetRow{Endpoint: "openrouter", ID: m.ID, Source: "openrouter.ai/models"}
		if err := row.router(m.Pricing); err != nil {
			row.sheetRates, row.Tiers, row.Why = sheetRates{}, nil, "OpenRouter "+err.Error()
		}
		rows = append(rows, row)
	}
	return list(rows, day)
}

// router takes over one pricing object of OpenRouter.
func (r *sheetRow) router(pricing map[string]json.RawMessage) (err error) {
	if r.sheetRates, err = rates(pricing, routerNames, 6); err != nil {
		return err
	}
	for name, what := range map[string]string{"request": "takes a fee for each request as well", "discount": "gives a discount that is not known here"} {
		if text, ok := pricing[name]; ok {
			if n, err := perMillion(text, 6); err != nil || n != "0" {
				return errors.New(what)
			}
		}
	}
	var overrides []map[string]json.RawMessage
	if text, ok := pricing["overrides"]; ok && json.Unmarshal(text, &overrides) != nil {
		return errors.New("changes this price in a way that cannot be read")
	}
	for _, o := range overrides {
		var from int64
		if json.Unmarshal(o["min_prompt_tokens"], &from) != nil || from <= 0 || o["utc_start"] != nil || o["utc_end"] != nil {
			return errors.New("prices it by the hour")
		}
		merged := maps.Clone(pricing) // what an override leaves out stays as it was
		maps.Copy(merged, o)
		rates, err := rates(merged, routerNames, 6)
		if err != nil {
			return err
		}
		r.Tiers = append(r.Tiers, sheetTier{Above: from - 1, sheetRates: rates})
	}
	return r.whole()
}

// whole refuses what is no full price, and tiers that do not rise.
func (r *sheetRow) whole() error {
	above := int64(-1)
	for _, t := range append([]sheetTier{{sheetRates: r.sheetRates}}, r.Tiers...) {
		if t.Input == "" || t.Output == "" {
			return errors.New("names no full price")
		}
		if t.Above <= above {
			return errors.New("has tiers that do not rise")
		}
		above = t.Above
	}
	return nil
}

// rates reads the known prices of an object, whose numbers times 10^shift are dollars per million tokens.
func rates(from map[string]json.RawMessage, names map[string]func(*sheetRates) *json.Number, shift int) (out sheetRates, err error) {
	for name, place := range names {
		text, ok := from[name]
		if !ok || string(text) == "null" {
			continue
		}
		if *place(&out), err = perMillion(text, shift); err != nil {
			return out, err
		}
	}
	if out.Input != "0" { // lists write 0 for what has no price of its own: then that of input and output holds
		for _, n := range []*json.Number{&out.CacheRead, &out.CacheWrite, &out.CacheWrite1h, &out.Reasoning} {
			if *n == "0" {
				*n = ""
			}
		}
	}
	return out, nil
}

// dearest is how many digits the dollars of a million tokens may have.
const dearest = 5

// perMillion is a JSON number, or one in a text, times 10^shift, as the sheet writes it. It is exact or an error.
func perMillion(raw json.RawMessage, shift int) (json.Number, error) {
	text := string(bytes.Trim(raw, `"`))
	digits, exponent, scientific := strings.Cut(strings.ToLower(text), "e")
	if scientific {
		n, err := strconv.Atoi(exponent)
		if err != nil || n < -20 || n > 20 {
			return "", errors.New("names a price that cannot be read")
		}
		shift += n
	}
	if strings.HasPrefix(digits, "-") {
		return "", errors.New("names no fixed price: it depends on what answers")
	}
	whole, fraction, _ := strings.Cut(digits, ".")
	if whole == "" || strings.Trim(whole+fraction, "0123456789") != "" || len(whole+fraction) > 40 {
		return "", errors.New("names a price that cannot be read")
	}
	all := whole + fraction
	point := len(whole) + shift // where the point stands in all
	if point < 0 {
		all, point = strings.Repeat("0", -point)+all, 0
	}
	if point > len(all) {
		all += strings.Repeat("0", point-len(all))
	}
	whole, fraction = strings.TrimLeft(all[:point], "0"), strings.TrimRight(all[point:], "0")
	if len(fraction) > 6 {
		return "", errors.New("names a price with more digits than can be held exactly")
	}
	if len(whole) > dearest {
		return "", errors.New("names a price that cannot be right")
	}
	if whole == "" {
		whole = "0"
	}
	if fraction != "" {
		whole += "." + fraction
	}
	return json.Number(whole), nil
}

func list(rows []sheetRow, day string) (List, error) {
	if len(rows) == 0 {
		return List{}, errors.New("it names no prices")
	}
	text, err := json.Marshal(rows)
	if err != nil {
		return List{}, err
	}
	l := List{Rows: text, Date: day}
	_, err = l.read()
	return l, err
}

func cut(name string) string { return name[:min(len(name), 40)] }
