package artifact

import (
	"context"
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
)

// byRules writes a section from the quotes of its areas, or says that there are none.
func (g *generation) byRules(ctx context.Context, p part, s *ba.Section) error {
	if p.rules != nil {
		p.rules(g, s)
		return g.err
	}
	lines := g.quotes(ctx, p.areas)
	if s.Text = strings.Join(lines, "\n"); s.Text == "" {
		s.Text = p.nothing()
	}
	return g.err
}

// quotes returns a line for each fact of the areas. Where there are several
// areas, each has a heading.
func (g *generation) quotes(ctx context.Context, areas []string) []string {
	var lines []string
	for _, area := range areas {
		facts, err := g.about(ctx, area)
		if err != nil {
			g.err = err
			return nil
		}
		if len(facts) == 0 {
			continue
		}
		if len(areas) > 1 {
			lines = append(lines, "", "### "+area, "")
		}
		for _, f := range facts {
			lines = append(lines, g.line(f))
		}
	}
	return lines
}

// line is a quote with its number.
func (g *generation) line(f fact) string {
	return fmt.Sprintf("- %s [%d]", analyst.Quoted(strings.Join(strings.Fields(f.link.Quote), " ")), g.cite(f.link))
}

// cite returns the number of a source, a new one where it has none.
func (g *generation) cite(l ba.Link) int {
	for _, s := range g.v.Sources {
		if s.Passage == l.Passage && s.Message == l.Message && s.Hash == l.Hash {
			return s.N
		}
	}
	n := 1
	for _, s := range g.v.Sources { // those that a kept section cites have gaps between them
		n = max(n, s.N+1)
	}
	g.v.Sources = append(g.v.Sources, ba.Source{N: n, Link: l})
	return n
}

// summary counts, and quotes the first objective.
func (g *generation) summary(s *ba.Section) {
	m := &g.m
	lines := []string{fmt.Sprintf("This document rests on %s, %s and %s of the project %s.", count(len(m.requirements), "requirement"),
		count(len(m.documents), "document"), count(len(m.threads), "conversation"), analyst.Quoted(m.project.Name))}
	if aims := g.quotes(g.ctx, []string{analyst.AreaObjective}); len(aims) > 0 {
		lines = append(lines, "", "What is wanted:", "", strings.Join(aims[:min(len(aims), 3)], "\n"))
	} else {
		question, _ := analyst.Ask(analyst.AreaObjective)
		lines = append(lines, "", "What is wanted was not said yet; ask: "+question)
	}
	var counts []string
	for _, group := range byPriority {
		n := 0
		for i := range m.requirements {
			n += b2i(group.has(&m.requirements[i]))
		}
		if n > 0 {
			counts = append(counts, fmt.Sprintf("%d %s", n, group.title))
		}
	}
	if len(counts) > 0 {
		lines = append(lines, "", "The requirements by priority: "+strings.Join(counts, ", ")+".")
	}
	if n := len(g.unsupported()); n > 0 {
		lines = append(lines, "", fmt.Sprintf("No source supports %s: each is labelled *assumption* and listed under assumptions.", count(n, "requirement")))
	}
	s.Text = strings.Join(lines, "\n")
}

// unsupported returns the requirements that no verified quote supports.
func (g *generation) unsupported() []*ba.Requirement {
	var found []*ba.Requirement
	for i := range g.m.requirements {
		if r := &g.m.requirements[i]; r.Assumption() {
			found = append(found, r)
		}
	}
	return found
}

// assumptions lists what is fixed, what was noted as assumed, and the
// requirements that no source supports.
func (g *generation) assumptions(s *ba.Section) {
	var blocks []string
	add := func(title string, lines []string) {
		if len(lines) > 0 {
			blocks = append(blocks, "### "+title+"\n\n"+strings.Join(lines, "\n"))
		}
	}
	add("Constraints", g.quotes(g.ctx, []string{analyst.AreaConstraints}))
	var noted []string
	for _, n := range g.m.notes {
		if n.Kind == ba.NoteAssumption && !n.Resolved {
			noted = append(noted, "- "+g.noteText(n))
		}
	}
	add("Assumptions", noted)
	var bare []string
	for _, r := range g.unsupported() {
		bare = append(bare, fmt.Sprintf("- %s *(assumption)*: %s", r.Key(), words(r.Statement)))
	}
	add("Requirements without a source", bare)
	if s.Text = strings.Join(blocks, "\n\n"); s.Text == "" {
		s.Text = part{topic: "assumptions and constraints", areas: []string{analyst.AreaConstraints}}.nothing()
	}
}

// noteText is a note in words, with the message that it came from.
func (g *generation) noteText(n ba.Note) string {
	text := words(n.Text)
	if n.Answer != "" {
		text += " (" + words(n.Answer) + ")"
	}
	return text
}

// questions lists the open questions of the project, and what nothing was said about.
func (g *generation) questions(s *ba.Section) {
	var asked, open []string
	for _, n := range g.m.notes {
		if n.Open() {
			asked = append(asked, "- "+words(n.Text))
		}
	}
	for _, area := range analyst.Areas() {
		facts, err := g.about(g.ctx, area.Title)
		if err != nil {
			g.err = err
			return
		}
		if len(facts) == 0 {
			open = append(open, "- **"+area.Title+"**: "+area.Question)
		}
	}
	var blocks []string
	if len(asked) > 0 {
		blocks = append(blocks, strings.Join(asked, "\n"))
	}
	if len(open) > 0 {
		blocks = append(blocks, "Nothing was said or found about these:\n\n"+strings.Join(open, "\n"))
	}
	if len(blocks) == 0 {
		blocks = []string{"No question is open, and every area of the discovery was touched."}
	}
	s.Text = strings.Join(blocks, "\n\n")
}

// sources lists the documents and conversations from which the artifact is made.
func (g *generation) sources(s *ba.Section) {
	cited := make(map[string]int)
	for _, source := range g.v.Sources {
		cited[string(source.Document)+string(source.Thread)]++
	}
	for _, r := range g.v.Requirements {
		for _, l := range r.Links {
			cited[string(l.Document)+string(l.Thread)]++
		}
	}
	var lines []string
	add := func(id, name, detail string) {
		lines = append(lines, fmt.Sprintf("| %s | %s | %d |", cell(name), detail, cited[id]))
	}
	for _, d := range g.m.documents {
		detail := fmt.Sprintf("document, version %d", d.Version)
		if d.Status != ba.DocumentReady {
			detail += ", not readable"
		}
		add(string(d.ID), d.Filename, detail)
	}
	for _, t := range g.m.threads {
		if t.Messages > 0 {
			add(string(t.ID), t.Title, "conversation, "+count(t.Messages, "message"))
		}
	}
	if len(lines) == 0 {
		s.Text = "The project holds no document and no conversation yet, so nothing here has a source."
		return
	}
	s.Text = "| Source | What it is | Quotes |\n| --- | --- | ---: |\n" + strings.Join(lines, "\n")
}

// list shows the requirement objects of a section.
func (g *generation) list(s *ba.Section) {
	supported := 0
	for _, id := range s.Requirements {
		if r := g.v.Requirement(id); r != nil && !r.Assumption() {
			supported++
		}
	}
	switch n := len(s.Requirements); {
	case supported == n:
		s.Text = count(n, "requirement") + ", each with a quote of its source."
	case supported == 0:
		s.Text = count(n, "requirement") + "; no source supports them, so each is labelled *assumption*."
	default:
		s.Text = fmt.Sprintf("%s: %d with a quote of the source, %d labelled *assumption*.", count(n, "requirement"), supported, n-supported)
	}
}

// stories writes a story for each requirement that names who does something.
func (g *generation) stories(s *ba.Section) {
	var blocks, rules []string
	for _, r := range g.shown(s) {
		story, ok := analyst.Story(r.Statement)
		if !ok {
			rules = append(rules, fmt.Sprintf("- %s %s%s", r.Key(), analyst.Quoted(oneLine(r.Statement)), g.support(r)))
			continue
		}
		blocks = append(blocks, fmt.Sprintf("### %s\n\n%s\n\nFrom: %s%s", r.Key(), story, analyst.Quoted(oneLine(r.Statement)), g.support(r)))
	}
	if len(rules) > 0 {
		blocks = append(blocks, "### Rules that are no story by themselves\n\nThey belong to the acceptance criteria of the stories that they concern.\n\n"+strings.Join(rules, "\n"))
	}
	s.Text, s.Requirements = strings.Join(blocks, "\n\n"), nil
}

// criteria writes those of the objects, and for a requirement without any the
// ones that follow from its statement.
func (g *generation) criteria(s *ba.Section) {
	var blocks []string
	for _, r := range g.shown(s) {
		lines := []string{fmt.Sprintf("### %s\n\n%s%s", r.Key(), analyst.Quoted(oneLine(r.Statement)), g.support(r))}
		criteria, derived := r.Criteria, ""
		if c, ok := analyst.Criterion(r.Statement); ok && len(criteria) == 0 {
			criteria, derived = []ba.Criterion{c}, "*Derived from the statement; … is what it does not say.*"
		}
		for _, c := range criteria {
			lines = append(lines, fmt.Sprintf("- **Given** %s\n- **When** %s\n- **Then** %s", orOpen(c.Given), orOpen(c.When), orOpen(c.Then)))
		}
		if limit, ok := analyst.Limit(r.Statement); ok {
			lines = append(lines, "At the limit: the exact value of "+analyst.Quoted(limit)+" is tested too; whether it is inside must be decided.")
		}
		if len(criteria) == 0 {
			lines = append(lines, "The statement does not say who does what, so no criterion follows from it; ask: What must be seen for this to be accepted?")
		}
		if derived != "" {
			lines = append(lines, derived)
		}
		blocks = append(blocks, strings.Join(lines, "\n\n"))
	}
	s.Text, s.Requirements = strings.Join(blocks, "\n\n"), nil
}

func orOpen(s string) string {
	if strings.TrimSpace(s) == "" {
		return "…"
	}
	return oneLine(s)
}

// shown returns the requirements of a section.
func (g *generation) shown(s *ba.Section) []*ba.Requirement {
	var list []*ba.Requirement
	for _, id := range s.Requirements {
		if r := g.v.Requirement(id); r != nil {
			list = append(list, r)
		}
	}
	return list
}

// support cites the verified quotes of a requirement, or labels it.
func (g *generation) support(r *ba.Requirement) string {
	if r.Assumption() {
		return " *(assumption)*"
	}
	text := ""
	for _, l := range r.Links {
		if l.State == ba.LinkVerified {
			text += fmt.Sprintf(" [%d]", g.cite(l))
		}
	}
	return text
}

// answer quotes what the sources say on the instructions.
func (g *generation) answer(s *ba.Section) {
	topic := g.v.Instructions
	if topic == "" {
		s.Text = "No wishes were given, so there is nothing to look for; ask: What should this document be about?"
		return
	}
	hits, err := g.s.Library.Retrieve(g.ctx, g.actor, g.v.Project, topic, passagesAsked)
	if err != nil {
		g.err = err
		return
	}
	var lines []string
	for _, f := range g.facts(g.ctx, hits, analyst.Answering(topic, passages(hits), 2*perArea)) {
		lines = append(lines, g.line(f))
	}
	if s.Text = strings.Join(lines, "\n"); s.Text == "" {
		s.Text = "The documents of this project hold nothing on " + analyst.Quoted(firstWords(topic, 120)) + "."
	}
}

// related lists the requirements that share words with the instructions.
func (g *generation) related(s *ba.Section) {
	s.Requirements = related(g.v.Instructions, g.m.requirements)
	if len(s.Requirements) == 0 {
		s.Text = "No requirement of the project speaks of this."
		return
	}
	g.show(s.Requirements)
	g.list(s)
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// cell is a text in a table of Markdown.
func cell(s string) string { return analyst.Cell(oneLine(s)) }

// words is a text that is not ours, in a line of Markdown.
func words(s string) string { return analyst.Escape(oneLine(s)) }
