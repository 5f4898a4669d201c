package catalog

import (
	"bytes"
	"cmp"
	"encoding/json"
	"slices"
	"strings"

	"bakeoff/backend/bakeoff"
)

// SetByYou is the source of a row that Bakeoff wrote into the user's file. Only such rows are ever changed or removed there.
const SetByYou = "set by you"

// Override is a price that the user sets: decimal dollars per million tokens, as the user writes them. Cached may be empty.
type Override struct{ Input, Output, Cached string }

// SetOwn returns the user's file with a row for a model in front, in place of the row that an earlier call wrote; every
// other byte stays. The error is a *bakeoff.Error.
func SetOwn(file []byte, endpoint, model string, o Override, day string) ([]byte, error) {
	row := sheetRow{Endpoint: endpoint, ID: model, Date: day, Source: SetByYou}
	row.Input, row.Output, row.CacheRead = json.Number(o.Input), json.Number(o.Output), json.Number(o.Cached)
	for _, price := range []string{o.Input, o.Output, cmp.Or(o.Cached, "0")} {
		_, err := dollarsPerMillion(price)
		if err != nil || price == "" || strings.HasPrefix(price, ".") || strings.HasSuffix(price, ".") {
			return nil, refused("A price is a plain number of dollars per million tokens with at most six digits after the point, such as 2.5. Both in and out are needed.")
		}
	}
	written, err := json.Marshal(row)
	if err != nil {
		return nil, refused("This price cannot be written. Use plain numbers.")
	}
	at, err := findOwn(file, endpoint, model)
	if err != nil {
		return nil, err
	}
	if at.mine >= 0 {
		found := at.rows[at.mine]
		return slices.Concat(file[:found.from], written, file[found.to:]), nil
	}
	if at.list < 0 { // no list of prices in it yet
		if at.object < 0 {
			return slices.Concat([]byte("{\"prices\": [\n"), written, []byte("\n]}\n")), nil
		}
		comma := ""
		if !at.blank {
			comma = ","
		}
		return slices.Concat(file[:at.object], []byte("\n\"prices\": [\n"), written, []byte("\n]"+comma), file[at.object:]), nil
	}
	comma := ""
	if len(at.rows) > 0 {
		comma = ","
	}
	return slices.Concat(file[:at.list], []byte("\n"), written, []byte(comma), file[at.list:]), nil
}

// UnsetOwn returns the user's file without the row that SetOwn wrote for a model; every other byte stays.
func UnsetOwn(file []byte, endpoint, model string) ([]byte, error) {
	at, err := findOwn(file, endpoint, model)
	if err != nil {
		return nil, err
	}
	i := at.mine
	switch {
	case i < 0 && at.theirs:
		return nil, refused("The row of this model in prices.json was not written by Bakeoff, so it stays. Remove it there with an editor.")
	case i < 0:
		return nil, &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "No price of your own is set for this model. `bakeoff prices` lists those that are."}
	case i+1 < len(at.rows):
		return slices.Concat(file[:at.rows[i].from], file[at.rows[i+1].from:]), nil
	case i > 0:
		return slices.Concat(file[:at.rows[i-1].to], file[at.rows[i].to:]), nil
	}
	return slices.Concat(file[:at.rows[i].from], file[at.rows[i].to:]), nil
}

type place struct{ from, to int }

// places says where things stand in the user's file, in bytes; -1 for what is not there.
type places struct {
	object int  // after its opening brace
	blank  bool // nothing stands in the object
	list   int  // after the opening bracket of its prices
	rows   []place
	mine   int  // the row of the model that SetOwn wrote
	theirs bool // the user wrote one for it
}

func findOwn(file []byte, endpoint, model string) (places, error) {
	p := places{object: -1, list: -1, mine: -1, blank: true}
	if _, err := parse(file, true); err != nil {
		return p, refused("Your prices.json cannot be read, so nothing was changed in it. Correct it in the data folder and try again.")
	}
	if len(bytes.TrimSpace(file)) == 0 {
		return p, nil
	}
	dec := json.NewDecoder(bytes.NewReader(file)) // it was read above: no token can fail
	_, _ = dec.Token()
	p.object = int(dec.InputOffset())
	for dec.More() {
		p.blank = false
		name, _ := dec.Token()
		if text, ok := name.(string); !ok || !strings.EqualFold(text, "prices") {
			var skipped json.RawMessage
			if dec.Decode(&skipped) != nil {
				break
			}
			continue
		}
		if opening, _ := dec.Token(); opening != json.Delim('[') {
			return p, refused("Your prices.json has no list of prices, so nothing was changed in it. Correct it in the data folder and try again.")
		}
		p.list = int(dec.InputOffset())
		for dec.More() {
			var raw json.RawMessage
			var row sheetRow
			if dec.Decode(&raw) != nil || json.Unmarshal(raw, &row) != nil {
				break
			}
			end := int(dec.InputOffset())
			if key(row.Endpoint, row.ID) == key(endpoint, model) {
				if row.Source == SetByYou {
					p.mine = len(p.rows)
				} else {
					p.theirs = true
				}
			}
			p.rows = append(p.rows, place{end - len(raw), end})
		}
		_, _ = dec.Token()
	}
	return p, nil
}

func refused(sentence string) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
