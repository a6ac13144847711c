package identity_test

import (
	"crypto"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// issuer is a small OpenID provider that can be told to lie. By default it is
// honest and signs in whoever comes, at once.
type issuer struct {
	*httptest.Server
	clientID, secret string

	mu      sync.Mutex
	pending map[string]url.Values // authorization requests by code

	claims   map[string]any                     // of the person, added to the standard ones
	lie      func(claims map[string]any)        // changes the ID token's claims
	sign     func(claims map[string]any) string // replaces the signature
	callback func(q url.Values)                 // changes the answer to the browser
	token    http.HandlerFunc                   // replaces the token endpoint
	meta     func(m map[string]any)             // changes the discovery document
	keyExtra map[string]any                     // members added to the published key
	down     bool
	key      *rsa.PrivateKey
}

func newIssuer(t *testing.T) *issuer {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	is := &issuer{
		clientID: "client", secret: "fixture secret/+", pending: map[string]url.Values{}, key: key,
		claims: map[string]any{"sub": "subject-1", "email": "ana@example.com", "email_verified": true, "name": "Ana"},
	}
	mux := http.NewServeMux()
	for _, prefix := range []string{"", "/{tenant}/v2.0"} {
		mux.HandleFunc("GET "+prefix+"/.well-known/openid-configuration", is.discovery)
	}
	mux.HandleFunc("GET /authorize", is.authorize)
	mux.HandleFunc("POST /token", is.exchange)
	mux.HandleFunc("GET /keys", is.keys)
	is.Server = httptest.NewServer(mux)
	t.Cleanup(is.Close)
	return is
}

func (is *issuer) discovery(w http.ResponseWriter, r *http.Request) {
	is.mu.Lock()
	defer is.mu.Unlock()
	if is.down {
		http.Error(w, "down", http.StatusServiceUnavailable)
		return
	}
	m := map[string]any{
		"issuer": is.URL, "authorization_endpoint": is.URL + "/authorize", "token_endpoint": is.URL + "/token", "jwks_uri": is.URL + "/keys",
		"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"}, "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
	}
	if is.meta != nil {
		is.meta(m)
	}
	writeJSON(w, m)
}

func (is *issuer) authorize(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	code := rand.Text()
	is.mu.Lock()
	is.pending[code] = q
	is.mu.Unlock()
	back := url.Values{"code": {code}, "state": {q.Get("state")}}
	if is.callback != nil {
		is.callback(back)
	}
	http.Redirect(w, r, q.Get("redirect_uri")+"?"+back.Encode(), http.StatusFound)
}

// exchange holds the client to RFC 6749 and RFC 7636: right secret, same
// redirect URI, right verifier, one use.
func (is *issuer) exchange(w http.ResponseWriter, r *http.Request) {
	if is.token != nil {
		is.token(w, r)
		return
	}
	is.mu.Lock()
	defer is.mu.Unlock()
	id, secret, ok := r.BasicAuth()
	if ok {
		id, _ = url.QueryUnescape(id)
		secret, _ = url.QueryUnescape(secret)
	} else {
		id, secret = r.FormValue("client_id"), r.FormValue("client_secret")
	}
	if id != is.clientID || secret != is.secret {
		tokenError(w, 401, "invalid_client")
		return
	}
	q, known := is.pending[r.FormValue("code")]
	delete(is.pending, r.FormValue("code"))
	sum := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	if !known || q.Get("redirect_uri") != r.FormValue("redirect_uri") || q.Get("code_challenge_method") != "S256" ||
		q.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(sum[:]) {
		tokenError(w, 400, "invalid_grant")
		return
	}
	now := time.Now()
	claims := map[string]any{"iss": is.URL, "aud": is.clientID, "nonce": q.Get("nonce"), "iat": now.Unix(), "exp": now.Add(5 * time.Minute).Unix()}
	for k, v := range is.claims {
		claims[k] = v
	}
	if is.lie != nil {
		is.lie(claims)
	}
	token := is.signRS256(is.key, "key-1", claims)
	if is.sign != nil {
		token = is.sign(claims)
	}
	writeJSON(w, map[string]any{"access_token": "access", "token_type": "Bearer", "expires_in": 300, "id_token": token})
}

func tokenError(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": code, "error_description": "DESCRIPTION-" + strings.Repeat("x", 1000)})
}

func (is *issuer) keys(w http.ResponseWriter, _ *http.Request) {
	key := map[string]any{
		"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "key-1",
		"n": base64.RawURLEncoding.EncodeToString(is.key.N.Bytes()),
		"e": base64.RawURLEncoding.EncodeToString(big.NewInt(int64(is.key.E)).Bytes()),
	}
	for k, v := range is.keyExtra {
		key[k] = v
	}
	writeJSON(w, map[string]any{"keys": []any{key}})
}

func (is *issuer) signRS256(key *rsa.PrivateKey, kid string, claims map[string]any) string {
	signed := segments(map[string]any{"alg": "RS256", "kid": kid, "typ": "JWT"}, claims)
	sum := sha256.Sum256([]byte(signed))
	sig, err := rsa.SignPKCS1v15(rand.Reader, key, crypto.SHA256, sum[:])
	if err != nil {
		panic(err)
	}
	return signed + "." + base64.RawURLEncoding.EncodeToString(sig)
}

// signHS256 signs with the client secret, as if it were the provider's key.
func (is *issuer) signHS256(claims map[string]any) string {
	signed := segments(map[string]any{"alg": "HS256", "kid": "key-1"}, claims)
	mac := hmac.New(sha256.New, []byte(is.secret))
	mac.Write([]byte(signed))
	return signed + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

func (is *issuer) signNone(claims map[string]any) string {
	return segments(map[string]any{"alg": "none"}, claims) + "."
}

func segments(header, claims map[string]any) string {
	h, _ := json.Marshal(header)
	c, _ := json.Marshal(claims)
	return base64.RawURLEncoding.EncodeToString(h) + "." + base64.RawURLEncoding.EncodeToString(c)
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
