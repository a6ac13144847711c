package preflight

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// HumanOptions say for what the report is written.
type HumanOptions struct {
	Width  int  // columns; 0 means 80
	Colour bool // ANSI colours, for terminals only
	All    bool // every finding, check and row in full; otherwise long lists end in a count
}

// most is how many findings of one check, and pieces of evidence of one
// finding, are shown unless all are asked for.
const (
	mostFindings = 6
	mostEvidence = 5
)

// WriteHuman writes the report for a person: verdict first, then what to do in
// the order to do it, then every row with its state. Whatever comes from the
// repository or a host is printed as data.
func (r *Report) WriteHuman(w io.Writer, o HumanOptions) error {
	if o.Width < 40 {
		o.Width = 80
	}
	h := &human{Report: r, o: o, w: bufio.NewWriter(w)}
	h.head()
	h.findings(Fail, "BLOCKER", "31;1")
	h.findings(Warn, "WARNING", "33;1")
	h.short(Question, "Questions that no program can answer", "36;1")
	h.short(Info, "Good to know", "")
	h.rows()
	h.foot()
	return h.w.Flush()
}

type human struct {
	*Report
	o HumanOptions
	w *bufio.Writer
}

func (h *human) line(format string, args ...any) {
	fmt.Fprintf(h.w, format+"\n", args...)
}

func (h *human) paint(code, s string) string {
	if !h.o.Colour || code == "" {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

// block writes text under a label, indented behind it.
func (h *human) block(indent int, label, text string) {
	if text == "" {
		return
	}
	pad := strings.Repeat(" ", indent)
	lines := paragraphs(text, h.o.Width-indent-8)
	for i, l := range lines {
		head := "        "
		if i == 0 {
			head = h.paint("2", fmt.Sprintf("%-8s", label))
		}
		h.line("%s%s%s", pad, head, l)
	}
}

func (h *human) head() {
	colour := "32;1"
	if !h.Verdict.Ready {
		colour = "31;1"
	} else if len(h.Errors) > 0 || h.Verdict.Warns > 0 {
		colour = "33;1"
	}
	for i, l := range wrap(h.Headline(), h.o.Width) {
		if i > 0 {
			l = "  " + l
		}
		h.line("%s", h.paint(colour, l))
	}
	for _, g := range h.Sources {
		state := "looked at"
		switch {
		case !g.Given:
			state = "not looked at"
		case g.Reason != "":
			state = "in part"
		}
		text := oneLine(strings.Join(nonEmpty(g.Seen, g.Reason), "; "))
		for i, l := range wrap(text, h.o.Width-27) {
			if i == 0 {
				h.line("  %-9s %-14s %s", g.Source, state, l)
				continue
			}
			h.line("  %-24s %s", "", l)
		}
	}
	for _, e := range h.Errors {
		h.block(2, "Problem", e)
	}
}

func nonEmpty(list ...string) []string {
	var out []string
	for _, s := range list {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// counted returns the findings of a level that count, grouped by id in order.
func (r *Report) counted(level Level) [][]Finding {
	var out [][]Finding
	for _, f := range r.Findings {
		if f.Level != level || f.Suppressed != "" || f.Baseline {
			continue
		}
		if n := len(out); n > 0 && out[n-1][0].ID == f.ID {
			out[n-1] = append(out[n-1], f)
			continue
		}
		out = append(out, []Finding{f})
	}
	return out
}

func (h *human) findings(level Level, word, colour string) {
	for i, group := range h.counted(level) {
		rule := h.rules[group[0].ID]
		h.line("")
		h.line("%s  %s  %s", h.paint(colour, fmt.Sprintf("%s %d", word, i+1)), h.paint("1", rule.ID), h.paint("2", rule.Phase().String()))
		for _, l := range wrap(oneLine(commonTitle(group, rule)), h.o.Width-2) {
			h.line("  %s", h.paint("1", l))
		}
		for j, f := range group {
			if j == mostFindings && !h.o.All && len(group) > mostFindings+1 {
				h.line("  and %d more of this kind (--all shows them)", len(group)-j)
				break
			}
			h.finding(f, len(group) > 1)
		}
		h.texts(group)
	}
}

// commonTitle is the title of the findings if they share one, else the rule's.
func commonTitle(group []Finding, rule *Rule) string {
	for _, f := range group[1:] {
		if f.Title != group[0].Title {
			return rule.Title
		}
	}
	return group[0].Title
}

func (h *human) finding(f Finding, several bool) {
	if several && f.Title != h.rules[f.ID].Title {
		for _, l := range wrap(oneLine(f.Title), h.o.Width-4) {
			h.line("  - %s", l)
		}
	}
	if f.Path != "" {
		h.block(4, "Path", oneLine(f.Path))
	}
	for i, e := range f.Evidence {
		if i == mostEvidence && !h.o.All && len(f.Evidence) > mostEvidence+1 {
			h.line("    and %d more places", len(f.Evidence)-i)
			break
		}
		h.evidence(e)
	}
	h.block(4, "How", f.Detail)
	if several && f.Fix != h.rules[f.ID].Fix {
		h.block(4, "Fix", f.Fix)
	}
}

func (h *human) evidence(e Evidence) {
	place := oneLine(e.File)
	if e.Line > 0 {
		place = fmt.Sprintf("%s:%d", place, e.Line)
	}
	if e.Commit != "" {
		place = strings.TrimSpace(place + " in commit " + oneLine(e.Commit[:min(12, len(e.Commit))]))
	}
	if e.Request != "" {
		place = strings.TrimSpace(place + " " + oneLine(e.Request))
	}
	note := oneLine(e.Note)
	if note != "" {
		note = "  " + h.paint("2", "<- "+note)
	}
	h.line("    %s%s", h.paint("36", place), note)
	lines := strings.Split(strings.TrimRight(Printable(e.Excerpt), "\n"), "\n")
	for i, l := range lines {
		if l == "" || i == 5 {
			break
		}
		h.line("      %s", cut(l, h.o.Width-6))
	}
}

// cut shortens a line of source, which is never wrapped.
func cut(s string, width int) string {
	if r := []rune(s); len(r) > width {
		return string(r[:width-3]) + "..."
	}
	return s
}

// texts writes what the findings of a group have in common.
func (h *human) texts(group []Finding) {
	f, rule := group[0], h.rules[group[0].ID]
	h.block(2, "Why", f.Why)
	if len(group) == 1 || f.Fix == rule.Fix {
		h.block(2, "Fix", f.Fix)
	}
	h.block(2, "Verify", f.Verify)
	if f.FixCost != "" {
		h.block(2, "Effort", fmt.Sprintf("%s now; recovery cost once it has happened: %s", f.FixCost, f.Cost))
	}
	h.block(2, "Rows", strings.Join(f.Rows, " "))
}

// short writes findings with a line or two each.
func (h *human) short(level Level, title, colour string) {
	groups := h.counted(level)
	if len(groups) == 0 {
		return
	}
	h.line("")
	h.line("%s", h.paint(colour, title))
	for _, group := range groups {
		for i, f := range group {
			if i == 2 && !h.o.All && len(group) > 3 {
				h.line("  %-8s and %d more (--all shows them)", f.ID, len(group)-i)
				break
			}
			h.shortFinding(f)
		}
	}
}

func (h *human) shortFinding(f Finding) {
	text := oneLine(f.Title)
	if f.Level == Question && !strings.HasSuffix(text, "?") {
		text += "?"
	}
	if f.Detail != "" {
		if !strings.ContainsAny(text[len(text)-1:], ".?!:") {
			text += "."
		}
		text += " " + oneLine(f.Detail)
	}
	if len(f.Evidence) > 0 && f.Evidence[0].File != "" {
		e := f.Evidence[0]
		text += fmt.Sprintf(" [%s", oneLine(e.File))
		if e.Line > 0 {
			text += fmt.Sprintf(":%d", e.Line)
		}
		text += "]"
	}
	for i, l := range wrap(text, h.o.Width-11) {
		id := ""
		if i == 0 {
			id = f.ID
		}
		h.line("  %-8s %s", id, l)
	}
}

var stateOrder = []State{StateFail, StateQuestion, StateNotChecked, StatePass, StateNotApplicable}

var stateWords = map[State]string{
	StateFail: "found", StateQuestion: "question", StateNotChecked: "not checked", StatePass: "passed", StateNotApplicable: "not applicable",
}

// rows writes the ten pitfalls with a line each, then all others by state.
func (h *human) rows() {
	h.line("")
	h.line("%s", h.paint("1", "The ten pitfalls"))
	byState := map[State][]string{}
	for _, row := range h.Rows {
		if !isPitfall(row.ID) && !h.o.All {
			byState[row.State] = append(byState[row.State], row.ID)
			continue
		}
		word := stateWords[row.State]
		switch {
		case row.State == StateFail && row.Level == Warn:
			word = "warning"
		case len(row.Passed) > 0 && (row.State == StateNotChecked || row.State == StateQuestion):
			word = "in part"
		}
		why := strings.Join(row.Failed, " ")
		switch row.State {
		case StateNotChecked:
			why = oneLine(firstReason(row.Reason))
			if len(row.Passed) > 0 {
				why = "nothing found so far; " + why
			}
		case StateQuestion:
			why = "ask " + strings.Join(row.Questions, " ")
			if len(row.Passed) > 0 {
				why = "nothing found so far; " + why
			}
		}
		text := row.Title
		if why != "" {
			text += ": " + why
		}
		for i, l := range wrap(text, h.o.Width-22) {
			if i > 0 {
				h.line("  %-19s %s", "", l)
				continue
			}
			h.line("  %-4s %s %s", row.ID, h.paint(rowColour(row), fmt.Sprintf("%-14s", word)), l)
		}
	}
	if len(byState) == 0 {
		return
	}
	h.line("%s", h.paint("1", "All other rows"))
	for _, s := range stateOrder {
		if ids := byState[s]; len(ids) > 0 {
			for i, l := range wrap(strings.Join(ids, " "), h.o.Width-22) {
				word := ""
				if i == 0 {
					word = stateWords[s]
				}
				h.line("       %-14s %s", word, l)
			}
		}
	}
}

func firstReason(s string) string {
	s, _, _ = strings.Cut(s, "; ")
	return s
}

func rowColour(row RowLine) string {
	switch {
	case row.State == StateFail && row.Level == Fail:
		return "31"
	case row.State == StateFail:
		return "33"
	case row.State == StatePass:
		return "32"
	}
	return "2"
}

func isPitfall(id string) bool { return id[0] == 'P' && !strings.Contains(id, "w") }

func (h *human) foot() {
	h.line("")
	ids := h.counted(Fail)
	if len(ids) == 0 {
		ids = h.counted(Warn)
	}
	if len(ids) > 0 {
		h.line("preflight explain %s shows a check with a bad and a good example.", ids[0][0].ID)
	}
	for _, g := range h.Sources {
		if g.Source == Live && !g.Given && h.Target.URL == "" {
			h.line("preflight https://your.site checks the running deployment as well.")
		}
	}
}
