package extract

import (
	"encoding/xml"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxHeadingText is the length in code points over which a paragraph of heading
// style is taken for text.
const maxHeadingText = 400

// paraProps is what matters of a paragraph's properties.
type paraProps struct {
	style   string
	outline int    // outline level from 1; 0 unless set
	num     string // numbering instance; empty unless set
	level   int    // in the numbering
	deleted bool   // the paragraph mark: it runs on into the next one
}

// readParaProps reads w:pPr.
func (d *docxReader) readParaProps() (paraProps, error) {
	var p paraProps
	err := d.x.inside(func(t xml.Token) error {
		e, ok := t.(xml.StartElement)
		if !ok {
			return nil
		}
		switch e.Name.Local {
		case "pPrChange", "rPrChange", "sectPr", "tabs", "pBdr", "framePr":
			return d.x.skip()
		case "pStyle":
			p.style = attr(e, "val")
		case "outlineLvl":
			p.outline = outlineLevel(attr(e, "val"))
		case "ilvl":
			p.level, _ = strconv.Atoi(attr(e, "val"))
		case "numId":
			p.num = attr(e, "val")
		case "del", "moveFrom":
			p.deleted = true
		}
		return nil
	})
	p.level = min(max(p.level, 0), 8)
	return p, err
}

// outlineLevel returns 1 to 9 for the levels 0 to 8, and 0 for body text.
func outlineLevel(val string) int {
	n, err := strconv.Atoi(val)
	if err != nil || n < 0 || n > 8 {
		return 0
	}
	return n + 1
}

// readRunProps reads w:rPr and reports hidden text.
func (d *docxReader) readRunProps() (hidden bool, err error) {
	err = d.x.inside(func(t xml.Token) error {
		if e, ok := t.(xml.StartElement); ok {
			switch e.Name.Local {
			case "rPrChange":
				return d.x.skip()
			case "vanish":
				hidden = !isOff(attr(e, "val"))
			}
		}
		return nil
	})
	return hidden, err
}

// endPara closes the open paragraph and delivers it to what holds it, and after
// it the text boxes and notes.
func (d *docxReader) endPara(deliver func(Block) error) error {
	n := len(d.paras) - 1
	if n < 0 {
		return nil
	}
	p := d.paras[n]
	d.paras = d.paras[:n]
	if p.props.deleted && len(p.after) == 0 {
		d.carry(p.text.String())
		return nil
	}
	b := d.paraBlock(p)
	if err := d.give(b, deliver); err != nil {
		return err
	}
	for _, extra := range p.after {
		if err := d.give(extra, deliver); err != nil {
			return err
		}
	}
	return d.giveNotes(p, deliver)
}

func (d *docxReader) giveNotes(p *docxPara, deliver func(Block) error) error {
	for _, key := range p.refs {
		kind := Note
		if strings.HasPrefix(key, "comment") {
			kind = Comment
		}
		for _, text := range d.notes[key] {
			if err := d.give(Block{Kind: kind, Text: text}, deliver); err != nil {
				return err
			}
		}
		delete(d.notes, key)
	}
	return nil
}

// paraBlock decides what a paragraph is: a heading by its style or outline
// level, a list item by its numbering, else text. Numbers are written before
// the text, as on the page.
func (d *docxReader) paraBlock(p *docxPara) Block {
	style := d.styles[p.props.style]
	level := p.props.outline
	if level == 0 {
		level = style.heading
	}
	num, ilvl := p.props.num, p.props.level
	if num == "" {
		num, ilvl = style.num, style.level
	}
	text := d.takeCarry() + p.text.String()
	if strings.TrimSpace(text) == "" {
		return Block{Kind: Paragraph}
	}
	label, listed := d.numbering.next(num, ilvl)
	if label != "" {
		text = label + " " + strings.TrimLeft(text, " \t")
	}
	switch {
	case level > 0 && utf8.RuneCountInString(text) <= maxHeadingText:
		return Block{Kind: Heading, Level: level, Text: text}
	case listed:
		return Block{Kind: ListItem, Level: ilvl, Text: text}
	}
	return Block{Kind: Paragraph, Text: text}
}
