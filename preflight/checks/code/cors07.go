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

var cors07 = check.Check{
	Rule: preflight.Rule{
		ID:      "CORS-07",
		Title:   "The pattern of allowed origins lets strangers in",
		Level:   preflight.Warn,
		Rows:    []string{"S7"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Somebody registers a host that fits the pattern and reads the data of users who visit it.",
		Fix:     "List the hosts, or anchor the pattern at both ends, escape the dots and name your own project in it.",
		Verify:  "curl -sI -H 'Origin: https://evil-app.onrender.com' https://api.../ must not answer with that origin.",
		FixCost: "5 minutes",
		Cost:    preflight.Medium,
		Detect:  "A pattern for origins accepts every host of a platform that anybody can get a host on, or lacks escapes and anchors so that a foreign domain fits; a test with endsWith for such a platform.",
		Silent:  "Patterns for local hosts, patterns that name a project of their own, set-ups without credentials are one level lower.",
		Bad:     corsHead + "app.add_middleware(CORSMiddleware, allow_origin_regex=r'https://.*\\.vercel\\.app', allow_credentials=True)\n" + corsRoute,
		Good:    corsHead + "app.add_middleware(CORSMiddleware, allow_origin_regex=r'https://shop-[a-z0-9]+-acme\\.vercel\\.app', allow_credentials=True)\n" + corsRoute,
	},
	Run: runCors07,
}

// sharedHosts are domains on which anybody can get a host name.
var sharedHosts = []string{"vercel.app", "netlify.app", "onrender.com", "herokuapp.com", "fly.dev", "railway.app", "github.io", "pages.dev", "web.app", "firebaseapp.com", "ngrok.io", "ngrok-free.app", "azurewebsites.net", "surge.sh", "workers.dev", "run.app", "lovable.app", "repl.co", "replit.dev"}

func runCors07(_ context.Context, in *check.Input) preflight.Outcome {
	all := corsSetups(in)
	if len(all) == 0 {
		return preflight.NotApplicable("the code sets no allowed origins")
	}
	var findings []preflight.Finding
	add := func(c *cors, line int, why string) {
		f := preflight.Finding{Level: preflight.Warn, Evidence: []preflight.Evidence{at(in, c.site.Mod().File.Path, line, why)}, Detail: why + "."}
		if !c.withCredentials() {
			f.Level = preflight.Info
		}
		findings = append(findings, f)
	}
	for i := range all {
		c := &all[i]
		for _, p := range patternsOf(c) {
			if why := tooWide(p.Text, c.style == "starlette"); why != "" {
				add(c, p.Place.Line, why)
			}
		}
		if c.decides == nil {
			continue
		}
		syntax.WalkAll(c.decides.Node.Body, func(n *node) bool {
			if n.Is(syntax.Call) && syntax.Last(n.X) == "endsWith" && len(n.List) == 1 && n.List[0].Is(syntax.Str) && sharedSuffix(n.List[0].Text) {
				add(c, int(n.Line), "every host of "+strings.TrimPrefix(n.List[0].Text, ".")+" is allowed")
			}
			return true
		})
	}
	return preflight.Found(findings...)
}

func patternsOf(c *cors) []repo.Value {
	if c.regex == nil {
		return nil
	}
	if c.regex.Kind == repo.List {
		return c.regex.Items
	}
	return []repo.Value{*c.regex}
}

func sharedSuffix(s string) bool {
	for _, h := range sharedHosts {
		if strings.TrimPrefix(s, ".") == h {
			return true
		}
	}
	return false
}

// tooWide says which foreign origin a pattern accepts; "" when none of those tried. whole says that the library matches
// the whole origin by itself.
func tooWide(pattern string, whole bool) string {
	if pattern == "" || strings.Contains(pattern, "localhost") && !strings.Contains(pattern, "|") {
		return ""
	}
	src := pattern
	if whole {
		src = "^(?:" + pattern + ")$"
	} else if !strings.HasPrefix(src, "^") {
		src = "^(?:" + pattern + ")"
	}
	re, err := regexp.Compile(src)
	if err != nil {
		return ""
	}
	for _, h := range sharedHosts {
		if re.MatchString("https://stranger-7f3a." + h) {
			return "every host of " + h + " is allowed"
		}
	}
	if m := regexp.MustCompile(`([a-z0-9-]+)\\?\.([a-z]{2,})\$?$`).FindStringSubmatch(strings.TrimSuffix(pattern, ")")); m != nil {
		if re.MatchString("https://www." + m[1] + "." + m[2] + ".stranger.example") {
			return "the pattern has no end: " + m[1] + "." + m[2] + ".stranger.example fits"
		}
	}
	return ""
}
