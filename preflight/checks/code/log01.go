package code

import (
	"context"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var log01 = check.Check{
	Rule: preflight.Rule{
		ID:      "LOG-01",
		Title:   "A secret is written to the log",
		Level:   preflight.Fail,
		Rows:    []string{"S4", "P2w4"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Logs are kept for weeks and read by more people and services than the secret was meant for.",
		Fix:     "Remove the value from the message, or write its length or the last four characters; make a new secret if production logs are kept.",
		Verify:  "Sign in on the deployed site and search the log for the value: no hit.",
		FixCost: "10 minutes",
		Cost:    preflight.High,
		Detect:  "An argument of print, a logger or the console is the value of a password, token, key or one-time code, or the body of a sign-in request.",
		Silent:  "Lengths, truths, masked parts, messages that only contain the word, conditions on the environment; in a browser's console or at the level debug it is a warning, in code that shows a generated password once it is information.",
		Bad:     "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/login')\ndef login(email: str, password: str):\n    print(f'login {email} {password}')\n",
		Good:    "-- main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.post('/login')\ndef login(email: str, password: str):\n    print(f'login {email}, password of {len(password)} characters')\n",
	},
	Run: runLog01,
}

var credentialRoute = regexp.MustCompile(`(?i)(login|signin|sign-in|register|signup|sign-up|reset|password|token|auth)`)

func runLog01(_ context.Context, in *check.Input) preflight.Outcome {
	calls := logCalls(in)
	if len(calls) == 0 {
		return preflight.NotApplicable("the code writes no logs")
	}
	var server, quiet, client, shown []preflight.Evidence
	for _, s := range calls {
		what := leaks(in, s)
		if what == "" {
			continue
		}
		e := here(in, s, "writes "+what)
		switch fn := s.Scope.Enclosing(); {
		case fn != nil && (ofCommand(fn) || mentions(fn.Node, "only time", "shown once", "will not be shown", "won't be shown", "not be able to see", "save it now")):
			shown = append(shown, e)
		case clientSide(in, s.Mod()):
			client = append(client, e)
		case fn != nil && words(fn.Node.Name, "setup", "generate", "init", "bootstrap", "create", "seed") && words(fn.Node.Name, "admin", "password", "key", "secret", "superuser", "user", "bot", "token", "account"):
			shown = append(shown, e)
		case syntax.Last(s.Node.X) == "debug" || syntax.Last(s.Node.X) == "Debug" || syntax.Last(s.Node.X) == "trace":
			quiet = append(quiet, e)
		default:
			server = append(server, e)
		}
	}
	var findings []preflight.Finding
	for _, group := range []struct {
		level preflight.Level
		list  []preflight.Evidence
		key   string
	}{{preflight.Fail, server, "server"}, {preflight.Warn, quiet, "debug"}, {preflight.Warn, client, "client"}, {preflight.Info, shown, "shown once"}} {
		if len(group.list) > 0 {
			findings = append(findings, preflight.Finding{Level: group.level, Key: group.key, Evidence: first(group.list, 6), Detail: count(len(group.list), "place") + "."})
		}
	}
	return preflight.Found(findings...)
}

// ofCommand reports whether a function is a command of a command line tool: what it prints is read by who ran it.
func ofCommand(fn *repo.Func) bool {
	for _, d := range fn.Node.Else {
		if d.Is(syntax.Call) && (syntax.Last(d.X) == "command" || syntax.Last(d.X) == "callback") {
			return true
		}
	}
	return false
}

// leaks names the secret that a log call writes, "" when there is none.
func leaks(in *check.Input, s *repo.Site) string {
	for _, x := range logged(s.Node) {
		name := valueName(x)
		switch {
		case secretValue(name) && !flag(in, x, s):
			return name
		case name == "token" && signIn(in, s) && !looped(in, x, s.Scope):
			return name
		case name == "body" && (syntax.Dotted(x) == "req.body" || syntax.Dotted(x) == "request.body"):
			if r := routeOf(in, s); r != nil && credentialRoute.MatchString(r.Path) {
				return "the body of " + r.Path
			}
		}
	}
	return ""
}

// flag reports whether a value only says that a secret exists, or is no text at all.
func flag(in *check.Input, x *node, s *repo.Site) bool {
	v := in.Code.Value(x, s.Scope)
	if v.Kind == repo.Bool || v.Kind == repo.Number || v.Kind == repo.Function || v.Kind == repo.None {
		return true
	}
	if x.Is(syntax.Name) {
		for scope := s.Scope; scope != nil; scope = scope.Parent {
			for _, d := range scope.Names[x.Name] {
				if d.Value != nil && contains(d.Value, hides) {
					return true
				}
			}
		}
	}
	return false
}

// hides reports whether an expression shortens, masks or only measures a value.
func hides(n *node) bool {
	return n.Is(syntax.Call) && words(syntax.Last(n.X), "mask", "masked", "redact", "redacted", "bool", "len", "hash", "slice", "substring") || n.Is(syntax.List) && n.Name == "slice" || n.Is(syntax.Unary) && n.Name == "not" || n.Is(syntax.Str) && strings.Contains(n.Text, "**")
}

// looped reports whether a name is the variable of a loop: a token of text, not of a user.
func looped(in *check.Input, x *node, s *repo.Scope) bool {
	if !x.Is(syntax.Name) {
		return false
	}
	d := in.Code.Origin(x, s)
	return d != nil && d.Kind == repo.OpaqueDef
}
