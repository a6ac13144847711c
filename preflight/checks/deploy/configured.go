package deploy

import (
	"regexp"
	"sort"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// setting is one variable as something that is meant for production sets it.
type setting struct {
	manifest.Variable
	by    string         // the path, env file or workflow job
	path  *manifest.Path // nil for env files and workflows
	build bool           // there when the image is built only
}

// configured returns every variable with a known value, or a known fallback,
// that production gets: of paths, of env files for production, and of workflow
// jobs that deploy. Each place is listed once.
func configured(in *check.Input) []setting {
	return in.Code.Keep("deploy configured", func() any { return readConfigured(in) }).([]setting)
}

func readConfigured(in *check.Input) []setting {
	var out []setting
	seen := map[manifest.Place]bool{}
	add := func(s setting) {
		if s.Value == "" || s.Place.File != "" && seen[s.Place] && s.Place.Line > 0 {
			return
		}
		seen[s.Place] = true
		out = append(out, s)
	}
	for _, p := range in.Paths() {
		if p.Role == manifest.Database {
			continue
		}
		for _, v := range sorted(p.Vars) {
			add(setting{v, p.Name, p, false})
		}
		for _, v := range sorted(p.BuildVars) {
			add(setting{v, p.Name, p, true})
		}
	}
	for _, e := range in.Deploy.EnvFiles {
		if e.Use != manifest.EnvProduction || ignoredHere(in, e.Path) {
			continue
		}
		for _, v := range e.Vars {
			if !v.Comment && !strings.Contains(v.Value, "${") {
				add(setting{manifest.Variable{Name: v.Name, Kind: manifest.Literal, Value: v.Value, Place: manifest.Place{File: e.Path, Line: v.Line}}, e.Path, nil, false})
			}
		}
	}
	for _, w := range in.Deploy.Flows {
		for _, j := range w.Jobs {
			if !j.Deploys {
				continue
			}
			for _, v := range sorted(j.Env) {
				add(setting{v, w.File + ": " + j.Name, nil, true})
			}
		}
	}
	return out
}

// ignoredHere reports whether git does not track a file: it is on this machine only.
func ignoredHere(in *check.Input, file string) bool {
	tracked, known := in.Tree.Tracked(file)
	return known && !tracked
}

// sorted returns variables by place, then name.
func sorted(vars map[string]manifest.Variable) []manifest.Variable {
	out := make([]manifest.Variable, 0, len(vars))
	for _, v := range vars {
		out = append(out, v)
	}
	sort.Slice(out, func(i, j int) bool {
		a, b := out[i], out[j]
		if a.File != b.File {
			return a.File < b.File
		}
		if a.Line != b.Line {
			return a.Line < b.Line
		}
		return a.Name < b.Name
	})
	return out
}

var placeholderPattern = regexp.MustCompile(`(?i)^(?:<[^<>]+>|\[[a-z][^\[\]]*\]|\{\{?[\w .-]+\}?\}|(?:put|enter|insert|add|set|replace|paste|type)[-_ ](?:your|me|this|with|here|in)\b.*|your[-_ .]?(?:[a-z0-9]+[-_ .])*[a-z0-9]+(?:[-_ ]here)?|.*[-_ ]here|change[-_ ]?(?:me|this|it)\b.*|replace[-_ ]?(?:me|this)\b.*|x{4,}|\*{4,}|todo|tbd|fixme|placeholder.*|dummy.*|\.{3}|sk-\.{3}|sk-x+|.*\.{3})$`)

var placeholderHost = regexp.MustCompile(`(?i)(?:^|[/@.])(?:example\.(?:com|org|net)|your-?(?:domain|site|app|project|username|org|company|server|host|backend|frontend|api)[\w-]*\.[a-z.]+|(?:my|some)-?domain\.(?:com|org|net))`)

// placeholder reports whether a value was written to be replaced.
func placeholder(value string) bool {
	v := strings.Trim(strings.TrimSpace(value), `"'`)
	return v != "" && (placeholderPattern.MatchString(v) || placeholderHost.MatchString(v))
}

var publicHTTP = regexp.MustCompile(`(?i)^http://([a-z0-9-]+(?:\.[a-z0-9-]+)+)(?::\d+)?(?:/|$)`)

// plainPublic returns the host of an http address that is reached over the
// public internet, "" for https, private and local ones.
func plainPublic(value string) string {
	m := publicHTTP.FindStringSubmatch(strings.Trim(strings.TrimSpace(value), `"'`))
	if m == nil {
		return ""
	}
	host := strings.ToLower(m[1])
	for _, suffix := range []string{".internal", ".local", ".localhost", ".svc", ".cluster.local", ".lan", ".test", ".example", ".invalid", ".home", ".corp", ".docker"} {
		if strings.HasSuffix(host, suffix) {
			return ""
		}
	}
	if strings.Trim(host, "0123456789.") == "" && privateIP(host) || !strings.ContainsAny(host[strings.LastIndexByte(host, '.')+1:], "abcdefghijklmnopqrstuvwxyz") && privateIP(host) {
		return ""
	}
	return host
}

func privateIP(host string) bool {
	for _, prefix := range []string{"10.", "127.", "192.168.", "169.254.", "0."} {
		if strings.HasPrefix(host, prefix) {
			return true
		}
	}
	if rest, ok := strings.CutPrefix(host, "172."); ok {
		n, _, _ := strings.Cut(rest, ".")
		return len(n) == 2 && n >= "16" && n <= "31"
	}
	return false
}
