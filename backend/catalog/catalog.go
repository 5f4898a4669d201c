package catalog

import (
	_ "embed"
	"fmt"
	"path"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

//go:embed prices.json
var embedded []byte

// Catalog finds prices and openness. It is immutable after New.
type Catalog struct {
	date     string
	rows     map[string][]row // by endpoint + "/" + id; the user's rows first, special hours before all-day rows
	openness []opennessRule
}

type row struct {
	window
	price Price
}

type opennessRule struct {
	endpoint, pattern string
	openness          bakeoff.Openness
}

// New returns the embedded sheet with the user's rows, JSON of the same form, on top; nil means none. The error is a
// *bakeoff.Error with the row that cannot be read; the catalog is then the embedded sheet alone, never nil.
func New(overrides []byte) (*Catalog, error) {
	c := &Catalog{rows: make(map[string][]row)}
	own, ownErr := parse(overrides, true)
	sheet, err := parse(embedded, false)
	if err != nil { // a test reads the embedded sheet: this cannot happen in a build that passed
		panic(fmt.Sprintf("the embedded price sheet: %v", err))
	}
	if ownErr == nil {
		c.fill(own)
	}
	c.fill(sheet)
	c.date = sheet.Date
	if ownErr != nil {
		return c, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("Your own prices cannot be read: %v. Correct prices.json in the data folder; until then the built-in prices apply.", ownErr), Err: ownErr}
	}
	return c, nil
}

// Date is the day on which the embedded sheet was made.
func (c *Catalog) Date() string { return c.date }

// Price returns what a model of an endpoint costs at an instant, found by exact id or listed alias.
func (c *Catalog) Price(endpoint, model string, at time.Time) (Price, bool) {
	for _, r := range c.rows[key(endpoint, model)] {
		if r.covers(at) {
			return r.price, true
		}
	}
	return Price{}, false
}

// Cost implements compare.Prices: what usage u of a model costs, priced at the instant the request was sent.
func (c *Catalog) Cost(endpoint, model string, at time.Time, u bakeoff.Usage, modifiers map[string]string) bakeoff.Cost {
	p, ok := c.Price(endpoint, model, at)
	if !ok {
		return unknown("no price is known for this model")
	}
	return p.Cost(u, modifiers)
}

// Openness implements compare.Prices: whether the weights of a model can be had, wherever it runs. The first rule that
// matches decides.
func (c *Catalog) Openness(endpoint, model string) bakeoff.Openness {
	model = plain(model)
	for _, r := range c.openness {
		if r.endpoint != "*" && r.endpoint != endpoint {
			continue
		}
		if ok, _ := path.Match(r.pattern, model); ok { // patterns are checked when they are read
			return r.openness
		}
	}
	return bakeoff.OpennessUnknown
}

// plain folds what the same id may carry around it: case, and Gemini's resource prefix. Slashes become colons, since a
// star of path.Match stops at a slash.
func plain(id string) string {
	return strings.ReplaceAll(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(id)), "models/"), "/", ":")
}

func key(endpoint, model string) string { return endpoint + "/" + plain(model) }

func (c *Catalog) fill(s sheet) {
	for _, r := range s.Rows {
		for _, id := range append([]string{r.ID}, r.Aliases...) {
			k := key(r.Endpoint, id)
			c.rows[k] = append(c.rows[k], r.parsed)
		}
	}
	c.openness = append(c.openness, s.rules...)
}
