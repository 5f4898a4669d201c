package wiring

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
	"bakeoff/backend/provider/wire"
)

// privacyFile holds the switch and the list, beside the history and not in it: a history that is damaged, restored or
// set aside must not open what the user has closed.
const privacyFile = "privacy.json"

// maxHosts is the longest list of own hosts.
const maxHosts = 100

// Privacy is the switch Local only and the list of hosts that it takes for the user's own. The border that all transports
// share obeys it. Safe for concurrent use.
type Privacy struct {
	path    string
	forced  bool         // by the command line: it stays on until this process ends
	border  *wire.Border // of all transports
	leave   func()       // stops what would no longer be allowed
	watched []func()     // after a change

	changing sync.Mutex // one reading, changing and taking over of the file after another
	unsaved  bool       // what holds could not be written to the file; guarded by changing

	mu   sync.Mutex
	kept kept
}

// kept is the file's content.
type kept struct {
	LocalOnly bool     `json:"local_only"`
	Hosts     []string `json:"hosts"`
}

// newPrivacy reads the switch. A file that cannot be read closes the border: what it said is not known.
func newPrivacy(dataDir string, forced bool) *Privacy {
	p := &Privacy{path: filepath.Join(dataDir, privacyFile), forced: forced, border: wire.NewBorder(), leave: func() {}}
	p.kept, _ = readPrivacy(p.path)
	p.apply(p.kept)
	return p
}

// readPrivacy returns what the file says; found is false when there is none.
func readPrivacy(path string) (k kept, found bool) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) {
		return kept{}, false
	}
	if err != nil || json.Unmarshal(raw, &k) != nil {
		return kept{LocalOnly: true}, true
	}
	k.Hosts = slices.DeleteFunc(k.Hosts, func(host string) bool {
		written, err := ownHost(host)
		return err != nil || written != host
	})
	return k, true
}

// adopt takes over a switch that was on before it had a file of its own. window is what the window had saved then.
func (p *Privacy) adopt(window string) {
	if _, found := readPrivacy(p.path); found {
		return
	}
	var older struct {
		LocalOnly bool `json:"localOnly"`
	}
	if json.Unmarshal([]byte(window), &older) == nil && older.LocalOnly {
		p.apply(kept{LocalOnly: true})
	}
}

// apply makes k hold. What a closed border keeps in is stopped first, so that it ends as stopped and not as broken off.
func (p *Privacy) apply(k kept) {
	p.mu.Lock()
	p.kept = k
	p.mu.Unlock()
	if on := p.LocalOnly(); on {
		p.leave()
		p.border.Set(true, k.Hosts)
		p.leave() // what began in between
	} else {
		p.border.Set(false, k.Hosts)
	}
}

// Reread takes over what another Bakeoff, the window or a command, has changed since. It reports whether anything was.
func (p *Privacy) Reread() bool {
	changed := p.reread()
	if changed {
		p.tell()
	}
	return changed
}

func (p *Privacy) reread() (changed bool) {
	p.changing.Lock()
	defer p.changing.Unlock()
	p.mu.Lock()
	now := p.kept
	p.mu.Unlock()
	if p.unsaved { // what the user narrowed holds: the file does not know of it yet
		p.unsaved = writePrivacy(p.path, now) != nil
		return false
	}
	k, found := readPrivacy(p.path)
	if !found || k.LocalOnly == now.LocalOnly && slices.Equal(k.Hosts, now.Hosts) {
		return false
	}
	p.apply(k)
	return true
}

// Watch calls f after every change. It is called before the first.
func (p *Privacy) Watch(f func()) { p.watched = append(p.watched, f) }

func (p *Privacy) tell() {
	for _, f := range p.watched {
		f()
	}
}

// LocalOnly reports whether nothing may leave this machine but to the user's own hosts.
func (p *Privacy) LocalOnly() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.forced || p.kept.LocalOnly
}

// Forced reports whether the command line keeps Local only on.
func (p *Privacy) Forced() bool { return p.forced }

// SetLocalOnly turns the switch. Turned on, it holds at once, also when it cannot be saved.
func (p *Privacy) SetLocalOnly(on bool) error {
	if !on && p.forced {
		return invalid("This Bakeoff was started with --local-only, which stays on until it ends. Start it without to turn Local only off.")
	}
	return p.change(on, func(k *kept) error {
		k.LocalOnly = on
		return nil
	})
}

// Hosts returns the user's own hosts, in the order they were added.
func (p *Privacy) Hosts() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.kept.Hosts)
}

// AddHost puts a host on the list and returns it as it stands there. Nothing is resolved for it.
func (p *Privacy) AddHost(host string) (string, error) {
	written, err := ownHost(host)
	if err != nil {
		return "", err
	}
	return written, p.change(false, func(k *kept) error {
		switch {
		case slices.Contains(k.Hosts, written):
			return nil
		case len(k.Hosts) >= maxHosts:
			return invalid("The list of your own hosts is full. Remove one that is not needed any more.")
		}
		k.Hosts = append(slices.Clone(k.Hosts), written)
		return nil
	})
}

// RemoveHost takes a host off the list. Connections to it are cut when Local only is on.
func (p *Privacy) RemoveHost(host string) error {
	written, ok := wire.ListedHost(strings.TrimSpace(host))
	return p.change(true, func(k *kept) error {
		if !ok || !slices.Contains(k.Hosts, written) {
			return &bakeoff.Error{Code: bakeoff.CodeNotFound, Message: "This host is not on the list. `bakeoff local-only hosts list` shows what is."}
		}
		k.Hosts = slices.DeleteFunc(slices.Clone(k.Hosts), func(h string) bool { return h == written })
		return nil
	})
}

// change reads the file anew, since another Bakeoff may have changed it, changes it and makes it hold. What narrows holds
// also when it cannot be saved; what widens does not.
func (p *Privacy) change(narrows bool, how func(*kept) error) error {
	applied, err := p.changeKept(narrows, how)
	if applied {
		p.tell()
	}
	return err
}

func (p *Privacy) changeKept(narrows bool, how func(*kept) error) (applied bool, err error) {
	p.changing.Lock()
	defer p.changing.Unlock()
	k, found := readPrivacy(p.path)
	if !found || p.unsaved {
		p.mu.Lock()
		k = p.kept
		p.mu.Unlock()
	}
	if err := how(&k); err != nil {
		return false, err
	}
	err = writePrivacy(p.path, k)
	if err == nil || narrows {
		p.unsaved = err != nil
		p.apply(k)
		applied = true
	}
	if err != nil {
		sentence := "Your own hosts cannot be saved, so nothing was changed. Make the data folder writable and try again."
		if narrows {
			sentence = "This holds until Bakeoff closes: it cannot be saved. Make the data folder writable and do it again."
		}
		return applied, &bakeoff.Error{Code: bakeoff.CodeInternal, Message: sentence, Err: err}
	}
	return applied, nil
}

// writePrivacy replaces the file as a whole.
func writePrivacy(path string, k kept) error {
	if k.Hosts == nil {
		k.Hosts = []string{}
	}
	raw, err := json.MarshalIndent(k, "", "  ")
	if err != nil {
		return err
	}
	return replaceFile(path, append(raw, '\n'))
}

// ownHost reads a host as a user writes it. This machine needs no place on the list, and a whole address is more than a
// host.
func ownHost(text string) (string, error) {
	text = strings.TrimSpace(text)
	host, ok := wire.ListedHost(text)
	switch {
	case !ok:
		return "", invalid("This is no name or address of a host. Write it without http:// and without a port, like gpu.home.arpa or 192.168.1.20.")
	case loopback(host):
		return "", invalid("This machine itself is always allowed under Local only. List other machines of your own.")
	}
	if ip, err := netip.ParseAddr(host); err == nil && (ip.IsMulticast() || ip.IsUnspecified()) {
		return "", invalid("This is an address of many machines. List one machine by its name or its own address.")
	}
	return host, nil
}

// Stay returns ctx so that nothing asked under it leaves this machine while Local only is on.
func (p *Privacy) Stay(ctx context.Context) context.Context {
	if p.LocalOnly() {
		return provider.WithLocalOnly(ctx)
	}
	return ctx
}
