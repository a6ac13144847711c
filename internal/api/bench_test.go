package api

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/event"
)

// BenchmarkStreams publishes one event to many streams; an operation is that
// event on the wire of all of them. "bare" is the least that net/http can do:
// a handler that takes bytes from a channel, writes and flushes.
func BenchmarkStreams(b *testing.B) {
	for _, streams := range []int{100, 1000} {
		b.Run(fmt.Sprint("bare, ", streams), func(b *testing.B) { benchBare(b, streams) })
		b.Run(fmt.Sprint("ours, ", streams), func(b *testing.B) { benchOurs(b, streams) })
	}
}

// delta is an event as they are most of the time.
var delta = []byte(`{"message_id":"0190a2b4-7c1e-7d3a-9c55-3f1d2e4b5a6c","offset":1234,"text":"a few words of an answer "}`)

func benchBare(b *testing.B, streams int) {
	var mu sync.Mutex
	var all []chan []byte
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := make(chan []byte, 64)
		mu.Lock()
		all = append(all, c)
		mu.Unlock()
		w.Header().Set("Content-Type", eventStream)
		w.WriteHeader(http.StatusOK)
		flusher := w.(http.Flusher) //nolint:forcetypeassert // net/http's own
		flusher.Flush()
		for {
			select {
			case data := <-c:
				fmt.Fprintf(w, "id: %s\nevent: delta\ndata: %s\n\n", "abcdefghijkl-12345", data)
				flusher.Flush()
			case <-r.Context().Done():
				return
			}
		}
	}))
	defer server.Close()
	load := connect(b, server.Listener.Addr().String(), "/", "", streams)
	defer load.close()
	load.measure(b, func() {
		mu.Lock()
		defer mu.Unlock()
		for _, c := range all {
			c <- delta
		}
	})
}

func benchOurs(b *testing.B, streams int) {
	s := newSite(b)
	a, thread := s.talk()
	topic := event.ThreadTopic(ba.ThreadID(thread[len("/api/threads/"):]))
	load := connect(b, s.server.Listener.Addr().String(), thread+"/chat", string(a.Session), streams)
	defer load.close()
	load.measure(b, func() {
		if _, err := s.bus.Publish(b.Context(), event.Event{Topic: topic, Name: "delta", Data: delta}); err != nil {
			b.Error(err)
		}
	})
}

// load is many clients that count the events that they receive.
type load struct {
	conns    []net.Conn
	received atomic.Int64
	wake     chan struct{}
	wg       sync.WaitGroup
}

func connect(b *testing.B, address, path, session string, streams int) *load {
	b.Helper()
	l := &load{wake: make(chan struct{}, 1)}
	for range streams {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			b.Fatal(err)
		}
		l.conns = append(l.conns, conn)
		fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nCookie: ba_session=%s\r\n\r\n", path, address, session)
		in := bufio.NewReader(conn)
		for line := "-"; line != "\r\n"; {
			if line, err = in.ReadString('\n'); err != nil {
				b.Fatal(err)
			}
		}
		l.wg.Go(func() { l.count(in) })
	}
	return l
}

func (l *load) count(in *bufio.Reader) {
	buf := make([]byte, 4096)
	for {
		n, err := in.Read(buf)
		if err != nil {
			return
		}
		if k := bytes.Count(buf[:n], []byte("event: delta")); k > 0 {
			l.received.Add(int64(k))
			select {
			case l.wake <- struct{}{}:
			default:
			}
		}
	}
}

// measure publishes event after event, each when all clients have the one before.
func (l *load) measure(b *testing.B, publish func()) {
	b.Helper()
	b.ReportAllocs()
	wanted := l.received.Load()
	for b.Loop() {
		publish()
		for wanted += int64(len(l.conns)); l.received.Load() < wanted; {
			<-l.wake
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(l.conns)), "ns/event")
}

func (l *load) close() {
	for _, conn := range l.conns {
		conn.Close()
	}
	l.wg.Wait()
}
