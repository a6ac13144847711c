package extract

import (
	"encoding/xml"
	"io"
	"strings"
)

// drawingText calls put with each paragraph (a:p) of a DrawingML part: diagram
// data, drawings on sheets.
func (p *opcPackage) drawingText(part string, put func(string) error) error {
	x, err := p.xml(part)
	if err != nil || x == nil {
		return err
	}
	defer x.close()
	var text strings.Builder
	for {
		token, err := x.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		switch t := token.(type) {
		case xml.StartElement:
			err = drawingElement(x, t.Name.Local, &text)
		case xml.EndElement:
			if t.Name.Local == "p" {
				err = put(text.String())
				text.Reset()
			}
		}
		if err != nil {
			return err
		}
	}
}

// drawingElement appends what an element of a paragraph stands for.
func drawingElement(x *xmlPart, name string, text *strings.Builder) error {
	switch name {
	case "t":
		s, err := x.text()
		text.WriteString(s)
		return err
	case "br":
		text.WriteByte('\n')
	case "tab":
		text.WriteByte('\t')
	case "Fallback":
		return x.skip()
	}
	return nil
}
