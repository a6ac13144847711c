package extract

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync/atomic"

	"github.com/klippa-app/go-pdfium"
	pdfiumerrors "github.com/klippa-app/go-pdfium/errors"
	"github.com/klippa-app/go-pdfium/references"
	"github.com/klippa-app/go-pdfium/requests"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental"
)

// pdfEngine is PDFium, compiled to WebAssembly, in a runtime that gives it
// bounded memory and neither files nor network. It serves one document at a
// time. Compiling it takes seconds and some 300 MB; a cache on disk saves both.
type pdfEngine struct {
	cache wazero.CompilationCache // nil without a folder
	pool  pdfium.Pool
	limit *memoryLimit
}

// compileWorkers makes compiling a third faster than one would, for 50 MB more.
const compileWorkers = 2

// newPDFEngine compiles PDFium, or loads it from the cache in dir. With
// interruptible, the end of ctx ends a call that hangs, at four times the cost:
// processes that can be killed do without.
func newPDFEngine(ctx context.Context, dir string, interruptible bool) (*pdfEngine, error) {
	e := &pdfEngine{limit: &memoryLimit{}}
	config := wazero.NewRuntimeConfig().
		WithCoreFeatures(api.CoreFeaturesV2 | experimental.CoreFeaturesExceptionHandling).
		WithCloseOnContextDone(interruptible)
	if dir != "" {
		var err error
		if e.cache, err = wazero.NewCompilationCacheWithDir(dir); err != nil {
			return nil, fmt.Errorf("open the cache of the PDF engine: %w", err)
		}
		config = config.WithCompilationCache(e.cache)
	}
	ctx = experimental.WithCompilationWorkers(ctx, compileWorkers)
	var err error
	e.pool, err = webassembly.Init(webassembly.Config{
		Context:       experimental.WithMemoryAllocator(ctx, e.limit),
		MaxTotal:      1,
		RuntimeConfig: config,
		FSConfig:      wazero.NewFSConfig(), // no files
		Stdout:        io.Discard,
		Stderr:        io.Discard,
	})
	if err != nil {
		return nil, errors.Join(fmt.Errorf("start the PDF engine: %w", err), e.close(ctx))
	}
	return e, nil
}

func (e *pdfEngine) close(ctx context.Context) error {
	var err error
	if e.pool != nil {
		err = e.pool.Close()
	}
	if e.cache != nil {
		err = errors.Join(err, e.cache.Close(ctx))
	}
	return err
}

// startPDFEngine is newPDFEngine for a process that can be killed. A cache that
// cannot be used, such as one that was cut short, is made anew.
func startPDFEngine(ctx context.Context, dir string) (*pdfEngine, error) {
	e, err := newPDFEngine(ctx, dir, false)
	if err == nil || dir == "" {
		return e, err
	}
	if err := clearCache(dir); err != nil {
		return nil, fmt.Errorf("remove a broken cache of the PDF engine: %w", err)
	}
	return newPDFEngine(ctx, dir, false)
}

// warmPDF compiles the PDF engine into the cache in dir.
func warmPDF(ctx context.Context, dir string) error {
	e, err := startPDFEngine(ctx, dir)
	if err != nil {
		return err
	}
	return e.close(ctx)
}

// clearCache removes what the WebAssembly runtime keeps in dir, and nothing else.
func clearCache(dir string) error {
	folders, err := filepath.Glob(filepath.Join(dir, "wazero-*"))
	for _, f := range folders {
		err = errors.Join(err, os.RemoveAll(f))
	}
	return err
}

// memoryLimit hands out the memory of the engine and remembers whether it was
// asked for more than there may be, which the runtime's own limit does not tell.
type memoryLimit struct{ refused atomic.Bool }

// Allocate implements experimental.MemoryAllocator.
func (m *memoryLimit) Allocate(_, max uint64) experimental.LinearMemory {
	max = min(max, pdfMemoryPages<<16)
	return &boundedMemory{limit: m, buf: reserve(int(max)), max: max}
}

// boundedMemory is reserved as a whole and used from its beginning, so that
// growing copies nothing: appending would hold the old and the new at once.
type boundedMemory struct {
	limit *memoryLimit
	buf   []byte
	max   uint64
}

// Reallocate implements experimental.LinearMemory.
func (b *boundedMemory) Reallocate(size uint64) []byte {
	if size > b.max {
		b.limit.refused.Store(true)
		return nil
	}
	return b.buf[:size]
}

// Free implements experimental.LinearMemory.
func (b *boundedMemory) Free() {
	release(b.buf)
	b.buf = nil
}

// pdfDocument is an open document. Its calls return errNoPage for a page that
// cannot be read, and another error after which the instance is broken.
type pdfDocument struct {
	pdfium.Pdfium
	ref   references.FPDF_DOCUMENT
	pages int
}

// open opens a document in a fresh instance of the engine.
func (e *pdfEngine) open(ctx context.Context, data []byte) (*pdfDocument, error) {
	instance, err := e.pool.GetInstanceWithContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("start an instance of the PDF engine: %w", err)
	}
	d := &pdfDocument{Pdfium: instance}
	opened, err := d.OpenDocument(&requests.OpenDocument{FileReader: bytes.NewReader(data), FileReaderSize: int64(len(data))})
	if err != nil {
		return nil, errors.Join(e.refusal(err), d.discard())
	}
	d.ref = opened.Document
	count, err := d.FPDF_GetPageCount(&requests.FPDF_GetPageCount{Document: d.ref})
	if err != nil {
		return nil, errors.Join(e.refusal(err), d.discard())
	}
	d.pages = count.PageCount
	return d, nil
}

// discard ends the instance, whatever its state.
func (d *pdfDocument) discard() error { return d.Kill() }

// refusal says why PDFium does not go on with a document.
func (e *pdfEngine) refusal(err error) error {
	switch {
	case e.limit.refused.Load():
		return rejectBecause(ExpandsTooFar, "The PDF needs more memory than a document may: its content expands too far. Print it to a new PDF, or split it, and upload that.", err)
	case errors.Is(err, pdfiumerrors.ErrPassword), errors.Is(err, pdfiumerrors.ErrSecurity):
		return reject(Encrypted, "The PDF is protected with a password. Open it, save it without the password, and upload that copy.")
	}
	return damaged(PDF, err)
}

// page names a page, from 0, in a call.
func (d *pdfDocument) page(i int) requests.Page {
	return requests.Page{ByIndex: &requests.PageByIndex{Document: d.ref, Index: i}}
}
