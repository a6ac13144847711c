package export

import (
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/language"
)

// runs writes runs; consecutive ones with the same address are one link.
func (d *docxWriter) runs(runs []run) {
	for i := 0; i < len(runs); {
		href := runs[i].href
		end := i + 1
		for end < len(runs) && runs[end].href == href {
			end++
		}
		if href != "" {
			d.put(`<w:hyperlink r:id="link`, strconv.Itoa(d.link(href)), `" w:history="1">`)
		}
		for _, r := range runs[i:end] {
			d.run(r)
		}
		if href != "" {
			d.put(`</w:hyperlink>`)
		}
		i = end
	}
}

// link returns the number of the relationship for an address.
func (d *docxWriter) link(href string) int {
	if i := slices.Index(d.links, href); i >= 0 {
		return i + 1
	}
	d.links = append(d.links, href)
	return len(d.links)
}

func (d *docxWriter) run(r run) {
	switch {
	case r.line:
		d.put(`<w:r><w:br/></w:r>`)
	case r.note > 0:
		d.put(`<w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteReference w:id="`, strconv.Itoa(d.footnote(d.doc.notes[r.note-1])), `"/></w:r>`)
	default:
		for _, p := range pieces(r.text) {
			d.put(`<w:r>`, docxProperties(r, p), docxTextOf(p.text), `</w:r>`)
		}
	}
}

// footnote adds a footnote and returns its id. Each place has its own, since
// Word numbers them by place.
func (d *docxWriter) footnote(text string) int {
	id := len(d.notes) + 1
	n := &docxWriter{}
	n.put(`<w:footnote w:id="`, strconv.Itoa(id), `"><w:p><w:pPr><w:pStyle w:val="FootnoteText"/>`, docxBidi(text), `</w:pPr><w:r><w:rPr><w:rStyle w:val="FootnoteReference"/></w:rPr><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> </w:t></w:r>`)
	n.runs(textRuns(text))
	n.put(`</w:p></w:footnote>`)
	d.notes = append(d.notes, n.out.String())
	return id
}

// docxTextOf is text with its tabs as elements.
func docxTextOf(s string) string {
	var b strings.Builder
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			b.WriteString(`<w:tab/>`)
		}
		if part != "" {
			b.WriteString(`<w:t xml:space="preserve">` + attrText(part) + `</w:t>`)
		}
	}
	return b.String()
}

// docxProperties returns the properties of a run in the order of the schema:
// style, fonts, bold, italic, strike, direction, language.
func docxProperties(r run, p piece) string {
	var b strings.Builder
	switch {
	case r.href != "":
		b.WriteString(`<w:rStyle w:val="Hyperlink"/>`)
	case r.code:
		b.WriteString(`<w:rStyle w:val="CodeChar"/>`)
	}
	b.WriteString(docxFonts(p))
	for _, f := range []struct {
		on   bool
		tags string
	}{{r.bold, `<w:b/><w:bCs/>`}, {r.italic, `<w:i/><w:iCs/>`}, {r.strike, `<w:strike/>`}, {p.script == scriptArabic || p.script == scriptHebrew, `<w:rtl/>`}} {
		if f.on {
			b.WriteString(f.tags)
		}
	}
	b.WriteString(docxLanguage(p))
	if b.Len() == 0 {
		return ""
	}
	return `<w:rPr>` + b.String() + `</w:rPr>`
}

// docxFonts names fonts that both Windows and Mac have for a script; other
// programs choose one by the language.
func docxFonts(p piece) string {
	font := ""
	switch p.script {
	case scriptHan:
		font = "Microsoft YaHei"
	case scriptKana:
		font = "Yu Gothic"
	case scriptHangul:
		font = "Malgun Gothic"
	case scriptEmoji:
		return `<w:rFonts w:ascii="Segoe UI Emoji" w:hAnsi="Segoe UI Emoji" w:eastAsia="Segoe UI Emoji" w:cs="Segoe UI Emoji"/>`
	default:
		return ""
	}
	return `<w:rFonts w:eastAsia="` + font + `" w:hint="eastAsia"/>`
}

// docxLanguage names the language of a piece, for spelling and hyphenation; of
// Latin text it is that of the document.
func docxLanguage(p piece) string {
	switch p.script {
	case scriptHan:
		return `<w:lang w:eastAsia="zh-CN"/>`
	case scriptKana:
		return `<w:lang w:eastAsia="ja-JP"/>`
	case scriptHangul:
		return `<w:lang w:eastAsia="ko-KR"/>`
	case scriptArabic:
		return `<w:lang w:bidi="` + arabicLanguage(p.text) + `"/>`
	case scriptHebrew:
		return `<w:lang w:bidi="he-IL"/>`
	case scriptGreek:
		return `<w:lang w:val="el-GR"/>`
	case scriptCyrillic:
		return `<w:lang w:val="` + cyrillicLanguage(p.text) + `"/>`
	}
	return ""
}

// arabicLanguage tells Persian by the letters that Arabic has not.
func arabicLanguage(s string) string {
	if strings.ContainsAny(s, "پچژگ") {
		return "fa-IR"
	}
	return "ar-SA"
}

// cyrillicLanguage tells Ukrainian by the letters that Russian has not.
func cyrillicLanguage(s string) string {
	if strings.ContainsAny(s, "іїєґІЇЄҐ") {
		return "uk-UA"
	}
	return "ru-RU"
}

// wordLanguage returns a language with the region that Word expects.
func wordLanguage(name string) string {
	tag, err := language.Parse(name)
	if err != nil {
		return "en-US"
	}
	base, _ := tag.Base()
	region, _ := tag.Region()
	return base.String() + "-" + region.String()
}
