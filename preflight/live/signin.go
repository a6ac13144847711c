package live

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

// providerHosts are where sign-in providers take authorization requests.
var providerHosts = []string{"accounts.google.com", "login.microsoftonline.com", "login.microsoftonline.us", "login.live.com", "github.com", "gitlab.com", "appleid.apple.com", "www.facebook.com", "discord.com", "slack.com", "www.linkedin.com", "bitbucket.org", "twitter.com", "x.com", "id.twitch.tv", "accounts.spotify.com"}

var providerSuffixes = []string{".auth0.com", ".okta.com", ".oktapreview.com", ".b2clogin.com", ".ciamlogin.com", ".amazoncognito.com", ".onelogin.com", ".kinde.com", ".workos.com", ".clerk.accounts.dev", ".supabase.co", ".zitadel.cloud"}

// authorization reports whether an address is an OAuth authorization request:
// at a known provider, or one that names client and response type.
func authorization(u *url.URL) bool {
	if u == nil || u.Host == "" {
		return false
	}
	q := u.Query()
	name := strings.ToLower(u.Hostname())
	for _, h := range providerHosts {
		if name == h && (q.Has("redirect_uri") || q.Has("client_id") || q.Has("response_type")) {
			return true
		}
	}
	for _, suffix := range providerSuffixes {
		if strings.HasSuffix(name, suffix) && q.Has("redirect_uri") {
			return true
		}
	}
	return q.Has("client_id") && q.Has("response_type")
}

var loginPaths = []string{"/auth/google/login", "/auth/google", "/api/auth/google", "/api/auth/google/login", "/auth/login/google", "/login/google", "/api/v1/auth/google/login", "/api/v1/auth/google", "/oauth/google", "/oauth2/authorization/google", "/accounts/google/login/",
	"/auth/microsoft/login", "/auth/microsoft", "/auth/oidc/login", "/auth/github/login", "/auth/github", "/login/github", "/auth/login", "/oauth2/start", "/login"}

var loginRoute = regexp.MustCompile(`(?i)/(?:google|microsoft|azure|github|oidc|oauth2?|sso)(?:/|-|_)?(?:login|authorize|auth|start|signin|url)?/?$|/(?:login|authorize|signin)/(?:google|microsoft|azure|github|oidc|sso)/?$`)

// beginning is a login route and the authorization request it leads to.
type beginning struct {
	answer  *answer
	request *url.URL
	cookies []*http.Cookie
}

// candidates are the login routes to try, the likeliest first.
func (s *session) loginCandidates() []string {
	if s.opts.LoginPath != "" {
		return []string{s.opts.LoginPath}
	}
	paths := append([]string(nil), s.facts.providers...)
	for _, r := range s.facts.routes {
		if r.has("GET") && !strings.Contains(r.path, "{") && !strings.Contains(r.path, "callback") && loginRoute.MatchString(r.path) && len(paths) < 12 {
			paths = append(paths, r.path)
		}
	}
	return append(paths, loginPaths...)
}

// signIn checks AUTH-07, its look from the provider's side (AUTH-08), and AUTH-10.
func (s *session) signIn(ctx context.Context) []Outcome {
	if !s.api.up {
		return []Outcome{outcome("AUTH-07", NotDetermined, s.api.name()+" gave no answer").at(s.api.base.String())}
	}
	first := s.findLogin(ctx)
	if first == nil {
		return []Outcome{s.noLogin()}
	}
	second, _ := s.begin(ctx, first.answer.URL.String())
	out := []Outcome{s.judgeSignIn(ctx, first, second)}
	if leaked := tokenInURL(first.request); leaked != "" {
		out = append(out, outcome("AUTH-10", Warn, "the sign-in address carries "+leaked).at(first.answer.URL.String()))
	}
	if s.opts.ContactProvider {
		out = append(out, s.askProvider(ctx, first.request))
	} else {
		out = append(out, outcome("AUTH-08", NotDetermined, "the provider was not asked; --contact-provider does it once, without cookies").at(first.request.Scheme+"://"+first.request.Host))
	}
	return out
}

func (s *session) noLogin() Outcome {
	if s.opts.LoginPath != "" {
		return outcome("AUTH-07", NotDetermined, s.opts.LoginPath+" does not lead to a sign-in provider").at(s.api.url(s.opts.LoginPath))
	}
	if s.api.kind == spaKind || s.api.kind == siteKind && len(s.facts.routes) == 0 {
		return outcome("AUTH-07", NotApplicable, "no route that starts a sign-in was found; if there is one, give --login /path").at(s.api.base.String())
	}
	return outcome("AUTH-07", NotDetermined, "no route that starts a sign-in was found under its usual names; if there is one, give --login /path").at(s.api.base.String())
}

// findLogin tries the candidates until one leads to a provider.
func (s *session) findLogin(ctx context.Context) *beginning {
	seen := make(map[string]bool)
	hosts := []*host{s.api}
	if s.site != s.api && s.site.up && s.site.kind != spaKind && s.opts.LoginPath != "" {
		hosts = append(hosts, s.site)
	}
	for _, h := range hosts {
		for _, path := range s.loginCandidates() {
			if at := h.url(path); !seen[at] && len(seen) < 28 {
				seen[at] = true
				if b, ok := s.begin(ctx, at); ok {
					return b
				}
			}
		}
	}
	return nil
}

// begin asks a login route. It follows redirects on the named hosts, as for a
// missing slash, and looks into JSON answers.
func (s *session) begin(ctx context.Context, at string) (*beginning, bool) {
	var cookies []*http.Cookie
	for range 4 {
		a, err := s.prober.do(ctx, ask{url: at, limit: 256 << 10, fresh: true})
		if err != nil {
			return nil, false
		}
		cookies = append(cookies, (&http.Response{Header: a.Header}).Cookies()...)
		next := a.location()
		switch {
		case next == nil:
			u := authorizationInBody(a)
			return &beginning{a, u, cookies}, u != nil
		case authorization(next):
			return &beginning{a, next, cookies}, true
		case !s.named(next):
			return nil, false
		}
		at = next.String()
	}
	return nil, false
}

var urlInJSON = regexp.MustCompile(`https?://[^\s"'<>\\]{10,1000}`)

// authorizationInBody reads the JSON answers of back ends that leave the
// redirect to the front end.
func authorizationInBody(a *answer) *url.URL {
	if a.Status != 200 || !jsonLike(a) {
		return nil
	}
	var doc any
	if json.Unmarshal(a.Body, &doc) != nil {
		return nil
	}
	text, err := json.Marshal(doc) // undoes every kind of escaping but &
	if err != nil {
		return nil
	}
	plain := strings.NewReplacer(`\u0026`, "&", `\u003d`, "=").Replace(string(text))
	for _, m := range urlInJSON.FindAllString(plain, 10) {
		if u, err := url.Parse(m); err == nil && authorization(u) {
			return u
		}
	}
	return nil
}

// RequestFault is one fault of an authorization request.
type RequestFault struct {
	Level State
	Text  string
	Fix   string
}

var placeholderID = regexp.MustCompile(`(?i)^(?:your|my|the|change|example|placeholder|dummy|test|todo|none|null|undefined|xxx|<|\$\{|\{\{|client[_-]?id|google[_-]?client|insert)`)

// JudgeRequest lists the faults of an authorization request for a deployment
// whose public hosts are given (host, or host:port). It sends nothing.
func JudgeRequest(u *url.URL, hosts []string) []RequestFault {
	q := u.Query()
	faults := judgeRedirectURI(q, hosts)
	add := func(level State, text, fix string) { faults = append(faults, RequestFault{level, text, fix}) }
	switch id := q.Get("client_id"); {
	case id == "":
		add(Fail, "client_id is empty", "Set the client id variable on the platform and redeploy.")
	case placeholderID.MatchString(id):
		add(Fail, "client_id is a placeholder ("+clean(id, 40)+")", "Set the client id of the production OAuth app.")
	}
	switch t := q.Get("response_type"); {
	case t == "":
		add(Fail, "response_type is missing", "Send response_type=code.")
	case t != "code" && strings.Contains(t, "token") && !strings.Contains(t, "code"):
		add(Warn, "the implicit flow is used (response_type="+clean(t, 30)+"): tokens end up in the browser's history", "Use response_type=code with PKCE (RFC 9700, section 2.1.2).")
	}
	switch state := q.Get("state"); {
	case state == "" && q.Get("code_challenge") == "":
		add(Fail, "there is no state: anybody can finish a sign-in in your user's browser", "Make a random state, keep it in a signed cookie, and compare it in the callback.")
	case state == "":
		add(Warn, "there is no state; PKCE protects only where the verifier is bound to the browser", "Send a random state and compare it in the callback.")
	case len(state) < 16:
		add(Warn, fmt.Sprintf("state has only %d characters", len(state)), "Use at least 128 random bits.")
	}
	if q.Has("client_secret") {
		add(Fail, "the client secret is in the address", "Take it out at once, and rotate it: it is in browser histories and logs.")
	}
	if strings.Contains(" "+q.Get("scope")+" ", " openid ") && q.Get("nonce") == "" && q.Get("code_challenge") == "" {
		add(Info, "no nonce and no PKCE: a stolen code can be used by somebody else", "Send code_challenge (S256) and nonce.")
	}
	if q.Get("code_challenge") != "" && q.Get("code_challenge_method") != "S256" {
		add(Warn, "PKCE without S256", "Send code_challenge_method=S256.")
	}
	return faults
}

func judgeRedirectURI(q url.Values, hosts []string) []RequestFault {
	raw := q.Get("redirect_uri")
	u, err := url.Parse(raw)
	switch {
	case raw == "" && q.Get("client_id") != "":
		return []RequestFault{{Fail, "redirect_uri is missing", "Build it from the public address of the back end."}}
	case raw == "":
		return nil
	case err != nil || u.Scheme == "" || u.Host == "":
		return []RequestFault{{Fail, "redirect_uri is no complete address: " + clean(raw, 80), "Set the public URL variable to https://host, without a path."}}
	}
	var faults []RequestFault
	fix := "Set the public URL variable of the back end (BACKEND_URL, PUBLIC_URL or the like), redeploy, and register exactly the new redirect URI with the provider."
	local := isLocalName(u.Hostname())
	named, first := false, ""
	for _, h := range hosts {
		named = named || strings.EqualFold(u.Host, h)
		if first == "" {
			first = h
		}
	}
	switch {
	case local && !named:
		return []RequestFault{{Fail, "redirect_uri leads to " + clean(u.Scheme+"://"+u.Host, 60) + ", which is the developer's machine", fix}}
	case !named:
		faults = append(faults, RequestFault{Fail, "redirect_uri leads to another host, " + clean(u.Host, 60) + ", not to " + first, fix})
	}
	if u.Scheme == "http" && !local {
		faults = append(faults, RequestFault{Fail, "redirect_uri is http, which providers refuse outside localhost", "Let the app know that it stands behind https (uvicorn --proxy-headers --forwarded-allow-ips, trust proxy), or build the URI from a configured https address."})
	}
	if u.Fragment != "" || u.User != nil || strings.Contains(u.Path, "//") && u.Path != "//" {
		faults = append(faults, RequestFault{Warn, "redirect_uri is oddly built (" + clean(u.Path, 60) + "): the comparison at the provider is exact", "Write the base URL without a slash at the end."})
	}
	return faults
}

func (s *session) publicHosts() []string {
	var hosts []string
	for _, h := range s.hosts() {
		hosts = append(hosts, h.base.Host)
	}
	return hosts
}

func (s *session) judgeSignIn(ctx context.Context, first, second *beginning) Outcome {
	faults := JudgeRequest(first.request, s.publicHosts())
	if second != nil {
		a, b := first.request.Query().Get("state"), second.request.Query().Get("state")
		if a != "" && a == b {
			faults = append(faults, RequestFault{Fail, "state is the same in two requests", "Make a new random state for each sign-in."})
		}
	}
	if f, ok := s.callbackMissing(ctx, first.request); ok {
		faults = append(faults, f)
	}
	at := first.answer.URL.String()
	sent := first.request.Query().Get("redirect_uri")
	proof := []string{first.answer.line() + " to " + first.request.Scheme + "://" + first.request.Host + first.request.Path, "redirect_uri=" + sent}
	curl := "curl -sI '" + at + "' | grep -i ^location"
	level := Pass
	var texts []string
	fix := ""
	for _, f := range faults {
		if f.Level > level {
			level, fix = f.Level, f.Fix
		}
		texts = append(texts, f.Text)
	}
	if level == Pass {
		return outcome("AUTH-07", Pass, "the sign-in redirect is in order; register exactly this URI: "+sent).at(at).proof(append(proof, extras(first.request))...).verify(curl)
	}
	return outcome("AUTH-07", level, "sign-in: "+strings.Join(texts, "; ")).at(at).proof(proof...).fix(fix).verify(curl)
}

func extras(u *url.URL) string {
	q := u.Query()
	var have []string
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if q.Get(name) != "" {
			have = append(have, name)
		}
	}
	return "with " + strings.Join(have, ", ")
}

// callbackMissing asks the redirect URI itself, if it is on a named host: a
// 404 as for any unknown path means that nobody will be let in.
func (s *session) callbackMissing(ctx context.Context, request *url.URL) (RequestFault, bool) {
	u, err := url.Parse(request.Query().Get("redirect_uri"))
	if err != nil || u.Host == "" {
		return RequestFault{}, false
	}
	for _, h := range s.hosts() {
		if !h.up || !strings.EqualFold(u.Host, h.base.Host) || h.base.Scheme != u.Scheme {
			continue
		}
		a, err := s.prober.do(ctx, ask{url: u.String(), limit: 64 << 10})
		if err == nil && a.Status == 404 && h.control != nil && h.control.Status == 404 && string(a.Body) == string(h.control.Body) {
			return RequestFault{Fail, "the callback " + clean(u.Path, 80) + " does not exist on " + h.name() + " (404)", "Let the path of the redirect URI be one that the application serves; on a static host add the rewrite to index.html."}, true
		}
	}
	return RequestFault{}, false
}

// tokenInURL names a credential in an address.
func tokenInURL(u *url.URL) string {
	for _, name := range []string{"token", "access_token", "id_token", "jwt", "session_id", "session_token"} {
		if v := u.Query().Get(name); len(v) >= 16 {
			return "a credential (" + name + "=...), which ends up in histories and logs"
		}
	}
	return ""
}

// refusals are what providers write when they don't accept a request.
var refusals = []struct{ mark, text, fix string }{
	{"redirect_uri_mismatch", "Google does not know this redirect URI", "Add the exact URI to the OAuth client; it can take some minutes to apply."},
	{"AADSTS50011", "Microsoft does not know this redirect URI", "Register it under Web (not Single-page application) in the app registration."},
	{"AADSTS900971", "Microsoft has no redirect URI for this app", "Register the redirect URI in the app registration."},
	{"AADSTS700016", "Microsoft does not know this client id in this tenant", "Check MICROSOFT_CLIENT_ID and the tenant."},
	{"AADSTS50194", "the app is for one tenant, but is used with the common endpoint", "Set the tenant id, or make the app multi-tenant."},
	{"AADSTS700054", "Microsoft refuses this response_type", "Use response_type=code."},
	{"invalid_client", "the provider does not know this client id", "Check the client id variable."},
	{"deleted_client", "the OAuth client was deleted", "Restore it, or create a new one."},
	{"redirect_uri MUST match", "GitHub does not know this redirect URI", "Set the callback URL of the OAuth app."},
	{"redirect_uri is not associated with this application", "GitHub does not know this redirect URI", "Set the callback URL of the OAuth app."},
	{"doesn't comply with Google's OAuth 2.0 policy", "Google refuses this redirect URI by policy (http, a number, or a bad host)", "Use https and a public domain."},
	{"Invalid redirect_uri", "the provider does not know this redirect URI", "Register the exact URI with the provider."},
}

// loginPage marks show that the provider went on to ask who it is.
var loginPageMarks = []string{"identifierId", "signin/identifier", "signin/v2", "signin/v3", "loginfmt", "i0116", "login_field", "Sign in to GitHub"}

// askProvider sends the authorization request once, without cookies, and
// follows redirects inside the provider's hosts only.
func (s *session) askProvider(ctx context.Context, request *url.URL) Outcome {
	at := request.Scheme + "://" + request.Host + request.Path
	inside := func(u *url.URL) bool {
		return u.Scheme == "https" && (u.Hostname() == request.Hostname() || registrable(u.Hostname()) == registrable(request.Hostname()))
	}
	hops, err := s.prober.follow(ctx, request.String(), inside)
	if len(hops) == 0 {
		return outcome("AUTH-08", NotDetermined, "the provider: "+Explain(request.Hostname(), err)).at(at)
	}
	return JudgeProviderPage(hopsText(hops)).at(at).proof(fmt.Sprintf("GET %s -> %d", at, hops[len(hops)-1].Status))
}

func hopsText(hops []*answer) string {
	var b strings.Builder
	for _, a := range hops {
		if l := a.get("Location"); l != "" {
			if plain, err := url.QueryUnescape(l); err == nil {
				l = plain
			}
			b.WriteString(l + "\n")
		}
		b.Write(a.Body)
	}
	return b.String()
}

// JudgeProviderPage reads a provider's answer. A page that it does not know is
// not determined: providers change their pages.
func JudgeProviderPage(text string) Outcome {
	for _, r := range refusals {
		if strings.Contains(text, r.mark) {
			return outcome("AUTH-08", Fail, r.text).fix(r.fix)
		}
	}
	for _, mark := range loginPageMarks {
		if strings.Contains(text, mark) {
			return outcome("AUTH-08", Pass, "the provider goes on to its sign-in page (Microsoft often checks the URI only after the account is chosen)")
		}
	}
	return outcome("AUTH-08", NotDetermined, "the provider's page says neither yes nor no")
}

func registrable(host string) string {
	parts := strings.Split(host, ".")
	if len(parts) < 2 {
		return host
	}
	return strings.Join(parts[len(parts)-2:], ".")
}
