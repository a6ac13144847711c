package cert

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"slices"
	"time"

	"github.com/caddyserver/certmagic"
	"github.com/mholt/acmez/v3"
	"go.uber.org/zap"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	// askAgain is how soon the DNS is looked at again: that costs nobody anything.
	askAgain = 15 * time.Second
	// longest is how long nothing is looked at; clocks jump, and machines sleep.
	longest = time.Hour
	// requestPatience is how long one request may take, with its validations.
	requestPatience = 5 * time.Minute
	// hintEvery is how often the ACME server is asked when it wants a renewal
	// (RFC 9773), unless it says itself.
	hintEvery = 6 * time.Hour
)

// ACMEOptions say for what, where and how a certificate is asked for.
type ACMEOptions struct {
	Host       string
	Email      string         // of the account; may be empty
	Directory  string         // address of the ACME server
	Roots      *x509.CertPool // which vouch for that server; nil: those of the system
	Dir        string         // where certificates and the account are kept
	Resolver   string         // DNS server that is asked whether the name leads here; empty: the system's
	ListenHost string
	HTTPPort   int // where plain http is served; 0: nowhere
	TLSPort    int
	Clock      func() time.Time
	Log        *slog.Logger
}

// ACME is a certificate that this server asks for itself.
type ACME struct {
	keeper
	o        ACMEOptions
	cache    *certmagic.Cache
	config   *certmagic.Config
	issuer   *certmagic.ACMEIssuer
	pointing pointing
	request  func(ctx context.Context, renew bool) error
	hint     func(ctx context.Context, c *tls.Certificate) (time.Time, time.Time, error)
	noted    record

	renewAt  time.Time // that the server wished for
	hintNext time.Time
	told     string // what was logged last
}

// NewACME opens the directory and reads what is there. Nothing is asked before Run.
func NewACME(o ACMEOptions) (*ACME, error) {
	a := &ACME{keeper: keeper{clock: o.Clock, log: o.Log, state: State{Host: o.Host, From: serverOf(o.Directory)}}, o: o}
	if err := os.MkdirAll(o.Dir, 0o700); err != nil {
		return nil, unwritable(o.Dir, err)
	}
	var err error
	if a.noted, err = readRecord(o.Dir, o.Host, o.Directory); err != nil {
		return nil, unwritable(o.Dir, err)
	}
	a.pointing = pointing{host: o.Host, public: o.Roots == nil, token: "ba-" + rand.Text(), lookup: lookupBy(o.Resolver), own: interfaces}
	a.pointing.visit = a.pointing.ask
	a.setUp()
	a.request, a.hint = a.ask, a.wish
	if err := a.load(context.Background()); err != nil {
		a.Close()
		return nil, err
	}
	a.tell(a.noted.Next, a.noted.Problem)
	return a, nil
}

// setUp makes the client. Its own renewals are not used: they begin anew with
// each start.
func (a *ACME) setUp() {
	quiet := zap.NewNop() // what it would log is in its errors, which we explain
	a.cache = certmagic.NewCache(certmagic.CacheOptions{Logger: quiet, GetConfigForCert: func(certmagic.Certificate) (*certmagic.Config, error) { return a.config, nil }})
	a.config = certmagic.New(a.cache, certmagic.Config{Logger: quiet, Storage: &certmagic.FileStorage{Path: a.o.Dir}, OCSP: certmagic.OCSPConfig{DisableStapling: true}})
	a.issuer = certmagic.NewACMEIssuer(a.config, certmagic.ACMEIssuer{
		CA: a.o.Directory, TestCA: a.o.Directory, Email: a.o.Email, Agreed: true, TrustedRoots: a.o.Roots, Logger: quiet,
		ListenHost: a.o.ListenHost, AltHTTPPort: a.o.HTTPPort, AltTLSALPNPort: a.o.TLSPort, DisableHTTPChallenge: a.o.HTTPPort == 0,
		CertObtainTimeout: requestPatience,
	})
	a.config.Issuers = []certmagic.Issuer{a.issuer}
}

// TLS implements Source.
func (a *ACME) TLS() *tls.Config { return listener(a.handshake, acmez.ACMETLS1Protocol) }

// handshake answers the ACME server, which names one protocol alone (RFC 8737),
// and everybody else.
func (a *ACME) handshake(hello *tls.ClientHelloInfo) (*tls.Certificate, error) {
	if slices.Equal(hello.SupportedProtos, []string{acmez.ACMETLS1Protocol}) {
		return a.config.GetCertificate(hello)
	}
	return a.get(hello)
}

// Answer implements Source.
func (a *ACME) Answer(w http.ResponseWriter, r *http.Request) bool {
	return a.pointing.answer(w, r) || a.issuer.HandleHTTPChallenge(w, r)
}

// Close implements Source.
func (a *ACME) Close() { a.cache.Stop() }

// Run asks for a certificate and renews it until ctx ends.
func (a *ACME) Run(ctx context.Context) error {
	for {
		pause := min(a.step(ctx), longest)
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(max(pause, 100*time.Millisecond)):
		}
	}
}

// step does what is due and returns when to look again.
func (a *ACME) step(ctx context.Context) time.Duration {
	now := a.clock()
	renew := a.current != nil
	if due := a.due(ctx, now); renew && due.After(now) {
		a.tell(due, "")
		return due.Sub(now)
	}
	if a.noted.Next.After(now) {
		a.report(ctx, a.noted.Problem, a.noted.Next, nil)
		return a.noted.Next.Sub(now)
	}
	remark, err := a.pointing.check(ctx)
	if err != nil {
		next := now.Add(askAgain)
		a.report(ctx, ba.Explain(err)+" No certificate is asked for until then, since failed requests count.", next, errors.Unwrap(err))
		return askAgain
	}
	if remark != "" {
		a.log.WarnContext(ctx, remark)
	}
	a.log.InfoContext(ctx, "asking for a certificate", "host", a.o.Host, "server", a.state.From, "renewal", renew)
	limited, cancel := context.WithTimeout(ctx, requestPatience)
	defer cancel()
	if err := a.request(limited, renew); err != nil {
		return a.failed(ctx, err)
	}
	return a.succeeded(ctx)
}

func (a *ACME) failed(ctx context.Context, err error) time.Duration {
	if ctx.Err() != nil {
		return 0 // the server stops; that is no failure of the request
	}
	now := a.clock()
	a.noted = a.noted.failed(now, explain(err, a.o.Host, a.o.Directory))
	if err := a.noted.write(a.o.Dir); err != nil {
		a.log.ErrorContext(ctx, "the time of the next request could not be noted", "error", err)
	}
	a.report(ctx, a.noted.Problem, a.noted.Next, err)
	return a.noted.Next.Sub(now)
}

func (a *ACME) succeeded(ctx context.Context) time.Duration {
	var err error
	if a.noted, err = a.noted.clear(a.o.Dir); err != nil {
		a.log.WarnContext(ctx, "the note of earlier failures could not be removed", "error", err)
	}
	a.renewAt, a.hintNext = time.Time{}, time.Time{}
	if err := a.load(ctx); err != nil || a.current == nil {
		return a.failed(ctx, errors.Join(errors.New("the certificate that came cannot be read"), err))
	}
	due := a.due(ctx, a.clock())
	a.tell(due, "")
	a.told = ""
	a.log.InfoContext(ctx, "certificate obtained", "host", a.o.Host, "server", a.state.From, "ends", a.current.Leaf.NotAfter, "renewal", due)
	return due.Sub(a.clock())
}

// report tells the operator what is wrong and when the next try is; the log
// has each problem once.
func (a *ACME) report(ctx context.Context, problem string, next time.Time, cause error) {
	a.tell(next, problem)
	if problem == a.told {
		return
	}
	a.told = problem
	attrs := []any{"reason", problem, "next_try", next.UTC().Format(time.RFC3339)}
	if a.current != nil {
		attrs = append(attrs, "in_use_until", a.current.Leaf.NotAfter)
	}
	if cause != nil {
		attrs = append(attrs, "error", cause)
	}
	a.log.ErrorContext(ctx, "there is no new certificate", attrs...)
}

// due returns when the certificate is to be renewed: when a third of its
// lifetime is left, or earlier where the server wishes it.
func (a *ACME) due(ctx context.Context, now time.Time) time.Time {
	if a.current == nil {
		return now
	}
	leaf := a.current.Leaf
	due := leaf.NotAfter.Add(-leaf.NotAfter.Sub(leaf.NotBefore) / 3)
	if due.After(now) && !a.hintNext.After(now) {
		at, next, err := a.hint(ctx, a.current)
		if err != nil {
			a.log.DebugContext(ctx, "the server says nothing of renewals", "error", err)
		}
		a.renewAt, a.hintNext = at, now.Add(hintEvery)
		if next.After(now) {
			a.hintNext = next
		}
	}
	if !a.renewAt.IsZero() && a.renewAt.Before(due) {
		return a.renewAt
	}
	return due
}

// wish asks the server when it wants the renewal, and when to ask that again.
func (a *ACME) wish(ctx context.Context, c *tls.Certificate) (at, next time.Time, err error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	info, err := a.issuer.GetRenewalInfo(ctx, certmagic.Certificate{Certificate: *c})
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	if info.RetryAfter != nil {
		next = *info.RetryAfter
	}
	return info.SelectedTime, next, nil
}

func (a *ACME) ask(ctx context.Context, renew bool) error {
	if renew {
		return a.config.RenewCertSync(ctx, a.o.Host, true)
	}
	return a.config.ObtainCertSync(ctx, a.o.Host)
}

// load shows the certificate on disk, if there is one for this host.
func (a *ACME) load(ctx context.Context) error {
	c, err := stored(ctx, a.o.Dir, a.issuer.IssuerKey(), a.o.Host)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return ba.Wrap(ba.Unavailable, "The certificate in "+a.o.Dir+" cannot be read. Move that directory away, and a new one is asked for.", err)
	}
	a.show(c)
	return nil
}

// stored reads a certificate and its key.
func stored(ctx context.Context, dir, issuer, host string) (*tls.Certificate, error) {
	storage := &certmagic.FileStorage{Path: dir}
	chain, err := storage.Load(ctx, certmagic.StorageKeys.SiteCert(issuer, host))
	if err != nil {
		return nil, err
	}
	key, err := storage.Load(ctx, certmagic.StorageKeys.SitePrivateKey(issuer, host))
	if err != nil {
		return nil, err
	}
	c, err := tls.X509KeyPair(chain, key)
	return &c, err
}

// Read returns the state that another process of this installation has left:
// what "ba doctor" tells. Nothing is created.
func Read(ctx context.Context, dir, host, directory string) (State, error) {
	s := State{Host: host, From: serverOf(directory)}
	r, err := readRecord(dir, host, directory)
	if err != nil {
		return s, err
	}
	s.Next, s.Problem = r.Next, r.Problem
	issuer := (&certmagic.ACMEIssuer{CA: directory}).IssuerKey()
	c, err := stored(ctx, dir, issuer, host)
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err == nil {
		s.Ends = c.Leaf.NotAfter
	}
	return s, err
}
