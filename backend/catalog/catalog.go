package catalog

import (
	_ "embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"bakeoff/backend/bakeoff"
)

//go:embed prices.json
var embedded []byte

// Catalog finds prices and openness. Use gives it other lists at any time: who asks meanwhile gets all of the old ones or all
// of the new.
type Catalog struct{ now atomic.Pointer[table] }

// table is what a catalog knows at one time. It does not change.
type table struct {
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
	c := &Catalog{}
	return c, c.Use(overrides)
}

// Use puts the user's rows on top and refreshed lists, most trusted first, between them and the embedded sheet. The error is
// as New's, and then the other lists hold without the user's rows.
func (c *Catalog) Use(overrides []byte, lists ...List) error {
	t := &table{rows: make(map[string][]row)}
	own, ownErr := parse(overrides, true)
	sheet, err := parse(embedded, false)
	if err != nil { // a test reads the embedded sheet: this cannot happen in a build that passed
		panic(fmt.Sprintf("the embedded price sheet: %v", err))
	}
	if ownErr == nil {
		t.fill(own, nil)
	}
	for _, l := range lists {
		if fresh, err := l.read(); err == nil { // it was read when it was made: what is damaged on the disk is left out
			t.fill(fresh.with(sheet.aliases()), sheet.timed())
		}
	}
	t.fill(sheet, nil)
	t.date = sheet.Date
	c.now.Store(t)
	if ownErr != nil {
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: fmt.Sprintf("Your own prices cannot be read: %v. Correct prices.json in the data folder; until then the built-in prices apply.", ownErr), Err: ownErr}
	}
	return nil
}

// Snapshot returns a catalog with what this one knows now. It stays as it is when this one is given other lists.
func (c *Catalog) Snapshot() *Catalog {
	s := new(Catalog)
	s.now.Store(c.now.Load())
	return s
}

// Date is the day on which the embedded sheet was made.
func (c *Catalog) Date() string { return c.now.Load().date }

// Price returns what a model of an endpoint costs at an instant, found by exact id or listed alias.
func (c *Catalog) Price(endpoint, model string, at time.Time) (Price, bool) {
	for _, r := range c.now.Load().rows[key(endpoint, model)] {
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
	for _, r := range c.now.Load().openness {
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

// fill appends the rows of a sheet but those of the models in except.
func (t *table) fill(s sheet, except map[string]bool) {
	for _, r := range s.Rows {
		for _, id := range append([]string{r.ID}, r.Aliases...) {
			if k := key(r.Endpoint, id); !except[k] {
				t.rows[k] = append(t.rows[k], r.parsed)
			}
		}
	}
	t.openness = append(t.openness, s.rules...)
}

// aliases are the other ids of the sheet's models, by model.
func (s sheet) aliases() map[string][]string {
	out := make(map[string][]string)
	for _, r := range s.Rows {
		out[key(r.Endpoint, r.ID)] = r.Aliases
	}
	return out
}

// with gives the models of a list the other ids that the sheet knows of them, but those that the list prices itself: a dated
// snapshot costs what its model does.
func (s sheet) with(aliases map[string][]string) sheet {
	own := make(map[string]bool, len(s.Rows))
	for _, r := range s.Rows {
		own[key(r.Endpoint, r.ID)] = true
	}
	s.Rows = slices.Clone(s.Rows)
	for i, r := range s.Rows {
		for _, id := range aliases[key(r.Endpoint, r.ID)] {
			if !own[key(r.Endpoint, id)] {
				s.Rows[i].Aliases = append(slices.Clip(s.Rows[i].Aliases), id)
			}
		}
	}
	return s
}

// timed are the models of which the sheet knows prices by the hour or by the day. A list of one price per model would price
// them wrongly at other hours, so that it does not stand above them.
func (s sheet) timed() map[string]bool {
	out := make(map[string]bool)
	for _, r := range s.Rows {
		if r.From == "" && r.Until == "" && !r.Weekdays && len(r.Hours) == 0 {
			continue
		}
		for _, id := range append([]string{r.ID}, r.Aliases...) {
			out[key(r.Endpoint, id)] = true
		}
	}
	return out
}
