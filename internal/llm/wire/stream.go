package wire

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"iter"
	"net/http"

	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/sse"
)

// Call is one request and how its answer is read.
type Call struct {
	Path      string // below the base URL, with a query where there is one
	Body      []byte
	Request   llm.Request // what Body was made of; errors must not quote it
	Decoder   func() Decoder
	Continues bool // an earlier call yielded the beginning of the answer
}

// errLeft says that the reader of the stream wants no more.
var errLeft = errors.New("the reader left")

// Stream sends the call and yields what comes, as llm.Provider wants it. A
// fault before the first piece of the answer is retried, at most twice.
func (c *Client) Stream(ctx context.Context, call Call) iter.Seq2[llm.Delta, error] {
	return func(yield func(llm.Delta, error) bool) {
		out := &output{ctx: ctx, yield: yield, started: call.Continues}
		for attempt := 0; ; attempt++ {
			err := c.attempt(ctx, call, out)
			switch {
			case err == nil, errors.Is(err, errLeft):
				return
			case ctx.Err() != nil:
				yield(llm.Delta{}, ctx.Err())
				return
			}
			fault := c.finish(err, call, out.started)
			wait, again := c.retry(fault, attempt)
			if !again || call.Request.Once {
				yield(llm.Delta{}, fault)
				return
			}
			out.again()
			if err := sleep(ctx, wait); err != nil {
				yield(llm.Delta{}, err)
				return
			}
			if call.Request.Again != nil && call.Request.Again(ctx, fault) != nil {
				yield(llm.Delta{}, fault)
				return
			}
		}
	}
}

// attempt sends the request once and reads the answer. It returns nil when the
// answer was complete.
func (c *Client) attempt(parent context.Context, call Call, out *output) error {
	if err := parent.Err(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	w := &watch{limits: c.Limits, cancel: cancel}
	defer w.disarm()
	resp, err := c.post(w.trace(ctx), call)
	w.disarm()
	if err != nil {
		return unreached(ctx, err, w.unsent())
	}
	defer resp.Body.Close()
	b := &body{src: resp.Body, watch: w}
	if err := c.answered(ctx, resp, b); err != nil {
		return withID(err, resp, nil)
	}
	dec := call.Decoder()
	out.id = func() string { return requestID(resp, dec) }
	return withID(c.read(ctx, b, dec, out), resp, dec)
}

// read passes the events on until the answer ends.
func (c *Client) read(ctx context.Context, b *body, dec Decoder, out *output) error {
	events := sse.NewReader(b, maxEvent)
	for {
		e, err := events.Next()
		if err != nil {
			return c.end(ctx, err, b, dec, out)
		}
		size := dec.Size()
		deltas, err := dec.Event(e)
		if dec.Size() > size {
			b.watch.progressed()
		}
		if out.send(deltas) != nil {
			return out.err
		}
		if err != nil {
			return err
		}
		if dec.Ended() {
			b.watch.shorten(lingerCounts)
		}
		if out.stopped {
			drain(b)
			return nil
		}
	}
}

// end decides what the end of a body means: of the answer, or of the hope for it.
func (c *Client) end(ctx context.Context, cause error, b *body, dec Decoder, out *output) error {
	if out.ctx.Err() != nil {
		return out.ctx.Err()
	}
	deltas, err := dec.End()
	if out.send(deltas) != nil {
		return out.err
	}
	switch {
	case err != nil:
		return err
	case out.stopped:
		return nil
	case json.Valid(b.fault()):
		if e := c.Fault(http.StatusOK, b.fault()); e.Kind != llm.ErrUnknown {
			return &e
		}
		return &llm.Error{Kind: llm.ErrProtocol, Msg: "it sent an object that is neither an event nor an error"}
	}
	return broken(ctx, cause)
}

// drain reads to the end of a complete answer, so that the connection can be
// used again.
func drain(b *body) {
	b.watch.shorten(lingerDone)
	io.Copy(io.Discard, io.LimitReader(b, maxFault)) // what fails here, nobody misses
}

// withID adds the provider's id of the request to its fault.
func withID(err error, resp *http.Response, dec Decoder) error {
	if e, ok := errors.AsType[*llm.Error](err); ok {
		if e.Status == 0 && resp.StatusCode != http.StatusOK {
			e.Status = resp.StatusCode
		}
		if id := requestID(resp, dec); id != "" {
			e.RequestID = id
		}
	}
	return err
}

func requestID(resp *http.Response, dec Decoder) string {
	for _, name := range []string{"Request-Id", "X-Request-Id"} {
		if id := resp.Header.Get(name); id != "" {
			return clip(id)
		}
	}
	if dec == nil {
		return ""
	}
	return clip(dec.ID())
}

// clip bounds an id that is kept.
func clip(id string) string { return id[:min(len(id), 128)] }
