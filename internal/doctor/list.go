package doctor

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/ba-assistant/ba-assistant/preflight"
)

// Mark is how a row ended, in the three words that the operator needs.
type Mark string

// The marks. Warning is a fault that stops nothing.
const (
	Failed  Mark = "failed"
	Warning Mark = "warning"
	Unknown Mark = "cannot be known here"
	Proven  Mark = "proven"
)

// Line is one check as people read it.
type Line struct {
	ID    string
	Title string
	Rows  []string
	Mark  Mark
	Notes []Note
}

// Note is what was found, or seen, and what to do about it.
type Note struct{ Text, Fix string }

// Lines returns the checks of a report, the worst first. What does not apply
// is left out.
func Lines(r *preflight.Report) []Line {
	var out []Line
	for _, c := range r.Checks {
		l := Line{ID: c.ID, Title: c.Title, Rows: c.Rows, Mark: mark(c)}
		if l.Mark == "" {
			continue
		}
		for _, f := range r.Findings {
			if f.ID == c.ID {
				l.Notes = append(l.Notes, Note{Text: sentence(f), Fix: f.Fix})
			}
		}
		if len(l.Notes) == 0 && c.Reason != "" {
			l.Notes = []Note{{Text: upper(c.Reason)}}
		}
		out = append(out, l)
	}
	order := []Mark{Failed, Warning, Unknown, Proven}
	slices.SortStableFunc(out, func(a, b Line) int { return slices.Index(order, a.Mark) - slices.Index(order, b.Mark) })
	return out
}

func mark(c preflight.CheckLine) Mark {
	switch {
	case c.State == preflight.StateFail && c.Level == preflight.Fail:
		return Failed
	case c.State == preflight.StateFail:
		return Warning
	case c.State == preflight.StateNotChecked, c.State == preflight.StateQuestion:
		return Unknown
	case c.State == preflight.StateNotApplicable:
		return ""
	}
	return Proven
}

func sentence(f preflight.Finding) string {
	text := strings.TrimSuffix(f.Title, ".")
	if !strings.HasSuffix(text, "?") {
		text += "."
	}
	return strings.TrimSpace(text + " " + f.Detail)
}

func upper(s string) string {
	s = strings.ToUpper(s[:1]) + s[1:]
	if strings.HasSuffix(s, ".") || strings.Contains(s, "://") {
		return s
	}
	return s + "."
}

// Count returns how many lines have a mark.
func Count(lines []Line, m Mark) int {
	n := 0
	for _, l := range lines {
		if l.Mark == m {
			n++
		}
	}
	return n
}

// Write writes the lines for a terminal.
func Write(w io.Writer, lines []Line) error {
	var b strings.Builder
	fmt.Fprintf(&b, "%d failed, %d warnings, %d cannot be known here, %d proven\n", Count(lines, Failed), Count(lines, Warning), Count(lines, Unknown), Count(lines, Proven))
	for _, m := range []Mark{Failed, Warning, Unknown, Proven} {
		if Count(lines, m) > 0 {
			fmt.Fprintf(&b, "\n%s\n", strings.ToUpper(string(m)))
		}
		for _, l := range lines {
			if l.Mark == m {
				l.write(&b)
			}
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (l Line) write(b *strings.Builder) {
	fmt.Fprintf(b, "  %s  %s (%s)\n", l.ID, l.Title, strings.Join(l.Rows, " "))
	for _, n := range l.Notes {
		fmt.Fprintf(b, "          %s\n", n.Text)
		if n.Fix != "" {
			fmt.Fprintf(b, "          Fix: %s\n", n.Fix)
		}
	}
}
