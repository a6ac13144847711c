package deploy

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var web18 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-18",
		Title:   "The web build keeps every icon of the icon fonts",
		Level:   preflight.Info,
		Rows:    []string{"P5"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "A megabyte and more of icons that nobody sees is loaded by everybody.",
		Fix:     "Remove --no-tree-shake-icons; icons that are chosen at run time need const IconData.",
		Verify:  "MaterialIcons-Regular.otf in build/web/assets/fonts is a few kilobytes.",
		Detect:  "--no-tree-shake-icons in a flutter build web that gets deployed.",
		Silent:  "Builds without the flag: shaking is on by default in release builds.",
		Bad:     "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS b\nRUN flutter build web --no-tree-shake-icons\nFROM nginx:1.27\nCOPY --from=b /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
		Good:    "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable AS b\nRUN flutter build web --tree-shake-icons\nFROM nginx:1.27\nCOPY --from=b /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
	},
	Run: runWeb18,
}

func runWeb18(_ context.Context, in *check.Input) preflight.Outcome {
	builds := flutterBuilds(in)
	var findings []preflight.Finding
	for _, b := range builds {
		if has(b.args, "--no-tree-shake-icons") {
			findings = append(findings, preflight.Finding{Level: preflight.Info, Path: b.name(), Key: b.name(), Evidence: []preflight.Evidence{at(in, b.process.Place, "keeps every icon")}})
		}
	}
	if len(builds) == 0 {
		return preflight.NotApplicable("nothing that gets deployed builds a Flutter web application")
	}
	return preflight.Found(findings...)
}
