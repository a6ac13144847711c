package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"text/tabwriter"
	"time"
)

// rhythm is when the pieces of one answer came, by the code point at which
// each begins, and what they make.
type rhythm struct {
	at    map[int]time.Time
	text  string
	fault error
}

// gaps returns the times between two pieces, from the shortest.
func (r rhythm) gaps() []time.Duration {
	var all []time.Duration
	times := slices.SortedFunc(maps.Values(r.at), time.Time.Compare)
	for n := range max(len(times)-1, 0) {
		all = append(all, times[n+1].Sub(times[n]))
	}
	slices.Sort(all)
	return all
}

// after returns how much later than there each piece came here, from the least.
func (r rhythm) after(there rhythm) []time.Duration {
	var all []time.Duration
	for offset, at := range r.at {
		if before, ok := there.at[offset]; ok {
			all = append(all, at.Sub(before))
		}
	}
	slices.Sort(all)
	return all
}

func (r rhythm) first() time.Time {
	return slices.MinFunc(slices.Collect(maps.Values(r.at)), time.Time.Compare)
}

// part returns what so much of the values, which are sorted, are at most.
func part(sorted []time.Duration, share float64) time.Duration {
	if len(sorted) == 0 {
		return 0
	}
	return sorted[min(int(share*float64(len(sorted))), len(sorted)-1)].Round(100 * time.Microsecond)
}

// listen reads the stream that answers a request up to the end of an answer,
// and closes ready when the server has begun with it.
func (p *person) listen(r *http.Request, ready *sync.WaitGroup) (heard rhythm) {
	heard.at = map[int]time.Time{}
	res, err := p.stream(r)
	ready.Done()
	if err != nil {
		heard.fault = err
		return heard
	}
	defer res.Body.Close()
	heard.fault = readEvents(res, func(e event) bool {
		if e.Name != "delta" {
			return e.Name != "done"
		}
		var piece struct {
			Offset int    `json:"offset"`
			Text   string `json:"text"`
		}
		if err := e.into(&piece); err != nil || piece.Offset != len([]rune(heard.text)) {
			heard.fault = fmt.Errorf("after %d code points came %s (%w)", len([]rune(heard.text)), e.Data, err)
			return false
		}
		heard.at[piece.Offset] = e.At
		heard.text += piece.Text
		return true
	})
	return heard
}

// behind is one answer, heard in three places at once.
type behind struct {
	front                     front
	question                  string
	server, browser, response rhythm
}

// hear asks a question through a proxy and listens to the answer at the
// server, through the proxy as a browser does, and on the response.
func (b *behind) hear(ctx context.Context, s *instance, ana *person, thread, proxy string) {
	through := &person{base: proxy, http: ana.http}
	request := func(method, url string, body []byte) *http.Request {
		r, err := http.NewRequestWithContext(ctx, method, url, bytes.NewReader(body))
		if err != nil {
			panic(err) // our own address
		}
		return r
	}
	events := "/api/events?render=html&threads=" + thread
	var watching, all, asked sync.WaitGroup
	watching.Add(2)
	asked.Add(1)
	all.Go(func() { b.server = ana.listen(request("GET", s.url+events, nil), &watching) })
	all.Go(func() { b.browser = through.listen(request("GET", proxy+events, nil), &watching) })
	watching.Wait()
	body, _ := json.Marshal(map[string]string{"id": newID(), "content": b.question}) // strings
	post := request("POST", proxy+"/api/threads/"+thread+"/chat", body)
	post.Header.Set("Content-Type", "application/json")
	b.response = through.listen(post, &asked)
	all.Wait()
}

// TestTheTimeBetweenEventsFollowsTheServersBehindEveryProxy listens to the same
// answers before and behind the proxies, and reports what these make of the
// time between two events.
func TestTheTimeBetweenEventsFollowsTheServersBehindEveryProxy(t *testing.T) {
	t.Parallel()
	m := startModel(t, 25*time.Millisecond)
	s := start(t, m.vars()...)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	var all sync.WaitGroup
	heard := make([]behind, len(fronts))
	for n, f := range fronts {
		heard[n] = behind{front: f, question: "What goes through " + f.name + "?"}
		ana, proxy := signIn(t, s.url, strings.ToLower(f.name)), f.open(t, s, 0)
		thread := ana.thread(t, "")
		all.Go(func() { heard[n].hear(ctx, s, ana, thread, proxy) })
	}
	all.Wait()
	var text strings.Builder
	table := tabwriter.NewWriter(&text, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "proxy\tstream\tevents\tgap at the server: median\tp99\tat the client: median\tp99\tlater by: median\tp99")
	for _, b := range heard {
		b.judge(t, m)
		for _, at := range []struct {
			name string
			rhythm
		}{{"browser's", b.browser}, {"response", b.response}} {
			here, there, later := at.gaps(), b.server.gaps(), at.after(b.server)
			fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\t%s\t%s\t%s\t%s\n", b.front.name, at.name, len(at.at), part(there, 0.5), part(there, 0.99), part(here, 0.5), part(here, 0.99), part(later, 0.5), part(later, 0.99))
		}
	}
	_ = table.Flush() // to memory
	t.Logf("\n%s", &text)
}

// judge checks that an answer came whole, and as it was written: the first
// pieces long before the model was through with it, the others in its rhythm.
func (b *behind) judge(t *testing.T, m *model) {
	t.Helper()
	begun, ended := m.first(b.question), m.last(b.question)
	median := part(b.server.gaps(), 0.5)
	for name, r := range map[string]rhythm{"server": b.server, "browser": b.browser, "response": b.response} {
		if r.fault != nil || r.text != m.says(b.question) {
			t.Errorf("%s, %s: %v after %q", b.front.name, name, r.fault, r.text)
			continue
		}
		if first := r.first(); first.After(begun.Add(ended.Sub(begun) / 2)) {
			t.Errorf("%s, %s: the first piece came %s after the model began, which wrote for %s", b.front.name, name, first.Sub(begun), ended.Sub(begun))
		}
		if here := part(r.gaps(), 0.5); len(r.at) < len(b.server.at)/2 || here > 3*median+50*time.Millisecond || here < median/3 { // gathered pieces come at once
			t.Errorf("%s, %s: %d pieces with %s between two, at the server %d with %s", b.front.name, name, len(r.at), here, len(b.server.at), median)
		}
	}
}

// TestAnAnswerThatOutlastsEveryCutOffArrivesWhole has the model fall silent for
// longer than the proxies wait, several times in one answer: a client that
// comes back where it was misses nothing and sees nothing twice. In a soak the
// answer takes 20 minutes and the proxies wait as long as they do by default:
// there the heartbeat keeps the connections, and only we end them now and then.
func TestAnAnswerThatOutlastsEveryCutOffArrivesWhole(t *testing.T) {
	t.Parallel()
	cut, bound, ownEnds := cutOff(time.Second), 2*time.Minute, 0
	m := startModel(t, 5*time.Millisecond)
	m.silence, m.every = 2500*time.Millisecond, 70
	if soaking() {
		cut, bound, ownEnds = 0, 40*time.Minute, 3
		m.pace, m.silence, m.every = 2500*time.Millisecond, 75*time.Second, 40
	}
	s := start(t, m.vars()...)
	for _, f := range fronts {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			ana := signIn(t, s.url, strings.ToLower(f.name))
			thread := ana.thread(t, "")
			question := "What outlasts " + f.name + "?"
			asked, err := ana.ask(t.Context(), thread, newID(), question)
			if err != nil {
				t.Fatal(err)
			}
			ctx, stop := context.WithTimeout(t.Context(), bound)
			defer stop()
			through := &person{base: f.open(t, s, cut), http: ana.http}
			got, ends := through.outlast(ctx, thread, asked.Turn.AnswerID)
			if string(got.text) != m.says(question) || got.state != "complete" || len(got.faults) > 0 {
				t.Errorf("%s with %q, %v", got.state, string(got.text), got.faults)
			}
			if soaking() && ends > ownEnds || !soaking() && ends == 0 {
				t.Errorf("the connection ended %d times before the answer did", ends)
			}
			t.Logf("the connection ended %d times before the answer did", ends)
		})
	}
}

// outlast watches an answer to its end, and comes back after the last event
// whenever the connection ends before. It returns how often that was.
func (p *person) outlast(ctx context.Context, thread, answer string) (got mirror, ends int) {
	for ctx.Err() == nil {
		over := false
		err := p.watch(ctx, "/api/threads/"+thread+"/chat", got.lastID, func(e event) bool {
			over = got.update(e, answer)
			return !over
		})
		if over {
			return got, ends
		}
		if _, refused := err.(*failure); !refused { // a proxy that could not get through has ended nothing
			ends++
		}
		rest(ctx, asking)
	}
	got.faults = append(got.faults, "the end did not come")
	return got, ends
}
