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

	mu      sync.Mutex // guards what follows, and every send to and close of a reader's channel
	ring    []Event    // of seq s at s % len; grows up to limits.Events
	first   uint64     // seq of the oldest event that is kept
	next    uint64     // seq of the next event
	bytes   int
	readers map[Topic][]*reader
}

// reader is one subscription. Its topics don't change.
type reader struct {
	topics []Topic
	events chan Event
	ended  bool // events is closed
	lagged bool
}

// NewMemory returns an empty bus. It has nothing to close.
func NewMemory(l Limits) *Memory {
	if l.Events <= 0 {
		l.Events = 32768
	}
	if l.Bytes <= 0 {
		l.Bytes = 32 << 20
	}
	if l.Behind <= 0 {
		l.Behind = 64
	}
	return &Memory{limits: l, run: strings.ToLower(rand.Text()[:12]), readers: make(map[Topic][]*reader)}
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
	return &Subscription{
		Events: r.events,
		Gap:    !known,
		Start:  m.cursor(from),
		Lagged: func() bool { m.mu.Lock(); defer m.mu.Unlock(); return r.lagged },
		Close:  func() { m.mu.Lock(); defer m.mu.Unlock(); m.end(r) },
	}, nil
}

// cursor names the point after which the event of seq comes: events are
// counted from 0, so that a cursor is the seq of what follows it.
func (m *Memory) cursor(seq uint64) Cursor {
	return Cursor(m.run + "-" + strconv.FormatUint(seq, 10))
}

// place returns the seq of the first event after the cursor. Where that is not
// known it is that of now, and known is false.
func (m *Memory) place(after Cursor) (seq uint64, known bool) {
	if after == "" {
		return m.next, true
	}
	run, number, _ := strings.Cut(string(after), "-")
	seq, err := strconv.ParseUint(number, 10, 64)
	if err != nil || run != m.run || seq < m.first || seq > m.next {
		return m.next, false
	}
	return seq, true
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
