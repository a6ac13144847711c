package code

import (
	"context"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse10 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-10",
		Title:   "The model provider's limits are not handled",
		Level:   preflight.Warn,
		Rows:    []string{"G7", "U2"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "At busy hours the provider answers 429 or 529, and users see a generic failure although waiting a minute would do.",
		Fix:     "Catch the provider's rate limit and overload errors, wait and try again before the first word, and tell the user how long to wait.",
		Verify:  "Set a wrong model or a limit of one request a minute in a test account and look at what the page says.",
		FixCost: "1 hour",
		Cost:    preflight.Low,
		Detect:  "Server code asks a model provider and nothing in it names a rate limit, an overload, retries or backoff.",
		Silent:  "Any handling of RateLimitError, 429, 529 or overloaded, max_retries, tenacity, backoff, a router library with retries.",
		Bad:     modelHead + "    return client.chat.completions.create(model='m', messages=[])\n",
		Good:    modelHead + "    try:\n        return client.chat.completions.create(model='m', messages=[])\n    except openai.RateLimitError:\n        return {'error': 'busy, try again in a minute'}\n",
	},
	Run: runSSE10,
}

const modelHead = "-- main.py --\nimport openai\nfrom openai import OpenAI\nfrom fastapi import FastAPI\napp = FastAPI()\nclient = OpenAI()\n@app.post('/ask')\ndef ask():\n"

func runSSE10(_ context.Context, in *check.Input) preflight.Outcome {
	calls := modelCalls(in)
	if len(calls) == 0 || !serves(in) {
		return preflight.NotApplicable("the code asks no model provider")
	}
	if namesLimit(in) {
		return preflight.Pass("the code names the provider's limits")
	}
	var evidence []preflight.Evidence
	for _, s := range calls[:min(3, len(calls))] {
		evidence = append(evidence, here(in, s, "asks the model"))
	}
	return preflight.Found(preflight.Finding{Level: preflight.Warn, Evidence: evidence, Detail: "The libraries try twice by themselves, and only before the first word of an answer."})
}

// namesLimit reports whether live server code names a rate limit of a provider or a way to try again.
func namesLimit(in *check.Input) bool {
	for _, m := range in.Code.LiveModules() {
		if clientSide(in, m) {
			continue
		}
		if contains(m.Tree, func(n *node) bool {
			switch n.Kind {
			case syntax.Num:
				return (n.Text == "429" || n.Text == "529") && !strings.Contains(m.File.Path, "middleware")
			case syntax.Name, syntax.Attr, syntax.Keyword, syntax.Alias:
				return words(n.Name, "retry", "retries", "backoff", "tenacity", "overloaded") || strings.Contains(n.Name, "RateLimit") || strings.Contains(n.Name, "StatusTooManyRequests") && m.File.Lang == repo.Go
			case syntax.Str:
				return len(n.Text) < 60 && (strings.Contains(strings.ToLower(n.Text), "overloaded") || strings.Contains(n.Text, "rate_limit"))
			}
			return false
		}) {
			return true
		}
	}
	return false
}
