package app

import (
	"bakeoff/backend/secret"
	"bakeoff/backend/wiring"
)

// Endpoints is bound to the window: it changes where models are asked and with which keys. Keys only ever go in: no method
// returns one.
type Endpoints struct{ roof *roof }

// Save adds an endpoint of the user's own or changes it, and returns its name. A changed address asks for the key again.
func (b *Endpoints) Save(edit EndpointEdit) (string, error) {
	return call(func() (string, error) {
		h, err := b.roof.house()
		if err == nil {
			err = shortAll("A field of the endpoint", []string{edit.Name, edit.Label, edit.Kind, edit.BaseURL}, maxName)
		}
		if err != nil {
			return "", err
		}
		name, err := h.Setup.SaveEndpoint(b.roof.ctx, wiring.EndpointEdit{Name: edit.Name, Label: edit.Label, Kind: wiring.Kind(edit.Kind), BaseURL: edit.BaseURL})
		if err == nil {
			b.roof.refresh(h, name)
		}
		return name, err
	})
}

// Remove forgets an endpoint of the user's own with its key. Comparisons with it stay.
func (b *Endpoints) Remove(name string) error {
	return b.roof.withEndpoint(name, func(h *wiring.House) error { return h.Setup.RemoveEndpoint(b.roof.ctx, name) })
}

// Enable switches an endpoint on or off: nothing is sent to one that is off.
func (b *Endpoints) Enable(name string, on bool) error {
	return b.roof.withEndpoint(name, func(h *wiring.House) error {
		err := h.Setup.EnableEndpoint(b.roof.ctx, name, on)
		if err == nil && on {
			b.roof.refresh(h, name)
		}
		return err
	})
}

// Test asks an endpoint for its models and tells precisely what is wrong if that fails.
func (b *Endpoints) Test(name string) (TestView, error) {
	return call(func() (TestView, error) {
		h, err := b.roof.house()
		if err == nil {
			err = short("The endpoint's name", name, maxID)
		}
		if err != nil {
			return TestView{}, err
		}
		found, err := h.Setup.Test(b.roof.asking(h), name)
		if err != nil {
			return TestView{}, err
		}
		return TestView{Models: found.Models, TookMs: float64(found.Took.Microseconds()) / 1000, Problem: errorView(found.Problem)}, nil
	})
}

// SetKey keeps a key, and headers that go with every request, for an endpoint's present address; it returns the place:
// "keychain", "file" or "session".
func (b *Endpoints) SetKey(name, key string, headers []HeaderEdit) (string, error) {
	return call(func() (string, error) {
		h, err := b.roof.house()
		if err == nil {
			err = shortAll("The key", []string{name, key}, maxCursor*4)
		}
		if err != nil {
			return "", err
		}
		edit := wiring.KeyEdit{Key: key}
		for _, header := range headers {
			if err := shortAll("A header", []string{header.Name, header.Value}, maxCursor*4); err != nil {
				return "", err
			}
			if edit.Headers == nil {
				edit.Headers = make(map[string]string)
			}
			edit.Headers[header.Name] = header.Value
		}
		place, err := h.Setup.SetKey(b.roof.ctx, name, edit)
		if err == nil {
			b.roof.refresh(h, name)
		}
		return string(place), err
	})
}

// ClearKey removes the stored key and headers of an endpoint.
func (b *Endpoints) ClearKey(name string) error {
	return b.roof.withEndpoint(name, func(h *wiring.House) error { return h.Setup.ClearKey(b.roof.ctx, name) })
}

// Keys tells where keys are kept and what else could be chosen. It may take some seconds when a keychain is slow.
func (b *Endpoints) Keys() (KeysView, error) {
	return call(func() (KeysView, error) {
		h, err := b.roof.house()
		if err != nil {
			return KeysView{}, err
		}
		s := h.Setup.Keys(b.roof.ctx)
		return KeysView{Place: string(s.Place), KeychainProblem: s.KeychainProblem, FileExists: s.FileExists, Locked: s.Locked}, nil
	})
}

// ChooseKeys makes a place the one for new keys: "keychain", "file", "session", or "" for the keychain where there is one
// and else none. A file must be unlocked, with a passphrase, before it takes any.
func (b *Endpoints) ChooseKeys(place string) error {
	return b.roof.withEndpoint(place, func(h *wiring.House) error { return h.Setup.ChooseKeys(b.roof.ctx, secret.Place(place)) })
}

// UnlockKeys opens the encrypted file of keys with its passphrase, or begins it.
func (b *Endpoints) UnlockKeys(passphrase string) error {
	return do(func() error {
		h, err := b.roof.house()
		if err == nil {
			err = short("The passphrase", passphrase, maxName)
		}
		if err != nil {
			return err
		}
		if err := h.Setup.UnlockKeys(b.roof.ctx, passphrase); err != nil {
			return err
		}
		b.roof.refresh(h, "")
		return nil
	})
}

// Reread takes over what a command has changed since, and asks for model lists that have become old; what differs follows
// as events. The page calls it when its window gets the focus.
func (b *Endpoints) Reread() error {
	return do(func() error {
		h, err := b.roof.house()
		if err == nil {
			b.roof.reread(h)
			go h.Registry.RefreshOld(b.roof.asking(h), b.roof.now())
		}
		return err
	})
}

// withEndpoint is f on the house with a short name.
func (r *roof) withEndpoint(name string, f func(*wiring.House) error) error {
	return do(func() error {
		h, err := r.house()
		if err == nil {
			err = short("The endpoint's name", name, maxID)
		}
		if err != nil {
			return err
		}
		return f(h)
	})
}
