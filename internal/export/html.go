package export

import (
	"bufio"
	_ "embed"
	"html"
	"io"
	"strconv"
	"strings"
)

//go:embed style.css
var styleSheet string

// writeHTML writes one file that refers to nothing outside of itself: styles
// are in it, there is no script, and a policy in its head forbids both.
func writeHTML(w io.Writer, in Input, _ Options) error {
	d := compose(&in)
	h := &htmlWriter{b: bufio.NewWriter(w), refs: map[int]int{}}
	h.put(`<!doctype html><html lang="`, esc(in.language()), `"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">`,
		`<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"><meta name="referrer" content="no-referrer">`,
		`<title>`, esc(in.Title), `</title><style>`, styleSheet, "</style></head>\n<body>\n<header><h1 dir=\"auto\">", esc(in.Title), "</h1>\n<dl>")
	for _, f := range in.facts() {
		h.put("<div><dt>", f.name, "</dt><dd dir=\"auto\">", esc(f.value), "</dd></div>")
	}
	h.put("</dl></header>\n")
	h.contents(d)
	h.put("<main>\n")
	h.blocks(d.blocks)
	h.notes(d.notes)
	h.put("</main>\n</body></html>\n")
	return h.b.Flush()
}

type htmlWriter struct {
	b      *bufio.Writer
	open   []string    // end tags of what is open: quotations, lists and items
	quoted int         // how many of the open are quotations
	lists  []int       // the open lists
	refs   map[int]int // how often a note was referred to
}

func (h *htmlWriter) put(parts ...string) {
	for _, p := range parts {
		h.b.WriteString(p)
	}
}

func esc(s string) string { return html.EscapeString(s) }

// contents writes links to the headings of the first two levels.
func (h *htmlWriter) contents(d *document) {
	list := d.headings(2)
	if len(list) < 2 {
		return
	}
	h.put("<nav aria-label=\"Contents\"><h2>Contents</h2><ol>\n")
	for _, b := range list {
		h.put(`<li class="level-`, strconv.Itoa(b.level), `"><a href="#`, b.anchor, `" dir="auto">`, esc(plain(b.runs)), "</a></li>\n")
	}
	h.put("</ol></nav>\n")
}

// headings returns the headings down to a level.
func (d *document) headings(deepest int) []block {
	var out []block
	for _, b := range d.blocks {
		if b.kind == blockHeading && b.level <= deepest && len(b.runs) > 0 {
			out = append(out, b)
		}
	}
	return out
}

func (h *htmlWriter) blocks(blocks []block) {
	for _, b := range blocks {
		h.enter(b)
		h.block(b)
		h.put("\n")
	}
	h.closeTo(0)
}

// enter closes and opens lists and quotations, so that b stands where it
// belongs.
func (h *htmlWriter) enter(b block) {
	h.closeLists(b.inList)
	for h.quoted > b.quoted {
		h.closeTo(len(h.open) - 1)
	}
	for h.quoted < b.quoted {
		h.put("<blockquote>")
		h.open = append(h.open, "</blockquote>")
		h.quoted++
	}
	if b.kind == blockItem {
		h.enterItem(b)
	}
}

// enterItem opens the list and the item of a paragraph; one without a mark goes
// on with the item that is open.
func (h *htmlWriter) enterItem(b block) {
	if len(h.lists) == b.inList && h.lists[b.level] != b.list {
		h.closeLists(b.level)
	}
	opens := len(h.lists) < b.inList
	switch {
	case opens:
		h.openList(b)
	case b.mark != "":
		h.closeLists(b.inList)
		h.endItem()
	}
	if opens || b.mark != "" {
		h.put("<li>")
		h.open = append(h.open, "</li>")
	}
}

// endItem closes the open item of the innermost list.
func (h *htmlWriter) endItem() {
	for last := len(h.open) - 1; last >= 0 && h.open[last] != "</ul>" && h.open[last] != "</ol>"; last-- {
		h.pop()
	}
}

func (h *htmlWriter) openList(b block) {
	tag := "ul"
	if !b.bullet {
		tag = "ol"
	}
	h.put("<", tag)
	if start := strings.TrimSuffix(b.mark, "."); !b.bullet && start != "1" && start != "" {
		h.put(` start="`, esc(start), `"`)
	}
	h.put(">")
	h.open = append(h.open, "</"+tag+">")
	h.lists = append(h.lists, b.list)
}

// closeLists closes the lists below a level, their items included.
func (h *htmlWriter) closeLists(level int) {
	for len(h.lists) > level {
		last := len(h.open) - 1
		if end := h.open[last]; end == "</ul>" || end == "</ol>" {
			h.lists = h.lists[:len(h.lists)-1]
		}
		h.pop()
	}
}

func (h *htmlWriter) closeTo(n int) {
	for len(h.open) > n {
		if end := h.open[len(h.open)-1]; end == "</ul>" || end == "</ol>" {
			h.lists = h.lists[:len(h.lists)-1]
		}
		h.pop()
	}
}

func (h *htmlWriter) pop() {
	last := len(h.open) - 1
	if h.open[last] == "</blockquote>" {
		h.quoted--
	}
	h.put(h.open[last])
	h.open = h.open[:last]
}

func (h *htmlWriter) block(b block) {
	switch b.kind {
	case blockHeading:
		tag := "h" + strconv.Itoa(min(b.level+1, 6))
		h.put("<", tag, ` id="`, b.anchor, `" dir="auto">`)
		h.runs(b.runs)
		h.put("</", tag, ">")
	case blockCode:
		h.put("<pre><code>", esc(b.text), "</code></pre>")
	case blockRule:
		h.put("<hr>")
	case blockTable:
		h.table(b.table)
	default:
		h.put(`<p dir="auto">`)
		h.runs(b.runs)
		h.put("</p>")
	}
}

func (h *htmlWriter) table(t *table) {
	h.put(`<div class="table"><table><thead><tr>`)
	for _, c := range t.columns {
		h.cell("th", c.align, c.title)
	}
	h.put("</tr></thead>\n<tbody>\n")
	for _, row := range t.rows {
		h.put("<tr>")
		for i, cell := range row {
			align := ""
			if i < len(t.columns) {
				align = t.columns[i].align
			}
			h.cell("td", align, cell)
		}
		h.put("</tr>\n")
	}
	h.put("</tbody></table></div>")
}

func (h *htmlWriter) cell(tag, align string, runs []run) {
	h.put("<", tag, ` dir="auto"`)
	if align != "" {
		h.put(` class="`, align, `"`)
	}
	h.put(">")
	h.runs(runs)
	h.put("</", tag, ">")
}

func (h *htmlWriter) runs(runs []run) {
	for _, r := range runs {
		h.run(r)
	}
}

func (h *htmlWriter) run(r run) {
	if r.line {
		h.put("<br>")
		return
	}
	if r.note > 0 {
		n := strconv.Itoa(r.note)
		h.refs[r.note]++
		h.put(`<sup><a href="#source-`, n, `" id="cited-`, n, `-`, strconv.Itoa(h.refs[r.note]), `" aria-label="Source `, n, `">`, n, `</a></sup>`)
		return
	}
	var ends []string
	open := func(yes bool, tag, attrs string) {
		if yes {
			h.put("<", tag, attrs, ">")
			ends = append(ends, "</"+tag+">")
		}
	}
	open(r.href != "", "a", ` href="`+esc(r.href)+`" rel="noopener noreferrer"`)
	open(r.bold, "strong", "")
	open(r.italic, "em", "")
	open(r.strike, "del", "")
	open(r.code, "code", "")
	h.put(esc(r.text))
	for i := len(ends) - 1; i >= 0; i-- {
		h.put(ends[i])
	}
}

// notes writes the sources, each with a link back to where it is cited first.
func (h *htmlWriter) notes(notes []string) {
	if len(notes) == 0 {
		return
	}
	h.put("<section class=\"sources\"><h2 id=\"sources\">", notesHeading, "</h2><ol>\n")
	for i, note := range notes {
		n := strconv.Itoa(i + 1)
		h.put(`<li id="source-`, n, `" dir="auto">`, esc(note), ` <a href="#cited-`, n, `-1" aria-label="Back to the text">↩</a></li>`, "\n")
	}
	h.put("</ol></section>\n")
}
