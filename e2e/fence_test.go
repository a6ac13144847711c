package e2e

import (
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestAnOwnerThatSleptLongerThanItsLeaseWritesNoMore(t *testing.T) {
	t.Parallel()
	m := startModel(t, 120*time.Millisecond)
	vars := append(m.vars(), "DATABASE_URL="+postgres.url(t), "REDIS_URL="+startRedis(t).url(), "MASTER_KEY="+strings.Repeat("0123456789abcdef", 4))
	owner, other := start(t, vars...), start(t, vars...)
	ana := signIn(t, owner.url, "ana")
	there := signIn(t, other.url, "ana")
	thread := ana.thread(t, "")
	asked, err := ana.ask(t.Context(), thread, newID(), "Who sleeps?")
	if err != nil {
		t.Fatal(err)
	}
	w := watchAnswer(t.Context(), there, thread, "", asked.Turn.AnswerID)
	eventually(t, 10*time.Second, "the answer grows", func() bool { return w.holds() > 40 })
	if err := owner.cmd.Process.Signal(syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	slept := time.Now()
	select {
	case <-w.done:
	case <-time.After(60 * time.Second):
		t.Fatal("nobody took the answer over")
	}
	took := time.Since(slept)
	t.Logf("taken over after %s", took.Round(time.Millisecond))
	if took > 30*time.Second || w.mirror.state != "interrupted" {
		t.Errorf("after %s the answer is %q", took, w.mirror.state)
	}
	kept := there.messages(t, thread).Items[1]
	if kept.Turn.State != "interrupted" || kept.Text != string(w.mirror.text) || !strings.HasPrefix(m.says("Who sleeps?"), kept.Text) {
		t.Errorf("kept is %q (%s), told was %q", kept.Text, kept.Turn.State, string(w.mirror.text))
	}
	if err := owner.cmd.Process.Signal(syscall.SIGCONT); err != nil {
		t.Fatal(err)
	}
	<-time.After(3 * time.Second) // it would write ten times
	for _, p := range []*person{ana, there} {
		if now := p.messages(t, thread).Items[1]; now.Text != kept.Text || now.Turn.State != "interrupted" {
			t.Errorf("the owner came back and wrote: %q (%s)", now.Text, now.Turn.State)
		}
	}
}
