package llmtest

import (
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// Scenario is a situation that a provider is put into.
type Scenario string

// The scenarios. A provider that cannot meet one says so (Subject.Absent).
const (
	Answers    Scenario = "answers in several pieces of text and ends"
	CallsTools Scenario = "asks for a tool that the request offers"
	UsesResult Scenario = "has the results of its tool calls and answers"
	HitsLimit  Scenario = "reaches the output limit"
	Refuses    Scenario = "refuses to answer"
	IsCut      Scenario = "loses the connection in the middle of the text"
	FailsFirst Scenario = "fails before anything came"
	FailsLater Scenario = "fails after some text came"
	StaysQuiet Scenario = "yields some text and then nothing for a minute at least"
)

// Subject is a provider in a scenario, with a request that leads into it.
type Subject struct {
	Provider llm.Provider
	Request  llm.Request
	Absent   string        // why the provider cannot be in this scenario; the case is skipped
	Fault    llm.ErrorKind // of FailsFirst and FailsLater; zero means any
}

// Make returns a provider that meets the scenario on each of its calls. It may
// register clean-up with t.
type Make func(t *testing.T, s Scenario) Subject

// Run runs the suite. Under the race detector it also finds state that calls share.
func Run(t *testing.T, create Make) {
	for _, c := range []struct {
		name     string
		scenario Scenario
		check    func(t *testing.T, s Subject)
	}{
		{"an answer is text and one stop", Answers, checkAnswer},
		{"an answer counts what it used", Answers, checkUsage},
		{"a request is left as it was", Answers, checkUntouched},
		{"a reader may leave at any delta", Answers, checkLeaving},
		{"answers at the same time do not mix", Answers, checkConcurrent},
		{"a context that has ended yields its error and nothing else", Answers, checkDead},
		{"a cancelled answer ends with the context's error", Answers, checkCancelled},
		{"tool calls are whole and end with their own stop", CallsTools, checkCalls},
		{"tool results lead to an answer", UsesResult, checkAnswer},
		{"an answer at the limit says so", HitsLimit, stopsWith(llm.StopLength)},
		{"a refusal says so", Refuses, stopsWith(llm.StopRefused)},
		{"a cut answer is never complete", IsCut, checkCut},
		{"a fault before the first text says that nothing came", FailsFirst, checkFault(false)},
		{"a fault after some text says that something came", FailsLater, checkFault(true)},
		{"silence ends with the context", StaysQuiet, checkSilence},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := create(t, c.scenario)
			if s.Absent != "" {
				t.Skip(s.Absent)
			}
			if s.Provider.ID() == "" {
				t.Fatal("the provider has no ID")
			}
			c.check(t, s)
		})
	}
}
