package wire

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"syscall"

	"bakeoff/backend/bakeoff"
	"bakeoff/backend/provider"
)

// Border decides where connections may be made while local only is on: to this machine and to the hosts of the user's
// own list, and nowhere else. All clients of a house share one, so that a change holds for all of them at once. A nil
// Border is open and lists nothing. Safe for concurrent use.
type Border struct {
	mu      sync.Mutex
	on      bool
	hosts   []string // names and addresses, as ListedHost writes them
	outside map[*outsideConn]bool
}

// NewBorder returns an open border.
func NewBorder() *Border { return &Border{outside: make(map[*outsideConn]bool)} }

// Set closes or opens the border. Closing it cuts every connection that it would not have let through, idle ones too.
// hosts are as ListedHost writes them.
func (b *Border) Set(on bool, hosts []string) {
	b.mu.Lock()
	b.on, b.hosts = on, slices.Clone(hosts)
	var cut []*outsideConn
	for conn := range b.outside {
		if on && (conn.proxied || !b.lists(conn.host)) {
			cut = append(cut, conn)
		}
	}
	b.mu.Unlock()
	for _, conn := range cut {
		conn.Close()
	}
}

// On reports whether local only is on for all requests.
func (b *Border) On() bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.on
}

// Lists reports whether a host (a name or an address, no port) is on the user's own list. Names are compared as they are
// written: nothing is resolved for it.
func (b *Border) Lists(host string) bool {
	if b == nil {
		return false
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.lists(host)
}

func (b *Border) lists(host string) bool {
	host, ok := ListedHost(host)
	return ok && slices.Contains(b.hosts, host)
}

// ListedHost writes a host as the list has it: a name in small letters without a dot at its end, an address in its
// shortest form without a zone. ok is false for what is neither a name nor an address.
func ListedHost(host string) (string, bool) {
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		return ip.Unmap().WithZone("").String(), !ip.IsUnspecified()
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "" || len(host) > 253 || strings.ContainsFunc(host, func(r rune) bool {
		return r != '-' && r != '.' && r != '_' && (r < '0' || r > '9') && (r < 'a' || r > 'z')
	}) {
		return "", false
	}
	return host, true
}

// Confined reports whether requests under ctx must stay on this machine and on the user's own hosts.
func (c *Client) Confined(ctx context.Context) bool {
	return provider.LocalOnly(ctx) || c.o.Border.On()
}

// dialInside connects to this machine or to a listed host. No name but a listed one is ever resolved: "localhost" is
// taken for what it means, since a resolver without a hosts file would be asked for it over the network.
func (c *Client) dialInside(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{Timeout: connectLimit, ControlContext: c.allowed(false)}
	if localhost(host) {
		conn, err := d.DialContext(ctx, network, net.JoinHostPort("127.0.0.1", port))
		if err == nil || ctx.Err() != nil {
			return conn, err
		}
		if conn, err := d.DialContext(ctx, network, net.JoinHostPort("::1", port)); err == nil {
			return conn, nil
		}
		return nil, err
	}
	if !loopback(host) && !c.o.Border.Lists(host) {
		return nil, c.localOnly()
	}
	_, err = netip.ParseAddr(host)
	d.ControlContext = c.allowed(err != nil)
	return d.DialContext(ctx, network, address)
}

// allowed checks the address that a connection is about to be made to: this machine, a listed address, or, for a listed
// name, an address of a private network. A listed name that a foreign resolver leads into the internet goes nowhere.
func (c *Client) allowed(named bool) func(context.Context, string, string, syscall.RawConn) error {
	return func(_ context.Context, _, address string, _ syscall.RawConn) error {
		to, err := netip.ParseAddrPort(address)
		if err != nil {
			return c.localOnly()
		}
		ip := to.Addr().Unmap().WithZone("")
		if ip.IsLoopback() || c.o.Border.Lists(ip.String()) || named && private(ip) {
			return nil
		}
		if named {
			return &bakeoff.Error{Code: bakeoff.CodeLocalOnly, Message: "The name of " + c.o.Label + "'s host leads to " + ip.String() + ", which is not on a private network: nothing was sent. If it is yours, add that address to your own hosts."}
		}
		return c.localOnly()
	}
}

// shared is the range that providers and overlay networks such as Tailscale use for addresses of their own.
var shared = netip.MustParsePrefix("100.64.0.0/10")

func private(ip netip.Addr) bool {
	return ip.IsPrivate() || ip.IsLinkLocalUnicast() || shared.Contains(ip)
}

// dialOutside connects anywhere, and lets the border cut the connection later.
func (c *Client) dialOutside(ctx context.Context, network, address string) (net.Conn, error) {
	if c.Confined(ctx) {
		return nil, c.localOnly() // switched on since the request was routed
	}
	conn, err := (&net.Dialer{Timeout: connectLimit}).DialContext(ctx, network, address)
	if err != nil || c.o.Border == nil {
		return conn, err
	}
	host, _, _ := net.SplitHostPort(address)
	out := &outsideConn{Conn: conn, border: c.o.Border, host: host, proxied: c.o.Proxy != nil}
	if !c.o.Border.watch(out) {
		conn.Close()
		return nil, c.localOnly()
	}
	return out, nil
}

// outsideConn is a connection that the border knows of.
type outsideConn struct {
	net.Conn
	border  *Border
	host    string
	proxied bool // it may lead to a proxy, whatever its host: what goes on behind it is not known
}

// watch takes a connection into the border's care; false when it must not be.
func (b *Border) watch(conn *outsideConn) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.on && (conn.proxied || !b.lists(conn.host)) {
		return false
	}
	b.outside[conn] = true
	return true
}

func (c *outsideConn) Close() error {
	c.border.mu.Lock()
	delete(c.border.outside, c)
	c.border.mu.Unlock()
	return c.Conn.Close()
}

// localhost reports whether a host is this machine's own name.
func localhost(host string) bool {
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost")
}
