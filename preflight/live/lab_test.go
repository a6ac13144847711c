package live

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
)

// lab is a small internet on loopback: names with addresses of their own, and
// real servers behind the ports 80 and 443 of these addresses.
type lab struct {
	t  testing.TB
	ca *authority

	mu    sync.Mutex
	names map[string][]netip.Addr
	ports map[netip.AddrPort]string
	next  byte
}

func newLab(t testing.TB) *lab {
	t.Helper()
	return &lab{t: t, ca: sharedAuthority(), names: make(map[string][]netip.Addr), ports: make(map[netip.AddrPort]string)}
}

// address gives a name one more address and returns it.
func (l *lab) address(name string) netip.Addr {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.next++
	ip := netip.AddrFrom4([4]byte{127, 80, 0, l.next})
	l.names[name] = append(l.names[name], ip)
	return ip
}

// put lets name:port lead to a listener.
func (l *lab) put(name string, port uint16, listener string) {
	var ip netip.Addr
	l.mu.Lock()
	list := l.names[name]
	l.mu.Unlock()
	if len(list) == 0 {
		ip = l.address(name)
	} else {
		ip = list[0]
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ports[netip.AddrPortFrom(ip, port)] = listener
}

func (l *lab) network() Network {
	return Network{
		Lookup: func(_ context.Context, host string) ([]netip.Addr, error) {
			l.mu.Lock()
			defer l.mu.Unlock()
			if ips := l.names[host]; len(ips) > 0 {
				return ips, nil
			}
			return nil, &net.DNSError{Err: "no such host", Name: host, IsNotFound: true}
		},
		Dial: func(ctx context.Context, at netip.AddrPort) (net.Conn, error) {
			l.mu.Lock()
			to, ok := l.ports[at]
			l.mu.Unlock()
			if !ok {
				to = "127.0.0.1:1" // refuses
			}
			var d net.Dialer
			return d.DialContext(ctx, "tcp", to)
		},
	}
}

func (l *lab) options(site, api string) Options {
	return Options{Site: site, API: api, AllowPrivate: true, Network: l.network(), Roots: l.ca.pool(), RequestTimeout: 25 * time.Second, Total: 90 * time.Second, MaxRequests: 400}
}

func (l *lab) run(o Options) *Report {
	l.t.Helper()
	r, err := Run(context.Background(), o)
	if err != nil {
		l.t.Fatal(err)
	}
	return r
}

// worst returns the gravest outcome of an id.
func (r *Report) worst(t testing.TB, id string) Outcome {
	t.Helper()
	var found *Outcome
	for i, o := range r.Outcomes {
		if o.ID == id && (found == nil || o.State > found.State && o.State <= Fail) {
			found = &r.Outcomes[i]
		}
	}
	if found == nil {
		t.Fatalf("%s has no outcome", id)
	}
	return *found
}

func expect(t testing.TB, r *Report, id string, want State, part string) {
	t.Helper()
	o := r.worst(t, id)
	text := o.Title + " " + strings.Join(o.Evidence, " ") + " " + o.Fix
	if o.State != want || !strings.Contains(text, part) {
		t.Errorf("%s: %v: %s\n  %s\n  want %v with %q", id, o.State, o.Title, strings.Join(o.Evidence, "\n  "), want, part)
	}
}

// site serves a handler over https, and redirects from http, as name.
func (l *lab) site(name string, h http.Handler) {
	l.serveTLS(name, h, l.ca.issue(leaf{names: []string{name}}))
	l.plain(name, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "https://"+name+r.URL.RequestURI(), http.StatusMovedPermanently)
	}))
}

func (l *lab) serveTLS(name string, h http.Handler, cert tls.Certificate) {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = quiet()
	s.EnableHTTP2 = true
	s.TLS = &tls.Config{Certificates: []tls.Certificate{cert}}
	s.StartTLS()
	l.t.Cleanup(s.Close)
	l.put(name, 443, s.Listener.Addr().String())
}

func (l *lab) plain(name string, h http.Handler) {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = quiet()
	s.Start()
	l.t.Cleanup(s.Close)
	l.put(name, 80, s.Listener.Addr().String())
}

// authority is a certificate authority with an intermediate.
type authority struct {
	root, between       *x509.Certificate
	rootKey, betweenKey crypto.Signer
}

var sharedAuthority = sync.OnceValue(func() *authority {
	a := new(authority)
	a.rootKey, a.betweenKey = newKey(), newKey()
	rootTemplate := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Lab Root", Organization: []string{"Lab"}}, NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(10000 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
	a.root = signed(rootTemplate, rootTemplate, a.rootKey.Public(), a.rootKey)
	a.between = signed(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "Lab R1", Organization: []string{"Lab"}}, NotBefore: time.Now().Add(-1000 * time.Hour), NotAfter: time.Now().Add(10000 * time.Hour), IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}, a.root, a.betweenKey.Public(), a.rootKey)
	return a
})

func newKey() crypto.Signer {
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		panic(err)
	}
	return k
}

func signed(template, parent *x509.Certificate, pub any, key crypto.Signer) *x509.Certificate {
	der, err := x509.CreateCertificate(rand.Reader, template, parent, pub, key)
	if err != nil {
		panic(err)
	}
	c, err := x509.ParseCertificate(der)
	if err != nil {
		panic(err)
	}
	return c
}

func (a *authority) pool() *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(a.root)
	return p
}

// leaf describes a server certificate and its faults.
type leaf struct {
	names      []string
	from, to   time.Time
	selfSigned bool
	alone      bool // the intermediate is not sent
	weak       bool
	stranger   bool // issued by an authority that nobody knows, sent up to its root
}

func (a *authority) issue(l leaf) tls.Certificate {
	if l.from.IsZero() {
		l.from = time.Now().Add(-24 * time.Hour)
	}
	if l.to.IsZero() {
		l.to = time.Now().Add(60 * 24 * time.Hour)
	}
	key := newKey()
	if l.weak {
		k, err := rsa.GenerateKey(rand.Reader, 1024)
		if err != nil {
			panic(err)
		}
		key = k
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(time.Now().UnixNano()), Subject: pkix.Name{CommonName: l.names[0]}, DNSNames: l.names, NotBefore: l.from, NotAfter: l.to,
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, IssuingCertificateURL: []string{"http://ca.lab.test/r1.der"}}
	if l.selfSigned {
		return tls.Certificate{Certificate: [][]byte{signed(template, template, key.Public(), key).Raw}, PrivateKey: key}
	}
	if l.stranger {
		other := newKey()
		top := &x509.Certificate{SerialNumber: big.NewInt(9), Subject: pkix.Name{CommonName: "Proxy CA", Organization: []string{"Office"}}, NotBefore: l.from, NotAfter: l.to, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign}
		root := signed(top, top, other.Public(), other)
		return tls.Certificate{Certificate: [][]byte{signed(template, root, key.Public(), other).Raw, root.Raw}, PrivateKey: key}
	}
	c := signed(template, a.between, key.Public(), a.betweenKey)
	chain := [][]byte{c.Raw, a.between.Raw}
	if l.alone {
		chain = chain[:1]
	}
	return tls.Certificate{Certificate: chain, PrivateKey: key}
}

// files writes a certificate for servers that read files.
func (l *lab) files(cert tls.Certificate) (chain, key string) {
	l.t.Helper()
	dir := l.t.TempDir()
	var out strings.Builder
	for _, der := range cert.Certificate {
		out.Write(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
	}
	der, err := x509.MarshalPKCS8PrivateKey(cert.PrivateKey)
	if err != nil {
		l.t.Fatal(err)
	}
	chain, key = filepath.Join(dir, "chain.pem"), filepath.Join(dir, "key.pem")
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	write(l.t, chain, out.String())
	write(l.t, key, string(keyPEM))
	write(l.t, filepath.Join(dir, "both.pem"), out.String()+string(keyPEM))
	return chain, key
}

func write(t testing.TB, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func freePort(t testing.TB) string {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	return ln.Addr().String()
}

// start runs a server program until the test ends and waits for its port.
func (l *lab) start(wait string, program string, args ...string) {
	l.t.Helper()
	path := testenv.Program(l.t, program, "/usr/sbin", "/usr/local/sbin")
	cmd := exec.Command(path, args...)
	var log strings.Builder
	cmd.Stderr, cmd.Stdout = &syncWriter{w: &log}, io.Discard
	home := l.t.TempDir()
	cmd.Env = append(os.Environ(), "HOME="+home, "XDG_CONFIG_HOME="+home, "XDG_DATA_HOME="+home)
	if err := cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		_ = cmd.Wait() // it is killed below
		close(done)
	}()
	l.t.Cleanup(func() {
		_ = cmd.Process.Kill()
		<-done
	})
	deadline := time.Now().Add(15 * time.Second)
	for time.Now().Before(deadline) {
		conn, err := net.DialTimeout("tcp", wait, time.Second)
		if err == nil {
			conn.Close()
			return
		}
		select {
		case <-done:
			l.t.Fatalf("%s ended: %s", program, log.String())
		case <-time.After(20 * time.Millisecond):
		}
	}
	l.t.Fatalf("%s does not listen on %s", program, wait)
}

type syncWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *syncWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

// nginx serves one server block over https as name, and what http contains
// over plain http.
func (l *lab) nginx(name, https, http string) {
	l.t.Helper()
	dir := l.t.TempDir()
	chain, key := l.files(l.ca.issue(leaf{names: []string{name}}))
	secure, plain := freePort(l.t), freePort(l.t)
	conf := fmt.Sprintf(`daemon off; worker_processes 1; master_process off; pid %[1]s/pid; error_log stderr crit;
events { worker_connections 256; }
http { access_log off; client_body_temp_path %[1]s/b; proxy_temp_path %[1]s/p; fastcgi_temp_path %[1]s/f; uwsgi_temp_path %[1]s/u; scgi_temp_path %[1]s/s;
types { text/html html; application/javascript js; application/json json map; text/css css; application/wasm wasm; }
default_type application/octet-stream;
server { listen %[2]s ssl http2; server_name %[3]s; ssl_certificate %[4]s; ssl_certificate_key %[5]s;
%[6]s
}
server { listen %[7]s; server_name %[3]s;
%[8]s
} }`, dir, secure, name, chain, key, https, plain, http)
	write(l.t, filepath.Join(dir, "nginx.conf"), conf)
	l.start(secure, "nginx", "-p", dir, "-c", filepath.Join(dir, "nginx.conf"))
	l.put(name, 443, secure)
	l.put(name, 80, plain)
}

// haproxy serves one backend over https as name.
func (l *lab) haproxy(name, frontend, backend string) {
	l.t.Helper()
	chain, _ := l.files(l.ca.issue(leaf{names: []string{name}}))
	secure, plain := freePort(l.t), freePort(l.t)
	conf := fmt.Sprintf(`global
  tune.ssl.default-dh-param 2048
defaults
  mode http
  timeout connect 2s
  timeout client 20s
  timeout server 20s
frontend f
  bind %s ssl crt %s alpn h2,http/1.1
  bind %s
%s
  default_backend b
backend b
%s
`, secure, filepath.Join(filepath.Dir(chain), "both.pem"), plain, frontend, backend)
	file := filepath.Join(l.t.TempDir(), "haproxy.cfg")
	write(l.t, file, conf)
	l.start(secure, "haproxy", "-db", "-f", file)
	l.put(name, 443, secure)
	l.put(name, 80, plain)
}

// caddy serves directives over https as name.
func (l *lab) caddy(name, directives, plainDirectives string) {
	l.t.Helper()
	chain, key := l.files(l.ca.issue(leaf{names: []string{name}}))
	_, secure, _ := net.SplitHostPort(freePort(l.t))
	_, plain, _ := net.SplitHostPort(freePort(l.t))
	conf := fmt.Sprintf("{\n admin off\n auto_https off\n}\nhttps://%s:%s {\n bind 127.0.0.1\n tls %s %s\n%s\n}\nhttp://%s:%s {\n bind 127.0.0.1\n%s\n}\n", name, secure, chain, key, directives, name, plain, plainDirectives)
	dir := l.t.TempDir()
	file := filepath.Join(dir, "Caddyfile")
	write(l.t, file, conf)
	l.start("127.0.0.1:"+secure, "caddy", "run", "--config", file, "--adapter", "caddyfile")
	l.put(name, 443, "127.0.0.1:"+secure)
	l.put(name, 80, "127.0.0.1:"+plain)
}

// backend is a plain server for proxies to stand before; it returns host:port.
func (l *lab) backend(h http.Handler) string {
	s := httptest.NewUnstartedServer(h)
	s.Config.ErrorLog = quiet()
	s.Start()
	l.t.Cleanup(s.Close)
	return s.Listener.Addr().String()
}
