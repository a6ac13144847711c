package httpx

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/throttled/throttled/v2"
	"github.com/throttled/throttled/v2/store/memstore"

	"github.com/ba-assistant/ba-assistant/ba"
)

// maxLimiterKeys bounds the memory of a limiter; the key unused longest goes first.
const maxLimiterKeys = 65536

// Limiter allows each key a rate and a burst (GCRA). It is safe for concurrent
// use. It counts for this process alone, or together with other instances.
type Limiter struct {
	each   rate
	claims rate   // for all addresses together that are claims only
	share  *Share // nil: this process alone
	name   string // in the share
}

// rate is how often something is allowed, and how often it happened here.
type rate struct {
	own      *throttled.GCRARateLimiterCtx
	interval time.Duration
	burst    int
}

// claimsTogether is how many times as much all claimed addresses together may
// ask. Where a caller can invent addresses, this is what still holds; where
// not, it is far above what people do.
const claimsTogether = 20

// NewLimiter returns a limiter that allows perMinute requests a minute for each
// key, and burst of them at once. Both must be at least 1.
func NewLimiter(perMinute, burst int) (*Limiter, error) {
	store, err := memstore.NewCtx(maxLimiterKeys)
	if err != nil {
		return nil, fmt.Errorf("rate limiter: %w", err)
	}
	if perMinute < 1 || burst < 1 {
		return nil, fmt.Errorf("rate limiter: %d a minute with a burst of %d is no limit", perMinute, burst)
	}
	each, err := newRate(store, perMinute, burst)
	if err != nil {
		return nil, err
	}
	claims, err := newRate(store, perMinute*claimsTogether, burst*claimsTogether)
	if err != nil {
		return nil, err
	}
	return &Limiter{each: each, claims: claims}, nil
}

func newRate(store throttled.GCRAStoreCtx, perMinute, burst int) (rate, error) {
	gcra, err := throttled.NewGCRARateLimiterCtx(store, throttled.RateQuota{MaxRate: throttled.PerMin(perMinute), MaxBurst: burst - 1})
	if err != nil {
		return rate{}, fmt.Errorf("rate limiter: %w", err)
	}
	return rate{own: gcra, interval: time.Minute / time.Duration(perMinute), burst: burst}, nil
}

// Shared returns a limiter with the same limits that counts under a name
// together with those of other instances. A nil share changes nothing.
func (l *Limiter) Shared(s *Share, name string) *Limiter {
	together := *l
	together.share, together.name = s, name
	return &together
}

// Allow counts one request of key and returns RateLimited, with the time after
// which to try again, where it is one too many.
func (l *Limiter) Allow(ctx context.Context, key string) error {
	return l.allow(ctx, l.each, key)
}

// AllowClient counts one request of the client's address. An IPv6 network
// counts as one address. What a platform's proxy says of the address is a
// claim, so all claims together have a limit as well.
func (l *Limiter) AllowClient(ctx context.Context) error {
	rec := recordOf(ctx)
	if rec.claimed {
		if err := l.allow(ctx, l.claims, "all claims"); err != nil {
			return err
		}
	}
	return l.Allow(ctx, "address:"+household(rec.client))
}

func (l *Limiter) allow(ctx context.Context, r rate, key string) error {
	if l.share != nil {
		if wait, counted := l.share.count(ctx, l.name, key, r.interval, r.burst); counted {
			return tooMany(wait)
		}
	}
	limited, result, err := r.own.RateLimitCtx(ctx, key, 1)
	if err != nil {
		return fmt.Errorf("rate limiter: %w", err)
	}
	if limited {
		return tooMany(max(result.RetryAfter, 1))
	}
	return nil
}

// tooMany returns RateLimited where there is something to wait for.
func tooMany(wait time.Duration) error {
	if wait <= 0 {
		return nil
	}
	return &ba.Error{Kind: ba.RateLimited, Msg: "Too many requests in a short time. Wait a moment and try again.", RetryAfter: wait}
}

// Limited counts the requests of each client address to h.
func Limited(l *Limiter, h HandlerFunc) HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := l.AllowClient(r.Context()); err != nil {
			return err
		}
		return h(w, r)
	}
}

// limitAll counts all requests of a user, or of an address where nobody is
// signed in: an office behind one address has many people at its door. Assets
// and health are free.
func limitAll(o Options) middleware {
	return func(next http.Handler) http.Handler {
		if o.Limiter == nil && o.AddressLimiter == nil {
			return next
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if isOpen(r.URL.Path) {
				next.ServeHTTP(w, r)
				return
			}
			if err := o.count(r.Context()); err != nil {
				failEither(w, r, err, o.ErrorPage)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

func (o Options) count(ctx context.Context) error {
	a := ActorFrom(ctx)
	switch {
	case a.Valid() && o.Limiter != nil:
		return o.Limiter.Allow(ctx, "user:"+string(a.User))
	case !a.Valid() && o.AddressLimiter != nil:
		return o.AddressLimiter.AllowClient(ctx)
	}
	return nil
}
