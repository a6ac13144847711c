package kms

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

const (
	// attempts is how often a service that is busy is asked.
	attempts = 3
	// callTimeout bounds one call.
	callTimeout = 5 * time.Second
	// firstPause is waited before the second call, and twice as long before the third.
	firstPause = 200 * time.Millisecond
)

// Options are what a service needs besides the address of the key.
type Options struct {
	Token     func() (string, error) // of Vault; asked again after it was refused
	Namespace string                 // of Vault
	CACert    string                 // file with the authorities of Vault's certificate; empty for those of the system
	Transport http.RoundTripper      // for tests; nil for the usual one
}

// Key is a master key in a service. Check asks which version of it wraps now.
type Key interface {
	vault.MasterKey
	Check(ctx context.Context) error
}

// Open returns the key at an address. Nothing is asked of the service yet.
func Open(s vault.Service, o Options) (Key, error) {
	if s.Kind == vault.AWSKMS {
		return newAWS(s, o), nil
	}
	return newTransit(s, o)
}

// trouble is what a person is told while the service is away; why is for the
// operator, in the log and at the start.
func trouble(service, why string, cause error) error {
	err := fmt.Errorf("%s: %s", service, why)
	if cause != nil {
		err = fmt.Errorf("%s: %s: %w", service, why, cause)
	}
	return &ba.Error{Kind: ba.Unavailable, Code: "key_service", Err: err,
		Msg: "The key service of this installation does not serve right now, so this cannot be opened or saved. Nothing is lost. Try again in a minute; if it stays so, tell your administrator."}
}

// place is the digest of what a data key is bound to: the service may write it
// into its log, and it names a project.
func place(ad []byte) string {
	sum := sha256.Sum256(ad)
	return base64.StdEncoding.EncodeToString(sum[:])
}

// busy says that a call may be worth another attempt.
type busy struct{ error }

// again calls fn until it succeeds, fails for good, or was busy too often.
func again(ctx context.Context, fn func(context.Context) error) error {
	pause := firstPause
	for n := 1; ; n++ {
		err := once(ctx, fn)
		var b busy
		if err == nil || !errors.As(err, &b) {
			return err
		}
		if n == attempts {
			return b.error
		}
		select {
		case <-ctx.Done():
			return b.error
		case <-time.After(pause):
		}
		pause *= 2
	}
}

func once(ctx context.Context, fn func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, callTimeout)
	defer cancel()
	return fn(ctx)
}
