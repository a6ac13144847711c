package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var tls10 = check.Check{
	Rule: preflight.Rule{
		ID:      "TLS-10",
		Title:   "The program accepts any certificate",
		Level:   preflight.Warn,
		Rows:    []string{"P8", "S8"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Whoever sits between the program and the service it calls can read and change everything, keys included.",
		Fix:     "Remove the switch; give the client the authority's certificate where a private one is used.",
		Verify:  "Point the client at a host with a self-signed certificate: the call must fail.",
		FixCost: "10 minutes",
		Cost:    preflight.Medium,
		Detect:  "Live code switches the check of certificates off: verify=False, rejectUnauthorized: false, InsecureSkipVerify, a badCertificateCallback that always agrees.",
		Silent:  "Tests, conditions on the environment, values from variables, calls to local hosts, database connections.",
		Bad:     "-- main.py --\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x():\n    return requests.get('https://api.acme.io', verify=False).json()\n",
		Good:    "-- main.py --\nimport requests\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/x')\ndef x():\n    return requests.get('https://api.acme.io').json()\n",
	},
	Run: runTLS10,
}

func runTLS10(_ context.Context, in *check.Input) preflight.Outcome {
	var evidence []preflight.Evidence
	rows := []string{"S8"} // calls to other services; the site itself may well be on https
	add := func(s *repo.Site, n *node) {
		if !in.Code.Mode(s.Guards) && !asked(s) {
			if signIn(in, s) {
				rows = []string{"P8", "S8"}
			}
			evidence = append(evidence, at(in, s.Mod().File.Path, int(n.Line), "certificates are not checked"))
		}
	}
	for _, m := range in.Code.LiveModules() {
		for _, s := range m.Calls {
			if m.File.Lang == repo.Python && turnsOffVerify(in, s) {
				add(s, s.Node)
			}
		}
		for _, s := range m.Dicts {
			if x := syntax.Field(s.Node, "rejectUnauthorized"); isConst(x, "false") && m.File.Lang == repo.Script && !ofDatabase(s) {
				add(s, x)
			}
			if x := syntax.Field(s.Node, "InsecureSkipVerify"); isConst(x, "true") && m.File.Lang == repo.Go {
				add(s, x)
			}
		}
		for _, s := range m.Assigns {
			if len(s.Node.List) != 1 {
				continue
			}
			switch t := s.Node.List[0]; {
			case t.Is(syntax.Attr) && t.Name == "badCertificateCallback" && s.Node.X.Is(syntax.Func) && agrees(s.Node.X):
				add(s, s.Node)
			case syntax.Dotted(t) == "process.env.NODE_TLS_REJECT_UNAUTHORIZED" && (s.Node.X.Text == "0"):
				add(s, s.Node)
			}
		}
	}
	if len(evidence) == 0 {
		return preflight.Pass("")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Warn, Rows: rows, Evidence: first(evidence, 6), Detail: count(len(evidence), "place") + "."})
}

// asked reports whether somebody's setting decides: the condition is about exactly this.
func asked(s *repo.Site) bool {
	for g := s.Guards; g != nil; g = g.Outer {
		if mentions(g.Test, "insecure", "verify", "selfsigned", "self_signed", "ignoretls", "skip", "tls", "ssl") {
			return true
		}
	}
	return false
}

func isConst(x *node, name string) bool { return x.Is(syntax.Const) && x.Name == name }

// turnsOffVerify recognises verify=False of requests and httpx, and ssl=False of aiohttp, on calls to other hosts.
func turnsOffVerify(in *check.Input, s *repo.Site) bool {
	x := syntax.Arg(s.Node, -1, "verify")
	if !isConst(x, "false") {
		return false
	}
	switch syntax.Last(s.Node.X) {
	case "get", "post", "put", "patch", "delete", "request", "head", "Client", "AsyncClient", "Session", "stream":
	default:
		return false
	}
	v := in.Code.Value(syntax.Arg(s.Node, 0, "url"), s.Scope)
	return !(v.Kind == repo.Text && localURL(v.Text)) && !(v.Kind == repo.Env && localURL(v.Fallback().Text))
}

// ofDatabase reports whether options belong to the connection of a database: managed ones often have private certificates.
func ofDatabase(s *repo.Site) bool {
	return s.Parent.Is(syntax.Pair) && s.Parent.X.Is(syntax.Str) && (s.Parent.X.Text == "ssl" || s.Parent.X.Text == "dialectOptions" || s.Parent.X.Text == "tls")
}

// agrees reports whether a function returns true whatever it is asked.
func agrees(fn *node) bool {
	return len(fn.Body) == 1 && fn.Body[0].Is(syntax.Return) && isConst(fn.Body[0].X, "true")
}
