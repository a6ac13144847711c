package artifact

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/prompt"
	"github.com/ba-assistant/ba-assistant/internal/term"
)

var (
	citationRE = regexp.MustCompile(`\s?\[(\d{1,3})\]`)
	keyRE      = regexp.MustCompile(`\bREQ-\d{1,9}\b`)
	quotedRE   = regexp.MustCompile(`"([^"\n]{12,})"|“([^”\n]{12,})”|«([^»\n]{12,})»|„([^“\n]{12,})“`)
	htmlRE     = regexp.MustCompile(`</?[A-Za-z!][^>\n]*>`)
)

// label marks what rests on no source.
const label = " *(assumption)*"

// check holds the text of a model to what it was shown: it takes out numbers
// of sources and keys of requirements that do not exist, labels quotations
// that stand in no source and paragraphs that rest on none, and says each.
func (g *generation) check(p part, s *ba.Section, shown prompt.ArtifactSection) {
	s.Text = strings.TrimSpace(htmlRE.ReplaceAllString(s.Text, ""))
	s.Text = withoutOwnTitle(s.Text, p.title)
	if s.Text == "" || strings.Contains(s.Text, p.nothing()) {
		s.Text = p.nothing()
		return
	}
	s.Text, s.Remarks = g.withoutStrangers(s.Text)
	lines := strings.Split(s.Text, "\n")
	var quotes, bare int
	for _, st := range statements(lines) {
		text := strings.Join(lines[st.first:st.last+1], " ")
		switch {
		case misquotes(text, shown):
			quotes++
		case st.supported || !states(text) || refers(text):
			continue
		default:
			bare++
		}
		lines[st.last] = labelled(lines[st.last])
	}
	s.Text = strings.Join(lines, "\n")
	if quotes > 0 {
		s.Remarks = append(s.Remarks, fmt.Sprintf("%s in no source word for word; labelled as an assumption.", verb(quotes, "quotation stands", "quotations stand")))
	}
	if bare > 0 {
		s.Remarks = append(s.Remarks, fmt.Sprintf("%s on no source; labelled as an assumption.", verb(bare, "statement rests", "statements rest")))
	}
}

func verb(n int, one, more string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, more)
}

// withoutOwnTitle takes off a first heading that repeats the section's title.
func withoutOwnTitle(text, title string) string {
	line, rest, _ := strings.Cut(text, "\n")
	if strings.HasPrefix(line, "#") && strings.EqualFold(strings.TrimSpace(strings.TrimLeft(line, "# ")), title) {
		return strings.TrimSpace(rest)
	}
	return text
}

// withoutStrangers takes out what refers to nothing, and says it.
func (g *generation) withoutStrangers(text string) (string, []string) {
	var remarks []string
	text = citationRE.ReplaceAllStringFunc(text, func(m string) string {
		n, _ := strconv.Atoi(citationRE.FindStringSubmatch(m)[1])
		if slices.ContainsFunc(g.v.Sources, func(s ba.Source) bool { return s.N == n }) {
			return m
		}
		remarks = append(remarks, fmt.Sprintf("The reference [%d] was taken out: there is no source with this number.", n))
		return ""
	})
	text = keyRE.ReplaceAllStringFunc(text, func(key string) string {
		if g.knows(key) {
			return key
		}
		remarks = append(remarks, "The reference to "+key+" was taken out: the project has no such requirement.")
		return "(no such requirement)"
	})
	return text, unique(remarks)
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

// knows reports whether a key is that of a requirement of the project, or one
// that the artifact shows.
func (g *generation) knows(key string) bool {
	n, ok := ba.ParseRequirementKey(key)
	has := func(r ba.Requirement) bool { return r.Number == n }
	return ok && (slices.ContainsFunc(g.m.requirements, has) || slices.ContainsFunc(g.v.Requirements, has))
}

// misquotes reports whether a line puts something into quotation marks that is
// word for word in nothing that the model was shown.
func misquotes(line string, shown prompt.ArtifactSection) bool {
	for _, m := range quotedRE.FindAllStringSubmatch(line, -1) {
		quote := oneLine(m[1] + m[2] + m[3] + m[4])
		quote = strings.Trim(quote, ".,;…")
		held := slices.ContainsFunc(shown.Quotes, func(q prompt.ArtifactQuote) bool { return strings.Contains(q.Text, quote) }) ||
			slices.ContainsFunc(shown.Requirements, func(r prompt.ArtifactRequirement) bool { return strings.Contains(r.Statement, quote) }) ||
			slices.ContainsFunc(shown.Notes, func(n string) bool { return strings.Contains(n, quote) })
		if !held {
			return true
		}
	}
	return false
}

// statement is the lines of a paragraph, a list item or a row.
type statement struct {
	first, last int
	supported   bool // it stands under a heading that names a requirement
}

// statements returns what states something: no headings, no code, no lines
// that rule a table and no row that names its columns.
func statements(lines []string) []statement {
	var found []statement
	supported, fenced, open := false, false, false
	for i, line := range lines {
		text := strings.TrimSpace(line)
		fence := strings.HasPrefix(text, "```")
		if fence {
			fenced = !fenced
		}
		switch {
		case fence || fenced || text == "" || ruleRE.MatchString(text):
			open = false
		case strings.HasPrefix(text, "#"):
			supported, open = keyRE.MatchString(text), false
		case strings.HasPrefix(text, "|") && i+1 < len(lines) && ruleRE.MatchString(strings.TrimSpace(lines[i+1])):
			open = false
		case open && !itemRE.MatchString(text):
			found[len(found)-1].last = i
		default:
			found = append(found, statement{i, i, supported})
			open = !strings.HasPrefix(text, "|")
		}
	}
	return found
}

var (
	ruleRE = regexp.MustCompile(`^[|:\s-]*-{3}[|:\s-]*$`)
	itemRE = regexp.MustCompile(`^(?:[-*+] |\d{1,3}[.)] |\|)`)
)

// states reports whether a text says something that can be wrong: no question,
// no line that leads to a list, no bare name.
func states(text string) bool {
	text = strings.TrimSpace(text)
	return !strings.HasSuffix(text, "?") && !strings.HasSuffix(text, ":") && len(strings.Fields(text)) >= 4
}

// refers reports whether a text names a source or a requirement, or is labelled.
func refers(text string) bool {
	return citationRE.MatchString(text) || keyRE.MatchString(text) || strings.Contains(text, strings.TrimSpace(label))
}

// labelled puts the label at the end of a line, in its last cell where it is a row.
func labelled(line string) string {
	trimmed := strings.TrimRight(line, " ")
	if strings.HasPrefix(strings.TrimSpace(line), "|") && strings.HasSuffix(trimmed, "|") {
		return strings.TrimRight(strings.TrimSuffix(trimmed, "|"), " ") + label + " |"
	}
	return trimmed + label
}

// wordsOf returns the terms of a text that tell something.
func wordsOf(text string) map[string]bool {
	found := make(map[string]bool)
	for _, t := range term.Terms(text) {
		if len(t) > 3 {
			found[t] = true
		}
	}
	return found
}
