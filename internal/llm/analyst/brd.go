package analyst

import (
	"fmt"
	"strings"
)

// section is a part of the outline of a business requirements document.
type section struct {
	title string
	areas []string // of the framework, whose facts belong here
}

var outline = []section{
	{"Purpose and objectives", []string{"Objective", "Success measures"}},
	{"Users and stakeholders", []string{"Users", "Stakeholders"}},
	{"Current situation", []string{"Current pains"}},
	{"Processes and interfaces", []string{"Main flow", "Processes and interfaces"}},
	{"Compliance", []string{"Compliance"}},
	{"Scope and constraints", []string{"Constraints"}},
	{"Risks, assumptions and exceptions", []string{"Risks", "Edge cases"}},
}

// maxPerSection bounds the quotes of documents in one section.
const maxPerSection = 3

// draftBRD writes a short outline: each section holds what was said and what
// the documents state, and says so where there is nothing.
func draftBRD(t *turn) (string, bool) {
	m, ready := t.gather(asksBRD)
	c := t.talk.covered()
	found := make(map[string][]*unit)
	for i := range areas {
		a := &areas[i]
		units, ok := t.documented(a)
		ready = ready && ok
		found[a.title] = units
	}
	if !ready {
		return "", false
	}
	if m.empty() && !c.begun() {
		return m.nothingToDraft("an outline"), true
	}
	blocks := []string{fmt.Sprintf("**Business requirements%s: outline**\n\n%s", m.about(), draftMark)}
	gaps := []string{}
	used := make(map[string]bool)
	for n, s := range outline {
		lines := s.lines(c, found, used)
		if len(lines) == 0 {
			gaps = append(gaps, s.title)
			lines = []string{"*Not stated yet.*"}
		}
		blocks = append(blocks, fmt.Sprintf("### %d. %s\n\n%s", n+1, s.title, list(lines)))
	}
	blocks = append(blocks, fmt.Sprintf("### %d. Requirements\n\n%s", len(outline)+1, m.requirementLines()))
	if len(gaps) > 0 {
		gaps = []string{"**Gaps:** nothing was said or found for " + strings.Join(gaps, "; ") + "."}
	}
	blocks = append(blocks, gaps...)
	return strings.Join(append(blocks, m.concerns()...), "\n\n"), true
}

// lines returns the facts and quotes of a section; a quote stands only once.
func (s section) lines(c *coverage, found map[string][]*unit, used map[string]bool) []string {
	var lines []string
	for _, title := range s.areas {
		for _, f := range c.facts[areaNamed(title)] {
			if !used[f] {
				used[f] = true
				lines = append(lines, own(f, 240)+" *(you)*")
			}
		}
		for _, u := range found[title] {
			if !used[u.text()] {
				used[u.text()] = true
				r := ranked{unit: u}
				lines = append(lines, r.where()+": "+r.cited(-1))
			}
		}
	}
	return lines
}

// documented returns what the documents say about an area.
func (t *turn) documented(a *area) ([]*unit, bool) {
	if !t.desk.canSearch() {
		return nil, true
	}
	sources, ready := t.desk.search(a.search)
	if !ready {
		return nil, false
	}
	return a.unitsOf(sources, maxPerSection), true
}

// requirementLines lists the statements, document by document.
func (m material) requirementLines() string {
	var blocks, said []string
	for _, d := range m.demands {
		if strings.HasPrefix(d.source, "you said") {
			said = append(said, own(d.text, 240))
		}
	}
	if len(said) > 0 {
		blocks = append(blocks, "From this conversation:\n\n"+numbered(said))
	}
	shown := m.list[:min(len(m.list), 2*maxDrafted)]
	for i := 0; i < len(shown); {
		j := i
		for j < len(shown) && shown[j].src.document == shown[i].src.document {
			j++
		}
		blocks = append(blocks, fmt.Sprintf("From *%s*:\n\n%s", escapeName(shown[i].src.document), places(shown[i:j])))
		i = j
	}
	if len(blocks) == 0 {
		return "*Not stated yet.*"
	}
	if more := len(m.list) - len(shown); more > 0 {
		blocks = append(blocks, fmt.Sprintf("%d more were found; say \"list the requirements about ...\" to see them.", more))
	}
	return strings.Join(blocks, "\n\n")
}
