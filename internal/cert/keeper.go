package cert

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Source is where the certificate of this server comes from.
type Source interface {
	// TLS returns the configuration of the listener: TLS 1.2 and newer.
	TLS() *tls.Config
	// Run renews until ctx ends.
	Run(ctx context.Context) error
	// State returns what there is to tell.
	State() State
	// Answer answers what an ACME server asks over plain http, and returns
	// false for everything else.
	Answer(w http.ResponseWriter, r *http.Request) bool
	// Close frees what was opened.
	Close()
}

// State is what there is to tell of a certificate.
type State struct {
	Host    string
	From    string    // the file, or the ACME server by its host
	Ends    time.Time // zero: there is no certificate
	Next    time.Time // when it is renewed or asked for again; zero: somebody else renews it
	Problem string    // sentences, or empty
}

// Valid reports whether there is a certificate that browsers take at a time.
func (s State) Valid(now time.Time) bool { return s.Ends.After(now) }

// keeper holds the certificate that handshakes get.
type keeper struct {
	clock func() time.Time
	log   *slog.Logger

	mu      sync.Mutex
	current *tls.Certificate
	state   State
}

// State implements Source.
func (k *keeper) State() State {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.state
}

// show hands the certificate to all handshakes from now on. It must have its
// leaf parsed, as those of tls.X509KeyPair have.
func (k *keeper) show(c *tls.Certificate) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.current, k.state.Ends = c, c.Leaf.NotAfter
}

func (k *keeper) tell(next time.Time, problem string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.state.Next, k.state.Problem = next, problem
}

var errNone = errors.New("there is no certificate yet")

func (k *keeper) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.current == nil {
		return nil, errNone
	}
	return k.current, nil
}

func listener(get func(*tls.ClientHelloInfo) (*tls.Certificate, error), more ...string) *tls.Config {
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: get, NextProtos: append([]string{"h2", "http/1.1"}, more...)}
}

// fits returns nil where a certificate is for the host and valid at a time,
// and an error that says what is wrong with what else.
func fits(c *tls.Certificate, host string, now time.Time) error {
	day := func(t time.Time) string { return t.UTC().Format("2 January 2006, 15:04 UTC") }
	switch {
	case now.After(c.Leaf.NotAfter):
		return ba.E(ba.Invalid, "The certificate ended on "+day(c.Leaf.NotAfter)+".")
	case now.Before(c.Leaf.NotBefore):
		return ba.E(ba.Invalid, "The certificate begins only on "+day(c.Leaf.NotBefore)+". Check the clock of this machine.")
	}
	if err := c.Leaf.VerifyHostname(host); err != nil {
		return ba.Wrap(ba.Invalid, "The certificate is not for "+host+", the name in PUBLIC_URL.", err)
	}
	return nil
}
