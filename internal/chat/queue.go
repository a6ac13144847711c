package chat

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
)

// job is a turn that is to be answered, and for whom.
type job struct {
	actor    ba.Actor
	thread   ba.ThreadID
	turn     ba.TurnID
	question ba.MessageID
	answer   ba.MessageID
}

// queue holds the jobs of this instance: for each thread a line that is served
// one after the other. Both the lines and their lengths are bounded.
type queue struct {
	maxLines, maxLine int
	ready             chan *line // lines that nobody serves yet; has room for all

	mu     sync.Mutex // guards what follows, and the fields of lines
	lines  map[ba.ThreadID]*line
	closed bool
}

// line is the jobs of one thread. It exists while it has places.
type line struct {
	thread ba.ThreadID
	places int // taken: by jobs that wait or run, and by sends under way
	jobs   []job
	served bool
}

func newQueue(maxLines, maxLine int) *queue {
	return &queue{maxLines: maxLines, maxLine: maxLine, ready: make(chan *line, maxLines), lines: make(map[ba.ThreadID]*line)}
}

// take takes a place in the thread's line, before anything is stored: what is
// accepted is answered. The place is given to put or to leave.
func (q *queue) take(thread ba.ThreadID) (*line, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	l := q.lines[thread]
	switch {
	case q.closed:
		return nil, &ba.Error{Kind: ba.Unavailable, Code: "restarting", Msg: "The server is restarting. Your question was not stored; send it again in a few seconds.", RetryAfter: 5 * time.Second}
	case l == nil && len(q.lines) >= q.maxLines:
		return nil, &ba.Error{Kind: ba.RateLimited, Code: "busy", Msg: fmt.Sprintf("%d conversations are being answered at the moment, which is the limit here. Your question was not stored; send it again in a few seconds.", q.maxLines), RetryAfter: 5 * time.Second}
	case l != nil && l.places >= q.maxLine:
		return nil, &ba.Error{Kind: ba.RateLimited, Code: "thread_busy", Msg: fmt.Sprintf("%d questions of this conversation are being answered or wait for it, which is the limit. Your question was not stored; send it again when an answer has come.", q.maxLine), RetryAfter: 5 * time.Second}
	case l == nil:
		l = &line{thread: thread}
		q.lines[thread] = l
	}
	l.places++
	return l, nil
}

// put gives the place to a job, and reports whether the queue is still open. A
// job that the line has already is not put again.
func (q *queue) put(l *line, j job) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed || slices.ContainsFunc(l.jobs, func(other job) bool { return other.turn == j.turn }) {
		q.free(l)
		return !q.closed
	}
	l.jobs = append(l.jobs, j)
	if !l.served {
		l.served = true
		q.ready <- l
	}
	return true
}

// leave gives a place back.
func (q *queue) leave(l *line) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.free(l)
}

func (q *queue) free(l *line) {
	if l.places--; l.places == 0 {
		delete(q.lines, l.thread)
	}
}

// waiting returns the jobs of a line, the one that runs among them. With none
// left, or when the queue is closed, the line is no longer served.
func (q *queue) waiting(l *line) []job {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(l.jobs) == 0 || q.closed {
		l.served = false
		return nil
	}
	return slices.Clone(l.jobs)
}

// finish takes a job out of its line.
func (q *queue) finish(l *line, id ba.TurnID) {
	q.mu.Lock()
	defer q.mu.Unlock()
	before := len(l.jobs)
	l.jobs = slices.DeleteFunc(l.jobs, func(j job) bool { return j.turn == id })
	if len(l.jobs) < before {
		q.free(l)
	}
}

// close refuses all further jobs, and lets servers of lines end after the job
// that they have.
func (q *queue) close() {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed = true
}

func (q *queue) isClosed() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.closed
}

// left returns the jobs that were never begun. It is called when all servers
// of lines have ended.
func (q *queue) left() []job {
	q.mu.Lock()
	defer q.mu.Unlock()
	var all []job
	for _, l := range q.lines {
		all = append(all, l.jobs...)
	}
	return all
}

// jobs returns how many jobs there are, those that run among them.
func (q *queue) jobs() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	n := 0
	for _, l := range q.lines {
		n += len(l.jobs)
	}
	return n
}

// Load returns how many questions this instance answers now, and how many
// wait here.
func (s *Service) Load() (running, waiting int) {
	jobs := s.queue.jobs()
	s.running.mu.Lock()
	defer s.running.mu.Unlock()
	running = len(s.running.turns)
	return running, max(jobs-running, 0)
}

// runningTurns are the turns that this instance answers now, so that they can
// be cancelled at once.
type runningTurns struct {
	mu    sync.Mutex
	turns map[ba.TurnID]runningTurn
}

type runningTurn struct {
	thread ba.ThreadID
	cancel context.CancelCauseFunc
}

func (r *runningTurns) add(j job, cancel context.CancelCauseFunc) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.turns[j.turn] = runningTurn{j.thread, cancel}
}

func (r *runningTurns) remove(id ba.TurnID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.turns, id)
}

// stop cancels a turn, if it runs here.
func (r *runningTurns) stop(id ba.TurnID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if t, here := r.turns[id]; here {
		t.cancel(errStopped)
	}
}

// has reports whether a turn runs here.
func (r *runningTurns) has(id ba.TurnID) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, here := r.turns[id]
	return here
}

func (r *runningTurns) cancelThread(id ba.ThreadID) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, t := range r.turns {
		if t.thread == id {
			t.cancel(errStopped)
		}
	}
}
