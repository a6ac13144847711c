package live

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"regexp"
	"strings"

	"golang.org/x/net/html"
)

// page is what an HTML document loads.
type page struct {
	isHTML  bool
	title   string
	base    string   // <base href>
	scripts []string // src of scripts, and of module preloads
	styles  []string
	fonts   []string // preloaded or linked fonts
	media   []string // other things the page loads by itself
	inline  string   // text of inline scripts
	anchors int
	text    int // length of the visible text
}

const maxInline = 1 << 20

// parsePage reads the elements that load something. It never fails: what is no
// HTML gives an empty page.
func parsePage(body []byte) page {
	var p page
	z := html.NewTokenizer(bytes.NewReader(body))
	z.SetMaxBuf(4 << 20)
	in := ""
	for {
		switch z.Next() {
		case html.ErrorToken:
			return p
		case html.StartTagToken, html.SelfClosingTagToken:
			name, more := z.TagName()
			in = string(name)
			p.element(in, attributes(z, more))
		case html.EndTagToken:
			in = ""
		case html.TextToken:
			p.characters(in, z.Text())
		}
	}
}

func (p *page) characters(in string, text []byte) {
	switch in {
	case "script":
		if len(p.inline) < maxInline {
			p.inline += string(text) + "\n"
		}
	case "title":
		p.title = clean(string(text), 200)
	case "style", "noscript":
	default:
		p.text += len(bytes.TrimSpace(text))
	}
}

func attributes(z *html.Tokenizer, more bool) map[string]string {
	attrs := make(map[string]string)
	for more && len(attrs) < 50 {
		var k, v []byte
		k, v, more = z.TagAttr()
		attrs[string(k)] = string(v)
	}
	return attrs
}

func (p *page) element(name string, a map[string]string) {
	switch name {
	case "html", "body", "head":
		p.isHTML = true
	case "base":
		p.base = a["href"]
	case "a":
		p.anchors++
	case "script":
		if a["src"] != "" {
			p.scripts = append(p.scripts, a["src"])
		}
	case "link":
		p.link(strings.ToLower(a["rel"]), a)
	case "img", "iframe", "audio", "video", "source", "embed":
		if a["src"] != "" {
			p.media = append(p.media, a["src"])
		}
	}
}

func (p *page) link(rel string, a map[string]string) {
	href := a["href"]
	switch {
	case href == "":
	case strings.Contains(rel, "stylesheet"):
		p.styles = append(p.styles, href)
	case rel == "modulepreload", rel == "preload" && a["as"] == "script":
		p.scripts = append(p.scripts, href)
	case rel == "preload" && a["as"] == "font":
		p.fonts = append(p.fonts, href)
	}
}

// resolve makes a reference of the page absolute.
func (h *host) resolve(ref string) *url.URL {
	base := h.entry.URL
	if h.page.base != "" {
		if b, err := base.Parse(h.page.base); err == nil {
			base = b
		}
	}
	u, err := base.Parse(strings.TrimSpace(ref))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
		return nil
	}
	return u
}

// open gets the entry page and a page that cannot exist, and says what kind of
// host this is. It also finds TLS-05's placeholder pages.
func (s *session) open(ctx context.Context, h *host) []Outcome {
	hops, err := s.prober.follow(ctx, h.base.String(), s.named)
	if len(hops) == 0 {
		return []Outcome{outcome("HLT-05", NotDetermined, Explain(h.name(), err)).at(h.base.String())}
	}
	h.up, h.hops, h.entry = true, hops, hops[len(hops)-1]
	if at := h.entry.URL; !strings.EqualFold(at.Host, h.base.Host) && s.named(at) && h.entry.location() == nil {
		h.base.Scheme, h.base.Host = at.Scheme, at.Host // the bare name sends people to www, or back
	}
	h.page = parsePage(h.entry.Body)
	if c, err := s.prober.do(ctx, ask{url: h.url("/preflight-" + randomWord())}); err == nil {
		h.control = c
	}
	h.kind = classify(h)
	if errors.Is(err, errLoop) {
		return []Outcome{outcome("TLS-02", Fail, h.name()+" redirects without end: nobody sees a page").at(h.base.String()).proof(hops[0].line(), hops[0].headerLine("Location")).
			fix("Often both the platform and the app redirect to https: let only one do it, and let the app believe X-Forwarded-Proto from the platform's proxy.")}
	}
	if text, fix := placeholderPage(h.entry); text != "" {
		return []Outcome{outcome("TLS-05", Fail, h.name()+" shows "+text).at(h.entry.URL.String()).proof(h.entry.line(), h.page.title).fix(fix)}
	}
	return []Outcome{outcome("TLS-05", Pass, h.name()+" shows the application, not a placeholder of the platform").at(h.entry.URL.String()).proof(h.entry.line())}
}

func classify(h *host) kindOfHost {
	mt := h.entry.mediaType()
	switch {
	case mt == "application/json" || strings.HasSuffix(mt, "+json") || mt == "text/plain":
		return apiKind
	case mt == "text/html" && isFlutter(h.page):
		return spaKind
	case mt == "text/html" && h.entry.Status < 400 && len(h.page.scripts) > 0 && h.page.anchors < 3 && h.page.text < 400:
		return spaKind
	case mt == "text/html" && h.entry.Status < 400:
		return siteKind
	case h.role == "api" || h.entry.Status == 404 || h.entry.Status == 401 || h.entry.Status == 403:
		return apiKind
	}
	return unknownKind
}

func isFlutter(p page) bool {
	for _, s := range p.scripts {
		if strings.HasSuffix(s, "flutter_bootstrap.js") || strings.HasSuffix(s, "flutter.js") || strings.HasSuffix(s, "main.dart.js") {
			return true
		}
	}
	return strings.Contains(p.inline, "_flutter.") || strings.Contains(p.inline, "main.dart.js")
}

// placeholders are the pages that platforms show where no application answers.
var placeholders = []struct {
	header, value, body string
	status              int
	text, fix           string
}{
	{"X-Railway-Fallback", "true", "", 0, "Railway's 'Application not found' page", "The domain is not attached to a service, or its TXT record is missing: compare the records with the service's domain page."},
	{"X-Render-Routing", "no-server", "", 0, "Render's page for a service that does not exist", "Add the custom domain to the service and wait until it says Verified."},
	{"X-Render-Routing", "suspend", "", 0, "Render's page for a suspended service", "Resume the service in the dashboard."},
	{"X-Vercel-Error", "DEPLOYMENT_NOT_FOUND", "", 0, "Vercel's 'deployment not found' page", "Assign the domain to a production deployment."},
	{"X-Vercel-Error", "NOT_FOUND", "", 404, "Vercel's 'not found' page", "Assign the domain to a production deployment, and check the output directory."},
	{"", "", "There isn't a GitHub Pages site here", 404, "GitHub's 'no Pages site here' page", "Set the custom domain in the repository's Pages settings."},
	{"", "", "no-such-app.html", 404, "Heroku's 'no such app' page", "heroku domains:add, then point DNS to the name it prints."},
	{"", "", "<title>Site Not Found</title>", 404, "Firebase's 'site not found' page", "Connect the domain in Firebase Hosting and deploy."},
	{"", "", "<title>Welcome to nginx!</title>", 200, "nginx's welcome page", "Enable your own server block and remove the default one."},
	{"", "", "Your Caddy web server is working", 200, "Caddy's welcome page", "Replace the Caddyfile with your own and reload."},
	{"", "", "Apache2 Debian Default Page", 200, "Apache's default page", "Enable your own virtual host."},
	{"", "", "Apache2 Ubuntu Default Page", 200, "Apache's default page", "Enable your own virtual host."},
}

func placeholderPage(a *answer) (text, fix string) {
	head := string(a.Body[:min(len(a.Body), 64<<10)])
	for _, p := range placeholders {
		if p.status != 0 && p.status != a.Status {
			continue
		}
		if p.header != "" && strings.EqualFold(a.get(p.header), p.value) || p.body != "" && strings.Contains(head, p.body) {
			return p.text, p.fix
		}
	}
	return "", ""
}

// discovery is what the application says about itself.
type discovery struct {
	routes    []route // from OpenAPI
	openapi   string  // its path
	providers []string
	health    *answer // of the first health route that answers
	scripts   []asset // of the entry page, once loaded
}

type route struct {
	path    string
	methods []string // upper case
	stream  bool
}

// discover reads OpenAPI documents and the list of sign-in providers.
func (s *session) discover(ctx context.Context) []Outcome {
	if !s.api.up {
		return nil
	}
	for _, path := range []string{"/openapi.json", "/api/openapi.json", "/api/v1/openapi.json", "/swagger.json"} {
		a, err := s.prober.do(ctx, ask{url: s.api.url(path), accept: "application/json"})
		if err != nil || a.Status != 200 || !jsonLike(a) {
			continue
		}
		if routes := parseOpenAPI(a.Body); len(routes) > 0 {
			s.facts.routes, s.facts.openapi = routes, path
			break
		}
	}
	for _, path := range []string{"/auth/providers", "/api/auth/providers"} {
		a, err := s.prober.do(ctx, ask{url: s.api.url(path), accept: "application/json"})
		if err == nil && a.Status == 200 && jsonLike(a) {
			s.facts.providers = parseProviders(a.Body)
			break
		}
	}
	s.facts.health = s.findHealth(ctx)
	return nil
}

func jsonLike(a *answer) bool {
	mt := a.mediaType()
	return mt == "application/json" || strings.HasSuffix(mt, "+json")
}

// parseOpenAPI returns the routes of an OpenAPI or Swagger document, and nil
// for anything else.
func parseOpenAPI(body []byte) []route {
	var doc struct {
		OpenAPI string                                `json:"openapi"`
		Swagger string                                `json:"swagger"`
		Base    string                                `json:"basePath"`
		Paths   map[string]map[string]json.RawMessage `json:"paths"`
	}
	if json.Unmarshal(body, &doc) != nil || doc.OpenAPI == "" && doc.Swagger == "" {
		return nil
	}
	var routes []route
	for path, operations := range doc.Paths {
		if !strings.HasPrefix(path, "/") || len(routes) >= 2000 {
			continue
		}
		r := route{path: strings.TrimSuffix(doc.Base, "/") + path}
		for method, op := range operations {
			switch m := strings.ToUpper(method); m {
			case "GET", "POST", "PUT", "PATCH", "DELETE":
				r.methods = append(r.methods, m)
				r.stream = r.stream || bytes.Contains(op, []byte("text/event-stream"))
			}
		}
		if len(r.methods) > 0 {
			routes = append(routes, r)
		}
	}
	sortRoutes(routes)
	return routes
}

func (r route) has(method string) bool {
	for _, m := range r.methods {
		if m == method {
			return true
		}
	}
	return false
}

var loginURL = regexp.MustCompile(`^/[\w/.\-]{1,100}$`)

// parseProviders reads GET /auth/providers: a list, or an object of objects as
// next-auth answers.
func parseProviders(body []byte) []string {
	var list []struct {
		Login  string `json:"login_url"`
		URL    string `json:"url"`
		SignIn string `json:"signinUrl"`
	}
	if json.Unmarshal(body, &list) != nil {
		var wrapped struct {
			Items     json.RawMessage `json:"items"`
			Providers json.RawMessage `json:"providers"`
		}
		if json.Unmarshal(body, &wrapped) != nil || json.Unmarshal(wrapped.Providers, &list) != nil && json.Unmarshal(wrapped.Items, &list) != nil {
			return nil
		}
	}
	var paths []string
	for _, p := range list {
		for _, u := range []string{p.Login, p.URL} {
			if loginURL.MatchString(u) && len(paths) < 6 {
				paths = append(paths, u)
				break
			}
		}
	}
	return paths
}

// like reports whether an answer is what this host says to every path that
// does not exist: the same status and type, and about the same size or text.
func (h *host) like(a *answer) bool {
	c := h.control
	if c == nil {
		return false
	}
	if a.Status != c.Status || a.mediaType() != c.mediaType() {
		return false
	}
	if c.Status >= 300 {
		return true
	}
	if bytes.Equal(a.Body, c.Body) {
		return true
	}
	small, large := len(a.Body), len(c.Body)
	if small > large {
		small, large = large, small
	}
	// The same shell with a nonce or a path in it.
	return a.mediaType() == "text/html" && large > 0 && small*100 >= large*90 && parsePage(a.Body).title == parsePage(c.Body).title
}
