package doctor

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/preflight"
)

// What an instance says of its key service, on its page of health.
const (
	// KeysAway is said while the key service does not answer; the time follows.
	KeysAway = "The key service does not serve since "
	// WithoutKeys says what that means.
	WithoutKeys = "Data keys that this instance has opened stay in its memory, so people go on where they have worked since the start; what needs another data key is refused until the service is back, and nothing is lost. " +
		"A restart would not come up: do not restart or deploy before the service serves again."
)

var keyService = configured(rule("OWN-30", "The key service serves", preflight.Fail, preflight.High, "S6"),
	func(ctx context.Context, f *Facts) preflight.Outcome {
		if f.Config.MasterKeyURL == "" {
			return preflight.NotApplicable("the master key is not in a key service")
		}
		if f.Keys == nil {
			return preflight.NotChecked("the key service was not asked")
		}
		ctx, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		err := f.Keys(ctx, f.Config)
		said := f.saidOf(ctx, "key_service")
		if err == nil {
			return preflight.Pass(strings.TrimSpace("It answers and can use the key. " + otherwise(said)))
		}
		if !strings.HasPrefix(said, KeysAway) { // no instance runs, or it has not noticed yet
			said = WithoutKeys
		}
		return preflight.Found(fault(preflight.Fail, "The key service does not serve", cause(err)+" "+said,
			"Bring the service back: start or unseal it, renew the token or the credentials, enable the key, open the network (docs/keys.md). Until then leave the instances that run as they are."))
	})

// otherwise returns what a running instance says, where that differs from what
// was found from here.
func otherwise(said string) string {
	if strings.HasPrefix(said, KeysAway) {
		return "The running instance reached it last with less luck: " + said
	}
	return ""
}

// cause returns the sentence for operators that a key service's error holds.
func cause(err error) string {
	var e *ba.Error
	if errors.As(err, &e) && e.Err != nil {
		err = e.Err
	}
	return fmt.Sprintf("%v.", strings.TrimSuffix(err.Error(), "."))
}
