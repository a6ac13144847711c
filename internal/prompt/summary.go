package prompt

import (
	"fmt"
	"strings"
)

// Transcript is a part of a conversation that is to be summed up.
type Transcript struct {
	Before   string // the summary of what came before it; empty for the beginning
	Messages []Said
}

// Said is a message of a Transcript.
type Said struct {
	Person bool // by the person, else by the assistant
	Text   string
}

// Summary returns the system prompt and the message that ask a model to sum up
// a conversation.
func Summary(t Transcript) (system, message string, err error) {
	if system, err = render("summary", nil); err != nil {
		return "", "", err
	}
	message, err = render("transcript", t)
	return system, message, err
}

// Title returns the system prompt and the message that ask a model to name a
// conversation.
func Title(t Transcript) (system, message string, err error) {
	if system, err = render("title", nil); err != nil {
		return "", "", err
	}
	message, err = render("titled", t)
	return system, message, err
}

func render(name string, data any) (string, error) {
	var b strings.Builder
	if err := templates.ExecuteTemplate(&b, name, data); err != nil {
		return "", fmt.Errorf("prompt: %w", err)
	}
	return strings.TrimSpace(b.String()) + "\n", nil
}
