package live

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"regexp"
	"sort"
	"strings"
)

// asset is a file that the entry page loads.
type asset struct {
	url    *url.URL
	answer *answer
}

func (a asset) name() string { return a.url.Path[strings.LastIndex(a.url.Path, "/")+1:] }

const (
	maxAssets    = 24
	warnTransfer = 3 << 20
	failTransfer = 6 << 20
	engineExtra  = "CanvasKit or skwasm comes extra, about 1.5 MB"
)

// frontEnd checks the WEB ids and SEC-07 on the page that people open.
func (s *session) frontEnd(ctx context.Context) []Outcome {
	h := s.site
	if !h.up {
		return nil
	}
	if !h.page.isHTML && h.entry.mediaType() != "text/html" || h.entry.Status >= 400 {
		return s.noFrontEnd(h)
	}
	s.loadScripts(ctx, h)
	out := []Outcome{s.developmentServer(h), s.debugBuild(ctx, h), s.mixedContent(h), s.localAddresses(h), s.remoteFonts(h)}
	out = append(out, s.sizes(h), s.cdn(h), s.sourceMaps(ctx, h), s.deepLinks(ctx, h), s.secretsInScripts(ctx))
	return out
}

func (s *session) noFrontEnd(h *host) []Outcome {
	var out []Outcome
	for _, id := range []string{"WEB-03", "WEB-04", "WEB-05", "WEB-08", "WEB-09", "WEB-12", "WEB-13", "WEB-16", "WEB-19", "SEC-07"} {
		out = append(out, outcome(id, NotApplicable, h.name()+" answers no page: it is taken for an API").at(h.base.String()))
	}
	return out
}

// loadScripts fetches the scripts, modules and styles that the page names,
// and what a Flutter bootstrap loads after them, from the named hosts.
func (s *session) loadScripts(ctx context.Context, h *host) {
	refs := append(append([]string(nil), h.page.scripts...), h.page.styles...)
	if isFlutter(h.page) {
		refs = append(refs, "main.dart.js", "flutter_bootstrap.js")
	}
	seen := make(map[string]bool)
	for _, ref := range refs {
		u := h.resolve(ref)
		if u == nil || !s.named(u) || seen[u.Path] || len(s.facts.scripts) >= maxAssets {
			continue
		}
		seen[u.Path] = true
		a, err := s.prober.do(ctx, ask{url: u.String()})
		if err != nil || a.Status != 200 || a.mediaType() == "text/html" {
			continue
		}
		s.facts.scripts = append(s.facts.scripts, asset{u, a})
	}
}

func (s *session) script(name string) *asset {
	for i := range s.facts.scripts {
		if s.facts.scripts[i].name() == name {
			return &s.facts.scripts[i]
		}
	}
	return nil
}

// developmentMarks are what development servers put into every page.
var developmentMarks = []struct{ mark, server string }{
	{`/@vite/client`, "Vite's development server"}, {`/@react-refresh`, "Vite's development server"}, {`webpack-dev-server`, "webpack's development server"},
	{`__webpack_hmr`, "webpack's development server"}, {`/_next/static/development/`, "next dev"}, {`/_next/static/chunks/webpack.js?v=`, "next dev"}, {`/static/js/bundle.js`, "react-scripts start"}, {`$dwdsSseHandler`, "flutter run"}, {`ng-cli-ws`, "ng serve"},
}

func (s *session) developmentServer(h *host) Outcome {
	body := string(h.entry.Body)
	for _, m := range developmentMarks {
		if strings.Contains(body, m.mark) {
			return outcome("WEB-03", Fail, "the page comes from a development server: "+m.server).at(h.entry.URL.String()).proof(h.entry.line(), "contains "+m.mark).
				fix("Build the front end (npm run build, flutter build web) and serve the result as static files.")
		}
	}
	return outcome("WEB-03", Pass, "the page shows no development server").at(h.entry.URL.String())
}

// debugMarks stand in what a debug build loads (flutter_tools' bootstrap).
var debugMarks = []string{"ddc_module_loader.js", "dart_sdk.js", "dartDevEmbedder", "stack_trace_mapper.js", "main_module.bootstrap.js", "$dwdsSseHandler", "dwds/src/injected"}

// debugBuild checks WEB-04. Names alone prove nothing, since single-page hosts
// answer 200 to every name: the content must be a script and not their page.
func (s *session) debugBuild(ctx context.Context, h *host) Outcome {
	at := h.entry.URL.String()
	if !isFlutter(h.page) {
		return outcome("WEB-04", NotApplicable, "the page is not a Flutter application").at(at)
	}
	fix := "flutter build web --release, and publish build/web."
	main := s.script("main.dart.js")
	for _, a := range s.facts.scripts {
		if len(a.answer.Body) > 300<<10 && a.name() == "main.dart.js" {
			continue
		}
		for _, mark := range debugMarks {
			if bytes.Contains(a.answer.Body, []byte(mark)) {
				return outcome("WEB-04", Fail, "the page is a Flutter debug build").at(at).proof(a.answer.line(), fmt.Sprintf("%s (%d bytes) names %s", a.name(), len(a.answer.Body), mark)).fix(fix)
			}
		}
	}
	if main == nil {
		return s.debugModules(ctx, h, fix)
	}
	if readable(main.answer.Body) {
		return outcome("WEB-04", Warn, "the page is a Flutter profile build: its functions keep their readable names").at(at).proof(main.answer.line(), fmt.Sprintf("%d bytes", len(main.answer.Body))).fix(fix)
	}
	return outcome("WEB-04", Pass, "the page is a Flutter release build").at(at).proof(main.answer.line())
}

func (s *session) debugModules(ctx context.Context, h *host, fix string) Outcome {
	for _, name := range []string{"/main_module.bootstrap.js", "/dart_sdk.js"} {
		a, err := s.prober.do(ctx, ask{url: h.url(name), limit: 256 << 10})
		if err == nil && a.Status == 200 && strings.Contains(a.mediaType(), "javascript") && !h.like(a) {
			return outcome("WEB-04", Fail, "the page is a Flutter debug build").at(a.URL.String()).proof(a.line(), "Content-Type: "+a.mediaType()).fix(fix)
		}
	}
	return outcome("WEB-04", NotDetermined, "main.dart.js was not found; a WebAssembly build cannot be told apart").at(h.entry.URL.String())
}

// readable reports JavaScript whose lines are short and whose functions keep
// long names, as dart2js writes it without minification.
func readable(js []byte) bool {
	if len(js) < 200<<10 {
		return false
	}
	lines := bytes.Count(js, []byte("\n"))
	return len(js)/max(lines, 1) < 60 && bytes.Count(js, []byte("    ")) > 2000
}

var insecureRef = regexp.MustCompile(`["'(]http://([a-zA-Z0-9.-]+\.[a-zA-Z]{2,})(?::\d+)?(/[^"')\s]{0,100})?["')]`)

// mixedContent checks WEB-12: what the page loads over plain http, which
// browsers block, and API addresses in its scripts.
func (s *session) mixedContent(h *host) Outcome {
	at := h.entry.URL.String()
	if h.entry.URL.Scheme != "https" {
		return outcome("WEB-12", NotApplicable, "the page itself is not https").at(at)
	}
	var bad []string
	for _, ref := range append(append(append([]string(nil), h.page.scripts...), h.page.styles...), h.page.media...) {
		if strings.HasPrefix(strings.ToLower(ref), "http://") {
			bad = append(bad, clean(ref, 100))
		}
	}
	for _, a := range s.facts.scripts {
		for _, m := range insecureRef.FindAllSubmatch(a.answer.Body, 200) {
			if twin(string(m[1]), h.base.Hostname()) || twin(string(m[1]), s.api.base.Hostname()) || strings.HasPrefix(string(m[1]), "api.") && registrable(string(m[1])) == registrable(h.base.Hostname()) {
				bad = append(bad, clean(strings.Trim(string(m[0]), `"'()`)+" in "+a.name(), 140))
				break
			}
		}
	}
	if len(bad) == 0 {
		return outcome("WEB-12", Pass, "the page loads nothing over plain http").at(at)
	}
	return outcome("WEB-12", Fail, "the https page uses plain http, which browsers block: "+bad[0]).at(at).proof(bad...).fix("Write https:// (or a path without a host) in the front end's configuration, and build again.")
}

var localRef = regexp.MustCompile(`["'\x60](?:https?|wss?)://(?:localhost|127\.0\.0\.1|0\.0\.0\.0|10\.0\.2\.2|\[::1\]):\d{2,5}[^"'\x60]{0,60}["'\x60]`)

// localAddresses looks for the developer's machine in what browsers get. A
// bare http://localhost is a common parsing dummy of libraries: only addresses
// with a port count.
func (s *session) localAddresses(h *host) Outcome {
	at := h.entry.URL.String()
	var found []string
	for _, a := range s.facts.scripts {
		for _, m := range localRef.FindAll(a.answer.Body, 20) {
			found = append(found, clean(string(m)+" in "+a.name(), 120))
		}
	}
	for _, m := range localRef.FindAllString(h.page.inline, 5) {
		found = append(found, clean(m+" in the page", 120))
	}
	if len(found) == 0 {
		return outcome("WEB-09", Pass, "the scripts name no local address").at(at)
	}
	return outcome("WEB-09", Warn, "the scripts that browsers get name the developer's machine: "+found[0]).at(at).proof(found...).
		fix("Set the API address at build time (--dart-define=API_BASE_URL=https://..., VITE_API_URL=https://...) and build again. If the address is only a fallback that is never used, this is harmless.")
}

func (s *session) remoteFonts(h *host) Outcome {
	at := h.entry.URL.String()
	mark := ""
	all := append([]asset(nil), s.facts.scripts...)
	for _, ref := range append(append([]string(nil), h.page.styles...), h.page.fonts...) {
		if u := h.resolve(ref); u != nil && (u.Hostname() == "fonts.googleapis.com" || u.Hostname() == "fonts.gstatic.com") {
			mark = u.Hostname() + " in the page"
		}
	}
	for _, a := range all {
		// Every CanvasKit build names fonts.gstatic.com for its fallback fonts;
		// the google_fonts package has its own path.
		if bytes.Contains(a.answer.Body, []byte("fonts.gstatic.com/s/a/")) {
			mark = "google_fonts (fonts.gstatic.com/s/a/) in " + a.name()
		}
	}
	if mark == "" {
		return outcome("WEB-13", Pass, "no web fonts of other hosts").at(at)
	}
	return outcome("WEB-13", Info, "fonts are fetched from another host at run time: "+mark).at(at).proof(mark).
		fix("Put the font files into your assets, or name a system font as the fallback: where the host is blocked, text stays invisible.")
}

var hashedName = regexp.MustCompile(`[.\-_][0-9a-fA-F]{8,}[.\-_]|[.\-_][A-Za-z0-9_-]{8}\.(?:js|css|mjs)$|/_next/static/|/static/[0-9a-f]{8,}/|/assets/.*-[A-Za-z0-9_-]{8}\.`)

// sizes checks WEB-05: transferred bytes, compression, caching.
func (s *session) sizes(h *host) Outcome {
	at := h.entry.URL.String()
	if len(s.facts.scripts) == 0 {
		return outcome("WEB-05", NotApplicable, "the page loads no scripts of its own host").at(at)
	}
	var total int64
	var faults []string
	level := Pass
	raise := func(l State, text string) {
		level = max(level, l)
		faults = append(faults, text)
	}
	sort.SliceStable(s.facts.scripts, func(i, j int) bool { return s.facts.scripts[i].answer.Wire > s.facts.scripts[j].answer.Wire })
	for _, a := range s.facts.scripts {
		total += a.answer.Wire
		if a.answer.Truncated {
			raise(Fail, fmt.Sprintf("%s is larger than %d MB", a.name(), maxBody>>20))
		}
		if a.answer.get("Content-Encoding") == "" && a.answer.Wire > 50<<10 {
			raise(Warn, fmt.Sprintf("%s is sent uncompressed (%s)", a.name(), size(a.answer.Wire)))
		}
	}
	switch {
	case total > failTransfer:
		raise(Fail, fmt.Sprintf("%s are transferred before anything shows", size(total)))
	case total > warnTransfer:
		raise(Warn, fmt.Sprintf("%s are transferred before anything shows", size(total)))
	}
	for _, text := range s.caching(h) {
		raise(Warn, text)
	}
	facts := []string{fmt.Sprintf("%d files, %s transferred", len(s.facts.scripts), size(total))}
	for _, a := range s.facts.scripts[:min(3, len(s.facts.scripts))] {
		facts = append(facts, fmt.Sprintf("%s: %s transferred, %s unpacked, %s", a.name(), size(a.answer.Wire), size(int64(len(a.answer.Body))), orNone(a.answer.get("Content-Encoding"))))
	}
	if isFlutter(h.page) {
		facts = append(facts, engineExtra)
	}
	if level == Pass {
		return outcome("WEB-05", Pass, size(total)+" of scripts and styles are transferred").at(at).proof(facts...)
	}
	return outcome("WEB-05", level, "slow first load: "+strings.Join(faults, "; ")).at(at).proof(facts...).
		fix("Switch on gzip or brotli for scripts; serve files with a hash in their name as immutable and index.html, flutter_bootstrap.js and main.dart.js as no-cache; build in release mode and load rarely used parts later.")
}

func orNone(s string) string {
	if s == "" {
		return "uncompressed"
	}
	return s
}

func size(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", (n+1023)/1024)
	}
	return fmt.Sprintf("%.1f MB", float64(n)/(1<<20))
}

var maxAge = regexp.MustCompile(`(?i)(?:^|[ ,])(?:s-)?max-?age=(\d{1,12})`)

// caching finds unhashed entry files that browsers may keep, so that people
// run yesterday's version after a deployment.
func (s *session) caching(h *host) []string {
	var out []string
	long := func(a *answer) bool {
		cc := strings.ToLower(a.get("Cache-Control"))
		m := maxAge.FindStringSubmatch(cc)
		return strings.Contains(cc, "immutable") || !strings.Contains(cc, "no-cache") && !strings.Contains(cc, "no-store") && !strings.Contains(cc, "must-revalidate") && m != nil && len(m[1]) >= 5
	}
	if long(h.entry) {
		out = append(out, "the page itself may be kept for long ("+clean(h.entry.get("Cache-Control"), 60)+"): people will not see the next deployment")
	}
	for _, a := range s.facts.scripts {
		if !hashedName.MatchString(a.url.Path) && a.url.RawQuery == "" && long(a.answer) {
			out = append(out, a.name()+" has no hash in its name and may be kept for long ("+clean(a.answer.get("Cache-Control"), 60)+")")
			break
		}
	}
	return out
}

// cdn checks WEB-16: the marks that caches between leave.
func (s *session) cdn(h *host) Outcome {
	at := h.entry.URL.String()
	if len(s.facts.scripts) == 0 {
		return outcome("WEB-16", NotApplicable, "the page loads no scripts of its own host").at(at)
	}
	a := s.facts.scripts[0].answer
	for _, name := range []string{"Age", "Via", "CF-Cache-Status", "X-Cache", "X-Vercel-Cache", "X-Nf-Request-Id", "X-Served-By", "X-Amz-Cf-Id", "Server-Timing", "X-Railway-Cdn-Edge", "Fly-Cache-Status", "X-GitHub-Request-Id", "CDN-Cache"} {
		if a.get(name) != "" && (name != "Server-Timing" || strings.Contains(a.get(name), "cdn")) {
			return outcome("WEB-16", Pass, "assets come through a cache").at(a.URL.String()).proof(a.headerLine(name))
		}
	}
	return outcome("WEB-16", Info, "assets come from the application's own server, with no cache in front").at(a.URL.String()).proof(a.line(), a.headerLine("Server")).
		fix("Fine for a pilot. Later: publish the front end as a static site, or put a CDN before it.")
}

// sourceMaps checks WEB-19 for the largest scripts.
func (s *session) sourceMaps(ctx context.Context, h *host) Outcome {
	var found []string
	tried := 0
	for _, a := range s.facts.scripts {
		if !strings.HasSuffix(a.url.Path, "js") || tried >= 2 {
			continue
		}
		tried++
		m, err := s.prober.do(ctx, ask{url: a.url.Scheme + "://" + a.url.Host + a.url.Path + ".map", limit: 64 << 10})
		if err == nil && m.Status == 200 && sourceMap(m.Body) {
			found = append(found, m.line())
		}
	}
	if len(found) > 0 {
		return outcome("WEB-19", Info, "source maps are published: everybody can read the front end's source").at(h.entry.URL.String()).proof(found...).
			fix("Upload them to your error service and leave them out of the published folder, unless this is wanted.")
	}
	return outcome("WEB-19", Pass, "no source maps are published").at(h.entry.URL.String())
}

func sourceMap(body []byte) bool {
	head := body[:min(len(body), 4096)]
	return bytes.HasPrefix(bytes.TrimSpace(head), []byte("{")) && bytes.Contains(head, []byte(`"version"`)) && (bytes.Contains(body, []byte(`"mappings"`)) || bytes.Contains(head, []byte(`"sources"`)) || bytes.Contains(head, []byte(`"engine"`)))
}

// deepLinks checks WEB-08: a single-page app must answer its page for paths
// that only it knows.
func (s *session) deepLinks(ctx context.Context, h *host) Outcome {
	at := h.entry.URL.String()
	if h.kind != spaKind || h.control == nil {
		return outcome("WEB-08", NotApplicable, "not a single-page app").at(at)
	}
	if h.control.Status == 200 && h.control.mediaType() == "text/html" {
		return outcome("WEB-08", Pass, "paths that only the app knows get its page").at(h.control.URL.String()).proof(h.control.line())
	}
	if strings.Contains(h.page.inline, "HashUrlStrategy") || usesHash(s) {
		return outcome("WEB-08", NotApplicable, "the app keeps its paths behind #").at(at)
	}
	callback := h.url("/auth/callback")
	a, err := s.prober.do(ctx, ask{url: callback, limit: 64 << 10})
	if err == nil && a.Status == 200 {
		return outcome("WEB-08", Pass, "the callback path gets the app's page").at(callback)
	}
	// Whether the app uses path addresses cannot be seen from outside.
	return outcome("WEB-08", Warn, fmt.Sprintf("paths that only the app knows answer %d: reloading a page, or coming back from sign-in, fails", h.control.Status)).at(h.control.URL.String()).proof(h.control.line()).
		fix("Rewrite unknown paths to /index.html (nginx: try_files $uri $uri/ /index.html; Render: a rewrite route; Vercel: rewrites). Not needed where addresses contain #.").verify("curl -sI " + callback)
}

// usesHash reports a Flutter app with its default, the hash in the address:
// path addresses need usePathUrlStrategy, which leaves its mark in the script.
func usesHash(s *session) bool {
	main := s.script("main.dart.js")
	return main != nil && !bytes.Contains(main.answer.Body, []byte("PathUrlStrategy")) && !bytes.Contains(main.answer.Body, []byte("pushState"))
}
