package wiring

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/catalog"
	"bakeoff/backend/compare"
	"bakeoff/backend/provider/wire"
)

// Variables that name other addresses of the price lists: https, or http on this machine.
const (
	ModelsDevVariable  = "BAKEOFF_MODELS_DEV_URL"
	OpenRouterVariable = "BAKEOFF_OPENROUTER_MODELS_URL"
)

const (
	maxPrices  = 4 << 20          // bytes of the user's own file
	maxAnswer  = 16 << 20         // bytes of a price list
	priceLimit = 30 * time.Second // for one list
)

// ownPrices is the file with the user's own rows, in the data folder. It is the only place that holds them.
const ownPrices = "prices.json"

// Prices keeps the catalog up to date: the user's own file, and lists that are fetched when the user says so. Safe for
// concurrent use.
type Prices struct {
	catalog *catalog.Catalog
	dataDir string
	getenv  func(string) string
	privacy *Privacy
	now     func() time.Time
	problem string // of the start

	refreshing sync.Mutex // one refresh after another; held while the network is waited for
	changing   sync.Mutex // one change after another
	sources    []*priceSource
	own        []byte // as it was read last; guarded by changing, as are the kept lists
	told       func() // after a change
}

// priceSource is one list, most trusted first in Prices.
type priceSource struct {
	name, label, variable, address string
	read                           func(raw []byte, day string) (catalog.List, error)
	kept                           keptPrices
}

// keptPrices is a list as it stands on the disk.
type keptPrices struct {
	Address string          `json:"address"`
	ETag    string          `json:"etag,omitempty"`
	At      time.Time       `json:"at"` // when its source last said that this is its list
	Rows    json.RawMessage `json:"rows"`
}

// PriceList is what is known about one fetched list.
type PriceList struct {
	Label   string
	At      time.Time // when its source was last asked with success; zero: never
	Prices  int
	Same    bool           // of a refresh: nothing had changed
	Problem *bakeoff.Error // of a refresh: why the list that was there stays
}

func newPrices(dataDir string, getenv func(string) string, privacy *Privacy) *Prices {
	p := &Prices{dataDir: dataDir, getenv: getenv, privacy: privacy, now: time.Now, told: func() {}}
	p.sources = []*priceSource{
		{name: "openrouter", label: "OpenRouter", variable: OpenRouterVariable, address: "https://openrouter.ai/api/v1/models", read: catalog.ReadOpenRouter},
		{name: "models.dev", label: "models.dev", variable: ModelsDevVariable, address: "https://models.dev/api.json", read: catalog.ReadModelsDev},
	}
	p.catalog, _ = catalog.New(nil)
	if err := p.load(); err != nil {
		p.problem = bakeoff.AsError(err).Message
	}
	return p
}

// load reads what stands on the disk and makes it hold.
func (p *Prices) load() error {
	own, err := readOwnPrices(p.ownPath())
	if err != nil {
		err = &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Your own prices in prices.json cannot be read, so the other ones apply.", Err: err}
	}
	p.own = own
	for _, s := range p.sources {
		s.kept = keptPrices{}
		raw, readErr := os.ReadFile(p.path(s))
		if readErr == nil && json.Unmarshal(raw, &s.kept) != nil {
			s.kept = keptPrices{}
		}
	}
	return errors.Join(err, p.use())
}

// use makes what was read hold.
func (p *Prices) use() error {
	var lists []catalog.List
	for _, s := range p.sources {
		if s.kept.Rows != nil {
			lists = append(lists, s.list())
		}
	}
	return p.catalog.Use(p.own, lists...)
}

func (s *priceSource) list() catalog.List {
	return catalog.List{Rows: s.kept.Rows, Date: s.kept.At.UTC().Format(time.DateOnly)}
}

func (p *Prices) ownPath() string { return filepath.Join(p.dataDir, ownPrices) }
func (p *Prices) path(s *priceSource) string {
	return filepath.Join(p.dataDir, "pricelist-"+s.name+".json")
}

// Watch calls f after every change of prices. It is called once, before the first.
func (p *Prices) Watch(f func()) { p.told = f }

// Lists tells about the fetched lists, most trusted first.
func (p *Prices) Lists() (out []PriceList) {
	p.changing.Lock()
	defer p.changing.Unlock()
	for _, s := range p.sources {
		one := PriceList{Label: s.label, At: s.kept.At}
		if s.kept.Rows != nil {
			one.Prices = s.list().Len()
		}
		out = append(out, one)
	}
	return out
}

// Reread takes over what another Bakeoff or an editor has changed since.
func (p *Prices) Reread() {
	p.changing.Lock()
	before := p.marks()
	err := p.load()
	same := slices.Equal(before, p.marks())
	p.changing.Unlock()
	if err != nil {
		slog.Warn("prices could not be read", "code", bakeoff.AsError(err).Code)
	}
	if !same {
		p.told()
	}
}

func (p *Prices) marks() []string {
	marks := []string{string(p.own)}
	for _, s := range p.sources {
		marks = append(marks, s.kept.At.String())
	}
	return marks
}

// Refresh asks both sources. A list that cannot be had, or is not whole, leaves the one that was there; its Problem says
// why. The error is that of Local only, under which nothing is asked.
func (p *Prices) Refresh(ctx context.Context) ([]PriceList, error) {
	if p.privacy.LocalOnly() {
		return nil, &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "Local only is on, so no price list was asked for. The prices that were there stay. Turn Local only off to refresh them."}
	}
	p.refreshing.Lock()
	defer p.refreshing.Unlock()
	var out []PriceList
	for _, s := range p.sources {
		p.changing.Lock()
		asked := *s
		p.changing.Unlock()
		same, problem := p.refresh(ctx, &asked)
		p.changing.Lock()
		s.kept = asked.kept
		p.changing.Unlock()
		one := PriceList{Label: s.label, At: asked.kept.At, Same: same, Problem: problem}
		if asked.kept.Rows != nil {
			one.Prices = asked.list().Len()
		}
		out = append(out, one)
	}
	p.changing.Lock()
	err := p.use()
	p.changing.Unlock()
	p.told()
	if err != nil {
		slog.Warn("own prices could not be read", "code", bakeoff.AsError(err).Code)
	}
	return out, nil
}

// refresh asks one source and puts what it says on the disk and into s, which is nobody else's.
func (p *Prices) refresh(ctx context.Context, s *priceSource) (same bool, problem *bakeoff.Error) {
	u, err := s.url(p.getenv)
	if err != nil {
		return false, bakeoff.AsError(err)
	}
	ctx, cancel := context.WithTimeout(p.privacy.Stay(ctx), priceLimit)
	defer cancel()
	fresh := keptPrices{Address: u.String(), At: p.now().UTC()}
	etag := ""
	if s.kept.Rows != nil && s.kept.Address == fresh.Address {
		etag = s.kept.ETag
	}
	raw, tag, err := p.fetch(ctx, s, u, etag)
	if err != nil {
		return false, priceProblem(s, err)
	}
	if raw == nil { // 304
		fresh.ETag, fresh.Rows, same = s.kept.ETag, s.kept.Rows, true
	} else {
		list, err := s.read(raw, fresh.At.Format(time.DateOnly))
		if err != nil {
			return false, s.stays("sent what is no whole price list", err)
		}
		if s.kept.Rows != nil && s.kept.Address == fresh.Address && list.Len()*2 < s.list().Len() {
			return false, s.stays(fmt.Sprintf("sent only %d prices where there were %d", list.Len(), s.list().Len()), nil)
		}
		fresh.ETag, fresh.Rows = tag, list.Rows
	}
	text, err := json.Marshal(fresh)
	if err == nil {
		err = replaceFile(p.path(s), text)
	}
	s.kept = fresh
	if err != nil {
		return same, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "The prices of " + s.label + " hold until Bakeoff closes: they cannot be saved. Make the data folder writable and refresh again.", Err: err}
	}
	return same, nil
}

func (s *priceSource) url(getenv func(string) string) (*url.URL, error) {
	address := s.address
	if other := clean(getenv(s.variable)); other != "" {
		address = other
	}
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.User != nil || u.Scheme != "https" && (u.Scheme != "http" || !loopback(u.Hostname())) {
		return nil, invalid(s.variable + " is no usable address. Write it like " + s.address + ", and start Bakeoff again.")
	}
	return u, nil
}

// fetch asks for a list; raw is nil when it is still the one of etag. Redirects are not followed.
func (p *Prices) fetch(ctx context.Context, s *priceSource, u *url.URL, etag string) (raw []byte, tag string, err error) {
	through, bad := proxy(p.getenv)
	if bad != nil {
		return nil, "", bad
	}
	client := wire.NewClient(wire.Options{Label: s.label, BaseURL: u, Proxy: through, Border: p.privacy.border})
	defer client.Close()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, "", err
	}
	req.Header.Set("Accept", "application/json")
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := client.HTTP().Do(req)
	var status *wire.StatusError
	if errors.As(err, &status) && status.Status == http.StatusNotModified && etag != "" {
		return nil, etag, nil
	}
	if err != nil {
		return nil, "", err
	}
	defer resp.Body.Close()
	raw, err = io.ReadAll(io.LimitReader(resp.Body, maxAnswer+1))
	if err == nil && len(raw) > maxAnswer {
		err = s.stays(fmt.Sprintf("sent more than %d MB", maxAnswer>>20), nil)
	}
	return bytes.TrimSpace(raw), resp.Header.Get("ETag"), err
}

func priceProblem(s *priceSource, err error) *bakeoff.Error {
	var known *bakeoff.Error
	var status *wire.StatusError
	var unsent *url.Error
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &status) && status.Status >= 300 && status.Status < 400:
		return s.stays("sends the request on to another address, which is not followed", err)
	case errors.As(err, &status):
		return s.stays(fmt.Sprintf("answered with status %d", status.Status), err)
	case errors.Is(err, context.DeadlineExceeded):
		return s.stays("did not answer in time", err)
	case errors.As(err, &unsent):
		return s.stays("cannot be reached", err)
	}
	return s.stays("could not be read to its end", err)
}

// stays is a problem that left the list as it was.
func (s *priceSource) stays(what string, err error) *bakeoff.Error {
	which := "the built-in prices stay"
	if s.kept.Rows != nil {
		which = "its prices of " + s.kept.At.UTC().Format(time.DateOnly) + " stay"
	}
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: s.label + " " + what + ": " + which + ". Try again later.", Err: err}
}

// Set puts a price of the user's own above all others. Dollars per million tokens, as decimals; cached may be empty.
func (p *Prices) Set(endpoint, model string, o catalog.Override) error {
	return p.change(func(file []byte) ([]byte, error) {
		return catalog.SetOwn(file, endpoint, model, o, p.now().Format(time.DateOnly))
	})
}

// Unset takes it away again.
func (p *Prices) Unset(endpoint, model string) error {
	return p.change(func(file []byte) ([]byte, error) { return catalog.UnsetOwn(file, endpoint, model) })
}

// change reads the user's file anew, since an editor may have changed it, and replaces it as a whole.
func (p *Prices) change(how func([]byte) ([]byte, error)) error {
	p.changing.Lock()
	err := p.changeOwn(how)
	p.changing.Unlock()
	if err == nil {
		p.told()
	}
	return err
}

func (p *Prices) changeOwn(how func([]byte) ([]byte, error)) error {
	before, err := readOwnPrices(p.ownPath())
	if err != nil {
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Your prices.json cannot be read, so nothing was changed. Look at it in the data folder.", Err: err}
	}
	after, err := how(before)
	if err != nil {
		return err
	}
	if _, err := catalog.New(after); err != nil {
		return err // it would not be read again
	}
	path := p.ownPath()
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if err := replaceFile(path, after); err != nil {
		return &bakeoff.Error{Code: bakeoff.CodeInternal, Message: "Your prices cannot be saved, so nothing was changed. Make the data folder writable and try again.", Err: err}
	}
	p.own = after
	return p.use()
}

// readOwnPrices returns nil when there is no such file.
func readOwnPrices(path string) ([]byte, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	raw, err := io.ReadAll(io.LimitReader(f, maxPrices+1))
	if err == nil && len(raw) > maxPrices {
		err = errors.New("more than 4 MB")
	}
	return raw, err
}

// replaceFile replaces a file as a whole, for its owner only.
func replaceFile(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	temp := path + ".new"
	out, err := os.OpenFile(temp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = out.Write(content)
	if err = errors.Join(err, out.Sync(), out.Close()); err != nil {
		return err
	}
	return os.Rename(temp, path)
}

// ModelName splits "openai/gpt-5" into endpoint and model.
func ModelName(name string) (endpoint, model string, err error) {
	endpoint, model, ok := strings.Cut(strings.TrimSpace(name), "/")
	if !ok || endpoint == "" || model == "" || len(name) > 400 {
		return "", "", invalid("A model is named ENDPOINT/MODEL, such as openai/gpt-5. `bakeoff models` lists them.")
	}
	return endpoint, model, nil
}

// dated is a catalog whose prices of a moment can be kept: a run is priced by those of its sending.
type dated struct{ *catalog.Catalog }

// Today implements compare.Dated.
func (d dated) Today() compare.Prices { return d.Snapshot() }
