package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/store"
	"github.com/ba-assistant/ba-assistant/internal/tracing"
)

// Options are what a start needs besides the configuration.
type Options struct {
	Version string
	Log     *slog.Logger
	Out     io.Writer // where the greeting is printed, with the setup code in production
}

// App is a workspace that has started and answers once Run is called.
type App struct {
	cfg      *config.Config
	log      *slog.Logger
	out      io.Writer
	version  string
	began    time.Time
	listener net.Listener
	front    front
	storage  storage
	db       *store.DB
	sharing  *sharing
	services services
	metrics  *metrics
	tracer   *tracing.Tracer
	server   *http.Server

	streams    context.Context // ends when event streams are to end
	endStreams context.CancelFunc
}

// New opens everything that the configuration names, in the order in which
// each can fail cheapest: address, user, directories and lock, keys, database,
// what instances share, services, routes. On an error nothing stays open. The errors are
// config.Problems, or sentences for the operator.
func New(ctx context.Context, c *config.Config, o Options) (*App, error) {
	a := &App{cfg: c, log: o.Log, out: o.Out, version: o.Version, began: time.Now()}
	a.streams, a.endStreams = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

func (a *App) open(ctx context.Context) error {
	var err error
	if a.listener, err = listen(ctx, a.cfg); err != nil {
		return err
	}
	if err = a.front.listenPlain(ctx, a.cfg); err != nil {
		return err
	}
	if err = becomeUser(a.cfg); err != nil {
		return err
	}
	if a.cfg.Production() {
		if err := keepMemory(); err != nil {
			a.log.WarnContext(ctx, "a crash could leave keys on the disk, in an image of the memory", "error", err)
		}
	}
	if a.storage, err = openStorage(ctx, a.cfg, "", a.log); err != nil {
		return err
	}
	if err = a.front.openCert(a.cfg, a.listener, a.log); err != nil {
		return err
	}
	if a.db, err = openStore(ctx, a.cfg, ba.Actor{}, a.log); err != nil {
		return err
	}
	if a.sharing, err = openSharing(ctx, a); err != nil {
		return err
	}
	a.metrics = newMetrics(a)
	if a.tracer, err = openTracer(a); err != nil {
		return err
	}
	if a.services, err = newServices(a); err != nil {
		return err
	}
	if a.server, err = newServer(a); err != nil {
		return err
	}
	a.serveFront()
	return nil
}

// openStore opens the database, which brings its schema up to date.
func openStore(ctx context.Context, c *config.Config, by ba.Actor, log *slog.Logger) (*store.DB, error) {
	master, err := masterKey(c)
	if err != nil {
		return nil, err
	}
	u := &upgrade{cfg: c, master: master, log: log, by: by}
	db, err := store.Open(ctx, store.Options{URL: c.DatabaseURL, Master: master, Expect: c.InstallationID, BeforeUpgrade: u.before, Clock: time.Now, Log: log})
	if err != nil {
		return nil, err
	}
	if err := u.list(ctx, db); err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return db, nil
}

// Addr returns the address on which the App listens, such as 127.0.0.1:8080.
func (a *App) Addr() net.Addr { return a.listener.Addr() }

// Close frees what New opened. It is for an App whose Run was never called;
// Run does it itself.
func (a *App) Close() error {
	var errs []error
	a.endStreams()
	if a.listener != nil {
		if err := a.listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
			errs = append(errs, fmt.Errorf("close the listener: %w", err))
		}
	}
	if a.sharing != nil {
		errs = append(errs, a.sharing.close())
	}
	errs = append(errs, a.front.close())
	if a.tracer != nil {
		a.tracer.Close()
	}
	if a.db != nil {
		errs = append(errs, a.db.Close())
	}
	return errors.Join(append(errs, a.storage.lock.release())...)
}
