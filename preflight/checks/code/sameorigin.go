package code

import (
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// sameOrigin says why the front end and the API of a program have one origin; "" when nothing shows it.
func sameOrigin(in *check.Input) string {
	return once(in, "same origin", func() string { return findSameOrigin(in) })
}

func findSameOrigin(in *check.Input) string {
	for _, cfg := range in.Deploy.Proxies {
		if proxyJoins(cfg) {
			return cfg.File + " serves the front end and passes the API on"
		}
	}
	why := ""
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if why == "" && servesPages(in, m, s, last) {
			why = m.File.Path + " serves the front end itself"
		}
	})
	return why
}

// proxyJoins reports whether one virtual host serves files, or a front end's server, at / and passes other paths to the API.
func proxyJoins(cfg *manifest.ProxyConfig) bool {
	for _, server := range cfg.Servers {
		pages, api := false, false
		for _, l := range server.Locations {
			switch {
			case l.Path == "/":
				pages = true
			case l.ProxyPass != "":
				api = true
			}
		}
		if pages && api {
			return true
		}
	}
	return false
}

// servesPages recognises calls that hand out a built front end.
func servesPages(in *check.Input, m *repo.Module, s *repo.Site, last string) bool {
	return handsOut(in, s, last) && !clientSide(in, m)
}

func handsOut(in *check.Input, s *repo.Site, last string) bool {
	switch last {
	case "StaticFiles":
		return optionsOf(in, s).isTrue("html") || mentions(s.Node, "dist", "build", "frontend", "web")
	case "FileResponse", "send_from_directory", "sendFile", "send_file", "SendFile", "ServeFile":
		return mentions(s.Node, "index.html")
	case "static", "serveStatic", "ServeStaticModule":
		return mentions(s.Node, "dist", "build", "client", "frontend", "public", "web")
	case "FileServer", "FileServerFS":
		return true
	case "render_template", "TemplateResponse":
		return contains(s.Node, func(n *node) bool { return n.Is(syntax.Str) && strings.HasSuffix(n.Text, ".html") })
	}
	return false
}
