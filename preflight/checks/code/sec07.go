package code

import (
	"context"
	"path"
	"regexp"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sec07 = check.Check{
	Rule: preflight.Rule{
		ID:      "SEC-07",
		Title:   "A secret is shipped to the browser or inside the application",
		Level:   preflight.Fail,
		Rows:    []string{"P2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Everybody who opens the page can read the key and use it on your bill.",
		Fix:     "Move the call behind the back end, remove the variable from the front end, and make a new key: the old one is public.",
		Verify:  "Search the built scripts and assets for the key: there must be no hit.",
		FixCost: "2 hours",
		Cost:    preflight.High,
		Detect:  "Client code reads a variable of the build that is named as a secret (a provider's API key, a client secret, a service role), pubspec.yaml ships an env file that holds secret names, or a server-side model client is started in the browser.",
		Silent:  "Keys that are made for browsers: Firebase, Supabase's anonymous key, Stripe's publishable key, map keys, client ids.",
		Bad:     reactHead + "fetch('/x', { headers: { Authorization: `Bearer ${import.meta.env.VITE_OPENAI_API_KEY}` } });\n",
		Good:    reactHead + "fetch('/api/ask', { headers: { Authorization: `Bearer ${localStorage.getItem('token')}` } });\n",
	},
	Run: runSec07,
}

func runSec07(_ context.Context, in *check.Input) preflight.Outcome {
	var findings []preflight.Finding
	seen := map[string]bool{}
	add := func(s *repo.Site, name string) {
		if serverSecret(name) && !seen[name] {
			seen[name] = true
			findings = append(findings, preflight.Finding{Level: preflight.Fail, Key: name, Evidence: []preflight.Evidence{here(in, s, name+" is compiled into the client")}, Detail: "The value of " + name + " is readable for everybody who opens the page."})
		}
	}
	clients := false
	for _, m := range in.Code.LiveModules() {
		if !clientSide(in, m) {
			continue
		}
		clients = true
		for _, s := range m.Attrs {
			if name, chain := environmentRead(s); chain == "import.meta.env" || buildPrefix(name) || strings.HasPrefix(name, "EXPO_PUBLIC_") {
				add(s, name)
			}
		}
		if m.File.Lang != repo.Dart {
			continue
		}
		for _, s := range m.Calls {
			if syntax.Dotted(s.Node.X) == "String.fromEnvironment" && len(s.Node.List) > 0 {
				add(s, s.Node.List[0].Text)
			}
		}
	}
	findings = append(findings, envAssets(in)...)
	if !clients && len(findings) == 0 {
		return preflight.NotApplicable("no client code was found")
	}
	return preflight.Found(findings...)
}

// serverSecret reports whether a variable of this name must stay on the server.
func serverSecret(name string) bool {
	w := syntax.Words(name)
	has := func(list ...string) bool {
		for _, x := range w {
			for _, y := range list {
				if x == y {
					return true
				}
			}
		}
		return false
	}
	joined := strings.Join(w, "_")
	switch {
	case has("public", "publishable", "anon", "firebase", "supabase", "maps", "map", "recaptcha", "sitekey", "site", "mapbox", "posthog", "sentry", "analytics", "algolia", "pusher", "emailjs", "stripe") && !has("secret", "service") && !strings.Contains(joined, "service_role") && !strings.Contains(strings.TrimPrefix(strings.TrimPrefix(joined, "next_public"), "expo_public"), "private_key"):
		return modelProvider(joined) && has("key", "secret", "token")
	case has("url", "uri", "host", "id", "name", "path", "endpoint", "expiry", "ttl", "enabled", "prefix", "storage"):
		return false
	case strings.Contains(joined, "client_secret"), strings.Contains(joined, "secret_key"), strings.Contains(joined, "service_role"), strings.Contains(joined, "private_key"), strings.Contains(joined, "webhook_secret"), strings.Contains(joined, "api_secret"), strings.Contains(joined, "jwt_secret"):
		return true
	}
	return modelProvider(joined) && has("key", "secret", "token")
}

func modelProvider(joined string) bool {
	for _, p := range []string{"openai", "anthropic", "claude", "gemini", "deepseek", "groq", "mistral", "cohere", "huggingface", "hf_", "openrouter", "replicate", "elevenlabs", "sendgrid", "twilio", "aws_secret", "resend", "perplexity", "google_ai", "google_generative", "genai", "together", "stability", "xai_"} {
		if strings.Contains(joined, p) {
			return true
		}
	}
	return false
}

var assetLine = regexp.MustCompile(`^\s*-\s*["']?((?:[\w./-]*/)?\.?[\w.-]*env[\w.-]*)["']?\s*$`)

// envAssets finds env files with secret names among the assets of a Flutter project.
func envAssets(in *check.Input) []preflight.Finding {
	var out []preflight.Finding
	for _, f := range in.Code.Files() {
		if path.Base(f.Path) != "pubspec.yaml" || repo.RoleOf(f.Path) != repo.Deployed {
			continue
		}
		for i, line := range strings.Split(string(in.Code.Source(f)), "\n") {
			m := assetLine.FindStringSubmatch(line)
			if m == nil || !strings.HasPrefix(path.Base(m[1]), ".env") && !strings.HasSuffix(m[1], ".env") {
				continue
			}
			names := secretNames(in, path.Join(path.Dir(f.Path), m[1]))
			if len(names) == 0 {
				continue
			}
			out = append(out, preflight.Finding{Level: preflight.Fail, Key: m[1], Evidence: []preflight.Evidence{at(in, f.Path, i+1, "shipped as an asset")}, Detail: "Everybody can load assets/" + m[1] + " from the deployed page; it holds " + strings.Join(names[:min(3, len(names))], ", ") + "."})
		}
	}
	return out
}

// secretNames returns the secret names that an env file, or its example when it is not in the repository, holds, or that
// the code reads from it.
func secretNames(in *check.Input, file string) []string {
	var out []string
	for _, f := range in.Deploy.EnvFiles {
		if f.Path != file && !strings.HasPrefix(f.Path, file+".") {
			continue
		}
		for _, v := range f.Vars {
			if serverSecret(v.Name) && !v.Comment {
				out = append(out, v.Name)
			}
		}
	}
	if len(out) > 0 {
		return out
	}
	for _, m := range in.Code.LiveModules() {
		if m.File.Lang != repo.Dart {
			continue
		}
		for _, s := range m.Attrs {
			if s.Node.Is(syntax.Index) && s.Node.Y.Is(syntax.Str) && strings.HasSuffix(syntax.Dotted(s.Node.X), "dotenv.env") && serverSecret(s.Node.Y.Text) {
				out = append(out, s.Node.Y.Text)
			}
		}
	}
	return out
}
