package kms

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/vault"
)

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// fakeVault speaks the part of Vault's HTTP API that the transit engine needs:
// it checks token and namespace, keeps versions, and binds a ciphertext to its
// associated data.
type fakeVault struct {
	*httptest.Server
	mu       sync.Mutex
	token    string
	versions int
	floor    int // min_decryption_version
	kept     map[string]kept
	fault    func(path string) (status int, text string)
	calls    int
}

type kept struct {
	plain, ad string
	version   int
}

func newFakeVault(t *testing.T) *fakeVault {
	t.Helper()
	f := &fakeVault{token: "fixture-token", versions: 1, kept: make(map[string]kept)}
	f.Server = httptest.NewTLSServer(http.HandlerFunc(f.serve))
	t.Cleanup(f.Close)
	return f
}

// key returns the key of the fake, as its certificate's owner is trusted.
func (f *fakeVault) key(t *testing.T) *transit {
	t.Helper()
	ca := filepath.Join(t.TempDir(), "ca.pem")
	ok(t, os.WriteFile(ca, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: f.Certificate().Raw}), 0o600))
	s, err := vault.ParseService("vault+" + f.URL + "/secret/transit/keys/ba")
	ok(t, err)
	k, err := Open(s, Options{Token: func() (string, error) { return "fixture-token", nil }, Namespace: "team/ba", CACert: ca})
	ok(t, err)
	return k.(*transit)
}

func (f *fakeVault) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls++
	say := func(status int, text string) {
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(map[string][]string{"errors": {text}})
	}
	if f.fault != nil {
		if status, text := f.fault(r.URL.Path); status != 0 {
			say(status, text)
			return
		}
	}
	switch {
	case r.Header.Get("X-Vault-Namespace") != "team/ba":
		say(404, "no handler for route")
	case r.Header.Get("X-Vault-Token") != f.token:
		say(403, "permission denied")
	case r.URL.Path == "/v1/secret/transit/keys/ba" && r.Method == http.MethodGet:
		_ = json.NewEncoder(w).Encode(map[string]any{"data": map[string]any{"type": "aes256-gcm96", "latest_version": f.versions}})
	case r.URL.Path == "/v1/secret/transit/keys/ba/rotate" && r.Method == http.MethodPost:
		f.versions++
		w.WriteHeader(http.StatusNoContent)
	case strings.HasPrefix(r.URL.Path, "/v1/secret/transit/") && strings.HasSuffix(r.URL.Path, "/ba") && r.Method == http.MethodPost:
		f.crypt(w, r, say)
	default:
		say(404, "no handler for route")
	}
}

func (f *fakeVault) crypt(w http.ResponseWriter, r *http.Request, say func(int, string)) {
	var in struct {
		Plaintext  string `json:"plaintext"`
		Ciphertext string `json:"ciphertext"`
		AD         string `json:"associated_data"`
	}
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || in.AD == "" {
		say(400, "missing associated data")
		return
	}
	data := map[string]string{}
	if strings.Contains(r.URL.Path, "/encrypt/") {
		c := fmt.Sprintf("vault:v%d:%s", f.versions, base64.StdEncoding.EncodeToString([]byte(rand.Text())))
		f.kept[c] = kept{in.Plaintext, in.AD, f.versions}
		data["ciphertext"] = c
	} else {
		k, found := f.kept[in.Ciphertext]
		switch {
		case !found || k.ad != in.AD:
			say(400, "cipher: message authentication failed")
			return
		case k.version < f.floor:
			say(400, "ciphertext or signature version is disallowed by policy (too old)")
			return
		}
		data["plaintext"] = k.plain
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": data})
}

func (f *fakeVault) fail(status int, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = func(string) (int, string) { return status, text }
}

func (f *fakeVault) well() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fault = nil
}

func TestVaultWrapsAndUnwrapsADataKeyInItsPlace(t *testing.T) {
	k, ctx := newFakeVault(t).key(t), t.Context()
	wrapped, id, err := k.Wrap(ctx, []byte("data key"), []byte("place"))
	ok(t, err)
	if id != "vault:secret/transit/ba:v1" || k.ID() != id {
		t.Errorf("id %s, %s", id, k.ID())
	}
	if plain, err := k.Unwrap(ctx, id, wrapped, []byte("place")); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
	_, err = k.Unwrap(ctx, id, wrapped, []byte("another place"))
	explained(t, "another place", err, "it was altered")
	if _, err := k.Unwrap(ctx, "local:0123", wrapped, nil); !errors.Is(err, vault.ErrUnknownMasterKey) {
		t.Errorf("a local key's: %v", err)
	}
}

func TestANewVersionWrapsAndTheOldOneStillUnwraps(t *testing.T) {
	f := newFakeVault(t)
	k, ctx := f.key(t), t.Context()
	wrapped, old, err := k.Wrap(ctx, []byte("data key"), nil)
	ok(t, err)
	ok(t, k.Succeed(ctx))
	if k.ID() != "vault:secret/transit/ba:v2" {
		t.Errorf("id %s", k.ID())
	}
	if plain, err := k.Unwrap(ctx, old, wrapped, nil); err != nil || string(plain) != "data key" {
		t.Errorf("%q, %v", plain, err)
	}
	if _, id, err := k.Wrap(ctx, []byte("x"), nil); err != nil || id != k.ID() {
		t.Errorf("%s, %v", id, err)
	}
	f.floor = 2
	_, err = k.Unwrap(ctx, old, wrapped, nil)
	explained(t, "a closed version", err, "min_decryption_version")
}

// explained fails the test unless err is Unavailable and says the remedy to
// the operator, and nothing secret to anybody.
func explained(t testing.TB, what string, err error, remedy string) {
	t.Helper()
	var known *ba.Error
	if !errors.As(err, &known) || known.Kind != ba.Unavailable || known.Code != "key_service" {
		t.Fatalf("%s: %v", what, err)
	}
	if known.Err == nil || !strings.Contains(known.Err.Error(), remedy) {
		t.Errorf("%s: it says %v, without %q", what, known.Err, remedy)
	}
	for _, secret := range []string{"fixture-token", base64.StdEncoding.EncodeToString([]byte("data key")), "fixture-secret"} {
		if strings.Contains(err.Error()+ba.Explain(err), secret) {
			t.Errorf("%s: it shows a secret: %v", what, err)
		}
	}
}

func TestWhatVaultRefusesIsSaidWithTheRemedy(t *testing.T) {
	f := newFakeVault(t)
	k := f.key(t)
	for name, test := range map[string]struct {
		status int
		text   string
		remedy string
		calls  int // a busy service is asked again, a refused token once more
	}{
		"sealed":      {503, "Vault is sealed", "vault operator unseal", 1},
		"the token":   {403, "permission denied", "VAULT_TOKEN", 2},
		"no key":      {400, "encryption key not found", "vault write -f transit/keys/ba", 1},
		"no mount":    {404, "no handler for route", "MASTER_KEY_URL", 1},
		"throttled":   {429, "request path blocked by quota", "quota", 3},
		"deleted":     {400, "key is soft-deleted", "restore", 1},
		"an accident": {500, "internal error", "answers with an error", 3},
	} {
		t.Run(name, func(t *testing.T) {
			f.fail(test.status, test.text)
			f.calls = 0
			_, _, err := k.Wrap(t.Context(), []byte("data key"), nil)
			explained(t, name, err, test.remedy)
			if f.calls != test.calls {
				t.Errorf("it was asked %d times, want %d", f.calls, test.calls)
			}
		})
	}
	f.well()
	_, _, err := k.Wrap(t.Context(), []byte("data key"), nil)
	ok(t, err)
	f.Close()
	_, _, err = k.Wrap(t.Context(), []byte("data key"), nil)
	explained(t, "nobody there", err, "does not answer")
}

func TestATokenThatWasRenewedIsReadAgain(t *testing.T) {
	f := newFakeVault(t)
	k := f.key(t)
	asked := 0
	k.options.Token = func() (string, error) {
		if asked++; asked == 1 {
			return "expired", nil
		}
		return f.token, nil
	}
	if _, _, err := k.Wrap(t.Context(), []byte("data key"), nil); err != nil || asked != 2 {
		t.Errorf("%v after %d tokens", err, asked)
	}
}

func TestABusyVaultIsAskedAgain(t *testing.T) {
	f := newFakeVault(t)
	k, n := f.key(t), 0
	f.fault = func(string) (int, string) {
		if n++; n < attempts {
			return 429, "slow down"
		}
		return 0, ""
	}
	_, _, err := k.Wrap(t.Context(), []byte("data key"), nil)
	ok(t, err)
}

func TestAnUnknownCertificateAndARedirectToHTTPAreRefused(t *testing.T) {
	f := newFakeVault(t)
	k := f.key(t)
	s := k.Service
	stranger, err := Open(s, Options{Token: func() (string, error) { return f.token, nil }})
	ok(t, err)
	_, _, err = stranger.Wrap(t.Context(), []byte("data key"), nil)
	explained(t, "an unknown certificate", err, "certificate")
	seen := false
	plain := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { seen = true }))
	defer plain.Close()
	f.Config.Handler = http.RedirectHandler(plain.URL, http.StatusTemporaryRedirect)
	_, _, err = k.Wrap(t.Context(), []byte("data key"), nil)
	explained(t, "a redirect", err, "from https to http")
	if seen {
		t.Error("the token was sent over http")
	}
	if _, err := Open(s, Options{CACert: filepath.Join(t.TempDir(), "none")}); err == nil || !strings.Contains(err.Error(), "VAULT_CACERT") {
		t.Errorf("a missing file of authorities: %v", err)
	}
}

func TestARequestThatWasGivenUpAsksNoLonger(t *testing.T) {
	f := newFakeVault(t)
	f.fail(429, "slow down")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := f.key(t).Wrap(ctx, []byte("data key"), nil); !errors.Is(err, context.Canceled) || f.calls > 1 {
		t.Errorf("%v after %d calls", err, f.calls)
	}
}
