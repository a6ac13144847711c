package extract

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"

	"github.com/ba-assistant/ba-assistant/ba"
)

// maxStack is where a recursion that a document drives ends.
const maxStack = 64 << 20

// Reader reads documents for another package, under the limits of the child
// process. Read hands over what it finds as JSON, each item below MaxFrame; a
// fault of the document is a *RejectError.
type Reader struct {
	Name string
	Read func(ctx context.Context, src Source, item func([]byte) error) error
}

// ChildMain is the main function of the child process: it reads one document
// from in, as Supervisor sends it, writes what it finds to out, and returns the
// exit code. It puts itself under limits first. Nothing of the document goes
// anywhere else. The readers are those that an Input may name.
func ChildMain(in io.Reader, out io.Writer, readers ...Reader) int {
	r, w := bufio.NewReaderSize(in, 64<<10), bufio.NewWriterSize(out, 64<<10)
	var o order
	if err := readFrame(r, &o); err != nil {
		return 2
	}
	debug.SetMemoryLimit(o.Memory / 2) // what Go manages; the PDF engine's memory comes on top
	debug.SetMaxStack(maxStack)
	if err := limitSelf(o); err != nil {
		return 3
	}
	end := o.carryOut(r, w, readers)
	end.Peak = peakMemory()
	if err := errors.Join(writeFrame(w, message{Outcome: &end}), w.Flush()); err != nil {
		return 4
	}
	return 0
}

// carryOut does what the order says.
func (o order) carryOut(r io.Reader, w *bufio.Writer, readers []Reader) outcome {
	ctx := context.Background() // the child's life is its only bound
	if o.Warm {
		return outcomeOf(Result{}, warmPDF(ctx, o.CacheDir))
	}
	if o.Size < 0 || o.Size > MaxDocument {
		return outcomeOf(Result{}, fmt.Errorf("a document of %d bytes is over the limit", o.Size))
	}
	data := make([]byte, o.Size)
	if _, err := io.ReadFull(r, data); err != nil {
		return outcomeOf(Result{}, fmt.Errorf("receive the document: %w", err))
	}
	src := Source{Name: o.Name, Data: data, CacheDir: o.CacheDir, Progress: func(p ba.Progress) {
		// An error of the pipe stays in w and comes back with the next block.
		_ = errors.Join(writeFrame(w, message{Progress: &p}), w.Flush())
	}}
	if o.Reader == "" {
		return outcomeOf(Extract(ctx, src, func(b Block) error { return writeFrame(w, message{Block: &b}) }))
	}
	for _, reader := range readers {
		if reader.Name == o.Reader {
			return outcomeOf(Result{}, reader.Read(ctx, src, func(item []byte) error { return writeFrame(w, message{Item: item}) }))
		}
	}
	return outcomeOf(Result{}, fmt.Errorf("there is no reader %q", o.Reader))
}

func outcomeOf(res Result, err error) outcome {
	end := outcome{Result: res}
	var refused *RejectError
	switch {
	case errors.As(err, &refused):
		end.Reason, end.Msg = refused.Reason, refused.Msg
	case err != nil:
		end.Fault = err.Error()
	}
	return end
}
