package analyst

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// listDocuments answers which documents there are.
func listDocuments(t *turn) (string, bool) {
	if !t.desk.canSearch() {
		return noProject, true
	}
	documents, ready := t.desk.documents()
	switch {
	case !ready:
		return "", false
	case t.desk.failed:
		return searchFailed, true
	case len(documents) == 0:
		return noDocuments, true
	}
	return documentTable(documents), true
}

func documentTable(documents []prompt.Document) string {
	var b strings.Builder
	fmt.Fprintf(&b, "There %s in this project:\n\n| Document | Format | Pages | Remark |\n| --- | --- | --- | --- |", countDocuments(len(documents)))
	for _, d := range documents {
		pages := ""
		if d.Pages > 0 {
			pages = fmt.Sprint(d.Pages)
		}
		fmt.Fprintf(&b, "\n| %s | %s | %s | %s |", escapeCell(d.Document), escapeCell(d.Format), pages, escapeCell(documentNote(d)))
	}
	return b.String() + "\n\nAsk about any of them, or say \"summarise\" with its name."
}

func countDocuments(n int) string {
	if n == 1 {
		return "is one document"
	}
	return fmt.Sprintf("are %d documents", n)
}

// maxNamed bounds how many documents an answer names.
const maxNamed = 12

// inventory names the documents and those without text. In full it is a list.
func inventory(documents []prompt.Document, full bool) string {
	var b strings.Builder
	switch {
	case len(documents) == 1:
		b.WriteString("There is one document: ")
	default:
		fmt.Fprintf(&b, "There are %d documents: ", len(documents))
	}
	for i, d := range documents[:min(len(documents), maxNamed)] {
		if full {
			fmt.Fprintf(&b, "\n- *%s*", escapeName(d.Document))
		} else {
			if i > 0 {
				b.WriteString(", ")
			}
			fmt.Fprintf(&b, "*%s*", escapeName(d.Document))
		}
		note := documentNote(d)
		if short, _, cut := strings.Cut(note, ": "); cut && !full {
			note = short // the reason is for the list
		}
		if note != "" {
			b.WriteString(" (" + escape(note) + ")")
		}
	}
	if more := len(documents) - maxNamed; more > 0 {
		fmt.Fprintf(&b, " and %d more", more)
	}
	if !full {
		b.WriteString(".")
	}
	return b.String()
}

// unread names the documents without text whose names hold a word of the
// question: what was asked may stand there.
func (q *question) unread(documents []prompt.Document) string {
	var names []string
	for _, d := range documents {
		if d.Status == string(ba.DocumentReady) || d.Status == string(ba.DocumentProcessing) {
			continue // what is still being read is told with every answer
		}
		for _, t := range tokenise(d.Document) {
			if len(t.word) > 2 && q.isContent(t.stem) {
				names = append(names, "*"+escapeName(d.Document)+"* ("+escape(documentNote(d))+")")
				break
			}
		}
	}
	if len(names) == 0 {
		return ""
	}
	return "It may stand in what I can't search: " + strings.Join(names, ", ") + "."
}

// stillReading names the documents that no search finds yet, so that nobody
// takes an answer without them for the last word; empty where there are none.
func stillReading(documents []prompt.Document) string {
	var names []string
	for _, d := range documents {
		if d.Status == string(ba.DocumentProcessing) {
			names = append(names, "*"+escapeName(d.Document)+"*")
		}
	}
	if len(names) == 0 {
		return ""
	}
	more := ""
	if len(names) > maxNamed {
		more = fmt.Sprintf(" and %d more", len(names)-maxNamed)
		names = names[:maxNamed]
	}
	return "**Not searched, because it is still being read:** " + strings.Join(names, ", ") + more + ". Ask again in a moment."
}

// documentNote says what is missing in a document; empty where nothing is.
func documentNote(d prompt.Document) string {
	note := strings.TrimRight(d.Note, ". ")
	switch ba.DocumentStatus(d.Status) {
	case ba.DocumentProcessing:
		return "still being read"
	case ba.DocumentNoText:
		if note == "" {
			return "holds no text"
		}
		return "no text: " + note
	case ba.DocumentRejected:
		if note == "" {
			return "could not be read"
		}
		return "not read: " + note
	}
	return note
}
