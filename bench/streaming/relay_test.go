package streaming

import (
	"net/http"
	"sync"
)

// relay is the baseline: what one writes first. It knows no cursor, no replay,
// no rights, no heartbeat and no deadline.
type relay struct {
	mu      sync.Mutex
	streams map[chan []byte]bool
}

func newRelay() *relay { return &relay{streams: make(map[chan []byte]bool)} }

func (l *relay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	events := make(chan []byte, 64)
	l.mu.Lock()
	l.streams[events] = true
	l.mu.Unlock()
	defer func() {
		l.mu.Lock()
		delete(l.streams, events)
		l.mu.Unlock()
	}()
	w.Header().Set("Content-Type", "text/event-stream")
	w.WriteHeader(http.StatusOK)
	flusher := w.(http.Flusher)
	flusher.Flush()
	for {
		select {
		case <-r.Context().Done():
			return
		case data := <-events:
			if _, err := w.Write(append(append([]byte("event: delta\ndata: "), data...), "\n\n"...)); err != nil {
				return
			}
			flusher.Flush()
		}
	}
}

func (l *relay) publish(data []byte, patiently bool) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for events := range l.streams {
		if patiently {
			events <- data
			continue
		}
		select {
		case events <- data:
		default: // too slow: the event is lost
		}
	}
	return nil
}
