package deploy

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
	"github.com/ba-assistant/ba-assistant/preflight/secrets"
)

var data16 = check.Check{
	Rule: preflight.Rule{
		ID:      "DATA-16",
		Title:   "A database with a password that everybody knows is open to the network",
		Level:   preflight.Warn,
		Rows:    []string{"S1"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "Databases with default passwords are found and emptied within hours.",
		Fix:     "Do not publish the port (other services of the file reach it anyway), or bind it to 127.0.0.1; set the password by a variable.",
		Verify:  "From another machine the port refuses connections.",
		FixCost: "10 minutes",
		Cost:    preflight.Critical,
		Detect:  "A database service of a compose file that may run in production publishes its port on all addresses, with a published default password or none.",
		Silent:  "Ports bound to 127.0.0.1, ports that are not published, files for development.",
		Bad:     "-- docker-compose.yml --\nservices:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: postgres\n    ports: ['5432:5432']\n",
		Good:    "-- docker-compose.yml --\nservices:\n  db:\n    image: postgres:17\n    environment:\n      POSTGRES_PASSWORD: postgres\n    ports: ['127.0.0.1:5432:5432']\n",
	},
	Run: runData16,
}

func runData16(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := false
	for _, p := range in.Paths() {
		if p.Role != manifest.Database || p.Platform != manifest.Compose {
			continue
		}
		seen = true
		port, open := openPort(p)
		password, known := databasePassword(p)
		if !open || !known {
			continue
		}
		f := preflight.Finding{Level: preflight.Warn, Path: p.Name, Key: p.Name, Title: fmt.Sprintf("%s is open on port %s with a password that everybody knows", p.Name, port.Published), Evidence: []preflight.Evidence{at(in, port.Place, "open to the network")}}
		if password.Name == "" {
			f.Title = fmt.Sprintf("%s is open on port %s without a password", p.Name, port.Published)
		} else {
			f.Evidence = append(f.Evidence, at(in, password.Place, "a published default"))
		}
		if !told(p) {
			f.Level = preflight.Info // the plain compose file is often for the developer's machine
		}
		findings = append(findings, f)
	}
	if !seen {
		return preflight.NotApplicable("no compose file runs a database")
	}
	return preflight.Found(findings...)
}

func openPort(p *manifest.Path) (manifest.Port, bool) {
	for _, port := range p.Published {
		if port.Published != "" && (port.Host == "" || port.Host == "0.0.0.0" || port.Host == "::") {
			return port, true
		}
	}
	return manifest.Port{}, false
}

// lastingConfig returns the configuration files that are mounted into a service: they may hold a password.
func lastingConfig(p *manifest.Path) []manifest.Mount {
	var out []manifest.Mount
	for _, m := range p.Mounts {
		if configMount(m) {
			out = append(out, m)
		}
	}
	return out
}

// databasePassword returns the password of a database service when it is a
// published default, or an empty variable when the image runs without any.
func databasePassword(p *manifest.Path) (manifest.Variable, bool) {
	for _, v := range sorted(p.Vars) {
		if strings.Contains(v.Name, "PASSWORD") {
			return v, v.Value != "" && secrets.IsKnownDefault(v.Value)
		}
	}
	image := p.ImageName
	return manifest.Variable{}, (strings.Contains(image, "redis") || strings.Contains(image, "mongo") || strings.Contains(image, "valkey")) && !strings.Contains(p.Start.Text, "requirepass") && !strings.Contains(p.Start.Text, ".conf") && len(p.EnvFiles) == 0 && len(lastingConfig(p)) == 0
}
