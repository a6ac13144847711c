package preflight

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// WriteMarkdown writes the report as a checklist for an issue or a pull
// request: what to do in order, the questions, and every row in a table.
func (r *Report) WriteMarkdown(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "# preflight\n\n**%s**\n\n", markdownText(r.Headline()))
	for _, e := range r.Errors {
		fmt.Fprintf(b, "> %s\n\n", markdownText(e))
	}
	for _, part := range []struct {
		level Level
		title string
	}{{Fail, "Blockers"}, {Warn, "Warnings"}, {Question, "Questions"}, {Info, "Good to know"}} {
		groups := r.counted(part.level)
		if len(groups) == 0 {
			continue
		}
		fmt.Fprintf(b, "## %s\n\n", part.title)
		for _, group := range groups {
			for i := range group {
				group[i].markdown(b)
			}
		}
		fmt.Fprintln(b)
	}
	fmt.Fprint(b, "## Every row\n\n| row | | state | by |\n| --- | --- | --- | --- |\n")
	for _, row := range r.Rows {
		by := strings.Join(append(append(append([]string{}, row.Failed...), row.Questions...), row.NotChecked...), " ")
		if row.State == StatePass {
			by = strings.Join(row.Passed, " ")
		}
		if row.State == StateNotChecked {
			by += " (" + markdownText(firstReason(row.Reason)) + ")"
		}
		fmt.Fprintf(b, "| %s | %s | %s | %s |\n", row.ID, markdownText(row.Title), stateWords[row.State], by)
	}
	return b.Flush()
}

func (f *Finding) markdown(w io.Writer) {
	fmt.Fprintf(w, "- [ ] **%s** %s", f.ID, markdownText(f.Title))
	if f.Path != "" {
		fmt.Fprintf(w, " (%s)", markdownText(f.Path))
	}
	fmt.Fprintln(w)
	for i, e := range f.Evidence {
		if i == mostEvidence {
			fmt.Fprintf(w, "  - and %d more places\n", len(f.Evidence)-i)
			break
		}
		fmt.Fprintf(w, "  - %s\n", markdownCode(e.place()))
	}
	for _, part := range []struct{ label, text string }{{"How", f.Detail}, {"Why", f.Why}, {"Fix", f.Fix}, {"Verify", f.Verify}} {
		if part.text != "" && f.Level >= Warn {
			fmt.Fprintf(w, "  - %s: %s\n", part.label, markdownText(part.text))
		}
	}
}

var markdownEscapes = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "<", "&lt;", ">", "&gt;", "[", `\[`, "]", `\]`, "|", `\|`, "&", "&amp;", "@", "&#64;")

// markdownText makes text safe inside a paragraph or a table cell: no markup,
// no link, no mention.
func markdownText(s string) string { return markdownEscapes.Replace(oneLine(s)) }

func markdownCode(s string) string { return "`" + strings.ReplaceAll(oneLine(s), "`", "'") + "`" }
