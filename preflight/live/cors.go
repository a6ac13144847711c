package live

import (
	"context"
	"fmt"
	"net/http"
	"sort"
	"strings"
)

// wanted are the headers a signed-in client sends.
const wantedHeaders = "authorization,content-type"

// corsAnswer is how a host treats one origin on one path.
type corsAnswer struct {
	preflight, actual *answer
	origin            string
	path, method      string
}

func (c corsAnswer) allowOrigin(a *answer) string {
	if a == nil {
		return ""
	}
	return strings.Join(a.Header.Values("Access-Control-Allow-Origin"), ", ")
}

func (c corsAnswer) credentials(a *answer) bool {
	return a != nil && a.get("Access-Control-Allow-Credentials") == "true"
}

// ask sends what a browser sends: the preflight, then the request itself.
func (s *session) ask(ctx context.Context, path, method, origin string) (corsAnswer, error) {
	c := corsAnswer{origin: origin, path: path, method: method}
	var err error
	c.preflight, err = s.prober.do(ctx, ask{method: http.MethodOptions, url: s.api.url(path), limit: 64 << 10, header: map[string]string{
		"Origin": origin, "Access-Control-Request-Method": method, "Access-Control-Request-Headers": wantedHeaders}})
	if err != nil {
		return c, err
	}
	// The actual request is sent as GET whatever the method: a browser reads
	// the same headers on it, and nothing is changed here.
	c.actual, err = s.prober.do(ctx, ask{url: s.api.url(path), limit: 256 << 10, header: map[string]string{"Origin": origin}})
	return c, err
}

// crossOrigin checks CORS-09, CORS-08 and the live side of CORS-03, 04 and 07.
func (s *session) crossOrigin(ctx context.Context) []Outcome {
	if !s.api.up {
		return []Outcome{outcome("CORS-09", NotDetermined, s.api.name()+" gave no answer").at(s.api.base.String())}
	}
	paths := s.corsPaths()
	out := s.hostileOrigins(ctx, paths[0].path)
	front := s.site.origin()
	if s.site.origin() == s.api.origin() {
		reason := "front end and API share one origin, so browsers ask nothing; give --api if the API is elsewhere"
		return append(out, outcome("CORS-09", NotApplicable, reason).at(s.api.base.String()), outcome("CORS-08", NotApplicable, reason).at(s.api.base.String()), outcome("CORS-10", NotApplicable, reason).at(s.api.base.String()))
	}
	var asked []corsAnswer
	for _, r := range paths {
		c, err := s.ask(ctx, r.path, r.methods[0], front)
		if err != nil {
			return append(out, outcome("CORS-09", NotDetermined, Explain(s.api.name(), err)).at(s.api.url(r.path)))
		}
		asked = append(asked, c)
	}
	verdict := s.judgeCORS(asked)
	out = append(out, verdict)
	if verdict.State == Pass {
		out = append(out, s.otherName(ctx, paths[0])...)
		out = append(out, s.errorsKeepHeaders(ctx, front)...)
	}
	return out
}

// corsPaths picks up to three paths that an application's client would use.
func (s *session) corsPaths() []route {
	var picked []route
	var post, get *route
	for i, r := range s.facts.routes {
		if strings.Contains(r.path, "{") || strings.Contains(r.path, "health") {
			continue
		}
		if r.has("POST") && (post == nil || strings.Contains(r.path, "/api/") && !strings.Contains(post.path, "/api/")) {
			post = &s.facts.routes[i]
		}
		if r.has("GET") && (get == nil || strings.Contains(r.path, "/api/") && !strings.Contains(get.path, "/api/")) {
			get = &s.facts.routes[i]
		}
	}
	if post != nil {
		picked = append(picked, route{path: post.path, methods: []string{"POST"}})
	}
	if get != nil && (post == nil || get.path != post.path) {
		picked = append(picked, route{path: get.path, methods: []string{"GET"}})
	}
	if len(picked) > 0 {
		return picked
	}
	// A path that exists says more than one that does not.
	if s.api.entry.Status < 400 {
		picked = append(picked, route{path: "/", methods: []string{"GET"}})
	}
	if h := s.facts.health; h != nil {
		picked = append(picked, route{path: strings.TrimPrefix(h.URL.Path, strings.TrimSuffix(s.api.base.Path, "/")), methods: []string{"GET"}})
	}
	return append(picked, route{path: "/api/me", methods: []string{"GET"}})
}

// corsFault says, in the browser's terms, why it would refuse; "" means it
// would not.
func corsFault(a *answer, origin, method string, preflight bool) string {
	values := a.Header.Values("Access-Control-Allow-Origin")
	got := strings.Join(values, ", ")
	credentials := a.get("Access-Control-Allow-Credentials") == "true"
	switch {
	case len(values) == 0:
		return "there is no Access-Control-Allow-Origin"
	case len(values) > 1 || strings.Contains(got, ","):
		return "Access-Control-Allow-Origin is sent more than once (" + got + "), which browsers refuse: the proxy and the app both add it"
	case preflight && (a.Status < 200 || a.Status > 299):
		return fmt.Sprintf("the preflight request is answered with status %d", a.Status)
	case got == "*" && credentials:
		return "Access-Control-Allow-Origin is * together with credentials, which browsers refuse"
	case got == "*":
	case got == origin+"/":
		return "the allowed origin is written with a slash at the end (" + got + ")"
	case strings.EqualFold(strings.TrimPrefix(got, "http://"), strings.TrimPrefix(origin, "https://")):
		return "the allowed origin is written with http instead of https (" + got + ")"
	case got != origin:
		return "only " + got + " is allowed"
	}
	if !preflight {
		return ""
	}
	if methods := list(a, "Access-Control-Allow-Methods"); method != "GET" && method != "POST" && method != "HEAD" && !methods[strings.ToLower(method)] && !methods["*"] {
		return "the method " + method + " is not allowed"
	}
	headers := list(a, "Access-Control-Allow-Headers")
	for _, want := range strings.Split(wantedHeaders, ",") {
		if !headers[want] && (want == "authorization" || !headers["*"]) {
			return "the header " + want + " is not allowed"
		}
	}
	return ""
}

func list(a *answer, name string) map[string]bool {
	set := make(map[string]bool)
	for _, v := range a.Header.Values(name) {
		for _, item := range strings.Split(v, ",") {
			set[strings.ToLower(strings.TrimSpace(item))] = true
		}
	}
	return set
}

// judgeCORS needs one path on which a browser would be let through: a path
// that does not exist says nothing about the others.
func (s *session) judgeCORS(asked []corsAnswer) Outcome {
	var faults []string
	var worst corsAnswer
	for _, c := range asked {
		fault := corsFault(c.preflight, c.origin, c.method, true)
		if fault == "" {
			if fault = corsFault(c.actual, c.origin, c.method, false); fault != "" && c.actual.Status < 500 && c.actual.Status != 404 && c.actual.Status != 405 {
				fault = "the preflight is fine, but on the request itself " + fault
			} else {
				fault = ""
			}
		}
		if fault == "" {
			o := outcome("CORS-09", Pass, "browsers let "+c.origin+" use "+s.api.name())
			return o.at(s.api.url(c.path)).proof(c.preflight.line(), c.preflight.headerLine("Access-Control-Allow-Origin"))
		}
		faults = append(faults, fault)
		if worst.preflight == nil || strings.Contains(faults[0], "status 404") {
			worst = c
		}
	}
	if onlyMissingPaths(asked) {
		return outcome("CORS-09", NotDetermined, "the paths that were tried do not exist on "+s.api.name()+", so the cross-origin rules were not seen; an OpenAPI document would name one").at(s.api.base.String())
	}
	fault := corsFault(worst.preflight, worst.origin, worst.method, true)
	if fault == "" {
		fault = faults[0]
	}
	curl := fmt.Sprintf("curl -si -X OPTIONS %s -H 'Origin: %s' -H 'Access-Control-Request-Method: %s' -H 'Access-Control-Request-Headers: %s'", s.api.url(worst.path), worst.origin, worst.method, wantedHeaders)
	return outcome("CORS-09", Fail, "browsers refuse "+worst.origin+" at "+s.api.name()+": "+fault).at(s.api.url(worst.path)).
		proof("OPTIONS "+worst.preflight.URL.Path+" with Origin: "+worst.origin, fmt.Sprintf("-> %d", worst.preflight.Status), worst.preflight.headerLine("Access-Control-Allow-Origin"), worst.preflight.headerLine("Access-Control-Allow-Headers")).
		fix("Add exactly this origin to the allowed ones (CORS_ORIGINS or the like), without a slash at the end: " + worst.origin).verify(curl)
}

// onlyMissingPaths: every preflight was answered 404 or 405 without any CORS
// header, as a router does for a path it does not know.
func onlyMissingPaths(asked []corsAnswer) bool {
	for _, c := range asked {
		status := c.preflight.Status
		if status != 404 || c.actual == nil || c.actual.Status != 404 || len(c.preflight.Header.Values("Access-Control-Allow-Origin")) > 0 {
			return false
		}
	}
	return true
}

// otherName asks for the www twin of the front end, if people reach it there too.
func (s *session) otherName(ctx context.Context, r route) []Outcome {
	name := s.site.base.Hostname()
	if isLocalName(name) || s.site.base.Port() != "" {
		return nil
	}
	other := "www." + name
	if strings.HasPrefix(name, "www.") {
		other = strings.TrimPrefix(name, "www.")
	}
	origin := s.site.base.Scheme + "://" + other
	hops, err := s.prober.follow(ctx, origin+"/", s.named)
	if err != nil || len(hops) == 0 || hops[len(hops)-1].Status != 200 || hops[len(hops)-1].URL.Hostname() != other {
		return nil // it is not served there, or sends people to the one that is allowed
	}
	c, err := s.ask(ctx, r.path, r.methods[0], origin)
	if err != nil {
		return nil
	}
	if fault := corsFault(c.preflight, origin, r.methods[0], true); fault != "" {
		return []Outcome{outcome("CORS-09", Warn, "the front end is served at "+other+" too, and browsers refuse that origin: "+fault).at(s.api.url(r.path)).
			proof(c.preflight.line(), c.preflight.headerLine("Access-Control-Allow-Origin")).fix("Allow both origins, or redirect one name to the other.")}
	}
	return nil
}

// errorsKeepHeaders checks CORS-08 on a path that does not exist.
func (s *session) errorsKeepHeaders(ctx context.Context, front string) []Outcome {
	a, err := s.prober.do(ctx, ask{url: s.api.url("/preflight-" + randomWord()), limit: 64 << 10, header: map[string]string{"Origin": front}})
	if err != nil || a.Status < 400 {
		return []Outcome{outcome("CORS-08", NotDetermined, "no error answer was seen").at(s.api.base.String())}
	}
	if len(a.Header.Values("Access-Control-Allow-Origin")) == 0 {
		return []Outcome{outcome("CORS-08", Info, "error answers leave without CORS headers: the browser's console then blames CORS for every error").at(a.URL.String()).
			proof(a.line(), a.headerLine("Access-Control-Allow-Origin")).fix("Make the CORS layer the outermost one (in Starlette the last added, in Express the first; in nginx add_header ... always).")}
	}
	return []Outcome{outcome("CORS-08", Pass, "error answers carry CORS headers too").at(a.URL.String()).proof(a.line())}
}

// hostileOrigins asks as pages that have no business here: a stranger, the
// null origin of sandboxed frames, and names that a careless pattern accepts.
func (s *session) hostileOrigins(ctx context.Context, path string) []Outcome {
	host := s.site.base.Hostname()
	origins := []string{"https://preflight-check.invalid", "null"}
	if strings.Contains(host, ".") && !isLocalName(host) {
		origins = append(origins, "https://"+host+".preflight-check.invalid", "https://preflight-check-"+host)
	}
	accepted := make(map[string]*answer)
	var star *answer
	for _, origin := range origins {
		a, err := s.prober.do(ctx, ask{url: s.api.url(path), limit: 64 << 10, header: map[string]string{"Origin": origin}})
		if err != nil {
			return []Outcome{outcome("CORS-03", NotDetermined, Explain(s.api.name(), err)).at(s.api.url(path))}
		}
		switch a.get("Access-Control-Allow-Origin") {
		case origin:
			accepted[origin] = a
		case "*":
			star = a
		}
	}
	return s.judgeHostile(path, accepted, star)
}

func (s *session) judgeHostile(path string, accepted map[string]*answer, star *answer) []Outcome {
	at := s.api.url(path)
	var withCredentials, without []string
	for origin, a := range accepted {
		if a.get("Access-Control-Allow-Credentials") == "true" {
			withCredentials = append(withCredentials, origin)
		} else {
			without = append(without, origin)
		}
	}
	sort.Strings(withCredentials)
	sort.Strings(without)
	stranger := accepted["https://preflight-check.invalid"]
	switch {
	case len(withCredentials) > 0 && (stranger != nil || accepted["null"] != nil):
		a := accepted[withCredentials[0]]
		return []Outcome{outcome("CORS-03", Fail, "any website may read answers of "+s.api.name()+" with the cookies of your users").at(at).
			proof("Origin: "+withCredentials[0], a.headerLine("Access-Control-Allow-Origin"), a.headerLine("Access-Control-Allow-Credentials")).
			fix("List the origins: the server copies back whatever origin asks. If sign-in uses bearer tokens only, switch credentials off.")}
	case len(withCredentials) > 0:
		a := accepted[withCredentials[0]]
		return []Outcome{outcome("CORS-07", Fail, "the pattern of allowed origins is too wide: "+withCredentials[0]+" passes, and anybody can register such a name").at(at).
			proof("Origin: "+withCredentials[0], a.headerLine("Access-Control-Allow-Origin"), a.headerLine("Access-Control-Allow-Credentials")).
			fix("Anchor the pattern and escape its dots: ^https://app\\.example\\.com$"), outcome("CORS-03", Pass, "a stranger's origin is not accepted").at(at)}
	case len(without) > 0 || star != nil:
		a := star
		if len(without) > 0 {
			a = accepted[without[0]]
		}
		return []Outcome{outcome("CORS-04", Info, "any website may read answers of "+s.api.name()+", without cookies").at(at).proof(a.line(), a.headerLine("Access-Control-Allow-Origin")).
			fix("Fine for a public API; else list the origins."), outcome("CORS-03", Pass, "credentials are not offered to strangers").at(at)}
	}
	return []Outcome{outcome("CORS-03", Pass, "hostile origins are not accepted").at(at), outcome("CORS-04", Pass, "origins are listed").at(at), outcome("CORS-07", Pass, "look-alike origins are not accepted").at(at)}
}
