package identity

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/coreos/go-oidc/v3/oidc"
	jose "github.com/go-jose/go-jose/v4"
)

// consumerTenant is the tenant of all personal Microsoft accounts.
const consumerTenant = "9188040d-6c67-4c5b-b112-36a304b66dad"

const tenantPlace = "{tenantid}"

var tenantID = regexp.MustCompile(`^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$`)

// microsoft finishes discovery for a Microsoft registration. The discovery
// document of a tenant has a fixed issuer, those of organizations and common
// have a template, with which each token must be compared by itself.
func (p *provider) microsoft(m metadata) (*discovered, error) {
	if err := p.microsoftIssuer(m.Issuer); err != nil {
		return nil, err
	}
	cfg := p.verifierConfig(m)
	cfg.SkipIssuerCheck = strings.Contains(m.Issuer, tenantPlace) // checkTenant makes it
	keys := &tenantKeys{url: m.KeysURL, client: p.client}
	return p.finish(m, oidc.NewVerifier(m.Issuer, keys, cfg)), nil
}

// microsoftIssuer compares the issuer of the discovery document with what the
// configured tenant must have.
func (p *provider) microsoftIssuer(issuer string) error {
	want := p.Tenant
	switch {
	case p.Tenant == "common" || p.Tenant == "organizations":
		want = tenantPlace
	case p.Tenant == "consumers":
		want = consumerTenant
	case !tenantID.MatchString(p.Tenant): // a domain, which the document resolves to a tenant
		_, rest, _ := strings.Cut(issuer, p.Issuer+"/")
		want, _, _ = strings.Cut(rest, "/")
		if !tenantID.MatchString(want) {
			want = "a tenant id"
		}
	}
	if want = p.Issuer + "/" + want + "/v2.0"; issuer != want {
		return fmt.Errorf("the issuer is %q, expected %q", issuer, want)
	}
	return nil
}

// checkTenant makes the checks of a Microsoft token that the verifier cannot
// make, in the order of the vendor's advice.
func (p *provider) checkTenant(issuer string, c claims) error {
	switch {
	case !tenantID.MatchString(c.TenantID):
		return errors.New("the tid claim is no tenant id")
	case c.Issuer != strings.ReplaceAll(issuer, tenantPlace, c.TenantID):
		return fmt.Errorf("the token's issuer is %q, not that of its tenant", c.Issuer)
	case c.TenantID == consumerTenant && p.Tenant != "common" && p.Tenant != "consumers" && p.Tenant != consumerTenant:
		return errPersonalAccount
	case c.ObjectID == "":
		return errors.New("the oid claim is missing; is the scope profile granted?")
	}
	return nil
}

var errPersonalAccount = errors.New("a personal account where only work and school accounts are taken")

// tenantKeys is Microsoft's shared key set. Each key says for which issuers it
// may sign; go-oidc does not look at that, and a key for consumers was once
// used to sign for companies. So the set is kept here, with the comparison.
type tenantKeys struct {
	url    string
	client *http.Client

	mu   sync.Mutex
	keys []tenantKey
}

type tenantKey struct {
	jose.JSONWebKey
	issuer string // a fixed issuer, a template, or empty for any
}

// UnmarshalJSON reads a key with its issuer member.
func (k *tenantKey) UnmarshalJSON(data []byte) error {
	var extra struct {
		Issuer string `json:"issuer"`
	}
	if err := json.Unmarshal(data, &extra); err != nil {
		return err
	}
	k.issuer = extra.Issuer
	return k.JSONWebKey.UnmarshalJSON(data)
}

// VerifySignature implements oidc.KeySet. An unknown key id makes it fetch the
// set again, as keys rotate without notice.
func (k *tenantKeys) VerifySignature(ctx context.Context, jwt string) ([]byte, error) {
	sig, err := jose.ParseSigned(jwt, []jose.SignatureAlgorithm{jose.RS256, jose.RS384, jose.RS512, jose.PS256, jose.ES256})
	if err != nil || len(sig.Signatures) != 1 {
		return nil, errors.New("malformed token")
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if payload, found, err := k.verify(sig); found {
		return payload, err
	}
	if err := k.fetch(ctx); err != nil {
		return nil, err
	}
	payload, found, err := k.verify(sig)
	if !found {
		return nil, errors.New("no key of the provider has the token's key id")
	}
	return payload, err
}

func (k *tenantKeys) verify(sig *jose.JSONWebSignature) (payload []byte, found bool, err error) {
	for _, key := range k.keys {
		if key.KeyID != sig.Signatures[0].Header.KeyID {
			continue
		}
		payload, err := sig.Verify(&key.JSONWebKey)
		if err != nil {
			return nil, true, fmt.Errorf("signature: %w", err)
		}
		return payload, true, key.maySign(payload)
	}
	return nil, false, nil
}

func (k tenantKey) maySign(payload []byte) error {
	var c struct {
		Issuer   string `json:"iss"`
		TenantID string `json:"tid"`
	}
	if err := json.Unmarshal(payload, &c); err != nil {
		return fmt.Errorf("claims: %w", err)
	}
	if k.issuer != "" && c.Issuer != strings.ReplaceAll(k.issuer, tenantPlace, c.TenantID) {
		return fmt.Errorf("the key may not sign for the issuer %q", c.Issuer)
	}
	return nil
}

func (k *tenantKeys) fetch(ctx context.Context) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, k.url, nil)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	res, err := k.client.Do(req)
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("keys: status %d", res.StatusCode)
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if err := json.NewDecoder(io.LimitReader(res.Body, maxProviderBody)).Decode(&set); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	k.keys = nil
	for _, raw := range set.Keys {
		var key tenantKey
		if err := json.Unmarshal(raw, &key); err == nil && key.Valid() { // kinds of key that we don't know are skipped (RFC 7517, section 5)
			k.keys = append(k.keys, key)
		}
	}
	return nil
}
