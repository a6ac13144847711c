package e2e

import (
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// gate is the network before a server: an address that stays the same while
// the server is restarted elsewhere, and that can be cut, held up and slow.
type gate struct {
	address, url string

	mu     sync.Mutex
	target string // where the server listens; empty: the network is cut
	conns  map[net.Conn]bool
	held   chan struct{} // closed when bytes may pass again; nil: they pass
	delay  time.Duration // of each piece of at most a kilobyte
}

// gateTo opens a gate to a running server. The test's end closes it.
func gateTo(t testing.TB, s *instance) *gate {
	t.Helper()
	return openGate(t, strings.TrimPrefix(s.url, "http://"))
}

// openGate opens a gate to a host and port.
func openGate(t testing.TB, target string) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{address: l.Addr().String(), url: "http://" + l.Addr().String(), target: target, conns: map[net.Conn]bool{}}
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.serve(l)
	}()
	t.Cleanup(func() {
		g.release()
		g.cut()
		l.Close()
		<-done
	})
	return g
}

func (g *gate) serve(l net.Listener) {
	var all sync.WaitGroup
	defer all.Wait()
	for {
		c, err := l.Accept()
		if err != nil {
			return
		}
		all.Go(func() { g.carry(c) })
	}
}

// cut drops all connections and refuses new ones.
func (g *gate) cut() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.target = ""
	for c := range g.conns {
		c.Close()
	}
}

// drop cuts what is open, and lets the next connections through.
func (g *gate) drop() {
	g.mu.Lock()
	defer g.mu.Unlock()
	for c := range g.conns {
		c.Close()
	}
}

// join lets connections through to a server.
func (g *gate) join(s *instance) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.target = strings.TrimPrefix(s.url, "http://")
}

// hold keeps all bytes back, and nobody is told: so does a host that hangs.
func (g *gate) hold() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held == nil {
		g.held = make(chan struct{})
	}
}

// release lets them go on, in their order.
func (g *gate) release() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.held != nil {
		close(g.held)
		g.held = nil
	}
}

// slow makes each kilobyte, and each smaller piece, take so long. 0 is as fast
// as it was.
func (g *gate) slow(delay time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.delay = delay
}

// carry carries a connection both ways until either end closes it.
func (g *gate) carry(c net.Conn) {
	g.mu.Lock()
	target := g.target
	g.mu.Unlock()
	if target == "" {
		c.Close()
		return
	}
	to, err := net.Dial("tcp", target)
	if err != nil {
		c.Close()
		return
	}
	g.mu.Lock()
	g.conns[c], g.conns[to] = true, true
	if g.target != target { // cut meanwhile
		c.Close()
		to.Close()
	}
	g.mu.Unlock()
	var both sync.WaitGroup
	for _, way := range [][2]net.Conn{{to, c}, {c, to}} {
		both.Go(func() {
			g.copy(way[0], way[1])
			way[0].Close()
			way[1].Close()
		})
	}
	both.Wait()
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.conns, c)
	delete(g.conns, to)
}

// copy hands over what is read until one side ends.
func (g *gate) copy(to, from net.Conn) {
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf[:g.most(len(buf))])
		g.pass()
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// most is how much is handed over at once.
func (g *gate) most(all int) int {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.delay > 0 {
		return min(1<<10, all)
	}
	return all
}

// pass waits as long as the network is held up, or slow.
func (g *gate) pass() {
	g.mu.Lock()
	held, delay := g.held, g.delay
	g.mu.Unlock()
	if delay > 0 {
		<-time.After(delay)
	}
	if held != nil {
		<-held
	}
}
