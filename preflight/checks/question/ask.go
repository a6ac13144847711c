package question

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/manifest"
)

// freshness is how long an answer counts.
const freshness = 180 * 24 * time.Hour

// asked makes a check that asks a person, where hint says that the question
// applies. An answer in the configuration file that is not too old is a pass.
func asked(rule preflight.Rule, question string, hint func(*check.Input) (text string, applies bool)) check.Check {
	rule.Level = preflight.Question
	rule.Sources = append(rule.Sources, preflight.Manual)
	rule.Title = question
	return check.Check{Rule: rule, Run: func(_ context.Context, in *check.Input) preflight.Outcome {
		text, applies := hint(in)
		if !applies {
			return preflight.NotApplicable(text)
		}
		answer, ok := in.Answers[rule.ID]
		switch {
		case ok && in.Now.Sub(answer.Date) <= freshness:
			return preflight.Pass(fmt.Sprintf("answered on %s: %s", answer.Date.Format(time.DateOnly), answer.Text))
		case ok:
			text = strings.TrimSpace(fmt.Sprintf("The answer of %s is more than half a year old. %s", answer.Date.Format(time.DateOnly), text))
		}
		return preflight.Ask(question, text)
	}}
}

// server reports whether the repository has a program that answers requests.
func server(in *check.Input) bool { return len(in.Code.Routes()) > 0 }

// reads returns the first variable that deployed code reads and whose name
// contains one of the words.
func reads(in *check.Input, words ...string) string {
	for _, r := range in.Code.EnvReads() {
		for _, w := range words {
			if r.Reachable && strings.Contains(strings.ToUpper(r.Name), w) {
				return r.Name
			}
		}
	}
	return ""
}

// signsIn returns what shows that people sign in with a provider.
func signsIn(in *check.Input) string {
	if name := reads(in, "GOOGLE_CLIENT", "MICROSOFT_CLIENT", "AZURE_CLIENT", "GITHUB_CLIENT", "OIDC_", "OAUTH_CLIENT", "AUTH0_", "KEYCLOAK_", "AUTH_GOOGLE", "OKTA_"); name != "" {
		return "the code reads " + name
	}
	for _, r := range in.Code.Routes() {
		lower := strings.ToLower(r.Path)
		if strings.Contains(lower, "oauth") || strings.Contains(lower, "callback") && strings.Contains(lower, "auth") || strings.Contains(lower, "google/login") || strings.Contains(lower, "auth/google") {
			return "there is the route " + r.Path
		}
	}
	return ""
}

// paidAI returns the variable that holds the key of a paid AI provider.
func paidAI(in *check.Input) string {
	return reads(in, "OPENAI", "ANTHROPIC", "GEMINI", "DEEPSEEK", "MISTRAL", "GROQ", "COHERE", "TOGETHER_API", "REPLICATE", "GOOGLE_API_KEY", "BEDROCK")
}

// volumes returns the paths that keep data on a platform's volume.
func volumes(in *check.Input) []*manifest.Path {
	var out []*manifest.Path
	for _, p := range in.Paths() {
		for _, m := range p.Mounts {
			if m.Kind == manifest.Disk {
				out = append(out, p)
				break
			}
		}
	}
	return out
}

// mentions reports whether deployed code contains one of the texts; it returns
// the first file.
func mentions(in *check.Input, texts ...string) string {
	for _, m := range in.Code.LiveModules() {
		source := string(in.Code.Source(m.File))
		for _, t := range texts {
			if strings.Contains(source, t) {
				return m.File.Path
			}
		}
	}
	return ""
}

// streams reports whether deployed code sends or reads event streams.
func streams(in *check.Input) string {
	return mentions(in, "text/event-stream", "EventSourceResponse", "EventSource(", "streamSSE")
}
