package code

import (
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var limiterName = regexp.MustCompile(`(?i)(rate[_-]?limit|throttl|slowapi|limiter|toomanyrequests|express-slow-down|brute|upstash/ratelimit|arcjet|tollbooth|httprate|x/time/rate|django[_-]axes|axes|ratelimit)`)

// limited names what limits requests anywhere in the program or before it; "" when nothing is seen.
func limited(in *check.Input) string {
	return once(in, "limited", func() string {
		for _, cfg := range in.Deploy.Proxies {
			for _, server := range cfg.Servers {
				for _, l := range server.Locations {
					if l.Directives["limit_req"] != "" {
						return cfg.File
					}
				}
			}
		}
		for _, m := range in.Code.LiveModules() {
			if clientSide(in, m) {
				continue
			}
			for _, im := range m.Imports {
				if limiterName.MatchString(im.Name) || len(im.Only) > 0 && limiterName.MatchString(strings.Join(im.Only, " ")) {
					return m.File.Path
				}
			}
			for _, fn := range m.Funcs {
				if limiterName.MatchString(fn.Node.Name) || words(fn.Node.Name, "rate", "throttle") {
					return m.File.Path
				}
			}
			for _, c := range m.Classes {
				if limiterName.MatchString(c.Name()) || strings.Contains(c.Name(), "RateLimit") {
					return m.File.Path
				}
			}
			if m.Scope.Names["REST_FRAMEWORK"] != nil && mentions(m.Tree, "default_throttle") {
				return m.File.Path
			}
		}
		return ""
	})
}

// costly is a route that invites abuse, and why.
type costly struct {
	route repo.Route
	why   string
}

var signInPath = regexp.MustCompile(`(?i)(^|/)(login|signin|sign-in|token|forgot-?password|reset-?password|password-reset|otp|verify-otp|send-otp|magic-link|register|signup|sign-up)(/|$)`)

// costlyRoutes returns the routes that check passwords or codes, and those that pay for a model.
func costlyRoutes(in *check.Input) []costly {
	paid := map[*repo.Func]bool{}
	for _, s := range modelCalls(in) {
		if r := routeOf(in, s); r != nil {
			paid[r.Func] = true
		}
	}
	var out []costly
	for _, r := range in.Code.Routes() {
		switch {
		case r.Func != nil && paid[r.Func]:
			out = append(out, costly{r, "pays for every answer of a model"})
		case (r.Method == "POST" || r.Method == "") && signInPath.MatchString(r.Path) && r.Func != nil && checksPassword(r.Func):
			out = append(out, costly{r, "checks a password or code"})
		}
	}
	return out
}

func checksPassword(fn *repo.Func) bool {
	return contains(fn.Node, func(n *node) bool {
		return n.Is(syntax.Name, syntax.Attr, syntax.Param, syntax.Keyword) && words(n.Name, "password", "otp", "credentials", "compare", "bcrypt", "hash", "authenticate", "passwd") || n.Is(syntax.Str) && (n.Text == "password" || n.Text == "otp")
	})
}
