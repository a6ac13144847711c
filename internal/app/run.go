package app

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"
)

// Run greets the operator and serves until ctx ends or something that the
// instance cannot do without fails; then it stops in order and frees
// everything. It returns nil after a stop that was asked for.
func (a *App) Run(ctx context.Context) error {
	err := a.greet(ctx)
	if err == nil {
		err = a.serve(ctx)
	}
	err = errors.Join(err, a.Close())
	a.log.InfoContext(ctx, "stopped")
	return err
}

func (a *App) serve(ctx context.Context) error {
	alive := a.traced(context.WithoutCancel(ctx))
	failed := make(chan error, 1)
	answering := begin(alive, failed, task{"answers", a.services.chat.Run}, task{"artifacts", a.services.artifacts.Run})
	background := begin(alive, failed,
		task{"documents", a.services.library.Run},
		task{"requirements", a.services.required.Run},
		task{"memory", a.settle},
		task{"PDF engine", a.warm},
		task{"search", a.index},
		task{"projects", a.services.projects.Run},
		task{"backups", a.services.backups.Run},
		task{"sign-in", a.services.identity.Run},
		task{"audit log", a.recordSettings},
		task{"metrics", a.serveMetrics},
		task{"other instances", a.share})
	serving := begin(alive, failed, task{"server", func(context.Context) error { return a.accept() }}, task{"plain http", a.front.accept})
	renewing := begin(alive, failed, a.front.tasks()...)
	defer renewing.end()

	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		a.log.ErrorContext(ctx, "a part of the workspace failed; stopping", "error", err)
	}
	return errors.Join(err, a.stop(alive, answering, background, serving))
}

// warmAfter lets the first pages be served before the PDF engine is compiled,
// which takes seconds of all cores at a first start.
const warmAfter = time.Second

// warm compiles the PDF engine in the background, so that neither the start
// nor the first PDF waits for it. Where it fails, the first PDF tries again.
func (a *App) warm(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(warmAfter):
	}
	if err := a.services.extractor.Warm(ctx); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "the PDF engine could not be prepared; the first PDF will try again", "error", err)
	}
	return nil
}

// index makes the terms of what search does not know yet, as after an upgrade
// that lets it find more.
func (a *App) index(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case <-time.After(warmAfter):
	}
	if err := a.db.Reindex(ctx, nil); err != nil && ctx.Err() == nil {
		a.log.WarnContext(ctx, "not everything could be indexed for search; the next start tries again", "error", err)
	}
	return nil
}

func (a *App) accept() error {
	serve := a.server.Serve
	if a.front.cert != nil {
		serve = func(l net.Listener) error { return a.server.ServeTLS(l, "", "") } // the certificate is in TLSConfig
	}
	if err := serve(a.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// stop ends the parts in order. First /health says that the instance stops, so
// that whoever routes requests sends no more, and no new question is taken;
// answers that are being written get their part of SHUTDOWN_TIMEOUT, and are
// marked interrupted after it, with their text kept. Meanwhile requests are
// served. Then the address is given up and streams end; then the rest.
func (a *App) stop(ctx context.Context, answering, background, serving *group) error {
	a.log.InfoContext(ctx, "stopping", "longest", a.cfg.ShutdownTimeout)
	ctx, cancel := context.WithTimeout(ctx, a.cfg.ShutdownTimeout)
	defer cancel()
	a.services.health.stopping.Store(true)
	routed := time.After(a.routedAway())
	answering.end()
	<-routed
	a.endStreams()
	shut := a.front.shut()
	err := a.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.WarnContext(ctx, "requests were still open at the end of SHUTDOWN_TIMEOUT; cut")
		err = a.server.Close()
	}
	background.end()
	serving.end()
	return errors.Join(err, shut)
}

// routedAway is how long an instance that stops still serves at least, where
// others can take over: until proxies have seen that it is not ready.
func (a *App) routedAway() time.Duration {
	if a.cfg.OnSQLite() || !a.cfg.Production() {
		return 0
	}
	return min(2*time.Second, a.cfg.ShutdownTimeout/4)
}

// task is a part of the workspace that runs until its context ends.
type task struct {
	name string
	run  func(context.Context) error
}

// group runs tasks; end stops and waits for them.
type group struct {
	cancel context.CancelFunc
	wait   sync.WaitGroup
}

// begin starts the tasks. The first error of any goes to failed.
func begin(ctx context.Context, failed chan<- error, tasks ...task) *group {
	ctx, cancel := context.WithCancel(ctx)
	g := &group{cancel: cancel}
	for _, t := range tasks {
		g.wait.Go(func() {
			err := t.run(ctx)
			if err == nil || errors.Is(err, context.Canceled) && ctx.Err() != nil {
				return
			}
			select {
			case failed <- fmt.Errorf("%s: %w", t.name, err):
			default: // another one failed first
			}
		})
	}
	return g
}

func (g *group) end() {
	g.cancel()
	g.wait.Wait()
}
