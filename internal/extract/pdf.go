package extract

import (
	"context"
	"errors"
	"fmt"

	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/requests"

	"github.com/ba-assistant/ba-assistant/ba"
)

// maxBrokenPages is how many pages may bring the engine down before the
// document is given up.
const maxBrokenPages = 8

// readPDF delivers the text of a PDF (ISO 32000-1), page by page in the order
// in which it was set, with filled-in form fields and remarks after the text of
// their page.
func (j *job) readPDF() error {
	e, err := startPDFEngine(j.ctx, j.src.CacheDir)
	if err != nil {
		return err
	}
	return errors.Join(j.readPDFWith(e), e.close(context.WithoutCancel(j.ctx)))
}

// readPDFWith reads the document with an engine that is running.
func (j *job) readPDFWith(e *pdfEngine) error {
	p := &pdfReader{job: j, engine: e}
	if err := p.open(); err != nil {
		return err
	}
	defer p.discard()
	if p.doc.pages <= 0 {
		return damaged(PDF, errors.New("no pages"))
	}
	if p.doc.pages > MaxPages {
		return reject(TooManyPages, fmt.Sprintf("The PDF has more than %d pages. Split it, and upload the parts.", MaxPages))
	}
	j.res.Pages = p.doc.pages
	p.attachments()
	for i := range j.res.Pages {
		if err := j.alive(); err != nil {
			return err
		}
		if err := p.page(i); err != nil {
			return err
		}
		j.progress(i+1, j.res.Pages)
	}
	if len(p.unread) == j.res.Pages {
		return damaged(PDF, errors.New("no page can be read"))
	}
	p.warnings()
	return nil
}

// pdfReader is a PDF on its way through the engine.
type pdfReader struct {
	*job
	engine *pdfEngine
	doc    *pdfDocument
	layout pdfLayout

	unread  []int // pages that are damaged, from 1
	garbled []int // pages whose letters have no meaning
	broken  int   // pages that brought the engine down
}

func (p *pdfReader) open() (err error) {
	p.doc, err = p.engine.open(p.ctx, p.src.Data)
	return err
}

func (p *pdfReader) discard() {
	if p.doc != nil {
		_ = p.doc.discard() // the instance is not used again
		p.doc = nil
	}
}

// page delivers page i, from 0. A page that cannot be read is left out and
// named in the result.
func (p *pdfReader) page(i int) error {
	before := p.res.Blocks
	page, err := p.doc.readPage(i)
	if err != nil {
		return p.skip(i, err)
	}
	if page.chars > 20 && page.broken*3 > page.chars {
		p.garbled = append(p.garbled, i+1)
	}
	if err := p.text(page, i+1); err != nil {
		return err
	}
	if err := p.annotations(i); err != nil {
		return err
	}
	if p.res.Blocks == before {
		p.res.emptyPage(i + 1)
	}
	return nil
}

// skip notes a page that cannot be read. One that brought the engine down costs
// a new instance of it.
func (p *pdfReader) skip(i int, cause error) error {
	if err := p.alive(); err != nil {
		return err
	}
	p.unread = append(p.unread, i+1)
	p.res.emptyPage(i + 1)
	if errors.Is(cause, pdfiumerrors.ErrPage) || errors.Is(cause, errTooManyChars) {
		return nil
	}
	if p.engine.limit.refused.Load() {
		return p.engine.refusal(cause)
	}
	if p.broken++; p.broken > maxBrokenPages {
		return damaged(PDF, cause)
	}
	p.discard()
	return p.open()
}

// text delivers the blocks of a page.
func (p *pdfReader) text(page pdfPage, number int) error {
	at := ba.Locator{Page: number}
	rows := &table{put: p.out.put}
	for _, b := range p.layout.blocks(page.lines) {
		if b.Kind == Row {
			b.Locator = p.headings.at(at)
			if err := rows.add(b); err != nil {
				return err
			}
			continue
		}
		if err := p.endTable(&rows); err != nil {
			return err
		}
		if err := p.block(b, at); err != nil {
			return err
		}
	}
	return p.endTable(&rows)
}

// endTable delivers what is held back of a table and begins the next one.
func (p *pdfReader) endTable(rows **table) error {
	if len((*rows).held) == 0 && !(*rows).passed {
		return nil
	}
	p.res.Tables++
	err := (*rows).flush()
	*rows = &table{put: p.out.put}
	return err
}

func (p *pdfReader) block(b Block, at ba.Locator) error {
	if b.Kind == Heading {
		return p.heading(b.Level, b.Text, at)
	}
	b.Locator = p.headings.at(at)
	return p.out.put(b)
}

// attachments warns of files inside the document, which are not opened.
func (p *pdfReader) attachments() {
	n, err := p.doc.FPDFDoc_GetAttachmentCount(&requests.FPDFDoc_GetAttachmentCount{Document: p.doc.ref})
	if err == nil && n.AttachmentCount > 0 {
		p.res.warn("The PDF carries %s, which %s not read. Upload what matters by itself.",
			count(n.AttachmentCount, "attached file"), pick(n.AttachmentCount == 1, "was", "were"))
	}
}

func (p *pdfReader) warnings() {
	if len(p.unread) > 0 {
		p.res.warn("%s: %s damaged or too large, and left out. Print the document to a new PDF and upload that.",
			pageList(p.unread), pick(len(p.unread) == 1, "it is", "they are"))
	}
	if len(p.garbled) > 0 {
		p.res.warn("%s: the letters are drawn without saying which they are, so that much of the text is unreadable. Run the document through text recognition (OCR) and upload the result.",
			pageList(p.garbled))
	}
}

// pageList returns "Page 3" or "Pages 3, 4, 9 and 12 more".
func pageList(pages []int) string {
	const most = 10
	r := Result{EmptyPages: len(pages), EmptyPageNumbers: pages[:min(len(pages), most)]}
	return pick(len(pages) == 1, "Page ", "Pages ") + r.listEmpty()
}

func pick(first bool, a, b string) string {
	if first {
		return a
	}
	return b
}
