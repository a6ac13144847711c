package extract

import (
	"bytes"
	"context"

	"github.com/ba-assistant/ba-assistant/ba"
)

// Source is a document to be read in this process.
type Source struct {
	Name     string                 // as uploaded; its ending is checked against the content
	Data     []byte                 // not changed
	CacheDir string                 // compilation cache of the PDF engine; empty means none
	Progress func(done ba.Progress) // called as pages, slides or sheets are done; may be nil
}

// job is one document on its way through a reader.
type job struct {
	ctx      context.Context
	src      Source
	out      *sink
	res      *Result
	headings headings
}

// Extract reads a document in this process and calls emit with its blocks in
// reading order, from the calling goroutine. An error of emit ends the reading
// and is returned as it is; a fault of the document is a *RejectError, with
// which the Result holds what was found until then. Strangers' documents belong
// in Supervisor.Extract, which bounds time and memory.
func Extract(ctx context.Context, src Source, emit func(Block) error) (Result, error) {
	res := &Result{}
	format, err := Detect(src.Data, src.Name)
	res.Format = format
	if err != nil {
		return *res, err
	}
	j := &job{ctx: ctx, src: src, res: res, out: &sink{emit: emit, res: res}}
	err = j.read(format)
	return *res, err
}

func (j *job) read(f Format) error {
	switch f {
	case PDF:
		return j.readPDF()
	case DOCX:
		return j.readDOCX()
	case XLSX:
		return j.readXLSX()
	case PPTX:
		return j.readPPTX()
	case CSV:
		return j.readCSV()
	case Markdown:
		return j.readMarkdown()
	case HTML:
		return j.readHTML()
	}
	return j.readTXT()
}

// progress reports that done of total pages, slides or sheets are read.
func (j *job) progress(done, total int) {
	if j.src.Progress != nil {
		j.src.Progress(ba.Progress{Done: done, Total: total})
	}
}

// put delivers a block under the nearest heading.
func (j *job) put(kind Kind, text string, l ba.Locator) error {
	return j.out.put(Block{Kind: kind, Text: text, Locator: j.headings.at(l)})
}

// heading delivers a heading and makes it the nearest one.
func (j *job) heading(level int, text string, l ba.Locator) error {
	if oneLine(text) == "" {
		return nil
	}
	j.headings.set(text)
	return j.out.put(Block{Kind: Heading, Level: level, Text: text, Locator: j.headings.at(l)})
}

// alive returns the context's error, if any.
func (j *job) alive() error { return j.ctx.Err() }

// isBlank reports data without anything but white space and NULs.
func isBlank(data []byte) bool { return len(bytes.Trim(data, " \t\r\n\x00\f\v")) == 0 }
