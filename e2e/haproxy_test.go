package e2e

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"
)

// haproxy puts a HAProxy with TLS in front of servers, each request to the
// next one, without sticky sessions. It listens on a port that the caller has
// chosen, since the servers' configuration names it.
func haproxy(t *testing.T, port int, ports []int) {
	t.Helper()
	path := program(t, "haproxy", "/usr/sbin/haproxy")
	dir := t.TempDir()
	certificate := filepath.Join(dir, "cert.pem")
	if err := os.WriteFile(certificate, selfSigned(t), 0o600); err != nil {
		t.Fatal(err)
	}
	conf := fmt.Sprintf("global\n  maxconn 2000\ndefaults\n  mode http\n  timeout connect 2s\n  timeout client 120s\n  timeout server 120s\n  option redispatch\n  retries 3\n"+
		"  retry-on conn-failure\n  option forwardfor\nfrontend public\n  bind 127.0.0.1:%d ssl crt %s\n  http-request set-header X-Forwarded-Proto https\n  default_backend ba\nbackend ba\n"+
		"  balance roundrobin\n  option httpchk GET /health\n  default-server inter 500ms fall 2 rise 1\n", port, certificate)
	for n, p := range ports {
		conf += fmt.Sprintf("  server ba%d 127.0.0.1:%d check\n", n, p)
	}
	file := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(file, []byte(conf), 0o600); err != nil {
		t.Fatal(err)
	}
	log := new(transcript)
	cmd := exec.Command(path, "-db", "-f", file)
	cmd.Stdout, cmd.Stderr = log, log
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if t.Failed() {
			t.Log(log)
		}
	})
	eventually(t, 10*time.Second, "HAProxy listens", func() bool {
		c, err := net.Dial("tcp", "127.0.0.1:"+strconv.Itoa(port))
		if err != nil {
			return false
		}
		return c.Close() == nil
	})
}

// selfSigned returns a certificate of the tests with its key.
func selfSigned(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{publicHost}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(24 * time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	for kind, block := range map[string][]byte{"CERTIFICATE": der, "PRIVATE KEY": private} {
		if err := pem.Encode(&out, &pem.Block{Type: kind, Bytes: block}); err != nil {
			t.Fatal(err)
		}
	}
	return out.Bytes()
}
