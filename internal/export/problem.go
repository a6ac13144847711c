package export

import (
	"slices"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Problem is something that a format cannot carry, found before the export.
type Problem struct {
	Where   string // the section's title or the requirement's key; empty for the whole
	Message string // a sentence that says what and what to do
	Text    string // the characters in question; empty where it is not about characters
	Blocks  bool   // nothing is written until it is solved
	Offer   Format // a format without the problem; empty for none
}

// Check returns what the format cannot carry of in, nil where it can carry all.
// Problems that do not block are losses that the person should know of, such as
// the text of sections in a table.
func Check(in Input, f Format, opts Options) []Problem {
	var problems []Problem
	if f.Tabular() && len(in.Requirements()) == 0 {
		problems = append(problems, Problem{Message: "There are no requirements in it, so " + f.Label() + " would be empty. Choose Word, PDF, a web page or Markdown for the text.", Blocks: true, Offer: DOCX})
	}
	if f.Tabular() && hasText(in) {
		problems = append(problems, Problem{Message: f.Label() + " holds the requirements only. Choose Word, PDF, a web page or Markdown for the text around them.", Offer: DOCX})
	}
	if f == PDF {
		problems = append(problems, checkPDF(in, opts.Fonts)...)
	}
	if f == XLSX {
		problems = append(problems, checkXLSX(in)...)
	}
	return problems
}

// Blocked reports whether one of the problems keeps the export from happening.
func Blocked(problems []Problem) bool {
	return slices.ContainsFunc(problems, func(p Problem) bool { return p.Blocks })
}

func hasText(in Input) bool {
	return slices.ContainsFunc(in.Sections, func(s Section) bool { return s.Markdown != "" })
}

// problemError is the first blocking problem as an error.
func problemError(problems []Problem) error {
	i := slices.IndexFunc(problems, func(p Problem) bool { return p.Blocks })
	return &ba.Error{Kind: ba.Invalid, Code: "export_impossible", Msg: problems[i].Message}
}
