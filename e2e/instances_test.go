package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// fleet is three production instances on one PostgreSQL and one Redis behind
// HAProxy.
type fleet struct {
	*cluster
	redis *redisServer
	model *model
}

func startFleet(t *testing.T, pace time.Duration) *fleet {
	t.Helper()
	ports := make([]int, 4)
	for i := range ports {
		var err error
		if ports[i], err = freePort(); err != nil {
			t.Fatal(err)
		}
	}
	front := ports[3]
	f := &fleet{cluster: &cluster{}, redis: startRedis(t), model: startModel(t, pace)}
	f.public = "https://" + publicHost + ":" + strconv.Itoa(front)
	f.address = net.JoinHostPort("127.0.0.1", strconv.Itoa(front))
	issuer := startProvider(t, f.public+"/auth/oidc/callback")
	vars := append(production(f.public, issuer, postgres.url(t)), append(f.model.vars(), "REDIS_URL="+f.redis.url())...)
	for _, port := range ports[:3] {
		f.instances = append(f.instances, start(t, append(vars[:len(vars):len(vars)], "PORT="+strconv.Itoa(port))...))
	}
	haproxy(t, front, ports[:3])
	return f
}

// first signs the administrator in, through whichever instances the proxy chooses.
func (f *fleet) first(t *testing.T) *person {
	t.Helper()
	admin := f.visitor()
	if at, status, body := admin.fetch(t, f.public+"/setup", url.Values{"code": {f.setupCode(t)}}); status != http.StatusOK || at.Path != "/login" {
		t.Fatalf("the setup code led to %s: %d %s", at, status, body)
	}
	if at, status, body := admin.signInWithProvider(t, "ana", "/projects"); at.Path != "/projects" || status != http.StatusOK {
		t.Fatalf("landed on %s: %d %s", at, status, body)
	}
	return admin
}

// drill is how long instances are killed and started again.
func drill() time.Duration {
	if soaking() {
		return time.Hour
	}
	return 45 * time.Second
}

func TestThreeInstancesLoseAndDoubleNothingWhileTheyAreKilled(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 8*time.Millisecond)
	ana := f.first(t)
	ctx, cancel := context.WithTimeout(t.Context(), drill())
	defer cancel()
	var work sync.WaitGroup
	talks := make([]*talk, 4)
	for n := range talks {
		talks[n] = &talk{fleet: f, person: ana, name: fmt.Sprint("talk ", n), thread: ana.thread(t, "")}
		work.Go(func() { talks[n].hold(ctx) })
	}
	kills := f.torment(t, ctx)
	work.Wait()
	states := map[string]int{}
	for _, k := range talks {
		k.judge(t, states)
	}
	t.Logf("%s; answers: %v", kills, states)
	if states["complete"] == 0 || states["interrupted"] == 0 && !soaking() && states["complete"] < 10 {
		t.Error("the drill tested nothing")
	}
	for n, s := range f.instances {
		if strings.Contains(s.stderr.String()+s.stdout.String(), redisPassword) {
			t.Errorf("instance %d shows the password of Redis", n)
		}
	}
}

// torment kills and stops instances, and Redis, until the time is over, and
// returns what it did.
func (f *fleet) torment(t *testing.T, ctx context.Context) string {
	t.Helper()
	killed, stopped, redis := 0, 0, 0
	for n := 0; ctx.Err() == nil; n++ {
		s := f.instances[rand.IntN(len(f.instances))] //nolint:gosec // no secret
		switch {
		case n%5 == 4:
			redis++
			f.redis.kill()
			wait(ctx, 1500*time.Millisecond)
			f.redis.start(t)
		case n%3 == 2: // a rolling deploy: the instance finishes what it has
			stopped++
			s.stop(t, 30*time.Second)
			s.launch(t)
		default:
			killed++
			s.kill()
			wait(ctx, time.Duration(rand.IntN(800))*time.Millisecond) //nolint:gosec // no secret
			s.launch(t)
		}
		wait(ctx, 2*time.Second)
	}
	return fmt.Sprintf("%d instances were killed, %d stopped, Redis was killed %d times", killed, stopped, redis)
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// talk is one conversation of somebody who asks, watches the answer to its
// end, and asks again, whatever fails meanwhile.
type talk struct {
	*person
	fleet  *fleet
	name   string
	thread string

	asked   []question
	faults  []string
	stalled atomic.Bool
}

type question struct {
	id, text, answer string
	held             mirror
	stopped          bool
}

func (k *talk) hold(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		q := question{id: newID(), text: fmt.Sprintf("Question %d of %s?", n, k.name), stopped: n%4 == 3}
		if !k.put(&q) {
			return
		}
		k.asked = append(k.asked, q)
		k.follow(&k.asked[len(k.asked)-1])
	}
}

func (k *talk) fault(format string, args ...any) {
	k.faults = append(k.faults, k.name+": "+fmt.Sprintf(format, args...))
}

// put sends the question until it is acknowledged; it is one however often it
// is sent.
func (k *talk) put(q *question) bool {
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(300 * time.Millisecond) {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		s, err := k.ask(ctx, k.thread, q.id, q.text)
		cancel()
		var f *failure
		switch {
		case err == nil:
			q.answer = s.Turn.AnswerID
			if q.stopped {
				go k.halt(s.Turn.ID)
			}
			return true
		case errors.As(err, &f) && f.Status < 500 && f.Status != http.StatusTooManyRequests:
			k.fault("question %q: %v", q.text, err)
			return false
		}
	}
	k.fault("question %q was not taken within a minute", q.text)
	return false
}

// halt stops the turn, on whichever instance the proxy chooses.
func (k *talk) halt(turn string) {
	time.Sleep(500 * time.Millisecond)
	for range 20 {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		err := k.call(ctx, "POST", "/api/turns/"+turn+"/stop", nil, nil)
		cancel()
		if err == nil {
			return
		}
		time.Sleep(300 * time.Millisecond)
	}
}

// follow watches the answer to its end, and comes back wherever the stream
// breaks, with the id of the last event.
func (k *talk) follow(q *question) {
	ctx, cancel := context.WithTimeout(context.Background(), 75*time.Second)
	defer cancel()
	ended := false
	for !ended && ctx.Err() == nil {
		_ = k.watch(ctx, "/api/threads/"+k.thread+"/chat", q.held.lastID, func(e event) bool {
			ended = q.held.bear(e, q.answer)
			return !ended
		})
		if !ended {
			wait(ctx, 300*time.Millisecond)
		}
		if q.held.state == "" && ctx.Err() == nil && k.over(ctx, q) { // it was over before we came
			ended = true
		}
	}
	if !ended {
		k.fault("the answer to %q had no end for its reader", q.text)
	}
}

// over takes the answer as it is stored, where it has ended: a client without
// a cursor is told of turns that run.
func (k *talk) over(ctx context.Context, q *question) bool {
	all, err := k.everything(ctx, k.thread)
	if err != nil {
		return false
	}
	for _, m := range all {
		if m.ID == q.answer && m.Turn != nil && final(m.Turn.State) {
			q.held.text, q.held.state = []rune(m.Text), m.Turn.State
			return true
		}
	}
	return false
}

// bear is update for a client who knows that a snapshot may be ahead of the
// events that follow it: what it has already changes nothing; a gap is a fault.
func (m *mirror) bear(e event, answer string) bool {
	var body struct {
		MessageID string `json:"message_id"`
		Offset    int    `json:"offset"`
		Text      string `json:"text"`
	}
	if e.Name == "delta" && e.into(&body) == nil && body.MessageID == answer && body.Offset < len(m.text) {
		if e.ID != "" {
			m.lastID = e.ID
		}
		if whole := append(m.text[:body.Offset:body.Offset], []rune(body.Text)...); len(whole) > len(m.text) {
			m.text = whole
		}
		return false
	}
	return m.update(e, answer)
}

// judge compares what is stored, what was sent, and what the reader held.
func (k *talk) judge(t *testing.T, states map[string]int) {
	t.Helper()
	for _, f := range k.faults {
		t.Error(f)
	}
	var all []message
	eventually(t, 45*time.Second, k.name+" has ended everywhere", func() bool {
		var err error
		if all, err = k.everything(t.Context(), k.thread); err != nil {
			return false
		}
		for _, m := range all {
			if m.Role != "user" && (m.Turn == nil || !final(m.Turn.State)) {
				return false
			}
		}
		return true
	})
	if len(all) != 2*len(k.asked) {
		t.Errorf("%s: %d questions were acknowledged, and %d messages are stored", k.name, len(k.asked), len(all))
	}
	found := map[string]int{}
	for n, m := range all {
		found[m.ID]++
		if m.Role == "user" || n == 0 {
			continue
		}
		states[m.Turn.State]++
		whole := k.fleet.model.says(all[n-1].Text)
		if !strings.HasPrefix(whole, m.Text) || m.Turn.State == "complete" && m.Text != whole {
			t.Errorf("%s: the %s answer to %q is not what was said: %q", k.name, m.Turn.State, all[n-1].Text, m.Text)
		}
		k.compare(t, m)
	}
	for _, q := range k.asked {
		if found[q.id] != 1 || found[q.answer] != 1 {
			t.Errorf("%s: %q is stored %d times and its answer %d times", k.name, q.text, found[q.id], found[q.answer])
		}
	}
}

// compare is about what the reader of an answer held in the end.
func (k *talk) compare(t *testing.T, m message) {
	t.Helper()
	for _, q := range k.asked {
		if q.answer != m.ID {
			continue
		}
		if string(q.held.text) != m.Text || q.held.state != m.Turn.State {
			t.Errorf("%s: the reader holds %q (%s), stored is %q (%s)", k.name, string(q.held.text), q.held.state, m.Text, m.Turn.State)
		}
		for _, f := range q.held.faults {
			t.Errorf("%s: %q: %s", k.name, q.text, f)
		}
		if allowed := map[bool]string{false: "complete interrupted", true: "complete interrupted stopped"}[q.stopped]; !strings.Contains(allowed, m.Turn.State) {
			t.Errorf("%s: the answer to %q is %s", k.name, q.text, m.Turn.State)
		}
	}
}

func TestInstancesShareLimitsAndStops(t *testing.T) {
	t.Parallel()
	f := startFleet(t, 150*time.Millisecond)
	ana := f.first(t)
	one := f.alone(ana, 0)
	thread := one.thread(t, "")
	asked, err := one.ask(t.Context(), thread, newID(), "What is a receipt number?")
	if err != nil {
		t.Fatal(err)
	}
	two := f.alone(ana, 1)
	w := watchAnswer(t.Context(), two, thread, "", asked.Turn.AnswerID) // of the first, on the second
	eventually(t, 10*time.Second, "the answer grows on another instance", func() bool { return w.holds() > 40 })
	began := time.Now()
	f.alone(ana, 2).must(t, "POST", "/api/turns/"+asked.Turn.ID+"/stop", nil, nil)
	select {
	case <-w.done:
		t.Logf("stopped from a third instance within %s", time.Since(began).Round(time.Millisecond))
	case <-time.After(10 * time.Second):
		t.Fatal("a stop from another instance does nothing")
	}
	if w.mirror.state != "stopped" {
		t.Errorf("the answer is %q", w.mirror.state)
	}
	f.floods(t, ana)
}

// alone returns the person as one instance sees them, without the proxy.
func (f *fleet) alone(p *person, n int) *person {
	at, _ := url.Parse(f.public)
	jar := p.http.Jar
	return &person{base: f.instances[n].url, http: &http.Client{Timeout: 30 * time.Second, Transport: session(func(r *http.Request) {
		for _, c := range jar.Cookies(at) {
			r.AddCookie(c)
		}
	})}}
}

// session adds what the proxy's visitor has to requests that go beside it.
type session func(*http.Request)

func (s session) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	s(r)
	return http.DefaultTransport.RoundTrip(r)
}

// floods asks more than one person may, all instances together.
func (f *fleet) floods(t *testing.T, p *person) {
	t.Helper()
	time.Sleep(2 * time.Second) // the burst is there again, nearly
	var allowed, refused atomic.Int64
	var work sync.WaitGroup
	began := time.Now()
	for n := range 240 {
		work.Go(func() {
			err := f.alone(p, n%3).once(t.Context(), "GET", "/api/me", nil, nil)
			switch {
			case err == nil:
				allowed.Add(1)
			case hasStatus(err, http.StatusTooManyRequests):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	work.Wait()
	most := 100 + 10*int64(time.Since(began).Seconds()+1)
	if n := allowed.Load(); n > most || refused.Load() == 0 {
		t.Errorf("%d of 240 requests were allowed on three instances together, want %d at most", n, most)
	}
}
