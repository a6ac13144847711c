package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var auth14 = check.Check{
	Rule: preflight.Rule{
		ID:      "AUTH-14",
		Title:   "The audience of ID tokens is not checked when the client id is missing",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "S3"},
		Sources: []preflight.Source{preflight.Repo, preflight.Manifest},
		Why:     "If the variable is forgotten, a token that was made for any other application signs people in here.",
		Fix:     "Require the client id at start, without a default.",
		Verify:  "Start without the variable: the program must refuse.",
		FixCost: "5 minutes",
		Cost:    preflight.High,
		Detect:  "The call that verifies an ID token gets an audience that is None or empty when the variable is not set, and nothing stops the program then; or the comparison of aud is skipped when the client id is empty.",
		Silent:  "Required settings, validation at start, paths that set the variable.",
		Bad:     googleVerify + "CLIENT_ID = os.getenv('GOOGLE_CLIENT_ID')\n" + googleRoute,
		Good:    googleVerify + "CLIENT_ID = os.environ['GOOGLE_CLIENT_ID']\n" + googleRoute,
		Sourced: "google-auth documentation, id_token.verify_oauth2_token: with audience None the audience is not verified.",
	},
	Run: runAuth14,
}

const (
	googleVerify = "-- main.py --\nimport os\nfrom fastapi import FastAPI\nfrom google.oauth2 import id_token\nfrom google.auth.transport import requests\napp = FastAPI()\n"
	googleRoute  = "@app.post('/login')\ndef login(token: str):\n    return id_token.verify_oauth2_token(token, requests.Request(), CLIENT_ID)\n"
)

func runAuth14(_ context.Context, in *check.Input) preflight.Outcome {
	seen := 0
	var findings []preflight.Finding
	eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
		audience := audienceOf(in, s, last)
		if audience == nil || clientSide(in, m) {
			return
		}
		seen++
		v := in.Code.Value(audience, s.Scope)
		if v.Kind == repo.List && len(v.Items) == 1 {
			return // a list with nothing in it still refuses
		}
		d := v.Fallback()
		if v.Kind != repo.Env || !(d.Kind == repo.None || d.Kind == repo.Text && d.Text == "" && !d.Partial) || required(in, s, audience, v) {
			return
		}
		st := sets(in, m.File.Path, v.Names)
		if st.allSet() {
			return
		}
		f := preflight.Finding{Level: preflight.Fail, Rows: []string{"S3"}, Key: v.Names[0], Evidence: []preflight.Evidence{here(in, s, "verifies the token")}}
		if v.Place.Line > 0 {
			f.Evidence = append(f.Evidence, at(in, v.Place.File, v.Place.Line, "the client id"))
		}
		var sentence string
		f.Path, sentence = st.blame(v.Names)
		if len(st.missing) == 0 {
			f.Level = preflight.Warn
		} else {
			f.Rows = []string{"P10", "S3"}
		}
		f.Detail = sentence + " Then tokens for any application are accepted."
		findings = append(findings, f)
	})
	if seen == 0 {
		return preflight.NotApplicable("the code verifies no ID tokens by hand")
	}
	return preflight.Found(findings...)
}

// audienceOf returns the audience that a call which verifies an ID token is given, nil for other calls.
func audienceOf(in *check.Input, s *repo.Site, last string) *node {
	switch last {
	case "verify_oauth2_token", "verify_token", "verify_firebase_token":
		if strings.HasPrefix(callName(in, s), "google.oauth2.id_token") {
			return syntax.Arg(s.Node, 2, "audience")
		}
	case "verifyIdToken":
		if strings.Contains(callName(in, s), "google-auth-library") || mentions(s.Node, "audience") {
			if v, ok := optionsOf(in, s).get("audience"); ok {
				return v.expr
			}
		}
	}
	return nil
}

// required reports whether the program stops, or refuses the request, when the client id is missing.
func required(in *check.Input, s *repo.Site, audience *node, v repo.Value) bool {
	if requiredElsewhere(in, v.Names) || len(stops(in, v.Names, "")) > 0 {
		return true
	}
	names := append([]string{}, v.Names...)
	if last := syntax.Last(audience); last != "" {
		names = append(names, last)
	}
	for _, r := range in.Code.EnvReads() {
		if r.Name == v.Names[0] && r.Field != "" {
			names = append(names, r.Field)
		}
	}
	for g := s.Guards; g != nil; g = g.Outer {
		for _, n := range names {
			if mentions(g.Test, strings.ToLower(n)) {
				return true
			}
		}
	}
	return false
}
