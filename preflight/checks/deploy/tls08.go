package deploy

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var tls08 = check.Check{
	Rule: preflight.Rule{
		ID:       "TLS-08",
		Title:    "Only plain http is published, and nothing speaks TLS",
		Level:    preflight.Warn,
		Rows:     []string{"P8"},
		Sources:  []preflight.Source{preflight.Manifest},
		Why:      "Browsers say 'not secure', providers refuse the sign-in, and everything can be read on the way.",
		Fix:      "Put Caddy or Traefik in front, which get a certificate by themselves; or nginx with certbot.",
		Verify:   "https:// answers, and http:// redirects to it.",
		FixCost:  "1 hour",
		Cost:     preflight.Medium,
		Detect:   "A compose file for production publishes port 80 and not 443, or an nginx configuration with a public name listens on 80 only, and no service or configuration of the repository speaks TLS (Caddy, Traefik, certbot, a tunnel).",
		Silent:   "Files for development, platforms that end TLS themselves, load balancers that the repository names.",
		Bad:      "-- docker-compose.prod.yml --\nservices:\n  web:\n    image: nginx\n    ports: ['80:80']\n",
		Good:     "-- docker-compose.prod.yml --\nservices:\n  web:\n    image: caddy\n    ports: ['80:80', '443:443']\n",
		YieldsTo: []string{"TLS-01"},
	},
	Run: runTLS08,
}

var tlsWords = []string{"caddy", "traefik", "certbot", "letsencrypt", "acme.sh", "acme-companion", "certresolver", "cloudflared", "nginx-proxy-manager", "swag", "ssl_certificate", "tailscale", "ngrok", "coolify", "dokploy", "alb.ingress", "cert-manager", "kamal"}

func runTLS08(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := false
	for _, p := range in.Paths() {
		seen = seen || p.Platform == manifest.Compose || p.Platform == manifest.Systemd
		if p.Platform != manifest.Compose || !told(p) {
			continue
		}
		for _, port := range p.Published {
			if port.Published == "80" && port.Host != "127.0.0.1" {
				findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Manifest(), Evidence: []preflight.Evidence{at(in, port.Place, "plain http")}, Detail: "It is right only if a load balancer in front speaks TLS."})
			}
		}
	}
	for _, cfg := range in.Deploy.Proxies {
		for _, s := range cfg.Servers {
			if host := publicName(s.Names); cfg.Server == "nginx" && host != "" && !s.TLS && !s.Redirects && len(s.Locations) > 0 {
				seen = true
				findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: cfg.File, Key: cfg.File, Title: "nginx serves " + host + " by plain http only", Evidence: []preflight.Evidence{at(in, s.Place, "no TLS")}, Detail: "It is right only if a load balancer in front speaks TLS."})
			}
		}
	}
	open := servedPlain(in)
	switch {
	case len(open) > 0:
		return preflight.Found(open...)
	case !seen:
		return preflight.NotApplicable("nothing publishes ports of a machine of its own")
	case len(findings) == 0:
		return preflight.Pass("")
	case speaksTLS(in):
		return preflight.Pass("something in the repository speaks TLS")
	}
	return preflight.Found(findings...)
}

// servedPlain finds platforms that are told not to lead http to https.
func servedPlain(in *check.Input) []preflight.Finding {
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		if p.PlainHTTP.File == "" || p.Role != manifest.Web {
			continue
		}
		findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Warn), Path: p.Name, Key: p.Name, Title: "The platform serves plain http as well",
			Evidence: []preflight.Evidence{at(in, p.PlainHTTP, "http is not led to https")}, Fix: "  force_https = true"})
	}
	return findings
}

// publicName returns a name with a domain that is nobody's example.
func publicName(names []string) string {
	for _, n := range names {
		if strings.Contains(n, ".") && !strings.ContainsAny(n, "$*~") && !strings.HasSuffix(n, ".local") && !strings.Contains(n, "example.") && !strings.Contains(n, "localhost") && n != "0.0.0.0" && strings.Trim(n, "0123456789.") != "" {
			return n
		}
	}
	return ""
}

// speaksTLS reports whether anything that is deployed ends TLS.
func speaksTLS(in *check.Input) bool {
	for _, p := range in.Deploy.Paths {
		if p.Platform.TerminatesTLS() && p.Purpose == manifest.Production {
			return true
		}
		for _, port := range p.Published {
			if port.Published == "443" {
				return true
			}
		}
		for _, w := range tlsWords {
			if strings.Contains(p.ImageName, w) {
				return true
			}
		}
	}
	for _, cfg := range in.Deploy.Proxies {
		for _, s := range cfg.Servers {
			if s.TLS {
				return true
			}
		}
	}
	for _, f := range in.Tree.Files() {
		if !strings.HasSuffix(f.Path, ".yml") && !strings.HasSuffix(f.Path, ".yaml") && !strings.HasSuffix(f.Path, ".sh") && !strings.HasSuffix(f.Path, ".tf") && !strings.HasSuffix(f.Path, ".conf") && !strings.HasSuffix(f.Path, ".md") {
			continue
		}
		lower := strings.ToLower(in.Tree.Text(f.Path))
		for _, w := range tlsWords {
			if strings.Contains(lower, w) {
				return true
			}
		}
	}
	return false
}
