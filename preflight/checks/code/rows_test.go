package code

import (
	"slices"
	"testing"

	"github.com/ba-assistant/ba-assistant/preflight/check/checktest"
)

// A row is about sign-in only where people sign in.
func TestAnAddressOfAnAPIIsAMatterOfSignInOnlyWhereItIsUsedForIt(t *testing.T) {
	image := "-- pubspec.yaml --\nname: app\n-- Dockerfile --\nFROM ghcr.io/cirruslabs/flutter:stable\nWORKDIR /app\nCOPY . .\nRUN flutter build web\n"
	signIn := "-- api/main.py --\nfrom fastapi import FastAPI\napp = FastAPI()\n@app.get('/auth/google/callback')\ndef callback(code: str):\n    return {}\n"
	for name, c := range map[string]struct {
		files string
		want  bool
	}{"without sign-in": {dartEnv + image, false}, "with sign-in": {dartEnv + image + signIn, true}} {
		res := checktest.Run(t, web10, checktest.Case{Files: c.files})
		if len(res.Findings) != 1 || slices.Contains(res.Findings[0].Rows, "P1") != c.want || !slices.Contains(res.Findings[0].Rows, "P10") {
			t.Errorf("%s: %+v", name, res.Findings)
		}
	}
}
