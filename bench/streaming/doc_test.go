// Package streaming measures how late events reach a thousand event streams,
// beside a relay that is nothing but net/http. The servers, ours and the
// relay, and the clients are processes of their own: this test program runs
// itself again under a role.
package streaming

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/process"
)

func TestMain(m *testing.M) {
	switch process.Role() {
	case "":
		os.Exit(m.Run())
	case "relay":
		process.Exit(serve(newRelay()))
	case "ours":
		process.Exit(serveOurs())
	case "clients":
		process.Exit(clients(os.Args[1:]))
	}
}

// publisher is how a server is told to send events to all its streams.
type publisher interface {
	http.Handler
	// publish hands one event to every stream. patiently waits for slow ones,
	// where the server can.
	publish(data []byte, patiently bool) error
}

// serve answers on a free port, prints it, and ends when its parent does.
func serve(p publisher) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", p)
	mux.HandleFunc("POST /bench/publish", func(w http.ResponseWriter, r *http.Request) {
		if err := publishAll(p, r); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
	mux.HandleFunc("GET /bench/memory", func(w http.ResponseWriter, _ *http.Request) {
		runtime.GC()
		fmt.Fprint(w, process.ResidentBytes())
	})
	fmt.Println("http://" + l.Addr().String())
	go process.UntilParentEnds()
	return http.Serve(l, mux)
}

// publishAll sends n events, one at each tick of the pace; the last is marked.
func publishAll(p publisher, r *http.Request) error {
	n, _ := strconv.Atoi(r.URL.Query().Get("n"))
	pace, _ := time.ParseDuration(r.URL.Query().Get("pace"))
	begun := time.Now()
	for i := range n {
		if pace > 0 {
			time.Sleep(time.Until(begun.Add(time.Duration(i) * pace))) // the pace of a load, not a synchronisation
		}
		if err := p.publish(fmt.Appendf(nil, `{"at":%d,"last":%v,"delta":%q}`, time.Now().UnixNano(), i == n-1, strings.Repeat("some words ", 12)), pace == 0); err != nil {
			return err
		}
	}
	return nil
}
