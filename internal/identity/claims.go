package identity

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/coreos/go-oidc/v3/oidc"

	"github.com/ba-assistant/ba-assistant/ba"
)

// claims are those of the ID token that we read (OpenID Connect Core 1.0,
// section 2; hd is Google's, tid and oid are Microsoft's).
type claims struct {
	Issuer        string   `json:"iss"`
	Subject       string   `json:"sub"`
	Party         string   `json:"azp"`
	Nonce         string   `json:"nonce"`
	Email         string   `json:"email"`
	EmailVerified truthful `json:"email_verified"`
	Name          string   `json:"name"`
	Username      string   `json:"preferred_username"`
	Domain        string   `json:"hd"`
	TenantID      string   `json:"tid"`
	ObjectID      string   `json:"oid"`
}

// truthful is a boolean that some providers send as a string.
type truthful bool

// UnmarshalJSON takes true and "true" for true, and anything else for false.
func (t *truthful) UnmarshalJSON(data []byte) error {
	*t = string(data) == "true" || string(data) == `"true"`
	return nil
}

// person is who signed in, as far as the provider vouches for it.
type person struct {
	identity     ba.Identity
	provider     string // its name, for sentences
	email, name  string
	emailTrusted bool
	domain       string // Google Workspace domain
	tenant       string // Microsoft tenant
}

// account names the account in sentences for its own owner.
func (p person) account() string {
	switch {
	case p.email != "":
		return p.email
	case p.name != "":
		return p.name
	}
	return "without a name"
}

// verify checks the ID token and returns the person. Beyond what go-oidc
// checks (signature, audience, expiry, a fixed issuer) it checks the nonce, the
// authorised party and Microsoft's tenants.
func (p *provider) verify(ctx context.Context, found *discovered, raw, nonce string) (person, error) {
	ctx, cancel := context.WithTimeout(p.withClient(ctx), exchangeTimeout)
	defer cancel()
	token, err := found.verifier.Verify(ctx, raw)
	if err != nil {
		return person{}, explainToken(p, err)
	}
	var c claims
	if err := token.Claims(&c); err != nil {
		return person{}, misled(p, fmt.Errorf("claims of the ID token: %w", err))
	}
	if err := p.check(found, c, nonce); err != nil {
		return person{}, p.explainCheck(err, c)
	}
	return p.person(c), nil
}

func (p *provider) check(found *discovered, c claims, nonce string) error {
	if p.ID == "microsoft" {
		if err := p.checkTenant(found.issuer, c); err != nil {
			return err
		}
	}
	switch {
	case c.Subject == "":
		return errors.New("the sub claim is missing")
	case c.Party != "" && c.Party != p.ClientID:
		return errors.New("the azp claim names another client")
	case nonce == "" || subtle.ConstantTimeCompare([]byte(c.Nonce), []byte(nonce)) != 1:
		return errors.New("the nonce is not that of this sign-in")
	}
	return nil
}

// person maps the claims. The key is what the provider promises never to
// change or reuse; name and address are for display.
func (p *provider) person(c claims) person {
	who := person{
		identity: ba.Identity{Provider: p.ID, Issuer: p.Issuer, Subject: c.Subject},
		provider: p.Name,
		email:    clean(first(c.Email, c.Username)),
		name:     clean(c.Name),
	}
	switch p.ID {
	case "google":
		who.domain = strings.ToLower(c.Domain)
		gmail := strings.HasSuffix(strings.ToLower(c.Email), "@gmail.com")
		who.emailTrusted = bool(c.EmailVerified) && (gmail || c.Email != "" && c.Domain != "")
	case "microsoft":
		who.tenant = c.TenantID
		who.identity.Subject = c.TenantID + ":" + c.ObjectID
		who.emailTrusted = c.TenantID == p.Tenant && who.email != ""
	default:
		who.emailTrusted = bool(c.EmailVerified) && c.Email != ""
	}
	return who
}

func first(values ...string) string {
	i := slices.IndexFunc(values, func(s string) bool { return s != "" })
	if i < 0 {
		return ""
	}
	return values[i]
}

// clean makes a provider's text fit to be shown and stored.
func clean(s string) string {
	s = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "")))
	for utf8.RuneCountInString(s) > ba.MaxNameLen {
		_, size := utf8.DecodeLastRuneInString(s)
		s = s[:len(s)-size]
	}
	return s
}

var (
	_ oidc.KeySet      = (*tenantKeys)(nil)
	_ json.Unmarshaler = (*truthful)(nil)
)
