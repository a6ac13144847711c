package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
)

var web06 = check.Check{
	Rule: preflight.Rule{
		ID:       "WEB-06",
		Title:    "The committed front-end build is a debug build",
		Level:    preflight.Warn,
		Rows:     []string{"P5"},
		Sources:  []preflight.Source{preflight.Repo},
		Why:      "What is committed is what gets published: slow, large, and readable.",
		Fix:      "Do not commit build output; build in CI or on the platform with flutter build web.",
		Verify:   "git ls-files build/web is empty.",
		FixCost:  "30 minutes",
		Cost:     preflight.Low,
		Detect:   "A tracked main.dart.js, or the scripts beside it, that name the debug loader of Flutter.",
		Silent:   "Release output, build output that git does not track.",
		Bad:      "-- build/web/main.dart.js --\n(function(){ var modules = [{'src': 'dart_sdk.js'}]; let s = document.createElement('script'); s.src='ddc_module_loader.js'; })()\n",
		Good:     "-- build/web/main.dart.js --\n(function dartProgram(){function copyProperties(a,b){var s=Object.keys(a)}})()\n",
		YieldsTo: []string{"WEB-04"},
	},
	Run: runWeb06,
}

func runWeb06(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	builds := 0
	for _, f := range in.Tree.Files() {
		if path.Base(f.Path) != "main.dart.js" || ignoredHere(in, f.Path) {
			continue
		}
		builds++
		text := in.Tree.Text(f.Path)
		for _, mark := range []string{"ddc_module_loader.js", "require.js", "dwds", "stack_trace_mapper.js"} {
			if len(text) < 200_000 && strings.Contains(text, mark) {
				findings = append(findings, preflight.Finding{Level: preflight.Warn, Key: f.Path, Evidence: []preflight.Evidence{{File: f.Path, Note: fmt.Sprintf("names %s", mark)}}})
				break
			}
		}
	}
	if builds == 0 {
		return preflight.NotApplicable("no build of a Flutter web application is committed")
	}
	return preflight.Found(findings...)
}
