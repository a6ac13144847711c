package e2e

import (
	"io"
	"net"
	"strings"
	"sync"
	"testing"
)

// gate is the network between browsers and a server: an address that stays the
// same while the server is restarted elsewhere, and that can be cut.
type gate struct {
	url string

	mu     sync.Mutex
	target string // where the server listens; empty: the network is cut
	conns  map[net.Conn]bool
}

// gateTo opens a gate to a running server. The test's end closes it.
func gateTo(t testing.TB, s *instance) *gate {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{url: "http://" + l.Addr().String(), conns: map[net.Conn]bool{}}
	g.join(s)
	done := make(chan struct{})
	go func() {
		defer close(done)
		g.serve(l)
	}()
	t.Cleanup(func() {
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
			_, _ = io.Copy(way[0], way[1]) // however it ends, both ends close
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
