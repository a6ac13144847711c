package manifest

import "strings"

// caddy reads a Caddyfile: sites, their addresses and what they proxy. Snippets and imports are not followed.
func (l *loader) caddy(file string) {
	src, ok := l.read(file, "Caddyfile")
	if !ok {
		return
	}
	cfg := &ProxyConfig{File: file, Server: "caddy"}
	depth := 0
	var cur *ProxyServer
	for i, raw := range strings.Split(string(src), "\n") {
		s := strings.TrimSpace(raw)
		if s == "" || strings.HasPrefix(s, "#") {
			continue
		}
		if depth == 0 && strings.HasSuffix(s, "{") {
			head := strings.TrimSpace(strings.TrimSuffix(s, "{"))
			cur = nil
			if head != "" && !strings.HasPrefix(head, "(") {
				cfg.Servers = append(cfg.Servers, caddySite(head, Place{file, i + 1}))
				cur = &cfg.Servers[len(cfg.Servers)-1]
			}
		}
		if cur != nil && depth > 0 {
			caddyDirective(cur, s, Place{file, i + 1})
		}
		depth = max(0, depth+braces(s))
	}
	l.set.Proxies = append(l.set.Proxies, cfg)
}

// braces counts blocks opened less blocks closed on a line; {placeholders} balance themselves.
func braces(s string) int { return strings.Count(s, "{") - strings.Count(s, "}") }

func caddySite(head string, at Place) ProxyServer {
	s := ProxyServer{Place: at, TLS: true}
	for _, name := range strings.FieldsFunc(head, func(r rune) bool { return r == ',' || r == ' ' }) {
		s.Names = append(s.Names, name)
		if strings.HasPrefix(name, "http://") || strings.HasPrefix(name, ":") && name != ":443" {
			s.TLS = false
		}
	}
	return s
}

func caddyDirective(s *ProxyServer, text string, at Place) {
	f := strings.Fields(strings.TrimSuffix(text, "{"))
	if len(f) == 0 {
		return
	}
	switch f[0] {
	case "reverse_proxy":
		loc := ProxyLocation{Place: at, Path: "/", PassAt: at, Directives: map[string]string{}, Lines: map[string]int{}}
		for _, a := range f[1:] {
			if strings.HasPrefix(a, "/") || strings.HasPrefix(a, "@") {
				loc.Path = a
			} else if loc.ProxyPass == "" {
				loc.ProxyPass = a
			}
		}
		s.Locations = append(s.Locations, loc)
	case "try_files":
		s.Locations = append(s.Locations, ProxyLocation{Place: at, Path: "/", TryFiles: strings.Join(f[1:], " ")})
	case "redir":
		s.Redirects = true
	case "tls":
		s.TLS = true
	}
}
