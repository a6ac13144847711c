package deploy

import (
	"context"
	"fmt"
	"net"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man08 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-08",
		Title:   "A manifest refers to a service, volume or database that does not exist",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "G4"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The platform refuses the manifest, or the proxy stops at its start because it cannot find the other side.",
		Fix:     "Correct the name, or declare what is missing.",
		Verify:  "docker compose config, or the platform's validator, accepts the file.",
		FixCost: "10 minutes",
		Cost:    preflight.Low,
		Detect:  "fromDatabase and fromService of render.yaml, depends_on and named volumes of compose files, and the host that nginx passes requests to in an image that is deployed alone.",
		Silent:  "Names with variables, external volumes, hosts with dots, addresses, names that a compose file of the repository provides.",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: maindb\n          property: connectionString\ndatabases:\n  - name: main-db\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    envVars:\n      - key: DATABASE_URL\n        fromDatabase:\n          name: main-db\n          property: connectionString\ndatabases:\n  - name: main-db\n",
	},
	Run: runMan08,
}

func runMan08(_ context.Context, in *check.Input) preflight.Outcome {
	if len(in.Deploy.Files) == 0 {
		return preflight.NotApplicable("no deployment description was found")
	}
	var findings []preflight.Finding
	for _, p := range in.Paths() {
		for _, m := range p.Missing {
			if m.Kind != "database" && m.Kind != "service" || strings.ContainsAny(m.Name, "${") || m.Name == "" {
				continue
			}
			findings = append(findings, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: m.Kind + m.Name,
				Title:    fmt.Sprintf("%s refers to the %s %q, which it does not declare", p.Manifest(), m.Kind, m.Name),
				Evidence: []preflight.Evidence{at(in, m.Place, "no such "+m.Kind)}, Detail: "It is right only if the dashboard has it."})
		}
	}
	findings = append(findings, composeNames(in)...)
	findings = append(findings, lonelyProxies(in)...)
	return preflight.Found(findings...)
}

// composeNames checks depends_on and named volumes against what the file, and
// the plain file beside it, declare.
func composeNames(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, p := range in.Paths() {
		if p.Platform != manifest.Compose {
			continue
		}
		services, volumes, open := composeDeclares(in, p.Manifest())
		if open {
			continue
		}
		for _, d := range p.DependsOn {
			if !slices.Contains(services, d) {
				out = append(out, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: "depends " + d, Title: fmt.Sprintf("%s depends on the service %q, which is not there", p.Name, d), Evidence: []preflight.Evidence{at(in, p.Place, "depends_on "+d)}})
			}
		}
		for _, m := range p.Mounts {
			if m.Kind == manifest.Volume && m.Name != "" && m.Place.File == p.Manifest() && !slices.Contains(volumes, m.Name) {
				out = append(out, preflight.Finding{Level: certainOf(p, preflight.Fail), Path: p.Name, Key: "volume " + m.Name, Title: fmt.Sprintf("%s mounts the volume %q, which the file does not declare", p.Name, m.Name),
					Evidence: []preflight.Evidence{at(in, m.Place, "no such volume")}, Fix: fmt.Sprintf("At the end of the file:\n  volumes:\n    %s:", m.Name)})
			}
		}
	}
	return out
}

// composeDeclares returns the services and volumes of a compose file. open
// says that it includes other files.
func composeDeclares(in *check.Input, file string) (services, volumes []string, open bool) {
	files := []string{file}
	for _, f := range in.Deploy.Files {
		if f.Kind == "compose" && path.Dir(f.Path) == path.Dir(file) && f.Path != file {
			files = append(files, f.Path) // used together with -f
		}
	}
	for _, f := range files {
		src, err := in.Tree.Read(f)
		if err != nil {
			return nil, nil, true
		}
		for _, k := range manifest.Keys(f, src) {
			switch k.Path {
			case "services":
				services = append(services, k.Name)
			case "volumes":
				volumes = append(volumes, k.Name)
			case "":
				open = open || k.Name == "include"
			}
		}
	}
	return services, volumes, open
}

// lonelyProxies finds nginx images that are deployed alone and pass requests to
// the name of a container.
func lonelyProxies(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, cfg := range in.Deploy.Proxies {
		if cfg.Server != "nginx" {
			continue
		}
		for _, p := range in.Paths() {
			if p.Platform == manifest.Compose || p.Image == nil || !copies(p, cfg.File) || providedByCompose(in, cfg) {
				continue
			}
			for _, s := range cfg.Servers {
				for _, loc := range s.Locations {
					host := upstreamHost(cfg, loc.ProxyPass)
					if host == "" || serviceOf(in, p, host) {
						continue
					}
					f := preflight.Finding{Level: preflight.Fail, Path: p.Name, Key: host, Title: fmt.Sprintf("nginx passes requests to %q, which no service of this path provides", host),
						Evidence: []preflight.Evidence{at(in, loc.PassAt, "no such host")}, Detail: "nginx does not start when it cannot resolve the name."}
					if f.Level = certain(p, preflight.Fail); p.Platform == manifest.Railway {
						f.Fix = fmt.Sprintf("Use the private name: http://%s.railway.internal:PORT", host)
					}
					out = append(out, f)
				}
			}
		}
	}
	return out
}

func copies(p *manifest.Path, file string) bool {
	for _, c := range p.Image.Effective().Copies {
		for _, src := range c.Sources {
			if c.From == "" && path.Join(p.Image.Context, src) == file {
				return true
			}
		}
	}
	return false
}

// upstreamHost returns the bare name that a proxy_pass leads to; "" for
// addresses, variables, names with dots and this machine.
func upstreamHost(cfg *manifest.ProxyConfig, pass string) string {
	_, rest, ok := strings.Cut(pass, "://")
	if !ok || strings.Contains(rest, "$") {
		return ""
	}
	host, _, _ := strings.Cut(rest, "/")
	if list := cfg.Upstreams[host]; len(list) > 0 {
		host = list[0]
	}
	host, _, _ = strings.Cut(host, ":")
	if host == "" || host == "localhost" || strings.ContainsAny(host, ".$[") || host == "unix" || net.ParseIP(host) != nil || host == "host" {
		return ""
	}
	return host
}

// providedByCompose reports whether a compose file mounts or builds with the configuration.
func providedByCompose(in *check.Input, cfg *manifest.ProxyConfig) bool {
	for _, p := range in.Deploy.Paths {
		if p.Platform == manifest.Compose && p.Image != nil && copies(p, cfg.File) {
			return true
		}
	}
	return false
}

func serviceOf(in *check.Input, p *manifest.Path, host string) bool {
	for _, o := range in.Deploy.Paths {
		if o != p && o.Platform == p.Platform && o.Service == host {
			return true
		}
	}
	return false
}
