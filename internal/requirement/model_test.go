package requirement_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
	"github.com/ba-assistant/ba-assistant/internal/requirement"
)

const source = `The front desk cancels late appointments by hand today.

A patient can cancel until 24 hours before, not later.

Reminders go out two days before.`

// recorded is an answer that calls the tool with the requirements.
func recorded(arguments string) replay.Script {
	call := llm.ToolCall{ID: "1", Name: "record_requirements", Arguments: []byte(arguments)}
	return replay.Script{{Delta: llm.Delta{Kind: llm.DeltaToolCall, ToolCall: call}}, {Delta: llm.Delta{Kind: llm.DeltaUsage, Usage: ba.Usage{InputTokens: 10, OutputTokens: 5}}},
		{Delta: llm.Delta{Kind: llm.DeltaStop, Stop: llm.StopTools}}}
}

// withModel returns a desk whose model answers with the scripts in turn.
func withModel(t *testing.T, scripts ...replay.Script) (*desk, *replay.Provider) {
	t.Helper()
	p := replay.New("recorded", llm.NoWait, scripts...)
	return newDesk(t, requirement.Model{Provider: p, Name: "Recorded", Models: []string{"one"}}), p
}

func TestAModelsRequirementIsKeptWhereItsQuoteIsInTheSource(t *testing.T) {
	answer := recorded(`{"requirements": [
		{"statement": "The system shall let a patient cancel until 24 hours before an appointment.", "type": "business_rule", "priority": "must", "source": 1, "quote": "A patient can cancel until 24 hours before",
		 "criteria": [{"given": "an appointment tomorrow", "when": "it is cancelled", "then": "nothing is charged"}]},
		{"statement": "The system shall send reminders two days before.", "type": "functional", "source": 1, "quote": "Reminders go out 2 days before"},
		{"statement": "The system shall keep a record of cancellations.", "type": "data", "source": 0, "quote": ""},
		{"statement": "The system shall sing.", "type": "opera", "source": 1, "quote": "Reminders"},
		{"statement": "The system shall dance.", "type": "functional", "source": 9, "quote": "Reminders"}]}`)
	d, p := withModel(t, answer, answer)
	doc := d.document(t, "a.txt", source)
	sel := requirement.Selection{Documents: []ba.DocumentID{doc.ID}, Model: "recorded"}
	done := d.extract(t, sel)
	if len(done.Added) != 2 || len(done.Refused) != 3 || done.Refused[0].Quote != "Reminders go out 2 days before" {
		t.Fatalf("done: %+v", done)
	}
	all := d.all(t)
	first, err := d.Find(t.Context(), d.viewer, all[0].ID)
	ok(t, err)
	if first.Assumption() || first.Links[0].Quote != "A patient can cancel until 24 hours before" || first.Priority != ba.PriorityMust || len(first.Criteria) != 1 || first.Type != ba.RequirementBusinessRule {
		t.Errorf("the first: %+v", first)
	}
	if !all[1].Assumption() || len(all[1].Links) != 0 {
		t.Errorf("what no source says is no assumption: %+v", all[1])
	}
	asked := p.Requests()[0]
	if len(asked.Tools) != 1 || asked.Tools[0].Name != "record_requirements" || !strings.Contains(asked.Messages[0].Text, "[1] a.txt") || asked.Model != "one" {
		t.Errorf("asked: %+v", asked)
	}
	if done := d.extract(t, sel); len(done.Added) != 0 || done.Linked != 0 || done.Known != 2 {
		t.Errorf("again: %+v", done)
	}
}

func TestAModelThatDoesNotAnswerInFormAddsNothing(t *testing.T) {
	d, _ := withModel(t,
		replay.Text("I found some requirements."),
		recorded(`{"requirements": [{"statement": "The system shall x.", "type": "functional", "source": 1, "quote": "", "confidence": 0.9}]}`),
		replay.Script{{Delta: llm.Delta{Kind: llm.DeltaText, Text: "{"}}, {Delta: llm.Delta{Kind: llm.DeltaStop, Stop: llm.StopLength}}},
		replay.Script{{Delta: llm.Delta{Kind: llm.DeltaStop, Stop: llm.StopRefused}}},
		replay.Script{{Err: &llm.Error{Kind: llm.ErrOverloaded, Status: 529}}},
		replay.Text("```json\n{\"requirements\": [{\"statement\": \"The system shall remind.\", \"type\": \"functional\", \"source\": 1, \"quote\": \"Reminders go out\"}]}\n```"))
	doc := d.document(t, "a.txt", source)
	sel := requirement.Selection{Documents: []ba.DocumentID{doc.ID}, Model: "recorded"}
	for _, what := range []string{"prose", "an unknown field", "a cut answer", "a refusal", "an overload"} {
		refused(t, what, second(d.Extract(t.Context(), d.editor, d.project, sel)), ba.Unavailable)
	}
	if all := d.all(t); len(all) != 0 {
		t.Errorf("added %+v", all)
	}
	if done := d.extract(t, sel); len(done.Added) != 1 || len(done.Refused) != 0 {
		t.Errorf("an object in text: %+v", done)
	}
	refused(t, "a model that is not set up", second(d.Extract(t.Context(), d.editor, d.project, requirement.Selection{Model: "other"})), ba.Invalid)
}

func TestASourceThatIsTooLongForAModelIsRefusedBeforeItIsAsked(t *testing.T) {
	d, p := withModel(t)
	doc := d.document(t, "a.txt", strings.Repeat("The front desk cancels late appointments by hand today, and so on it goes.\n\n", 1+requirement.MaxModelText/70))
	refused(t, "a long source", second(d.Extract(t.Context(), d.editor, d.project, requirement.Selection{Documents: []ba.DocumentID{doc.ID}, Model: "recorded"})), ba.TooLarge)
	if len(p.Requests()) != 0 {
		t.Error("the model was asked")
	}
}
