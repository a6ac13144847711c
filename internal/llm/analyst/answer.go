package analyst

import (
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
)

// answerDocuments answers a message that asks the documents.
func answerDocuments(t *turn) (string, bool) {
	if !t.desk.canSearch() {
		return noProject, true
	}
	parts := t.questions()
	documents, ready := t.desk.documents()
	for _, q := range parts {
		if _, ok := t.desk.search(q.queries()...); !ok {
			ready = false
		}
	}
	if !ready {
		return "", false
	}
	if text, done := t.withoutDocuments(documents); done {
		return text, true
	}
	findings, ready := t.findAll(parts, documents)
	if !ready {
		return "", false
	}
	return t.compose(findings, documents), true
}

// questions returns what is asked, each part with what it refers back to.
func (t *turn) questions() []*question {
	var before *question
	if prior := t.talk.lastQuestion(); prior != "" {
		for _, p := range splitQuestions(prior) {
			before = readQuestion(p, before)
		}
	}
	var parts []*question
	for _, p := range splitQuestions(t.talk.asked) {
		q := readQuestion(p, before)
		parts = append(parts, q)
		before = q
	}
	return parts
}

// findAll finds an answer to each part, with further searches where the first
// was poor.
func (t *turn) findAll(parts []*question, documents []prompt.Document) ([]finding, bool) {
	findings := make([]finding, len(parts))
	ready := true
	for i, q := range parts {
		q.pointTo(documents)
		findings[i] = find(q, t.desk.sources)
		more := q.besideQueries()
		if findings[i].outcome != answered {
			more = append(more, q.otherQueries(findings[i])...)
		}
		if len(more) > 0 {
			if _, ok := t.desk.search(more...); !ok {
				ready = false
			}
		}
	}
	if !ready {
		return nil, false
	}
	for i, q := range parts {
		findings[i] = find(q, t.desk.sources)
	}
	return findings, true
}

// compose writes the findings of all parts as one answer.
func (t *turn) compose(findings []finding, documents []prompt.Document) string {
	var b strings.Builder
	brief := t.talk.mode == ba.ModeMeeting
	if l := languageOf(t.talk.asked); l != nil {
		b.WriteString(l.remark() + "\n\n")
	}
	named := make(map[*unit]bool) // open points, once each
	for i, f := range findings {
		f.open = slices.DeleteFunc(slices.Clone(f.open), func(r ranked) bool { return named[r.unit] })
		for _, r := range f.open {
			named[r.unit] = true
		}
		if i > 0 {
			b.WriteString("\n\n")
		}
		if len(findings) > 1 {
			b.WriteString("**" + escape(heading(f.q.text)) + "**\n\n")
		}
		b.WriteString(f.write(t.desk, documents, brief))
	}
	if note := stillReading(documents); note != "" {
		b.WriteString("\n\n" + note)
	}
	return b.String()
}

// maxHeading bounds a question that is repeated, in bytes.
const maxHeading = 160

// heading returns a question as the heading of its answer.
func heading(s string) string {
	s = strings.TrimRight(strings.Join(strings.Fields(s), " "), "?.! ")
	if len(s) > maxHeading {
		s = strings.ToValidUTF8(s[:maxHeading], "") + "…"
	}
	return sentenceCase(s) + "?"
}

// write writes one finding: the answer, its evidence, what is open.
func (f finding) write(d *desk, documents []prompt.Document, brief bool) string {
	if d.failed && f.outcome == nothing {
		return searchFailed
	}
	switch f.outcome {
	case nothing:
		return f.writeNothing(d, documents, brief)
	case near:
		return f.writeNear(d, documents, brief)
	case leftOpen:
		return f.writeOpen()
	}
	blocks := []string{f.lead()}
	if more := f.more(brief); more != "" {
		blocks = append(blocks, more)
	}
	if next := f.next(brief); next != "" {
		blocks = append(blocks, next)
	}
	return strings.Join(blocks, "\n\n")
}

// more writes the evidence after the lead.
func (f finding) more(brief bool) string {
	if f.isList() {
		if f.documents() == 1 {
			return places(f.evidence)
		}
		return f.bullets(f.evidence)
	}
	rest := f.evidence[f.led():]
	if brief && len(rest) > 2 {
		rest = rest[:2]
	}
	if len(rest) == 0 {
		return ""
	}
	if f.led() > 0 {
		return "Also:\n\n" + f.bullets(rest)
	}
	return f.bullets(rest)
}

// documents returns how many documents the evidence comes from.
func (f finding) documents() int {
	names := make(map[string]bool)
	for _, r := range f.evidence {
		names[r.src.document] = true
	}
	return len(names)
}

// led returns how much of the evidence the lead quotes.
func (f finding) led() int {
	if f.clash != nil && f.q.wantsValue() {
		return 0
	}
	return 1
}

// bullets writes evidence as a list, or a table where it is rows of one table.
func (f finding) bullets(list []ranked) string {
	if table := rowsTable(list); table != "" {
		return table
	}
	lines := make([]string, len(list))
	for i, r := range list {
		lines[i] = "- " + f.q.point(r)
	}
	return strings.Join(lines, "\n")
}

// isList reports whether the answer is a list of places.
func (f finding) isList() bool { return f.q.kind == listing && len(f.evidence) > 1 && f.clash == nil }

// places writes evidence of one document as a list of its places.
func places(list []ranked) string {
	if table := rowsTable(list); table != "" {
		return table
	}
	lines := make([]string, len(list))
	for i, r := range list {
		lines[i] = "- " + r.cited(-1)
		if inside := r.place(); inside != "" {
			lines[i] = "- " + inside + ": " + r.cited(-1)
		}
	}
	return strings.Join(lines, "\n")
}
