package preflight

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Explain writes the page of a rule: what it is, why it matters, how it is
// looked for, how to repair it, and an example of either outcome.
func (r *Rule) Explain(w io.Writer, width int) error {
	if width < 40 {
		width = 80
	}
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "%s  %s\n", r.ID, r.Title)
	fmt.Fprintf(b, "%s, %s%s\n", r.Level, r.Phase(), r.reads())
	part := func(title, text string) {
		if text == "" {
			return
		}
		fmt.Fprintf(b, "\n%s\n", title)
		for _, l := range paragraphs(text, width-2) {
			fmt.Fprintf(b, "  %s\n", l)
		}
	}
	part("Why it matters", r.Why)
	part("What is looked for", r.Detect)
	part("Where it stays silent", r.Silent)
	part("How to repair it", r.Fix)
	part("How to see that it is repaired", r.Verify)
	if r.FixCost != "" {
		part("Effort", fmt.Sprintf("%s now; recovery cost once it has happened: %s", r.FixCost, r.Cost))
	}
	example(b, "With the fault", r.Bad)
	example(b, "Without it", r.Good)
	part("Source", r.Sourced)
	part("Rows", strings.Join(r.Rows, " "))
	return b.Flush()
}

func (r *Rule) reads() string {
	var names []string
	for _, s := range r.Sources {
		names = append(names, string(s))
	}
	if len(names) == 0 {
		return ""
	}
	out := ", reads " + strings.Join(names, ", ")
	if r.OptIn {
		out += ", only when asked for"
	}
	return out
}

// example writes text as it is, indented.
func example(w io.Writer, title, text string) {
	if text == "" {
		return
	}
	fmt.Fprintf(w, "\n%s\n", title)
	for _, l := range strings.Split(strings.TrimRight(text, "\n"), "\n") {
		fmt.Fprintf(w, "    %s\n", l)
	}
}
