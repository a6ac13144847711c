package prompt

import (
	"encoding/json"

	"github.com/ba-assistant/ba-assistant/internal/llm"
)

// The names of the tools.
const (
	SearchDocuments = "search_documents"
	ReadPassage     = "read_passage"
	ListDocuments   = "list_documents"
	AddNote         = "add_note"
)

// The bounds of SearchArguments.Limit. Zero is DefaultSearchLimit.
const (
	DefaultSearchLimit = 8
	MaxSearchLimit     = 20
)

// SearchArguments are the arguments of search_documents.
type SearchArguments struct {
	Query string `json:"query"`
	Limit int    `json:"limit,omitempty"`
}

// ReadArguments are the arguments of read_passage. N is the number of a passage
// that a search of the same answer returned.
type ReadArguments struct {
	N int `json:"n"`
}

// NoteArguments are the arguments of add_note.
type NoteArguments struct {
	Kind string `json:"kind"` // of ba.NoteKind
	Text string `json:"text"`
}

// Noted is the result of add_note.
type Noted struct {
	Noted string `json:"noted"` // the kind
}

// Passages is the result of search_documents, the best passage first, and of
// read_passage, in the order of the document. Where there is none, Note says why.
type Passages struct {
	Passages []Passage `json:"passages"`
	Note     string    `json:"note,omitempty"`
}

// Passage is a piece of a document. N is its number in this turn: the same
// passage found again keeps it, and an answer cites it as [N].
type Passage struct {
	N        int    `json:"n"`
	Document string `json:"document"` // filename
	Locator  string `json:"locator"`  // in words, such as "sheet Prices, row 12"; empty where unknown
	Text     string `json:"text"`
}

// Documents is the result of list_documents.
type Documents struct {
	Documents []Document `json:"documents"`
	Note      string     `json:"note,omitempty"`
}

// Document is an entry of Documents. Status is that of ba.DocumentStatus.
type Document struct {
	Document string `json:"document"` // filename
	Format   string `json:"format"`
	Status   string `json:"status"`
	Pages    int    `json:"pages,omitempty"` // pages, slides or sheets
	Note     string `json:"note,omitempty"`  // what is missing in it, for the answer to say
}

const searchDescription = "Searches the documents of this project and returns the passages that fit best, each with a number n. " +
	"Use it before you state anything about the customer's system, numbers, rules or wishes, and search again with other words " +
	"when the first search does not answer the question. Cite a passage as [n] right after the statement that rests on it."

const listDescription = "Lists the documents of this project with their format and state. " +
	"Use it when the question is about which documents there are, or to find out why a search finds nothing."

const readDescription = "Returns a passage that a search found together with what stands before and after it in its document, each with a number n. " +
	"Use it when a passage begins or ends in the middle of something, such as a list, a table or a definition."

const noteDescription = "Writes down an open question, a decision or an assumption for the project, where the team sees it. " +
	"Use it when the conversation settles something, takes something for granted, or leaves open what somebody must answer; once for each, and say in the answer that you noted it."

// ProjectTools returns the tools of a conversation in a project.
func ProjectTools() []llm.Tool {
	return []llm.Tool{
		{Name: SearchDocuments, Description: searchDescription, Schema: json.RawMessage(searchSchema)},
		{Name: ReadPassage, Description: readDescription, Schema: json.RawMessage(readSchema)},
		{Name: ListDocuments, Description: listDescription, Schema: json.RawMessage(listSchema)},
		{Name: AddNote, Description: noteDescription, Schema: json.RawMessage(noteSchema)},
	}
}

const (
	searchSchema = `{"type":"object","properties":{` +
		`"query":{"type":"string","description":"What to look for: a few words, in the language of the documents"},` +
		`"limit":{"type":"integer","minimum":1,"maximum":20,"description":"How many passages at most; 8 where absent"}},` +
		`"required":["query"],"additionalProperties":false}`
	readSchema = `{"type":"object","properties":{` +
		`"n":{"type":"integer","minimum":1,"description":"The number of the passage"}},` +
		`"required":["n"],"additionalProperties":false}`
	noteSchema = `{"type":"object","properties":{` +
		`"kind":{"type":"string","enum":["question","decision","assumption"]},` +
		`"text":{"type":"string","description":"One sentence that can be read without the conversation"}},` +
		`"required":["kind","text"],"additionalProperties":false}`
	listSchema = `{"type":"object","properties":{},"additionalProperties":false}`
)
