package chat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

const (
	toolTimeout   = 20 * time.Second
	maxListed     = 200    // documents in a result
	maxResultText = 60_000 // bytes of passages in a result
	around        = 2      // passages before and after one that is read
)

// toolbox runs the tools of one answer. It belongs to one goroutine.
type toolbox struct {
	library  Library
	notes    Notes
	actor    ba.Actor
	project  ba.ProjectID
	question ba.MessageID
	log      func(tool string, err error)

	next    int                  // number of the next new passage
	numbers map[ba.PassageID]int // of the passages that were found so far
	known   map[int]ba.Hit       // the same by number
}

// newToolbox numbers passages on from those that a continued answer cites, and
// gives those their numbers again.
func newToolbox(s *Service, j job, project ba.ProjectID, kept []ba.Citation) *toolbox {
	t := &toolbox{library: s.Library, notes: s.Notes, actor: j.actor, project: project, question: j.question,
		next: 1, numbers: make(map[ba.PassageID]int), known: make(map[int]ba.Hit),
		log: func(tool string, err error) { s.Log.Warn("a tool failed", "turn", j.turn, "tool", tool, "error", err) }}
	for _, c := range kept {
		t.numbers[c.Passage] = c.N
		t.known[c.N] = ba.Hit{Kind: ba.HitPassage, Project: project, Document: c.Document, Version: c.Version, Passage: c.Passage, Filename: c.Filename}
		t.next = max(t.next, c.N+1)
	}
	return t
}

// outcome is what came of a tool: its result for the model, a line for the
// person, and the passages that may be cited from now on.
type outcome struct {
	text    string
	summary string
	failed  bool
	sources []source
}

// announce returns what the person reads while a call runs.
func announce(c llm.ToolCall) string {
	switch c.Name {
	case prompt.ListDocuments:
		return "Looking at the list of documents"
	case prompt.ReadPassage:
		return "Reading around a passage"
	case prompt.AddNote:
		return "Writing a note"
	}
	if in, ok := arguments[prompt.SearchArguments](c); ok && c.Name == prompt.SearchDocuments {
		return "Searching the documents for “" + join(strings.Fields(strings.Map(plainRune, in.Query))) + "”"
	}
	return "Using a tool"
}

// run runs a call. It never fails: what went wrong is told to the model.
func (t *toolbox) run(ctx context.Context, c llm.ToolCall) outcome {
	ctx, cancel := context.WithTimeout(ctx, toolTimeout)
	defer cancel()
	var out outcome
	var err error
	switch {
	case t.project == "":
		return refusal(prompt.UnknownTool)
	case c.Name == prompt.SearchDocuments:
		out, err = t.search(ctx, c)
	case c.Name == prompt.ReadPassage:
		out, err = t.read(ctx, c)
	case c.Name == prompt.ListDocuments:
		out, err = t.list(ctx)
	case c.Name == prompt.AddNote:
		out, err = t.note(ctx, c)
	default:
		return refusal(prompt.UnknownTool)
	}
	if err != nil {
		t.log(c.Name, err)
		return refusal(prompt.ToolFailed)
	}
	return out
}

func refusal(note string) outcome {
	return outcome{text: note, summary: "That did not work", failed: true}
}

// arguments reads a call's arguments strictly.
func arguments[T any](c llm.ToolCall) (in T, ok bool) {
	d := json.NewDecoder(bytes.NewReader(c.Arguments))
	d.DisallowUnknownFields()
	return in, d.Decode(&in) == nil
}

func (t *toolbox) search(ctx context.Context, c llm.ToolCall) (outcome, error) {
	in, ok := arguments[prompt.SearchArguments](c)
	switch {
	case !ok:
		return refusal(prompt.BadArguments), nil
	case strings.TrimSpace(in.Query) == "":
		return refusal(prompt.EmptyQuery), nil
	case in.Limit <= 0:
		in.Limit = prompt.DefaultSearchLimit
	}
	hits, err := t.library.Retrieve(ctx, t.actor, t.project, in.Query, min(in.Limit, prompt.MaxSearchLimit))
	if err != nil {
		return outcome{}, err
	}
	if len(hits) == 0 {
		note, err := t.whyNothing(ctx)
		return outcome{text: string(encode(prompt.Passages{Passages: []prompt.Passage{}, Note: note})), summary: "Nothing found"}, err
	}
	return t.found(hits), nil
}

func (t *toolbox) found(hits []ba.Hit) outcome {
	var out outcome
	var result prompt.Passages
	documents := make(map[ba.DocumentID]bool)
	size := 0
	for i, h := range hits {
		if size += len(h.Text); size > maxResultText && i > 0 {
			result.Note = "Only the best passages are listed; the others are too long. Search for something narrower to see them."
			break
		}
		n := t.number(h)
		result.Passages = append(result.Passages, prompt.Passage{N: n, Document: h.Filename, Locator: h.Locator.String(), Text: h.Text})
		out.sources = append(out.sources, source{n, h})
		documents[h.Document] = true
	}
	out.text = string(encode(result))
	out.summary = "Found " + count(len(result.Passages), "passage") + " in " + count(len(documents), "document")
	return out
}

func (t *toolbox) number(h ba.Hit) int {
	n, known := t.numbers[h.Passage]
	if !known {
		n = t.next
		t.numbers[h.Passage] = n
		t.next++
	}
	t.known[n] = h
	return n
}

// whyNothing says why a search found nothing.
func (t *toolbox) whyNothing(ctx context.Context) (string, error) {
	list, err := t.library.List(ctx, t.actor, t.project, ba.Page{Limit: maxListed})
	if err != nil {
		return "", err
	}
	if len(list.Items) == 0 {
		return prompt.NoDocuments, nil
	}
	unread := 0
	for _, d := range list.Items {
		if d.Status == ba.DocumentProcessing {
			unread++
		}
	}
	if unread > 0 {
		return fmt.Sprintf("%s The text of %s is still being read.", prompt.NothingFound, count(unread, "document")), nil
	}
	return prompt.NothingFound, nil
}

func (t *toolbox) list(ctx context.Context) (outcome, error) {
	list, err := t.library.List(ctx, t.actor, t.project, ba.Page{Limit: maxListed})
	if err != nil {
		return outcome{}, err
	}
	result := prompt.Documents{Documents: []prompt.Document{}}
	for _, d := range list.Items {
		result.Documents = append(result.Documents, prompt.Document{Document: d.Filename, Format: d.Format, Status: string(d.Status), Pages: d.Pages, Note: noteOn(d)})
	}
	switch {
	case len(list.Items) == 0:
		result.Note = prompt.NoDocuments
	case list.Next != "":
		result.Note = fmt.Sprintf("There are more; these are the newest %d.", maxListed)
	}
	return outcome{text: string(encode(result)), summary: count(len(list.Items), "document")}, nil
}

// noteOn says what is missing in a document.
func noteOn(d ba.Document) string {
	switch {
	case d.Status == ba.DocumentProcessing:
		return "its text is still being read; searches don't find it yet"
	case d.Status == ba.DocumentRejected, d.Status == ba.DocumentNoText:
		return d.Reason
	case d.EmptyPages > 0:
		return fmt.Sprintf("%d of %d pages have no text", d.EmptyPages, d.Pages)
	}
	return ""
}

func count(n int, thing string) string {
	if n == 1 {
		return "1 " + thing
	}
	return fmt.Sprintf("%d %ss", n, thing)
}
