package openai_test

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/llmtest"
	"github.com/ba-assistant/ba-assistant/internal/llm/wire/wiretest"
)

func TestItIsAProvider(t *testing.T) {
	scenarios := map[llmtest.Scenario]string{
		llmtest.Answers:    "deepseek/stream-text",
		llmtest.CallsTools: "deepseek/stream-tool-1",
		llmtest.UsesResult: "deepseek/stream-tool-2",
		llmtest.HitsLimit:  "deepseek/stream-length",
		llmtest.Refuses:    "deepseek/stream-content-filter",
		llmtest.IsCut:      "deepseek/stream-cut",
		llmtest.FailsFirst: "deepseek/error-402",
		llmtest.FailsLater: "deepseek/stream-error-mid",
		llmtest.StaysQuiet: "deepseek/stream-hang",
	}
	llmtest.Run(t, func(t *testing.T, s llmtest.Scenario) llmtest.Subject {
		id := scenarios[s]
		play := wiretest.NewPlay(t, wiretest.Named(t, id))
		play.Timed = s == llmtest.StaysQuiet
		subject := llmtest.Subject{Provider: newProvider(t, id, wiretest.Loopback(t, play), nil), Request: wiretest.Calling("", 4096)}
		switch s {
		case llmtest.FailsFirst:
			subject.Fault = llm.ErrBilling
		case llmtest.FailsLater:
			subject.Fault = llm.ErrOverloaded
		case llmtest.UsesResult:
			o, _ := ask(t, "deepseek/stream-tool-1", subject.Request)
			subject.Request = wiretest.Answered(subject.Request, o, llm.ToolResult{Text: wiretest.Found})
		}
		return subject
	})
}
