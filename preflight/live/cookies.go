package live

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var (
	sessionCookie = regexp.MustCompile(`(?i)sess|sid$|^sid|auth|token|jwt|login|oauth|state|remember|identity|^connect\.|\.sig$`)
	scriptCookie  = regexp.MustCompile(`(?i)csrf|xsrf|consent|locale|lang|theme|^_ga|^_gid|^_fbp|^ajs_|^ph_|^mp_|^intercom|^amp_`)
	edgeCookie    = regexp.MustCompile(`(?i)^(?:__cf_bm|cf_clearance|_cfuvid|__cflb|AWSALB(?:CORS|TG)?|ARRAffinity(?:SameSite)?|GAESA|INGRESSCOOKIE|SERVERID|_vercel_\w+|__vdpl)$`)
)

// cookies checks TLS-09 on every cookie that was set in this run.
func (s *session) cookies(context.Context) []Outcome {
	seen := make(map[string]bool)
	var faults, notes []string
	total := 0
	fix := "Set-Cookie: NAME=...; Path=/; Secure; HttpOnly; SameSite=Lax (FastAPI: secure=True, httponly=True, samesite=\"lax\"; express-session: cookie: {secure: true} with app.set(\"trust proxy\", 1))."
	for _, c := range s.prober.seen {
		if !s.named(c.from) || seen[c.cookie.Name] || edgeCookie.MatchString(c.cookie.Name) {
			continue
		}
		seen[c.cookie.Name] = true
		total++
		fault, note := judgeCookie(&c.cookie, c.from)
		if fault != "" {
			faults = append(faults, clean(c.cookie.Name, 40)+" ("+c.from.Path+"): "+fault)
		} else if note != "" {
			notes = append(notes, clean(c.cookie.Name, 40)+": "+note)
		}
	}
	at := s.api.base.String()
	switch {
	case total == 0:
		return []Outcome{outcome("TLS-09", NotApplicable, "no cookie was set without signing in").at(at)}
	case len(faults) > 0:
		return []Outcome{outcome("TLS-09", Warn, "cookies without their protection: "+strings.Join(faults, "; ")).at(at).proof(faults...).fix(fix)}
	case len(notes) > 0:
		return []Outcome{outcome("TLS-09", Info, "cookies that carry no session could be stricter: "+strings.Join(notes, "; ")).at(at).proof(notes...)}
	}
	return []Outcome{outcome("TLS-09", Pass, "cookies are Secure, HttpOnly and SameSite where it matters").at(at)}
}

// judgeCookie says what is missing: a fault for a cookie that holds a session,
// a note for others.
func judgeCookie(c *http.Cookie, from *url.URL) (fault, note string) {
	var missing []string
	local := isLocalName(from.Hostname())
	if !c.Secure && !(local && from.Scheme == "http") {
		missing = append(missing, "no Secure")
	}
	if c.SameSite == http.SameSiteNoneMode && !c.Secure {
		return "SameSite=None without Secure: browsers throw it away", ""
	}
	if !sessionCookie.MatchString(c.Name) || scriptCookie.MatchString(c.Name) {
		return "", strings.Join(missing, ", ")
	}
	if !c.HttpOnly {
		missing = append(missing, "no HttpOnly")
	}
	if c.SameSite == 0 || c.SameSite == http.SameSiteDefaultMode {
		missing = append(missing, "no SameSite")
	}
	if strings.HasPrefix(c.Name, "__Host-") && (c.Domain != "" || c.Path != "/" || !c.Secure) || strings.HasPrefix(c.Name, "__Secure-") && !c.Secure {
		missing = append(missing, "its name promises more than it keeps, so browsers throw it away")
	}
	return strings.Join(missing, ", "), ""
}
