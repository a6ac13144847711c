package cert

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"log/slog"
	"math/big"
	"net"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3/acme"

	"github.com/ba-assistant/ba-assistant/ba"
)

const host = "ba.example.com"

// pemPair makes a certificate with its key, valid for the host and a time.
func pemPair(t *testing.T, name string, begins, ends time.Time) (chain, key []byte) {
	t.Helper()
	secret, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{SerialNumber: big.NewInt(ends.Unix()), DNSNames: []string{name}, NotBefore: begins, NotAfter: ends}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &secret.PublicKey, secret)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(secret)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private})
}

func write(t *testing.T, path string, text []byte) {
	t.Helper()
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestFilesThatCannotBeUsedAreRefusedWithWhatToDo(t *testing.T) {
	now := time.Now()
	good, goodKey := pemPair(t, host, now.Add(-time.Hour), now.Add(time.Hour))
	_, otherKey := pemPair(t, host, now.Add(-time.Hour), now.Add(time.Hour))
	old, oldKey := pemPair(t, host, now.Add(-2*time.Hour), now.Add(-time.Hour))
	early, earlyKey := pemPair(t, host, now.Add(time.Hour), now.Add(2*time.Hour))
	foreign, foreignKey := pemPair(t, "www.example.com", now.Add(-time.Hour), now.Add(time.Hour))
	for name, c := range map[string]struct {
		chain, key []byte
		says       string
	}{
		"a good pair":           {good, goodKey, ""},
		"another key":           {good, otherKey, "TLS_KEY does not belong to TLS_CERT"},
		"the files exchanged":   {goodKey, good, "TLS_CERT holds no certificate"},
		"no key":                {good, []byte("key"), "TLS_KEY holds no private key"},
		"a key with passphrase": {good, pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: []byte("x")}), "openssl pkey"},
		"a broken key":          {good, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: []byte("x")}), "that can be read"},
		"one that has ended":    {old, oldKey, "The certificate ended on"},
		"one that is too new":   {early, earlyKey, "begins only on"},
		"one for another name":  {foreign, foreignKey, "not for ba.example.com"},
		"one that is not there": {nil, goodKey, "TLS_CERT names a file that cannot be read"},
	} {
		dir := t.TempDir()
		o := FileOptions{Cert: filepath.Join(dir, "c"), Key: filepath.Join(dir, "k"), Host: host, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
		if c.chain != nil {
			write(t, o.Cert, c.chain)
		}
		write(t, o.Key, c.key)
		_, err := OpenFiles(o)
		if c.says == "" && err != nil || c.says != "" && !strings.Contains(ba.Explain(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANewFileIsTakenAndABadOneIsNot(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	o := FileOptions{Cert: filepath.Join(dir, "c"), Key: filepath.Join(dir, "k"), Host: host, Clock: time.Now, Log: slog.New(slog.DiscardHandler)}
	put := func(ends time.Time) {
		chain, key := pemPair(t, host, now.Add(-time.Hour), ends)
		write(t, o.Cert, chain)
		write(t, o.Key, key)
	}
	put(now.Add(time.Hour))
	f, err := OpenFiles(o)
	if err != nil {
		t.Fatal(err)
	}
	put(now.Add(3 * time.Hour))
	if f.stamps() == f.seen {
		t.Error("a change of the files is not seen")
	}
	f.reload(t.Context())
	ends := f.State().Ends
	if left := ends.Sub(now); left < 2*time.Hour {
		t.Errorf("the new certificate is not shown: %s left", left)
	}
	write(t, o.Key, []byte("cut off"))
	f.reload(t.Context())
	if s := f.State(); s.Ends != ends || !strings.Contains(s.Problem, "TLS_KEY") {
		t.Errorf("after a bad file: %+v", s)
	}
	if c, err := f.get(nil); err != nil || c.Leaf.NotAfter != ends {
		t.Errorf("a handshake gets %v", err)
	}
}

func TestWhetherANameLeadsHereIsJudgedFromItsAddresses(t *testing.T) {
	public, second, inner := netip.MustParseAddr("203.0.113.7"), netip.MustParseAddr("2001:db8::7"), netip.MustParseAddr("10.0.0.5")
	missing := &net.DNSError{Name: host, IsNotFound: true}
	for name, c := range map[string]struct {
		leads  []netip.Addr
		err    error
		own    []netip.Addr
		answer visit
		public bool
		remark string
		says   string
	}{
		"to this machine":                       {leads: []netip.Addr{public}, own: []netip.Addr{inner, public}, public: true},
		"nowhere":                               {err: missing, own: []netip.Addr{public}, public: true, says: "no address in the DNS"},
		"a DNS that fails":                      {err: errors.New("timeout"), own: []netip.Addr{public}, says: "ACME_RESOLVER"},
		"to another machine":                    {leads: []netip.Addr{netip.MustParseAddr("198.51.100.1")}, own: []netip.Addr{public}, public: true, says: "which is no address of this machine"},
		"through a load balancer":               {leads: []netip.Addr{netip.MustParseAddr("198.51.100.1")}, own: []netip.Addr{public}, answer: here, public: true},
		"to another server":                     {leads: []netip.Addr{netip.MustParseAddr("198.51.100.1")}, own: []netip.Addr{inner}, answer: elsewhere, public: true, says: "another server answers"},
		"partly elsewhere, by a forgotten AAAA": {leads: []netip.Addr{public, second}, own: []netip.Addr{public}, public: true, says: "2001:db8::7"},
		"through a router":                      {leads: []netip.Addr{public}, own: []netip.Addr{inner}, answer: here, public: true},
		"through a router that leads not back":  {leads: []netip.Addr{public}, own: []netip.Addr{inner}, public: true, remark: "cannot be judged"},
		"to a private address":                  {leads: []netip.Addr{inner}, own: []netip.Addr{inner}, public: true, says: "private"},
		"to a private address, with an own CA":  {leads: []netip.Addr{inner}, own: []netip.Addr{inner}},
	} {
		p := pointing{host: host, public: c.public,
			lookup: func(context.Context, string) ([]netip.Addr, error) { return c.leads, c.err },
			own:    func() ([]netip.Addr, error) { return c.own, nil },
			visit:  func(context.Context, netip.Addr) visit { return c.answer }}
		remark, err := p.check(t.Context())
		if c.says == "" && err != nil || c.says != "" && !strings.Contains(ba.Explain(err), c.says) {
			t.Errorf("%s: %v", name, err)
		}
		if c.remark == "" && remark != "" || !strings.Contains(remark, c.remark) {
			t.Errorf("%s: remark %q", name, remark)
		}
	}
}

func TestTheServerKnowsItsOwnToken(t *testing.T) {
	p := pointing{token: "ba-x"}
	for path, want := range map[string]bool{challengePath + "ba-x": true, challengePath + "other": false, "/": false} {
		w := httptest.NewRecorder()
		if got := p.answer(w, httptest.NewRequest("GET", path, nil)); got != want || got && w.Body.String() != "ba-x" {
			t.Errorf("%s: %v %q", path, got, w.Body)
		}
	}
}

// office is an ACME client whose requests and clock the test makes.
type office struct {
	*ACME
	now   time.Time
	asked int
	fails error
	lasts time.Duration
	log   bytes.Buffer
}

func newOffice(t *testing.T, dir string, now time.Time) *office {
	t.Helper()
	o := &office{now: now, lasts: 90 * 24 * time.Hour}
	a, err := NewACME(ACMEOptions{Host: host, Directory: "https://acme.example.com/dir", Dir: dir, Clock: func() time.Time { return o.now }, Log: slog.New(slog.NewTextHandler(&o.log, nil))})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(a.Close)
	o.ACME = a
	a.pointing.lookup = func(context.Context, string) ([]netip.Addr, error) {
		return []netip.Addr{netip.MustParseAddr("203.0.113.7")}, nil
	}
	a.pointing.own = func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("203.0.113.7")}, nil }
	a.hint = func(context.Context, *tls.Certificate) (time.Time, time.Time, error) {
		return time.Time{}, time.Time{}, errors.New("not offered")
	}
	a.request = func(ctx context.Context, _ bool) error {
		o.asked++
		if o.fails != nil {
			return o.fails
		}
		chain, key := pemPair(t, host, o.now, o.now.Add(o.lasts))
		issuer := a.issuer.IssuerKey()
		return errors.Join(a.config.Storage.Store(ctx, certmagic.StorageKeys.SiteCert(issuer, host), chain), a.config.Storage.Store(ctx, certmagic.StorageKeys.SitePrivateKey(issuer, host), key))
	}
	return o
}

// pass lets time go by in steps, as Run does.
func (o *office) pass(ctx context.Context, d time.Duration) {
	for end := o.now.Add(d); o.now.Before(end); {
		o.now = o.now.Add(min(max(o.step(ctx), time.Second), longest))
	}
}

func TestACertificateIsRenewedWhenAThirdOfItsLifeIsLeft(t *testing.T) {
	begin := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	o := newOffice(t, t.TempDir(), begin)
	o.pass(t.Context(), 59*24*time.Hour)
	if o.asked != 1 || !o.State().Valid(o.now) {
		t.Errorf("asked %d times in 59 days: %+v", o.asked, o.State())
	}
	o.pass(t.Context(), 3*24*time.Hour)
	if o.asked != 2 || o.State().Ends.Before(begin.Add(140*24*time.Hour)) {
		t.Errorf("asked %d times in 62 days: %+v", o.asked, o.State())
	}
	o.lasts = 160 * time.Hour // as short-lived ones of Let's Encrypt
	o.pass(t.Context(), 60*24*time.Hour)
	before := o.asked
	o.pass(t.Context(), 20*24*time.Hour)
	if n := o.asked - before; n < 4 || n > 5 {
		t.Errorf("short-lived certificates were renewed %d times in 20 days", n)
	}
	if !o.State().Valid(o.now) {
		t.Error("a certificate has ended")
	}
}

func TestTheServersWishForAnEarlierRenewalIsFollowed(t *testing.T) {
	o := newOffice(t, t.TempDir(), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	wish := o.now.Add(5 * 24 * time.Hour)
	o.hint = func(context.Context, *tls.Certificate) (time.Time, time.Time, error) { return wish, time.Time{}, nil }
	o.pass(t.Context(), 4*24*time.Hour)
	asked := o.asked
	wishes := 0
	o.hint = func(context.Context, *tls.Certificate) (time.Time, time.Time, error) {
		wishes++
		return time.Time{}, time.Time{}, nil
	}
	o.renewAt, o.hintNext = wish, wish.Add(hintEvery)
	o.pass(t.Context(), 2*24*time.Hour)
	if asked != 1 || o.asked != 2 {
		t.Errorf("asked %d times before the wish and %d after", asked, o.asked-asked)
	}
	if wishes > 10 {
		t.Errorf("the server was asked for its wish %d times in two days", wishes)
	}
}

func TestFailuresAreFarApartAndSurviveARestart(t *testing.T) {
	dir, begin := t.TempDir(), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	o := newOffice(t, dir, begin)
	o.fails = acme.Problem{Type: acme.ProblemTypeNamespace + "connection", Detail: "Timeout during connect"}
	o.pass(t.Context(), time.Hour)
	if o.asked > 5 {
		t.Errorf("%d requests in the first hour; Let's Encrypt allows five to fail", o.asked)
	}
	o.pass(t.Context(), 23*time.Hour)
	if o.asked > 10 {
		t.Errorf("%d requests in the first day", o.asked)
	}
	for range 20 {
		again := newOffice(t, dir, o.now)
		again.fails = o.fails
		again.step(t.Context())
		if again.asked != 0 || !strings.Contains(again.State().Problem, "open ports 80 and 443") || !again.State().Next.After(o.now) {
			t.Fatalf("a restart asked %d times: %+v", again.asked, again.State())
		}
	}
	if n := strings.Count(o.log.String(), "there is no new certificate"); n != 1 {
		t.Errorf("the log tells the same %d times", n)
	}
	other, err := readRecord(dir, "new.example.com", "https://acme.example.com/dir")
	if err != nil || other.Failures != 0 {
		t.Errorf("another name has the failures of the first: %+v %v", other, err)
	}
	o.fails = nil
	o.pass(t.Context(), 13*time.Hour)
	if s := o.State(); !s.Valid(o.now) || s.Problem != "" {
		t.Errorf("once the cause is gone: %+v", s)
	}
	if _, err := os.Stat(filepath.Join(dir, recordFile)); !os.IsNotExist(err) {
		t.Error("the failures are still noted")
	}
	left, err := Read(t.Context(), dir, host, "https://acme.example.com/dir")
	if err != nil || !left.Valid(o.now) {
		t.Errorf("another process reads %+v %v", left, err)
	}
}

func TestALimitIsRespectedUntilTheTimeThatTheServerNames(t *testing.T) {
	now := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	said := "too many certificates (5) already issued for this exact set of identifiers in the last 168h0m0s, retry after 2027-01-02 10:00:00 UTC: see the documentation"
	f := explain(acme.Problem{Type: acme.ProblemTypeNamespace + "rateLimited", Detail: said}, host, "https://acme.example.com/dir")
	if r := (record{}).failed(now, f); !r.Next.Equal(time.Date(2027, 1, 2, 10, 0, 0, 0, time.UTC)) || !strings.Contains(r.Problem, "Nothing but waiting helps") {
		t.Errorf("%+v", r)
	}
	f = explain(acme.Problem{Type: acme.ProblemTypeNamespace + "rateLimited"}, host, "x")
	if r := (record{}).failed(now, f); r.Next.Before(now.Add(limitPause)) {
		t.Errorf("%+v", r)
	}
}

func TestACertificateIsNotAskedForWhileTheNameLeadsElsewhere(t *testing.T) {
	o := newOffice(t, t.TempDir(), time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC))
	o.pointing.own = func() ([]netip.Addr, error) { return []netip.Addr{netip.MustParseAddr("198.51.100.9")}, nil }
	o.pointing.visit = func(context.Context, netip.Addr) visit { return silent }
	o.pass(t.Context(), time.Hour)
	if o.asked != 0 || !strings.Contains(o.State().Problem, "203.0.113.7") || !strings.Contains(o.State().Problem, "198.51.100.9") {
		t.Errorf("asked %d times: %s", o.asked, o.State().Problem)
	}
}

func TestWhatAnACMEServerRefusesIsExplained(t *testing.T) {
	for kind, says := range map[string]string{
		"unauthorized": "did not find this server", "dns": "A and AAAA", "caa": "CAA", "rejectedIdentifier": "PUBLIC_URL", "invalidContact": "ACME_EMAIL",
		"externalAccountRequired": "ACME_DIRECTORY", "serverInternal": "gave no certificate",
	} {
		f := explain(errors.Join(errors.New("obtain"), acme.Problem{Type: acme.ProblemTypeNamespace + kind, Detail: "the detail"}), host, "https://acme.example.com/dir")
		if !strings.Contains(f.sentence, says) || !strings.Contains(f.sentence, "acme.example.com says: the detail") || f.limited {
			t.Errorf("%s: %+v", kind, f)
		}
	}
	if f := explain(errors.New("connection refused"), host, "https://acme.example.com/dir"); !strings.Contains(f.sentence, "ACME_CA_ROOT") {
		t.Errorf("%+v", f)
	}
}
