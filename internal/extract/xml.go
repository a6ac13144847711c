package extract

import (
	"bufio"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// xmlPart reads the tokens of an XML part of a package. It refuses every
// document type definition, so nothing is expanded and nothing outside is
// looked up, and elements that are nested too deeply. Names are matched without
// their namespace: the parts are told apart by their content types.
type xmlPart struct {
	p      *opcPackage
	body   io.Closer
	dec    *xml.Decoder
	open   []string // names of the open elements
	rooted bool     // the root element was seen
}

// xml opens a part, or returns nil where there is none.
func (p *opcPackage) xml(name string) (*xmlPart, error) {
	body, err := p.open(name)
	if err != nil || body == nil {
		return nil, err
	}
	x := &xmlPart{p: p, body: body}
	r := bufio.NewReaderSize(body, 64<<10)
	var in io.Reader = r
	wide := false
	if mark, _ := r.Peek(2); len(mark) == 2 && (mark[0] == 0xFF && mark[1] == 0xFE || mark[0] == 0xFE && mark[1] == 0xFF) {
		in, wide = transform.NewReader(r, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder()), true
	}
	x.dec = xml.NewDecoder(in)
	x.dec.CharsetReader = func(label string, in io.Reader) (io.Reader, error) {
		if wide || strings.HasPrefix(strings.ToLower(label), "utf-8") {
			return in, nil
		}
		return charset.NewReaderLabel(label, in)
	}
	return x, nil
}

func (x *xmlPart) close() { x.body.Close() }

// next returns the next start element, end element or text, and io.EOF after
// the last, when the whole part was read and its checksum compared.
func (x *xmlPart) next() (xml.Token, error) {
	for {
		token, err := x.dec.RawToken()
		if err == io.EOF && len(x.open) == 0 && x.rooted {
			return nil, io.EOF
		}
		if err != nil {
			return nil, x.fault(err)
		}
		switch t := token.(type) {
		case xml.StartElement:
			x.open = append(x.open, t.Name.Local)
			x.rooted = true
			if len(x.open) > MaxXMLDepth {
				return nil, reject(TooDeep, "The document's parts are nested more than 1,000 levels deep, as no program writes them. Save it again in Office and upload that copy.")
			}
			return t, nil
		case xml.EndElement:
			last := len(x.open) - 1
			if last < 0 || x.open[last] != t.Name.Local {
				return nil, damaged(x.p.format, errors.New("an end tag has no start"))
			}
			x.open = x.open[:last]
			return t, nil
		case xml.CharData:
			return t, nil
		case xml.Directive:
			return nil, rejectDTD(t)
		}
	}
}

// rejectDTD refuses a document type definition, which packages may not have
// (ECMA-376 part 2, 6.2.5).
func rejectDTD(d xml.Directive) error {
	text := strings.ToUpper(string(d[:min(len(d), 4096)]))
	if strings.Contains(text, "SYSTEM") || strings.Contains(text, "PUBLIC") {
		return reject(ExternalEntity, "The document refers to something outside of itself (an external entity), as an attack would, so it was not read. Save it again in Office and upload that copy.")
	}
	return reject(EntityExpansion, "The document declares entities that would be expanded while it is read, as an attack would, so it was not read. Save it again in Office and upload that copy.")
}

func (x *xmlPart) fault(err error) error {
	var syntax *xml.SyntaxError
	if errors.As(err, &syntax) || err == io.EOF {
		return damaged(x.p.format, err)
	}
	if err = x.p.fault(err); ReasonOf(err) == "" {
		return damaged(x.p.format, err)
	}
	return err
}

// skip reads up to the end of the element whose start was returned last.
func (x *xmlPart) skip() error {
	return x.inside(func(xml.Token) error { return nil })
}

// inside calls visit with the tokens inside the element whose start was
// returned last, and reads its end.
func (x *xmlPart) inside(visit func(xml.Token) error) error {
	depth := len(x.open)
	for {
		token, err := x.next()
		if err != nil {
			return err
		}
		if len(x.open) < depth {
			return nil
		}
		if err := visit(token); err != nil {
			return err
		}
	}
}

// text returns the character data inside the element whose start was returned
// last, and reads its end.
func (x *xmlPart) text() (string, error) {
	var b strings.Builder
	err := x.inside(func(t xml.Token) error {
		if c, ok := t.(xml.CharData); ok {
			b.Write(c)
		}
		return nil
	})
	return b.String(), err
}

// attr returns the value of an attribute by its local name, preferring one
// without a prefix, or "".
func attr(e xml.StartElement, local string) string {
	value := ""
	for _, a := range e.Attr {
		if a.Name.Local != local {
			continue
		}
		if a.Name.Space == "" {
			return a.Value
		}
		value = a.Value
	}
	return value
}

// relID returns the relationship that an element names: its attribute "id" with
// a prefix.
func relID(e xml.StartElement) string {
	for _, a := range e.Attr {
		if a.Name.Local == "id" && a.Name.Space != "" {
			return a.Value
		}
	}
	return ""
}

// isOff reports an attribute that switches its element off.
func isOff(value string) bool {
	return value == "0" || value == "false" || value == "off" || value == "none"
}
