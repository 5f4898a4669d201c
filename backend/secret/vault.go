package secret

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"sync"
	"time"

	"bakeoff/backend/bakeoff"

	"github.com/zalando/go-keyring" // the one library for the keychains of all three systems
)

// Place is where keys are kept.
type Place string

const (
	Keychain Place = "keychain"
	File     Place = "file"    // encrypted by a passphrase
	Session  Place = "session" // gone when the program ends
)

// Item is what is kept for one endpoint.
type Item struct {
	Origin  string            `json:"origin"` // "https://api.openai.com:443"
	Key     string            `json:"key,omitempty"`
	Headers map[string]string `json:"headers,omitempty"` // their values may be secrets as well
}

// State is what a user must know to choose a place.
type State struct {
	Place           Place  // empty: none is chosen and there is no keychain; keys come from the environment only
	KeychainProblem string // a sentence; empty when the keychain works
	FileExists      bool
	Locked          bool // the file is the place and its passphrase was not given yet
}

const (
	service    = "bakeoff" // the name of all items in the keychain
	patience   = 5 * time.Second
	maxItem    = 2000 // bytes: Windows takes 2,560 and macOS some 3,000
	probeOwner = "bakeoff-probe"
)

// Vault keeps items. It is safe for concurrent use.
type Vault struct {
	ring keyring.Keyring
	file *file

	mu      sync.Mutex
	place   Place
	session map[string]Item
	hung    int // calls of the keychain that were given up and still hang
}

// New returns a vault whose file, if one is chosen, lies in dir. place is what was chosen earlier, empty for nothing. work
// is the cost of one guess of the passphrase as a power of 2, for tests; 0 means about a second.
func New(dir string, place Place, work int) *Vault {
	v := newVault(dir, place, system{})
	v.file.work = cmp.Or(work, workFactor)
	return v
}

func newVault(dir string, place Place, ring keyring.Keyring) *Vault {
	return &Vault{ring: ring, file: newFile(dir), place: place, session: make(map[string]Item)}
}

// system is the keychain of this computer.
type system struct{}

func (system) Set(service, user, password string) error { return keyring.Set(service, user, password) }
func (system) Get(service, user string) (string, error) { return keyring.Get(service, user) }
func (system) Delete(service, user string) error        { return keyring.Delete(service, user) }
func (system) DeleteAll(service string) error           { return keyring.DeleteAll(service) }

// State looks whether the keychain works, which may take some seconds, and tells where keys go.
func (v *Vault) State(ctx context.Context) State {
	s := State{Place: v.chosen(), FileExists: v.file.exists()}
	if err := v.probe(ctx); err != nil {
		s.KeychainProblem = bakeoff.AsError(err).Message
	} else if s.Place == "" {
		s.Place = Keychain
	}
	s.Locked = v.Locked()
	return s
}

// Locked reports whether keys are in the encrypted file and its passphrase was not given yet.
func (v *Vault) Locked() bool { return v.chosen() == File && v.file.locked() }

func (v *Vault) chosen() Place {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.place
}

// Choose makes a place the one where new keys go. Items stay where they are.
func (v *Vault) Choose(place Place) error {
	switch place {
	case Keychain, File, Session, "":
	default:
		return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "Keys can be kept in the keychain, in an encrypted file, or for this session. Choose one of them."}
	}
	v.mu.Lock()
	v.place = place
	v.mu.Unlock()
	return nil
}

// Reread takes over what another Bakeoff has changed: the place, and an unlocked file. A file that its passphrase no longer
// opens is locked again.
func (v *Vault) Reread(place Place) error {
	if err := v.Choose(place); err != nil {
		return err
	}
	return v.file.reread()
}

// Unlock opens the encrypted file with its passphrase, or begins one that has it.
func (v *Vault) Unlock(passphrase string) error { return v.file.unlock(passphrase) }

// Set keeps an item for an endpoint in the chosen place and returns that place.
func (v *Vault) Set(ctx context.Context, name string, item Item) (Place, error) {
	text, err := json.Marshal(item)
	if err != nil {
		return "", err
	}
	if len(text) > maxItem {
		return "", &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "The key with its headers is longer than keychains take. Check what was pasted."}
	}
	place := v.chosen()
	if place == "" {
		if place = v.State(ctx).Place; place == "" {
			return "", &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "This computer has no keychain that answers. Keep keys in an encrypted file (`bakeoff keys place file`) or for this session only, or set the variable and start Bakeoff again."}
		}
	}
	if err := v.put(ctx, place, name, item, string(text)); err != nil {
		return place, err
	}
	return place, v.forgetElsewhere(name, place)
}

func (v *Vault) put(ctx context.Context, place Place, name string, item Item, text string) error {
	switch place {
	case File:
		return v.file.change(func(items map[string]Item) { items[name] = item })
	case Session:
		v.mu.Lock()
		v.session[name] = item
		v.mu.Unlock()
		return nil
	}
	_, err := v.call(ctx, func() (string, error) { return "", v.ring.Set(service, name, text) })
	return err
}

// forgetElsewhere removes an older item that would be found before the one that was just kept in place.
func (v *Vault) forgetElsewhere(name string, place Place) error {
	if place != Session {
		v.mu.Lock()
		delete(v.session, name)
		v.mu.Unlock()
	}
	if _, found := v.file.item(name); !found || place == File || place == Session {
		return nil
	}
	return v.file.change(func(items map[string]Item) { delete(items, name) })
}

// Item returns what is kept for an endpoint at an origin: of this session, else in the file, else in the keychain. found
// is false when there is nothing, or when it was entered for another origin.
func (v *Vault) Item(ctx context.Context, name, origin string) (item Item, place Place, found bool, err error) {
	v.mu.Lock()
	item, found = v.session[name]
	v.mu.Unlock()
	if found {
		return item, Session, item.Origin == origin, nil
	}
	if item, found = v.file.item(name); found {
		return item, File, item.Origin == origin, nil
	}
	text, err := v.call(ctx, func() (string, error) { return v.ring.Get(service, name) })
	if errors.Is(err, keyring.ErrNotFound) {
		return Item{}, "", false, nil
	}
	if err != nil && v.Locked() {
		return Item{}, "", false, nil // it is in the file, most likely: that a keychain is missing is no news here
	}
	if err != nil {
		return Item{}, "", false, err
	}
	if json.Unmarshal([]byte(text), &item) != nil {
		return Item{}, "", false, &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: "What the keychain holds for " + name + " is not a key of Bakeoff. Enter the key again."}
	}
	return item, Keychain, item.Origin == origin, nil
}

// Delete removes what is kept for an endpoint from every place. It fails when the place where the item may be does not
// answer or is locked: nobody must take a key for gone that is still there.
func (v *Vault) Delete(ctx context.Context, name string) error {
	v.mu.Lock()
	_, found := v.session[name]
	delete(v.session, name)
	v.mu.Unlock()
	if _, filed := v.file.item(name); filed || v.Locked() {
		if err := v.file.change(func(items map[string]Item) { delete(items, name) }); err != nil {
			return err
		}
		found = found || filed
	}
	_, err := v.call(ctx, func() (string, error) { return "", v.ring.Delete(service, name) })
	if place := v.chosen(); errors.Is(err, keyring.ErrNotFound) || found || place == File || place == Session {
		return nil // a computer without a keychain has nothing in it
	}
	return err
}

// probe asks the keychain for something that is not there.
func (v *Vault) probe(ctx context.Context) error {
	_, err := v.call(ctx, func() (string, error) { return v.ring.Get(service, probeOwner) })
	if errors.Is(err, keyring.ErrNotFound) {
		return nil
	}
	return err
}

// call runs f, which may hang for ever behind a prompt that nobody sees, and gives it up after a while. While one hangs,
// others are given up at once: a start with many keys waits for one.
func (v *Vault) call(ctx context.Context, f func() (string, error)) (string, error) {
	if v.hangs(0) {
		return "", errHangs()
	}
	type reply struct {
		text string
		err  error
	}
	came := make(chan reply, 1)
	go func() {
		text, err := f()
		came <- reply{text, err}
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case r := <-came:
		if r.err == nil || errors.Is(r.err, keyring.ErrNotFound) {
			return r.text, r.err
		}
		return "", &bakeoff.Error{Code: bakeoff.CodeUnreachable, Message: "The system's keychain does not work here. Unlock it and try again, or keep keys in an encrypted file.", Err: errors.New("keychain error")}
	case <-timer.C:
		v.hangs(1)
		go func() {
			<-came
			v.hangs(-1)
		}()
		return "", errHangs()
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// hangs adds to the calls that hang, and reports whether there are any.
func (v *Vault) hangs(add int) bool {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.hung += add
	return v.hung > 0
}

func errHangs() error {
	return &bakeoff.Error{Code: bakeoff.CodeTimeout, Message: "The system's keychain does not answer; it may be waiting for its password. Unlock it and try again."}
}

func clone(items map[string]Item) map[string]Item {
	if items == nil {
		return make(map[string]Item)
	}
	return maps.Clone(items)
}
