package deploy

import (
	"context"
	"fmt"
	"slices"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var data03 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-03",
		Title:   "A disk or volume is declared and mounted nowhere",
		Level:   preflight.Fail,
		Rows:    []string{"G4", "C4", "P3w3"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The storage is there and stays empty; what the program writes is lost.",
		Fix:     "Name the mount path, at the service that writes.",
		Verify:  "List the files of the mount on the platform.",
		FixCost: "10 minutes",
		Cost:    preflight.Critical,
		Detect:  "A disk of render.yaml without mountPath, [mounts] of fly.toml without source or destination, a top-level volume of a compose file that no service mounts.",
		Silent:  "External volumes, files that only change another compose file.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    disk:\n      name: data\n      sizeGB: 5\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    disk:\n      name: data\n      mountPath: /data\n      sizeGB: 5\n",
	},
	Run: runData03,
}

func runData03(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	declared := 0
	for _, p := range in.Paths() {
		declared += len(p.Mounts)
		for _, m := range p.Missing {
			if m.Kind != "mount path" {
				continue
			}
			declared++
			findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: m.Name, Title: fmt.Sprintf("The disk %s has no mount path", m.Name), Evidence: []preflight.Evidence{at(in, m.Place, "declared, not mounted")}})
		}
	}
	for _, f := range in.Deploy.Files {
		switch f.Kind {
		case "compose":
			n, list := idleVolumes(in, f.Path)
			declared += n
			findings = append(findings, list...)
		case "fly.toml":
			findings = append(findings, halfMounts(in, f.Path)...)
		}
	}
	if declared == 0 && len(findings) == 0 {
		return preflight.NotApplicable("no disk or volume is declared")
	}
	return preflight.Found(findings...)
}

// idleVolumes finds top-level volumes of a compose file that no service mounts.
func idleVolumes(in *check.Input, file string) (declared int, out []preflight.Finding) {
	var used []string
	purpose := manifest.Development
	for _, p := range in.Deploy.Paths {
		if p.Platform != manifest.Compose {
			continue
		}
		for _, m := range p.Mounts {
			used = append(used, m.Name)
		}
		if p.Manifest() == file {
			purpose = p.Purpose
		}
	}
	if purpose == manifest.Development {
		return 0, nil
	}
	for _, k := range manifest.Keys(file, []byte(in.Tree.Text(file))) {
		if k.Path != "volumes" {
			continue
		}
		declared++
		if !slices.Contains(used, k.Name) {
			out = append(out, preflight.Finding{Level: preflight.Warn, Path: file, Key: k.Name, Title: fmt.Sprintf("The volume %s is declared and mounted by no service", k.Name), Evidence: []preflight.Evidence{at(in, manifest.Place{File: file, Line: k.Line}, "not mounted")}})
		}
	}
	return declared, out
}

// halfMounts finds mounts of fly.toml that lack one of their two ends.
func halfMounts(in *check.Input, file string) []preflight.Finding {
	has := map[string]bool{}
	line := 0
	for _, k := range manifest.Keys(file, []byte(in.Tree.Text(file))) {
		if k.Path == "mounts" {
			has[k.Name] = true
		}
		if k.Path == "" && (k.Name == "mounts" || k.Name == "mount") {
			line = max(1, k.Line)
		}
	}
	if line == 0 || has["source"] && has["destination"] {
		return nil
	}
	return []preflight.Finding{{Level: preflight.Fail, Path: file, Key: "mounts", Title: "A mount of fly.toml lacks its source or its destination", Evidence: []preflight.Evidence{at(in, manifest.Place{File: file, Line: line}, "")}}}
}
