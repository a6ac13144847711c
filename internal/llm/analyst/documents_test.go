package analyst

import (
	"strings"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

func TestAnAnswerSaysWhichDocumentsAreStillBeingRead(t *testing.T) {
	ready := prompt.Document{Document: "a.pdf", Status: string(ba.DocumentReady)}
	waiting := prompt.Document{Document: "tender_*volume*.pdf", Status: string(ba.DocumentProcessing)}
	if got := stillReading([]prompt.Document{ready}); got != "" {
		t.Errorf("all are read, yet: %s", got)
	}
	got := stillReading([]prompt.Document{ready, waiting})
	if !strings.Contains(got, "still being read") || !strings.Contains(got, `volume`) || strings.Contains(got, "a.pdf") {
		t.Errorf("one waits: %s", got)
	}
	if strings.Contains(got, "_*volume*") {
		t.Errorf("a name is taken for emphasis: %s", got)
	}
	many := make([]prompt.Document, maxNamed+3)
	for i := range many {
		many[i] = waiting
	}
	if got := stillReading(many); strings.Count(got, "tender") != maxNamed || !strings.Contains(got, "and 3 more") {
		t.Errorf("many wait: %s", got)
	}
}
