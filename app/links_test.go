package app

import (
	"strings"
	"testing"
)

func TestOnlyPlainWebAddressesAreOpened(t *testing.T) {
	opened := []struct{ name, address, url, host string }{
		{"an https address", "https://example.com/a?b=c#d", "https://example.com/a?b=c#d", "example.com"},
		{"an http address", "http://example.com", "http://example.com", "example.com"},
		{"a scheme in capitals", "HTTPS://example.com/", "https://example.com/", "example.com"},
		{"a host in capitals", "https://EXAMPLE.com/", "https://example.com/", "example.com"},
		{"a port", "https://example.com:8443/x", "https://example.com:8443/x", "example.com:8443"},
		{"an IPv4 address", "http://192.0.2.1/", "http://192.0.2.1/", "192.0.2.1"},
		{"an IPv6 address", "http://[2001:DB8::1]/", "http://[2001:db8::1]/", "[2001:db8::1]"},
		{"an IPv6 address with a port", "http://[::1]:80/", "http://[::1]:80/", "[::1]:80"},
		{"this machine", "http://localhost:11434/", "http://localhost:11434/", "localhost:11434"},
		{"an umlaut in the host", "https://bücher.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"},
		{"a Cyrillic look-alike", "https://аpple.com/", "https://xn--pple-43d.com/", "xn--pple-43d.com"},
		{"a full-width host", "https://ｅxample.com/", "https://example.com/", "example.com"},
		{"punycode as it stands", "https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/", "xn--bcher-kva.example"},
		{"an ideographic full stop", "https://example。com/", "https://example.com/", "example.com"},
		{"an umlaut in the path", "https://example.com/bücher", "https://example.com/b%C3%BCcher", "example.com"},
		{"an encoded slash", "https://example.com/a%2Fb", "https://example.com/a%2Fb", "example.com"},
		{"a colon in the path", "https://example.com/a:b@c", "https://example.com/a:b@c", "example.com"},
		{"a script in the query", "https://example.com/?javascript:alert(1)", "https://example.com/?javascript:alert(1)", "example.com"},
		{"the longest address", "https://example.com/" + strings.Repeat("a", maxLink-20), "https://example.com/" + strings.Repeat("a", maxLink-20), "example.com"},
	}
	for _, tc := range opened {
		t.Run(tc.name, func(t *testing.T) {
			got, err := checkLink(tc.address)
			if err != nil || got.URL != tc.url || got.Host != tc.host {
				t.Errorf("%q: got %+v, %v, want %s at %s", tc.address, got, err, tc.url, tc.host)
			}
		})
	}
	refused := map[string]string{
		"nothing":                         "",
		"spaces":                          "   ",
		"no scheme":                       "example.com",
		"no scheme but slashes":           "//example.com/",
		"a path":                          "/etc/passwd",
		"an anchor":                       "#top",
		"javascript":                      "javascript:alert(1)",
		"javascript with slashes":         "javascript://example.com/%0aalert(1)",
		"javascript in mixed case":        "JaVaScRiPt:alert(1)",
		"javascript after a tab":          "\tjavascript:alert(1)",
		"javascript with a line break":    "java\nscript:alert(1)",
		"javascript with an entity":       "javascript&colon;alert(1)",
		"vbscript":                        "vbscript:msgbox(1)",
		"data":                            "data:text/html,<script>alert(1)</script>",
		"a file":                          "file:///etc/passwd",
		"a file on a host":                "file://server/share",
		"a Windows share":                 `\\server\share`,
		"smb":                             "smb://server/share",
		"a diagnostics handler":           "ms-msdt:/id PCWDiagnostic",
		"an Office handler":               "ms-word:ofe|u|https://example.com/x.doc",
		"a search handler":                "search-ms:query=x&crumb=location:\\\\server",
		"wails":                           "wails://wails/",
		"our own scheme":                  "bakeoff://x",
		"about":                           "about:blank",
		"blob":                            "blob:https://example.com/1",
		"filesystem":                      "filesystem:https://example.com/1",
		"view-source":                     "view-source:https://example.com/",
		"mail":                            "mailto:a@example.com",
		"a telephone":                     "tel:+123",
		"ftp":                             "ftp://example.com/",
		"ssh":                             "ssh://example.com/",
		"a websocket":                     "wss://example.com/",
		"an opaque http address":          "http:example.com",
		"three slashes":                   "https:///example.com",
		"no host":                         "https://",
		"only a port":                     "https://:443/",
		"an empty port":                   "https://example.com:/",
		"port 0":                          "https://example.com:0/",
		"port 65536":                      "https://example.com:65536/",
		"a port in letters":               "https://example.com:http/",
		"a user name":                     "https://google.com@example.com/",
		"a user name and password":        "https://a:b@example.com/",
		"an empty user name":              "https://@example.com/",
		"an encoded at sign in the host":  "https://google.com%40example.com/",
		"an encoded letter in the host":   "https://%65xample.com/",
		"a backslash for a slash":         `https:\\example.com\`,
		"a backslash before an at sign":   `https://example.com\@google.com/`,
		"a space in the host":             "https://exa mple.com/",
		"a space in the path":             "https://example.com/a b",
		"a line break at the end":         "https://example.com/\n",
		"a carriage return":               "https://example.com/\r\nHost: x",
		"a NUL":                           "https://example.com/\x00",
		"a C1 control":                    "https://example.com/\u0085",
		"a delete character":              "https://example.com/\x7f",
		"a right-to-left override":        "https://example.com/\u202egnp.exe",
		"a right-to-left isolate":         "https://example.com/\u2067x",
		"a right-to-left mark":            "https://example.com/\u200f",
		"an Arabic letter mark":           "https://example.com/\u061c",
		"a zero-width space in the host":  "https://exam\u200bple.com/",
		"a zero-width joiner":             "https://exam\u200dple.com/",
		"a soft hyphen":                   "https://exam\u00adple.com/",
		"a byte order mark":               "\ufeffhttps://example.com/",
		"a Hangul filler":                 "https://example.com/\u3164",
		"a no-break space":                "https://example.com/\u00a0",
		"a line separator":                "https://example.com/\u2028",
		"a tag character":                 "https://example.com/\U000e0041",
		"invalid UTF-8":                   "https://example.com/\xff",
		"an IPv4 address as one number":   "http://2130706433/",
		"an IPv4 address in hexadecimals": "http://0x7f000001/",
		"an IPv4 address in octals":       "http://0177.0.0.1/",
		"an IPv4 address in two parts":    "http://127.1/",
		"a hexadecimal last part":         "http://example.0x7f/",
		"an IPv4 address with a dot":      "http://127.0.0.1./",
		"an IPv6 zone":                    "http://[fe80::1%25eth0]/",
		"an unclosed bracket":             "http://[::1/",
		"a broken escape":                 "https://example.com/%zz",
		"broken punycode":                 "https://xn--\u0301.example/",
		"an underscored emoji label":      "https://_\u2764.example/",
		"one byte too many":               "https://example.com/" + strings.Repeat("a", maxLink-19),
		"10 kB":                           "https://example.com/" + strings.Repeat("a", 10<<10),
	}
	for name, address := range refused {
		t.Run(name, func(t *testing.T) {
			got, err := checkLink(address)
			if err == nil {
				t.Fatalf("%q would be opened as %q", address, got.URL)
			}
			if strings.Contains(err.Error(), "alert") {
				t.Errorf("the sentence quotes the address: %s", err)
			}
		})
	}
}
