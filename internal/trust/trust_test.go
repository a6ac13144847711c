package trust_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"math/big"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/trust"
)

func TestEachFaultOfACertificateIsSaidWithWhatToDo(t *testing.T) {
	now := time.Now()
	for name, test := range map[string]struct {
		host     string
		from, to time.Time
		known    bool
		usage    x509.ExtKeyUsage
		says     string
	}{
		"another name":   {"db.example", now.Add(-time.Hour), now.Add(time.Hour), true, x509.ExtKeyUsageServerAuth, "is for db.example, and not for the host"},
		"no name":        {"", now.Add(-time.Hour), now.Add(time.Hour), true, x509.ExtKeyUsageServerAuth, "no subjectAltName"},
		"expired":        {"localhost", now.Add(-2 * time.Hour), now.Add(-time.Hour), true, x509.ExtKeyUsageServerAuth, "expired at " + now.Add(-time.Hour).UTC().Format("2006-01-02")},
		"not yet valid":  {"localhost", now.Add(time.Hour), now.Add(2 * time.Hour), true, x509.ExtKeyUsageServerAuth, "valid only from"},
		"unknown":        {"localhost", now.Add(-time.Hour), now.Add(time.Hour), false, x509.ExtKeyUsageServerAuth, "SSL_CERT_DIR"},
		"of a client":    {"localhost", now.Add(-time.Hour), now.Add(time.Hour), true, x509.ExtKeyUsageClientAuth, "not valid for a server"},
		"nothing at all": {"localhost", now.Add(-time.Hour), now.Add(time.Hour), true, x509.ExtKeyUsageServerAuth, ""},
	} {
		t.Run(name, func(t *testing.T) {
			own, parsed := certificate(t, test.host, test.from, test.to, test.usage)
			roots := x509.NewCertPool()
			if test.known {
				roots.AddCert(parsed)
			}
			err := shake(t, &tls.Config{Certificates: []tls.Certificate{own}}, &tls.Config{RootCAs: roots, ServerName: "localhost"})
			if said := trust.Fault(err); !strings.Contains(said, test.says) || test.says == "" && (said != "" || err != nil) {
				t.Errorf("for %v it says %q", err, said)
			}
		})
	}
}

func TestAServerWithoutTLSAndOneThatWantsACertificateAreSaid(t *testing.T) {
	own, parsed := certificate(t, "localhost", time.Now().Add(-time.Hour), time.Now().Add(time.Hour), x509.ExtKeyUsageServerAuth)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	client := &tls.Config{RootCAs: roots, ServerName: "localhost"}
	if said := trust.Fault(shake(t, nil, client)); !strings.Contains(said, "does not speak TLS") {
		t.Errorf("it says %q", said)
	}
	wants := &tls.Config{Certificates: []tls.Certificate{own}, ClientAuth: tls.RequireAnyClientCert}
	if said := trust.Fault(shake(t, wants, client)); !strings.Contains(said, "certificate of the client") {
		t.Errorf("it says %q", said)
	}
	if said := trust.Fault(errors.New("another thing")); said != "" {
		t.Errorf("of another thing it says %q", said)
	}
}

// shake connects to a server, without TLS where server is nil, and reads.
func shake(t *testing.T, server, client *tls.Config) error {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	done := make(chan struct{})
	go func() {
		defer close(done)
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer c.Close()
		if server != nil {
			c = tls.Server(c, server)
		}
		_, _ = c.Write([]byte("hello, here is no TLS\n")) // the client says what it saw
	}()
	c, err := tls.Dial("tcp", l.Addr().String(), client)
	if err == nil {
		_, err = c.Read(make([]byte, 5))
		_ = c.Close()
	}
	<-done
	return err
}

func certificate(t *testing.T, host string, from, to time.Time, usage x509.ExtKeyUsage) (tls.Certificate, *x509.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: from, NotAfter: to, ExtKeyUsage: []x509.ExtKeyUsage{usage}}
	if host != "" {
		c.DNSNames = []string{host}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, parsed
}
