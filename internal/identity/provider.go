package identity

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"github.com/ba-assistant/ba-assistant/ba"
)

const (
	connectTimeout  = 5 * time.Second
	exchangeTimeout = 10 * time.Second
	maxProviderBody = 1 << 20
	// clockTolerance is how late an ID token may be, for clocks that differ.
	clockTolerance = 60 * time.Second
	// attemptGap keeps people who press the button again and again from
	// asking a provider that is down each time.
	attemptGap = 3 * time.Second
)

// ProviderConfig is one registration at an OpenID provider.
type ProviderConfig struct {
	ID           string // google, microsoft or oidc: also the path of its callback
	Name         string // on the button
	Issuer       string // for Microsoft the authority, without the tenant
	Tenant       string // Microsoft only
	ClientID     string
	ClientSecret string
}

// Google returns the registration of Google.
func Google(clientID, clientSecret string) ProviderConfig {
	return ProviderConfig{ID: "google", Name: "Google", Issuer: "https://accounts.google.com", ClientID: clientID, ClientSecret: clientSecret}
}

// Microsoft returns the registration of the Microsoft identity platform.
// tenant is a tenant id, a domain of a tenant, organizations, common or consumers.
func Microsoft(tenant, clientID, clientSecret string) ProviderConfig {
	return ProviderConfig{ID: "microsoft", Name: "Microsoft", Issuer: "https://login.microsoftonline.com", Tenant: strings.ToLower(tenant), ClientID: clientID, ClientSecret: clientSecret}
}

// OIDC returns the registration of any other issuer, which must be written
// exactly as its discovery document has it.
func OIDC(name, issuer, clientID, clientSecret string) ProviderConfig {
	return ProviderConfig{ID: "oidc", Name: name, Issuer: issuer, ClientID: clientID, ClientSecret: clientSecret}
}

// NewClient returns the HTTP client for providers: it bounds times and bodies
// and follows no redirect to another host.
func NewClient() *http.Client {
	transport := &http.Transport{
		Proxy:                 http.ProxyFromEnvironment,
		DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
		TLSHandshakeTimeout:   connectTimeout,
		ResponseHeaderTimeout: exchangeTimeout,
		MaxIdleConnsPerHost:   2,
		IdleConnTimeout:       time.Minute,
		ForceAttemptHTTP2:     true,
	}
	return &http.Client{
		Transport: boundedBodies{transport},
		Timeout:   exchangeTimeout,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) > 3 || r.URL.Host != via[0].URL.Host || r.URL.Scheme != via[0].URL.Scheme {
				return errors.New("the provider redirects to another host")
			}
			return nil
		},
	}
}

type boundedBodies struct{ next http.RoundTripper }

func (b boundedBodies) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := b.next.RoundTrip(r)
	if err == nil {
		res.Body = struct {
			io.Reader
			io.Closer
		}{io.LimitReader(res.Body, maxProviderBody), res.Body}
	}
	return res, err
}

// provider is a registration with what discovery found out about it.
type provider struct {
	ProviderConfig
	redirect string
	client   *http.Client
	clock    func() time.Time

	mu        sync.Mutex
	found     *discovered // nil until discovery succeeded
	failure   error
	attempted time.Time
}

// discovered is a provider that has answered; it does not change afterwards.
type discovered struct {
	oauth    oauth2.Config
	verifier *oidc.IDTokenVerifier
	issuer   string // for Microsoft's shared endpoints the template
}

func newProvider(c ProviderConfig, redirect string, client *http.Client, clock func() time.Time) *provider {
	return &provider{ProviderConfig: c, redirect: redirect, client: client, clock: clock}
}

// connect returns what discovery found, asking the provider where it has not
// answered yet. It returns Unavailable where it does not answer.
func (p *provider) connect(ctx context.Context) (*discovered, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.found != nil {
		return p.found, nil
	}
	if p.failure == nil || p.clock().Sub(p.attempted) >= attemptGap {
		p.attempted = p.clock()
		p.found, p.failure = p.discover(ctx)
	}
	if p.failure != nil {
		return nil, &ba.Error{
			Kind: ba.Unavailable, Code: "provider_unavailable", RetryAfter: 30 * time.Second, Err: p.failure,
			Msg: p.Name + " does not answer at the moment, so nobody can sign in with it. Try again in half a minute, or sign in another way.",
		}
	}
	return p.found, nil
}

func (p *provider) discover(ctx context.Context) (*discovered, error) {
	ctx, cancel := context.WithTimeout(ctx, exchangeTimeout)
	defer cancel()
	ctx = p.withClient(ctx)
	url := p.Issuer
	if p.ID == "microsoft" {
		url = p.Issuer + "/" + p.Tenant + "/v2.0"
		ctx = oidc.InsecureIssuerURLContext(ctx, url) // microsoftIssuer makes the comparison below
	}
	found, err := oidc.NewProvider(ctx, url)
	if err != nil {
		return nil, fmt.Errorf("discovery of %s: %w", p.ID, err)
	}
	var meta metadata
	if err := found.Claims(&meta); err != nil {
		return nil, fmt.Errorf("discovery of %s: %w", p.ID, err)
	}
	if err := meta.check(p.Issuer); err != nil {
		return nil, fmt.Errorf("discovery of %s: %w", p.ID, err)
	}
	if p.ID == "microsoft" {
		return p.microsoft(meta)
	}
	return p.finish(meta, oidc.NewVerifier(p.Issuer, oidc.NewRemoteKeySet(ctx, meta.KeysURL), p.verifierConfig(meta))), nil
}

// metadata is the part of the discovery document that we use (OpenID Connect
// Discovery 1.0, section 3).
type metadata struct {
	Issuer      string   `json:"issuer"`
	AuthURL     string   `json:"authorization_endpoint"`
	TokenURL    string   `json:"token_endpoint"`
	KeysURL     string   `json:"jwks_uri"`
	AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
	Algorithms  []string `json:"id_token_signing_alg_values_supported"`
}

// check refuses endpoints over plain http, except those of an issuer on this machine.
func (m metadata) check(issuer string) error {
	for _, s := range []string{m.AuthURL, m.TokenURL, m.KeysURL} {
		u, err := url.Parse(s)
		if err != nil || u.Host == "" {
			return errors.New("an endpoint is no address")
		}
		if u.Scheme != "https" && !strings.HasPrefix(issuer, "http://") {
			return errors.New("an endpoint is not https")
		}
	}
	return nil
}

func (p *provider) verifierConfig(m metadata) *oidc.Config {
	return &oidc.Config{
		ClientID:             p.ClientID,
		SupportedSigningAlgs: asymmetric(m.Algorithms),
		Now:                  func() time.Time { return p.clock().Add(-clockTolerance) },
	}
}

// asymmetric keeps the algorithms that a key set can verify; none is RS256.
func asymmetric(algs []string) []string {
	known := []string{oidc.RS256, oidc.RS384, oidc.RS512, oidc.ES256, oidc.ES384, oidc.ES512, oidc.PS256, oidc.PS384, oidc.PS512, oidc.EdDSA}
	return slices.DeleteFunc(slices.Clone(algs), func(a string) bool { return !slices.Contains(known, a) })
}

func (p *provider) finish(m metadata, v *oidc.IDTokenVerifier) *discovered {
	return &discovered{
		issuer:   m.Issuer,
		verifier: v,
		oauth: oauth2.Config{
			ClientID:     p.ClientID,
			ClientSecret: p.ClientSecret,
			RedirectURL:  p.redirect,
			Scopes:       []string{oidc.ScopeOpenID, oidc.ScopeProfile, oidc.ScopeEmail},
			Endpoint:     oauth2.Endpoint{AuthURL: m.AuthURL, TokenURL: m.TokenURL, AuthStyle: p.authStyle(m.AuthMethods)},
		},
	}
}

// authStyle is always set: left open, x/oauth2 tries twice, and a code is good
// for one use.
func (p *provider) authStyle(methods []string) oauth2.AuthStyle {
	if p.ID != "oidc" || slices.Contains(methods, "client_secret_post") || p.ClientSecret == "" {
		return oauth2.AuthStyleInParams
	}
	return oauth2.AuthStyleInHeader // the default of Discovery 1.0
}

func (p *provider) withClient(ctx context.Context) context.Context {
	return oidc.ClientContext(ctx, p.client)
}

// Run discovers the providers in the background and tries again until all
// have answered or ctx ends. A provider that is down stops nothing but its button.
func (s *Service) Run(ctx context.Context) error {
	var wg sync.WaitGroup
	for _, p := range s.providers {
		wg.Go(func() { s.keepTrying(ctx, p) })
	}
	wg.Wait()
	return nil
}

func (s *Service) keepTrying(ctx context.Context, p *provider) {
	const first, longest = 4 * time.Second, 2 * time.Minute
	for wait := first; ; wait = min(2*wait, longest) {
		_, err := p.connect(ctx)
		if err == nil || ctx.Err() != nil {
			return
		}
		s.log.WarnContext(ctx, "sign-in provider does not answer; trying again", "provider", p.ID, "wait", wait, "error", err)
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}
