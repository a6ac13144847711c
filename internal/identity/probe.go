package identity

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/reach"
)

// Registration is a way to sign in as the operator set it up.
type Registration struct {
	ID, Name string
	Address  string // where its discovery document is
	Redirect string // what must be registered there, character for character
	Option   string // the variable that names the issuer, or the tenant
	Answered bool   // its discovery document was read, by this instance
	Failed   bool   // it was asked, and gave none
}

// Probe is what came of a test of a way to sign in.
type Probe struct {
	OK   bool
	Code string // stable: ok, host_unknown, tls, status, no_document, issuer
	Text string
	Fix  string
}

// Registrations returns the ways to sign in, for administrators.
func (s *Service) Registrations(a ba.Actor) ([]Registration, error) {
	if !a.IsAdmin() {
		return nil, ba.E(ba.Forbidden, "Only an administrator sees how the ways to sign in are set up.")
	}
	list := make([]Registration, len(s.providers))
	for i, p := range s.providers {
		list[i] = p.registration()
	}
	return list, nil
}

func (p *provider) registration() Registration {
	p.mu.Lock()
	defer p.mu.Unlock()
	return Registration{ID: p.ID, Name: p.Name, Address: p.document(), Redirect: p.redirect, Option: p.option(), Answered: p.found != nil, Failed: p.found == nil && p.failure != nil}
}

// option is the variable that decides which document is read; Google has none.
func (p *provider) option() string {
	return map[string]string{"microsoft": "MICROSOFT_TENANT", "oidc": "OIDC_ISSUER"}[p.ID]
}

// document is the address of the discovery document (OpenID Connect Discovery
// 1.0, section 4).
func (p *provider) document() string {
	issuer := p.Issuer
	if p.ID == "microsoft" {
		issuer += "/" + p.Tenant + "/v2.0"
	}
	return strings.TrimSuffix(issuer, "/") + "/.well-known/openid-configuration"
}

// TestSignIn reads the discovery document of a provider anew and says what
// came of it. Whether the client id and its secret are right shows only when a
// person signs in. It is for administrators, and in the audit log.
func (s *Service) TestSignIn(ctx context.Context, a ba.Actor, id string) (Probe, error) {
	if !a.IsAdmin() || !a.CanWrite() {
		return Probe{}, ba.E(ba.Forbidden, "Only an administrator can test a way to sign in.")
	}
	p, err := s.provider(id)
	if err != nil {
		return Probe{}, err
	}
	result := p.probe(ctx)
	if ctx.Err() != nil {
		return result, ctx.Err()
	}
	return result, s.store.Audit(ctx, ba.Act(a, ba.ActProviderTested, "sign-in", id).With(result.Code))
}

// probe asks the provider, and keeps what it found for those who sign in.
func (p *provider) probe(ctx context.Context) Probe {
	if fault, found := p.readable(ctx); found {
		return fault
	}
	d, err := p.discover(ctx)
	if err != nil {
		return Probe{Code: "issuer", Text: p.Name + " answers, and its discovery document is for another issuer or lacks an address.",
			Fix: p.correct("It must be written exactly as \"issuer\" stands in " + p.document() + ".")}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.found, p.failure = d, nil
	return Probe{OK: true, Code: "ok", Text: p.Name + " answers, and its discovery document is right.",
		Fix: "If a sign-in fails all the same, compare the redirect address there with " + p.redirect + ", and the client id and secret."}
}

// readable says why the discovery document cannot be read at all.
func (p *provider) readable(ctx context.Context) (Probe, bool) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, p.document(), nil)
	if err != nil {
		return Probe{Code: "no_document", Text: "The issuer of " + p.Name + " is no address.", Fix: p.correct("")}, true
	}
	res, err := p.client.Do(r)
	if err != nil {
		why := reach.Why(err, r.URL.Host)
		return Probe{Code: why.Code, Text: why.Text, Fix: p.correct(why.Fix)}, true
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return Probe{Code: "status", Text: fmt.Sprintf("%s has no discovery document at %s (HTTP status %d).", p.Name, p.document(), res.StatusCode),
			Fix: p.correct("It is the issuer without /.well-known/openid-configuration.")}, true
	}
	var meta metadata
	if err := json.NewDecoder(io.LimitReader(res.Body, maxProviderBody)).Decode(&meta); err != nil || meta.Issuer == "" {
		return Probe{Code: "no_document", Text: "What stands at " + p.document() + " is no discovery document.",
			Fix: p.correct("Open the address in a browser: it must show JSON.")}, true
	}
	return Probe{}, false
}

// correct puts the variable to correct before the advice.
func (p *provider) correct(advice string) string {
	if p.option() == "" {
		return strings.TrimSpace(advice)
	}
	return strings.TrimSpace("Correct " + p.option() + " where it is wrong, and restart. " + advice)
}
