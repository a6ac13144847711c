package extract

import (
	"encoding/xml"
	"io"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// readDOCX delivers the text of a Word document (ECMA-376 part 1, 17) in the
// order of its body: headings, paragraphs, list items with their numbers, table
// rows in place, text boxes, and after the paragraph that refers to them
// footnotes, endnotes and comments; page headers and footers once, at the end.
// Text deleted by a tracked change and hidden text are left out.
func (j *job) readDOCX() error {
	p, err := openPackage(j.src.Data, DOCX)
	if err != nil {
		return err
	}
	d := &docxReader{job: j, p: p}
	if err := d.prepare(); err != nil {
		return err
	}
	if err := d.body(); err != nil {
		return err
	}
	if err := d.extras(); err != nil {
		return err
	}
	if d.hiddenText {
		j.res.warn("Text that is formatted as hidden was left out.")
	}
	return nil
}

// docxReader reads one part after the other; the notes first, since the body
// refers to them.
type docxReader struct {
	*job
	p         *opcPackage
	x         *xmlPart
	styles    map[string]docxStyle
	numbering *docxNumbering
	notes     map[string][]string // by kind and id: "footnote 2"

	scopes     []docxScope // what holds the paragraphs that are read now; the body is not in it
	paras      []*docxPara // open paragraphs; text boxes nest them
	bodyCarry  string      // text of a paragraph of the body whose mark was deleted
	inBody     bool        // reading the main part
	inText     bool        // inside w:t
	hiddenRun  bool
	hiddenText bool // some was left out
	noteText   int  // bytes of notes kept
}

// docxPara is an open paragraph.
type docxPara struct {
	text  strings.Builder
	props paraProps
	refs  []string // notes and comments that it refers to
	after []Block  // from text boxes that are anchored in it
}

// prepare reads what the body refers to.
func (d *docxReader) prepare() error {
	var err error
	if d.styles, err = d.p.docxStyles(); err != nil {
		return err
	}
	if d.numbering, err = d.p.docxNumbering(); err != nil {
		return err
	}
	d.notes = map[string][]string{}
	for _, suffix := range []string{"wordprocessingml.footnotes+xml", "wordprocessingml.endnotes+xml", "wordprocessingml.comments+xml"} {
		for _, part := range d.p.ofType(suffix) {
			if err := d.part(part, d.keepNote); err != nil {
				return err
			}
		}
	}
	return nil
}

// keepNote stores the paragraphs of the note that is open.
func (d *docxReader) keepNote(b Block) error {
	if len(d.scopes) == 0 || d.scopes[0].note == "" {
		return nil
	}
	text := b.Text
	if b.Kind == Row {
		text = joinCells(b.Cells)
	}
	if d.noteText += len(text); d.noteText > MaxSideText {
		return reject(TooLarge, "The document's footnotes and comments are larger than 16 MB. Split the document.")
	}
	key := d.scopes[0].note
	d.notes[key] = append(d.notes[key], text)
	return nil
}

func (d *docxReader) body() error {
	if d.p.files[d.p.main] == nil {
		return damaged(DOCX, nil)
	}
	d.inBody = true
	err := d.part(d.p.main, d.toOutput)
	d.inBody = false
	return err
}

// toOutput delivers a block of the body.
func (d *docxReader) toOutput(b Block) error {
	if b.Kind == Heading {
		return d.heading(b.Level, b.Text, ba.Locator{})
	}
	b.Locator = d.headings.at(ba.Locator{})
	return d.out.put(b)
}

// extras delivers diagrams, and page headers and footers that differ.
func (d *docxReader) extras() error {
	for _, part := range d.p.ofType("drawingml.diagramdata+xml") {
		if err := d.p.drawingText(part, func(s string) error { return d.put(Paragraph, s, ba.Locator{}) }); err != nil {
			return err
		}
	}
	d.headings = headings{}
	seen := map[string]bool{}
	margin := func(b Block) error {
		text := clean(b.Text)
		if b.Kind == Row {
			text = joinCells(trimCells(b.Cells))
		}
		if seen[text] || len(seen) > 1_000 {
			return nil
		}
		seen[text] = true
		return d.put(Margin, text, ba.Locator{})
	}
	for _, suffix := range []string{"wordprocessingml.header+xml", "wordprocessingml.footer+xml"} {
		for _, part := range d.p.ofType(suffix) {
			if err := d.part(part, margin); err != nil {
				return err
			}
		}
	}
	return nil
}

// part reads the paragraphs and tables of one part.
func (d *docxReader) part(name string, deliver func(Block) error) error {
	x, err := d.p.xml(name)
	if err != nil || x == nil {
		return err
	}
	defer x.close()
	d.x, d.scopes, d.paras = x, nil, nil
	for n := 0; ; n++ {
		token, err := x.next()
		if err == io.EOF {
			return d.give(Block{Kind: Paragraph, Text: d.takeCarry()}, deliver)
		}
		if n%8192 == 0 && d.alive() != nil {
			return d.alive()
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = d.start(t)
		case xml.EndElement:
			err = d.end(t.Name.Local, deliver)
		case xml.CharData:
			if d.inText && !d.hiddenRun {
				d.write(string(t))
			}
			d.hiddenText = d.hiddenText || d.inText && d.hiddenRun
		}
		if err != nil {
			return err
		}
	}
}

// write appends to the open paragraph; text outside of one is not text.
func (d *docxReader) write(s string) {
	if n := len(d.paras); n > 0 {
		d.paras[n-1].text.WriteString(s)
	}
}

// docxSkipped are elements whose content is not current, visible text: deleted
// and moved-away text, field codes, properties, phonetic guides, and the second
// version of what newer programs draw themselves.
var docxSkipped = map[string]bool{
	"del": true, "moveFrom": true, "delText": true, "instrText": true, "delInstrText": true, "Fallback": true,
	"sectPr": true, "tblPr": true, "tblPrEx": true, "tblGrid": true, "sdtPr": true, "sdtEndPr": true, "rt": true,
	"customXmlPr": true, "smartTagPr": true, "binData": true, "ctrlPr": true, "fldData": true,
}

func (d *docxReader) start(e xml.StartElement) error {
	name := e.Name.Local
	if docxSkipped[name] {
		return d.x.skip()
	}
	switch name {
	case "p":
		d.paras = append(d.paras, &docxPara{})
	case "pPr":
		props, err := d.readParaProps()
		if n := len(d.paras); n > 0 {
			d.paras[n-1].props = props
		}
		return err
	case "rPr":
		hidden, err := d.readRunProps()
		d.hiddenRun = hidden
		return err
	case "r":
		d.hiddenRun = false
	case "t":
		d.inText = true
	case "footnote", "endnote", "comment", "txbxContent", "tbl", "tr", "tc", "trPr", "tcPr":
		return d.startScope(e)
	case "footnoteReference", "endnoteReference", "commentReference":
		d.refer(strings.TrimSuffix(name, "Reference") + " " + attr(e, "id"))
	case "textpath":
		d.write(attr(e, "string"))
	case "altChunk":
		d.res.warn("A file that is embedded in the document (an \"altChunk\") was not read. Open it in Word, save it again and upload that copy.")
	default:
		d.write(docxMarks[name])
	}
	return nil
}

// docxMarks are elements that stand for a character.
var docxMarks = map[string]string{"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}

// refer remembers a note to be delivered after the open paragraph.
func (d *docxReader) refer(key string) {
	if n := len(d.paras); n > 0 && len(d.notes[key]) > 0 {
		d.paras[n-1].refs = append(d.paras[n-1].refs, key)
	}
}

func (d *docxReader) end(name string, deliver func(Block) error) error {
	switch name {
	case "t":
		d.inText = false
	case "r":
		d.hiddenRun = false
	case "p":
		return d.endPara(deliver)
	case "footnote", "endnote", "comment", "txbxContent", "tbl", "tr", "tc":
		return d.endScope(name, deliver)
	}
	return nil
}
