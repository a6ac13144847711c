package kits_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/testenv"
	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/live"
	"github.com/ba-assistant/ba-assistant/preflight/scan"
)

const publicHost = "ba.example.com"

// A production behind each proxy of the kits, asked as preflight asks any site.
func TestASiteBehindAProxyOfTheKitsHasNoBlocker(t *testing.T) {
	t.Parallel()
	program := build(t)
	for name, front := range map[string]func(*testing.T, *machine){"nginx": frontNginx, "Caddy": frontCaddy} {
		t.Run(name, func(t *testing.T) {
			m := newMachine(t, program)
			front(t, m)
			report := m.look(t)
			for _, f := range counted(report) {
				t.Errorf("%s %s: %s %s %v", f.ID, f.Level, f.Title, f.Detail, f.Evidence)
			}
			for _, id := range []string{"AUTH-07", "TLS-01", "TLS-02", "TLS-03", "SSE-07", "HLT-05"} {
				for _, c := range report.Checks {
					if c.ID == id && c.State != preflight.StatePass {
						t.Errorf("%s is %s: %s", c.ID, c.State, c.Reason)
					}
				}
			}
		})
	}
}

// A development instance has no TLS, and that is all that is said of it.
func TestADevelopmentInstanceHasNoBlocker(t *testing.T) {
	t.Parallel()
	address := serve(t, build(t), "PORT=0", "DATA_DIR="+t.TempDir())
	report, err := scan.Run(t.Context(), scan.Options{Site: scan.Site{URL: "http://" + address, AllowPrivate: true}})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range counted(report) {
		if f.Level == preflight.Fail || !strings.HasPrefix(f.ID, "TLS-") {
			t.Errorf("%s %s: %s %s", f.ID, f.Level, f.Title, f.Detail)
		}
	}
}

// build makes the program and returns its file.
func build(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "ba")
	cmd := exec.CommandContext(t.Context(), "go", "build", "-o", file, "./cmd/ba")
	cmd.Dir = testenv.Root(t)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return file
}

// machine is a server with the program and room for a proxy.
type machine struct {
	app                string // where the program listens
	plain, tls         string // where the proxy listens
	chain, key         string // files of the certificate
	roots              *x509.CertPool
	dir                string
	plainPort, tlsPort string
}

func newMachine(t *testing.T, program string) *machine {
	t.Helper()
	m := &machine{dir: t.TempDir(), plainPort: freePort(t), tlsPort: freePort(t)}
	m.plain, m.tls = "127.0.0.1:"+m.plainPort, "127.0.0.1:"+m.tlsPort
	m.certificate(t)
	issuer := startIssuer(t)
	m.app = serve(t, program, "ENVIRONMENT=production", "PUBLIC_URL=https://"+publicHost, "LISTEN_ADDR=127.0.0.1", "PORT=0", "DATA_DIR="+t.TempDir(),
		"SECRET_KEY="+strings.Repeat("fedcba9876543210", 4), "MASTER_KEY="+strings.Repeat("0123456789abcdef", 4), "TRUSTED_PROXIES=127.0.0.1",
		"OIDC_ISSUER="+issuer, "OIDC_CLIENT_ID=ba", "OIDC_CLIENT_SECRET=fixture")
	return m
}

func freePort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return strconv.Itoa(l.Addr().(*net.TCPAddr).Port)
}

// startIssuer answers what a sign-in asks of a provider before it leads there.
func startIssuer(t *testing.T) string {
	t.Helper()
	mux := http.NewServeMux()
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	mux.HandleFunc("/.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"issuer":%q,"authorization_endpoint":%q,"token_endpoint":%q,"jwks_uri":%q,"response_types_supported":["code"],"subject_types_supported":["public"],"id_token_signing_alg_values_supported":["RS256"]}`,
			s.URL, s.URL+"/auth", s.URL+"/token", s.URL+"/keys")
	})
	mux.HandleFunc("/keys", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"keys":[]}`) })
	return s.URL
}

var listens = regexp.MustCompile(`Listens\s+on (\S+)|Open\s+http://localhost:(\d+)`)

// serve starts the program and returns where it listens.
func serve(t *testing.T, program string, vars ...string) string {
	t.Helper()
	cmd := exec.Command(program, "serve")
	cmd.Env = append(vars, "PATH="+os.Getenv("PATH"), "HOME="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	run(t, cmd)
	address := ""
	for lines := bufio.NewScanner(out); lines.Scan(); {
		if m := listens.FindStringSubmatch(lines.Text()); m != nil {
			address = m[1]
			if m[2] != "" {
				address = "127.0.0.1:" + m[2]
			}
		}
		if strings.HasPrefix(strings.TrimSpace(lines.Text()), "Started") {
			break
		}
	}
	if address == "" {
		t.Fatal("the program did not say where it listens")
	}
	return address
}

// run starts a process that the end of the test stops.
func run(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	var said strings.Builder
	cmd.Stderr = &said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM) // it may be gone
		_ = cmd.Wait()
		if t.Failed() {
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), said.String())
		}
	})
}

func (m *machine) certificate(t *testing.T) {
	t.Helper()
	sign := func(c, parent *x509.Certificate, key, by *ecdsa.PrivateKey) *x509.Certificate {
		c.NotBefore, c.NotAfter, c.BasicConstraintsValid = time.Now().Add(-time.Hour), time.Now().Add(60*24*time.Hour), true
		der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
		if err != nil {
			t.Fatal(err)
		}
		made, err := x509.ParseCertificate(der)
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	newKey := func() *ecdsa.PrivateKey {
		key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		return key
	}
	rootKey, key := newKey(), newKey()
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test Root"}, IsCA: true, KeyUsage: x509.KeyUsageCertSign}
	root := sign(template, template, rootKey, rootKey)
	leaf := sign(&x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: publicHost}, DNSNames: []string{publicHost},
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}}, root, key, rootKey)
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	m.roots = x509.NewCertPool()
	m.roots.AddCert(root)
	m.chain, m.key = m.file(t, "chain.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Raw})), m.file(t, "key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}))
}

func (m *machine) file(t *testing.T, name string, text []byte) string {
	t.Helper()
	file := filepath.Join(m.dir, name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// frontNginx starts nginx with the kit's configuration on other ports.
func frontNginx(t *testing.T, m *machine) {
	nginx := testenv.Program(t, "nginx", "/usr/sbin")
	site := strings.NewReplacer("  listen [::]:80;\n", "", "  listen [::]:443 ssl http2;\n", "", "listen 80;", "listen "+m.plain+";", "listen 443 ssl http2;", "listen "+m.tls+" ssl http2;",
		"/etc/letsencrypt/live/ba.example.com/fullchain.pem", m.chain, "/etc/letsencrypt/live/ba.example.com/privkey.pem", m.key, "127.0.0.1:8080", m.app).Replace(read(t, "deploy/nginx/ba.conf"))
	m.file(t, "ba.conf", []byte(site))
	conf := m.file(t, "nginx.conf", fmt.Appendf(nil, "daemon off;\npid %[1]s/pid;\nevents {}\nhttp {\n  access_log off;\n  client_body_temp_path %[1]s/body;\n  proxy_temp_path %[1]s/proxy;\n  fastcgi_temp_path %[1]s/f;\n  uwsgi_temp_path %[1]s/u;\n  scgi_temp_path %[1]s/s;\n  include %[1]s/ba.conf;\n}\n", m.dir))
	run(t, exec.Command(nginx, "-p", m.dir, "-c", conf, "-e", filepath.Join(m.dir, "error.log")))
	m.wait(t)
}

// frontCaddy starts Caddy with the kit's configuration on other ports and the
// test's certificate instead of one that it fetches.
func frontCaddy(t *testing.T, m *machine) {
	caddy := testenv.Program(t, "caddy")
	site := strings.NewReplacer("ba.example.com {\n", "ba.example.com {\n\ttls "+m.chain+" "+m.key+"\n", "127.0.0.1:8080", m.app).Replace(read(t, "deploy/caddy/Caddyfile"))
	conf := m.file(t, "Caddyfile", fmt.Appendf(nil, "{\n\tadmin off\n\thttp_port %s\n\thttps_port %s\n\tdefault_bind 127.0.0.1\n}\n%s", m.plainPort, m.tlsPort, site))
	cmd := exec.Command(caddy, "run", "--adapter", "caddyfile", "--config", conf)
	cmd.Env = append(os.Environ(), "HOME="+m.dir, "XDG_DATA_HOME="+m.dir, "XDG_CONFIG_HOME="+m.dir)
	run(t, cmd)
	m.wait(t)
}

func (m *machine) wait(t *testing.T) {
	t.Helper()
	end := time.Now().Add(15 * time.Second)
	for _, address := range []string{m.plain, m.tls} {
		for {
			c, err := net.Dial("tcp", address)
			if err == nil {
				_ = c.Close()
				break
			}
			if time.Now().After(end) {
				t.Fatalf("nobody listens on %s", address)
			}
			time.Sleep(50 * time.Millisecond) // a proxy tells nobody when it listens
		}
	}
}

// look asks the site under its public name and the usual ports.
func (m *machine) look(t *testing.T) *preflight.Report {
	t.Helper()
	report, err := scan.Run(t.Context(), scan.Options{Site: scan.Site{URL: "https://" + publicHost, AllowPrivate: true},
		Live: func(o *live.Options) { o.Roots = m.roots },
		Network: live.Network{
			Lookup: func(context.Context, string) ([]netip.Addr, error) {
				return []netip.Addr{netip.MustParseAddr("127.0.0.1")}, nil
			},
			Dial: func(ctx context.Context, at netip.AddrPort) (net.Conn, error) {
				to := at.String()
				switch at.Port() {
				case 80:
					to = m.plain
				case 443:
					to = m.tls
				}
				var d net.Dialer
				return d.DialContext(ctx, "tcp", to)
			},
		}})
	if err != nil {
		t.Fatal(err)
	}
	return report
}
