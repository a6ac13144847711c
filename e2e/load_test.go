package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	writers = 200
	// longestWait is what a client may wait on a machine that does nothing else.
	longestWait = 2 * time.Second
	// thinking is the pause of a client between two writes.
	thinking = time.Second
)

func loadTime() time.Duration {
	if soaking() {
		return 10 * time.Minute
	}
	return 30 * time.Second
}

func TestManyWritersLoseNothingAndNobodyWaits(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { load(t, start(t)) })
	t.Run("PostgreSQL", func(t *testing.T) { load(t, start(t, "DATABASE_URL="+postgres.url(t))) })
}

// writer is one client with what was acknowledged to it.
type writer struct {
	*person
	project, thread string
	messages        map[string]string // text, by id
	files           map[string]string // content, by document
	waits           []time.Duration
	err             error
}

func load(t *testing.T, s *instance) {
	t.Helper()
	all := make([]*writer, writers)
	for i := range all {
		p := signIn(t, s.url, fmt.Sprintf("writer%d", i))
		project := p.project(t, fmt.Sprintf("Project %d", i))
		all[i] = &writer{person: p, project: project, thread: p.thread(t, project), messages: map[string]string{}, files: map[string]string{}}
	}
	ctx, cancel := context.WithTimeout(t.Context(), loadTime())
	defer cancel()
	var wait sync.WaitGroup
	for i, w := range all {
		wait.Go(func() { w.err = w.work(ctx, i) })
	}
	wait.Wait()
	report(t, all)
	for i, w := range all {
		w.verify(t, i)
	}
}

// work asks a question and watches the answer to its end, or uploads a
// document, or renames the project, in turn, until the time is over. The
// clients begin one after the other, as people do.
func (w *writer) work(ctx context.Context, n int) error {
	<-time.After(thinking * time.Duration(n) / writers)
	pause := time.NewTicker(thinking)
	defer pause.Stop()
	for k := 0; ; k++ {
		var err error
		switch (n + k) % 3 {
		case 0:
			err = w.writeMessage(fmt.Sprintf("Question %d of writer %d?", k, n))
		case 1:
			err = w.writeFile(fmt.Sprintf("Note %d of writer %d. ", k, n))
		default:
			err = w.timed(func(ctx context.Context) error {
				return w.call(ctx, "PATCH", "/api/projects/"+w.project, map[string]string{"description": fmt.Sprintf("Description %d", k)}, nil)
			})
		}
		if err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return nil
		case <-pause.C:
		}
	}
}

func (w *writer) timed(write func(ctx context.Context) error) error {
	ctx, cancel := context.WithTimeout(context.Background(), 15*time.Second)
	defer cancel()
	began := time.Now()
	err := write(ctx)
	w.waits = append(w.waits, time.Since(began))
	return err
}

// writeMessage waits for the acknowledgement, which is what is timed, and then
// for the end of the answer.
func (w *writer) writeMessage(text string) error {
	id := newID()
	ctx, cancel := context.WithTimeout(context.Background(), 60*time.Second)
	defer cancel()
	body, err := json.Marshal(map[string]string{"id": id, "content": text})
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, "POST", w.base+"/api/threads/"+w.thread+"/chat", bytes.NewReader(body))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Accept", "text/event-stream")
	began, ended := time.Now(), ""
	err = w.receive(r, func(e event) bool {
		switch e.Name {
		case "accepted":
			w.waits = append(w.waits, e.At.Sub(began))
			w.messages[id] = text
		case "done":
			var done turn
			_ = e.into(&done)
			ended = done.State
		}
		return true
	})
	if err == nil && ended != "complete" {
		err = fmt.Errorf("the answer is %q", ended)
	}
	return err
}

func (w *writer) writeFile(text string) error {
	content := strings.Repeat(text, 200)
	return w.timed(func(ctx context.Context) error {
		d, err := w.upload(ctx, w.project, "note.txt", []byte(content))
		if err == nil {
			w.files[d.ID] = content
		}
		return err
	})
}

// verify reads back everything that was acknowledged.
func (w *writer) verify(t *testing.T, n int) {
	t.Helper()
	found := map[string]int{}
	all, err := w.everything(t.Context(), w.thread)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		if want, mine := w.messages[m.ID]; mine && want == m.Text {
			found[m.ID]++
		}
	}
	for id := range w.messages {
		if found[id] != 1 {
			t.Errorf("writer %d: a message is there %d times", n, found[id])
		}
	}
	for id, want := range w.files {
		if got := w.content(t, id); got != want {
			t.Errorf("writer %d: a document of %d bytes came back with %d", n, len(want), len(got))
		}
	}
}

// content downloads a document, and where the limit of requests is reached
// waits a moment.
func (w *writer) content(t *testing.T, id string) string {
	t.Helper()
	for range 20 {
		res, err := w.http.Get(w.base + "/api/documents/" + id + "/content")
		if err != nil {
			t.Fatal(err)
		}
		var text bytes.Buffer
		_, err = io.Copy(&text, res.Body)
		res.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		if res.StatusCode == http.StatusOK {
			return text.String()
		}
		if res.StatusCode != http.StatusTooManyRequests {
			t.Fatalf("content: %d %s", res.StatusCode, text.String())
		}
		<-time.After(time.Second)
	}
	t.Fatal("the limit of requests does not end")
	return ""
}

// report judges errors and waits.
func report(t *testing.T, all []*writer) {
	t.Helper()
	var waits []time.Duration
	for i, w := range all {
		if w.err != nil {
			t.Errorf("writer %d: %v", i, w.err)
		}
		waits = append(waits, w.waits...)
	}
	slices.Sort(waits)
	at := func(q float64) time.Duration { return waits[int(q*float64(len(waits)-1))] }
	t.Logf("%d writes by %d clients: median %s, 99th percentile %s, longest %s", len(waits), writers, at(0.5), at(0.99), at(1))
	if limit := longestWait * time.Duration(slowdown()); at(1) > limit {
		t.Errorf("somebody waited %s, over %s", at(1), limit)
	}
}

// slowdown returns how many programs share each core, by the kernel's average
// of the last minute: 1 on a machine that this test has to itself.
func slowdown() int {
	data, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 1
	}
	var load float64
	if _, err := fmt.Sscan(string(data), &load); err != nil {
		return 1
	}
	return max(1, int(load/float64(runtime.NumCPU())))
}
