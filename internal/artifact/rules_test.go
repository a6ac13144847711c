package artifact_test

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/artifact"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// talkAbout stores a conversation in which the person says the texts.
func (d *desk) talkAbout(texts ...string) ba.ThreadID {
	d.t.Helper()
	thread := storetest.Thread(d.t, d.db, d.editor, d.project, "Kick-off")
	for _, text := range texts {
		storetest.Answer(d.t, d.db, storetest.Ask(d.t, d.db, d.editor, thread.ID, text), "Noted.")
	}
	return thread.ID
}

func TestABRDByRulesHoldsQuotesAloneAndSaysWhatIsMissing(t *testing.T) {
	d := newDesk(t)
	storetest.Document(t, d.db, d.editor, d.project, "Specification.md",
		"The system must let patients cancel an appointment up to 24 hours before it begins. Personal data is kept for 30 days by law and then erased.",
		"Reception could see a list of the day's cancellations. A patient should receive a confirmation by e-mail.")
	thread := d.talkAbout("We want to let patients cancel online so that reception has fewer calls.", "The share of no-shows should fall from 12 % to 6 % by June.")
	v, err := d.Request(t.Context(), d.editor, artifact.Request{ID: ba.NewID[ba.ArtifactID](), Thread: thread, Kind: ba.ArtifactBRD})
	if err != nil {
		t.Fatal(err)
	}
	v = d.ended(v.ID, ba.ArtifactReady)
	d.sound(v)
	if v.Title != "Business requirements: Harbour Physio" || v.Provider != analyst.ID || v.Hash() == "" {
		t.Errorf("it is %q by %s", v.Title, v.Provider)
	}
	for key, want := range map[string]string{
		"objectives": "We want to let patients cancel online so that reception has fewer calls.", "metrics": "from 12 % to 6 % by June",
		"compliance": "Personal data is kept for 30 days by law", "stakeholders": "Nothing about stakeholders was said yet; ask: Who decides",
		"questions": "**Stakeholders**", "sources": "Specification.md", "requirements_must": "each with a quote of its source",
	} {
		if text := section(t, v, key).Text; !strings.Contains(text, want) {
			t.Errorf("%s lacks %q:\n%s", key, want, text)
		}
	}
	for i, s := range v.Sources {
		if s.N != i+1 || s.Quote == "" || s.Passage == "" && s.Message == "" {
			t.Errorf("source %+v", s)
		}
	}
}

func TestAProjectWithNothingGivesADocumentThatSaysSo(t *testing.T) {
	d := newDesk(t)
	for _, kind := range ba.ArtifactKinds {
		v := d.ended(d.ask(kind, "").ID, ba.ArtifactReady)
		d.sound(v)
		if len(v.Requirements) != 0 || len(v.Sources) != 0 {
			t.Errorf("%s invents: %+v, %+v", kind, v.Requirements, v.Sources)
		}
	}
}

func TestStoriesAndCriteriaFollowTheirRequirements(t *testing.T) {
	d := newDesk(t)
	storetest.Document(t, d.db, d.editor, d.project, "Rules.md", "Patients must be able to cancel an appointment up to 24 hours before it begins.")
	stories := d.ended(d.ask(ba.ArtifactStories, "").ID, ba.ArtifactReady)
	d.sound(stories)
	if text := section(t, stories, "stories_must").Text; !strings.Contains(text, "### REQ-0001") || !strings.Contains(text, "As a **patient**, I want to cancel an appointment") || !strings.Contains(text, "[1]") {
		t.Errorf("stories:\n%s", text)
	}
	criteria := d.ended(d.ask(ba.ArtifactCriteria, "").ID, ba.ArtifactReady)
	d.sound(criteria)
	if text := section(t, criteria, "criteria_must").Text; !strings.Contains(text, "**When** the patients cancel an appointment") || !strings.Contains(text, "At the limit") {
		t.Errorf("criteria:\n%s", text)
	}
}

func TestAFreeDocumentAnswersItsInstructions(t *testing.T) {
	d := newDesk(t)
	storetest.Document(t, d.db, d.editor, d.project, "Rules.md", "A late cancellation costs half the price of the appointment. The waiting room has six chairs.")
	v := d.ended(d.ask(ba.ArtifactDocument, "What does a late cancellation cost?").ID, ba.ArtifactReady)
	d.sound(v)
	text := section(t, v, "answer").Text
	if !strings.Contains(text, "half the price") || strings.Contains(text, "six chairs") {
		t.Errorf("answer:\n%s", text)
	}
	v = d.ended(d.ask(ba.ArtifactDocument, "Submarine propulsion").ID, ba.ArtifactReady)
	if text := section(t, v, "answer").Text; !strings.Contains(text, "hold nothing on") {
		t.Errorf("answer:\n%s", text)
	}
}

func TestARegenerationKeepsTheKeysOfRequirements(t *testing.T) {
	d := newDesk(t)
	storetest.Document(t, d.db, d.editor, d.project, "Rules.md", "The system must send a reminder. The system must keep a log of changes.")
	v := d.ended(d.ask(ba.ArtifactRequirements, "").ID, ba.ArtifactReady)
	keys := keysOf(v)
	for range 2 {
		if _, err := d.Regenerate(t.Context(), d.editor, v.ID, "the same request", nil); err != nil {
			t.Fatal(err)
		}
		v = d.ended(v.ID, ba.ArtifactReady)
	}
	if v.Newest != 2 || keys == "" || keysOf(v) != keys {
		t.Errorf("version %d with %s, was %s", v.Newest, keysOf(v), keys)
	}
}

func keysOf(v ba.Artifact) string {
	var keys []string
	for _, r := range v.Requirements {
		keys = append(keys, r.Key()+" "+r.Statement)
	}
	return strings.Join(keys, "\n")
}

func TestOneLetterOfAQuoteChangedMakesVerificationFail(t *testing.T) {
	d := newDesk(t)
	storetest.Document(t, d.db, d.editor, d.project, "Rules.md", "The system must send a reminder two days before.")
	v := d.ended(d.ask(ba.ArtifactRequirements, "").ID, ba.ArtifactReady)
	d.sound(v)
	if len(v.Requirements) != 1 {
		t.Fatalf("requirements %+v", v.Requirements)
	}
	for name, change := range map[string]func(*ba.Link){
		"the quote alone":        func(l *ba.Link) { l.Quote = strings.Replace(l.Quote, "two", "twо", 1) },
		"the quote and its hash": func(l *ba.Link) { l.Quote = strings.Replace(l.Quote, "two", "ten", 1); l.Hash = ba.QuoteHash(l.Quote) },
	} {
		altered := v.Requirements[0].Links[0]
		change(&altered)
		other := v
		other.Requirements = []ba.Requirement{v.Requirements[0]}
		other.Requirements[0].Links = []ba.Link{altered}
		faults, err := d.Verify(t.Context(), d.viewer, other)
		if err != nil || len(faults) != 1 || faults[0].Requirement != v.Requirements[0].ID {
			t.Errorf("%s: faults %+v (%v)", name, faults, err)
		}
	}
}
