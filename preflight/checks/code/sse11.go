package code

import (
	"context"

	"github.com/ba-assistant/ba-assistant/preflight"
	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

var sse11 = check.Check{
	Rule: preflight.Rule{
		ID:      "SSE-11",
		Title:   "An answer that was cut off looks finished",
		Level:   preflight.Info,
		Rows:    []string{"U4"},
		Sources: []preflight.Source{preflight.Repo},
		Why:     "The model stops at its limit of tokens, and the user takes half a document for a whole one.",
		Fix:     "Read stop_reason (Anthropic) or finish_reason (OpenAI, Gemini) at the end, send it to the client, and offer to continue.",
		Verify:  "Set max_tokens to 50 and ask for a long answer: the page must say that it was cut off.",
		Detect:  "Server code streams answers of a model and reads the reason for the end nowhere.",
		Silent:  "Any mention of stop_reason, finish_reason or finishReason.",
		Bad:     modelHead + "    for part in client.chat.completions.create(model='m', messages=[], stream=True):\n        print(part)\n",
		Good:    modelHead + "    for part in client.chat.completions.create(model='m', messages=[], stream=True):\n        if part.choices[0].finish_reason == 'length':\n            return 'cut'\n",
	},
	Run: runSSE11,
}

func runSSE11(_ context.Context, in *check.Input) preflight.Outcome {
	var evidence []preflight.Evidence
	for _, s := range modelCalls(in) {
		stream := syntax.Arg(s.Node, -1, "stream")
		if stream == nil && len(s.Node.List) > 0 {
			stream = syntax.Field(s.Node.List[0], "stream")
		}
		if words(syntax.Last(s.Node.X), "stream", "streaming") || stream.Is(syntax.Const) && stream.Name == "true" {
			evidence = append(evidence, here(in, s, "a streamed answer"))
		}
	}
	if len(evidence) == 0 {
		return preflight.NotApplicable("the code streams no answers of a model")
	}
	for _, m := range in.Code.LiveModules() {
		if mentions(m.Tree, "finish_reason", "stop_reason", "finishreason", "stopreason", "onfinish") {
			return preflight.Pass("the code reads why an answer ended")
		}
	}
	return preflight.Found(preflight.Finding{Level: preflight.Info, Evidence: first(evidence, 3)})
}
