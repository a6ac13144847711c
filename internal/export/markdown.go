package export

import (
	"bufio"
	"io"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/internal/markdown"
)

// writeMarkdown writes the sections' own Markdown below headings, tables of
// requirements, and the sources as footnotes ([^1], as GitHub and GitLab read
// them).
func writeMarkdown(w io.Writer, in Input, _ Options) error {
	b := bufio.NewWriter(w)
	d := &document{in: &in, byText: map[string]int{}}
	b.WriteString("# " + mdLine(in.Title) + "\n")
	for _, f := range in.facts() {
		b.WriteString("\n- **" + f.name + ":** " + mdLine(f.value))
	}
	b.WriteString("\n")
	for _, s := range in.Sections {
		mdSection(b, d, s)
	}
	if len(d.notes) > 0 {
		b.WriteString("\n## Sources\n")
	}
	for i, note := range d.notes {
		b.WriteString("\n[^" + strconv.Itoa(i+1) + "]: " + mdLine(note) + "\n")
	}
	return b.Flush()
}

func mdSection(b *bufio.Writer, d *document, s Section) {
	if s.Title != "" {
		b.WriteString("\n## " + mdLine(s.Title) + "\n")
	}
	if text := strings.TrimSpace(markdown.LevelHeadings(s.text(), 3)); text != "" {
		b.WriteString("\n" + d.footnotes(text) + "\n")
	}
	d.blocks = nil
	d.requirements(s.Requirements)
	for _, block := range d.blocks {
		if block.kind == blockHeading {
			b.WriteString("\n### " + mdLine(plain(block.runs)) + "\n")
			continue
		}
		mdTable(b, block.table)
	}
}

// footnotes makes footnotes of the citations in Markdown.
func (d *document) footnotes(text string) string {
	return markdown.ReplaceCitations(text, func(n int) string {
		r := d.citation(n, run{})
		if r.note == 0 {
			return r.text
		}
		return "[^" + strconv.Itoa(r.note) + "]"
	})
}

func mdTable(b *bufio.Writer, t *table) {
	b.WriteString("\n|")
	for _, c := range t.columns {
		b.WriteString(" " + mdCell(c.title) + " |")
	}
	b.WriteString("\n|" + strings.Repeat(" --- |", len(t.columns)) + "\n")
	for _, row := range t.rows {
		b.WriteString("|")
		for _, cell := range row {
			b.WriteString(" " + mdCell(cell) + " |")
		}
		b.WriteString("\n")
	}
}

func mdCell(runs []run) string {
	var b strings.Builder
	for _, r := range runs {
		switch {
		case r.line:
			b.WriteString("<br>")
		case r.note > 0:
			b.WriteString("[^" + strconv.Itoa(r.note) + "]")
		default:
			b.WriteString(mdEscape(r.text))
		}
	}
	return strings.TrimSpace(b.String())
}

// mdLine returns plain text as one line of Markdown that shows it as it is.
func mdLine(s string) string { return mdEscape(strings.Join(strings.Fields(s), " ")) }

var mdEscaper = strings.NewReplacer(`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", "&", "&amp;", "|", `\|`, "~", `\~`, "#", `\#`)

func mdEscape(s string) string { return mdEscaper.Replace(s) }
