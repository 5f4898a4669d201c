package catalog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"strconv"
	"strings"
	"time"

	"bakeoff/backend/bakeoff"
)

// sheet is the form of prices.json. Prices are US dollars per million tokens, as decimals.
type sheet struct {
	Date     string     `json:"date"`
	Rows     []sheetRow `json:"prices"`
	Openness []struct {
		Endpoint string           `json:"endpoint"` // "*" for all
		Open     bakeoff.Openness `json:"openness"`
		Patterns []string         `json:"models"` // "meta-llama/*": a star stands for any characters
	} `json:"openness"`

	rules []opennessRule
}

type sheetRow struct {
	Endpoint string   `json:"endpoint"`
	ID       string   `json:"id"`
	Aliases  []string `json:"aliases,omitempty"`
	sheetRates
	Tiers    []sheetTier `json:"tiers,omitempty"`
	From     string      `json:"from,omitempty"`  // first day, "2026-12-01"
	Until    string      `json:"until,omitempty"` // first day on which it no longer holds
	Weekdays bool        `json:"weekdays,omitempty"`
	Hours    []string    `json:"hours,omitempty"` // "01:00-04:00", UTC
	Date     string      `json:"date,omitempty"`
	Source   string      `json:"source"`
	Why      string      `json:"why,omitempty"` // see Price.Why

	parsed row
}

type sheetTier struct {
	Above int64 `json:"above"` // tokens of input
	sheetRates
}

type sheetRates struct {
	Input        json.Number `json:"input,omitempty"`
	Output       json.Number `json:"output,omitempty"`
	CacheRead    json.Number `json:"cache_read,omitempty"`
	CacheWrite   json.Number `json:"cache_write,omitempty"`
	CacheWrite1h json.Number `json:"cache_write_1h,omitempty"`
	Reasoning    json.Number `json:"reasoning,omitempty"`
}

// parse reads a sheet. Every row must have a source and a date, its own or the sheet's; a row that cannot be read is an error that names it.
func parse(text []byte, yours bool) (sheet, error) {
	var s sheet
	if len(bytes.TrimSpace(text)) == 0 {
		return s, nil
	}
	dec := json.NewDecoder(bytes.NewReader(text))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&s); err != nil {
		return s, err
	}
	for i := range s.Rows {
		s.Rows[i].Date = cmp.Or(s.Rows[i].Date, s.Date)
		if err := s.Rows[i].parse(yours); err != nil {
			return s, fmt.Errorf("the row of %s/%s: %w", s.Rows[i].Endpoint, s.Rows[i].ID, err)
		}
	}
	for _, o := range s.Openness {
		for _, p := range o.Patterns {
			if _, err := path.Match(plain(p), ""); err != nil {
				return s, fmt.Errorf("the openness pattern %q: %w", p, err)
			}
			s.rules = append(s.rules, opennessRule{endpoint: o.Endpoint, pattern: plain(p), openness: o.Open})
		}
	}
	return s, nil
}

func (r *sheetRow) parse(yours bool) error {
	if r.Endpoint == "" || r.ID == "" || r.Source == "" {
		return errors.New("endpoint, id and source are needed")
	}
	if _, err := day(r.Date); err != nil || r.Date == "" {
		return errors.New("the date must be like 2026-11-24")
	}
	p := Price{Date: r.Date, Source: r.Source, Yours: yours, Why: r.Why}
	var err error
	if p.Rates, err = r.rates(); err != nil {
		return err
	}
	for _, t := range r.Tiers {
		rates, err := t.rates()
		if err != nil {
			return err
		}
		if len(p.Tiers) > 0 && t.Above <= p.Tiers[len(p.Tiers)-1].Above {
			return errors.New("tiers must rise")
		}
		p.Tiers = append(p.Tiers, Tier{Above: t.Above, Rates: rates})
	}
	w := window{weekdays: r.Weekdays}
	if w.from, err = day(r.From); err != nil {
		return err
	}
	if w.until, err = day(r.Until); err != nil {
		return err
	}
	for _, h := range r.Hours {
		s, err := hours(h)
		if err != nil {
			return err
		}
		w.hours = append(w.hours, s)
	}
	r.parsed = row{window: w, price: p}
	return nil
}

func (r sheetRates) rates() (out Rates, err error) {
	for _, f := range []struct {
		text json.Number
		rate **bakeoff.MicroPerMillion
	}{
		{r.Input, &out.Input}, {r.Output, &out.Output}, {r.CacheRead, &out.CacheRead},
		{r.CacheWrite, &out.CacheWrite}, {r.CacheWrite1h, &out.CacheWrite1h}, {r.Reasoning, &out.Reasoning},
	} {
		if f.text == "" {
			continue
		}
		rate, err := dollarsPerMillion(f.text.String())
		if err != nil {
			return out, err
		}
		*f.rate = &rate
	}
	return out, nil
}

// dollarsPerMillion reads a decimal of at most six places, exactly: no float ever holds a price.
func dollarsPerMillion(text string) (bakeoff.MicroPerMillion, error) {
	whole, frac, _ := strings.Cut(text, ".")
	if len(frac) > 6 || len(whole) > 9 {
		return 0, fmt.Errorf("the price %s has more digits than dollars per million tokens can", text)
	}
	n, err := strconv.ParseUint(whole+frac+strings.Repeat("0", 6-len(frac)), 10, 63)
	if err != nil {
		return 0, fmt.Errorf("the price %s is no plain decimal number", text)
	}
	return bakeoff.MicroPerMillion(n), nil
}

func day(text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	return time.Parse(time.DateOnly, text)
}

func hours(text string) (span, error) {
	from, to, _ := strings.Cut(text, "-")
	start, err := minute(from)
	if err != nil {
		return span{}, err
	}
	end, err := minute(to)
	if err != nil || end <= start {
		return span{}, fmt.Errorf("the hours %q are not like 01:00-04:00", text)
	}
	return span{from: start, to: end}, nil
}

func minute(text string) (int, error) {
	if text == "24:00" {
		return 24 * 60, nil
	}
	t, err := time.Parse("15:04", text)
	if err != nil {
		return 0, fmt.Errorf("the hour %q is not like 01:00", text)
	}
	return t.Hour()*60 + t.Minute(), nil
}
