package extract

import (
	"encoding/xml"
	"strings"

	"github.com/ba-assistant/ba-assistant/ba"
)

// readXLSX delivers the rows of each sheet of a workbook (ECMA-376 part 1, 18)
// with the name of the sheet and the number of the row; numbers and dates as
// the number format shows them, text as it is (leading zeros stay), the last
// result of formulas; and after the rows the comments and text boxes. It reads
// row by row and writes no temporary file. Hidden sheets are read and named.
func (j *job) readXLSX() error {
	p, err := openPackage(j.src.Data, XLSX)
	if err != nil {
		return err
	}
	w := &workbook{job: j, p: p}
	if err := w.prepare(); err != nil {
		return err
	}
	j.res.Pages = len(w.sheets)
	for i, s := range w.sheets {
		if err := w.sheet(s, i); err != nil {
			return err
		}
		j.progress(i+1, len(w.sheets))
	}
	return nil
}

// workbook is what the sheets refer to.
type workbook struct {
	*job
	p       *opcPackage
	sheets  []sheetRef
	strings []string
	styles  []numberFormat // by cell style
	is1904  bool           // days count from 1904
}

type sheetRef struct {
	name   string
	part   string
	hidden bool
}

func (w *workbook) prepare() error {
	rels, err := w.p.relations(w.p.main)
	if err != nil {
		return err
	}
	err = w.p.each(w.p.main, func(x *xmlPart, e xml.StartElement) error {
		switch e.Name.Local {
		case "workbookPr":
			v := attr(e, "date1904")
			w.is1904 = v != "" && !isOff(v)
		case "sheet":
			state := attr(e, "state")
			w.sheets = append(w.sheets, sheetRef{name: shorten(oneLine(attr(e, "name")), 100), part: target(rels, relID(e)),
				hidden: state == "hidden" || state == "veryHidden"})
		}
		if len(w.sheets) > MaxPages {
			return reject(TooManyPages, "The workbook has more than 5,000 sheets. Split it.")
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.readStrings(first(targets(rels, "sharedStrings"))); err != nil {
		return err
	}
	return w.readStyles(first(targets(rels, "styles")))
}

// readStrings reads the texts that cells share.
func (w *workbook) readStrings(part string) error {
	size := 0
	return w.p.each(part, func(x *xmlPart, e xml.StartElement) error {
		if e.Name.Local != "si" {
			return nil
		}
		s, err := richText(x)
		if size += len(s) + 16; size > MaxStrings {
			return reject(TooLarge, "The workbook holds more than 128 MB of text. Split it.")
		}
		w.strings = append(w.strings, s)
		return err
	})
}

// richText reads the runs of a shared or inline string; phonetic guides are
// left out.
func richText(x *xmlPart) (string, error) {
	var b strings.Builder
	inText := false
	err := x.inside(func(t xml.Token) error {
		switch t := t.(type) {
		case xml.StartElement:
			if t.Name.Local == "rPh" || t.Name.Local == "rPr" {
				return x.skip()
			}
			inText = t.Name.Local == "t"
		case xml.EndElement:
			inText = false
		case xml.CharData:
			if inText {
				b.Write(t)
			}
		}
		return nil
	})
	return unescapeX(b.String()), err
}

// readStyles reads the number format of each cell style.
func (w *workbook) readStyles(part string) error {
	custom := map[string]string{}
	inCells := false
	return w.p.each(part, func(x *xmlPart, e xml.StartElement) error {
		switch e.Name.Local {
		case "numFmt":
			custom[attr(e, "numFmtId")] = attr(e, "formatCode")
		case "cellXfs":
			inCells = true
		case "cellStyles", "dxfs":
			inCells = false
		case "xf":
			if inCells && len(w.styles) < 1<<16 {
				w.styles = append(w.styles, parseFormat(formatCode(attr(e, "numFmtId"), custom)))
			}
		}
		return nil
	})
}

// sheet delivers one sheet.
func (w *workbook) sheet(s sheetRef, index int) error {
	before := w.res.Blocks
	w.res.Sheets = append(w.res.Sheets, Sheet{Name: s.name, Hidden: s.hidden})
	w.headings = headings{}
	if s.hidden {
		w.res.warn("The sheet \"%s\" is hidden in the workbook; it was read too.", s.name)
	}
	r := &sheetReader{workbook: w, name: s.name}
	r.rows = table{put: r.deliver}
	if err := r.read(s.part); err != nil {
		return err
	}
	w.res.Sheets[index].Rows = r.full
	if err := w.sheetParts(s); err != nil {
		return err
	}
	if w.res.Blocks == before {
		w.res.emptyPage(index + 1)
	}
	return nil
}

// sheetParts delivers the comments and text boxes of a sheet.
func (w *workbook) sheetParts(s sheetRef) error {
	rels, err := w.p.relations(s.part)
	if err != nil {
		return err
	}
	for _, part := range targets(rels, "comments") {
		if err := w.sheetComments(part, s.name); err != nil {
			return err
		}
	}
	for _, part := range targets(rels, "drawing") {
		put := func(text string) error { return w.put(Paragraph, text, ba.Locator{Sheet: s.name}) }
		if err := w.p.drawingText(part, put); err != nil {
			return err
		}
	}
	return nil
}

func (w *workbook) sheetComments(part, sheet string) error {
	row := 0
	return w.p.each(part, func(x *xmlPart, e xml.StartElement) error {
		switch e.Name.Local {
		case "comment":
			_, row = cellRef(attr(e, "ref"))
		case "text":
			text, err := richText(x)
			if err != nil {
				return err
			}
			return w.put(Comment, text, ba.Locator{Sheet: sheet, Row: row})
		}
		return nil
	})
}
