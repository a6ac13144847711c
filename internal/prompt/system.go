package prompt

import (
	"embed"
	"fmt"
	"text/template"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

//go:embed templates/*.tmpl
var files embed.FS

var templates = template.Must(template.ParseFS(files, "templates/*.tmpl"))

// Conversation is what the system prompt is made from.
type Conversation struct {
	Mode    ba.Mode
	Project bool   // has documents, and the tools for them
	Omitted int    // messages that are left out at the start
	Summary string // of those, where there is one
	Date    time.Time
}

// System returns the system prompt of a conversation. A mode that is not
// known is an error.
func System(c Conversation) (string, error) {
	if !c.Mode.Valid() {
		return "", fmt.Errorf("prompt: no template for the mode %q", c.Mode)
	}
	return render(string(c.Mode), c)
}

// GoOn is the last message of a request whose answer was cut: the message
// before it is the answer's text so far, and what is yielded continues it
// without a seam. (Not every model takes an unfinished message of its own as
// the last one.) A provider that is no language model recognises this text.
const GoOn = "Your last answer was cut off. Continue it exactly where it stops: repeat nothing, " +
	"add no remark or greeting, and go on in the middle of the word or sentence if that is where it ends."

// The notes of tool results, for a model to act on.
const (
	NothingFound = "No passage holds these words. Try other words, or tell the person that the documents do not say it."
	NoDocuments  = "This project has no documents yet."
	EmptyQuery   = "The query holds no words to search for."
	TooManyCalls = "No more tools can be run for this answer. Answer with what was found, and say what is missing."
	UnknownTool  = "There is no tool of this name."
	// A number that no search of this answer returned, and a passage of a
	// version that is not there any more.
	UnknownPassage = "No search of this answer returned a passage with that number. Search first."
	PassageGone    = "That passage is gone: its document was replaced or deleted. Search again."
	NotNoted       = "It was not noted: %s"
	BadArguments   = "The arguments are not what the schema of this tool asks for."
	ToolFailed     = "The tool failed on our side. Answer without it, and say that the documents could not be searched."
)
