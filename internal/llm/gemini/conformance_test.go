package gemini_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestItIsAProvider(t *testing.T) {
	scenarios := map[llmtest.Scenario]string{
		llmtest.Answers:    "gemini/stream-text",
		llmtest.CallsTools: "gemini/stream-tool-1",
		llmtest.UsesResult: "gemini/stream-tool-2",
		llmtest.HitsLimit:  "gemini/stream-max-tokens",
		llmtest.Refuses:    "gemini/stream-safety",
		llmtest.IsCut:      "gemini/stream-cut",
		llmtest.FailsFirst: "gemini/error-400-key",
		llmtest.FailsLater: "gemini/stream-error-mid",
		llmtest.StaysQuiet: "gemini/stream-hang",
	}
	llmtest.Run(t, func(t *testing.T, s llmtest.Scenario) llmtest.Subject {
		play := wiretest.NewPlay(t, wiretest.Named(t, scenarios[s]))
		play.Timed = s == llmtest.StaysQuiet
		subject := llmtest.Subject{Provider: newProvider(t, "", wiretest.Loopback(t, play), nil), Request: wiretest.Calling(model, 4096)}
		switch s {
		case llmtest.FailsFirst:
			subject.Fault = llm.ErrAuth
		case llmtest.FailsLater:
			subject.Fault = llm.ErrOverloaded
		case llmtest.UsesResult:
			o, _ := ask(t, "gemini/stream-tool-1", subject.Request)
			subject.Request = wiretest.Answered(subject.Request, o, llm.ToolResult{Text: wiretest.Found})
		}
		return subject
	})
}
