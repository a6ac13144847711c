package manifest

import (
	"path"
	"strings"
)

func isNginx(file string) bool {
	base := strings.ToLower(path.Base(file))
	if strings.HasPrefix(base, "nginx") && (strings.Contains(base, ".conf") || strings.HasSuffix(base, ".template")) || base == "default.conf" || base == "default.conf.template" {
		return true
	}
	dir := "/" + strings.ToLower(path.Dir(file)) + "/"
	return (strings.HasSuffix(base, ".conf") || strings.HasSuffix(base, ".conf.template")) && (strings.Contains(dir, "/nginx/") || strings.Contains(dir, "/conf.d/") || strings.Contains(dir, "/sites-"))
}

// directive is one nginx directive; a block has children.
type directive struct {
	name     string
	args     []string
	line     int
	children []*directive
}

const maxDirectives = 20_000

// nginx reads a configuration of nginx. Includes are not followed.
func (l *loader) nginx(file string) {
	src, ok := l.read(file, "nginx")
	if !ok {
		return
	}
	r := &nginxReader{text: string(src), line: 1}
	tree := r.block(0)
	cfg := &ProxyConfig{File: file, Server: "nginx"}
	collectServers(cfg, tree, map[string]*directive{})
	for _, d := range tree { // a snippet of locations alone
		if d.name == "location" {
			s := ProxyServer{Place: Place{file, d.line}}
			addLocation(file, &s, d, map[string]*directive{})
			cfg.Servers = append(cfg.Servers, s)
		}
	}
	l.set.Proxies = append(l.set.Proxies, cfg)
}

type nginxReader struct {
	text  string
	pos   int
	line  int
	count int
}

// block reads directives up to the closing brace. Broken text ends it early.
func (r *nginxReader) block(depth int) []*directive {
	var out []*directive
	cur := &directive{}
	for r.count < maxDirectives {
		tok, kind := r.token()
		switch kind {
		case 0:
			return out
		case '}':
			return out
		case ';':
			if cur.name != "" {
				out = append(out, cur)
				r.count++
			}
			cur = &directive{}
		case '{':
			if depth > 30 {
				return out
			}
			cur.children = r.block(depth + 1)
			if cur.name != "" {
				out = append(out, cur)
				r.count++
			}
			cur = &directive{}
		default:
			if cur.name == "" {
				cur.name, cur.line = tok, r.line
			} else {
				cur.args = append(cur.args, tok)
			}
		}
	}
	return out
}

// token returns the next word (kind 'w') or one of ; { } (as kind), 0 at the end.
func (r *nginxReader) token() (string, byte) {
	for r.pos < len(r.text) {
		switch c := r.text[r.pos]; {
		case c == '\n':
			r.line++
			r.pos++
		case c == ' ' || c == '\t' || c == '\r':
			r.pos++
		case c == '#':
			end := strings.IndexByte(r.text[r.pos:], '\n')
			if end < 0 {
				r.pos = len(r.text)
			} else {
				r.pos += end
			}
		case c == ';' || c == '{' || c == '}':
			r.pos++
			return "", c
		case c == '"' || c == '\'':
			return r.quoted(c), 'w'
		default:
			return r.plain(), 'w'
		}
	}
	return "", 0
}

func (r *nginxReader) quoted(q byte) string {
	start := r.pos + 1
	for r.pos = start; r.pos < len(r.text) && r.text[r.pos] != q; r.pos++ {
		if r.text[r.pos] == '\\' {
			r.pos++
		}
	}
	end := min(r.pos, len(r.text))
	r.pos = min(r.pos+1, len(r.text))
	r.line += strings.Count(r.text[start:end], "\n")
	return r.text[start:end]
}

func (r *nginxReader) plain() string {
	start := r.pos
	for r.pos < len(r.text) {
		c := r.text[r.pos]
		if c == '$' && r.pos+1 < len(r.text) && r.text[r.pos+1] == '{' { // ${NAME} of a template
			if end := strings.IndexByte(r.text[r.pos:], '}'); end > 0 {
				r.pos += end + 1
				continue
			}
		}
		if strings.IndexByte(" \t\r\n;{}", c) >= 0 {
			break
		}
		r.pos++
	}
	return r.text[start:r.pos]
}

// collectServers finds server blocks with the directives that they inherit.
func collectServers(cfg *ProxyConfig, list []*directive, inherited map[string]*directive) {
	own := inherit(inherited, list)
	for _, d := range list {
		switch d.name {
		case "http", "stream":
			collectServers(cfg, d.children, own)
		case "server":
			if d.children != nil {
				cfg.Servers = append(cfg.Servers, serverOf(cfg.File, d, own))
			}
		case "upstream":
			if len(d.args) > 0 {
				if cfg.Upstreams == nil {
					cfg.Upstreams = map[string][]string{}
				}
				for _, s := range d.children {
					if s.name == "server" && len(s.args) > 0 {
						cfg.Upstreams[d.args[0]] = append(cfg.Upstreams[d.args[0]], s.args[0])
					}
				}
			}
		}
	}
}

func inherit(from map[string]*directive, list []*directive) map[string]*directive {
	out := make(map[string]*directive, len(from)+len(list))
	for k, v := range from {
		out[k] = v
	}
	for _, d := range list {
		if d.children == nil {
			out[d.name] = d
		}
	}
	return out
}

func serverOf(file string, d *directive, inherited map[string]*directive) ProxyServer {
	s := ProxyServer{Place: Place{file, d.line}}
	own := inherit(inherited, d.children)
	for _, c := range d.children {
		switch c.name {
		case "listen":
			s.Listen = append(s.Listen, strings.Join(c.args, " "))
			s.TLS = s.TLS || strings.Contains(strings.Join(c.args, " "), "ssl") || len(c.args) > 0 && strings.HasSuffix(c.args[0], "443")
		case "server_name":
			s.Names = append(s.Names, c.args...)
		case "return":
			s.Redirects = s.Redirects || len(c.args) > 1 && strings.HasPrefix(c.args[0], "30")
		case "location":
			addLocation(file, &s, c, own)
		}
	}
	if try := own["try_files"]; try != nil && inherited["try_files"] != try { // at server level
		s.Locations = append(s.Locations, ProxyLocation{Place: Place{file, try.line}, Path: "/", TryFiles: strings.Join(try.args, " ")})
	}
	return s
}

func addLocation(file string, s *ProxyServer, d *directive, inherited map[string]*directive) {
	loc := ProxyLocation{Place: Place{file, d.line}, Directives: map[string]string{}, Lines: map[string]int{}}
	if n := len(d.args); n > 0 {
		loc.Path = d.args[n-1]
		if n > 1 {
			loc.Modifier = d.args[0]
		}
	}
	own := inherit(inherited, d.children)
	for name, c := range own {
		loc.Directives[name], loc.Lines[name] = strings.Join(c.args, " "), c.line
	}
	for _, c := range d.children {
		switch c.name {
		case "proxy_pass":
			if len(c.args) > 0 {
				loc.ProxyPass, loc.PassAt = c.args[0], Place{file, c.line}
			}
		case "return":
			loc.Returns = strings.Join(c.args, " ")
		case "add_header", "proxy_set_header":
			loc.Headers = append(loc.Headers, strings.Join(c.args, " "))
		case "location":
			addLocation(file, s, c, own)
		case "if":
			for _, in := range c.children {
				if in.name == "proxy_pass" && len(in.args) > 0 {
					loc.ProxyPass, loc.PassAt = in.args[0], Place{file, in.line}
				}
			}
		}
	}
	loc.Root = loc.Directives["root"]
	if c := own["try_files"]; c != nil {
		loc.TryFiles = strings.Join(c.args, " ")
	}
	s.Locations = append(s.Locations, loc)
}
