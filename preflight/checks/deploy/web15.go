package deploy

import (
	"context"
	"fmt"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var web15 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-15",
		Title:   "The web build has a flag that Flutter no longer knows",
		Level:   preflight.Warn,
		Rows:    []string{"P5"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The build fails with the next version of Flutter, or ignores what was meant.",
		Fix:     "Remove the flag: CanvasKit is the default, --wasm adds Skwasm; there is no HTML renderer any more.",
		Verify:  "flutter build web ends without an error.",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "--web-renderer, --no-sound-null-safety or --dart2js-optimization in a flutter build web that gets deployed.",
		Silent:  "Images that pin a Flutter version before 3.24.",
		Bad:     "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:3.35 AS b\nRUN flutter build web --web-renderer html\nFROM nginx:1.27\nCOPY --from=b /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
		Good:    "-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:3.35 AS b\nRUN flutter build web --wasm\nFROM nginx:1.27\nCOPY --from=b /app/build/web /usr/share/nginx/html\n-- pubspec.yaml --\nname: app\n",
		Sourced: "flutter pull request 152683 (August 2024) hid --web-renderer; issue 145954 removed the HTML renderer.",
	},
	Run: runWeb15,
}

func runWeb15(_ context.Context, in *check.Input) preflight.Outcome {
	builds := flutterBuilds(in)
	var findings []preflight.Finding
	for _, b := range builds {
		for _, flag := range []string{"--web-renderer", "--no-sound-null-safety", "--dart2js-optimization"} {
			if has(b.args, flag) && !oldFlutter(b) {
				findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: b.name(), Key: b.name() + flag, Title: fmt.Sprintf("flutter build web has %s, which Flutter no longer knows", flag), Evidence: []preflight.Evidence{at(in, b.process.Place, flag)}})
			}
		}
	}
	if len(builds) == 0 {
		return preflight.NotApplicable("nothing that gets deployed builds a Flutter web application")
	}
	return preflight.Found(findings...)
}

// oldFlutter reports whether the image pins a version that still had the flags.
func oldFlutter(b webBuild) bool {
	if b.path == nil || b.path.Image == nil {
		return false
	}
	for _, s := range b.path.Image.Stages {
		if m := flutterVersion.FindStringSubmatch(s.Base); m != nil && admits("<", "3", "24", m[1], m[2]) {
			return true
		}
	}
	return false
}
