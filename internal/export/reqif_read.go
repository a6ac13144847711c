package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"io"
	"path"
	"slices"
	"strings"

	"golang.org/x/net/html/charset"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/extract"
)

const (
	reqifDepth = 200 // nested elements
	reqifText  = 1 << 20
)

func isReqIF(name string, data []byte) bool {
	ending := strings.ToLower(path.Ext(name))
	return ending == ".reqif" || ending == ".reqifz" || bytes.Contains(data[:min(len(data), 2048)], []byte("<REQ-IF"))
}

var errReqIF = ba.E(ba.Invalid, "The ReqIF file is damaged or is not ReqIF. Export it again in the tool that made it, as ReqIF 1.0 to 1.2.")

// readReqIF reads the objects of a ReqIF file or archive. It is tolerant of
// what the schema forbids and tools do: ids that are no XML names, missing
// times. A document type definition is refused, so no entity is expanded.
func readReqIF(data []byte) ([]Row, error) {
	x := &reqifReader{types: map[string][]string{}, defs: map[string]string{}, enums: map[string]string{}}
	if bytes.HasPrefix(data, []byte("PK")) {
		if err := x.archive(data); err != nil {
			return nil, err
		}
	} else if err := x.read(bytes.NewReader(data)); err != nil {
		return nil, err
	}
	rows := x.rows()
	if len(rows) == 0 {
		return nil, ba.E(ba.Invalid, "The ReqIF file holds no requirements: none of its objects has a text. Check what was exported.")
	}
	return rows, nil
}

// reqifReader keeps what the objects refer to; definitions may stand after
// them.
type reqifReader struct {
	open    []string            // names of the open elements
	types   map[string][]string // attribute definitions of a type of object
	defs    map[string]string   // names of attribute definitions
	enums   map[string]string   // words of values
	objects []*reqifObject
	order   []string // objects as the specifications show them

	current  string // type of object that is open
	object   *reqifObject
	value    *reqifValue
	text     strings.Builder
	reading  bool // text is being read
	total    int
	rootSeen bool
}

type reqifObject struct {
	id, kind string
	values   []reqifValue
}

type reqifValue struct {
	definition string
	text       string
	enums      []string
}

// archive reads the ReqIF files of a .reqifz; pictures and other attachments
// are left out.
func (x *reqifReader) archive(data []byte) error {
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return errReqIF
	}
	if len(z.File) > extract.MaxParts {
		return tooMuch("The archive holds too many files. Export the requirements without attachments.")
	}
	for _, f := range z.File {
		if !strings.EqualFold(path.Ext(f.Name), ".reqif") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			return errReqIF
		}
		err = x.read(r)
		r.Close()
		if err != nil {
			return err
		}
	}
	return nil
}

// read reads one file, at most MaxImport of all.
func (x *reqifReader) read(r io.Reader) error {
	dec := xml.NewDecoder(&countedReader{r: r, left: &x.total})
	dec.CharsetReader = charset.NewReaderLabel
	x.open, x.rootSeen = nil, false
	for {
		token, err := dec.Token()
		if err == io.EOF && x.rootSeen {
			return nil
		}
		if ba.KindOf(err) == ba.TooLarge {
			return err
		}
		if err != nil {
			return &ba.Error{Kind: ba.Invalid, Msg: errReqIF.Msg, Err: err}
		}
		if err := x.token(token); err != nil {
			return err
		}
	}
}

// countedReader ends with an error of kind TooLarge after MaxImport bytes.
type countedReader struct {
	r    io.Reader
	left *int
}

func (c *countedReader) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	if *c.left += n; *c.left > MaxImport {
		return 0, tooMuch("The ReqIF file is larger than 32 MB. Export fewer requirements at once.")
	}
	return n, err
}

func (x *reqifReader) token(token xml.Token) error {
	switch t := token.(type) {
	case xml.Directive:
		return ba.E(ba.Invalid, "The ReqIF file declares entities, as an attack would, so it was not read. Export it again in the tool that made it.")
	case xml.StartElement:
		x.open = append(x.open, t.Name.Local)
		if len(x.open) > reqifDepth {
			return ba.E(ba.Invalid, "The ReqIF file is nested too deeply, as no tool writes it. Export it again.")
		}
		return x.start(t)
	case xml.EndElement:
		x.open = x.open[:len(x.open)-1]
		x.end(t.Name.Local)
	case xml.CharData:
		if x.reading && x.text.Len() < reqifText {
			x.text.Write(t)
		}
	}
	return nil
}

func xmlAttr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

func (x *reqifReader) start(e xml.StartElement) error {
	name := e.Name.Local
	switch {
	case len(x.open) == 1:
		if name != "REQ-IF" {
			return errReqIF
		}
		x.rootSeen = true
	case name == "SPEC-OBJECT-TYPE":
		x.current = xmlAttr(e, "IDENTIFIER")
	case strings.HasPrefix(name, "ATTRIBUTE-DEFINITION-") && !strings.HasSuffix(name, "-REF"):
		id := xmlAttr(e, "IDENTIFIER")
		x.defs[id] = xmlAttr(e, "LONG-NAME")
		x.types[x.current] = append(x.types[x.current], id)
	case name == "ENUM-VALUE":
		x.enums[xmlAttr(e, "IDENTIFIER")] = xmlAttr(e, "LONG-NAME")
	case name == "SPEC-OBJECT":
		if len(x.objects) >= MaxImportRows {
			return tooMuch("The ReqIF file holds more than 20,000 objects. Export fewer at once.")
		}
		x.object = &reqifObject{id: xmlAttr(e, "IDENTIFIER")}
		x.objects = append(x.objects, x.object)
	case strings.HasPrefix(name, "ATTRIBUTE-VALUE-") && x.object != nil:
		x.value = &reqifValue{text: xmlAttr(e, "THE-VALUE")}
	case name == "THE-VALUE" || strings.HasSuffix(name, "-REF"):
		x.reading = true
		x.text.Reset()
	case x.reading && reqifBreaks[name]:
		x.text.WriteByte('\n')
	}
	return nil
}

// reqifBreaks are the elements of XHTML that begin a line.
var reqifBreaks = map[string]bool{"br": true, "p": true, "div": true, "li": true, "tr": true, "h1": true, "h2": true, "h3": true, "h4": true, "pre": true}

func (x *reqifReader) end(name string) {
	text := strings.TrimSpace(x.text.String())
	switch {
	case name == "SPEC-OBJECT":
		x.object = nil
	case name == "SPEC-OBJECT-TYPE":
		x.current = ""
	case strings.HasPrefix(name, "ATTRIBUTE-VALUE-") && x.object != nil && x.value != nil:
		x.object.values = append(x.object.values, *x.value)
		x.value = nil
	case name == "SPEC-OBJECT-REF" && slices.Contains(x.open, "SPEC-HIERARCHY"):
		x.order = append(x.order, text)
	case name == "SPEC-OBJECT-TYPE-REF" && x.object != nil:
		x.object.kind = text
	case name == "ENUM-VALUE-REF" && x.value != nil:
		x.value.enums = append(x.value.enums, text)
	case strings.HasPrefix(name, "ATTRIBUTE-DEFINITION-") && strings.HasSuffix(name, "-REF") && x.value != nil:
		x.value.definition = text
	case name == "THE-VALUE" && x.value != nil:
		x.value.text = tidyLines(text)
	}
	if name == "THE-VALUE" || strings.HasSuffix(name, "-REF") {
		x.reading = false
		x.text.Reset()
	}
}

// tidyLines drops the white space with which XML is indented.
func tidyLines(s string) string {
	var out []string
	for _, line := range strings.Split(s, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// rows returns the objects with a text, in the order of the specifications.
func (x *reqifReader) rows() []Row {
	rank := map[string]int{}
	for i, id := range x.order {
		if _, known := rank[id]; !known {
			rank[id] = i
		}
	}
	slices.SortStableFunc(x.objects, func(a, b *reqifObject) int { return rankOf(rank, a.id) - rankOf(rank, b.id) })
	var out []Row
	for _, o := range x.objects {
		if row := x.row(o); row.Values[FieldStatement] != "" {
			out = append(out, row)
		}
	}
	return out
}

func rankOf(rank map[string]int, id string) int {
	if i, found := rank[id]; found {
		return i
	}
	return len(rank)
}

// reqifNames are the attributes that hold a statement, the best first; those of
// headings are not among them.
var reqifNames = []string{"text", "requirement", "statement", "description", "name"}

// row reads the values of an object by the names of its attributes. A field
// that its type has and the object has no value for is empty.
func (x *reqifReader) row(o *reqifObject) Row {
	row := Row{Key: o.id, Where: "object " + o.id, Values: map[Field]string{}}
	best := len(reqifNames)
	for _, id := range x.types[o.kind] {
		if field := columnWords[reqifName(x.defs[id])]; field != "" && field != FieldStatement {
			row.Values[field] = ""
		}
	}
	for _, v := range o.values {
		name, text := reqifName(x.defs[v.definition]), x.valueText(v)
		if i := slices.Index(reqifNames, name); i >= 0 && i < best && text != "" {
			best, row.Values[FieldStatement] = i, text
		} else if field := columnWords[name]; field != "" && field != FieldStatement {
			row.Values[field] = text
		}
		if text != "" && (name == "foreignid" || name == "uid" && row.Key == o.id) {
			row.Key = text
		}
	}
	row.Number, _ = ba.ParseRequirementKey(row.Key)
	if list, found := row.Values[FieldCriteria]; found {
		row.Values[FieldCriteria] = criteriaText(parseCriteria(list))
	}
	return row
}

// reqifName is the name of an attribute without the guide's "ReqIF.".
func reqifName(name string) string {
	return wordKey(strings.TrimPrefix(strings.TrimSpace(name), "ReqIF."))
}

func (x *reqifReader) valueText(v reqifValue) string {
	if len(v.enums) == 0 {
		return strings.TrimSpace(v.text)
	}
	var words []string
	for _, id := range v.enums {
		words = append(words, x.enums[id])
	}
	return strings.Join(words, ", ")
}
