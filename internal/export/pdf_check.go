package export

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxListed is how many characters a problem names.
const maxListed = 20

// checkPDF finds what cannot be set: scripts whose letters change their shape or
// run from right to left, and characters that no font has.
func checkPDF(in Input, fonts *Fonts) []Problem {
	if fonts == nil {
		fonts = defaultFonts()
	}
	var problems []Problem
	seen := map[rune]bool{}
	look := func(where, text string) {
		problems = append(problems, unprintable(where, text, fonts, seen)...)
	}
	look("", in.Title+"\n"+in.Project)
	for _, f := range in.facts() {
		look("", f.value)
	}
	for _, s := range in.Sections {
		d := &document{in: &in, byText: map[string]int{}}
		d.section(s)
		look(s.Title, d.allText())
	}
	return problems
}

// allText is everything that is shown of a document.
func (d *document) allText() string {
	var b strings.Builder
	add := func(runs []run) { b.WriteString(plain(runs) + "\n") }
	for _, block := range d.blocks {
		add(block.runs)
		b.WriteString(block.text + "\n")
		if block.table == nil {
			continue
		}
		for _, c := range block.table.columns {
			add(c.title)
		}
		for _, row := range block.table.rows {
			for _, cell := range row {
				add(cell)
			}
		}
	}
	b.WriteString(strings.Join(d.notes, "\n"))
	return b.String()
}

// unprintable returns a problem for each script, and one for all characters
// without a glyph. A character is reported once in a document.
func unprintable(where, text string, fonts *Fonts, seen map[rune]bool) []Problem {
	scripts, missing := map[string][]rune{}, []rune{}
	for _, r := range norm.NFC.String(text) {
		if seen[r] || r == '\n' || r == '\t' || invisibleRune(r) {
			continue
		}
		name := unshaped(r)
		_, found := fonts.choose(r, false)
		if name == "" && found {
			continue
		}
		seen[r] = true
		if name != "" {
			scripts[name] = append(scripts[name], r)
		} else {
			missing = append(missing, r)
		}
	}
	var problems []Problem
	for _, name := range sortedKeys(scripts) {
		problems = append(problems, Problem{Where: where, Text: listed(scripts[name]), Blocks: true, Offer: DOCX,
			Message: part(where) + " holds " + name + ", which the PDF export cannot shape. Choose Word, which can."})
	}
	if len(missing) > 0 {
		problems = append(problems, Problem{Where: where, Text: listed(missing), Blocks: true, Offer: DOCX,
			Message: part(where) + " holds characters that no font here has: " + listed(missing) + ". Choose Word, or ask your administrator to add a font for them."})
	}
	return problems
}

func part(where string) string {
	if where == "" {
		return "The title page"
	}
	return "The section \"" + where + "\""
}

// unshaped names the script of a character that needs more than its glyph:
// joining, reordering, marks placed on others, or a line from right to left.
func unshaped(r rune) string {
	switch scriptOf(r) {
	case scriptArabic:
		return "Arabic script"
	case scriptHebrew:
		return "Hebrew script"
	case scriptOther:
		for name, table := range unicode.Scripts {
			if unicode.Is(table, r) {
				return strings.ReplaceAll(name, "_", " ") + " script"
			}
		}
	}
	if unicode.IsMark(r) {
		return "accents that stand apart from their letters"
	}
	return ""
}

func listed(runes []rune) string {
	if len(runes) > maxListed {
		return string(runes[:maxListed]) + "…"
	}
	return string(runes)
}
