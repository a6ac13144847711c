package kms

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"regexp"
	"strings"
	"sync"

	"github.com/ba-assistant/ba-assistant/internal/vault"
)

// transit is a key of Vault's transit engine (HTTP API of HashiCorp Vault and
// OpenBao, "Transit secrets engine"). Its type must be aes256-gcm96 or another
// that takes associated data.
type transit struct {
	vault.Service
	options Options
	http    *http.Client

	mu      sync.Mutex
	version string // of the key, as the last answer had it; v1, v2...
}

func newTransit(s vault.Service, o Options) (*transit, error) {
	t := &transit{Service: s, options: o, http: &http.Client{Transport: o.Transport, CheckRedirect: sameSafety}}
	if o.Transport != nil {
		return t, nil
	}
	own := http.DefaultTransport.(*http.Transport).Clone()
	if o.CACert != "" {
		pem, err := os.ReadFile(o.CACert)
		if err != nil {
			return nil, fmt.Errorf("read VAULT_CACERT: %w", err)
		}
		pool := x509.NewCertPool()
		if !pool.AppendCertsFromPEM(pem) {
			return nil, errors.New("VAULT_CACERT holds no certificate in PEM form")
		}
		own.TLSClientConfig = &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
	}
	t.http.Transport = own
	return t, nil
}

// sameSafety lets a standby send the request to the active node, and nobody
// send it, with its token, over plain HTTP.
func sameSafety(r *http.Request, via []*http.Request) error {
	if len(via) > 2 {
		return errors.New("redirected too often")
	}
	if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
		return errors.New("redirected from https to http")
	}
	return nil
}

func (t *transit) prefix() string { return "vault:" + t.Mount + "/" + t.Key + ":" }

// ID names the key and the version that wraps, as far as it is known.
func (t *transit) ID() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.prefix() + t.version
}

func (t *transit) seen(version string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.version = version
	return t.prefix() + version
}

// transitText is the form of what the engine returns.
var transitText = regexp.MustCompile(`^vault:(v[0-9]+):`)

// Wrap has the service encrypt a data key.
func (t *transit) Wrap(ctx context.Context, plain, ad []byte) ([]byte, string, error) {
	var out struct {
		Data struct{ Ciphertext string }
	}
	err := t.call(ctx, http.MethodPost, "encrypt", map[string]string{"plaintext": base64.StdEncoding.EncodeToString(plain), "associated_data": place(ad)}, &out)
	if err != nil {
		return nil, "", err
	}
	m := transitText.FindStringSubmatch(out.Data.Ciphertext)
	if m == nil {
		return nil, "", trouble(t.name(), "answered with something that is no ciphertext of a transit key; check the address", nil)
	}
	return []byte(out.Data.Ciphertext), t.seen(m[1]), nil
}

// Unwrap has the service decrypt a data key that any version of the key wrapped.
func (t *transit) Unwrap(ctx context.Context, keyID string, wrapped, ad []byte) ([]byte, error) {
	if !strings.HasPrefix(keyID, t.prefix()) {
		return nil, vault.ErrUnknownMasterKey
	}
	var out struct {
		Data struct{ Plaintext []byte }
	}
	err := t.call(ctx, http.MethodPost, "decrypt", map[string]string{"ciphertext": string(wrapped), "associated_data": place(ad)}, &out)
	return out.Data.Plaintext, err
}

// Check asks for the newest version of the key, and for its type.
func (t *transit) Check(ctx context.Context) error {
	var out struct {
		Data struct {
			Type          string
			LatestVersion int `json:"latest_version"`
			Exportable    bool
		}
	}
	if err := t.call(ctx, http.MethodGet, "keys", nil, &out); err != nil {
		return err
	}
	if kind := out.Data.Type; kind != "" && kind != "aes256-gcm96" && kind != "aes128-gcm96" && kind != "chacha20-poly1305" {
		return trouble(t.name(), "is a key of the type "+kind+"; make one of the type aes256-gcm96", nil)
	}
	t.seen(fmt.Sprintf("v%d", out.Data.LatestVersion))
	return nil
}

// Succeed has the service make a new version, which wraps from now on.
func (t *transit) Succeed(ctx context.Context) error {
	if err := t.call(ctx, http.MethodPost, "rotate", map[string]string{}, nil); err != nil {
		return err
	}
	return t.Check(ctx)
}

// Older is false: earlier versions are Vault's, where min_decryption_version
// closes them; the token of a server need not have that right.
func (t *transit) Older() bool { return false }

// Retire does nothing, for the same reason.
func (t *transit) Retire(context.Context) error { return nil }

func (t *transit) name() string { return "Vault at " + t.Base + ", key " + t.Mount + "/" + t.Key }

// call sends one request, again where the service is busy, and once more with
// a new token where the old one was refused.
func (t *transit) call(ctx context.Context, method, operation string, in any, out any) error {
	err := again(ctx, func(ctx context.Context) error { return t.send(ctx, method, operation, in, out) })
	var refused *transitError
	if errors.As(err, &refused) && refused.status == http.StatusForbidden {
		err = again(ctx, func(ctx context.Context) error { return t.send(ctx, method, operation, in, out) })
	}
	if err == nil || errors.Is(ctx.Err(), context.Canceled) {
		return err
	}
	if errors.As(err, &refused) {
		return trouble(t.name(), refused.sentence(t.Key), nil)
	}
	return trouble(t.name(), "does not answer. Check that it runs and can be reached", err)
}

// mostAnswer bounds what is read of an answer: a data key has some hundred bytes.
const mostAnswer = 64 << 10

func (t *transit) send(ctx context.Context, method, operation string, in, out any) error {
	r, err := t.request(ctx, method, operation, in)
	if err != nil {
		return err
	}
	res, err := t.http.Do(r)
	if err != nil {
		return busy{err}
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, mostAnswer))
	if err != nil {
		return busy{err}
	}
	if res.StatusCode/100 != 2 {
		return refusal(res.StatusCode, body)
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(body, out); err != nil {
		return fmt.Errorf("the answer is not that of Vault: %w", err)
	}
	return nil
}

func (t *transit) request(ctx context.Context, method, operation string, in any) (*http.Request, error) {
	token, err := t.options.Token()
	if err != nil {
		return nil, fmt.Errorf("read the token of Vault: %w", err)
	}
	var body []byte
	path := t.Base + "/v1/" + t.Mount + "/" + operation + "/" + t.Key
	if operation == "rotate" {
		path = t.Base + "/v1/" + t.Mount + "/keys/" + t.Key + "/rotate"
	}
	if in != nil {
		if body, err = json.Marshal(in); err != nil {
			return nil, err
		}
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	r.Header.Set("X-Vault-Token", token)
	r.Header.Set("X-Vault-Request", "true")
	if t.options.Namespace != "" {
		r.Header.Set("X-Vault-Namespace", t.options.Namespace)
	}
	return r, nil
}

// transitError is an answer that is no success.
type transitError struct {
	status int
	text   string // what Vault said; it repeats nothing of a request
}

func (e *transitError) Error() string { return fmt.Sprintf("%d %s", e.status, e.text) }

func refusal(status int, body []byte) error {
	var said struct{ Errors []string }
	_ = json.Unmarshal(body, &said) // a proxy's page is no JSON
	text := strings.Join(strings.Fields(strings.Join(said.Errors, "; ")), " ")
	err := &transitError{status, text[:min(len(text), 300)]}
	if status == http.StatusTooManyRequests || status >= 500 && status != http.StatusNotImplemented && !strings.Contains(text, "sealed") {
		return busy{err}
	}
	return err
}

// sentence says what the operator can do.
func (e *transitError) sentence(key string) string {
	switch {
	case strings.Contains(e.text, "sealed"):
		return "is sealed. Unseal it (vault operator unseal)"
	case e.status == http.StatusForbidden:
		return "refuses the token: it has expired, or its policy does not allow encrypt and decrypt with this key. Renew VAULT_TOKEN, or the file of VAULT_TOKEN_FILE, which is read again"
	case e.status == http.StatusTooManyRequests:
		return "limits the requests. Raise its quota for this key"
	case strings.Contains(e.text, "too old"):
		return "no longer decrypts with the version that wrapped a data key. Lower min_decryption_version, run ba keys rotate, and raise it again"
	case strings.Contains(e.text, "deleted"), strings.Contains(e.text, "disabled"):
		return "has the key disabled or deleted. Enable or restore it"
	case e.status == http.StatusNotFound, strings.Contains(e.text, "key not found"), strings.Contains(e.text, "no handler for route"):
		return "has no such key. Check the address in MASTER_KEY_URL and VAULT_NAMESPACE, or make the key: vault write -f transit/keys/" + key
	case e.status == http.StatusBadRequest:
		return "does not open a data key: it was altered, or belongs to another key (" + e.text + ")"
	}
	return "answers with an error (" + e.Error() + ")"
}
