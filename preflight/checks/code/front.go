package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// call is an address that client code sends requests to.
type call struct {
	site  *repo.Site
	value repo.Value
}

// calls returns the addresses of the requests of the live client code, outside of conditions on the environment.
func calls(in *check.Input) []call {
	return once(in, "calls", func() []call { return findCalls(in) })
}

func findCalls(in *check.Input) []call {
	var out []call
	add := func(s *repo.Site, x *node) {
		if x != nil && !in.Code.Mode(s.Guards) {
			if v := in.Code.Value(x, s.Scope); !replacedEnvironment(in, placeOf(v)) {
				out = append(out, call{s, v})
			}
		}
	}
	for _, m := range in.Code.LiveModules() {
		if !frontEnd(in, m) || replacedEnvironment(in, m.File.Path) {
			continue
		}
		for _, s := range m.Calls {
			for _, x := range addresses(in, s) {
				add(s, x)
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) == 1 && s.Node.List[0].Is(syntax.Attr) && baseName(s.Node.List[0].Name) && !selfName(s.Node.List[0].X) {
				add(s, s.Node.X)
			}
		}
		for _, s := range m.Strings {
			if p := s.Parent; p.Is(syntax.Pair) && p.X.Is(syntax.Str) && s.Node != p.X && (p.X.Text == "href" || p.X.Text == "action") && s.Scope.Mod.File.Lang == repo.Script && linkText(s.Node) {
				add(s, s.Node)
			}
		}
	}
	return out
}

func linkText(n *node) bool { return n.Is(syntax.Template) || localURL(n.Text) }

func selfName(n *node) bool { return n.Is(syntax.Name) && (n.Name == "self" || n.Name == "this") }

// frontEnd reports whether a module belongs to what browsers and phones run or render: client code, and the pages of
// frameworks that render on both sides.
func frontEnd(in *check.Input, m *repo.Module) bool {
	if m.File.Lang == repo.Script && projectOf(in, m.File.Path).has("electron", "@tauri-apps/api", "@tauri-apps/cli", "@neutralinojs/lib") {
		return false // a program on the user's own machine
	}
	if clientSide(in, m) {
		return true
	}
	if m.File.Lang != repo.Script || serverFile(m) || importsAny(m, serverPackages...) {
		return false
	}
	return projectOf(in, m.File.Path).has("next", "nuxt", "@remix-run/react", "@sveltejs/kit", "astro", "gatsby")
}

// replacedEnvironment recognises Angular's environment.ts where the build puts another file in its place.
func replacedEnvironment(in *check.Input, file string) bool {
	dir, base := split(file)
	if !strings.HasPrefix(base, "environment.") {
		return false
	}
	if strings.HasPrefix(base, "environment.dev") || strings.HasPrefix(base, "environment.local") {
		return true
	}
	return base == "environment.ts" && (in.Code.File(dir+"environment.prod.ts") != nil || in.Code.File(dir+"environment.production.ts") != nil)
}

// placeOf returns the file of the literal that decides a value.
func placeOf(v repo.Value) string {
	for len(v.Items) > 0 {
		v = v.Items[0]
	}
	return v.Place.File
}

func split(name string) (dir, base string) {
	i := strings.LastIndexByte(name, '/') + 1
	return name[:i], name[i:]
}

// baseName reports whether an option or field holds the address that requests begin with.
func baseName(name string) bool {
	switch name {
	case "baseURL", "baseUrl", "base_url", "prefixUrl":
		return true
	}
	return false
}

var requestMethods = map[string]bool{"get": true, "post": true, "put": true, "patch": true, "delete": true, "head": true, "request": true, "getJSON": true, "read": true, "postUri": true, "getUri": true}

var clientMakers = map[string]bool{
	"create": true, "BaseOptions": true, "HttpLink": true, "createHttpLink": true, "ApolloClient": true, "GraphQLClient": true, "httpBatchLink": true, "httpLink": true, "ajax": true,
	"extend": true, "fetchBaseQuery": true, "axios": true, "request": true, "createTRPCClient": true, "Configuration": true, "createClient": true, "useFetch": true, "$fetch": true, "Dio": true, "createAuthClient": true, "createUploadLink": true,
}

// addresses returns the arguments of a call that are the address of a request.
func addresses(in *check.Input, s *repo.Site) []*node {
	n := s.Node
	last := syntax.Last(n.X)
	dart := s.Mod().File.Lang == repo.Dart
	switch last {
	case "fetch", "WebSocket", "EventSource", "io", "axios", "useSWR", "ky", "superagent", "$fetch", "useFetch", "ofetch", "HttpLink", "GraphQLClient", "createHttpLink", "sendBeacon", "SockJS":
		if out := firstText(n); out != nil {
			return []*node{out}
		}
	case "connect":
		if dart || n.X.Is(syntax.Attr) && syntax.Dotted(n.X.X) == "io" {
			return []*node{dartURL(firstText(n))}
		}
	case "open":
		if len(n.List) >= 2 && n.List[0].Is(syntax.Str) && strings.ToUpper(n.List[0].Text) == n.List[0].Text {
			return []*node{n.List[1]} // XMLHttpRequest
		}
	case "http", "https":
		if dart && syntax.Dotted(n.X) == "Uri.http" && len(n.List) > 0 {
			return []*node{{Kind: syntax.Template, Line: n.Line, List: []*node{{Kind: syntax.Str, Text: "http://", Line: n.Line}, n.List[0]}}}
		}
	}
	if requestMethods[last] && n.X.Is(syntax.Attr) && len(n.List) > 0 {
		if x := dartURL(n.List[0]); x.Is(syntax.Str, syntax.Template, syntax.Name, syntax.Attr, syntax.Binary) && !readsSomething(syntax.Dotted(n.X.X)) {
			return []*node{x}
		}
	}
	if dart && last == "Request" && len(n.List) > 1 {
		return []*node{dartURL(n.List[1])}
	}
	if clientMakers[last] {
		return baseOptions(in, s)
	}
	return nil
}

// readsSomething tells storages, maps and registries from clients of HTTP.
func readsSomething(receiver string) bool {
	return words(receiver, "storage", "cache", "map", "params", "headers", "cookies", "store", "registry", "prefs", "session", "form", "data", "app", "router")
}

func firstText(n *node) *node {
	if len(n.List) > 0 && n.List[0].Is(syntax.Str, syntax.Template, syntax.Name, syntax.Attr, syntax.Binary, syntax.Call, syntax.Cond) {
		return n.List[0]
	}
	return nil
}

// dartURL looks into Uri.parse(x) and new URL(x).
func dartURL(x *node) *node {
	if x.Is(syntax.Call) && len(x.List) > 0 {
		switch syntax.Last(x.X) {
		case "parse", "tryParse", "URL":
			return x.List[0]
		}
	}
	return x
}

// baseOptions returns the base addresses among the options of a client.
func baseOptions(in *check.Input, s *repo.Site) []*node {
	var out []*node
	for _, a := range s.Node.List {
		if a.Kind == syntax.Keyword && (baseName(a.Name) || a.Name == "url" || a.Name == "uri" || a.Name == "endpoint") {
			out = append(out, a.X)
		}
		if a.Is(syntax.Dict) {
			if x := syntax.Field(a, "baseURL", "baseUrl", "prefixUrl", "uri", "url", "basePath", "endpoint"); x != nil {
				out = append(out, x)
			}
		}
	}
	return out
}

// everyLocal reports whether a value is a literal local address whichever way its conditions fall.
func everyLocal(v repo.Value) bool {
	v.Gated = false
	return literalLocal(v) && !ownService(firstLiteral(v).Text)
}

// ownService recognises the ports of services that users run on their own machines on purpose: Ollama, LM Studio.
func ownService(s string) bool {
	return strings.Contains(s, ":11434") || strings.Contains(s, ":1234/v1")
}
