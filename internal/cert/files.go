package cert

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"log/slog"
	"net/http"
	"os"
	"runtime"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// lookAgain is how often the files are looked at: whoever renews them does not
// tell.
const lookAgain = 30 * time.Second

// FileOptions say where the certificate lies.
type FileOptions struct {
	Cert, Key string // paths, in PEM form; the chain with the certificate of the host first
	Host      string // which it must be for
	Reload    <-chan os.Signal
	Clock     func() time.Time
	Log       *slog.Logger
}

// Files is a certificate in files that somebody else renews. A change of the
// files, or a signal, has them read again.
type Files struct {
	keeper
	o    FileOptions
	seen [2]stamp
}

// stamp tells whether a file has changed.
type stamp struct {
	modified time.Time
	size     int64
}

// OpenFiles reads the files. Its errors name TLS_CERT or TLS_KEY and say what
// to do.
func OpenFiles(o FileOptions) (*Files, error) {
	f := &Files{keeper: keeper{clock: o.Clock, log: o.Log, state: State{Host: o.Host, From: o.Cert}}, o: o}
	f.seen = f.stamps()
	return f, f.load()
}

// TLS implements Source.
func (f *Files) TLS() *tls.Config { return listener(f.get) }

// Answer implements Source: nobody asks for anything.
func (*Files) Answer(http.ResponseWriter, *http.Request) bool { return false }

// Close implements Source.
func (*Files) Close() {}

// Run looks at the files until ctx ends. What cannot be used is told once, and
// the certificate before it stays.
func (f *Files) Run(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-f.o.Reload:
			f.reload(ctx)
		case <-tick.C:
			if f.stamps() != f.seen {
				f.reload(ctx)
			}
		}
	}
}

func (f *Files) reload(ctx context.Context) {
	f.seen = f.stamps()
	if err := f.load(); err != nil {
		f.tell(time.Time{}, ba.Explain(err))
		f.log.ErrorContext(ctx, "the new certificate cannot be used; the one before it stays", "reason", ba.Explain(err), "error", err)
		return
	}
	f.tell(time.Time{}, "")
	f.log.InfoContext(ctx, "certificate read", "ends", f.State().Ends)
}

// stamps are those of both files; the zero stamp is of one that is not there.
func (f *Files) stamps() [2]stamp {
	var out [2]stamp
	for i, path := range []string{f.o.Cert, f.o.Key} {
		if info, err := os.Stat(path); err == nil {
			out[i] = stamp{info.ModTime(), info.Size()}
		}
	}
	return out
}

func (f *Files) load() error {
	chain, err := os.ReadFile(f.o.Cert)
	if err != nil {
		return ba.Wrap(ba.Invalid, "TLS_CERT names a file that cannot be read. Check the path, and that this user may read it.", err)
	}
	key, err := os.ReadFile(f.o.Key)
	if err != nil {
		return ba.Wrap(ba.Invalid, "TLS_KEY names a file that cannot be read. Check the path, and that this user may read it.", err)
	}
	if info, err := os.Stat(f.o.Key); err == nil && info.Mode().Perm()&0o004 != 0 && runtime.GOOS != "windows" {
		f.log.Warn("everybody on this machine may read the key of the certificate; run chmod 600 on TLS_KEY")
	}
	c, err := tls.X509KeyPair(chain, key)
	if err != nil {
		return whyNoPair(chain, key, err)
	}
	if err := fits(&c, f.o.Host, f.clock()); err != nil {
		return ba.Wrap(ba.Invalid, "TLS_CERT cannot be used. "+ba.Explain(err)+" Renew it, or name the right file.", err)
	}
	f.show(&c)
	return nil
}

// whyNoPair finds out which of the files is wrong.
func whyNoPair(chain, key []byte, err error) error {
	block, _ := pem.Decode(chain)
	if block == nil || block.Type != "CERTIFICATE" {
		return ba.Wrap(ba.Invalid, "TLS_CERT holds no certificate in PEM form. It must begin with -----BEGIN CERTIFICATE-----, that of this host first.", err)
	}
	secret, _ := pem.Decode(key)
	switch {
	case secret == nil:
		return ba.Wrap(ba.Invalid, "TLS_KEY holds no private key in PEM form.", err)
	case secret.Type == "ENCRYPTED PRIVATE KEY" || secret.Headers["DEK-Info"] != "":
		return ba.Wrap(ba.Invalid, "TLS_KEY is protected by a passphrase. Write it without one: openssl pkey -in key.pem -out plain.pem", err)
	case !isKey(secret.Bytes):
		return ba.Wrap(ba.Invalid, "TLS_KEY holds no private key that can be read.", err)
	}
	return ba.Wrap(ba.Invalid, "TLS_KEY does not belong to TLS_CERT. Take both from the same directory; the certificate of this host comes first in TLS_CERT, before those of its issuers.", err)
}

func isKey(der []byte) bool {
	_, first := x509.ParsePKCS8PrivateKey(der)
	_, second := x509.ParseECPrivateKey(der)
	_, third := x509.ParsePKCS1PrivateKey(der)
	return first == nil || second == nil || third == nil
}
