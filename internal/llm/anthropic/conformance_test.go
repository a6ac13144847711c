package anthropic_test

import (
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func november(day int) func() time.Time {
	return func() time.Time { return time.Date(2026, time.November, day, 0, 0, 0, 0, time.UTC) }
}

func TestItIsAProvider(t *testing.T) {
	scenarios := map[llmtest.Scenario]string{
		llmtest.Answers:    "anthropic/stream-text",
		llmtest.CallsTools: "anthropic/stream-thinking-tool-1",
		llmtest.UsesResult: "anthropic/stream-tool-2",
		llmtest.HitsLimit:  "anthropic/stream-max-tokens",
		llmtest.Refuses:    "anthropic/stream-refusal-mid",
		llmtest.IsCut:      "anthropic/stream-cut",
		llmtest.FailsFirst: "anthropic/error-401",
		llmtest.FailsLater: "anthropic/stream-error-mid",
		llmtest.StaysQuiet: "anthropic/stream-hang",
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
			o, _ := ask(t, "anthropic/stream-thinking-tool-1", subject.Request)
			subject.Request = wiretest.Answered(subject.Request, o, llm.ToolResult{Text: wiretest.Found})
		}
		return subject
	})
}
