package analyst

import (
	"fmt"
	"strings"
)

// maxDrafted bounds what one draft holds.
const maxDrafted = 12

// draftMark says what a draft is.
const draftMark = "*Draft by rules: each item follows one sentence of its source; nothing is added. Check every line.*"

// material is what a draft is made from.
type material struct {
	topic   string
	demands []demand // with a source each
	rules   []ranked // statements of documents that name nobody who acts
	list    []ranked // all statements of the documents
	facts   []string // what the person said
}

// gather collects what was said and what the documents state.
func (t *turn) gather(i intent) (m material, ready bool) {
	m.topic = t.draftTopic(i)
	c := t.talk.covered()
	m.facts = c.all()
	for _, f := range m.facts {
		if m.topic != "" && !speaksOf(f, m.topic) {
			continue
		}
		var found []demand
		if isFact(c, "Main flow", f) {
			found = stepsIn(f)
		}
		if d, ok := takeApart(f); ok && !d.isAim() {
			found = []demand{d}
		}
		for _, d := range found {
			d.source = "you said " + own(f, 160)
			m.demands = append(m.demands, d)
		}
	}
	if !t.desk.canSearch() {
		return m, true
	}
	if m.list, ready = t.statements(m.topic); !ready {
		return m, false
	}
	for _, r := range m.list {
		if r.kind == row {
			continue
		}
		d, ok := takeApart(r.text())
		if !ok {
			m.rules = append(m.rules, r)
			continue
		}
		d.source = r.where() + ": " + r.cited(-1)
		m.demands = append(m.demands, d)
	}
	return m, true
}

// draftTopic returns what a draft is about: what was named, or for "that" and
// "these" what the question before was about.
func (t *turn) draftTopic(i intent) string {
	topic := topicOf(t.talk.asked, i)
	if topic == "" && strings.Contains(plain(t.talk.asked), "for this") || strings.Contains(plain(t.talk.asked), "for that") {
		if q := t.talk.lastQuestion(); q != "" {
			words := make([]string, 0, 4)
			for _, term := range readQuestion(q, nil).contentTerms() {
				words = append(words, term.word)
			}
			return strings.Join(words, " ")
		}
	}
	return topic
}

// speaksOf reports whether a sentence holds a word of the topic.
func speaksOf(s, topic string) bool {
	u := &unit{tokens: tokenise(s)}
	return onTopicUnit(u, topic)
}

// about returns " about X", or nothing.
func (m material) about() string {
	if m.topic == "" {
		return ""
	}
	return " about " + escape(m.topic)
}

func (m material) empty() bool { return len(m.demands) == 0 && len(m.rules) == 0 }

// nothingToDraft says what a draft needs.
func (m material) nothingToDraft(what string) string {
	if m.topic != "" {
		return fmt.Sprintf("I found no statement about %s from which I could draft %s: nothing that says who shall, must or may do something. Tell me in a sentence who needs what, or name another topic.", quoted(m.topic), what)
	}
	return fmt.Sprintf("There is nothing yet from which I could draft %s. Tell me who needs what (\"Patients want to cancel online until the day before\"), or upload documents that state it.", what)
}

// shortened says that there is more than was drafted.
func shortened(n int) string {
	if n <= maxDrafted {
		return ""
	}
	return fmt.Sprintf("These are the first %d of %d; name a topic (\"... about cancelling\") to see the others.", maxDrafted, n)
}

// listRequirements lists the statements as they are, numbered.
func listRequirements(t *turn) (string, bool) {
	m, ready := t.gather(asksRequirements)
	if !ready {
		return "", false
	}
	if m.empty() {
		return m.nothingToDraft("requirements"), true
	}
	var b strings.Builder
	fmt.Fprintf(&b, "**Statements%s that read as requirements**\n\n| No. | Statement | Stands in |\n| --- | --- | --- |", m.about())
	n := 0
	for _, d := range m.demands {
		if strings.HasPrefix(d.source, "you said") && n < maxDrafted {
			n++
			fmt.Fprintf(&b, "\n| %d | %s | this conversation |", n, strings.ReplaceAll(own(d.text, 220), "|", `\|`))
		}
	}
	shown := m.list[:min(len(m.list), 2*maxDrafted)]
	for _, r := range shown {
		if r.kind == row {
			continue
		}
		n++
		fmt.Fprintf(&b, "\n| %d | %s | %s |", n, strings.ReplaceAll(r.cited(-1), "|", `\|`), strings.ReplaceAll(r.where(), "|", `\|`))
	}
	blocks := []string{b.String()}
	if len(m.list) > len(shown) {
		blocks = append(blocks, fmt.Sprintf("The search brought %d more; name a topic to see them.", len(m.list)-len(shown)))
	}
	return strings.Join(append(blocks, m.concerns()...), "\n\n"), true
}

// concerns names what stands against the material: contradictions first.
func (m material) concerns() []string {
	var lines []string
	for _, f := range contradictions(m.list) {
		if len(lines) < 3 {
			lines = append(lines, fmt.Sprintf("- %s: %s, but %s: %s", f.unit.where(), f.unit.cited(-1), f.with.where(), f.with.cited(-1)))
		}
	}
	if len(lines) == 0 {
		return nil
	}
	return []string{"**To settle first, the sources contradict each other:**\n\n" + strings.Join(lines, "\n")}
}
