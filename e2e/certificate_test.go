package e2e

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestACertificateInFilesIsReadAgainWhenItChanges(t *testing.T) {
	t.Parallel()
	dir, ports := t.TempDir(), freePorts(t, 2)
	want := certificate{name: "own", host: publicHost}
	chain, key := makeCertificate(t, dir, want)
	p := &pebble{tls: ports[0], plain: ports[1]}
	p.trust(t, chain)
	s := start(t, with(whole(t.TempDir()), []string{"TLS_CERT_FILE=" + chain, "TLS_KEY=" + key, "PORT=" + p.tls, "HTTP_PORT=" + p.plain, "TRUSTED_PROXIES="})...)
	first, err := p.shown(p.tls)
	if err != nil {
		t.Fatal(err)
	}
	plainAndSecure(t, p.visitor())
	if err := os.WriteFile(key, []byte("cut off"), 0o600); err != nil {
		t.Fatal(err)
	}
	hangUp(t, s)
	eventually(t, 10*time.Second, "it says what is wrong", func() bool { return strings.Contains(s.stderr.String(), "TLS_KEY holds no private key") })
	if c, err := p.shown(p.tls); err != nil || c.SerialNumber.Cmp(first.SerialNumber) != 0 {
		t.Errorf("with a bad file the one before it is gone: %v", err)
	}
	makeCertificate(t, dir, want)
	p.trust(t, chain)
	hangUp(t, s)
	eventually(t, 10*time.Second, "the new one is shown", func() bool {
		c, err := p.shown(p.tls)
		return err == nil && c.SerialNumber.Cmp(first.SerialNumber) != 0
	})
}

// trust reads what vouches for the certificates that are shown.
func (p *pebble) trust(t *testing.T, file string) {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if p.issuer == nil {
		p.issuer = x509.NewCertPool()
	}
	p.issuer.AppendCertsFromPEM(text)
}

func hangUp(t *testing.T, s *instance) {
	t.Helper()
	if err := s.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
}

// An ordinary user may not take the ports of the web, and is told how.
func TestPortsOfTheWebNeedARight(t *testing.T) {
	t.Parallel()
	first, err := os.ReadFile("/proc/sys/net/ipv4/ip_unprivileged_port_start")
	if err != nil || os.Geteuid() != 0 || strings.TrimSpace(string(first)) != "1024" {
		t.Skip("this needs root, to become an ordinary user, and a system that keeps low ports for root")
	}
	dir, err := os.MkdirTemp("", "ba-ports-*") // every element must be open to the user
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	program := filepath.Join(dir, "ba")
	text, err := os.ReadFile(binary)
	if err == nil {
		err = errors.Join(os.WriteFile(program, text, 0o755), os.Chmod(dir, 0o777))
	}
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, "serve")
	cmd.Env = environment(with(whole(filepath.Join(dir, "data")), []string{"TLS=acme", "PORT=443", "HTTP_PORT=80"})...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: 10001, Gid: 10001}}
	said, _ := cmd.CombinedOutput() // it ends with a code other than 0
	for _, part := range []string{"may not listen on port 443", "AmbientCapabilities=CAP_NET_BIND_SERVICE", "setcap"} {
		if !strings.Contains(string(said), part) {
			t.Errorf("it does not say %q:\n%s", part, said)
		}
	}
}

// certificate is what a test wants one to be.
type certificate struct {
	name, host, ip string
	begins, ends   time.Time
}

// makeCertificate makes one that vouches for itself, and returns its files.
func makeCertificate(t *testing.T, dir string, want certificate) (chain, key string) {
	t.Helper()
	if want.ends.IsZero() {
		want.begins, want.ends = time.Now().Add(-time.Hour), time.Now().Add(30*24*time.Hour)
	}
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: serial, Subject: pkix.Name{CommonName: want.name}, NotBefore: want.begins, NotAfter: want.ends, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}
	if want.host != "" {
		c.DNSNames = []string{want.host}
	}
	if want.ip != "" {
		c.IPAddresses = []net.IP{net.ParseIP(want.ip)}
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	chain, key = filepath.Join(dir, want.name+".pem"), filepath.Join(dir, want.name+".key")
	for file, block := range map[string]*pem.Block{chain: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return chain, key
}
