package export

import (
	"bufio"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// The attributes of a requirement in ReqIF. Names that begin with "ReqIF." are
// those of the ReqIF Implementation Guide, which other tools know.
var reqifAttributes = []reqifAttribute{
	{"foreign-id", "ReqIF.ForeignID", "string", func(_ *Input, r *ba.Requirement) string { return r.Key() }},
	{"text", "ReqIF.Text", "xhtml", func(_ *Input, r *ba.Requirement) string { return r.Statement }},
	{"type", colType, "type", func(_ *Input, r *ba.Requirement) string { return string(r.Type) }},
	{"quality", colQuality, "quality", func(_ *Input, r *ba.Requirement) string { return string(r.Quality) }},
	{"priority", colPriority, "priority", func(_ *Input, r *ba.Requirement) string { return string(r.Priority) }},
	{"status", colStatus, "status", func(_ *Input, r *ba.Requirement) string { return string(r.Status) }},
	{"rationale", colRationale, "xhtml", func(_ *Input, r *ba.Requirement) string { return r.Rationale }},
	{"criteria", colCriteria, "xhtml", func(_ *Input, r *ba.Requirement) string { return criteriaText(r.Criteria) }},
	{"owner", colOwner, "string", func(in *Input, r *ba.Requirement) string { return in.name(r.Owner) }},
	{"sources", colSources, "xhtml", func(_ *Input, r *ba.Requirement) string { return linkLines(r.Links) }},
	{"support", colSupport, "string", func(_ *Input, r *ba.Requirement) string { return support(r) }},
}

type reqifAttribute struct {
	id, name, datatype string
	value              func(*Input, *ba.Requirement) string
}

func linkLines(links []ba.Link) string {
	var lines []string
	for _, l := range links {
		lines = append(lines, linkText(l))
	}
	return strings.Join(lines, "\n")
}

// writeReqIF writes the requirements as ReqIF 1.2 (OMG formal/2016-07-01): one
// specification, in which the sections stand above their requirements.
func writeReqIF(w io.Writer, in Input, _ Options) error {
	x := &reqifWriter{b: bufio.NewWriter(w), in: &in, at: reqifTime(in.Date)}
	x.put(xmlHead, `<REQ-IF xmlns="http://www.omg.org/spec/ReqIF/20110401/reqif.xsd" xmlns:xhtml="http://www.w3.org/1999/xhtml">`,
		"\n<THE-HEADER><REQ-IF-HEADER IDENTIFIER=\"_header\"><CREATION-TIME>", x.at, "</CREATION-TIME><REQ-IF-TOOL-ID>BA Assistant</REQ-IF-TOOL-ID><REQ-IF-VERSION>1.0</REQ-IF-VERSION><SOURCE-TOOL-ID>BA Assistant</SOURCE-TOOL-ID><TITLE>", attrText(in.Title), "</TITLE></REQ-IF-HEADER></THE-HEADER>\n<CORE-CONTENT><REQ-IF-CONTENT>\n")
	x.datatypes()
	x.types()
	x.objects()
	x.specification()
	x.put("</REQ-IF-CONTENT></CORE-CONTENT>\n</REQ-IF>\n")
	return x.b.Flush()
}

type reqifWriter struct {
	b  *bufio.Writer
	in *Input
	at string // time of the version
}

func (x *reqifWriter) put(parts ...string) {
	for _, p := range parts {
		x.b.WriteString(p)
	}
}

func reqifTime(t time.Time) string {
	if t.IsZero() {
		t = time.Unix(0, 0)
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// identity is the attributes that everything has.
func (x *reqifWriter) identity(id, name string) string {
	return ` IDENTIFIER="` + id + `" LAST-CHANGE="` + x.at + `" LONG-NAME="` + attrText(name) + `"`
}

func (x *reqifWriter) datatypes() {
	x.put("<DATATYPES>\n<DATATYPE-DEFINITION-STRING", x.identity("_string", "Text"), " MAX-LENGTH=\"32000\"/>\n<DATATYPE-DEFINITION-XHTML", x.identity("_xhtml", "Formatted text"), "/>\n")
	x.enum("type", colType, stringsOf(ba.RequirementTypes), wordsIn(typeNames, ba.RequirementTypes))
	x.enum("quality", colQuality, stringsOf(ba.Qualities), wordsIn(qualityNames, ba.Qualities))
	x.enum("priority", colPriority, stringsOf(ba.Priorities), wordsIn(priorityNames, ba.Priorities))
	x.enum("status", colStatus, stringsOf(ba.RequirementStatuses), wordsIn(statusNames, ba.RequirementStatuses))
	x.put("</DATATYPES>\n")
}

func stringsOf[T ~string](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = string(v)
	}
	return out
}

func (x *reqifWriter) enum(id, name string, values, words []string) {
	x.put("<DATATYPE-DEFINITION-ENUMERATION", x.identity("_"+id, name), "><SPECIFIED-VALUES>")
	for i, v := range values {
		x.put("<ENUM-VALUE", x.identity("_"+id+"."+v, words[i]), `><PROPERTIES><EMBEDDED-VALUE KEY="`, strconv.Itoa(i), `" OTHER-CONTENT="`, attrText(words[i]), `"/></PROPERTIES></ENUM-VALUE>`)
	}
	x.put("</SPECIFIED-VALUES></DATATYPE-DEFINITION-ENUMERATION>\n")
}

// kindOf returns the name of the element for a datatype.
func kindOf(datatype string) string {
	switch datatype {
	case "string", "xhtml":
		return strings.ToUpper(datatype)
	}
	return "ENUMERATION"
}

func (x *reqifWriter) types() {
	x.put("<SPEC-TYPES>\n<SPEC-OBJECT-TYPE", x.identity("_requirement", "Requirement"), "><SPEC-ATTRIBUTES>\n")
	for _, a := range reqifAttributes {
		kind, multi := kindOf(a.datatype), ""
		if kind == "ENUMERATION" {
			multi = ` MULTI-VALUED="false"`
		}
		x.put("<ATTRIBUTE-DEFINITION-", kind, x.identity("_requirement."+a.id, a.name), multi, "><TYPE><DATATYPE-DEFINITION-", kind, "-REF>_", a.datatype, "</DATATYPE-DEFINITION-", kind, "-REF></TYPE></ATTRIBUTE-DEFINITION-", kind, ">\n")
	}
	x.put("</SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>\n<SPEC-OBJECT-TYPE", x.identity("_section", "Section"), "><SPEC-ATTRIBUTES><ATTRIBUTE-DEFINITION-STRING", x.identity("_section.name", "ReqIF.ChapterName"),
		"><TYPE><DATATYPE-DEFINITION-STRING-REF>_string</DATATYPE-DEFINITION-STRING-REF></TYPE></ATTRIBUTE-DEFINITION-STRING></SPEC-ATTRIBUTES></SPEC-OBJECT-TYPE>\n<SPECIFICATION-TYPE", x.identity("_specification-type", "Specification"), "/>\n</SPEC-TYPES>\n")
}

func (x *reqifWriter) objects() {
	x.put("<SPEC-OBJECTS>\n")
	for i, s := range x.in.Sections {
		if len(s.Requirements) > 0 {
			x.put("<SPEC-OBJECT", x.identity(sectionID(i), s.Title), "><VALUES>")
			x.value("_section.name", "string", oneLine(s.Title))
			x.put("</VALUES><TYPE><SPEC-OBJECT-TYPE-REF>_section</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>\n")
		}
	}
	for _, r := range x.in.Requirements() {
		x.put(`<SPEC-OBJECT IDENTIFIER="`, reqifID(&r), `" LAST-CHANGE="`, x.changed(&r), `" LONG-NAME="`, r.Key(), `"><VALUES>`, "\n")
		for _, a := range reqifAttributes {
			if value := a.value(x.in, &r); value != "" {
				x.value("_requirement."+a.id, a.datatype, value)
			}
		}
		x.put("</VALUES><TYPE><SPEC-OBJECT-TYPE-REF>_requirement</SPEC-OBJECT-TYPE-REF></TYPE></SPEC-OBJECT>\n")
	}
	x.put("</SPEC-OBJECTS>\n")
}

func (x *reqifWriter) changed(r *ba.Requirement) string {
	if r.UpdatedAt.IsZero() {
		return x.at
	}
	return reqifTime(r.UpdatedAt)
}

// value writes one value of an attribute.
func (x *reqifWriter) value(definition, datatype, value string) {
	kind := kindOf(datatype)
	def := "<DEFINITION><ATTRIBUTE-DEFINITION-" + kind + "-REF>" + definition + "</ATTRIBUTE-DEFINITION-" + kind + "-REF></DEFINITION>"
	x.put("<ATTRIBUTE-VALUE-", kind)
	switch kind {
	case "STRING":
		x.put(` THE-VALUE="`, attrText(value), `">`, def)
	case "XHTML":
		lines := strings.Split(strings.ReplaceAll(value, "\r\n", "\n"), "\n")
		for i := range lines {
			lines[i] = attrText(lines[i])
		}
		x.put(">", def, "<THE-VALUE><xhtml:div>", strings.Join(lines, "<xhtml:br/>"), "</xhtml:div></THE-VALUE>")
	default:
		x.put(">", def, "<VALUES><ENUM-VALUE-REF>_", datatype, ".", attrText(value), "</ENUM-VALUE-REF></VALUES>")
	}
	x.put("</ATTRIBUTE-VALUE-", kind, ">\n")
}

func (x *reqifWriter) specification() {
	x.put("<SPECIFICATIONS>\n<SPECIFICATION", x.identity("_specification", x.in.Title), "><TYPE><SPECIFICATION-TYPE-REF>_specification-type</SPECIFICATION-TYPE-REF></TYPE><CHILDREN>\n")
	for i, s := range x.in.Sections {
		if len(s.Requirements) == 0 {
			continue
		}
		x.place(sectionID(i)+".place", sectionID(i))
		x.put("<CHILDREN>\n")
		var shown []int
		for _, r := range s.Requirements {
			if !slices.Contains(shown, r.Number) {
				shown = append(shown, r.Number)
				x.place(sectionID(i)+"."+strconv.Itoa(r.Number), reqifID(&r))
				x.put("</SPEC-HIERARCHY>\n")
			}
		}
		x.put("</CHILDREN></SPEC-HIERARCHY>\n")
	}
	x.put("</CHILDREN></SPECIFICATION>\n</SPECIFICATIONS>\n")
}

func (x *reqifWriter) place(id, object string) {
	x.put(`<SPEC-HIERARCHY IDENTIFIER="`, id, `" LAST-CHANGE="`, x.at, `"><OBJECT><SPEC-OBJECT-REF>`, object, "</SPEC-OBJECT-REF></OBJECT>")
}

func sectionID(i int) string { return "_section-" + strconv.Itoa(i+1) }

// reqifID is the same for a requirement in every export, as the exchange of
// changes demands. It is an XML name, so it cannot begin with a digit.
func reqifID(r *ba.Requirement) string { return "_" + r.Key() }
