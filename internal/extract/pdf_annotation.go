package extract

import (
	"strings"

	"github.com/klippa-app/go-pdfium/enums"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/responses"

	"github.com/ba-assistant/ba-assistant/ba"
)

// maxAnnotations is how many annotations of one page are looked at.
const maxAnnotations = 10_000

// annotations delivers the filled-in form fields and the remarks of page i.
// They lie beside the text of a page, which does not hold them.
func (p *pdfReader) annotations(i int) error {
	n, err := p.doc.FPDFPage_GetAnnotCount(&requests.FPDFPage_GetAnnotCount{Page: p.doc.page(i)})
	if err != nil || n.Count <= 0 {
		return nil
	}
	if n.Count > maxAnnotations {
		p.res.warn("Page %d has more than %d annotations; they were left out.", i+1, maxAnnotations)
		return nil
	}
	at := p.headings.at(ba.Locator{Page: i + 1})
	if err := p.fields(i, at); err != nil {
		return err
	}
	for k := range n.Count {
		kind, text := p.remark(i, k)
		if err := p.out.put(Block{Kind: kind, Text: text, Locator: at}); err != nil {
			return err
		}
	}
	return nil
}

// fields delivers the form fields of page i that were filled in.
func (p *pdfReader) fields(i int, at ba.Locator) error {
	kind, err := p.doc.FPDF_GetFormType(&requests.FPDF_GetFormType{Document: p.doc.ref})
	if err != nil || kind.FormType == enums.FPDF_FORMTYPE_NONE {
		return nil
	}
	form, err := p.doc.GetForm(&requests.GetForm{Page: p.doc.page(i)})
	if err != nil {
		p.res.warn("The form fields of page %d cannot be read.", i+1)
		return nil
	}
	for _, f := range form.Fields {
		value := strings.TrimSpace(fieldValue(f))
		if value == "" {
			continue
		}
		if err := p.out.put(Block{Kind: Field, Text: fieldLabel(f) + ": " + value, Locator: at}); err != nil {
			return err
		}
	}
	return nil
}

// fieldValue returns what a person filled in, and nothing for a button.
func fieldValue(f responses.FormField) string {
	switch f.Type {
	case enums.FPDF_FORMFIELD_TYPE_TEXTFIELD:
		return deref(f.Value)
	case enums.FPDF_FORMFIELD_TYPE_COMBOBOX, enums.FPDF_FORMFIELD_TYPE_LISTBOX:
		return strings.Join(f.Values, ", ")
	case enums.FPDF_FORMFIELD_TYPE_CHECKBOX:
		if f.IsChecked != nil && *f.IsChecked {
			return "checked"
		}
	case enums.FPDF_FORMFIELD_TYPE_RADIOBUTTON:
		if f.IsChecked != nil && *f.IsChecked {
			return deref(f.Value)
		}
	}
	return ""
}

func deref(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// fieldLabel returns what a reader sees when pointing at a field, or else the
// last part of its name ("form1[0].page[0].City[0]" is "City").
func fieldLabel(f responses.FormField) string {
	if label := oneLine(f.ToolTip); label != "" {
		return label
	}
	name := f.Name[strings.LastIndexByte(f.Name, '.')+1:]
	name, _, _ = strings.Cut(name, "[")
	if name = oneLine(name); name == "" {
		return "Field"
	}
	return name
}

// remark returns the text of annotation k: what was typed onto the page, or a
// reviewer's remark about it. Links, form fields and hidden ones have none.
func (p *pdfReader) remark(i, k int) (Kind, string) {
	a, err := p.doc.FPDFPage_GetAnnot(&requests.FPDFPage_GetAnnot{Page: p.doc.page(i), Index: k})
	if err != nil {
		return Comment, ""
	}
	defer p.closeAnnotation(a.Annotation)
	subtype, err := p.doc.FPDFAnnot_GetSubtype(&requests.FPDFAnnot_GetSubtype{Annotation: a.Annotation})
	if err != nil {
		return Comment, ""
	}
	kind, wanted := remarkKinds[subtype.Subtype]
	flags, err := p.doc.FPDFAnnot_GetFlags(&requests.FPDFAnnot_GetFlags{Annotation: a.Annotation})
	if err != nil || !wanted || flags.Flags&enums.FPDF_ANNOT_FLAG_HIDDEN != 0 {
		return Comment, ""
	}
	text, err := p.doc.FPDFAnnot_GetStringValue(&requests.FPDFAnnot_GetStringValue{Annotation: a.Annotation, Key: "Contents"})
	if err != nil {
		return Comment, ""
	}
	return kind, text.Value
}

func (p *pdfReader) closeAnnotation(ref references.FPDF_ANNOTATION) {
	_, _ = p.doc.FPDFPage_CloseAnnot(&requests.FPDFPage_CloseAnnot{Annotation: ref}) // a broken instance is noticed by the next page
}

// remarkKinds are the annotations whose text a person wrote.
var remarkKinds = map[enums.FPDF_ANNOTATION_SUBTYPE]Kind{
	enums.FPDF_ANNOT_SUBTYPE_FREETEXT:  Field,
	enums.FPDF_ANNOT_SUBTYPE_TEXT:      Comment,
	enums.FPDF_ANNOT_SUBTYPE_HIGHLIGHT: Comment,
	enums.FPDF_ANNOT_SUBTYPE_UNDERLINE: Comment,
	enums.FPDF_ANNOT_SUBTYPE_SQUIGGLY:  Comment,
	enums.FPDF_ANNOT_SUBTYPE_STRIKEOUT: Comment,
	enums.FPDF_ANNOT_SUBTYPE_SQUARE:    Comment,
	enums.FPDF_ANNOT_SUBTYPE_CIRCLE:    Comment,
	enums.FPDF_ANNOT_SUBTYPE_LINE:      Comment,
	enums.FPDF_ANNOT_SUBTYPE_POLYGON:   Comment,
	enums.FPDF_ANNOT_SUBTYPE_POLYLINE:  Comment,
	enums.FPDF_ANNOT_SUBTYPE_CARET:     Comment,
	enums.FPDF_ANNOT_SUBTYPE_INK:       Comment,
	enums.FPDF_ANNOT_SUBTYPE_STAMP:     Comment,
}
