package prompt

import (
	"fmt"
	"strings"
)

// ArtifactSection is what the prompt for one section of an artifact is made from.
type ArtifactSection struct {
	Document     string // what is written, such as "a Business Requirements Document (BRD)"
	Title        string
	Purpose      string // what the section holds, in a sentence
	Nothing      string // the sentence for where the material holds nothing
	Instructions string // the person's
	Before       []string
	Requirements []ArtifactRequirement
	Omitted      int // requirements that are left out
	Quotes       []ArtifactQuote
	Notes        []string // open questions, decisions and assumptions, in words
}

// ArtifactRequirement is a requirement that a section may refer to by its key.
type ArtifactRequirement struct{ Key, Type, Priority, Statement string }

// ArtifactQuote is a verbatim quote that a section may cite as [N].
type ArtifactQuote struct {
	N      int
	Source string // where it stands, in words
	Text   string
}

// Artifact returns the system prompt and the message that ask for one section.
func Artifact(s ArtifactSection) (system, message string, err error) {
	if system, err = filled("artifact_system", s); err != nil {
		return "", "", err
	}
	message, err = filled("artifact_section", s)
	return system, message, err
}

func filled(template string, data any) (string, error) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, template, data); err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	return strings.TrimSpace(b.String()) + "\n", nil
}
