package artifact

import (
	"fmt"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/llm/analyst"
)

// part is how a section is made.
type part struct {
	key     string
	title   string
	purpose string // what it holds, in a sentence, for a model
	topic   string // in "Nothing about ... was said yet"
	areas   []string
	ask     string // what to ask where nothing is known; empty: the first area's question
	// own sections are made from objects by the service itself, whoever writes
	// the rest: a model does not get to change a requirement.
	own func(*generation, *ba.Section)
	// rules write the section where there is no model; nil: from the areas.
	rules func(*generation, *ba.Section)
	shows []ba.RequirementID
}

// nothing is what a section says where nothing was found.
func (p part) nothing() string {
	ask := p.ask
	if ask == "" && len(p.areas) > 0 {
		ask, _ = analyst.Ask(p.areas[0])
	}
	if ask == "" {
		return "Nothing about " + p.topic + " was said yet."
	}
	return "Nothing about " + p.topic + " was said yet; ask: " + ask
}

// The names of the kinds: in titles, and after "You write".
var (
	kindTitles = map[ba.ArtifactKind]string{ba.ArtifactBRD: "Business requirements", ba.ArtifactStories: "User stories",
		ba.ArtifactCriteria: "Acceptance criteria", ba.ArtifactRequirements: "Requirements", ba.ArtifactDocument: "Document"}
	kindNames = map[ba.ArtifactKind]string{ba.ArtifactBRD: "a Business Requirements Document (BRD)", ba.ArtifactStories: "user stories",
		ba.ArtifactCriteria: "acceptance criteria in Given, When, Then", ba.ArtifactRequirements: "a list of requirements", ba.ArtifactDocument: "a free document"}
)

// titleOf returns the title of an artifact for which nobody chose one.
func titleOf(v ba.Artifact, project string) string {
	what := kindTitles[v.Kind]
	if v.Kind == ba.ArtifactDocument && v.Instructions != "" {
		what = firstWords(v.Instructions, 60)
	}
	runes := []rune(what + ": " + project)
	return string(runes[:min(len(runes), ba.MaxNameLen)])
}

// firstWords returns the beginning of the first line, cut at a word.
func firstWords(s string, limit int) string {
	s, _, _ = strings.Cut(strings.TrimSpace(s), "\n")
	runes := []rune(strings.TrimRight(strings.TrimSpace(s), ".:; "))
	if len(runes) <= limit {
		return string(runes)
	}
	cut := string(runes[:limit])
	if at := strings.LastIndexByte(cut, ' '); at > limit/2 {
		cut = cut[:at]
	}
	return cut + " …"
}

// plan returns the sections of an artifact's kind, for the requirements that
// there are.
func (g *generation) plan() []part {
	switch g.v.Kind {
	case ba.ArtifactBRD:
		return g.planBRD()
	case ba.ArtifactStories:
		return append(g.planEach("stories", "Stories", byPriority, (*generation).stories), sourcesPart)
	case ba.ArtifactCriteria:
		return append(g.planEach("criteria", "Criteria", byPriority, (*generation).criteria), sourcesPart)
	case ba.ArtifactRequirements:
		return append(g.planEach("requirements", "Requirements", byType, nil), questionsPart, sourcesPart)
	}
	return []part{
		{key: "answer", title: "What the sources say", purpose: "What the material says on the wishes of the person, in the order that serves the reader.", topic: "this", ask: "What should this document be about?", rules: (*generation).answer},
		{key: "requirements", title: "Requirements on this", topic: "requirements on this", ask: "Which rules hold here?", own: (*generation).related},
		questionsPart, sourcesPart,
	}
}

var (
	questionsPart = part{key: "questions", title: "Open questions", topic: "open questions", own: (*generation).questions}
	sourcesPart   = part{key: "sources", title: "Sources", topic: "sources", own: (*generation).sources}
)

func (g *generation) planBRD() []part {
	parts := []part{
		{key: "summary", title: "Executive summary", topic: "the whole", purpose: "For a reader with one minute: what is wanted and why, the weightiest requirements by key, what is open. Half a page at most.",
			areas: []string{analyst.AreaObjective}, rules: (*generation).summary},
		{key: "context", title: "Context", topic: "how it is done today", purpose: "How it is done today, and where it hurts.", areas: []string{analyst.AreaPains}},
		{key: "objectives", title: "Objectives", topic: "objectives", purpose: "What should be different when this is done, for whom, and why now.", areas: []string{analyst.AreaObjective}},
		{key: "personas", title: "Personas", topic: "the people who use it", purpose: "Who uses it: each group, how many, how often, what they want.", areas: []string{analyst.AreaUsers}},
		{key: "flows", title: "Flows", topic: "the normal case", purpose: "The normal case step by step, then the exceptions.", areas: []string{analyst.AreaFlow, analyst.AreaEdges}},
	}
	parts = append(parts, g.planEach("requirements", "Requirements", byPriority, nil)...)
	return append(parts,
		part{key: "processes", title: "Processes and interfaces", topic: "other processes and systems", purpose: "Which processes and systems it touches: what comes in from where, what goes out to whom.", areas: []string{analyst.AreaProcesses}},
		part{key: "stakeholders", title: "Stakeholders", topic: "stakeholders", purpose: "Who decides, pays, must agree, or is affected.", areas: []string{analyst.AreaStakeholder}},
		part{key: "metrics", title: "Success metrics", topic: "metrics", purpose: "Which number tells that it worked: from which value to which, by when, measured how.", areas: []string{analyst.AreaMeasures}},
		part{key: "compliance", title: "Compliance", topic: "compliance", purpose: "Laws, standards, contracts and internal rules that apply.", areas: []string{analyst.AreaCompliance}},
		part{key: "assumptions", title: "Assumptions and constraints", topic: "assumptions and constraints", purpose: "What is fixed, what is out of scope, what is taken for granted without proof.", areas: []string{analyst.AreaConstraints}, rules: (*generation).assumptions},
		part{key: "risks", title: "Risks", topic: "risks", purpose: "What could make this fail, and what it depends on.", areas: []string{analyst.AreaRisks}},
		questionsPart, sourcesPart)
}

// group is the requirements that one section shows.
type group struct {
	key, title string
	has        func(*ba.Requirement) bool
}

var byPriority = []group{
	{"must", "must have", func(r *ba.Requirement) bool { return r.Priority == ba.PriorityMust }},
	{"should", "should have", func(r *ba.Requirement) bool { return r.Priority == ba.PriorityShould }},
	{"could", "could have", func(r *ba.Requirement) bool { return r.Priority == ba.PriorityCould }},
	{"wont", "not this time", func(r *ba.Requirement) bool { return r.Priority == ba.PriorityWont }},
	{"undecided", "priority not decided", func(r *ba.Requirement) bool { return !r.Priority.Valid() }},
}

var byType = []group{
	typed(ba.RequirementFunctional, "functional"), typed(ba.RequirementQuality, "quality"), typed(ba.RequirementConstraint, "constraints"),
	typed(ba.RequirementBusinessRule, "business rules"), typed(ba.RequirementInterface, "interfaces"), typed(ba.RequirementData, "data"),
}

func typed(t ba.RequirementType, title string) group {
	return group{string(t), title, func(r *ba.Requirement) bool { return r.Type == t }}
}

// planEach returns a section for each group that has requirements, and one that
// says that there are none where there are none at all. A section without
// rules of its own lists the objects.
func (g *generation) planEach(key, title string, groups []group, rules func(*generation, *ba.Section)) []part {
	var parts []part
	for _, group := range groups {
		p := part{key: key + "_" + group.key, title: title + ": " + group.title, topic: strings.ToLower(title), own: rules}
		for i := range g.m.requirements {
			if group.has(&g.m.requirements[i]) {
				p.shows = append(p.shows, g.m.requirements[i].ID)
			}
		}
		if len(p.shows) == 0 {
			continue
		}
		if rules == nil {
			p.own = (*generation).list
		}
		parts = append(parts, p)
	}
	if len(parts) == 0 {
		none := part{key: key, title: title, topic: strings.ToLower(title), ask: "Who shall be able to do what, and which rules must hold?"}
		none.own = func(_ *generation, s *ba.Section) { s.Text = none.nothing() }
		return []part{none}
	}
	return parts
}

func count(n int, one string) string {
	switch {
	case n == 0:
		return "no " + one + "s"
	case n == 1:
		return "1 " + one
	case strings.HasSuffix(one, "y"):
		return fmt.Sprintf("%d %sies", n, strings.TrimSuffix(one, "y"))
	}
	return fmt.Sprintf("%d %ss", n, one)
}
