package code

import (
	"regexp"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var (
	healthPath = regexp.MustCompile(`(?i)(^|/)(_?health|healthz|health-?check|healthcheckz?|livez?|liveness|readyz?|readiness|ping|status|up|heartbeat)/?$`)
	readyPath  = regexp.MustCompile(`(?i)(^|/)(readyz?|readiness|health/ready)/?$`)
	livePath   = regexp.MustCompile(`(?i)(^|/)(livez?|liveness|ping|up|heartbeat|health/live)/?$`)
)

// healthRoutes returns the routes that tell whether the program is well.
func healthRoutes(in *check.Input) []repo.Route {
	var out []repo.Route
	for _, r := range in.Code.Routes() {
		if healthPath.MatchString(r.Path) && (r.Method == "" || r.Method == "GET") {
			out = append(out, r)
		}
	}
	return out
}

// looksAround reports whether a handler asks anything: a database, a setting, another function of the program.
func looksAround(in *check.Input, fn *repo.Func) bool {
	found := false
	syntax.WalkAll(fn.Node.Body, func(n *node) bool {
		switch {
		case n.Is(syntax.Unary) && n.Name == "await", n.Is(syntax.Try), n.Is(syntax.If), n.Is(syntax.With):
			found = true
		case n.Is(syntax.Call):
			switch syntax.Last(n.X) {
			case "json", "send", "status", "JSON", "String", "WriteHeader", "Write", "jsonify", "now", "utcnow", "isoformat", "toISOString", "time", "uptime", "JSONResponse", "Response", "HttpResponse", "JsonResponse", "end", "Date", "Now", "Format", "text", "H", "Map", "Set", "Header", "info", "debug", "log", "Encode", "NewEncoder", "Fprint", "Fprintf", "Fprintln", "byte", "PlainTextResponse", "getenv", "get", "ok", "sendStatus", "Unix", "header":
			default:
				found = true
			}
		}
		return !found
	})
	return found || dependsOn(fn)
}

// dependsOn reports whether a handler gets something that is looked up for it: a session of the database.
func dependsOn(fn *repo.Func) bool {
	for _, p := range fn.Node.List {
		if p.X.Is(syntax.Call) && syntax.Last(p.X.X) == "Depends" || words(p.Name, "db", "session", "conn") {
			return true
		}
	}
	return false
}
