package extract

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// watchEvery is how often time and memory of a child are looked at.
	watchEvery = 20 * time.Millisecond
	// patience times the time limit is how long a child may take on the clock
	// where its processor time is known: on a busy or small machine it waits.
	patience = 4
	// sendFactor times the time limit is how long sending a document may take,
	// which waits for the database and not for the document.
	sendFactor = 10
	// pipeDelay is how long the pipes of a child that ended may stay open.
	pipeDelay = 5 * time.Second
)

// child is one child process with its document.
type child struct {
	order  order
	in     Input
	cmd    *exec.Cmd
	stdin  io.WriteCloser
	stdout io.Reader
	stderr tail
	begun  time.Time
	ended  chan struct{} // closed when the process is gone

	// Shared with the watcher.
	sent    atomic.Int64 // when the child had the whole document, after begun; 0 until then
	paused  atomic.Int64 // time spent in callbacks that are over
	waiting atomic.Int64 // when the callback that runs began, after begun; 0 for none
	peak    atomic.Int64 // bytes of resident memory
	verdict atomic.Pointer[RejectError]
}

// run carries out an order in a child process.
func (s *Supervisor) run(ctx context.Context, o order, in Input) (Result, error) {
	c := &child{order: o, in: in, ended: make(chan struct{})}
	if err := c.start(s); err != nil {
		return Result{}, fmt.Errorf("start a child process: %w", err)
	}
	var helpers sync.WaitGroup
	var errSend error
	helpers.Go(func() { c.watch(ctx) })
	helpers.Go(func() {
		if errSend = c.send(); errSend != nil {
			killGroup(c.cmd)
		}
	})
	end, errReceive := c.receive()
	if errReceive != nil {
		killGroup(c.cmd)
	}
	errWait := c.cmd.Wait()
	close(c.ended)
	helpers.Wait()
	if end == nil || errReceive != nil || errSend != nil {
		return c.failed(), c.whyFailed(ctx, errors.Join(errReceive, errSend), errWait)
	}
	return c.succeeded(end)
}

// start starts the process. It learns nothing from the environment and has no
// files but its three pipes.
func (c *child) start(s *Supervisor) error {
	exe, err := s.Exe, error(nil)
	if exe == "" {
		if exe, err = os.Executable(); err != nil {
			return err
		}
	}
	if s.CacheDir != "" {
		if c.order.CacheDir, err = filepath.Abs(s.CacheDir); err != nil {
			return err
		}
	}
	c.cmd = exec.Command(exe, s.Args...)
	c.cmd.Env = []string{"GOMAXPROCS=2", "GOTRACEBACK=single"}
	c.cmd.Dir = string(filepath.Separator)
	c.cmd.WaitDelay = pipeDelay
	c.cmd.Stderr = &c.stderr
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if c.stdout, err = c.cmd.StdoutPipe(); err != nil {
		return err
	}
	prepare(c.cmd)
	c.begun = time.Now()
	return c.cmd.Start()
}

// send gives the child its order and the document. A child that ends before it
// has read all says why itself.
func (c *child) send() error {
	defer c.stdin.Close()
	if err := writeFrame(c.stdin, c.order); err != nil {
		return nil
	}
	var size int64
	for piece, err := range c.in.Pieces {
		if err != nil {
			return err
		}
		size += int64(len(piece))
		if _, err := c.stdin.Write(piece); err != nil {
			return nil
		}
	}
	if size != c.order.Size {
		return fmt.Errorf("the original has %d bytes, not the %d stated", size, c.order.Size)
	}
	c.sent.Store(max(int64(time.Since(c.begun)), 1))
	return nil
}

// receive hands on what the child finds, and returns its outcome; nil where it
// ended without one.
func (c *child) receive() (*outcome, error) {
	r := bufio.NewReaderSize(c.stdout, 64<<10)
	blocks, size := 0, 0
	for {
		var m message
		if err := readFrame(r, &m); err != nil {
			if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, os.ErrClosed) {
				return nil, nil
			}
			return nil, errors.Join(errBrokenChild, err)
		}
		switch {
		case m.Outcome != nil:
			return m.Outcome, m.Outcome.check()
		case m.Progress != nil && c.in.Progress != nil:
			c.pause(func() error { c.in.Progress(*m.Progress); return nil })
		case m.Item != nil:
			blocks, size = blocks+1, size+len(m.Item)
			if blocks > MaxBlocks || size > MaxText || c.in.Item == nil {
				return nil, errBrokenChild
			}
			if err := c.pause(func() error { return c.in.Item(m.Item) }); err != nil {
				return nil, err
			}
		case m.Block != nil:
			blocks, size = blocks+1, size+len(m.Block.Text)
			if blocks > MaxBlocks || size > MaxText || m.Block.check() != nil || c.in.Block == nil {
				return nil, errBrokenChild
			}
			if err := c.pause(func() error { return c.in.Block(*m.Block) }); err != nil {
				return nil, err
			}
		}
	}
}

// pause runs a callback, whose time does not count against the document.
func (c *child) pause(callback func() error) error {
	from := max(int64(time.Since(c.begun)), 1)
	c.waiting.Store(from)
	err := callback()
	c.paused.Add(int64(time.Since(c.begun)) - from)
	c.waiting.Store(0)
	return err
}

// worked returns the time that the child had for the document, and whether it
// has the whole of it.
func (c *child) worked() (time.Duration, bool) {
	now := int64(time.Since(c.begun))
	if w := c.waiting.Load(); w > 0 {
		now = w
	}
	sent := c.sent.Load()
	return time.Duration(now - sent - c.paused.Load()), sent > 0
}

// watch ends the child when its time or memory is over, or ctx.
func (c *child) watch(ctx context.Context) {
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-c.ended:
			return
		case <-ctx.Done():
			killGroup(c.cmd)
			return
		case <-tick.C:
		}
		if v := c.judge(); v != nil {
			c.verdict.Store(v)
			killGroup(c.cmd)
			return
		}
	}
}

// judge returns why the child must end now, or nil.
func (c *child) judge() *RejectError {
	memory := residentMemory(c.cmd.Process.Pid)
	c.peak.Store(max(memory, c.peak.Load()))
	if memory > c.order.Memory {
		return tooMuchMemory()
	}
	limit := c.order.Timeout
	cpu, known := processorTime(c.cmd.Process.Pid)
	clock := limit
	if known {
		clock = patience * limit
	}
	worked, complete := c.worked()
	if cpu > limit || complete && worked > clock || worked > max(clock, sendFactor*limit) {
		return tooSlow(limit)
	}
	return nil
}

func tooMuchMemory() *RejectError {
	return reject(TooMuchMemory, "The document needs more memory than one may. Split it, or save it without pictures, and upload that.")
}

func tooSlow(limit time.Duration) *RejectError {
	return reject(TooSlow, fmt.Sprintf("Reading the document took longer than %.0f seconds and was given up. Split it, or print it to a new PDF, and upload that.", limit.Seconds()))
}
