package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/cert"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/httpx"
)

// front is what an instance has that speaks TLS itself: its certificate, and
// the listener of plain http. The zero front is of one behind a proxy.
type front struct {
	cert   cert.Source
	plain  net.Listener // nil: there is none
	server *http.Server // of plain
	hangup chan os.Signal
}

// listenPlain takes the address for plain http.
func (f *front) listenPlain(ctx context.Context, c *config.Config) error {
	port, wanted := c.PlainPort()
	if !c.OwnTLS() || !wanted {
		return nil
	}
	var err error
	f.plain, err = listenOn(ctx, c, port, "HTTP_PORT")
	return err
}

// openCert reads the certificate, or what is kept of those that are asked for.
func (f *front) openCert(c *config.Config, tls net.Listener, log *slog.Logger) error {
	var err error
	switch {
	case c.TLSCert != "":
		f.hangup = make(chan os.Signal, 1)
		signal.Notify(f.hangup, syscall.SIGHUP)
		f.cert, err = opened(cert.OpenFiles(cert.FileOptions{Cert: c.TLSCert, Key: c.TLSKey, Host: c.Host(), Reload: f.hangup, Clock: time.Now, Log: log}))
	case c.TLS == config.ACME:
		roots, _ := c.ACMERoots() // config.Load has read them once
		f.cert, err = opened(cert.NewACME(cert.ACMEOptions{Host: c.Host(), Email: c.ACMEEmail, Directory: c.Directory(), Roots: roots, Dir: c.CertDir(), Resolver: c.ACMEResolver,
			ListenHost: c.ListenAddr, HTTPPort: portOf(f.plain), TLSPort: portOf(tls), Clock: time.Now, Log: log}))
	}
	return err
}

// opened makes a source of what a constructor returns: nil where it failed.
func opened[S cert.Source](s S, err error) (cert.Source, error) {
	if err != nil {
		return nil, err
	}
	return s, nil
}

func portOf(l net.Listener) int {
	if l == nil {
		return 0
	}
	if tcp, ok := l.Addr().(*net.TCPAddr); ok {
		return tcp.Port
	}
	return 0
}

// serveFront gives the server its certificate, and plain http its own server.
func (a *App) serveFront() {
	if a.front.cert == nil {
		return
	}
	a.server.TLSConfig = a.front.cert.TLS()
	if a.front.plain == nil {
		return
	}
	handler := httpx.Plain(httpx.PlainOptions{Log: a.log, Public: a.services.public, TrustedProxies: trusted(a.cfg), Answer: a.front.cert.Answer,
		Ready: func() bool { return a.front.cert.State().Valid(time.Now()) }, Health: a.server.Handler, Now: time.Now})
	a.front.server = &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes, ErrorLog: a.server.ErrorLog}
}

// tasks are what runs beside the server.
func (f *front) tasks() []task {
	var all []task
	if f.cert != nil {
		all = append(all, task{"certificate", f.cert.Run})
	}
	return all
}

// accept serves plain http until the server is closed.
func (f *front) accept(context.Context) error {
	if f.server == nil {
		return nil
	}
	if err := f.server.Serve(f.plain); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve plain http: %w", err)
	}
	return nil
}

// shut ends plain http: nothing there takes long.
func (f *front) shut() error {
	if f.server == nil {
		return nil
	}
	return f.server.Close()
}

func (f *front) close() error {
	if f.hangup != nil {
		signal.Stop(f.hangup)
	}
	if f.cert != nil {
		f.cert.Close()
	}
	if f.plain == nil {
		return nil
	}
	if err := f.plain.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close the listener of plain http: %w", err)
	}
	return nil
}

// checkCertificate is the health of the certificate.
func (a *App) checkCertificate(context.Context) (string, error) {
	s := a.front.cert.State()
	switch {
	case s.Valid(time.Now()) && s.Problem != "":
		return "The certificate is valid for " + daysLeft(s.Ends) + ", but was not renewed: the log says why.", nil
	case s.Valid(time.Now()):
		return "The certificate is valid for " + daysLeft(s.Ends) + ".", nil
	case s.Ends.IsZero():
		return "There is no certificate yet. The log says what is missing, and when it is asked for again.", errors.New("no certificate")
	}
	return "The certificate has ended. The log says why it was not renewed.", errors.New("the certificate has ended")
}

func daysLeft(end time.Time) string {
	left := time.Until(end)
	if days := int(left.Hours() / 24); days > 1 {
		return strconv.Itoa(days) + " days"
	}
	return strconv.Itoa(int(left.Hours())) + " hours"
}

// certificateLine tells the operator at the start.
func (a *App) certificateLine() string {
	s := a.front.cert.State()
	switch {
	case s.Valid(time.Now()):
		return "of " + s.From + ", valid for " + daysLeft(s.Ends)
	case s.Problem != "":
		return "none. " + s.Problem + " Next try: " + s.Next.UTC().Format("2 January, 15:04 UTC")
	}
	return "none yet; it is asked for at " + s.From + ", and the log tells when it is there"
}
