package doctor

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/cert"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/volume"
)

// Facts are what the checks look at.
type Facts struct {
	Config   *config.Config // nil where it has problems
	Problems config.Problems

	Dir    string // of the SQLite database; empty with PostgreSQL
	Volume volume.Finding
	Free   uint64 // bytes; 0 where it is not known
	Unfit  string // why the data directory takes no file, or empty

	MasterFile     string      // that MASTER_KEY came from, or empty
	MasterMode     fs.FileMode // of that file
	MasterModified time.Time

	Certificate func(ctx context.Context) (cert.State, error) // that the program itself has, where it has one

	Ask     func(ctx context.Context) (Health, error) // the running instance
	Redis   func(ctx context.Context, c *config.Config) error
	Keys    func(ctx context.Context, c *config.Config) error // asks the key service; nil: it is not asked
	Backups func(ctx context.Context, c *config.Config) (Backups, error)
	Client  *http.Client // for the public address; it follows no redirect
	Now     time.Time
}

// Health is what an instance says of itself.
type Health struct {
	Ready   bool
	Failing []string          // its checks that fail, as sentences
	Details map[string]string // what it says of each check, by name
}

// Say keeps what one check of the instance says.
func (h *Health) Say(name string, ok bool, detail string) {
	if h.Details == nil {
		h.Details = make(map[string]string)
	}
	h.Details[name] = detail
	if !ok {
		h.Failing = append(h.Failing, detail)
	}
}

// patience is how long one question to the network may take.
const patience = 5 * time.Second

// Gather looks at the configuration that environ makes, and at its disk. It
// creates nothing: a data directory that is not there yet is a fact too.
func Gather(environ []string, ask func(context.Context) (Health, error)) (*Facts, error) {
	f := &Facts{Ask: ask, Redis: askRedis, Backups: lookForBackups, Now: time.Now(), Client: &http.Client{Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	c, err := config.Load(environ)
	if problems, ok := err.(config.Problems); ok { //nolint:errorlint // Load returns it unwrapped
		f.Problems = problems
		return f, nil
	}
	if err != nil {
		return nil, err
	}
	return f, f.look(c)
}

// Of returns the facts of a running instance.
func Of(c *config.Config, ask func(context.Context) (Health, error)) (*Facts, error) {
	f := &Facts{Ask: ask, Redis: askRedis, Backups: lookForBackups, Now: time.Now(), Client: &http.Client{Timeout: patience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	return f, f.look(c)
}

func (f *Facts) look(c *config.Config) error {
	f.Config = c
	f.Certificate = func(ctx context.Context) (cert.State, error) { return ownState(ctx, c, f.Now) }
	file, err := store.File(c.DatabaseURL)
	if err != nil {
		return err
	}
	if file != "" {
		f.Dir = filepath.Dir(file)
		f.disk(c)
	}
	if f.MasterFile = c.MasterKeyFile(); f.MasterFile == "" {
		return nil
	}
	if info, err := os.Stat(f.MasterFile); err == nil {
		f.MasterMode, f.MasterModified = info.Mode().Perm(), info.ModTime()
	}
	return nil
}

// ownState reads what is kept of the program's own certificate.
func ownState(ctx context.Context, c *config.Config, now time.Time) (cert.State, error) {
	if c.TLS == config.ACME {
		return cert.Read(ctx, c.CertDir(), c.Host(), c.Directory())
	}
	files, err := cert.OpenFiles(cert.FileOptions{Cert: c.TLSCert, Key: c.TLSKey, Host: c.Host(), Clock: func() time.Time { return now }, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return cert.State{}, err
	}
	return files.State(), nil
}

// disk examines the nearest directory that is there: the first start makes
// the rest.
func (f *Facts) disk(c *config.Config) {
	dir := f.Dir
	for dir != filepath.Dir(dir) {
		if _, err := os.Stat(dir); err == nil {
			break
		}
		dir = filepath.Dir(dir)
	}
	found, err := volume.Examine(dir, volume.Place{Platform: c.Platform, Volume: c.Volume})
	if err != nil {
		f.Unfit = err.Error()
		return
	}
	f.Volume = found
	if err := volume.Probe(dir); err != nil {
		f.Unfit = err.Error()
	}
	if free, err := volume.Free(dir); err == nil {
		f.Free = free
	}
}
