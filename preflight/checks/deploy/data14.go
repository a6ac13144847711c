package deploy

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data14 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-14",
		Title:   "The user of the image cannot write to the volume",
		Level:   preflight.Warn,
		Rows:    []string{"P3"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The program stops with 'permission denied' or 'unable to open database file' as soon as the volume is mounted.",
		Fix:     "On Railway set RAILWAY_RUN_UID=0, or let the entry script chown the folder and drop privileges (gosu).",
		Verify:  "Write a file to the mount from the running container.",
		FixCost: "15 minutes",
		Cost:    preflight.Medium,
		Detect:  "The final stage has a USER that is not root, a path of Railway mounts a volume (owned by root), and RAILWAY_RUN_UID is not 0.",
		Silent:  "Other platforms, entry scripts that change the owner, images without USER.",
		Bad:     "-- .railway/railway.ts --\nimport { defineRailway, project, service, volume } from 'railway/iac'\nconst data = volume('data')\nexport default defineRailway(() => project('x', { resources: [service('api', { volumeMounts: { '/data': data }, env: { A: 'b' } })] }))\n-- Dockerfile --\nFROM python:3.12\nUSER app\nCMD [\"python\", \"main.py\"]\n-- main.py --\nprint(1)\n",
		Good:    "-- .railway/railway.ts --\nimport { defineRailway, project, service, volume } from 'railway/iac'\nconst data = volume('data')\nexport default defineRailway(() => project('x', { resources: [service('api', { volumeMounts: { '/data': data }, env: { RAILWAY_RUN_UID: '0' } })] }))\n-- Dockerfile --\nFROM python:3.12\nUSER app\nCMD [\"python\", \"main.py\"]\n-- main.py --\nprint(1)\n",
		Sourced: "Railway mounts volumes as root; RAILWAY_RUN_UID=0 (its documentation of 21 August 2026).",
	},
	Run: runData14,
}

func runData14(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := false
	for _, p := range in.Paths() {
		if p.Platform != manifest.Railway || p.Image == nil || len(lasting(p)) == 0 {
			continue
		}
		seen = true
		st := p.Image.Effective()
		user, _, _ := strings.Cut(st.User, ":")
		if user == "" || user == "root" || user == "0" || p.Vars["RAILWAY_RUN_UID"].Value == "0" || drops(p.Start.Text) || changesOwner(p) {
			continue
		}
		findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Name, Evidence: []preflight.Evidence{at(in, st.UserAt, "not root"), at(in, lasting(p)[0].Place, "mounted as root")}})
	}
	if !seen {
		return preflight.NotApplicable("no image with a volume is deployed on Railway")
	}
	return preflight.Found(findings...)
}

func changesOwner(p *manifest.Path) bool {
	for _, s := range p.Start.Steps {
		if s.Program() == "chown" || drops(strings.Join(s.Args, " ")) {
			return true
		}
	}
	return false
}
