package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var tls11 = check.Check{
	Rule: preflight.Rule{
		ID:       "TLS-11",
		Title:    "The program sends no HSTS header",
		Level:    preflight.Info,
		Rows:     []string{"P8", "S8"},
		Sources:  []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:      "The first request of a returning user may still go over plain http, where somebody on the same network can answer it.",
		Fix:      "Send Strict-Transport-Security: max-age=300 for a week, then max-age=31536000.",
		Verify:   "curl -sI https://... shows the header.",
		Detect:   "Nothing in the code or the proxy's configuration names Strict-Transport-Security.",
		Silent:   "Middleware that sets it (helmet, secure, Django's SECURE_HSTS_SECONDS), platforms and proxies that add it; a measurement of the running site replaces this guess.",
		Bad:      corsHead + corsRoute + "-- railway.json --\n{\"deploy\": {\"startCommand\": \"uvicorn main:app\"}}\n",
		Good:     corsHead + "@app.middleware('http')\nasync def hsts(request, call_next):\n    response = await call_next(request)\n    response.headers['Strict-Transport-Security'] = 'max-age=31536000'\n    return response\n" + corsRoute,
		YieldsTo: []string{"TLS-03"},
	},
	Run: runTLS11,
}

func runTLS11(_ context.Context, in *check.Input) preflight.Outcome {
	routes := in.Code.Routes()
	if len(routes) == 0 {
		return preflight.NotApplicable("no routes were found in the code")
	}
	for _, cfg := range in.Deploy.Proxies {
		if cfg.Server == "caddy" || mentions(&node{Text: in.Tree.Text(cfg.File)}, "strict-transport-security") {
			return preflight.Pass(cfg.File)
		}
	}
	for _, m := range in.Code.LiveModules() {
		if importsAny(m, "helmet", "@fastify/helmet", "secure", "flask_talisman", "koa-helmet", "hono/secure-headers") || contains(m.Tree, func(n *node) bool {
			return n.Is(syntax.Str) && mentions(&node{Text: n.Text}, "strict-transport-security") || n.Is(syntax.Name) && n.Name == "SECURE_HSTS_SECONDS"
		}) {
			return preflight.Pass(m.File.Path)
		}
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: []preflight.Evidence{at(in, routes[0].File, 0, "no middleware of the program sets it")}})
}
