package prompt_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

var update = flag.Bool("update", false, "write the golden files")

func TestTheSystemPromptsAreTheGoldens(t *testing.T) {
	date := time.Date(2026, 3, 9, 12, 0, 0, 0, time.UTC)
	for name, c := range map[string]prompt.Conversation{
		"meeting":         {Mode: ba.ModeMeeting, Project: true, Date: date},
		"refinement":      {Mode: ba.ModeRefinement, Project: true, Omitted: 14, Date: date},
		"free":            {Mode: ba.ModeFree, Project: true, Date: date},
		"free_summed":     {Mode: ba.ModeFree, Project: true, Omitted: 14, Summary: "- Refunds need a receipt.", Date: date},
		"free_no_project": {Mode: ba.ModeFree, Date: date},
	} {
		got, err := prompt.System(c)
		if err != nil {
			t.Fatal(err)
		}
		isGolden(t, name, got)
	}
}

func isGolden(t *testing.T, name, got string) {
	t.Helper()
	golden := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%s is out of date (%v): run go test ./internal/prompt -update, and read the difference", golden, err)
	}
}

func TestTheRequestForATitleIsTheGolden(t *testing.T) {
	system, message, err := prompt.Title(prompt.Transcript{Messages: []prompt.Said{{Person: true, Text: "Refunds need a receipt."}, {Text: "Noted. Within how many days?"}}})
	if err != nil {
		t.Fatal(err)
	}
	isGolden(t, "title", system+"\n---\n"+message)
}

func TestTheRequestForASummaryIsTheGolden(t *testing.T) {
	said := []prompt.Said{{Person: true, Text: "Refunds need a receipt."}, {Text: "Noted. Within how many days?"}}
	for name, before := range map[string]string{"summary_first": "", "summary_next": "- They build a kiosk."} {
		system, message, err := prompt.Summary(prompt.Transcript{Before: before, Messages: said})
		if err != nil {
			t.Fatal(err)
		}
		isGolden(t, name, system+"\n---\n"+message)
	}
}

func TestTheQuestionForRequirementsIsTheGolden(t *testing.T) {
	system, question, err := prompt.FindRequirements([]prompt.SourcePiece{{N: 1, From: "Kick-off.md, Cancelling", Text: "Free until 24 hours before."}, {N: 2, From: "conversation Fees", Text: "Then half the price."}})
	if err != nil {
		t.Fatal(err)
	}
	got, golden := system+"\n----\n\n"+question, filepath.Join("testdata", "requirements.txt")
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil || got != string(want) {
		t.Errorf("%s is out of date (%v): run go test ./internal/prompt -update, and read the difference", golden, err)
	}
	var schema map[string]any
	if err := json.Unmarshal(prompt.RecordRequirements().Schema, &schema); err != nil || schema["type"] != "object" {
		t.Errorf("the schema is no JSON object: %v", err)
	}
}

func TestAnUnknownModeIsAnError(t *testing.T) {
	if text, err := prompt.System(prompt.Conversation{Mode: "core"}); err == nil {
		t.Errorf("an inner template is a mode: %q", text)
	}
}

func TestThePromptNamesTheToolsOnlyWhereThereAreSome(t *testing.T) {
	for _, project := range []bool{true, false} {
		text, err := prompt.System(prompt.Conversation{Mode: ba.ModeFree, Project: project})
		if err != nil {
			t.Fatal(err)
		}
		for _, tool := range prompt.ProjectTools() {
			if strings.Contains(text, tool.Name) != project {
				t.Errorf("with a project %v, the prompt names %s: %v", project, tool.Name, !project)
			}
		}
	}
}

func TestTheSchemasAreThoseOfTheArguments(t *testing.T) {
	whole := map[string]any{
		prompt.SearchDocuments: prompt.SearchArguments{Query: "q", Limit: prompt.MaxSearchLimit},
		prompt.ReadPassage:     prompt.ReadArguments{N: 1},
		prompt.ListDocuments:   struct{}{},
		prompt.AddNote:         prompt.NoteArguments{Kind: "question", Text: "t"},
	}
	for _, tool := range prompt.ProjectTools() {
		var schema struct {
			Type       string                     `json:"type"`
			Properties map[string]json.RawMessage `json:"properties"`
			Required   []string                   `json:"required"`
		}
		if err := json.Unmarshal(tool.Schema, &schema); err != nil || schema.Type != "object" {
			t.Fatalf("the schema of %s: %v", tool.Name, err)
		}
		raw, err := json.Marshal(whole[tool.Name])
		if err != nil {
			t.Fatal(err)
		}
		var arguments map[string]json.RawMessage
		if err := json.Unmarshal(raw, &arguments); err != nil {
			t.Fatal(err)
		}
		for name := range arguments {
			if _, known := schema.Properties[name]; !known {
				t.Errorf("the schema of %s lacks %s", tool.Name, name)
			}
		}
		for _, name := range schema.Required {
			if _, known := arguments[name]; !known {
				t.Errorf("%s needs %s, which it does not know", tool.Name, name)
			}
		}
		if len(schema.Properties) != len(arguments) {
			t.Errorf("schema %s", tool.Schema)
		}
	}
}
