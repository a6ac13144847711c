package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// authority signs certificates in a folder of its own; the folder "known" holds
// nothing but what makes it known.
type authority struct {
	dir  string
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T, dir string) *authority {
	t.Helper()
	a := &authority{dir: dir}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Authority of the tests"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &a.key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	if a.cert, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	a.file(t, "known/ca.pem", "CERTIFICATE", der, 0o644)
	return a
}

func (a *authority) file(t *testing.T, name, kind string, der []byte, mode os.FileMode) {
	t.Helper()
	path := filepath.Join(a.dir, name)
	var text bytes.Buffer
	err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), pem.Encode(&text, &pem.Block{Type: kind, Bytes: der}), os.WriteFile(path, text.Bytes(), mode))
	if err != nil {
		t.Fatal(err)
	}
}

// issue makes server.pem and server.key for a name.
func (a *authority) issue(t *testing.T, name string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	der, err := x509.CreateCertificate(rand.Reader, template, a.cert, &key.PublicKey, a.key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	a.file(t, "server.pem", "CERTIFICATE", der, 0o644)
	a.file(t, "server.key", "PRIVATE KEY", secret, 0o600)
}

func TestPostgreSQLAndRedisAreReachedByTLSWithAnAuthorityOfOnesOwn(t *testing.T) {
	t.Parallel()
	pg := startOwnPostgres(t)
	a := newAuthority(t, filepath.Join(pg.dir, "tls"))
	a.issue(t, "localhost")
	pg.stop()
	if _, err := unprivileged(filepath.Join(a.dir, "server.key")); err != nil {
		t.Fatal(err)
	}
	pg.settings = []string{"ssl=on", "ssl_cert_file=" + a.dir + "/server.pem", "ssl_key_file=" + a.dir + "/server.key"}
	pg.start(t)
	redis := a.redis(t)
	at := func(host, more string) string {
		return "DATABASE_URL=postgres://ba@" + host + ":" + strconv.Itoa(pg.port) + "/postgres?sslmode=verify-full" + more
	}
	known, shared := "SSL_CERT_DIR="+filepath.Join(a.dir, "known"), "REDIS_URL=rediss://:"+redisPassword+"@localhost:"+redis+"/0"
	// Instances that share keys, as PostgreSQL has them.
	key := "MASTER_KEY=" + strings.Repeat("0123456789abcdef", 4)

	for name, test := range map[string]struct {
		vars []string
		says []string
	}{
		"an unknown authority": {[]string{at("localhost", "")}, []string{"authority that is not known", "SSL_CERT_DIR", "sslrootcert"}},
		"another name":         {[]string{at("127.0.0.1", ""), known}, []string{"is for localhost", "not for the host"}},
	} {
		code, said := refusal(t, []string{"serve"}, append(test.vars, "PORT=0", key, "DATA_DIR="+t.TempDir())...)
		for _, part := range test.says {
			if code != 1 || !strings.Contains(said, part) {
				t.Errorf("%s: it does not say %q: %d %s", name, part, code, said)
			}
		}
	}
	rooted := start(t, key, at("localhost", "&sslrootcert="+filepath.Join(a.dir, "known", "ca.pem")), shared)
	if said := rooted.stderr.String() + rooted.stdout.String(); !strings.Contains(said, "the connection to Redis is not safe") || !strings.Contains(said, "SSL_CERT_DIR") || strings.Contains(said, redisPassword) {
		t.Errorf("an unknown authority of Redis: %s", said)
	}
	safe := start(t, key, at("localhost", ""), shared, known)
	eventually(t, 20*time.Second, "Redis is reached by TLS", func() bool { return strings.Contains(healthText(safe), "shared through Redis") })
}

// redis starts a Redis that speaks TLS alone, and returns its port.
func (a *authority) redis(t *testing.T) string {
	t.Helper()
	path := program(t, "redis-server")
	port, err := freePort()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(path, "--port", "0", "--tls-port", strconv.Itoa(port), "--bind", "127.0.0.1", "--tls-cert-file", a.dir+"/server.pem", "--tls-key-file", a.dir+"/server.key",
		"--tls-ca-cert-file", a.dir+"/known/ca.pem", "--tls-auth-clients", "no", "--save", "", "--appendonly", "no", "--requirepass", redisPassword)
	cmd.Dir, cmd.Env = t.TempDir(), environment()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	listens(t, "127.0.0.1:"+strconv.Itoa(port))
	return strconv.Itoa(port)
}
