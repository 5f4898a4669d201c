package app

import (
	"bakeoff/backend/wiring"
)

// Privacy is bound to the window: the switch Local only, the hosts that it takes for the user's own, and where the data is.
type Privacy struct{ roof *roof }

// Get returns the switch and the list as they hold now.
func (b *Privacy) Get() (PrivacyView, error) {
	return call(func() (PrivacyView, error) {
		h, err := b.roof.house()
		if err != nil {
			return PrivacyView{}, err
		}
		return privacyView(h), nil
	})
}

// SetLocalOnly turns the switch, at once and for good. Turned on, it stops what is being asked elsewhere; turned off, the
// endpoints that it had kept silent are asked for their models.
func (b *Privacy) SetLocalOnly(on bool) (PrivacyView, error) {
	return b.change(func(p *wiring.Privacy) error { return p.SetLocalOnly(on) })
}

// AddHost takes a host for the user's own. Nothing is resolved or asked for it.
func (b *Privacy) AddHost(host string) (PrivacyView, error) {
	return b.change(func(p *wiring.Privacy) error {
		if err := short("The host", host, maxName); err != nil {
			return err
		}
		_, err := p.AddHost(host)
		return err
	})
}

// RemoveHost takes a host off the list.
func (b *Privacy) RemoveHost(host string) (PrivacyView, error) {
	return b.change(func(p *wiring.Privacy) error {
		if err := short("The host", host, maxName); err != nil {
			return err
		}
		return p.RemoveHost(host)
	})
}

func (b *Privacy) change(how func(*wiring.Privacy) error) (PrivacyView, error) {
	return call(func() (PrivacyView, error) {
		h, err := b.roof.house()
		if err != nil {
			return PrivacyView{}, err
		}
		before := h.Privacy.LocalOnly()
		if err := how(h.Privacy); err != nil {
			return PrivacyView{}, err
		}
		if before && !h.Privacy.LocalOnly() {
			b.roof.refresh(h, "")
		}
		return privacyView(h), nil
	})
}

// OpenDataFolder shows the folder of the history in the system's file manager.
func (b *Privacy) OpenDataFolder() error {
	return do(func() error {
		h, err := b.roof.house()
		if err != nil {
			return err
		}
		return b.roof.shell.OpenFolder(h.DataDir)
	})
}

func privacyView(h *wiring.House) PrivacyView {
	return PrivacyView{LocalOnly: h.Privacy.LocalOnly(), Forced: h.Privacy.Forced(), Hosts: list(h.Privacy.Hosts()), DataDir: h.DataDir}
}
