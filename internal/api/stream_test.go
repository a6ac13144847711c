package api

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/ba-assistant/ba-assistant/ba"
	"github.com/ba-assistant/ba-assistant/internal/chat"
	"github.com/ba-assistant/ba-assistant/internal/llm"
	"github.com/ba-assistant/ba-assistant/internal/llm/replay"
	"github.com/ba-assistant/ba-assistant/internal/sse"
	"github.com/ba-assistant/ba-assistant/internal/store/storetest"
)

// stream is an open event stream.
type stream struct {
	t      testing.TB
	res    *http.Response
	reader *sse.Reader
	cancel context.CancelFunc
	text   string // of the one answer that the test is about
	names  []string
	last   string // id of the last event
}

func (s *site) stream(who credential, method, path string, body any, header ...string) *stream {
	s.t.Helper()
	ctx, cancel := context.WithCancel(s.t.Context())
	r := s.request(ctx, who, method, path, body)
	r.Header.Set("Accept", eventStream)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultClient.Do(r) //nolint:bodyclose // closed at the test's end
	ok(s.t, err)
	s.t.Cleanup(func() { cancel(); res.Body.Close() })
	if res.StatusCode != http.StatusOK || !strings.HasPrefix(res.Header.Get("Content-Type"), eventStream) {
		s.t.Fatalf("%s %s: status %d, %s", method, path, res.StatusCode, res.Header.Get("Content-Type"))
	}
	return &stream{t: s.t, res: res, reader: sse.NewReader(res.Body, 0), cancel: cancel}
}

// next returns the next event and applies it to the text.
func (c *stream) next() (sse.Event, error) {
	c.t.Helper()
	timer := time.AfterFunc(patience, c.cancel)
	defer timer.Stop()
	e, err := c.reader.Next()
	if err != nil {
		return e, err
	}
	c.names, c.last = append(c.names, e.Name), e.ID
	switch e.Name {
	case "snapshot":
		c.text = of[chat.SnapshotJSON](c.t, e).Text
	case "delta":
		d := of[chat.DeltaJSON](c.t, e)
		have := []rune(c.text)
		if d.Offset > len(have) {
			c.t.Fatalf("a piece at %d, but only %d code points came", d.Offset, len(have))
		}
		c.text = string(have[:d.Offset]) + d.Text
	}
	return e, nil
}

// until reads up to an event of the name.
func (c *stream) until(name string) sse.Event {
	c.t.Helper()
	for {
		e, err := c.next()
		if err != nil {
			c.t.Fatalf("after %v: %v", c.names, err)
		}
		if e.Name == name {
			return e
		}
	}
}

// rest reads to the end of the stream.
func (c *stream) rest() {
	c.t.Helper()
	for {
		if _, err := c.next(); err != nil {
			return
		}
	}
}

func of[T any](t testing.TB, e sse.Event) (v T) {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(e.Data))
	d.DisallowUnknownFields()
	if err := d.Decode(&v); err != nil {
		t.Fatalf("the data of %q: %v: %s", e.Name, err, e.Data)
	}
	return v
}

// talk makes a thread of a new user and returns both.
func (s *site) talk() (ba.Actor, string) {
	s.t.Helper()
	a := storetest.User(s.t, s.db, "olga")
	r := s.call(as(a), "POST", "/api/threads", map[string]any{"mode": "free"})
	expect(s.t, "create a thread", r, 201)
	return a, "/api/threads/" + field[string](s.t, r, "id")
}

func question(text string) map[string]any {
	return map[string]any{"id": ba.NewID[string](), "content": text}
}

// messages returns the texts of a thread and its cursor.
func (s *site) messages(a ba.Actor, thread string) ([]wireMessage, string) {
	s.t.Helper()
	r := s.call(as(a), "GET", thread+"/messages", nil)
	expect(s.t, "list messages", r, 200)
	var page struct {
		Items  []wireMessage `json:"items"`
		Cursor string        `json:"cursor"`
	}
	ok(s.t, json.Unmarshal(r.body, &page))
	return page.Items, page.Cursor
}

func TestAQuestionIsAnsweredOnItsOwnResponse(t *testing.T) {
	s := newSite(t)
	a, thread := s.talk()
	body := question("How long?")
	c := s.stream(as(a), "POST", thread+"/chat", body)
	first, err := c.next()
	ok(t, err)
	sent := of[wireSent](t, first)
	if first.Name != "accepted" || first.ID != "" || sent.Message.Text != "How long?" || sent.Message.ID != body["id"] || sent.Turn.State != "queued" {
		t.Errorf("first came %+v", first)
	}
	done := of[chat.DoneJSON](t, c.until("done"))
	if done.State != "complete" || done.MessageID != sent.Turn.AnswerID || c.text != "It takes ten days." {
		t.Errorf("done %+v, text %q", done, c.text)
	}
	if _, err := c.next(); err == nil {
		t.Error("the response goes on after done")
	}
	if h := c.res.Header; h.Get("X-Accel-Buffering") != "no" || !strings.Contains(h.Get("Cache-Control"), "no-transform") || h.Get("X-Request-Id") == "" {
		t.Errorf("headers %v", h)
	}
	if got := slices.Compact(slices.Clone(c.names)); !slices.Equal(got, []string{"accepted", "message", "snapshot", "delta", "done"}) {
		t.Errorf("events %v", got)
	}
	again := s.stream(as(a), "POST", thread+"/chat", body)
	again.rest()
	if again.text != c.text || !slices.Equal(again.names, []string{"accepted", "snapshot", "done"}) {
		t.Errorf("sent again it answers %v with %q", again.names, again.text)
	}
	body["content"] = "Something else?"
	expect(t, "the same id with another content", s.call(as(a), "POST", thread+"/chat", body), 409)
	messages, _ := s.messages(a, thread)
	if len(messages) != 2 || messages[1].Text != c.text || messages[1].Turn == nil || messages[1].Turn.State != "complete" || messages[0].Turn != nil {
		t.Errorf("messages %+v", messages)
	}
}

func TestAFailedAnswerSentAgainTellsItsFailure(t *testing.T) {
	s := newSite(t)
	s.play = func(llm.Request) replay.Script {
		return append(replay.Pieces("It takes"), replay.Step{Err: &llm.Error{Kind: llm.ErrRateLimit, RetryAfter: 9 * time.Second}})
	}
	a, thread := s.talk()
	body := question("How long?")
	for _, want := range [][]string{{"accepted", "message", "snapshot", "delta", "failure", "done"}, {"accepted", "snapshot", "failure", "done"}} {
		c := s.stream(as(a), "POST", thread+"/chat", body)
		f := of[chat.FailureJSON](t, c.until("failure"))
		if f.Status != 429 || f.RetryAfter != 9 || !f.Retryable || f.Code != "provider_rate_limited" || f.Detail == "" {
			t.Errorf("failure %+v", f)
		}
		if done := of[chat.DoneJSON](t, c.until("done")); done.State != "failed" || c.text != "It takes" {
			t.Errorf("done %+v, text %q", done, c.text)
		}
		if got := slices.Compact(c.names); !slices.Equal(got, want) {
			t.Errorf("events %v, want %v", got, want)
		}
	}
}

// gate holds the provider at each step that has a delay, until it is opened for
// that step, or for good.
func (s *site) gate() (open, forGood func()) {
	gate := make(chan struct{})
	s.wait = func(ctx context.Context, d time.Duration) error {
		if d == 0 {
			return ctx.Err()
		}
		select {
		case <-gate:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return func() { gate <- struct{}{} }, func() { close(gate) }
}

func TestAWatchedThreadResumesFromWhereItWas(t *testing.T) {
	s := newSite(t)
	open, _ := s.gate()
	s.play = func(llm.Request) replay.Script {
		return replay.Text("It ", "takes ", "ten ", "days.").Every(time.Second)
	}
	a, thread := s.talk()
	_, cursor := s.messages(a, thread)
	c := s.stream(as(a), "GET", thread+"/chat?after="+url.QueryEscape(cursor), nil)
	expect(t, "send", s.call(as(a), "POST", thread+"/chat", question("How long?")), 202)
	open()
	c.until("delta")
	byHeader := s.stream(as(a), "GET", thread+"/chat?after=nonsense", nil, "Last-Event-ID", c.last) // the header goes before
	byQuery := s.stream(as(a), "GET", "/api/events?threads="+strings.TrimPrefix(thread, "/api/threads/")+"&after="+url.QueryEscape(c.last), nil)
	fresh := s.stream(as(a), "GET", thread+"/chat", nil)
	if e, err := fresh.next(); err != nil || e.Name != "snapshot" || fresh.text != "It " {
		t.Errorf("without a cursor it begins with %+v, %v", e, err)
	}
	byHeader.text, byQuery.text = c.text, c.text
	for range 4 {
		open()
	}
	for name, c := range map[string]*stream{"the first": c, "by header": byHeader, "by query": byQuery, "fresh": fresh} {
		if c.until("done"); c.text != "It takes ten days." {
			t.Errorf("%s has %q", name, c.text)
		}
	}
	if slices.Contains(byHeader.names, "snapshot") || slices.Contains(byQuery.names, "message") {
		t.Errorf("resumed with %v and %v", byHeader.names, byQuery.names)
	}
	late := s.stream(as(a), "GET", thread+"/chat?after=nonsense", nil) // as after a restart
	if late.until("done"); late.text != "It takes ten days." {
		t.Errorf("after a gap the client has %q", late.text)
	}
}

func TestBlocksAreSentForWhoWantsThem(t *testing.T) {
	s := newSite(t)
	s.play = func(llm.Request) replay.Script {
		return replay.Text("# Ti", "tle\n\nSome **bo", "ld** <script>alert(1)</script>\n\n- one\n- two")
	}
	a, thread := s.talk()
	_, cursor := s.messages(a, thread)
	body := question("How long?")
	html := func(c *stream) string {
		blocks := map[int]string{}
		for {
			e, err := c.next()
			if err != nil {
				t.Fatal(err)
			}
			if e.Name == "block" {
				b := of[wireBlockEvent](t, e)
				blocks[b.Block] = b.HTML
			}
			if e.Name == "done" {
				var all []string
				for i := range len(blocks) {
					all = append(all, blocks[i])
				}
				return strings.Join(all, "|")
			}
		}
	}
	post := html(s.stream(as(a), "POST", thread+"/chat?render=html", body))
	if !strings.Contains(post, "<h") || !strings.Contains(post, "<strong>bold</strong>") || !strings.Contains(post, "<li>") || strings.Contains(post, "<script") {
		t.Errorf("blocks %q", post)
	}
	if got := html(s.stream(as(a), "GET", thread+"/chat?render=html&after="+url.QueryEscape(cursor), nil)); got != post {
		t.Errorf("resumed, the blocks are %q, not %q", got, post)
	}
	if got := html(s.stream(as(a), "GET", thread+"/chat?render=html&after=gap", nil)); got != post {
		t.Errorf("after a gap the blocks are %q, not %q", got, post)
	}
	expect(t, "another form", s.call(as(a), "GET", thread+"/chat?render=pdf", nil), 422)
}

func TestASilentStreamIsKeptAliveAndEndsInTime(t *testing.T) {
	s := newSite(t, func(d *Deps) { d.Heartbeat, d.StreamPeriod = 30*time.Millisecond, time.Second })
	a, thread := s.talk()
	begun := time.Now()
	c := s.stream(as(a), "GET", thread+"/chat", nil)
	c.rest()
	if took := time.Since(begun); took < 900*time.Millisecond-30*time.Millisecond || took > 5*time.Second || len(c.names) != 0 {
		t.Errorf("it ended after %v, with %v", took, c.names)
	}
	if n := c.reader.Comments(); n < 5 {
		t.Errorf("%d comments", n)
	}
}

func TestStreamsEndWhenTheServerStopsAfterWhatIsThere(t *testing.T) {
	s := newSite(t)
	a, thread := s.talk()
	c := s.stream(as(a), "GET", thread+"/chat", nil)
	expect(t, "send", s.call(as(a), "POST", thread+"/chat", question("How long?")), 202)
	c.until("delta")
	s.halt()
	c.rest()
	if !slices.Contains(c.names, "done") {
		t.Errorf("events %v", c.names)
	}
}

func TestAStreamEndsWithAProblemWhenItsSessionDoes(t *testing.T) {
	s := newSite(t)
	a, thread := s.talk()
	c := s.stream(as(a), "GET", thread+"/chat", nil)
	begun := time.Now()
	expect(t, "end the session", s.call(as(a), "DELETE", "/api/sessions/"+string(a.Session), nil), 204)
	f := of[chat.FailureJSON](t, c.until("failure"))
	if f.Status != 401 || f.Code != "session_ended" || f.Retryable || f.RequestID != c.res.Header.Get("X-Request-Id") {
		t.Errorf("failure %+v", f)
	}
	if _, err := c.next(); err == nil || time.Since(begun) > 5*time.Second {
		t.Errorf("the stream goes on (%v) after %v", err, time.Since(begun))
	}
}

func TestManyThreadsOnOneConnectionAreBounded(t *testing.T) {
	s := newSite(t)
	a, thread := s.talk()
	id := strings.TrimPrefix(thread, "/api/threads/")
	c := s.stream(as(a), "GET", "/api/events?threads="+id+","+id, nil)
	expect(t, "send", s.call(as(a), "POST", thread+"/chat", question("How long?")), 202)
	if c.until("done"); len(slices.DeleteFunc(c.names, func(n string) bool { return n != "done" })) != 1 {
		t.Errorf("a thread that is named twice comes twice")
	}
	var many []string
	for range maxWatchedThreads + 1 {
		many = append(many, ba.NewID[string]())
	}
	expect(t, "51 threads", s.call(as(a), "GET", "/api/events?threads="+strings.Join(many, ","), nil), 422)
	expect(t, "no thread", s.call(as(a), "GET", "/api/events", nil), 422)
	expect(t, "a thread that does not exist", s.call(as(a), "GET", "/api/events?threads="+id+","+many[0], nil), 404)
}

func TestStopRetryAndContinueAreIdempotent(t *testing.T) {
	s := newSite(t)
	open, openForGood := s.gate()
	s.play = func(llm.Request) replay.Script { return replay.Text("It ", "takes.").Every(time.Second) }
	a, thread := s.talk()
	c := s.stream(as(a), "GET", thread+"/chat", nil)
	sent := s.call(as(a), "POST", thread+"/chat", question("How long?"))
	turn := "/api/turns/" + field[string](t, sent, "turn", "id")
	open()
	c.until("delta")
	expect(t, "retry what runs", s.call(as(a), "POST", turn+"/retry", map[string]any{"id": ba.NewID[string]()}), 409)
	for range 2 {
		expect(t, "stop", s.call(as(a), "POST", turn+"/stop", map[string]any{"id": ba.NewID[string]()}), 202)
	}
	if done := of[chat.DoneJSON](t, c.until("done")); done.State != "stopped" {
		t.Errorf("done %+v", done)
	}
	openForGood()
	for _, verb := range []string{"continue", "retry"} {
		body := map[string]any{"id": ba.NewID[string]()}
		first, second := s.call(as(a), "POST", turn+"/"+verb, body), s.call(as(a), "POST", turn+"/"+verb, body)
		expect(t, verb, first, 202)
		expect(t, verb+" again", second, 202)
		if field[string](t, first, "turn", "id") != body["id"] || field[string](t, first, "turn", "answer_id") != field[string](t, second, "turn", "answer_id") {
			t.Errorf("%s answers %s and %s", verb, first.body, second.body)
		}
		c.until("done")
	}
	messages, _ := s.messages(a, thread)
	var texts []string
	for _, m := range messages[1:] {
		texts = append(texts, m.Text)
	}
	if want := []string{"It ", "It It takes.", "It takes."}; !slices.Equal(texts, want) {
		t.Errorf("answers %q, want %q", texts, want)
	}
	expect(t, "an id that is none", s.call(as(a), "POST", turn+"/retry", map[string]any{"id": "7"}), 422)
	expect(t, "no id", s.call(as(a), "POST", turn+"/retry", map[string]any{}), 422)
}

func TestWhatIsSentIsChecked(t *testing.T) {
	s := newSite(t)
	a, thread := s.talk()
	for name, c := range map[string]struct {
		body any
		want int
	}{
		"no content":        {map[string]any{"id": ba.NewID[string]()}, 422},
		"empty content":     {map[string]any{"id": ba.NewID[string](), "content": ""}, 422},
		"spaces":            {map[string]any{"id": ba.NewID[string](), "content": " \n "}, 422},
		"too long":          {map[string]any{"id": ba.NewID[string](), "content": strings.Repeat("x", ba.MaxMessageLen+1)}, 422},
		"as long as it may": {map[string]any{"id": ba.NewID[string](), "content": strings.Repeat("ä", ba.MaxMessageLen)}, 202},
		"an unknown field":  {map[string]any{"id": ba.NewID[string](), "content": "x", "model": "m"}, 422},
		"not JSON":          {"{", 422},
	} {
		r := s.call(as(a), "POST", thread+"/chat", c.body)
		expect(t, name, r, c.want)
		if c.want == 422 && len(field[[]any](t, r, "errors")) == 0 {
			t.Errorf("%s: no field is named: %s", name, r.body)
		}
	}
	r := s.call(as(a), "POST", "/api/threads", map[string]any{"provider": "nobody"})
	expect(t, "an unknown provider", r, 422)
	if e := field[map[string]any](t, r, "errors", "0"); e["location"] != "body.provider" || e["message"] != "must be one of: analyst" {
		t.Errorf("error %v", e)
	}
}

func TestTheHealthStreamSendsTenEventsApart(t *testing.T) {
	s := newSite(t)
	c := s.stream(credential{}, "GET", "/health/stream", nil)
	begun := time.Now()
	for n := 1; n <= probeEvents; n++ {
		e, err := c.reader.Next()
		ok(t, err)
		if p := of[probe](t, e); p.Seq != n || e.ID != fmt.Sprint(n) || e.Name != "message" {
			t.Errorf("event %+v", e)
		}
	}
	if took := time.Since(begun); took < (probeEvents-2)*probeGap {
		t.Errorf("ten events within %v", took)
	}
	if _, err := c.reader.Next(); err == nil || errors.Is(err, context.Canceled) {
		t.Errorf("after ten events: %v", err)
	}
}
