package deploy

import (
	"context"
	"encoding/base64"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var sec06 = check.Check{
	Rule: preflight.Rule{
		ID:      "SEC-06",
		Title:   "A secret value is written in a manifest or an image",
		Level:   preflight.Fail,
		Rows:    []string{"P2", "S1", "S2"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Everybody who can read the repository, or pull the image, has the credential.",
		Fix:     "Rotate it and keep it in the platform's secret store: sync: false or generateValue: true in render.yaml, fly secrets set, the dashboard of Railway, an env file beside the compose file on the server.",
		Verify:  "preflight . finds it no more, and the new value works.",
		FixCost: "30 minutes",
		Cost:    preflight.High,
		Detect:  "A literal that looks real under a secret's name, or a connection string with a password, in render.yaml, fly.toml, app.yaml, compose files, Dockerfile ENV and ARG, Kubernetes Secrets in clear, and the env of workflows.",
		Silent:  "References, generated and prompted values, placeholders and published defaults (KEY-05, DATA-16), values of a container that nobody else reaches, compose files for development (information only).",
		Bad:     "-- fly.toml --\napp = 'x'\n[env]\n  OPENAI_API_KEY = 'q7Vw2LmZ9tKxB4nRf8cYpD3sHgJ6eUaT1iOo'\n",
		Good:    "-- fly.toml --\napp = 'x'\n[env]\n  LOG_LEVEL = 'info'\n",
	},
	Run: runSec06,
}

func runSec06(_ context.Context, in *check.Input) preflight.Outcome {
	if len(in.Deploy.Files) == 0 {
		return preflight.NotApplicable("no deployment description was found")
	}
	var findings []preflight.Finding
	seen := map[manifest.Place]bool{}
	add := func(v manifest.Variable, by string, level preflight.Level) {
		if seen[v.Place] || !secretValue(v.Name, v.Value) {
			return
		}
		seen[v.Place] = true
		findings = append(findings, preflight.Finding{Level: level, Path: by, Key: v.Name, Title: fmt.Sprintf("%s has its value in %s", v.Name, path.Base(v.File)),
			Evidence: []preflight.Evidence{{File: v.File, Line: v.Line, Excerpt: v.Name + " = " + secrets.Mask(v.Value)}}})
	}
	for _, p := range in.Deploy.Paths {
		level := preflight.Fail
		if p.Purpose == manifest.Development {
			level = preflight.Info
		}
		for _, list := range []map[string]manifest.Variable{p.Vars, p.BuildVars} {
			for _, v := range sorted(list) {
				if !fromEnvFile(in, v.File) && (v.Kind == manifest.Literal || v.Kind == manifest.Referenced) {
					add(v, p.Name, level)
				}
			}
		}
	}
	for _, im := range in.Deploy.Images {
		for i := range im.Stages {
			for _, list := range []map[string]manifest.Variable{im.Stages[i].Env, im.Stages[i].Args} {
				for _, v := range sorted(list) {
					add(v, im.File, preflight.Fail)
				}
			}
		}
	}
	for _, w := range in.Deploy.Flows {
		for _, j := range w.Jobs {
			for _, v := range sorted(j.Env) {
				add(v, w.File, preflight.Fail)
			}
		}
	}
	for _, v := range clearSecrets(in) {
		add(v, v.File, preflight.Fail)
	}
	return preflight.Found(findings...)
}

// secretValue reports whether a variable's value is somebody's secret.
func secretValue(name, value string) bool {
	return value != "" && (secrets.SecretName(name) || strings.Contains(value, "://")) && secrets.Classify(name, value) == secrets.Real
}

// fromEnvFile reports whether a value comes from an env file: SEC-01 and SEC-05 speak of those.
func fromEnvFile(in *check.Input, file string) bool {
	for _, e := range in.Deploy.EnvFiles {
		if e.Path == file {
			return true
		}
	}
	return false
}

// clearSecrets reads the Secrets of Kubernetes manifests: base64 hides nothing.
func clearSecrets(in *check.Input) []manifest.Variable {
	var out []manifest.Variable
	for _, f := range in.Tree.Files() {
		ext := path.Ext(f.Path)
		if ext != ".yaml" && ext != ".yml" || f.Size > 200_000 {
			continue
		}
		text := in.Tree.Text(f.Path)
		if !strings.Contains(text, "kind: Secret") || strings.Contains(text, "SealedSecret") || strings.Contains(text, "sops:") || strings.Contains(text, "{{") {
			continue
		}
		line := 1
		for _, doc := range strings.Split(text, "\n---") {
			for _, k := range manifest.Keys(f.Path, []byte(doc)) {
				value := k.Value
				if k.Path == "data" {
					b, err := base64.StdEncoding.DecodeString(value)
					if err != nil {
						continue
					}
					value = string(b)
				}
				if k.Path == "data" || k.Path == "stringData" {
					out = append(out, manifest.Variable{Name: k.Name, Kind: manifest.Literal, Value: strings.TrimSpace(value), Place: manifest.Place{File: f.Path, Line: line + k.Line - 1}})
				}
			}
			line += strings.Count(doc, "\n") + 1
		}
	}
	return out
}
