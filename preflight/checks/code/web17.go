package code

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var web17 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-17",
		Title:   "Nothing is shown while the front end loads",
		Level:   preflight.Info,
		Rows:    []string{"U5"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "For the seconds that the engine takes to load, the page is blank and looks broken.",
		Fix:     "Put a splash (a logo and the word Loading) into the body of web/index.html; it goes when the first frame is drawn.",
		Verify:  "Load the page with the network slowed to 3G: something must appear within a second.",
		Detect:  "web/index.html of a Flutter project has nothing in its body but scripts.",
		Silent:  "Pages with any element or text in the body.",
		Bad:     "-- pubspec.yaml --\nname: app\n-- web/index.html --\n<html><head></head><body>\n<script src=\"flutter_bootstrap.js\" async></script>\n</body></html>\n",
		Good:    "-- pubspec.yaml --\nname: app\n-- web/index.html --\n<html><head></head><body>\n<div id=\"splash\">Loading</div>\n<script src=\"flutter_bootstrap.js\" async></script>\n</body></html>\n",
	},
	Run: runWeb17,
}

var (
	bodyPart   = regexp.MustCompile(`(?is)<body[^>]*>(.*)</body>`)
	scriptPart = regexp.MustCompile(`(?is)<script.*?</script>|<!--.*?-->|<picture id="splash".*?</picture>`)
)

func runWeb17(_ context.Context, in *check.Input) preflight.Outcome {
	seen := false
	var findings []preflight.Finding
	for _, f := range in.Code.Files() {
		if path.Base(f.Path) != "index.html" || path.Base(path.Dir(f.Path)) != "web" || in.Code.File(path.Join(path.Dir(path.Dir(f.Path)), "pubspec.yaml")) == nil || inTests(f.Path) {
			continue
		}
		src := string(in.Code.Source(f))
		m := bodyPart.FindStringSubmatchIndex(src)
		if m == nil {
			continue
		}
		seen = true
		body := src[m[2]:m[3]]
		if strings.TrimSpace(scriptPart.ReplaceAllString(body, "")) == "" && !strings.Contains(body, "splash") {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Evidence: []preflight.Evidence{at(in, f.Path, 1+strings.Count(src[:m[0]], "\n"), "an empty body")}})
		}
	}
	if !seen {
		return preflight.NotApplicable("no Flutter front end for the web was found")
	}
	return preflight.Found(findings...)
}
