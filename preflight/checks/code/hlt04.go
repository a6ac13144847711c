package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var hlt04 = check.Check{
	Rule: preflight.Rule{
		ID:      "HLT-04",
		Title:   "An open route tells the configuration",
		Level:   preflight.Fail,
		Rows:    []string{"C9", "S4"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Anybody can read keys or the password of the database with a browser.",
		Fix:     "Answer with words or booleans, never with values; make new secrets for what was shown.",
		Verify:  "curl the route on the deployed site and look for values of variables.",
		FixCost: "10 minutes",
		Cost:    preflight.Critical,
		Detect:  "A route without a sign-in returns the environment, a settings object, or the value of a database URL or key.",
		Silent:  "Booleans, masked values, routes with authorization or a condition on the environment.",
		Bad:     healthApp + "@app.get('/health')\ndef health():\n    return {'status': 'ok', 'database_url': os.environ['DATABASE_URL']}\n",
		Good:    healthApp + "@app.get('/health')\ndef health():\n    return {'status': 'ok', 'database': bool(os.environ['DATABASE_URL'])}\n",
	},
	Run: runHlt04,
}

func runHlt04(_ context.Context, in *check.Input) preflight.Outcome {
	routes := in.Code.Routes()
	if len(routes) == 0 {
		return preflight.NotApplicable("no routes were found in the code")
	}
	var findings []preflight.Finding
	for i := range routes {
		r := &routes[i]
		if r.Auth || r.Func == nil || modeInside(in, r.Func) || asksWho(r.Func) {
			continue
		}
		if x, what := toldValue(in, r.Func); x != nil {
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: r.Path, Evidence: []preflight.Evidence{at(in, r.File, int(x.Line), "tells "+what)}, Detail: r.Path + " tells " + what + " to everybody."})
		}
	}
	return preflight.Found(findings...)
}

// toldValue finds a piece of configuration among what a handler returns.
func toldValue(in *check.Input, fn *repo.Func) (*node, string) {
	var answers []*node
	for _, e := range fn.Exits {
		if e.Node.Is(syntax.Return) && e.Node.X != nil {
			answers = append(answers, e.Node.X)
		}
	}
	for _, s := range fn.Scope.Mod.Calls {
		if s.Scope.Enclosing() == fn && (syntax.Last(s.Node.X) == "json" || syntax.Last(s.Node.X) == "send" || syntax.Last(s.Node.X) == "JSON") {
			answers = append(answers, s.Node)
		}
	}
	for _, a := range answers {
		for _, x := range answered(a) {
			if what := sensitive(in, x, &repo.Site{Node: x, Scope: fn.Scope}); what != "" {
				return x, what
			}
		}
	}
	return nil, ""
}

// answered returns the values that an answer holds as they are.
func answered(n *node) []*node {
	if n.Is(syntax.Call) && words(syntax.Last(n.X), "dict", "model", "jsonify", "json", "send", "jsonresponse", "asdict") {
		out := logged(n)
		if n.X.Is(syntax.Attr) {
			out = append(out, n.X.X)
		}
		return out
	}
	return logged(&node{List: []*node{n}})
}

// sensitive names the configuration that an expression is, "" when it is something else.
func sensitive(in *check.Input, x *node, s *repo.Site) string {
	if what := configuration(in, x, s); what != "" {
		return what
	}
	v := in.Code.Value(x, s.Scope)
	if v.Kind == repo.Env && len(v.Names) > 0 && secretValue(strings.ToLower(v.Names[0])) {
		return v.Names[0]
	}
	return ""
}
