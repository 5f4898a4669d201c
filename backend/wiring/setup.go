package wiring

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/secret"
	"bakeoff/backend/store"

	"github.com/google/uuid"
	"golang.org/x/net/http/httpguts"
)

// placeSetting is where the user chose to keep keys.
const placeSetting = "keys.place"

// revisionSetting changes with every change of endpoints, keys and their place.
const revisionSetting = "endpoints.revision"

// PassphraseVariable holds the passphrase of the encrypted file of keys, for programs without a window.
const PassphraseVariable = "BAKEOFF_KEYS_PASSPHRASE"

// EndpointEdit is an endpoint as the user writes it.
type EndpointEdit struct {
	Name    string // "office": what stands before the slash in office/llama3; empty: made from Label
	Label   string
	Kind    Kind
	BaseURL string
}

// KeyEdit is what the user enters for an endpoint. Headers go with every request; their values are kept like the key.
type KeyEdit struct {
	Key     string
	Headers map[string]string
}

// Setup changes endpoints and keys. Its methods may be called at any time; runs that go on keep what they began with.
type Setup struct {
	registry *Registry
	store    *store.Store
	vault    *secret.Vault

	revision string // of the endpoints, as they were read last; guarded by changing

	changing sync.Mutex // one change after another: each reads what is set up, and may wait for the keychain before it writes
}

func newSetup(ctx context.Context, r *Registry, s *store.Store, dataDir string, keyWork int) (*Setup, error) {
	place, _, err := s.Setting(ctx, placeSetting)
	setup := &Setup{registry: r, store: s, vault: secret.New(dataDir, secret.Place(place), keyWork)}
	if passphrase := r.getenv(PassphraseVariable); passphrase != "" && secret.Place(place) == secret.File {
		err = errors.Join(err, setup.vault.Unlock(passphrase))
	}
	setup.revision, _, _ = s.Setting(ctx, revisionSetting)
	return setup, errors.Join(err, setup.reload(ctx))
}

// reload puts what the user set up into the registry: endpoints of their own, and those that were changed or have keys.
func (s *Setup) reload(ctx context.Context) error {
	rows, err := s.store.Endpoints(ctx)
	for _, row := range rows {
		err = errors.Join(err, s.apply(ctx, row))
	}
	return err
}

// Reread takes over what another Bakeoff, the window or a command, has changed since about endpoints and keys, and returns
// the names of the endpoints that are other ones now: what they list is not known. Without a change it reads one row.
func (s *Setup) Reread(ctx context.Context) (changed []string, err error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	revision, _, err := s.store.Setting(ctx, revisionSetting)
	if err != nil || revision == s.revision {
		return nil, err
	}
	place, _, err := s.store.Setting(ctx, placeSetting)
	if err == nil {
		err = s.vault.Reread(secret.Place(place))
	}
	rows, rowsErr := s.store.Endpoints(ctx)
	if rowsErr != nil {
		return nil, rowsErr
	}
	s.revision = revision
	for _, row := range rows {
		e, known, problem := s.endpoint(ctx, row)
		err = errors.Join(err, problem)
		if known && s.registry.replace(e) {
			changed = append(changed, row.Name)
		}
	}
	for _, name := range s.registry.made() {
		if !slices.ContainsFunc(rows, func(row store.Endpoint) bool { return row.Name == name }) {
			s.registry.drop(name)
			changed = append(changed, name)
		}
	}
	return changed, err
}

// revise lets every other Bakeoff on this history know that endpoints or keys have changed.
func (s *Setup) revise(ctx context.Context) error {
	s.revision = uuid.Must(uuid.NewV7()).String()
	return s.store.SetSetting(ctx, revisionSetting, s.revision)
}

// apply makes one endpoint anew from its settings, the environment and the vault.
func (s *Setup) apply(ctx context.Context, row store.Endpoint) error {
	e, known, problem := s.endpoint(ctx, row)
	if known {
		s.registry.put(e)
	}
	return problem
}

// endpoint is one as its settings, the environment and the vault have it; known is false for one of a newer Bakeoff.
func (s *Setup) endpoint(ctx context.Context, row store.Endpoint) (e endpoint, known bool, problem error) {
	svc, known := builtIn(row.Name)
	if row.Own {
		svc, known = service{name: row.Name, label: row.Label, kind: Kind(row.Kind), base: row.BaseURL, path: apiPathOf(Kind(row.Kind)), own: true}, true
	}
	if !known {
		return e, false, nil
	}
	e = find(svc, s.registry.getenv, func(origin string) *stored {
		if !row.Keyed {
			return nil
		}
		item, place, found, err := s.vault.Item(ctx, row.Name, origin)
		problem = err
		if !found {
			return nil
		}
		return &stored{Item: item, place: place}
	})
	switch {
	case row.Keyed && e.keySource == "" && s.vault.Locked():
		e.locked, problem = true, nil
		e.problem = &bakeoff.Error{Code: bakeoff.CodeAuth, Message: "The key of " + e.label + " is in the locked file of keys. Unlock it in Models, or set " + PassphraseVariable + "."}
	case problem != nil && e.keySource == "":
		e.problem = bakeoff.AsError(problem) // not "no key": it has one that cannot be had now
	}
	e.made, e.disabled = row.Own, row.Disabled
	return e, true, problem
}

func builtIn(name string) (service, bool) {
	i := slices.IndexFunc(services, func(s service) bool { return s.name == name && s.kind != KindDemo })
	if i < 0 {
		return service{}, false
	}
	return services[i], true
}

// apiPathOf is what an address without a path gets.
func apiPathOf(k Kind) string {
	if k == KindOpenAI {
		return "/v1"
	}
	return ""
}

// row returns what is set up about an endpoint; for one that was never changed, what that means.
func (s *Setup) row(ctx context.Context, name string) (store.Endpoint, error) {
	if _, err := s.registry.find(name); err != nil {
		return store.Endpoint{}, err
	}
	rows, err := s.store.Endpoints(ctx)
	if err != nil {
		return store.Endpoint{}, err
	}
	if i := slices.IndexFunc(rows, func(e store.Endpoint) bool { return e.Name == name }); i >= 0 {
		return rows[i], nil
	}
	return store.Endpoint{Name: name}, nil
}

func (s *Setup) save(ctx context.Context, row store.Endpoint) error {
	if err := s.store.SaveEndpoint(ctx, row); err != nil {
		return err
	}
	return errors.Join(s.apply(ctx, row), s.revise(ctx))
}

var nameForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{0,39}$`)

// SaveEndpoint adds an endpoint of the user's own, or changes the one of its name; without a name it only adds. A key that was entered for another
// address is not used for the new one. It returns the endpoint's name.
func (s *Setup) SaveEndpoint(ctx context.Context, edit EndpointEdit) (string, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	edit.Label = strings.TrimSpace(edit.Label)
	if edit.Name == "" {
		edit.Name = nameOf(edit.Label)
		if _, err := s.registry.find(edit.Name); err == nil {
			return "", invalid("There is an endpoint " + edit.Name + " already. Choose another name, or change that one.")
		}
	}
	if !nameForm.MatchString(edit.Name) || edit.Name == "demo" {
		return "", invalid("The name of an endpoint has up to 40 small letters, digits, dots and hyphens, such as office-gpu. Choose another one.")
	}
	if _, taken := builtIn(edit.Name); taken {
		return "", invalid("The name " + edit.Name + " belongs to a built-in endpoint. Choose another one.")
	}
	switch edit.Kind {
	case KindOllama, KindOpenAI, KindAnthropic, KindGemini, KindAzure:
	default:
		return "", invalid("An endpoint speaks the protocol openai, azure, anthropic, gemini or ollama. Choose one of them.")
	}
	if edit.BaseURL = strings.TrimSpace(edit.BaseURL); !whole(edit) {
		return "", invalid("Write the whole address, with https:// before it, or with http:// if that machine has no TLS: https://gateway.example/v1 or http://192.168.1.20:8080/v1.")
	}
	u, err := service{kind: edit.Kind, path: apiPathOf(edit.Kind)}.baseURL(edit.BaseURL)
	if err != nil {
		return "", invalid("This is no usable address. Write it like https://gateway.example/v1 or http://127.0.0.1:8080, without a password in it.")
	}
	row := store.Endpoint{Name: edit.Name}
	if old, err := s.row(ctx, edit.Name); err == nil {
		row = old
	}
	row.Own, row.Label, row.Kind, row.BaseURL = true, edit.Label, string(edit.Kind), u.String()
	if row.Label == "" {
		row.Label = edit.Name
	}
	return edit.Name, s.save(ctx, row)
}

// whole reports whether an address leaves nothing to be guessed: it has its scheme, or it is this machine's, where http is
// meant. Ollama's own form, host or host:port, means http too.
func whole(edit EndpointEdit) bool {
	if strings.Contains(edit.BaseURL, "://") || edit.Kind == KindOllama {
		return true
	}
	u, err := readURL(edit.BaseURL)
	return err == nil && loopback(u.Hostname())
}

// nameOf makes "office-gpu" from "Office GPU".
func nameOf(label string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		}
		return '-'
	}, strings.ToLower(label))
	return strings.Trim(name, "-._")
}

// RemoveEndpoint forgets an endpoint of the user's own, with its key. Comparisons with it stay.
func (s *Setup) RemoveEndpoint(ctx context.Context, name string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	row, err := s.row(ctx, name)
	if err != nil {
		return err
	}
	if !row.Own {
		return invalid("A built-in endpoint cannot be removed. Switch it off instead.")
	}
	if row.Keyed {
		if err := s.vault.Delete(ctx, name); err != nil {
			return err
		}
	}
	if err := s.store.DeleteEndpoint(ctx, name); err != nil {
		return err
	}
	s.registry.drop(name)
	return s.revise(ctx)
}

// EnableEndpoint switches an endpoint on or off. Nothing is sent to one that is off.
func (s *Setup) EnableEndpoint(ctx context.Context, name string, on bool) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	row, err := s.row(ctx, name)
	if err != nil {
		return err
	}
	if name == "demo" {
		return invalid("The demo models cannot be switched off. They send nothing anywhere.")
	}
	row.Disabled = !on
	return s.save(ctx, row)
}

// SetKey keeps a key for the present address of an endpoint and returns where. An empty edit removes it.
func (s *Setup) SetKey(ctx context.Context, name string, edit KeyEdit) (secret.Place, error) {
	s.changing.Lock()
	defer s.changing.Unlock()
	row, err := s.row(ctx, name)
	if err != nil {
		return "", err
	}
	edit.Key = clean(edit.Key)
	if err := checkKey(edit); err != nil {
		return "", err
	}
	base := row.BaseURL
	if !row.Own {
		svc, known := builtIn(name)
		if !known || svc.base == "" {
			return "", invalid("This endpoint has no address of its own. Add it as an endpoint with its address first.")
		}
		base = svc.base
	}
	u, err := service{kind: Kind(row.Kind)}.baseURL(base)
	if err != nil {
		return "", invalid("The address of this endpoint cannot be used. Correct it first.")
	}
	if u.Scheme == "http" && !loopback(u.Hostname()) {
		return "", invalid("This address is plain http on another machine, where a key could be read on its way. Use https.")
	}
	place, err := s.vault.Set(ctx, name, secret.Item{Origin: origin(u), Key: edit.Key, Headers: edit.Headers})
	if err != nil {
		return "", err
	}
	row.Keyed = true
	return place, s.save(ctx, row)
}

// ClearKey removes the stored key and headers of an endpoint.
func (s *Setup) ClearKey(ctx context.Context, name string) error {
	s.changing.Lock()
	defer s.changing.Unlock()
	row, err := s.row(ctx, name)
	if err != nil {
		return err
	}
	if !row.Keyed {
		return s.nothingKept(name)
	}
	if err := s.vault.Delete(ctx, name); err != nil {
		return err
	}
	row.Keyed = false
	return s.save(ctx, row)
}

// nothingKept says that there is no key to remove, and where the one that is used comes from.
func (s *Setup) nothingKept(name string) error {
	sentence := "No key of " + name + " is kept here, so none was removed."
	if found, err := s.registry.find(name); err == nil && found.keyVariable() != "" {
		sentence += " The one that is used comes from " + found.keyVariable() + ": unset that."
	}
	return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: sentence}
}

// ownHeaders are those that the transport and the adapters set: a user's own would break the protocol.
var ownHeaders = []string{"Host", "Content-Length", "Content-Type", "Transfer-Encoding", "Connection", "Accept", "Accept-Encoding", "Te", "Trailer", "Upgrade"}

func checkKey(edit KeyEdit) error {
	if edit.Key == "" && len(edit.Headers) == 0 {
		return invalid("The key is empty. Paste the key, or remove the stored one with `bakeoff keys remove`.")
	}
	if strings.ContainsFunc(edit.Key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return invalid("The key holds characters that no key has. Copy it again.")
	}
	for name, value := range edit.Headers {
		if !httpguts.ValidHeaderFieldName(name) || !httpguts.ValidHeaderFieldValue(value) || slices.Contains(ownHeaders, http.CanonicalHeaderKey(name)) {
			return invalid("A header cannot be used: its name or value has characters that headers do not have, or it is one that Bakeoff sets by itself. Correct or remove it.")
		}
	}
	return nil
}

// Keys tells where keys are kept and what else could be chosen. It may wait some seconds for the keychain.
func (s *Setup) Keys(ctx context.Context) secret.State { return s.vault.State(ctx) }

// ChooseKeys makes a place the one where keys go from now on, and remembers it.
func (s *Setup) ChooseKeys(ctx context.Context, place secret.Place) error {
	if err := s.vault.Choose(place); err != nil {
		return err
	}
	s.changing.Lock()
	defer s.changing.Unlock()
	return errors.Join(s.store.SetSetting(ctx, placeSetting, string(place)), s.revise(ctx))
}

// UnlockKeys opens the encrypted file of keys, or begins it, and makes its keys usable.
func (s *Setup) UnlockKeys(ctx context.Context, passphrase string) error {
	if err := s.vault.Unlock(passphrase); err != nil {
		return err
	}
	return s.reload(ctx)
}

// Tested is what a test of a connection found.
type Tested struct {
	Models  int
	Took    time.Duration
	Problem *bakeoff.Error // nil: it works
}

// Test asks an endpoint for its models, which needs address, TLS, key and protocol to be right and costs nothing.
func (s *Setup) Test(ctx context.Context, name string) (Tested, error) {
	if row, err := s.row(ctx, name); err != nil {
		return Tested{}, err
	} else if row.Keyed {
		_ = s.apply(ctx, row) // the keychain may have been unlocked meanwhile; what it says now is the endpoint's problem
	}
	found, err := s.registry.find(name)
	if err != nil {
		return Tested{}, err
	}
	begin := time.Now()
	if err := s.registry.Refresh(ctx, name); err != nil {
		return Tested{}, err
	}
	info := s.registry.info(found)
	t := Tested{Models: len(info.Models), Took: time.Since(begin), Problem: info.Problem}
	if t.Problem == nil && t.Models == 0 {
		t.Problem = &bakeoff.Error{Code: bakeoff.CodeModelMissing, Message: info.Label + " answers, but lists no models. Pull or load one there, then test again."}
	}
	return t, nil
}
