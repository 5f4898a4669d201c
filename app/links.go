package app

import (
	"net"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"bakeoff/backend/bakeoff"

	"golang.org/x/net/idna"
)

// maxLink is the longest address that is opened, in bytes.
const maxLink = 2048

// checkLink says what would be opened for an address that stands in an answer. The answer is untrusted: only http and
// https pass, without user name, with a host that every program reads the same way.
func checkLink(address string) (LinkView, error) {
	switch {
	case len(address) > maxLink:
		return LinkView{}, badLink("This link is longer than 2,048 characters. Copy what you need of it instead.")
	case !utf8.ValidString(address) || strings.ContainsFunc(address, hidden):
		return LinkView{}, badLink("This link holds invisible or control characters and is not opened.")
	case strings.Contains(address, `\`): // browsers take it for a slash, others do not
		return LinkView{}, badLink("This link holds a backslash and is not opened.")
	}
	u, err := url.Parse(address)
	if err != nil {
		return LinkView{}, badLink("This is no web address and is not opened.")
	}
	u.Scheme = strings.ToLower(u.Scheme)
	switch {
	case u.Scheme != "http" && u.Scheme != "https":
		return LinkView{}, badLink("Only http and https links are opened.")
	case u.User != nil || strings.Contains(u.Host, "@"):
		return LinkView{}, badLink("This link carries a user name, which hides where it leads. It is not opened.")
	}
	host, err := plainHost(u)
	if err != nil {
		return LinkView{}, err
	}
	u.Host = host
	return LinkView{URL: u.String(), Host: host}, nil
}

// hidden reports whether a character cannot be seen or changes the order of those around it.
func hidden(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == utf8.RuneError ||
		unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// plainHost returns the host as it is sent: punycode or an IP address, with the port when one is given.
func plainHost(u *url.URL) (string, error) {
	refused := badLink("This link has no usable host name and is not opened.")
	name, port := u.Hostname(), u.Port()
	if strings.HasSuffix(u.Host, ":") {
		return "", refused
	}
	if port != "" {
		if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
			return "", refused
		}
	}
	ip, err := netip.ParseAddr(name)
	switch {
	case err == nil && ip.Zone() != "":
		return "", refused
	case err == nil:
		name = ip.String()
	default:
		name, err = idna.Lookup.ToASCII(name)
		if err != nil || name == "" || endsInNumber(name) {
			return "", refused
		}
	}
	switch {
	case port != "":
		return net.JoinHostPort(name, port), nil
	case ip.Is6():
		return "[" + name + "]", nil
	}
	return name, nil
}

// endsInNumber reports whether browsers would read a name as an IPv4 address in disguise: 2130706433, 0x7f.1.
func endsInNumber(name string) bool {
	last := strings.TrimSuffix(name, ".")
	last = last[strings.LastIndexByte(last, '.')+1:]
	_, err := strconv.ParseUint(last, 0, 64)
	return err == nil || last != "" && strings.Trim(last, "0123456789") == ""
}

func badLink(sentence string) *bakeoff.Error {
	return &bakeoff.Error{Code: bakeoff.CodeInvalid, Message: sentence}
}
