package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var perf01 = check.Check{
	Rule: preflight.Rule{
		ID:      "PERF-01",
		Title:   "The whole history of a conversation goes to the model",
		Level:   preflight.Info,
		Rows:    []string{"T3"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "Long conversations get slow and expensive, and one day the model refuses them.",
		Fix:     "Send the last messages that fit a budget of tokens, with a summary of what came before.",
		Verify:  "Send the hundredth message of a thread and look at the tokens that were counted for it.",
		Detect:  "A function loads all messages of a thread (.all(), findMany without take, find without limit) and asks the model, and nothing in it limits or cuts them.",
		Silent:  "Any limit, slice, summary or trimming.",
		Bad:     modelHead + "    messages = db.query(Message).filter(Message.thread == 1).all()\n    return client.chat.completions.create(model='m', messages=messages)\n",
		Good:    modelHead + "    messages = db.query(Message).filter(Message.thread == 1).limit(20).all()\n    return client.chat.completions.create(model='m', messages=messages)\n",
	},
	Run: runPerf01,
}

func runPerf01(_ context.Context, in *check.Input) preflight.Outcome {
	calls := modelCalls(in)
	if len(calls) == 0 {
		return preflight.NotApplicable("the code asks no model provider")
	}
	var evidence []preflight.Evidence
	seen := map[*repo.Func]bool{}
	for _, s := range calls {
		fn := outermost(s.Scope.Enclosing())
		if fn == nil || seen[fn] {
			continue
		}
		seen[fn] = true
		if n := loadsAll(fn.Node); n != nil && !cuts(fn.Node) {
			evidence = append(evidence, at(in, s.Mod().File.Path, int(n.Line), "loads all of them"), here(in, s, "sends them"))
		}
	}
	if len(evidence) == 0 {
		return preflight.Pass("")
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 4)})
}

// loadsAll finds a query for messages without a limit.
func loadsAll(fn *node) *node {
	var found *node
	syntax.Walk(fn, func(n *node) bool {
		if n.Is(syntax.Call) && (syntax.Last(n.X) == "all" || syntax.Last(n.X) == "findMany" || syntax.Last(n.X) == "to_list") && mentions(n, "message") {
			found = n
		}
		return found == nil
	})
	return found
}

// cuts reports whether a function limits, slices, trims or sums up.
func cuts(fn *node) bool {
	return contains(fn, func(n *node) bool {
		return n.Is(syntax.List) && n.Name == "slice" || n.Is(syntax.Name, syntax.Attr, syntax.Keyword) && words(n.Name, "limit", "take", "trim", "truncate", "summarize", "summary", "slice", "window", "last", "max") || n.Is(syntax.Pair) && n.X.Is(syntax.Str) && (n.X.Text == "take" || n.X.Text == "limit")
	})
}
