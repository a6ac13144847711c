package doctor

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/ba-assistant/ba-assistant/internal/config"
	"github.com/ba-assistant/ba-assistant/internal/event/redisbus"
	"github.com/ba-assistant/ba-assistant/internal/trust"
	"github.com/ba-assistant/ba-assistant/preflight"
)

// What an instance says of the others, on its page of health.
const (
	// RedisAway is said while Redis does not answer.
	RedisAway = "Redis does not answer, so this instance works alone until it does: answers that are written on other instances show up every two seconds, and limits count on each instance for itself."
	unshared  = "and REDIS_URL is not set: answers that are written on another instance show up every two seconds, and limits count on each instance for itself. Set REDIS_URL."
)

// Unshared is what an instance says that has no Redis and sees n others.
func Unshared(n int) string {
	if n == 1 {
		return "Another instance runs on this database, " + unshared
	}
	return fmt.Sprintf("%d other instances run on this database, %s", n, unshared)
}

const setRedis = "Set REDIS_URL on all instances to one Redis (docs/recovery/instances.md), or run one instance."

var instances = configured(rule("OWN-06", "As many instances as the storage allows", preflight.Warn, preflight.Low, "P7", "D3", "R7", "V7"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		if f.Dir != "" {
			return preflight.Pass("SQLite: one instance, held by a lock on the data directory. A second one on the same data waits for a minute in production, and is refused.")
		}
		if f.Config.RedisURL != "" {
			return throughRedis(ctx, f)
		}
		said := f.saidOf(ctx, "instances")
		if strings.HasSuffix(said, unshared) {
			return preflight.Found(fault(preflight.Warn, "Several instances run without Redis", said, setRedis))
		}
		return preflight.Pass("PostgreSQL without Redis: right for one instance. " + said)
	})

func throughRedis(ctx context.Context, f *Facts) preflight.Outcome {
	var findings []preflight.Finding
	err := f.Redis(ctx, f.Config)
	if said := trust.Fault(err); said != "" {
		findings = append(findings, fault(preflight.Warn, "The connection to Redis is not safe, and not used", said, "Until then each instance works alone."))
	} else if err != nil {
		findings = append(findings, fault(preflight.Warn, "Redis does not answer", err.Error(), "Check that Redis runs and that REDIS_URL names it. Until then each instance works alone."))
	}
	if f.Config.RedisInTheClear() {
		findings = append(findings, fault(preflight.Warn, "Redis is reached without TLS over a network that others share", "What is stored there is sealed, but the password is not.",
			"Use rediss://, or an address in the private network of the platform."))
	}
	if len(findings) > 0 {
		return preflight.Found(findings...)
	}
	return preflight.Pass(strings.TrimSpace("PostgreSQL and Redis: any number of instances. " + f.saidOf(ctx, "instances")))
}

// saidOf returns what the running instance says of one of its checks, or nothing.
func (f *Facts) saidOf(ctx context.Context, check string) string {
	if f.Ask == nil {
		return ""
	}
	h, err := f.Ask(ctx)
	if err != nil {
		return ""
	}
	return h.Details[check]
}

// askRedis returns nil where the Redis of the configuration answers. Its error
// shows no password.
func askRedis(ctx context.Context, c *config.Config) error {
	o, err := redis.ParseURL(c.RedisURL)
	if err != nil {
		return fmt.Errorf("REDIS_URL cannot be read")
	}
	client := redisbus.Client(o)
	defer client.Close()
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	return client.Ping(ctx).Err()
}
