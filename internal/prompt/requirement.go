package prompt

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// RecordRequirementsName is the tool by which a model hands over requirements.
const RecordRequirementsName = "record_requirements"

// SourcePiece is a part of a document or conversation that a model is to read.
type SourcePiece struct {
	N    int    // by which a requirement names it
	From string // the source's name and the place in it
	Text string
}

// FoundRequirements are the arguments of record_requirements.
type FoundRequirements struct {
	Requirements []FoundRequirement `json:"requirements"`
}

// FoundRequirement is a requirement that a model found. Quote is verbatim in
// the piece Source; where both are empty, nothing in the sources says it.
type FoundRequirement struct {
	Statement string           `json:"statement"`
	Type      string           `json:"type"`
	Quality   string           `json:"quality,omitempty"`
	Priority  string           `json:"priority,omitempty"`
	Rationale string           `json:"rationale,omitempty"`
	Criteria  []FoundCriterion `json:"criteria,omitempty"`
	Source    int              `json:"source,omitempty"`
	Quote     string           `json:"quote,omitempty"`
}

// FoundCriterion is an acceptance criterion of a FoundRequirement.
type FoundCriterion struct {
	Given string `json:"given"`
	When  string `json:"when"`
	Then  string `json:"then"`
}

// FindRequirements returns the system prompt and the question by which a model
// is asked for the requirements of some pieces of a source.
func FindRequirements(pieces []SourcePiece) (system, question string, err error) {
	var s, q strings.Builder
	if err := templates.ExecuteTemplate(&s, "requirements", nil); err != nil {
		return "", "", fmt.Errorf("prompt: %w", err)
	}
	if err := templates.ExecuteTemplate(&q, "requirement_sources", pieces); err != nil {
		return "", "", fmt.Errorf("prompt: %w", err)
	}
	return strings.TrimSpace(s.String()) + "\n", strings.TrimSpace(q.String()) + "\n", nil
}

const recordDescription = "Records all requirements that the given pieces state. Call it once with all of them, or with an empty list where there are none."

// RecordRequirements returns the tool.
func RecordRequirements() llm.Tool {
	return llm.Tool{Name: RecordRequirementsName, Description: recordDescription, Schema: json.RawMessage(recordSchema)}
}

const recordSchema = `{
  "type": "object",
  "properties": {
    "requirements": {
      "type": "array",
      "items": {
        "type": "object",
        "properties": {
          "statement": {"type": "string", "description": "One sentence with one obligation, such as: The system shall ..."},
          "type": {"type": "string", "enum": ["functional", "quality", "constraint", "business_rule", "interface", "data"]},
          "quality": {"type": "string", "description": "Of type quality only: the characteristic of ISO/IEC 25010", "enum": ["", "performance_efficiency", "compatibility", "usability", "reliability", "security", "maintainability", "portability"]},
          "priority": {"type": "string", "description": "Only where the source decides it", "enum": ["", "must", "should", "could", "wont"]},
          "rationale": {"type": "string", "description": "Why, where the source says it"},
          "criteria": {
            "type": "array",
            "items": {
              "type": "object",
              "properties": {"given": {"type": "string"}, "when": {"type": "string"}, "then": {"type": "string"}},
              "required": ["given", "when", "then"],
              "additionalProperties": false
            }
          },
          "source": {"type": "integer", "description": "The number of the piece that the quote is from; 0 without a quote"},
          "quote": {"type": "string", "description": "The words of the piece that state it, copied letter by letter; empty where no piece states it"}
        },
        "required": ["statement", "type", "source", "quote"],
        "additionalProperties": false
      }
    }
  },
  "required": ["requirements"],
  "additionalProperties": false
}`
