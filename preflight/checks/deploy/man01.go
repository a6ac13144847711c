package deploy

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

var man01 = check.Check{
	Rule: preflight.Rule{
		ID:      "MAN-01",
		Title:   "A manifest has a key that its platform does not know",
		Level:   preflight.Fail,
		Rows:    []string{"P10", "G4"},
		Sources: []preflight.Source{preflight.Manifest},
		Why:     "The platform refuses the manifest or ignores the line, so what it says never happens.",
		Fix:     "Use the key that the platform knows.",
		Verify:  "The platform's own validator accepts the file (render blueprints validate, fly config validate).",
		FixCost: "5 minutes",
		Cost:    preflight.Low,
		Detect:  "Keys of render.yaml, fly.toml, railway.json and railway.toml that are one or two letters away from one that exists, or that stand in the wrong table: [variables] in railway.toml, startCommand under build, value beside sync: false.",
		Silent:  "Keys that resemble nothing known are information only: the platform may be newer than this program. Extension fields (x-...).",
		Bad:     "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    healthcheckPath: /health\n",
		Good:    "-- render.yaml --\nservices:\n  - type: web\n    name: api\n    runtime: docker\n    healthCheckPath: /health\n",
		Sourced: "render.com/schema/render.yaml.json (18 August 2026), railway.com/railway.schema.json (21 August 2026), fly.io/docs/reference/configuration (7 August 2026).",
	},
	Run: runMan01,
}

func words(s string) []string { return strings.Fields(s) }

// schemas are the keys that platforms know, by the path that leads to them.
var schemas = map[string]map[string][]string{
	"render.yaml": {
		"":                  words("services databases envVarGroups projects previews version ungrouped previewsEnabled previewsExpireAfterDays"),
		"services":          words("name type runtime env region plan repo branch rootDir buildCommand preDeployCommand startCommand dockerfilePath dockerContext dockerCommand image registryCredential autoDeploy autoDeployTrigger buildFilter envVars disk numInstances scaling domain domains previews pullRequestPreviewsEnabled previewPlan healthCheckPath maxShutdownDelaySeconds staticPublishPath headers routes schedule initialDeployHook ipAllowList maxmemoryPolicy renderSubdomainPolicy instanceType"),
		"services.envVars":  words("key value generateValue sync fromDatabase fromService fromGroup previewValue"),
		"services.disk":     words("name mountPath sizeGB"),
		"databases":         words("name databaseName user plan region postgresMajorVersion ipAllowList diskSizeGB readReplicas highAvailability previewPlan previewDiskSizeGB storageAutoscalingEnabled"),
		"services.scaling":  words("minInstances maxInstances targetCPUPercent targetMemoryPercent"),
		"envVarGroups":      words("name envVars"),
		"services.routes":   words("type source destination"),
		"services.previews": words("generation numInstances plan"),
	},
	"railway": {
		"":       words("$schema build deploy environments"),
		"build":  words("builder buildCommand dockerfilePath watchPatterns railpackVersion nixpacksConfigPath nixpacksPlan nixpacksVersion buildEnvironment"),
		"deploy": words("startCommand preDeployCommand healthcheckPath healthcheckTimeout restartPolicyType restartPolicyMaxRetries multiRegionConfig overlapSeconds drainingSeconds cronSchedule numReplicas sleepApplication runtime region limitOverride requiredMountPath ipv6EgressEnabled useLegacyStacker registryCredentials"),
	},
	"fly.toml": {
		"":             words("app primary_region kill_signal kill_timeout swap_size_mb console_command build deploy env http_service services mounts processes vm statics metrics checks experimental files restart machine_checks host_dedication_id mount auto_rollback"),
		"http_service": words("internal_port force_https auto_stop_machines auto_start_machines min_machines_running max_machines_running processes concurrency checks http_options tls_options machine_checks"),
		"mounts":       words("source destination initial_size snapshot_retention auto_extend_size_threshold auto_extend_size_increment auto_extend_size_limit processes scheduled_snapshots"),
		"deploy":       words("release_command strategy max_unavailable wait_timeout release_command_timeout release_command_vm seed_command"),
		"build":        words("builder buildpacks image dockerfile build-target ignorefile args settings builtin build_target compression compression_level"),
	},
}

// misplaced are keys that belong elsewhere: "path key" -> what to do.
var misplaced = map[string]map[string]string{
	"railway": {
		" variables":            "Railway reads no variables from this file: set them in the dashboard, or in .railway/railway.ts.",
		" startCommand":         "startCommand belongs under deploy.",
		"build startCommand":    "startCommand belongs under deploy.",
		"build healthcheckPath": "healthcheckPath belongs under deploy.",
		"deploy buildCommand":   "buildCommand belongs under build.",
		"deploy builder":        "builder belongs under build.",
		"deploy variables":      "Railway reads no variables from this file: set them in the dashboard, or in .railway/railway.ts.",
		" env":                  "Railway reads no variables from this file: set them in the dashboard, or in .railway/railway.ts.",
	},
	"fly.toml": {
		" internal_port": "internal_port belongs under [http_service].",
		" destination":   "destination belongs under [mounts].",
	},
	"render.yaml": {
		" envVars":             "envVars belongs to a service or to a group of envVarGroups.",
		"services mountPath":   "mountPath belongs under disk.",
		"services environment": "Variables of a service are written under envVars.",
	},
}

func runMan01(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	known := 0
	for _, f := range in.Deploy.Files {
		kind := schemaOf(f)
		if kind == "" {
			continue
		}
		known++
		src, err := in.Tree.Read(f.Path)
		if err != nil {
			continue
		}
		for _, k := range manifest.Keys(f.Path, src) {
			if g, bad := unknownKey(in, f, kind, k); bad {
				findings = append(findings, g)
			}
		}
	}
	if known == 0 {
		return preflight.NotApplicable("no manifest of Render, Railway or Fly.io was found")
	}
	return preflight.Found(findings...)
}

func schemaOf(f manifest.File) string {
	switch base := path.Base(f.Path); {
	case f.Kind == "render.yaml", f.Kind == "fly.toml":
		return f.Kind
	case base == "railway.json", base == "railway.toml":
		return "railway"
	}
	return ""
}

func unknownKey(in *check.Input, f manifest.File, kind string, k manifest.Key) (preflight.Finding, bool) {
	at := at(in, manifest.Place{File: f.Path, Line: k.Line}, "")
	out := preflight.Finding{Level: preflight.Fail, Path: f.Path, Key: k.Path + "." + k.Name, Evidence: []preflight.Evidence{at}}
	if advice, ok := misplaced[kind][k.Path+" "+k.Name]; ok {
		out.Title = fmt.Sprintf("%s ignores the key %s here", f.Path, k.Name)
		out.Detail = advice
		return out, true
	}
	if kind == "render.yaml" && k.Path == "services.envVars" && k.Name == "sync" && k.Value == "false" && besideValue(in, f.Path, k.Line) {
		out.Title = "value and sync: false contradict each other"
		out.Detail = "sync: false asks for the value in the dashboard, and the value in the file is not used."
		out.Level = preflight.Warn
		return out, true
	}
	list, ok := schemas[kind][k.Path]
	if !ok || slices.Contains(list, k.Name) || strings.HasPrefix(k.Name, "x-") || k.Name == "<<" {
		return out, false
	}
	if near := nearest(k.Name, list, 2); near != "" && len(k.Name) > 4 {
		out.Title = fmt.Sprintf("%s has the key %s; the platform knows %s", f.Path, k.Name, near)
		out.Fix = fmt.Sprintf("Write %s instead of %s.", near, k.Name)
		return out, true
	}
	out.Level = preflight.Info
	out.Title = fmt.Sprintf("%s has the key %s, which the schema of August 2026 does not have", f.Path, k.Name)
	return out, true
}

// besideValue reports whether the entry that a line belongs to has a value as well.
func besideValue(in *check.Input, file string, line int) bool {
	lines := strings.Split(in.Tree.Text(file), "\n")
	for i := line - 2; i >= 0 && i < len(lines); i-- {
		text := strings.TrimSpace(lines[i])
		if strings.HasPrefix(text, "value:") {
			return true
		}
		if strings.HasPrefix(text, "- ") {
			return strings.HasPrefix(text, "- value:")
		}
	}
	return false
}
