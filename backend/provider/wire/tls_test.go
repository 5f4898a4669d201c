package wire

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"bakeoff/backend/bakeoff"
)

// certificate is a self-signed one for a host.
func certificate(t *testing.T, host string, notAfter time.Time) tls.Certificate {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: notAfter, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature}
	if ip := net.ParseIP(host); ip != nil {
		template.IPAddresses = []net.IP{ip}
	} else {
		template.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, private.Public(), private)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: private}
}

func TestConnectionsThatAreNotTrustedCarryNothing(t *testing.T) {
	soon := time.Now().Add(time.Hour)
	for _, test := range []struct {
		name    string
		cert    tls.Certificate
		trusted bool
		say     string
	}{
		{"expired", certificate(t, "127.0.0.1", time.Now().Add(-time.Hour)), true, "has expired"},
		{"another host's", certificate(t, "api.example.com", soon), true, "belongs to another host"},
		{"of an unknown issuer", certificate(t, "127.0.0.1", soon), false, "does not trust"},
		{"control: good", certificate(t, "127.0.0.1", soon), true, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var hits atomic.Int32
			srv := httptest.NewUnstartedServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { hits.Add(1) }))
			srv.Config.ErrorLog = silent()
			srv.TLS = &tls.Config{Certificates: []tls.Certificate{test.cert}}
			srv.StartTLS()
			defer srv.Close()
			c := client(t, srv.URL)
			if test.trusted {
				pool := x509.NewCertPool()
				leaf, _ := x509.ParseCertificate(test.cert.Certificate[0])
				pool.AddCert(leaf)
				c.inside.TLSClientConfig = &tls.Config{RootCAs: pool}
			}
			_, err := get(t.Context(), c, srv.URL)
			if test.say == "" {
				if err != nil || hits.Load() != 1 {
					t.Errorf("got %v", err)
				}
				return
			}
			if e := c.Err(err); e.Code != bakeoff.CodeUnreachable || !strings.Contains(e.Message, test.say) || hits.Load() != 0 {
				t.Errorf("got %+v after %d requests", e, hits.Load())
			}
		})
	}
	plain := serve(t, func(http.ResponseWriter, *http.Request) {})
	c := client(t, strings.Replace(plain.URL, "http", "https", 1))
	if _, err := get(t.Context(), c, c.o.BaseURL.String()); !strings.Contains(c.Err(err).Message, "does not speak TLS") {
		t.Errorf("plain HTTP on a TLS port: %v", c.Err(err))
	}
}
