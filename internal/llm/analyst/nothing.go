package analyst

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const (
	noProject = "This conversation is in no project, so there are no documents that I could search. " +
		"Add it to a project with documents, or tell me about the feature and I ask you what is needed, one question at a time."
	searchFailed = "The search failed just now, so I can't tell what the documents hold. Ask again in a moment."
	noDocuments  = "This project has no documents yet, so there is nothing to search.\n\n" +
		"Upload what you have (meeting notes, a specification, a price list: PDF, Word, Excel, PowerPoint, CSV, text, Markdown or HTML), " +
		"or open the sample project from the list of projects to see how answers with citations look.\n\n" +
		"We can also begin without: describe the feature in a sentence or two, and I ask for the rest."
)

// withoutDocuments answers where the project has no text to search.
func (t *turn) withoutDocuments(documents []prompt.Document) (string, bool) {
	if len(t.desk.sources) > 0 || t.desk.failed {
		return "", false
	}
	if len(documents) == 0 {
		return noDocuments, true
	}
	for _, d := range documents {
		if d.Status == string(ba.DocumentReady) {
			return "", false
		}
	}
	return "None of the documents can be searched yet.\n\n" + inventory(documents, true), true
}

// writeNothing says that the documents do not answer, what was looked for, and
// what there is.
func (f finding) writeNothing(d *desk, documents []prompt.Document, brief bool) string {
	lead := "**The documents don't answer this.** "
	if n := len(f.absent); n > 0 {
		lead += fmt.Sprintf("No passage that I found speaks of %s.", listWords(f.absent))
	} else {
		lead += "No passage comes close enough to the question."
	}
	blocks := []string{lead}
	if note := f.q.unread(documents); note != "" {
		blocks = append(blocks, note)
	}
	if close := f.closest(); close != "" && !brief {
		blocks = append(blocks, close)
	}
	if !brief {
		blocks = append(blocks, searchedFor(d.queries)+" "+inventory(documents, false))
	}
	return strings.Join(append(blocks, "If you know the answer, write it here and I note it; if another document says it, upload that one."), "\n\n")
}

// writeNear says that the documents speak of the matter but give no answer.
func (f finding) writeNear(d *desk, documents []prompt.Document, brief bool) string {
	lead := "**The documents speak of this, but I found no clear answer.**"
	switch {
	case f.q.kind == amountKind && !f.evidence[0].fits:
		lead = "**The documents speak of this, but give no number for it.**"
	case f.q.kind == timeKind && !f.evidence[0].fits:
		lead = "**The documents speak of this, but name no date or time for it.**"
	case len(f.absent) > 0:
		lead = fmt.Sprintf("**The documents speak of this, but not of %s.**", listWords(f.absent))
	}
	blocks := []string{lead + " The closest I found:\n\n" + f.bullets(f.evidence[:min(3, len(f.evidence))])}
	if note := f.q.unread(documents); note != "" {
		blocks = append(blocks, note)
	}
	if !brief {
		blocks = append(blocks, searchedFor(d.queries))
	}
	return strings.Join(append(blocks, "**Open question:** "+escape(heading(f.q.text))+" If you know, write it here and I note it."), "\n\n")
}

// writeOpen says that the documents ask the question themselves.
func (f finding) writeOpen() string {
	lines := []string{"**Still open.** The documents ask this themselves:\n\n" + f.bullets(f.open)}
	var rest []ranked
	for _, r := range f.evidence {
		if !isQuoted(r, f.open) && r.kind != inquiry {
			rest = append(rest, r)
		}
	}
	if len(rest) > 0 {
		lines = append(lines, "What they say around it:\n\n"+f.bullets(rest))
	}
	return strings.Join(append(lines, "If it is decided by now, write the decision here and I note it."), "\n\n")
}

// closest quotes what comes nearest, marked as no answer.
func (f finding) closest() string {
	var near []ranked
	for _, r := range f.evidence {
		if r.cover >= 0.35 && r.own > 0.3 && r.kind != title && len(near) < 2 {
			near = append(near, r)
		}
	}
	if len(near) == 0 {
		return ""
	}
	return "The nearest, which is not an answer:\n\n" + f.bullets(near)
}

// listWords writes terms as a list of quoted words.
func listWords(terms []qterm) string {
	words := make([]string, len(terms))
	for i, t := range terms {
		words[i] = quoted(t.word)
	}
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + " or " + words[n-1]
	}
	return words[0]
}

// searchedFor names the searches.
func searchedFor(queries []string) string {
	if len(queries) == 0 {
		return "There was nothing in it that I could search for."
	}
	shown := make([]string, 0, 3)
	for _, q := range queries[:min(3, len(queries))] {
		q = strings.NewReplacer("`", "", "\n", " ").Replace(q)
		if word, _, isDefinition := strings.Cut(q, " definition abbreviation glossary"); isDefinition {
			q = "definition of " + word
		}
		if len(q) > 90 {
			q = strings.ToValidUTF8(q[:90], "") + "…"
		}
		shown = append(shown, "`"+q+"`")
	}
	return "I searched for " + strings.Join(shown, ", then ") + "."
}
