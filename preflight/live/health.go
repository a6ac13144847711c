package live

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"sort"
	"strings"
	"time"
)

var healthPaths = []string{"/health", "/healthz", "/api/health", "/api/healthz", "/health/ready", "/readyz", "/api/v1/health", "/_health", "/up", "/livez", "/status", "/ping", "/api/status", "/api/ping"}

// findHealth returns the answer of the first route that looks like a health
// check: not this host's page for everything, and no HTML application.
func (s *session) findHealth(ctx context.Context) *answer {
	paths := healthPaths
	if s.opts.HealthPath != "" {
		paths = []string{s.opts.HealthPath}
	} else {
		for _, r := range s.facts.routes {
			if r.has("GET") && !strings.Contains(r.path, "{") && healthWord.MatchString(r.path) {
				paths = append([]string{r.path}, paths...)
				break
			}
		}
	}
	var refused *answer
	for _, path := range paths {
		a, err := s.prober.do(ctx, ask{url: s.api.url(path), limit: 1 << 20})
		if err != nil {
			return refused
		}
		switch {
		case s.api.like(a) && s.opts.HealthPath == "":
		case a.Status == 404 || a.Status == 405 || a.mediaType() == "text/html" && a.Status < 400 && len(parsePage(a.Body).scripts) > 0:
		case a.Status == 200 || a.Status >= 500:
			return a
		case refused == nil && (a.Status == 401 || a.Status == 403 || a.location() != nil):
			refused = a
		}
	}
	return refused
}

var healthWord = regexp.MustCompile(`(?i)/(?:_?health[a-z]*|readyz?|ready|livez?|live|ping|status)/?$`)

// health checks HLT-05, and the live side of HLT-03 and HLT-04.
func (s *session) health(_ context.Context) []Outcome {
	if !s.api.up {
		return []Outcome{outcome("HLT-05", NotDetermined, s.api.name()+" gave no answer").at(s.api.base.String())}
	}
	a := s.facts.health
	if a == nil {
		if s.api.kind == spaKind || s.api.kind == siteKind && s.opts.HealthPath == "" {
			return []Outcome{outcome("HLT-05", NotApplicable, "no health route was found; a static site needs none (give --api if there is a back end)").at(s.api.base.String())}
		}
		return []Outcome{outcome("HLT-05", NotDetermined, "no health route was found under its usual names; give --health /path").at(s.api.base.String())}
	}
	at := a.URL.String()
	curl := "curl -si " + at
	out := []Outcome{judgeHealth(a, s.prober.timeout).at(at).proof(a.line(), excerpt(a)).verify(curl)}
	if leaks := disclosed(a.Body); len(leaks) > 0 {
		out = append(out, outcome("HLT-04", Fail, "the health route tells strangers about the configuration: "+strings.Join(leaks, ", ")).at(at).proof(a.line()).
			fix("Answer with names of checks and true or false only. Rotate whatever was shown.").verify(curl))
	} else {
		out = append(out, outcome("HLT-04", Pass, "the health route discloses no configuration").at(at))
	}
	if bad := troubled(a.Body); len(bad) > 0 && a.Status == 200 {
		out = append(out, outcome("HLT-03", Info, "the health route reports trouble with status 200, which no platform notices: "+strings.Join(bad, ", ")).at(at).proof(a.line(), excerpt(a)).
			fix("Answer 503 for whatever should stop a deployment."))
	}
	return out
}

const slowHealth = 2 * time.Second

func judgeHealth(a *answer, _ time.Duration) Outcome {
	switch {
	case a.Status >= 500:
		return outcome("HLT-05", Fail, fmt.Sprintf("the health route answers %d: the application says that it is not ready", a.Status)).fix("Read what it names, and the application's log of its last start.")
	case a.Status == 401 || a.Status == 403:
		return outcome("HLT-05", Question, fmt.Sprintf("the health route asks for a login (%d): can the platform's health check pass it?", a.Status))
	case a.location() != nil:
		return outcome("HLT-05", Warn, "the health route redirects; platforms do not follow, and Railway needs a 200").fix("Exempt the health route from redirects.")
	case a.Status != 200:
		return outcome("HLT-05", Warn, fmt.Sprintf("the health route answers %d; Railway needs a 200", a.Status))
	case a.Took > slowHealth:
		return outcome("HLT-05", Warn, fmt.Sprintf("the health route takes %.1f s; Render gives up after 5 s", a.Took.Seconds())).fix("Check the database with a short timeout, and call nothing outside.")
	}
	return outcome("HLT-05", Pass, "the health route answers 200 in time")
}

// excerpt is the beginning of a body, without anything that could be secret.
func excerpt(a *answer) string {
	if len(disclosed(a.Body)) > 0 {
		return ""
	}
	return clean(string(a.Body[:min(len(a.Body), 160)]), 160)
}

var (
	urlWithPassword = regexp.MustCompile(`(?i)\b(?:postgres(?:ql)?|mysql|mongodb|rediss?|amqps?)(?:\+\w+)?://[^\s:@/"']*:[^\s@/"']+@`)
	databaseAddress = regexp.MustCompile(`(?i)\b(?:postgres(?:ql)?|mysql|mongodb|rediss?|amqps?)(?:\+\w+)?://[^\s"'<>]{4,}`)
	secretField     = regexp.MustCompile(`(?i)"(?:\w*(?:secret|password|passwd|api_?key|private_?key|access_?token)\w*)"\s*:\s*"([^"]{6,})"`)
	envDump         = regexp.MustCompile(`(?i)"(?:PATH|HOME|LD_LIBRARY_PATH|HOSTNAME)"\s*:\s*"/`)
	harmless        = regexp.MustCompile(`(?i)^(?:\*+|x+|ok|set|unset|missing|present|configured|not[ _-].*|valid|true|false|redacted|hidden|required|optional|\[.*\]|<.*>)\b`)
)

// disclosed names what a body says about the configuration, without its value.
func disclosed(body []byte) []string {
	var found []string
	if urlWithPassword.Match(body) {
		found = append(found, "a connection string with its password")
	} else if databaseAddress.Match(body) {
		found = append(found, "the address of a database")
	}
	for _, m := range secretField.FindAllSubmatch(body, 20) {
		if !harmless.Match(m[1]) && !strings.Contains(string(m[1]), " ") {
			found = append(found, "a field that is named like a secret")
			break
		}
	}
	if envDump.Match(body) {
		found = append(found, "the environment")
	}
	return found
}

// troubled lists the parts of a health answer that say that something is wrong.
func troubled(body []byte) []string {
	var doc any
	if json.Unmarshal(body, &doc) != nil {
		return nil
	}
	set := make(map[string]bool)
	walkHealth("", doc, 0, set)
	var list []string
	for k := range set {
		list = append(list, k)
	}
	sort.Strings(list)
	return list
}

var badStatus = regexp.MustCompile(`(?i)^(?:unhealthy|not[_ -]?ready|degraded|down|error|fail(?:ed|ing)?|critical|disconnected|unavailable|not[_ -]connected|unreachable)$`)

func walkHealth(name string, v any, depth int, set map[string]bool) {
	if depth > 6 || len(set) > 8 {
		return
	}
	switch v := v.(type) {
	case map[string]any:
		label := name
		if n, ok := v["name"].(string); ok {
			label = n
		}
		for k, inner := range v {
			at := k
			if k == "ok" || k == "status" || k == "healthy" || k == "state" {
				at = k
				if label != "" {
					at = label
				}
			}
			if b, ok := inner.(bool); ok && !b && (k == "ok" || k == "healthy" || k == "ready") {
				set[clean(at, 40)] = true
				continue
			}
			walkHealth(at, inner, depth+1, set)
		}
	case []any:
		for _, inner := range v {
			walkHealth(name, inner, depth+1, set)
		}
	case string:
		if badStatus.MatchString(strings.TrimSpace(v)) {
			set[clean(name+": "+v, 60)] = true
		}
	}
}
