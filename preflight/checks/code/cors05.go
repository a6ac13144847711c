package code

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
)

var cors05 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-05",
		Title:   "An allowed origin is written so that it never matches",
		Level:   preflight.Fail,
		Rows:    []string{"P4", "P10"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "The browser sends the origin without a slash or path, so the front end that was meant to be allowed is blocked.",
		Fix:     "Write every origin as scheme://host[:port], nothing after it, one entry for each host.",
		Verify:  "curl -sI -H 'Origin: https://your-front-end' https://api.../ must answer with exactly that origin.",
		FixCost: "2 minutes",
		Cost:    preflight.Low,
		Detect:  "A public entry of the list of allowed origins, in the code or in a manifest's variable, ends in a slash, has a path, lacks its scheme, or holds a star for a part of the host where the library compares whole texts; or a settings field that wants JSON gets a comma list.",
		Silent:  "Entries that also stand in the list in the right form, local entries, libraries that know patterns.",
		Bad:     corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net/'])\n" + corsRoute,
		Good:    corsHead + "app.add_middleware(CORSMiddleware, allow_origins=['https://app.example.net'])\n" + corsRoute,
		Sourced: "RFC 6454, section 7: an Origin header holds scheme, host and port only.",
	},
	Run: runCors05,
}

func runCors05(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	var findings []preflight.Finding
	for i := range all {
		c := &all[i]
		if c.any || c.origins == nil || c.style == "header" {
			continue
		}
		list, _ := originList(c.value)
		for _, o := range list {
			if why := misspelt(o, list, c.style); why != "" {
				p := o.Place
				findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: o.Text, Evidence: []preflight.Evidence{at(in, p.File, p.Line, why), here(in, c.site, "allowed origins")}, Detail: o.Text + " " + why + "."})
			}
			if o.Kind == repo.Env {
				findings = append(findings, misspeltVariables(in, c, o)...)
			}
		}
	}
	return preflight.Found(findings...)
}

// misspelt says why an entry never equals an Origin header; "" when it may.
func misspelt(o repo.Value, list []repo.Value, style string) string {
	s := o.Text
	if o.Kind != repo.Text || o.Partial || s == "" || s == "*" || s == "null" || localOrigin(s) || strings.ContainsAny(s, "()[]^$\\|{} ") {
		return ""
	}
	scheme, rest, ok := strings.Cut(s, "://")
	switch {
	case !ok:
		if style == "flask-cors" || !strings.Contains(s, ".") || strings.Contains(s, "*") {
			return ""
		}
		if twin(list, "https://"+s) || twin(list, "http://"+s) {
			return ""
		}
		return "has no scheme"
	case scheme != "http" && scheme != "https":
		return ""
	case strings.Contains(rest, "*"):
		if style == "starlette" || style == "express" || style == "django" || style == "hono" || style == "nest" {
			return "holds a star, and this library compares whole texts"
		}
		return ""
	}
	u, err := url.Parse(s)
	if err != nil || u.Path == "" {
		return ""
	}
	if twin(list, scheme+"://"+u.Host) {
		return ""
	}
	if u.Path == "/" {
		return "ends in a slash"
	}
	return "has a path"
}

func twin(list []repo.Value, text string) bool {
	for _, o := range list {
		if o.Kind == repo.Text && o.Text == text {
			return true
		}
	}
	return false
}

// misspeltVariables judges the values that the paths give the variable of a list.
func misspeltVariables(in *check.Input, c *cors, o repo.Value) []preflight.Finding {
	var out []preflight.Finding
	file := c.site.Mod().File.Path
	for _, p := range pathsOf(in, file) {
		for _, name := range o.Names {
			v := p.Var(name)
			if v.Kind != manifest.Literal || v.Value == "" {
				continue
			}
			if why := badList(in, name, v.Value, c.style); why != "" {
				out = append(out, preflight.Finding{Level: preflight.Fail, Key: name, Path: p.Name, Evidence: []preflight.Evidence{at(in, v.File, v.Line, why), here(in, c.site, "allowed origins")}, Detail: fmt.Sprintf("%s sets %s: %s.", p.Name, name, why)})
			}
		}
	}
	return out
}

// badList says what is wrong with the value of a variable of origins.
func badList(in *check.Input, name, value, style string) string {
	if strings.HasPrefix(strings.TrimSpace(value), "[") {
		return ""
	}
	for _, r := range in.Code.EnvReads() {
		if r.Name == name && r.Field != "" && (r.Type == "list" || r.Type == "set" || r.Type == "tuple") && !r.Split && r.Reachable {
			return "the settings field " + r.Field + " wants a JSON list, so that the program stops at start"
		}
	}
	var list []repo.Value
	for _, part := range strings.Split(value, ",") {
		list = append(list, repo.Value{Kind: repo.Text, Text: strings.TrimSpace(part)})
	}
	for _, o := range list {
		if why := misspelt(o, list, style); why != "" {
			return o.Text + " " + why
		}
	}
	return ""
}
