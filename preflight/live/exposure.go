package live

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

// leak is a file that no deployment should serve, and how its content proves
// that it is that file.
type leak struct {
	path string
	what string
	is   func(a *answer) bool
}

var (
	envLine   = regexp.MustCompile(`(?m)^(?:export )?[A-Z][A-Z0-9_]{2,60}=.*$`)
	gitConfig = regexp.MustCompile(`(?m)^\s*\[(?:core|remote "[^"]*")\]`)
	compose   = regexp.MustCompile(`(?m)^services:\s*$`)
)

var leaks = []leak{
	{"/.env", "the env file", isEnv}, {"/.env.production", "the env file of production", isEnv}, {"/assets/.env", "the env file in the app's assets", isEnv}, {"/assets/assets/.env", "the env file in the app's assets", isEnv},
	{"/.git/HEAD", "the git repository", func(a *answer) bool {
		return bytes.HasPrefix(a.Body, []byte("ref: refs/")) || len(bytes.TrimSpace(a.Body)) == 40 && hexOnly(bytes.TrimSpace(a.Body))
	}},
	{"/.git/config", "the git repository", func(a *answer) bool { return gitConfig.Match(a.Body) }},
	{"/docker-compose.yml", "the compose file", func(a *answer) bool {
		return compose.Match(a.Body) && bytes.Contains(a.Body, []byte("image:")) || compose.Match(a.Body) && bytes.Contains(a.Body, []byte("build:"))
	}},
	{"/app.db", "the database", isSQLite}, {"/db.sqlite3", "the database", isSQLite},
	{"/.DS_Store", "a folder listing of the developer's machine", func(a *answer) bool { return bytes.HasPrefix(a.Body, []byte("\x00\x00\x00\x01Bud1")) }},
	{"/config.json", "a configuration with secrets", func(a *answer) bool { return jsonLike(a) && len(disclosed(a.Body)) > 0 }},
}

func isEnv(a *answer) bool {
	return a.mediaType() != "text/html" && !bytes.Contains(a.Body, []byte("<html")) && len(envLine.FindAll(a.Body, 3)) >= 1 && len(secrets.ParseEnv(a.Body)) >= 1
}

func isSQLite(a *answer) bool { return bytes.HasPrefix(a.Body, []byte("SQLite format 3\x00")) }

func hexOnly(b []byte) bool { return len(bytes.Trim(b, "0123456789abcdef")) == 0 }

// exposure checks SEC-10, and LOG-04's diagnostic routes. Only the beginning
// of each file is read.
func (s *session) exposure(ctx context.Context, h *host) []Outcome {
	var found []string
	env := ""
	for _, l := range leaks {
		a, err := s.prober.do(ctx, ask{url: h.url(l.path), limit: 16 << 10})
		if err != nil {
			break
		}
		if a.Status != 200 || h.like(a) || !l.is(a) {
			continue
		}
		found = append(found, a.URL.Path+": "+l.what)
		if strings.Contains(l.path, ".env") {
			env = realNames(a.Body)
		}
	}
	out := s.diagnostics(ctx, h)
	at := h.base.String()
	if len(found) == 0 {
		return append(out, outcome("SEC-10", Pass, "none of the files that leak most often is served").at(at))
	}
	first, _, _ := strings.Cut(found[0], ":")
	return append(out, outcome("SEC-10", Fail, h.name()+" serves "+strings.Join(found, ", ")).at(at).proof(append(found, env)...).
		fix("Rotate every secret in it now. Then publish only the build's output folder, and refuse dot files (nginx: location ~ /\\. { deny all; }).").verify("curl -si "+h.url(first)+" | head -5"))
}

// realNames lists the variables of a served env file whose values look real,
// by name only.
func realNames(body []byte) string {
	var names []string
	for _, v := range secrets.ParseEnv(body) {
		if secrets.SecretName(v.Name) && secrets.Classify(v.Name, v.Value) == secrets.Real && len(names) < 8 {
			names = append(names, v.Name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "with real-looking values for " + strings.Join(names, ", ")
}

var diagnostics = []leak{
	{"/debug/pprof/", "Go's profiler", func(a *answer) bool {
		return bytes.Contains(a.Body, []byte("/debug/pprof/")) && bytes.Contains(a.Body, []byte("goroutine"))
	}},
	{"/actuator/env", "Spring's environment", func(a *answer) bool { return bytes.Contains(a.Body, []byte(`"propertySources"`)) }},
	{"/phpinfo.php", "PHP's configuration", func(a *answer) bool { return bytes.Contains(a.Body, []byte("PHP Version")) }},
	{"/server-status", "Apache's status page", func(a *answer) bool { return bytes.Contains(a.Body, []byte("Apache Server Status")) }},
	{"/debug", "a debug route", showsInside}, {"/api/debug", "a debug route", showsInside}, {"/env", "the environment", showsInside}, {"/api/env", "the environment", showsInside}, {"/logs", "the log", isLog}, {"/api/logs", "the log", isLog},
}

func showsInside(a *answer) bool { return a.mediaType() != "text/html" && len(disclosed(a.Body)) > 0 }

var logLine = regexp.MustCompile(`(?m)^.{0,40}\b(?:DEBUG|INFO|WARN(?:ING)?|ERROR)\b.*$`)

func isLog(a *answer) bool {
	return a.mediaType() != "text/html" && len(logLine.FindAll(a.Body, 6)) >= 5
}

func (s *session) diagnostics(ctx context.Context, h *host) []Outcome {
	if h.kind == spaKind && h.control != nil && h.control.Status == 200 {
		return []Outcome{outcome("LOG-04", NotApplicable, h.name()+" answers its page to every path").at(h.base.String())}
	}
	var found []string
	for _, l := range diagnostics {
		a, err := s.prober.do(ctx, ask{url: h.url(l.path), limit: 64 << 10})
		if err != nil {
			break
		}
		if a.Status == 200 && !h.like(a) && l.is(a) {
			found = append(found, a.URL.Path+": "+l.what)
		}
	}
	if len(found) == 0 {
		return []Outcome{outcome("LOG-04", Pass, "no diagnostic route answers strangers").at(h.base.String())}
	}
	return []Outcome{outcome("LOG-04", Fail, "diagnostic routes answer strangers: "+strings.Join(found, ", ")).at(h.base.String()).proof(found...).
		fix("Remove the routes, or require an administrator; rotate what they showed.")}
}

// secretsInScripts looks for provider formats in the downloaded scripts.
func (s *session) secretsInScripts(context.Context) Outcome {
	at := s.site.entry.URL.String()
	if s.opts.Secrets == nil {
		return outcome("SEC-07", NotDetermined, "the scripts were not searched for secrets in this run").at(at)
	}
	var found []string
	for _, a := range s.facts.scripts {
		for _, text := range s.opts.Secrets(a.name(), string(a.answer.Body)) {
			found = append(found, a.name()+": "+text)
		}
	}
	if len(found) == 0 {
		return outcome("SEC-07", Pass, "the scripts contain no secret of a known format").at(at)
	}
	return outcome("SEC-07", Fail, "a secret is in the scripts that every visitor downloads: "+found[0]).at(at).proof(found...).
		fix("Rotate it now. Then let the back end make the call: whatever the browser gets is public.")
}

// traces are what stack traces and debug pages of the usual frameworks contain.
var traces = []struct{ mark, what string }{
	{"Traceback (most recent call last)", "a Python stack trace"}, {"Werkzeug Debugger", "Flask's debugger, which runs code for whoever opens it"}, {"You're seeing this error because you have <code>DEBUG = True</code>", "Django's debug page"},
	{"<title>Debugger</title>", "Werkzeug's debugger"}, {"goroutine 1 [running]", "a Go stack trace"}, {"    at Object.<anonymous> (/", "a Node stack trace"}, {"node_modules/express/lib/router", "Express's stack trace"}, {"at Layer.handle", "Express's stack trace"},
	{"Whoops, looks like something went wrong", "Laravel's debug page"}, {"Rails.root:", "Rails' debug page"}, {"org.springframework.", "a Java stack trace"}, {"SQLSTATE[", "a database error"}, {"sqlalchemy.exc.", "a database error"}, {"asyncpg.exceptions", "a database error"},
}

// errorPages checks ERR-02 on errors that any visitor can cause.
func (s *session) errorPages(ctx context.Context, h *host) []Outcome {
	var found []string
	html := ""
	for _, path := range []string{"/preflight-" + randomWord(), "/%00", "/api/preflight-" + randomWord() + "?x[]=%ff"} {
		a, err := s.prober.do(ctx, ask{url: h.url("/") + strings.TrimPrefix(path, "/"), accept: "application/json", limit: 256 << 10})
		if err != nil {
			continue
		}
		for _, t := range traces {
			if bytes.Contains(a.Body, []byte(t.mark)) {
				found = append(found, fmt.Sprintf("%s (status %d): %s", clean(a.URL.Path, 60), a.Status, t.what))
				break
			}
		}
		if a.Status >= 400 && a.Status != 414 && a.mediaType() == "text/html" && strings.HasPrefix(path, "/api/") {
			html = a.line()
		}
	}
	at := h.base.String()
	switch {
	case len(found) > 0:
		return []Outcome{outcome("ERR-02", Warn, "error answers show the inside of the application: "+found[0]).at(at).proof(found...).
			fix("Switch debug mode off in production, and answer errors with a short message and a request id.")}
	case html != "" && h.kind == apiKind:
		return []Outcome{outcome("ERR-02", Info, "errors of the API are HTML pages, which its clients cannot read").at(at).proof(html).fix("Answer errors as JSON (RFC 9457).")}
	}
	return []Outcome{outcome("ERR-02", Pass, "error answers show nothing of the inside").at(at)}
}
