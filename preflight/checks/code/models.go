package code

import (
	"regexp"

	"github.com/ba-assistant/ba-assistant/preflight/check"
	"github.com/ba-assistant/ba-assistant/preflight/repo"
	"github.com/ba-assistant/ba-assistant/preflight/repo/syntax"
)

// modelClient are the constructors of clients of model providers.
var modelClient = regexp.MustCompile(`(?i)(^|[./@])(openai|anthropic|google[./-]genai|google\.generativeai|generative-ai|mistralai|groq|cohere|litellm|ollama|sdk)\b`)

// modelCall reports whether a call asks a model for an answer.
func modelCall(in *check.Input, s *repo.Site) bool {
	switch syntax.Last(s.Node.X) {
	case "create", "stream", "generate_content", "generate_content_stream", "generateContent", "generateContentStream", "send_message", "sendMessage", "completion", "acompletion", "streamText", "generateText", "chat", "generate_content_async", "send_message_async", "NewStreaming", "complete":
	default:
		return false
	}
	name := callName(in, s)
	if last := syntax.Last(s.Node.X); last == "streamText" || last == "generateText" {
		return name == "ai."+last
	}
	return modelClient.MatchString(name)
}

// modelCalls returns the calls of the live server code that ask a model.
func modelCalls(in *check.Input) []*repo.Site {
	return once(in, "models", func() []*repo.Site {
		var out []*repo.Site
		eachCall(in, func(m *repo.Module, s *repo.Site, last string) {
			if modelCall(in, s) && !clientSide(in, m) {
				out = append(out, s)
			}
		})
		return out
	})
}
