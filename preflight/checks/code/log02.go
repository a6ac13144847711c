package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var log02 = check.Check{
	Rule: preflight.Rule{
		ID:      "LOG-02",
		Title:   "The whole configuration or the database URL is written to the log",
		Level:   preflight.Fail,
		Rows:    []string{"S4", "P2w4"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Every key and the password of the database stand in the log of the deployment.",
		Fix:     "Log names, not values; hide the password of a URL (SQLAlchemy: url.render_as_string(hide_password=True)).",
		Verify:  "Start the program and search its first lines for a key: no hit.",
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "An argument of print, a logger or the console is the environment, a settings object without protected fields, or a variable that holds the URL of a database, queue or cache.",
		Silent:  "Settings whose secrets are SecretStr, file databases, masked URLs, SQL echo (information only).",
		Bad:     "-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nDATABASE_URL = os.environ['DATABASE_URL']\nprint('connecting to', DATABASE_URL)\n",
		Good:    "-- main.py --\nimport os\nfrom fastapi import FastAPI\napp = FastAPI()\nDATABASE_URL = os.environ['DATABASE_URL']\nprint('connecting to', DATABASE_URL.split('@')[-1])\n",
	},
	Run: runLog02,
}

func runLog02(_ context.Context, in *check.Input) preflight.Outcome {
	calls := logCalls(in)
	if len(calls) == 0 {
		return preflight.NotApplicable("the code writes no logs")
	}
	var evidence []preflight.Evidence
	for _, s := range calls {
		if clientSide(in, s.Mod()) {
			continue
		}
		for _, x := range logged(s.Node) {
			if what := configuration(in, x, s); what != "" {
				evidence = append(evidence, here(in, s, "writes "+what))
				break
			}
		}
	}
	var findings []preflight.Finding
	if len(evidence) > 0 {
		findings = append(findings, preflight.Finding{Level: preflight.Fail, Evidence: first(evidence, 6)})
	}
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		if (last == "create_engine" || last == "create_async_engine") && optionsOf(in, s).isTrue("echo") && !in.Code.Mode(s.Guards) {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Key: "echo", Evidence: []preflight.Evidence{here(in, s, "every statement with its values")}, Detail: "echo=True writes every SQL statement, with the values, to the log."})
		}
	})
	return preflight.Found(findings...)
}

// configuration names what an expression dumps, "" when it is nothing of the kind.
func configuration(in *check.Input, x *node, s *repo.Site) string {
	switch syntax.Dotted(x) {
	case "os.environ", "process.env":
		return "the whole environment"
	}
	v := in.Code.Value(x, s.Scope)
	if v.Kind == repo.Instance && in.Code.IsSettings(v.Scope) && !protected(v.Scope) {
		return "the settings"
	}
	if !words(valueName(x), "url", "uri", "dsn") || !words(valueName(x), "database", "db", "redis", "mongo", "mongodb", "postgres", "postgresql", "amqp", "rabbitmq", "sqlalchemy") || words(valueName(x), "log", "safe", "masked", "redacted", "display", "sanitized", "clean", "hidden") {
		return ""
	}
	if v.Kind == repo.Text && !strings.Contains(v.Text, "@") {
		return ""
	}
	if d := v.Fallback(); v.Kind == repo.Env && d.Kind == repo.Text && strings.HasPrefix(d.Text, "sqlite") && v.Default != nil && !strings.Contains(d.Text, "@") && words(valueName(x), "sqlite", "path") {
		return ""
	}
	if v.Kind != repo.Env && v.Kind != repo.Text && v.Kind != repo.Choice {
		return ""
	}
	return valueName(x) + ", with its password"
}

// protected reports whether a settings class keeps its secrets in a type that hides them.
func protected(class *repo.Scope) bool {
	return contains(class.Node, func(n *node) bool { return n.Is(syntax.Name, syntax.Attr) && strings.HasPrefix(n.Name, "Secret") })
}
