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
)

const roleVariable = "BA_BENCH_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "relay":
		exit(serve(newRelay()))
	case "ours":
		exit(serveOurs())
	case "clients":
		exit(clients(os.Args[1:]))
	}
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
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
		fmt.Fprint(w, residentBytes())
	})
	fmt.Println("http://" + l.Addr().String())
	go untilParentEnds()
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

// residentBytes returns the memory of this process as the system counts it.
func residentBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.SplitSeq(string(status), "\n") {
		if rest, found := strings.CutPrefix(line, "VmRSS:"); found {
			kb, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(rest, "kB")), 10, 64)
			return kb << 10
		}
	}
	return 0
}

// untilParentEnds exits when standard input closes, which it does when the
// test ends, whatever ends it.
func untilParentEnds() {
	_, _ = os.Stdin.Read(make([]byte, 1))
	os.Exit(0)
}
