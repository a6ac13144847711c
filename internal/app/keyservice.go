package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/doctor"
	"github.com/ba-assistant/ba-assistant/internal/vault/kms"
)

const (
	serviceFresh    = 30 * time.Second // a key service that answered is asked again after this
	serviceAgain    = 10 * time.Second // one that did not
	servicePatience = 1500 * time.Millisecond
)

// keyWatch knows whether the key service answers. The data keys that are open
// go on without it, so nothing else in a running instance would tell.
type keyWatch struct {
	check func(ctx context.Context) error // asks the service
	clock func() time.Time
	log   *slog.Logger

	mu    sync.Mutex
	asked time.Time
	since time.Time // when it was first found away; zero while it answers
}

// newKeyWatch returns the watch of a configuration's key service; nil where
// the master key is not in one.
func newKeyWatch(c *config.Config, log *slog.Logger) (*keyWatch, error) {
	m, err := masterKey(c)
	if err != nil {
		return nil, err
	}
	k, is := m.current.(kms.Key)
	if !is {
		return nil, nil
	}
	return &keyWatch{check: k.Check, clock: time.Now, log: log}, nil
}

// say is the check "key_service" of the health. It never makes the instance
// unhealthy: what is open stays open, and an instance that is taken out or
// restarted would lose that too.
func (w *keyWatch) say(ctx context.Context) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	wait := serviceFresh
	if !w.since.IsZero() {
		wait = serviceAgain
	}
	if now := w.clock(); w.asked.IsZero() || now.Sub(w.asked) >= wait || now.Before(w.asked) {
		w.ask(ctx)
	}
	if w.since.IsZero() {
		return "The key service answers.", nil
	}
	return doctor.KeysAway + w.since.UTC().Format("2 January 15:04") + " (UTC). " + doctor.WithoutKeys, nil
}

func (w *keyWatch) ask(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, servicePatience)
	defer cancel()
	err := w.check(ctx)
	w.asked = w.clock()
	switch {
	case err != nil && w.since.IsZero():
		w.since = w.asked
		w.log.ErrorContext(ctx, "the key service does not serve; what is open goes on, and a restart would fail", "error", err)
	case err == nil && !w.since.IsZero():
		w.log.InfoContext(ctx, "the key service serves again", "away", w.asked.Sub(w.since).Round(time.Second))
		w.since = time.Time{}
	}
}

// AskKeyService returns nil where the key service of a configuration can be
// used, or the master key is not in one. The error says what is wrong and what
// to do, with the address of the key, for operators.
func AskKeyService(ctx context.Context, c *config.Config) error {
	w, err := newKeyWatch(c, slog.New(slog.DiscardHandler))
	if err != nil || w == nil {
		return err
	}
	return w.check(ctx)
}
