package e2e

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"
)

// pebble is an ACME server with a DNS of its own, as Let's Encrypt has them
// for tests. Both are tools of this module.
type pebble struct {
	directory, root string // of the ACME server, and the file that vouches for it
	dns, dnsControl string
	said            *transcript
	issuer          *x509.CertPool // what vouches for its certificates
	plain, tls      string         // the ports where it looks for whoever asks
}

var pebbleTools = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ba-pebble-*")
	if err != nil {
		return "", err
	}
	const at = "github.com/letsencrypt/pebble/v2/cmd/"
	out, err := exec.Command("go", "build", "-o", dir+"/", at+"pebble", at+"pebble-challtestsrv").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("build the ACME server: %w\n%s", err, out)
	}
	return dir, nil
})

// startPebble starts both; its certificates last for so many seconds.
func startPebble(t *testing.T, validity int) *pebble {
	t.Helper()
	tools, err := pebbleTools()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	ports := freePorts(t, 6)
	p := &pebble{plain: ports[0], tls: ports[1], dns: "127.0.0.1:" + ports[2], dnsControl: "http://127.0.0.1:" + ports[3],
		directory: "https://127.0.0.1:" + ports[4] + "/dir", said: new(transcript)}
	chain, key := makeCertificate(t, dir, certificate{name: "pebble", ip: "127.0.0.1"})
	p.root = chain
	conf, err := json.Marshal(map[string]any{"pebble": map[string]any{
		"listenAddress": "127.0.0.1:" + ports[4], "managementListenAddress": "127.0.0.1:" + ports[5], "certificate": chain, "privateKey": key,
		"httpPort": number(t, p.plain), "tlsPort": number(t, p.tls), "retryAfter": map[string]int{"authz": 1, "order": 1}, "keyAlgorithm": "ecdsa",
		"profiles": map[string]any{"default": map[string]any{"description": "of the tests", "validityPeriod": validity}}}})
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "pebble.json")
	if err := os.WriteFile(file, conf, 0o600); err != nil {
		t.Fatal(err)
	}
	background(t, new(transcript), exec.Command(filepath.Join(tools, "pebble-challtestsrv"), "-dnsserver", p.dns, "-management", "127.0.0.1:"+ports[3],
		"-http01", "", "-https01", "", "-tlsalpn01", "", "-doh", "", "-defaultIPv4", "", "-defaultIPv6", ""))
	server := exec.Command(filepath.Join(tools, "pebble"), "-config", file, "-dnsserver", p.dns)
	server.Env = append(os.Environ(), "PEBBLE_VA_NOSLEEP=1", "PEBBLE_AUTHZREUSE=0")
	background(t, p.said, server)
	p.issuer = x509.NewCertPool()
	eventually(t, 15*time.Second, "the ACME server answers", func() bool { return p.readRoot("https://127.0.0.1:" + ports[5] + "/roots/0") })
	eventually(t, 15*time.Second, "its DNS answers", func() bool { return p.post("/clear-a", `{"host":"nobody.example.com."}`) == nil })
	return p
}

func (p *pebble) readRoot(address string) bool {
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, Timeout: 5 * time.Second} //nolint:gosec // the test's own certificate
	res, err := client.Get(address)
	if err != nil {
		return false
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return err == nil && p.issuer.AppendCertsFromPEM(text)
}

func (p *pebble) post(path, body string) error {
	res, err := http.Post(p.dnsControl+path, "application/json", strings.NewReader(body))
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", path, res.Status)
	}
	return nil
}

// point lets the public name lead to an address.
func (p *pebble) point(t *testing.T, to string) {
	t.Helper()
	if err := p.post("/add-a", `{"host":"`+publicHost+`.","addresses":["`+to+`"]}`); err != nil {
		t.Fatal(err)
	}
}

// orders is how many certificates were asked for.
func (p *pebble) orders() int { return strings.Count(p.said.String(), "POST /order-plz") }

// variables are those of a server that asks p for its certificate.
func (p *pebble) variables(t *testing.T) []string {
	return with(whole(t.TempDir()), []string{"TLS=acme", "ACME_DIRECTORY=" + p.directory, "ACME_CA_ROOT=" + p.root, "ACME_RESOLVER=" + p.dns, "ACME_EMAIL=operator@example.com",
		"PORT=" + p.tls, "HTTP_PORT=" + p.plain, "TRUSTED_PROXIES="})
}

// shown returns the certificate that a port shows for the public name, verified.
func (p *pebble) shown(port string) (*x509.Certificate, error) {
	d := tls.Dialer{Config: &tls.Config{ServerName: publicHost, RootCAs: p.issuer}}
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	c, err := d.DialContext(ctx, "tcp", "127.0.0.1:"+port)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return c.(*tls.Conn).ConnectionState().PeerCertificates[0], nil
}

// visitor returns a client whose requests for the public name come to the server.
func (p *pebble) visitor() *http.Client {
	return &http.Client{Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: p.issuer}, DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
			to := p.tls
			if strings.HasSuffix(addr, ":80") {
				to = p.plain
			}
			var d net.Dialer
			return d.DialContext(ctx, network, "127.0.0.1:"+to)
		}}}
}

func TestACertificateIsObtainedAndRenewed(t *testing.T) {
	t.Parallel()
	p := startPebble(t, 15) // seconds: it is renewed after ten
	p.point(t, "127.0.0.1")
	s := start(t, p.variables(t)...)
	var first *x509.Certificate
	eventually(t, 20*time.Second, "there is a certificate", func() (ok bool) { first, _ = p.shown(p.tls); return first != nil })
	plainAndSecure(t, p.visitor())
	onlyOwnersRead(t, s.dir, filepath.Join(s.env[len(whole(""))-1][len("DATA_DIR="):], "certs"))
	if c, err := tls.Dial("tcp", "127.0.0.1:"+p.tls, &tls.Config{ServerName: publicHost, RootCAs: p.issuer, MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11}); err == nil { //nolint:gosec // this is what must fail
		c.Close()
		t.Error("it speaks TLS 1.1")
	}
	eventually(t, 25*time.Second, "it is renewed", func() bool {
		c, err := p.shown(p.tls)
		return err == nil && c.SerialNumber.Cmp(first.SerialNumber) != 0
	})
	if code, said := refusal(t, []string{"health"}, "TLS=acme", "HTTP_PORT="+p.plain, "PORT="+p.tls); code != 0 || !strings.Contains(said, "ready") {
		t.Errorf("ba health: %d %s", code, said)
	}
}

// plainAndSecure holds what plain http and https answer.
func plainAndSecure(t *testing.T, client *http.Client) {
	t.Helper()
	for _, c := range []struct {
		method, url, token string
		status             int
		to                 string
	}{
		{"GET", "http://" + publicHost + "/projects?q=a", "", 301, "https://" + publicHost + "/projects?q=a"},
		{"HEAD", "http://" + publicHost + "//other.example.com/", "", 301, "https://" + publicHost + "//other.example.com/"},
		{"POST", "http://" + publicHost + "/login", "", 403, ""},
		{"GET", "http://" + publicHost + "/api/me", "Bearer bas_of_the_tests", 403, ""},
		{"GET", "http://" + publicHost + "/health", "", 200, ""},
		{"GET", "http://" + publicHost + "/.well-known/acme-challenge/none", "", 301, "https://" + publicHost + "/.well-known/acme-challenge/none"},
		{"GET", "https://" + publicHost + "/login", "", 200, ""},
	} {
		r, err := http.NewRequestWithContext(t.Context(), c.method, c.url, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.token != "" {
			r.Header.Set("Authorization", c.token)
		}
		res, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s %s: %v", c.method, c.url, err)
		}
		res.Body.Close()
		if res.StatusCode != c.status || res.Header.Get("Location") != c.to {
			t.Errorf("%s %s: %d to %q", c.method, c.url, res.StatusCode, res.Header.Get("Location"))
		}
		secure := strings.HasPrefix(c.url, "https:")
		if got := res.Header.Get("Strict-Transport-Security"); secure != (got != "") && !strings.HasSuffix(c.url, "/health") {
			t.Errorf("%s: HSTS is %q", c.url, got)
		}
		if secure && res.ProtoMajor != 2 {
			t.Errorf("https speaks %s", res.Proto)
		}
	}
	res, err := client.Get("https://" + publicHost + "/auth/oidc/login")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	for _, c := range res.Cookies() {
		if !strings.HasPrefix(c.Name, "__Host-") || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" {
			t.Errorf("the cookie %s is for more than this host over https: %+v", c.Name, c)
		}
	}
}

// onlyOwnersRead fails where somebody else may read what is below a directory.
func onlyOwnersRead(t *testing.T, _, dir string) {
	t.Helper()
	keys := 0
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is %s", path, info.Mode())
		}
		if strings.HasSuffix(path, ".key") {
			keys++
		}
		return err
	})
	if err != nil || keys == 0 {
		t.Errorf("%d keys: %v", keys, err)
	}
}

func TestWithoutPlainHTTPTheHandshakeProvesTheName(t *testing.T) {
	t.Parallel()
	p := startPebble(t, 3600)
	p.point(t, "127.0.0.1")
	s := start(t, append(p.variables(t), "HTTP_PORT=off")...)
	eventually(t, 20*time.Second, "there is a certificate", func() bool { c, _ := p.shown(p.tls); return c != nil })
	asked := p.orders()
	s.restart(t)
	first, err := p.shown(p.tls)
	if err != nil || p.orders() != asked || asked != 1 {
		t.Errorf("after a restart: %v %v; asked %d times, before %d", first, err, p.orders(), asked)
	}
	if code, said := refusal(t, []string{"health"}, s.env...); code != 0 || !strings.Contains(said, "ready") {
		t.Errorf("ba health: %d %s", code, said)
	}
}

func TestNoCertificateIsAskedForBeforeTheNameLeadsHere(t *testing.T) {
	t.Parallel()
	p := startPebble(t, 3600)
	s := start(t, p.variables(t)...)
	eventually(t, 15*time.Second, "it says what to set", func() bool {
		return strings.Contains(s.stderr.String(), "The DNS did not answer for "+publicHost) // the one of the tests knows no empty answer
	})
	res, err := p.visitor().Get("http://" + publicHost + "/")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if text, _ := io.ReadAll(res.Body); res.StatusCode != http.StatusServiceUnavailable || !strings.Contains(string(text), "no certificate yet") {
		t.Errorf("plain http: %d %s", res.StatusCode, text)
	}
	if p.orders() != 0 {
		t.Error("a certificate was asked for")
	}
	p.point(t, "127.0.0.1")
	eventually(t, 30*time.Second, "it comes by itself once the DNS is right", func() bool { c, _ := p.shown(p.tls); return c != nil })
}

func TestAfterAFailureTheNextRequestComesLaterAlsoAfterARestart(t *testing.T) {
	t.Parallel()
	p := startPebble(t, 3600)
	p.point(t, "127.0.0.1")
	vars := p.variables(t)
	other := freePorts(t, 2) // where the ACME server does not look
	s := start(t, append(vars, "PORT="+other[0], "HTTP_PORT="+other[1])...)
	eventually(t, 30*time.Second, "it says what failed", func() bool { return strings.Contains(s.stderr.String(), "open ports 80 and 443 to everybody") })
	if !strings.Contains(s.stderr.String(), "next_try") {
		t.Errorf("it does not say when it asks again:\n%s", s.stderr)
	}
	asked := p.orders()
	for range 3 {
		s.restart(t)
		if !strings.Contains(s.stdout.String(), "Next try:") {
			t.Errorf("the start does not say when it asks again:\n%s", s.stdout)
		}
		eventually(t, 10*time.Second, "it knows of the failure", func() bool { return strings.Contains(s.stderr.String(), "next_try") })
	}
	if p.orders() != asked || asked == 0 {
		t.Errorf("three restarts asked %d times more", p.orders()-asked)
	}
	if code, said := refusal(t, []string{"doctor"}, s.env...); code == 0 || !strings.Contains(said, "Next try") {
		t.Errorf("ba doctor: %d %s", code, said)
	}
}

// background runs a program until the test ends.
func background(t *testing.T, said *transcript, cmd *exec.Cmd) {
	t.Helper()
	cmd.Stdout, cmd.Stderr = said, said
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may be gone
		_ = cmd.Wait()
		if t.Failed() {
			lines := bytes.Split([]byte(said.String()), []byte("\n"))
			t.Logf("%s said:\n%s", filepath.Base(cmd.Path), bytes.Join(lines[max(0, len(lines)-40):], []byte("\n")))
		}
	})
}

// freePorts returns ports that nobody listens on, each another.
func freePorts(t *testing.T, n int) []string {
	t.Helper()
	var out []string
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // all at once, so that none comes twice
		out = append(out, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return out
}

func number(t *testing.T, text string) int {
	t.Helper()
	n, err := strconv.Atoi(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}
