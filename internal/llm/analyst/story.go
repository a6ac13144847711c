package analyst

import (
	"fmt"
	"strings"
)

// draftStories writes user stories from the demands, one each.
func draftStories(t *turn) (string, bool) {
	m, ready := t.gather(asksStories)
	if !ready {
		return "", false
	}
	var stories, rules []string
	benefits, actors := 0, 0
	for _, d := range m.demands {
		if d.passive() {
			rules = append(rules, d.source)
			continue
		}
		if d.reason == "" {
			benefits++
		}
		if d.system {
			actors++
		}
		stories = append(stories, d.story())
	}
	for _, r := range m.rules {
		rules = append(rules, r.where()+": "+r.cited(-1))
	}
	if len(stories) == 0 {
		return m.nothingToDraft("user stories"), true
	}
	blocks := []string{fmt.Sprintf("**Draft user stories%s**\n\n%s", m.about(), draftMark),
		numbered(stories[:min(len(stories), maxDrafted)])}
	if more := shortened(len(stories)); more != "" {
		blocks = append(blocks, more)
	}
	if len(rules) > 0 {
		blocks = append(blocks, "**Rules that are no story by themselves** (quality, data or decisions; they belong to the criteria):\n\n"+list(rules[:min(len(rules), 6)]))
	}
	blocks = append(blocks, m.concerns()...)
	return strings.Join(append(blocks, storyGaps(benefits, actors, t.talk.covered())), "\n\n"), true
}

func list(items []string) string { return "- " + strings.Join(items, "\n- ") }

// story writes the demand as a user story with its source.
func (d demand) story() string { return d.wish() + "\n   Source: " + d.source }

// wish writes the demand as the sentence of a user story.
func (d demand) wish() string {
	var b strings.Builder
	switch {
	case d.system:
		fmt.Fprintf(&b, "As a **…** *(who benefits is not stated)*, I want %s to %s", escape(definite(d.actor)), escape(d.negated()))
	case d.able:
		fmt.Fprintf(&b, "As %s, I want to %s", d.role(), escape(d.negated()))
	default:
		fmt.Fprintf(&b, "As %s, I have to %s", d.role(), escape(d.negated()))
	}
	if d.condition != "" {
		b.WriteString(" " + escape(d.condition))
	}
	if d.reason != "" {
		b.WriteString(", so that " + escape(d.reason))
	} else {
		b.WriteString(", so that … *(benefit not stated)*")
	}
	return b.String() + "."
}

func (d demand) negated() string {
	if d.denied {
		return "never " + d.action
	}
	return d.action
}

// role returns the actor with an article, in the singular where that is plain.
func (d demand) role() string {
	name := strings.ToLower(d.actor)
	if strings.EqualFold(name, "we") || strings.EqualFold(name, "i") {
		return "**…** *(who is \"" + name + "\"?)*"
	}
	if strings.HasSuffix(name, "s") && !strings.HasSuffix(name, "ss") && !strings.Contains(name, " or ") && !strings.Contains(name, " and ") {
		name = singular(name)
	}
	for _, t := range tokenise(name) {
		if collectives[t.word] {
			return "the **" + escape(name) + "**"
		}
	}
	article := "a"
	if strings.ContainsRune("aeio", rune(name[0])) {
		article = "an"
	}
	return article + " **" + escape(name) + "**"
}

// collectives name a group by a word in the singular.
var collectives = wordSet(`desk staff team department management board personnel police council committee public government office`)

func singular(name string) string {
	switch {
	case strings.HasSuffix(name, "ies"):
		return name[:len(name)-3] + "y"
	case hasAnySuffix(name, "sses", "xes", "ches", "shes"):
		return name[:len(name)-2]
	}
	return name[:len(name)-1]
}

// definite puts an article before a system's name.
func definite(actor string) string {
	first, _, _ := strings.Cut(actor, " ")
	if strings.ToUpper(first) == first && len(first) > 1 || strings.HasSuffix(actor, "s") {
		return actor // an abbreviation, or several
	}
	return "the " + lowerFirst(actor)
}

func storyGaps(benefits, actors int, c *coverage) string {
	var gaps []string
	if benefits > 0 {
		gaps = append(gaps, fmt.Sprintf("%s without a stated benefit: ask what %s good for.", countOf(benefits, "story", "stories"), isAre(benefits)))
	}
	if facts := c.facts[areaNamed("Objective")]; benefits > 0 && len(facts) > 0 {
		gaps = append(gaps, "Check each against the objective that you named: "+own(facts[0], 160))
	}
	if actors > 0 {
		gaps = append(gaps, fmt.Sprintf("%s where only the system acts: ask who needs it.", countOf(actors, "story", "stories")))
	}
	if len(gaps) == 0 {
		return "Say \"draft acceptance criteria\" to go on."
	}
	return "**Gaps:**\n\n" + list(gaps) + "\n\nSay \"draft acceptance criteria\" to go on."
}

func countOf(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

func isAre(n int) string {
	if n == 1 {
		return "it is"
	}
	return "they are"
}
