package prompt_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

func TestTheSectionPromptsAreTheGoldens(t *testing.T) {
	full := prompt.ArtifactSection{Document: "a Business Requirements Document (BRD)", Title: "Objectives", Purpose: "What should be different when this is done, for whom, and why now.",
		Nothing: "Nothing about objectives was said yet; ask: What should be different?", Instructions: "Keep it short.", Before: []string{"Executive summary", "Context"},
		Requirements: []prompt.ArtifactRequirement{{Key: "REQ-0001", Type: "functional", Priority: "must", Statement: "Patients may cancel."}, {Key: "REQ-0002", Type: "data", Statement: "Records are kept."}},
		Omitted:      7, Quotes: []prompt.ArtifactQuote{{N: 1, Source: "Kick-off.md, line 3", Text: "We want fewer calls."}}, Notes: []string{"Open question: Who decides?"}}
	bare := prompt.ArtifactSection{Document: "a document", Title: "Risks", Purpose: "What could make this fail.", Nothing: "Nothing about risks was said yet."}
	for name, s := range map[string]prompt.ArtifactSection{"artifact_full": full, "artifact_bare": bare} {
		system, message, err := prompt.Artifact(s)
		if err != nil {
			t.Fatal(err)
		}
		got, golden := system+"--- message ---\n"+message, filepath.Join("testdata", name+".txt")
		if *update {
			if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		if want, err := os.ReadFile(golden); err != nil || got != string(want) {
			t.Errorf("%s is out of date (%v): run go test ./internal/prompt -update, and read the difference", golden, err)
		}
	}
}
