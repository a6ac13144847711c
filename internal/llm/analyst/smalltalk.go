package analyst

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// introduction is said once, with the first answer of a conversation.
const introduction = "I am the built-in analyst: I work by fixed rules, without an AI model, and quote documents word for word instead of rephrasing them. " +
	"An administrator can connect a model with `ANTHROPIC_API_KEY`, `GOOGLE_API_KEY`, `DEEPSEEK_API_KEY` or `OPENAI_API_KEY` (ask \"how do I connect a model?\")."

const connecting = "I am the built-in analyst of BA Assistant. I work by fixed rules, without an AI model: I search, quote, ask and sort, and I never send anything to anybody.\n\n" +
	"To connect a model, the administrator sets one of these environment variables and restarts the server:\n\n" +
	"| Provider | Key | Also |\n| --- | --- | --- |\n" +
	"| Anthropic (Claude) | `ANTHROPIC_API_KEY` | `ANTHROPIC_MODEL`, `ANTHROPIC_BASE_URL` |\n" +
	"| Google (Gemini) | `GOOGLE_API_KEY` | `GOOGLE_MODEL`, `GOOGLE_BASE_URL` |\n" +
	"| DeepSeek | `DEEPSEEK_API_KEY` | `DEEPSEEK_MODEL`, `DEEPSEEK_BASE_URL` |\n" +
	"| OpenAI, or a server that speaks its API (Ollama, vLLM) | `OPENAI_API_KEY`, not needed by every server | `OPENAI_MODEL` (required), `OPENAI_BASE_URL` |\n\n" +
	"New conversations can then use it; this one stays with me."

const abilities = "- **Answers from your documents**, with exact quotes and their place: \"Until when is cancelling free?\", \"Who approves a refund?\", \"List the requirements about reminders.\" Where documents contradict each other, I show both.\n" +
	"- **Discovery**, one question at a time: say \"start discovery\", or just tell me what is to be built. \"skip\" leaves a point open, \"summary\" shows what is covered.\n" +
	"- **Edge cases** that fit what was said: \"edge cases\".\n" +
	"- **Drafts**: \"draft user stories about cancelling\", \"draft acceptance criteria\", \"draft a BRD outline\", \"list the requirements\".\n" +
	"- **Review** of wording: \"find vague words\", \"compare the documents\", \"where do the documents disagree?\"\n" +
	"- **Overview**: \"which documents are there?\", \"summarise the specification\"."

// introduce puts the introduction behind the first answer, or before it where
// there is nothing to wait for.
func (t *turn) introduce(text string, before bool) string {
	switch {
	case !t.talk.first() || strings.HasPrefix(text, connecting):
		return text
	case before:
		return introduction + "\n\n" + text
	}
	return text + "\n\n---\n\n*" + introduction + "*"
}

// greet answers a greeting.
func greet(t *turn) (string, bool) {
	documents, ready := t.desk.documents()
	if !ready {
		return "", false
	}
	c := t.talk.covered()
	switch {
	case c.begun():
		return "Hello again. " + t.pickUp(c), true
	case t.talk.mode == ba.ModeMeeting:
		return "Ready. Type what is said, as it is said; I sort it and propose the next question.\n\n" + areas[0].question(t.talk.mode), true
	case len(documents) > 0:
		return fmt.Sprintf("Hello. %s\n\nAsk me something about %s, or tell me what is to be built and I lead you through what must be known.\n\n%s",
			inventory(documents, false), themOrIt(len(documents)), areas[0].question(t.talk.mode)), true
	case t.desk.canSearch():
		return "Hello. This project has no documents yet. Upload some (or open the sample project from the list of projects), or tell me what is to be built.\n\n" + areas[0].question(t.talk.mode), true
	}
	return "Hello. Tell me what is to be built, in a sentence or two, and I ask for what must be known, one question at a time.\n\n" + areas[0].question(t.talk.mode), true
}

func themOrIt(n int) string {
	if n == 1 {
		return "it"
	}
	return "them"
}

// thank answers thanks.
func thank(t *turn) (string, bool) {
	c := t.talk.covered()
	if !c.begun() {
		return "You're welcome. Ask the next question whenever you like.", true
	}
	return "You're welcome. " + t.pickUp(c), true
}

// pickUp goes on where the discovery stands.
func (t *turn) pickUp(c *coverage) string {
	if a := c.next(); a != nil {
		return "We can go on with the next point.\n\n" + t.ask(c, a)
	}
	return "All areas are covered or left open. Say \"summary\", \"draft user stories\" or \"draft a BRD outline\"."
}

// explain answers "help".
func explain(t *turn) (string, bool) {
	text := "This is what I can do:\n\n" + abilities
	if !t.desk.canSearch() {
		text += "\n\nThis conversation is in no project, so there are no documents to search. Add it to a project to have answers with citations."
	}
	return text, true
}

func identify(*turn) (string, bool) { return connecting, true }

// puzzled answers what cannot be read.
func puzzled(t *turn) (string, bool) {
	text := "I can't find words in that. Write a question about the documents, or a sentence about what is to be built."
	if a, _ := askedIn(t.talk.lastAnswer()); a != nil {
		text = "I can't find words in that. The question was:\n\n" + t.ask(t.talk.covered(), a)
	}
	return text, true
}
