// Package answering measures how much later the words of a model reach the
// browser than through a reverse proxy that only copies bytes. Ours stores
// each word before it shows it, so that no crash takes back what was read;
// that costs the time of a write and what is gathered for it. Provider,
// server and clients are processes of their own: this test program runs itself
// again under a role.
package answering

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/bench/process"
	"github.com/ba-assistant/ba-assistant/bench/workspace"
	"github.com/ba-assistant/ba-assistant/bench/yardstick"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/llm/openai"
)

const (
	pace  = 100 * time.Millisecond // between two pieces of an answer
	model = "bench"
)

func TestMain(m *testing.M) {
	switch process.Role() {
	case "":
		os.Exit(m.Run())
	case "provider":
		process.Exit(serve(http.HandlerFunc(provide)))
	case "proxy":
		process.Exit(serveProxy(os.Args[1]))
	case "ours":
		process.Exit(serveOurs(os.Args[1], os.Args[2]))
	case "clients":
		process.Exit(clients(os.Args[1:]))
	}
}

// serve answers on a free port, prints it, and ends when its parent does.
func serve(h http.Handler) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle("/", h)
	mux.HandleFunc("GET /bench/memory", func(w http.ResponseWriter, _ *http.Request) {
		runtime.GC()
		fmt.Fprint(w, process.ResidentBytes())
	})
	mux.HandleFunc("GET /bench/cpu", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, int64(yardstick.CPU())) })
	fmt.Println("http://" + l.Addr().String())
	go process.UntilParentEnds()
	return http.Serve(l, mux)
}

// provide answers as an OpenAI-compatible server, in pieces that say when they
// were sent.
func provide(w http.ResponseWriter, r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body) // an answer before the end of the question may end the connection
	w.Header().Set("Content-Type", "text/event-stream")
	ticks := time.NewTicker(pace)
	defer ticks.Stop()
	for range pieces() {
		fmt.Fprintf(w, "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"@%d some more words of it. \"}}]}\n\n", time.Now().UnixNano())
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-ticks.C:
		case <-r.Context().Done():
			return
		}
	}
	fmt.Fprint(w, "data: {\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}],\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":10,\"total_tokens\":20}}\n\ndata: [DONE]\n\n")
}

// pieces is how many pieces an answer has.
func pieces() int { return yardstick.Pick(100, 5) }

// serveProxy copies what the provider sends, at once.
func serveProxy(provider string) error {
	u, err := url.Parse(provider)
	if err != nil {
		return err
	}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, Transport: &http.Transport{MaxIdleConnsPerHost: 1000},
		Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(u) }}
	return serve(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The question may still be read for its end when the answer begins.
		if err := http.NewResponseController(w).EnableFullDuplex(); err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
			return
		}
		proxy.ServeHTTP(w, r)
	}))
}

// serveOurs makes a workspace with a conversation for each question.
func serveOurs(provider, number string) error {
	n, err := strconv.Atoi(number)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "ba-bench-*")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	p, err := openai.New(openai.Config{Dialect: openai.Compatible, BaseURL: provider, Model: model})
	if err != nil {
		return err
	}
	ctx := context.Background()
	w, err := workspace.New(ctx, workspace.Options{Dir: dir, People: min(n, 50), Threads: n, Provider: p, Model: model, Limits: chat.Limits{Threads: n}})
	if err != nil {
		return err
	}
	go func() {
		if err := w.Run(ctx); err != nil {
			process.Exit(err)
		}
	}()
	return serve(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if rest, is := strings.CutPrefix(r.URL.Path, "/answer/"); is {
			if i, err := strconv.Atoi(rest); err == nil && i < n {
				r.URL.Path = "/api/threads/" + string(w.Threads[i]) + "/chat"
			}
		}
		w.ServeHTTP(rw, r)
	}))
}
