package event

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// Limits bound a Memory. A zero field is its default.
type Limits struct {
	Events int // kept for replay, of all topics together; 32768
	Bytes  int // of their data; 32 MiB
	Behind int // events that a reader may be behind before it is cut off; 64
}

// eventOverhead is what an event costs beside its data, roughly.
const eventOverhead = 128

// Memory is a Bus within one process. It keeps the newest events of all topics
// in a ring; a cursor is the number of an event in it, with the name of this
// run, so that a cursor of another run is a gap and not a wrong place.
type Memory struct {
	limits Limits
	run    string
	alone  bool

	mu      sync.Mutex // guards what follows, and every send to and close of a reader's channel
	ring    []Event    // of seq s at s % len; grows up to limits.Events
	first   uint64     // seq of the oldest event that is kept
	next    uint64     // seq of the next event
	bytes   int
	readers map[Topic][]*reader
	ended   bool
}

// reader is one subscription. Its topics don't change.
type reader struct {
	topics []Topic
	events chan Event
	ended  bool // events is closed
	lagged bool
}

// NewMemory returns an empty bus for an instance that has no others beside it.
// It has nothing to close.
func NewMemory(l Limits) *Memory {
	return NewMirror(strings.ToLower(rand.Text()[:12]), 0, l)
}

// NewAlone returns an empty bus for an instance beside which there may be
// others, of which it hears nothing.
func NewAlone(l Limits) *Memory {
	m := NewMemory(l)
	m.alone = true
	return m
}

// NewMirror returns a bus that repeats what another one carries: its run is
// that one's, and the next event that is published has the number next there.
// A cursor is good in every mirror of the run.
func NewMirror(run string, next uint64, l Limits) *Memory {
	if l.Events <= 0 {
		l.Events = 32768
	}
	if l.Bytes <= 0 {
		l.Bytes = 32 << 20
	}
	if l.Behind <= 0 {
		l.Behind = 64
	}
	return &Memory{limits: l, run: run, first: next, next: next, readers: make(map[Topic][]*reader)}
}

// End cuts off all readers, and those who come later: they find another bus in
// its place.
func (m *Memory) End() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.ended = true
	for _, readers := range m.readers {
		for _, r := range slices.Clone(readers) {
			r.lagged = true
			m.end(r)
		}
	}
}

// Publish implements Bus. Its error is always nil.
func (m *Memory) Publish(_ context.Context, e Event) (Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e.Cursor = m.cursor(m.next + 1)
	m.keep(e)
	m.next++
	readers := m.readers[e.Topic]
	for i := len(readers) - 1; i >= 0; i-- { // backwards: a reader that is cut off leaves the list
		select {
		case readers[i].events <- e:
		default:
			readers[i].lagged = true
			m.end(readers[i])
		}
	}
	return e.Cursor, nil
}

// Now implements Bus. Its error is always nil.
func (m *Memory) Now(context.Context) (Cursor, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.cursor(m.next), nil
}

// Subscribe implements Bus. Its error is always nil.
func (m *Memory) Subscribe(_ context.Context, after Cursor, topics ...Topic) (*Subscription, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	from, known := m.place(after)
	missed := m.since(from, topics)
	r := &reader{topics: unique(topics), events: make(chan Event, len(missed)+m.limits.Behind)}
	for _, e := range missed {
		r.events <- e
	}
	for _, topic := range r.topics {
		m.readers[topic] = append(m.readers[topic], r)
	}
	if m.ended {
		r.lagged = true
		m.end(r)
	}
	return &Subscription{
		Events: r.events,
		Gap:    !known,
		Start:  m.cursor(from),
		Alone:  m.alone,
		Lagged: func() bool { m.mu.Lock(); defer m.mu.Unlock(); return r.lagged },
		Close:  func() { m.mu.Lock(); defer m.mu.Unlock(); m.end(r) },
	}, nil
}

// cursor names the point after which the event of seq comes: events are
// counted from 0, so that a cursor is the seq of what follows it.
func (m *Memory) cursor(seq uint64) Cursor {
	return Cursor(m.run + "-" + strconv.FormatUint(seq, 10))
}

// At returns the cursor after which the event with the number next comes.
func (m *Memory) At(next uint64) Cursor { return m.cursor(next) }

// Oldest returns the number of the oldest event that is kept.
func (m *Memory) Oldest() uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.first
}

// place returns the seq of the first event after the cursor. Where that is not
// known it is that of now, and known is false.
func (m *Memory) place(after Cursor) (seq uint64, known bool) {
	if after == "" {
		return m.next, true
	}
	seq, ours := m.number(after)
	if !ours || seq < m.first || seq > m.next {
		return m.next, false
	}
	return seq, true
}

// number reads a cursor, and reports whether it is one of this run.
func (m *Memory) number(c Cursor) (uint64, bool) {
	run, number, _ := strings.Cut(string(c), "-")
	seq, err := strconv.ParseUint(number, 10, 64)
	return seq, err == nil && run == m.run
}

// Behind reports how many events have yet to come until the cursor is reached,
// where it is one of this run.
func (m *Memory) Behind(c Cursor) uint64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	if seq, ours := m.number(c); ours && seq > m.next {
		return seq - m.next
	}
	return 0
}

// since returns the events of the topics from seq on.
func (m *Memory) since(seq uint64, topics []Topic) []Event {
	var found []Event
	for ; seq < m.next; seq++ {
		if e := m.ring[seq%uint64(len(m.ring))]; slices.Contains(topics, e.Topic) {
			found = append(found, e)
		}
	}
	return found
}

// keep puts the event into the ring at m.next, and takes the oldest away that
// don't fit any more. The event itself always stays.
func (m *Memory) keep(e Event) {
	size := len(e.Data) + eventOverhead
	for m.first < m.next && (m.bytes+size > m.limits.Bytes || m.next-m.first == uint64(m.limits.Events)) {
		oldest := &m.ring[m.first%uint64(len(m.ring))]
		m.bytes -= len(oldest.Data) + eventOverhead
		*oldest = Event{}
		m.first++
	}
	if m.next-m.first == uint64(len(m.ring)) {
		m.grow()
	}
	m.ring[m.next%uint64(len(m.ring))] = e
	m.bytes += size
}

// grow doubles the ring and gives its events their places in the larger one.
func (m *Memory) grow() {
	larger := make([]Event, min(max(64, 2*len(m.ring)), m.limits.Events))
	for seq := m.first; seq < m.next; seq++ {
		larger[seq%uint64(len(larger))] = m.ring[seq%uint64(len(m.ring))]
	}
	m.ring = larger
}

// end closes the reader's channel and forgets it. Calling it again does nothing.
func (m *Memory) end(r *reader) {
	if r.ended {
		return
	}
	r.ended = true
	close(r.events)
	for _, topic := range r.topics {
		left := m.readers[topic]
		i := slices.Index(left, r)
		left[i] = left[len(left)-1]
		left[len(left)-1] = nil
		if left = left[:len(left)-1]; len(left) == 0 {
			delete(m.readers, topic)
			continue
		}
		m.readers[topic] = left
	}
}

func unique(topics []Topic) []Topic {
	sorted := slices.Clone(topics)
	slices.Sort(sorted)
	return slices.Compact(sorted)
}
