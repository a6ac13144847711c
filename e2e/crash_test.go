package e2e

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"
)

const (
	// shortfall is how much of an answer, in time, a crash may lose.
	shortfall = 500 * time.Millisecond
	// sloth is what a busy machine may add between the server and this client.
	sloth = 300 * time.Millisecond
)

// answerTime is about how long the answer to the question of refundRules takes.
const answerTime = 1600 * time.Millisecond

// crashes is how many servers are killed, each several times; the last of them
// is on PostgreSQL.
func crashes() (servers, kills int) {
	if soaking() {
		return 10, 100
	}
	return 5, 10
}

func TestAServerThatIsKilledLosesNothingThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	servers, kills := crashes()
	for n := range servers {
		t.Run(fmt.Sprintf("server %d", n+1), func(t *testing.T) {
			t.Parallel()
			var vars []string
			if n == servers-1 {
				vars = append(vars, "DATABASE_URL="+postgres.url(t))
			}
			s := start(t, vars...)
			ana := signIn(t, s.url, "ana")
			project := ana.project(t, "Refunds")
			rules := refundRules()
			ana.read(t, project, rules.name, rules.content)
			question := rules.question
			whole := ana.answered(t, ana.thread(t, project), question).Text
			for k := range kills {
				// The moments are spread over the whole of the answer.
				after := time.Duration(n*kills+k) * answerTime / time.Duration(servers*kills)
				killAndCheck(t, s, ana, project, question, whole, after)
			}
		})
	}
}

// witness is a client that watches an answer until the server dies.
type witness struct {
	mu     sync.Mutex
	mirror mirror
	seen   []sight
	done   chan struct{}
	err    error // how the stream ended; to be read after done
}

// sight is how much of the answer the client had at a moment.
type sight struct {
	at    time.Time
	runes int
}

func watchAnswer(ctx context.Context, p *person, thread, cursor, answer string) *witness {
	w := &witness{done: make(chan struct{})}
	go func() {
		defer close(w.done)
		w.err = p.watch(ctx, "/api/threads/"+thread+"/chat?after="+cursor, "", func(e event) bool {
			w.mu.Lock()
			defer w.mu.Unlock()
			ended := w.mirror.update(e, answer)
			w.seen = append(w.seen, sight{e.At, len(w.mirror.text)})
			return !ended
		})
	}()
	return w
}

// holds returns how many code points of the answer the client has.
func (w *witness) holds() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.mirror.text)
}

// before returns how much the client had at a moment.
func (w *witness) before(moment time.Time) int {
	n := 0
	for _, s := range w.seen {
		if s.at.Before(moment) {
			n = s.runes
		}
	}
	return n
}

func killAndCheck(t *testing.T, s *instance, p *person, project, question, whole string, after time.Duration) {
	t.Helper()
	thread := p.thread(t, project)
	cursor := p.messages(t, thread).Cursor
	id := newID()
	asked, err := p.ask(t.Context(), thread, id, question)
	if err != nil {
		t.Fatal(err)
	}
	w := watchAnswer(t.Context(), p, thread, cursor, asked.Turn.AnswerID)
	<-time.After(after)
	killed := time.Now()
	s.kill()
	<-w.done
	s.launch(t)
	p.base = s.url

	var answer message
	eventually(t, 15*time.Second, "the turn has ended", func() bool {
		all := p.messages(t, thread).Items
		if len(all) != 2 || all[0].ID != id || all[0].Text != question || all[1].ID != asked.Turn.AnswerID {
			t.Fatalf("killed after %s: the thread holds %+v", after, all)
		}
		answer = all[1]
		return answer.Turn != nil && final(answer.Turn.State)
	})
	if answer.Turn.State != "interrupted" && answer.Turn.State != "complete" {
		t.Errorf("killed after %s: the turn is %s", after, answer.Turn.State)
	}
	if !strings.HasPrefix(whole, answer.Text) || answer.Turn.State == "complete" && answer.Text != whole {
		t.Errorf("killed after %s: %q is not the beginning of %q", after, answer.Text, whole)
	}
	if stored, owed := len([]rune(answer.Text)), w.before(killed.Add(-shortfall-sloth)); stored < owed {
		t.Errorf("killed after %s: %d code points are stored, %d were there %s before", after, stored, owed, shortfall)
	}
	for _, f := range w.mirror.faults {
		t.Errorf("killed after %s: %s", after, f)
	}
	corrected(t, p, thread, cursor, w.mirror, answer)
	if answer.Turn.State == "interrupted" {
		continued(t, p, thread, answer, whole)
	}
}

// corrected lets the client come back with the id of the last event that it
// saw, or the cursor it began with: what it gets must make it hold what is stored.
func corrected(t *testing.T, p *person, thread, cursor string, m mirror, answer message) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	agree := false
	err := p.watch(ctx, "/api/threads/"+thread+"/chat?after="+cursor, m.lastID, func(e event) bool {
		m.update(e, answer.ID)
		agree = string(m.text) == answer.Text && m.state == answer.Turn.State
		return !agree
	})
	if !agree {
		t.Errorf("a client that comes back holds %q (%s), stored is %q (%s): %v", string(m.text), m.state, answer.Text, answer.Turn.State, err)
	}
}

// continued goes on with an answer that was cut: the new one begins with what
// the old one has, and is the whole.
func continued(t *testing.T, p *person, thread string, answer message, whole string) {
	t.Helper()
	var again struct {
		Turn turn `json:"turn"`
	}
	p.must(t, "POST", "/api/turns/"+answer.Turn.ID+"/continue", map[string]string{"id": newID()}, &again)
	var rest message
	eventually(t, 20*time.Second, "the continued answer has ended", func() bool {
		for _, m := range p.messages(t, thread).Items {
			if m.ID == again.Turn.AnswerID {
				rest = m
			}
		}
		return rest.Turn != nil && final(rest.Turn.State)
	})
	if rest.Turn.State != "complete" {
		t.Errorf("the continued answer is %s", rest.Turn.State)
	}
	if rest.Text != whole {
		t.Errorf("after %q the continued answer is %q, want %q", answer.Text, rest.Text, whole)
	}
}
