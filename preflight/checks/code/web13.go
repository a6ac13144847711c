package code

import (
	"context"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var web13 = check.Check{
	Rule: preflight.Rule{
		ID:      "WEB-13",
		Title:   "Fonts are fetched from Google while the page runs",
		Level:   preflight.Info,
		Rows:    []string{"G6", "P5w3"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Where Google's server is slow or blocked, text appears late or in another font.",
		Fix:     "Put the font files into assets/google_fonts and set GoogleFonts.config.allowRuntimeFetching = false.",
		Verify:  "Open the page with fonts.gstatic.com blocked: the text must look the same.",
		Detect:  "Live Dart code uses google_fonts, runtime fetching is not switched off, and no font files are in the project.",
		Silent:  "Projects with bundled font files.",
		Bad:     flutterWeb + fontsMain,
		Good:    flutterWeb + fontsMain + "-- assets/google_fonts/Inter-Regular.ttf --\nx\n",
	},
	Run: runWeb13,
}

const fontsMain = "-- lib/main.dart --\nimport 'package:flutter/material.dart';\nimport 'package:google_fonts/google_fonts.dart';\nvoid main() { runApp(MaterialApp(theme: ThemeData(textTheme: GoogleFonts.interTextTheme()))); }\n"

func runWeb13(_ context.Context, in *check.Input) preflight.Outcome {
	var evidence []preflight.Evidence
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Dart || !importsAny(m, "package:google_fonts/google_fonts.dart") {
			continue
		}
		if mentions(m.Tree, "allowruntimefetching") {
			return preflight.Pass("runtime fetching is configured")
		}
		for _, s := range m.Calls {
			if strings.HasPrefix(syntax.Dotted(s.Node.X), "GoogleFonts.") {
				evidence = append(evidence, here(in, s, "fetched at run time"))
				break
			}
		}
	}
	if len(evidence) == 0 {
		return preflight.NotApplicable("google_fonts is not used")
	}
	for _, f := range in.Code.Files() {
		if ext := path.Ext(f.Path); (ext == ".ttf" || ext == ".otf" || ext == ".woff2") && (strings.Contains(f.Path, "google_fonts") || strings.Contains(f.Path, "fonts/")) {
			return preflight.Pass("font files are bundled")
		}
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 2)})
}
