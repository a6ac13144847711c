package export

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/ba-assistant/ba-assistant/ba"
)

// jiraSummary is the longest summary of an issue in characters.
const jiraSummary = 255

// writeJira writes the requirements as issues for Jira's import of CSV files
// (Atlassian Support, "Import data from a CSV file"): descriptions are in
// Jira's own notation, labels have a column each.
func writeJira(w io.Writer, in Input, opts Options) error {
	rows := [][]string{{"Summary", "Issue Type", "Priority", "Description", "External issue ID", "Labels", "Labels", "Labels"}}
	for _, r := range in.Requirements() {
		rows = append(rows, []string{jiraTitle(&r), jiraType(&r), jiraPriorities[r.Priority], jiraDescription(&r), r.Key(),
			strings.ReplaceAll(string(r.Type), "_", "-"), string(r.Status), strings.ToLower(support(&r))})
	}
	return writeRows(w, opts.BOM, rows)
}

// jiraPriorities are those of a new Jira; undecided is left to the project.
var jiraPriorities = map[ba.Priority]string{ba.PriorityMust: "Highest", ba.PriorityShould: "High", ba.PriorityCould: "Medium", ba.PriorityWont: "Lowest"}

func jiraType(r *ba.Requirement) string {
	if r.Type == ba.RequirementFunctional {
		return "Story"
	}
	return "Task"
}

func jiraTitle(r *ba.Requirement) string {
	title := r.Key() + " " + strings.Join(strings.Fields(r.Statement), " ")
	if utf8.RuneCountInString(title) <= jiraSummary {
		return title
	}
	return strings.TrimRight(string([]rune(title)[:jiraSummary-1]), " ") + "…"
}

func jiraDescription(r *ba.Requirement) string {
	var b strings.Builder
	b.WriteString("h3. " + r.Key() + "\n" + jiraText(r.Statement))
	if r.Rationale != "" {
		b.WriteString("\n\nh3. " + colRationale + "\n" + jiraText(r.Rationale))
	}
	if len(r.Criteria) > 0 {
		b.WriteString("\n\nh3. " + colCriteria)
	}
	for _, c := range r.Criteria {
		b.WriteString("\n* *Given* " + jiraText(c.Given) + " *When* " + jiraText(c.When) + " *Then* " + jiraText(c.Then))
	}
	if len(r.Links) > 0 {
		b.WriteString("\n\nh3. " + colSources)
	}
	for _, l := range r.Links {
		b.WriteString("\n* " + jiraText(linkText(l)))
	}
	return b.String()
}

// jiraEscaper keeps Jira from taking text for its notation, which could load
// pictures or mention people.
var jiraEscaper = strings.NewReplacer(`\`, `\\`, "{", `\{`, "}", `\}`, "[", `\[`, "]", `\]`, "!", `\!`, "*", `\*`, "|", `\|`, "~", `\~`, "^", `\^`)

func jiraText(s string) string { return jiraEscaper.Replace(s) }
