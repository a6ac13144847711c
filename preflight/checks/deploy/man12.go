package deploy

import (
	"context"
	"fmt"
	"path"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man12 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-12",
		Title:   "The compose file cannot start, or is written for development",
		Level:   preflight.Fail,
		Rows:    []string{"P10"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "docker compose up fails at the second service, or production runs whatever lies in a folder of the host.",
		Fix:     "Give each service a port of its own; keep mounts of the source in a file for development.",
		Verify:  "docker compose -f FILE up on an empty machine starts every service.",
		FixCost: "15 minutes",
		Cost:    preflight.Low,
		Detect:  "Two services of one file publish the same port of the host; a compose file whose name says production mounts the source over the image.",
		Silent:  "Files whose name says development, services of different profiles, ports with variables, ranges.",
		Bad:     "-- compose.yaml --\nservices:\n  web:\n    image: nginx\n    ports: ['8080:80']\n  api:\n    image: api\n    ports: ['8080:8000']\n",
		Good:    "-- compose.yaml --\nservices:\n  web:\n    image: nginx\n    ports: ['8080:80']\n  api:\n    image: api\n    ports: ['8081:8000']\n",
	},
	Run: runMan12,
}

func runMan12(_ context.Context, in *check.Input) preflight.Outcome {
	type use struct {
		path *manifest.Path
		port manifest.Port
	}
	used := map[string]use{}
	var findings []preflight.Finding
	seen := false
	for _, p := range in.Paths() {
		if p.Platform != manifest.Compose {
			continue
		}
		seen = true
		for _, port := range p.Published {
			if !portNumber.MatchString(port.Published) {
				continue
			}
			key := p.Manifest() + " " + port.Host + ":" + port.Published
			o, taken := used[key]
			used[key] = use{p, port}
			if !taken || o.path == p || profiled(in, p) || profiled(in, o.path) || o.port.Place.Line == port.Place.Line {
				continue
			}
			findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: key, Title: fmt.Sprintf("%s and %s publish the same port %s", o.path.Service, p.Service, port.Published),
				Evidence: []preflight.Evidence{at(in, o.port.Place, "taken here"), at(in, port.Place, "and again here")}})
		}
		if told(p) && p.Image != nil {
			for _, m := range p.Mounts {
				if m.Kind == manifest.Bind && !m.ReadOnly && (m.Name == "." || m.Name == "./") && m.Path == p.Image.Effective().Workdir {
					findings = append(findings, preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: "source", Title: p.Name + " mounts the source over the image", Evidence: []preflight.Evidence{at(in, m.Place, "hides what was built")}})
				}
			}
		}
	}
	if !seen {
		return preflight.NotApplicable("no compose file was found")
	}
	return preflight.Found(findings...)
}

// profiled reports whether a file sorts its services into profiles: they then
// need not run together.
func profiled(in *check.Input, p *manifest.Path) bool {
	for _, k := range manifest.Keys(p.Manifest(), []byte(in.Tree.Text(p.Manifest()))) {
		if k.Name == "profiles" {
			return true
		}
	}
	return false
}

// told reports whether a compose file says by its name that it is for production.
func told(p *manifest.Path) bool {
	for _, dir := range strings.Split(strings.ToLower(path.Dir(p.Manifest())), "/") {
		switch dir {
		case "deploy", "deployment", "prod", "production":
			return p.Purpose == manifest.Production
		}
	}
	return p.Purpose == manifest.Production && lastElement(p.Manifest()) != "compose.yaml" && lastElement(p.Manifest()) != "docker-compose.yml" && lastElement(p.Manifest()) != "compose.yml" && lastElement(p.Manifest()) != "docker-compose.yaml"
}
