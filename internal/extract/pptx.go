package extract

import (
	"encoding/xml"
	"io"
	"strconv"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// readPPTX delivers the slides of a presentation (ECMA-376 part 1, 19) in their
// order: the title as a heading, text, tables, diagrams, comments, and the
// speaker notes. Slides without text are named.
func (j *job) readPPTX() error {
	p, err := openPackage(j.src.Data, PPTX)
	if err != nil {
		return err
	}
	slides, err := p.slides()
	if err != nil {
		return err
	}
	if len(slides) > MaxPages {
		return reject(TooManyPages, "The presentation has more than 5,000 slides. Split it.")
	}
	j.res.Pages = len(slides)
	for i, s := range slides {
		if err := j.alive(); err != nil {
			return err
		}
		if err := j.slide(p, s, i+1); err != nil {
			return err
		}
		j.progress(i+1, len(slides))
	}
	return nil
}

// slideRef is a slide in the order of the presentation.
type slideRef struct{ part string }

// slides returns the parts of the slides in their order.
func (p *opcPackage) slides() ([]slideRef, error) {
	rels, err := p.relations(p.main)
	if err != nil {
		return nil, err
	}
	var slides []slideRef
	err = p.each(p.main, func(x *xmlPart, e xml.StartElement) error {
		if e.Name.Local == "sldId" {
			if part := target(rels, relID(e)); p.files[part] != nil {
				slides = append(slides, slideRef{part})
			}
		}
		return nil
	})
	return slides, err
}

// slide delivers one slide with what belongs to it.
func (j *job) slide(p *opcPackage, s slideRef, number int) error {
	before := j.res.Blocks
	at := ba.Locator{Page: number}
	j.headings = headings{}
	shapes, hidden, err := j.shapes(p, s.part)
	if err != nil {
		return err
	}
	if hidden {
		j.res.warn("Slide %d is hidden in the presentation; it was read too.", number)
	}
	for _, sh := range titlesFirst(shapes) {
		if err := j.shape(sh, at); err != nil {
			return err
		}
	}
	if err := j.slideParts(p, s.part, at); err != nil {
		return err
	}
	if j.res.Blocks == before {
		j.res.emptyPage(number)
	}
	return nil
}

// slideParts delivers the diagrams, comments and notes of a slide.
func (j *job) slideParts(p *opcPackage, part string, at ba.Locator) error {
	rels, err := p.relations(part)
	if err != nil {
		return err
	}
	for _, diagram := range targets(rels, "diagramData") {
		if err := p.drawingText(diagram, func(s string) error { return j.put(Paragraph, s, at) }); err != nil {
			return err
		}
	}
	for _, comments := range targets(rels, "comments") {
		if err := j.slideComments(p, comments, at); err != nil {
			return err
		}
	}
	for _, notes := range targets(rels, "notesSlide") {
		shapes, _, err := j.shapes(p, notes)
		if err != nil {
			return err
		}
		for _, sh := range shapes {
			if sh.role != "body" {
				continue
			}
			if err := j.put(Note, sh.joined(), at); err != nil {
				return err
			}
		}
	}
	return nil
}

func (j *job) slideComments(p *opcPackage, part string, at ba.Locator) error {
	return p.each(part, func(x *xmlPart, e xml.StartElement) error {
		if e.Name.Local != "text" && e.Name.Local != "t" {
			return nil
		}
		text, err := x.text()
		if err != nil {
			return err
		}
		return j.put(Comment, text, at)
	})
}

// pptShape is a shape with text, or a table.
type pptShape struct {
	role  string // type of the placeholder: title, body, ftr...; "box" for other shapes
	paras []pptPara
	rows  [][]string // of a table
}

type pptPara struct {
	level int
	text  string
}

func (s pptShape) joined() string {
	var b strings.Builder
	for _, p := range s.paras {
		b.WriteString(p.text)
		b.WriteByte('\n')
	}
	return b.String()
}

func (s pptShape) isTitle() bool { return s.role == "title" || s.role == "ctrTitle" }

// titlesFirst returns the shapes with those that hold the title before others.
func titlesFirst(shapes []pptShape) []pptShape {
	var titles, others []pptShape
	for _, s := range shapes {
		if s.isTitle() {
			titles = append(titles, s)
		} else {
			others = append(others, s)
		}
	}
	return append(titles, others...)
}

// shape delivers the text of one shape.
func (j *job) shape(s pptShape, at ba.Locator) error {
	if s.rows != nil {
		return j.pptTable(s, at)
	}
	switch s.role {
	case "title", "ctrTitle":
		return j.heading(1, strings.ReplaceAll(s.joined(), "\n", " "), at)
	case "sldNum", "dt":
		return nil
	}
	for _, p := range s.paras {
		b := Block{Kind: Paragraph, Text: p.text, Locator: j.headings.at(at)}
		if s.role == "body" || p.level > 0 {
			b.Kind, b.Level = ListItem, p.level
		}
		if err := j.out.put(b); err != nil {
			return err
		}
	}
	return nil
}

func (j *job) pptTable(s pptShape, at ba.Locator) error {
	j.res.Tables++
	t := &table{put: j.out.put}
	for _, cells := range s.rows {
		if trimCells(cells) == nil {
			continue
		}
		if err := t.add(Block{Kind: Row, Cells: cells, Locator: j.headings.at(at)}); err != nil {
			return err
		}
	}
	return t.flush()
}

// shapes returns the shapes of a slide or notes page, and whether it is hidden.
func (j *job) shapes(p *opcPackage, part string) ([]pptShape, bool, error) {
	x, err := p.xml(part)
	if err != nil || x == nil {
		return nil, false, err
	}
	defer x.close()
	r := &shapeReader{x: x}
	for {
		token, err := x.next()
		if err == io.EOF {
			return r.shapes, r.hidden, nil
		}
		if err != nil {
			return nil, false, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = r.start(t)
		case xml.EndElement:
			r.end(t.Name.Local)
		}
		if err != nil {
			return nil, false, err
		}
	}
}

// shapeReader collects the shapes of one part.
type shapeReader struct {
	x      *xmlPart
	shapes []pptShape
	hidden bool

	shape  *pptShape // open shape
	text   strings.Builder
	level  int
	inPara bool
	cell   *strings.Builder // open table cell
}

func (r *shapeReader) start(e xml.StartElement) error {
	switch name := e.Name.Local; name {
	case "sld":
		r.hidden = attr(e, "show") != "" && isOff(attr(e, "show"))
	case "sp", "cxnSp", "graphicFrame":
		r.shape = &pptShape{role: "box"}
	case "ph":
		if r.shape != nil {
			r.shape.role = attr(e, "type")
			if r.shape.role == "" || r.shape.role == "obj" || r.shape.role == "subTitle" {
				r.shape.role = "body"
			}
		}
	case "tbl":
		if r.shape != nil && r.shape.rows == nil {
			r.shape.rows = [][]string{}
		}
	case "tr":
		if r.shape != nil && r.shape.rows != nil {
			r.shape.rows = append(r.shape.rows, nil)
		}
	case "tc":
		r.cell = &strings.Builder{}
	case "p":
		r.text.Reset()
		r.inPara, r.level = true, 0
	case "pPr":
		r.level, _ = strconv.Atoi(attr(e, "lvl"))
		r.level = min(max(r.level, 0), 8)
	case "t", "br", "tab", "Fallback":
		if r.inPara || name == "Fallback" {
			return drawingElement(r.x, name, &r.text)
		}
	}
	return nil
}

func (r *shapeReader) end(name string) {
	switch name {
	case "p":
		r.endPara()
	case "tc":
		if r.shape != nil && len(r.shape.rows) > 0 && r.cell != nil {
			last := len(r.shape.rows) - 1
			r.shape.rows[last] = append(r.shape.rows[last], r.cell.String())
		}
		r.cell = nil
	case "sp", "cxnSp", "graphicFrame":
		if r.shape != nil && (len(r.shape.paras) > 0 || len(r.shape.rows) > 0) {
			r.shapes = append(r.shapes, *r.shape)
		}
		r.shape = nil
	}
}

func (r *shapeReader) endPara() {
	r.inPara = false
	text := r.text.String()
	switch {
	case strings.TrimSpace(text) == "":
	case r.cell != nil:
		r.cell.WriteString(text + "\n")
	case r.shape != nil:
		r.shape.paras = append(r.shape.paras, pptPara{r.level, text})
	}
}
