package preflight

import (
	"fmt"
	"regexp"
	"strings"
)

// Row is a row of the study that every report accounts for: a pitfall (P), a
// debt (D), a gotcha (G), a performance trap (T), a security mistake (S), a
// matter of use (U), a point of the checklist (C), a recovery (R), a
// verification (V), or a warning sign of a pitfall (P3w2).
type Row struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

// Rows returns all rows in the order of the study.
func Rows() []Row {
	var out []Row
	for _, group := range rowTable {
		for i, title := range strings.Split(group.titles, "; ") {
			out = append(out, Row{ID: fmt.Sprintf("%s%d", group.prefix, i+1), Title: title})
		}
	}
	return out
}

var rowTable = []struct{ prefix, titles string }{
	{"P", "Hardcoded localhost OAuth redirects; Secrets exposed in git; SQLite file lost on redeploy; CORS locked to localhost; Flutter debug build in production; JWT secret left at its default; OAuth state in memory; Missing HTTPS enforcement; Streaming broken by proxy buffering; Environment variable typos"},
	{"P1w", "OAuth error from the production domain; Consent screen shows localhost; redirect_uri_mismatch in logs"},
	{"P2w", ".env in git status; .env in the commit history; Unexpected AI bills; Full keys in logs"},
	{"P3w", "Empty after a redeploy; Users report lost data; No persistent storage configured; A test redeploy wipes data"},
	{"P4w", "Browser shows a CORS error; Requests end as (failed); OPTIONS answers 403 or without the header; Streams fail to connect"},
	{"P5w", "More than 10 s to the first screen; 6 to 8 MB main.dart.js; Fonts fail to load; Debug symbols served; Console says debug mode"},
	{"P6w", "Starts despite the default key; ENVIRONMENT is not production; .env holds the default; Tokens look alike across environments"},
	{"P7w", "Invalid state error; Fails now and then; More than one instance running; Works in development only"},
	{"P8w", "Browser says not secure; Consent error about HTTP; Certificate warning; curl fails on TLS; Certificate pending for a day"},
	{"P9w", "Connected, but no events; Everything arrives at once; Pending for 30 s and more; Works locally only; Closed too early"},
	{"P10w", "Deploys, but features fail; Logs say default config; Missing client_id; AI authentication error; ENVIRONMENT is not set"},
	{"D", "SQLite with a persistent volume; In-memory OAuth state; Single back-end instance; HTTPS by the proxy's redirect only; Fixed streaming timeout of 30 s"},
	{"G", "Google: production address in the development client; Microsoft: which tenants may sign in; Railway: volumes go with the service; Render: disk created but not mounted; Let's Encrypt asked before DNS is ready; Flutter web fonts without a fallback; Provider rate limits while streaming; Order of middleware"},
	{"T", "SQLite write lock; No database indexes; Unbounded AI context; Blocking encryption; Bundle size; No CDN for assets; New stream connection per message"},
	{"S", ".env committed; Default SECRET_KEY; OAuth redirect and state checks; API keys in logs; No rate limiting; Document key in the environment; CORS wildcard; HTTPS not enforced"},
	{"U", "No sign of being offline; Generic errors; Nothing shown while signing in; Cut-off answer not marked; No progress while loading; Errors during streaming; Token budget exhausted"},
	{"C", "OAuth login; CORS; TLS certificate; Database persistence; Environment variables; Front-end build; Streaming; Secret rotation; Health check; Error handling; Logging; Backups"},
	{"R", "Recover from hardcoded redirects; Recover from committed secrets; Recover from a lost database; Recover from wrong CORS; Recover from a debug build; Recover from a leaked JWT secret; Recover from OAuth state in memory; Recover from missing HTTPS; Recover from buffered streams; Recover from a wrong variable"},
	{"V", "Sign-in works from the production domain; No secret in the repository; Data survives a redeploy; The front end can call the API; The bundle is under 3 MB; A default key is refused; One instance, verified; HTTPS answers and HTTP redirects; Streams arrive progressively; Configuration verified at start"},
}

var rowPattern = regexp.MustCompile(`^(?:[PR](?:[1-9]|10)|V(?:[1-9]|10)|D[1-5]|G[1-8]|[TU][1-7]|S[1-8]|C(?:[1-9]|1[0-2])|P(?:[1-9]|10)w[1-5])$`)

// ValidRow reports whether id is a row of the study.
func ValidRow(id string) bool { return rowPattern.MatchString(id) }

var idPattern = regexp.MustCompile(`^[A-Z]{2,5}-\d\d$`)

// Incomplete lists what a rule lacks: each check has to explain itself.
func Incomplete(r *Rule) []string {
	var out []string
	need := func(ok bool, what string) {
		if !ok {
			out = append(out, what)
		}
	}
	need(idPattern.MatchString(r.ID), "the id is not FAMILY-NN")
	need(r.Title != "" && !strings.HasSuffix(r.Title, "."), "the title is missing or ends in a full stop")
	need(len(r.Rows) > 0, "no rows")
	need(len(r.Sources) > 0, "no sources")
	need(r.Why != "", "no Why")
	need(r.Detect != "", "no Detect")
	if r.Level != Question {
		need(r.Fix != "", "no Fix")
		need(r.Verify != "", "no Verify")
		need(r.Bad != "" && r.Good != "", "no good and bad example")
	}
	if r.Level >= Warn {
		need(r.FixCost != "" && r.Cost != 0, "no FixCost or recovery Cost")
	}
	for _, row := range r.Rows {
		need(ValidRow(row), "unknown row "+row)
	}
	return out
}
